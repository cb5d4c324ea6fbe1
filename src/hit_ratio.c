/*-------------------------------------------------------------------------
 *
 * hit_ratio.c
 *	  Hit ratio: which share of the opportunities is won.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "opportunity.h"

SV_ACCUM(hit_ratio_accum_won, 0);
SV_ACCUM(hit_ratio_accum_status, SV_BY_STATUS);

/* won / total; false without a denominator. */
static bool
ratio_of_counts(int64 won, int64 total, float8 *result)
{
	if (total == 0)
		return false;
	*result = sv_ratio_of_units(won, total);
	return true;
}

/* Won amount / amount of all closed ones; false without a denominator. */
static bool
ratio_of_amounts(const SvFixed *fixed, float8 *result)
{
	Numeric		closed = sv_sum_of(fixed, SV_CLOSED, SV_AMOUNT, NULL, 0);

	if (sv_is_zero(closed))
		return false;
	*result = sv_ratio(sv_total(fixed, SV_WON, SV_AMOUNT), closed);
	return true;
}

/* The aggregate's result: the ratio over won and lost rows. */
PG_FUNCTION_INFO_V1(hit_ratio_final);
Datum
hit_ratio_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	float8		result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), &fixed, NULL);
	if (!ratio_of_counts(fixed.totals[SV_WON].count[SV_ROWS],
						 sv_count_of(&fixed, SV_CLOSED, SV_ROWS), &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(hit_ratio_of_summary);
Datum
hit_ratio_of_summary(PG_FUNCTION_ARGS)
{
	static const char *const bases[] = {"closed", "decided", "created", "value"};
	static const unsigned denominators[] = {SV_CLOSED, SV_DECIDED, SV_ALL};
	int			basis = sv_choice(PG_GETARG_TEXT_PP(1), "basis", bases, lengthof(bases));
	SvFixed		fixed;
	float8		result;

	sv_read(SV_GETARG_SUMMARY(0), &fixed, NULL);
	if (basis == 3 ? !ratio_of_amounts(&fixed, &result) :
		!ratio_of_counts(fixed.totals[SV_WON].count[SV_ROWS],
						 sv_count_of(&fixed, denominators[basis], SV_ROWS), &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(hit_ratio_of_counts);
Datum
hit_ratio_of_counts(PG_FUNCTION_ARGS)
{
	float8		result;

	if (!ratio_of_counts(PG_GETARG_INT64(0), PG_GETARG_INT64(1), &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}
