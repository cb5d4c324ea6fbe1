/*-------------------------------------------------------------------------
 *
 * exact_sum.c
 *	  Amounts and sums: exact conversions between the server's types and
 *	  128-bit fixed point.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Nearly every amount is a whole number of 10^-8 units that fits 64 bits, so
 * sums are kept as 128-bit counts of such units and nothing is allocated per
 * row.  Anything else - more decimals, or 28 digits before the point - stays
 * a numeric and is added with the server's own arithmetic.  Which way a value
 * took is never visible, because both ways are exact and the stored form is
 * chosen by the value of the sum alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/float.h"

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
#define SHORT_DECIMALS_SHIFT	7
#define SHORT_DECIMALS_MAX		0x3F
#define SHORT_WEIGHT_NEGATIVE	0x0040
#define SHORT_WEIGHT_MASK		0x003F

#define TEN_TO_16 UINT64CONST(10000000000000000)

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
	view->ndigits = size / (int) sizeof(int16);
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
	int			weight = decimal->weight;
	const uint8 *digits = decimal->digits;
	int			decimals = 0;
	bool		is_short;
	Size		size;
	struct varlena *result;
	uint16	   *words;

	if (ndigits > weight + 1)
	{
		int			last = digits[2 * ndigits - 2] | digits[2 * ndigits - 1] << 8;

		decimals = 4 * (ndigits - weight - 1);
		for (; last % 10 == 0; last /= 10)
			decimals--;
	}
	is_short = decimals <= SHORT_DECIMALS_MAX &&
		weight >= -SHORT_WEIGHT_MASK - 1 && weight <= SHORT_WEIGHT_MASK;
	size = VARHDRSZ + sizeof(int16) * ((is_short ? 1 : 2) + ndigits);
	result = palloc(size);
	SET_VARSIZE(result, size);
	words = (uint16 *) VARDATA(result);
	if (is_short)
		*words++ = HEADER_SHORT | (decimal->negative ? SHORT_NEGATIVE : 0) |
			decimals << SHORT_DECIMALS_SHIFT |
			(weight & (SHORT_WEIGHT_NEGATIVE | SHORT_WEIGHT_MASK));
	else
	{
		*words++ = (decimal->negative ? HEADER_NEGATIVE : 0) | decimals;
		*words++ = weight;
	}
	for (int i = 0; i < ndigits; i++)
		words[i] = digits[2 * i] | digits[2 * i + 1] << 8;
	return (Numeric) result;
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

	/* 128-bit division is slow: four digits at a time, until 64 bits are left */
	while (rest != 0)
	{
		uint64		part = (uint64) rest;
		int			stop = 0;

		if (part != rest)
		{
			part = rest % TEN_TO_16;
			rest /= TEN_TO_16;
			stop = first - 4;
		}
		else
			rest = 0;
		for (; first > stop && (part != 0 || stop > 0); part /= 10000)
		{
			first--;
			digits[2 * first] = (uint8) (part % 10000);
			digits[2 * first + 1] = (uint8) (part % 10000 >> 8);
		}
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
 * A finite float as the shortest decimal that reads back as it.
 */
Numeric
sv_numeric_from_float8(float8 value)
{
	SvNumber	number;

	(void) sv_amount_from_float8(value, &number);
	return sv_numeric_from_number(&number, SV_AMOUNT);
}

/* Cuts a decimal off where it no longer matters to a double. */
static void
shorten(SvDecimal *decimal)
{
	decimal->ndigits = Min(decimal->ndigits, 64);
	while (decimal->ndigits > 0 &&
		   decimal->digits[2 * decimal->ndigits - 2] == 0 &&
		   decimal->digits[2 * decimal->ndigits - 1] == 0)
		decimal->ndigits--;
}

/*
 * Numerator / denominator, rounded once: the quotient is taken to 130 digits
 * before it becomes a double.  These are all of them if the divisor is a power
 * of two below 2^128, so whatever lies halfway between two doubles is seen to
 * do so.  The denominator is not zero.
 */
float8
sv_ratio(Numeric numerator, Numeric denominator)
{
	SvDecimal	n;
	SvDecimal	d;
	Numeric		quotient;
	float8		result;

	sv_decimal_from_numeric(numerator, &n);
	sv_decimal_from_numeric(denominator, &d);
	shorten(&n);
	shorten(&d);

	/* bring the divisor near 1, and see whether a double can hold the rest */
	n.weight -= d.weight;
	d.weight = 0;
	if (n.ndigits == 0 || n.weight < -90)
		return 0;
	if (n.weight > 90)
		float_overflow_error();

	quotient = sv_quotient(sv_numeric_from_decimal(&n), sv_numeric_from_decimal(&d),
						   Max(130, 4 * n.ndigits) + 4 * Max(-n.weight, 0));
	result = strtod(DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(quotient))), NULL);
	if (isinf(result))
		float_overflow_error();
	return result;
}

/*
 * Do some bytes hold a finite numeric?  At least 8 of them can be read.
 */
bool
sv_is_numeric(const void *bytes, Size size)
{
	const struct varlena *value = bytes;
	DigitView	view;

	if (!VARATT_IS_4B_U(value) || VARSIZE(value) > size ||
		VARSIZE(value) < VARHDRSZ + sizeof(uint16) || VARSIZE(value) % 2 != 0 ||
		!view_digits(value, &view) || view.ndigits < 0 ||
		view.ndigits - view.weight - 1 > SV_MAX_FRACTION_DIGITS)
		return false;
	for (int i = 0; i < view.ndigits; i++)
	{
		uint16		digit;

		memcpy(&digit, view.digits + i * sizeof(digit), sizeof(digit));
		if (digit > 9999 || (digit % 10 != 0 && i - view.weight == SV_MAX_FRACTION_DIGITS))
			return false;
	}
	return true;
}

/*
 * -1, 0 or 1, of a finite numeric.
 */
int
sv_sign(Numeric value)
{
	DigitView	view;

	Assert(!numeric_is_nan(value) && !numeric_is_inf(value));
	if (!view_digits((struct varlena *) value, &view) || view.ndigits == 0)
		return 0;
	return view.negative ? -1 : 1;
}

/*
 * The number of decimals that a finite numeric is written with.
 */
int
sv_scale(Numeric value)
{
	return DatumGetInt32(DirectFunctionCall1(numeric_scale, NumericGetDatum(value)));
}

/*
 * Rounded to so many decimals, or filled up with zeros.
 */
Numeric
sv_rounded(Numeric value, int decimals)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_round, NumericGetDatum(value),
											   Int32GetDatum(decimals)));
}

/*
 * a / b with so many decimals at least, which numeric_div owes to its dividend.
 */
Numeric
sv_quotient(Numeric a, Numeric b, int decimals)
{
	return SV_DIV(sv_rounded(a, Max(sv_scale(a), decimals)), b);
}

/* The number of bits that a magnitude needs. */
static int
bits_of(sv_int128 value)
{
	sv_uint128	magnitude = value < 0 ? -(sv_uint128) value : (sv_uint128) value;
	uint64		high = (uint64) (magnitude >> 64);

	if (high != 0)
		return 65 + pg_leftmost_one_pos64(high);
	return (uint64) magnitude == 0 ? 0 : 1 + pg_leftmost_one_pos64((uint64) magnitude);
}

/*
 * A count of units of 10^-decimals, multiplied with some factors.
 */
Numeric
sv_product_of_units(sv_int128 units, int decimals, const int64 *factors, int nfactors)
{
	int			i = 0;
	Numeric		result;

	/* 128 bits are enough for all but the largest */
	for (; i < nfactors && bits_of(units) + bits_of(factors[i]) < 127; i++)
		units *= factors[i];
	result = sv_numeric_from_units(units, decimals);
	for (; i < nfactors; i++)
		result = SV_MUL(result, int64_to_numeric(factors[i]));
	return result;
}
