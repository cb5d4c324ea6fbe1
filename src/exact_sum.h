/*-------------------------------------------------------------------------
 *
 * exact_sum.h
 *	  Amounts and sums: exact conversions between the server's types and
 *	  128-bit fixed point.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_EXACT_SUM_H
#define SV_EXACT_SUM_H

#include "utils/numeric.h"

#include "codec.h"

#define SV_UNITS_PER_ONE	INT64CONST(100000000)	/* of an amount */

/*
 * One number on its way into a sum: a count of units, or a numeric where
 * that does not fit ("wide").
 */
typedef struct SvNumber
{
	sv_int128	units;
	Numeric		wide;			/* NULL if units holds the value */
} SvNumber;

/* The server's arithmetic. */
#define SV_NUMERIC_OP(function, a, b) \
	DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)))
#define SV_ADD(a, b)	SV_NUMERIC_OP(numeric_add, a, b)
#define SV_SUB(a, b)	SV_NUMERIC_OP(numeric_sub, a, b)
#define SV_MUL(a, b)	SV_NUMERIC_OP(numeric_mul, a, b)
#define SV_DIV(a, b)	SV_NUMERIC_OP(numeric_div, a, b)

extern bool sv_amount_from_numeric(Datum value, SvNumber *amount);
extern bool sv_amount_from_float8(float8 value, SvNumber *amount);

extern void sv_decimal_from_numeric(Numeric value, SvDecimal *decimal);
extern Numeric sv_numeric_from_decimal(const SvDecimal *decimal);
extern Numeric sv_numeric_from_units(sv_int128 units, int decimals);
extern Numeric sv_numeric_from_number(const SvNumber *number, SvSum sum);
extern Numeric sv_numeric_from_float8(float8 value);

extern Numeric sv_product_of_units(sv_int128 units, int decimals,
								   const int64 *factors, int nfactors);

extern bool sv_is_numeric(const void *bytes, Size size);
extern int	sv_sign(Numeric value);
extern int	sv_scale(Numeric value);
extern Numeric sv_rounded(Numeric value, int decimals);
extern Numeric sv_quotient(Numeric a, Numeric b, int decimals);
extern float8 sv_ratio(Numeric numerator, Numeric denominator);

/* Does a count of units fit 64 bits, so that products of two fit 128? */
static inline bool
sv_fits_int64(sv_int128 value)
{
	return (int64) value == value;
}

#endif							/* SV_EXACT_SUM_H */
