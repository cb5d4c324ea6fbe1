/*-------------------------------------------------------------------------
 *
 * kpi.c
 *	  What the KPI families share: the exact parts of means and ratios.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "kpi.h"

/*
 * The index of an option's value among its choices.
 */
int
sv_choice(text *value, const char *option, const char *const *choices, int nchoices)
{
	StringInfoData hint;

	for (int i = 0; i < nchoices; i++)
		if (VARSIZE_ANY_EXHDR(value) == strlen(choices[i]) &&
			memcmp(VARDATA_ANY(value), choices[i], strlen(choices[i])) == 0)
			return i;

	initStringInfo(&hint);
	for (int i = 0; i < nchoices; i++)
		appendStringInfo(&hint, "%s\"%s\"",
						 i == 0 ? "" : i < nchoices - 1 ? ", " : " or ", choices[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", option, text_to_cstring(value)),
			 errhint("It is %s.", hint.data)));
}

/*
 * The number of rows that have an amount.
 */
int64
sv_num_amounts(const SvFixed *fixed, SvOutcome outcome)
{
	int64		n = fixed->totals[outcome].count[SV_ROWS];

	if (pg_sub_s64_overflow(n, fixed->totals[outcome].count[SV_MISSING_AMOUNT], &n))
		sv_count_out_of_range();
	return n;
}

/*
 * The number of rows of a set of closed outcomes that have a cycle.
 */
int64
sv_num_cycles(const SvFixed *fixed, unsigned outcomes)
{
	int64		n = sv_count_of(fixed, outcomes, SV_ROWS);

	if (pg_sub_s64_overflow(n, sv_count_of(fixed, outcomes, SV_MISSING_CYCLE), &n) ||
		pg_sub_s64_overflow(n, sv_count_of(fixed, outcomes, SV_NEGATIVE_CYCLE), &n))
		sv_count_out_of_range();
	return n;
}

/*
 * A sum over a set of outcomes, multiplied with some factors.
 */
Numeric
sv_sum_of(const SvFixed *fixed, unsigned outcomes, SvSum sum,
		  const int64 *factors, int nfactors)
{
	sv_int128	units = 0;
	Numeric		result;

	for (int outcome = 0; outcome < SV_NUM_OUTCOMES; outcome++)
		if (outcomes & SV_SET(outcome))
			units += fixed->totals[outcome].sum[sum];
	result = sv_product_of_units(units, sv_sum_decimals[sum], factors, nfactors);

	for (int outcome = 0; outcome < SV_NUM_OUTCOMES; outcome++)
	{
		Numeric		wide;

		if (!(outcomes & SV_SET(outcome)) ||
			!(fixed->wide_mask & SV_WIDE_BIT(outcome, sum)))
			continue;
		wide = sv_total(fixed, outcome, sum);
		for (int i = 0; i < nfactors; i++)
			wide = SV_NUMERIC_OP(numeric_mul, wide, int64_to_numeric(factors[i]));
		result = SV_NUMERIC_OP(numeric_add, result, wide);
	}
	return result;
}

/*
 * The cycles of a set of outcomes, in days.  False if these are not whole, or
 * very many.
 */
bool
sv_whole_days(const SvFixed *fixed, unsigned outcomes, sv_int128 *days)
{
	sv_int128	usecs = 0;

	for (int outcome = 0; outcome < SV_NUM_OUTCOMES; outcome++)
	{
		if (!(outcomes & SV_SET(outcome)))
			continue;
		if (fixed->wide_mask & SV_WIDE_BIT(outcome, SV_USECS))
			return false;
		usecs += fixed->totals[outcome].sum[SV_USECS];
	}
	*days = usecs / USECS_PER_DAY;
	return usecs % USECS_PER_DAY == 0;
}

/*
 * Numerator / denominator, rounded once.  The denominator is not zero.
 */
float8
sv_ratio_of_units(sv_int128 numerator, int64 denominator)
{
	const sv_int128 exact = INT64CONST(1) << 53;

	/* the division of two exact doubles rounds once */
	if (numerator >= -exact && numerator <= exact &&
		denominator >= -exact && denominator <= exact)
		return (float8) (int64) numerator / (float8) denominator;
	return sv_ratio(sv_numeric_from_units(numerator, 0), int64_to_numeric(denominator));
}
