/*-------------------------------------------------------------------------
 *
 * exact_sum.c
 *	  Amounts and sums: exact conversions between the server's types and
 *	  128-bit fixed point.
 *
 * Nearly every amount is a whole number of 10^-8 units that fits 64 bits, so
 * sums are kept as 128-bit counts of such units and nothing is allocated per
 * row.  Anything else - more decimals, or 28 digits before the point - stays
 * a numeric and is added with the server's own arithmetic.  Which way a value
 * took is never visible, because both ways are exact and the stored form is
 * chosen by the value of the sum alone.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "compat.h"
#include "exact_sum.h"

/*
 * The server's numeric as it lies in memory and on disk: a header word that
 * holds sign, scale and a small weight, or is followed by a word with a
 * larger weight; then base-10000 digits, none at either end being zero.
 * numeric.c keeps these masks to itself, but the format is that of every
 * table since 9.1.
 */
#define HEADER_KIND				0xC000
#define HEADER_NEGATIVE			0x4000
#define HEADER_SHORT			0x8000
#define HEADER_SPECIAL			0xC000
#define SHORT_NEGATIVE			0x2000
#define SHORT_WEIGHT_NEGATIVE	0x0040
#define SHORT_WEIGHT_MASK		0x003F

typedef struct DigitView
{
	bool		negative;
	int			weight;
	int			ndigits;
	const char *digits;			/* native byte order, any alignment */
} DigitView;

/*
 * Looks into a numeric that is not compressed or out of line.  False for NaN
 * and the infinities.
 */
static inline bool
view_digits(const struct varlena *value, DigitView *view)
{
	const char *data = VARDATA_ANY(value);
	int			size = VARSIZE_ANY_EXHDR(value) - sizeof(uint16);
	uint16		header;

	memcpy(&header, data, sizeof(header));
	data += sizeof(header);
	if ((header & HEADER_KIND) == HEADER_SPECIAL)
		return false;
	if ((header & HEADER_KIND) == HEADER_SHORT)
	{
		view->negative = (header & SHORT_NEGATIVE) != 0;
		view->weight = header & SHORT_WEIGHT_MASK;
		if (header & SHORT_WEIGHT_NEGATIVE)
			view->weight |= ~SHORT_WEIGHT_MASK;
	}
	else
	{
		int16		weight;

		memcpy(&weight, data, sizeof(weight));
		data += sizeof(weight);
		size -= sizeof(weight);
		view->negative = (header & HEADER_KIND) == HEADER_NEGATIVE;
		view->weight = weight;
	}
	view->ndigits = size / sizeof(int16);
	view->digits = data;
	return true;
}

/*
 * Reads an amount.  False for NaN and the infinities, which are no amounts.
 * A wide result may point into the argument.
 */
bool
sv_amount_from_numeric(Datum value, SvNumber *amount)
{
	struct varlena *numeric = (struct varlena *) DatumGetPointer(value);
	DigitView	view;

	if (VARATT_IS_COMPRESSED(numeric) || VARATT_IS_EXTERNAL(numeric))
		numeric = (struct varlena *) DatumGetNumeric(value);
	if (!view_digits(numeric, &view))
		return false;
	if (sv_units_from_digits(view.digits, view.ndigits, view.weight,
							 view.negative, sv_sum_decimals[SV_AMOUNT] / 4,
							 &amount->units))
		amount->wide = NULL;
	else
		amount->wide = DatumGetNumeric(PointerGetDatum(numeric));
	return true;
}

/*
 * The same for a double, which is taken as the shortest decimal that reads
 * back as it.
 *
 * A decimal of up to 15 digits survives the way through a double and back.
 * So, if x is the double next to some whole number of units of at most 15
 * digits, that number is the decimal in question, and dividing shows it: the
 * division is of two exact numbers, and rounds as reading the decimal does.
 */
bool
sv_amount_from_float8(float8 value, SvNumber *amount)
{
	char		buf[DOUBLE_SHORTEST_DECIMAL_LEN];
	float8		cents = value * 100.0;
	float8		units = value * (float8) SV_UNITS_PER_ONE;

	amount->wide = NULL;
	if (fabs(cents) < 1e15 && rint(cents) / 100.0 == value)
	{
		amount->units = (sv_int128) (int64) rint(cents) * (SV_UNITS_PER_ONE / 100);
		return true;
	}
	if (fabs(units) < 1e15 && rint(units) / (float8) SV_UNITS_PER_ONE == value)
	{
		amount->units = (int64) rint(units);
		return true;
	}
	if (isnan(value) || isinf(value))
		return false;
	double_to_shortest_decimal_buf(value, buf);
	return sv_amount_from_numeric(DirectFunctionCall3(numeric_in,
													  CStringGetDatum(buf),
													  ObjectIdGetDatum(InvalidOid),
													  Int32GetDatum(-1)),
								  amount);
}

/*
 * The digits of a finite numeric; they are allocated.
 */
void
sv_decimal_from_numeric(Numeric value, SvDecimal *decimal)
{
	DigitView	view;
	uint8	   *digits;

	if (!view_digits((struct varlena *) value, &view))
		elog(ERROR, "a sum is not finite");
	digits = palloc(2 * view.ndigits + 1);
	for (int i = 0; i < view.ndigits; i++)
	{
		int16		digit;

		memcpy(&digit, view.digits + i * sizeof(digit), sizeof(digit));
		digits[2 * i] = (uint8) digit;
		digits[2 * i + 1] = (uint8) (digit >> 8);
	}
	decimal->negative = view.negative;
	decimal->weight = view.weight;
	decimal->ndigits = view.ndigits;
	decimal->digits = digits;
}

/*
 * A numeric with just the decimals that the value needs.
 */
Numeric
sv_numeric_from_decimal(const SvDecimal *decimal)
{
	int			ndigits = decimal->ndigits;
	const uint8 *digits = decimal->digits;
	int			decimals = 0;
	StringInfoData buf;

	if (ndigits > decimal->weight + 1)
	{
		int			last = digits[2 * ndigits - 2] | digits[2 * ndigits - 1] << 8;

		decimals = 4 * (ndigits - decimal->weight - 1);
		for (; last % 10 == 0; last /= 10)
			decimals--;
	}
	pq_begintypsend(&buf);
	resetStringInfo(&buf);
	pq_sendint16(&buf, ndigits);
	pq_sendint16(&buf, decimal->weight);
	pq_sendint16(&buf, decimal->negative ? HEADER_NEGATIVE : 0);
	pq_sendint16(&buf, decimals);
	for (int i = 0; i < ndigits; i++)
		pq_sendint16(&buf, digits[2 * i] | digits[2 * i + 1] << 8);
	return DatumGetNumeric(DirectFunctionCall3(numeric_recv,
											   PointerGetDatum(&buf),
											   ObjectIdGetDatum(InvalidOid),
											   Int32GetDatum(-1)));
}

/*
 * The value of a count of units of 10^-decimals; decimals is a multiple of 4.
 */
Numeric
sv_numeric_from_units(sv_int128 units, int decimals)
{
	sv_uint128	rest = units < 0 ? -(sv_uint128) units : (sv_uint128) units;
	uint8		digits[2 * 10];
	int			first = 10;
	int			last = 10;
	SvDecimal	decimal;

	while (rest != 0)
	{
		int			digit = rest % 10000;

		rest /= 10000;
		first--;
		digits[2 * first] = (uint8) digit;
		digits[2 * first + 1] = (uint8) (digit >> 8);
	}
	decimal.weight = 9 - first - decimals / 4;
	while (last > first && digits[2 * last - 2] == 0 && digits[2 * last - 1] == 0)
		last--;
	decimal.negative = units < 0;
	decimal.ndigits = last - first;
	decimal.digits = digits + 2 * first;
	if (decimal.ndigits == 0)
		decimal.weight = 0;
	return sv_numeric_from_decimal(&decimal);
}

/*
 * A number that is on its way into a sum, as a numeric.
 */
Numeric
sv_numeric_from_number(const SvNumber *number, SvSum sum)
{
	if (number->wide != NULL)
		return number->wide;
	return sv_numeric_from_units(number->units, sv_sum_decimals[sum]);
}

/*
 * Numerator / denominator, rounded once: the quotient is taken to 40 digits
 * before it becomes a double.  The denominator is not zero.
 */
float8
sv_ratio(Numeric numerator, Numeric denominator)
{
	SvDecimal	n;
	SvDecimal	d;
	int			decimals;
	Datum		dividend;
	Datum		quotient;

	sv_decimal_from_numeric(numerator, &n);
	sv_decimal_from_numeric(denominator, &d);
	if (n.ndigits == 0)
		return 0;

	/* bring the divisor near 1; a quotient gets the dividend's decimals */
	n.weight -= d.weight;
	d.weight = 0;
	decimals = Max(40 - 4 * n.weight, 4 * (n.ndigits - n.weight));
	dividend = DirectFunctionCall2(numeric_round,
								   NumericGetDatum(sv_numeric_from_decimal(&n)),
								   Int32GetDatum(Max(decimals, 0)));
	quotient = DirectFunctionCall2(numeric_div, dividend,
								   NumericGetDatum(sv_numeric_from_decimal(&d)));
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, quotient));
}
