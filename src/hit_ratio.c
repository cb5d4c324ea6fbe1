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

/* Won amount / amount of all closed ones, or NULL. */
static Datum
ratio_of_amounts(FunctionCallInfo fcinfo, const SvFixed *fixed)
{
	Numeric		closed = sv_sum_of(fixed, SV_CLOSED, SV_AMOUNT, NULL, 0);

	if (sv_is_zero(closed))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(sv_total(fixed, SV_WON, SV_AMOUNT), closed));
}

/* The aggregate's result: the ratio over won and lost rows. */
PG_FUNCTION_INFO_V1(hit_ratio_final);
Datum
hit_ratio_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), &fixed, NULL);
	return sv_ratio_of_counts(fcinfo, fixed.totals[SV_WON].count[SV_ROWS],
							  sv_count_of(&fixed, SV_CLOSED, SV_ROWS));
}

PG_FUNCTION_INFO_V1(hit_ratio_of_summary);
Datum
hit_ratio_of_summary(PG_FUNCTION_ARGS)
{
	static const char *const bases[] = {"closed", "decided", "created", "value"};
	static const unsigned denominators[] = {SV_CLOSED, SV_DECIDED, SV_ALL};
	int			basis = sv_choice(PG_GETARG_TEXT_PP(1), "basis", bases, lengthof(bases));
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), &fixed, NULL);
	if (basis == lengthof(denominators))
		return ratio_of_amounts(fcinfo, &fixed);
	return sv_ratio_of_counts(fcinfo, fixed.totals[SV_WON].count[SV_ROWS],
							  sv_count_of(&fixed, denominators[basis], SV_ROWS));
}

SV_FUNCTION(hit_ratio_of_counts, sv_ratio_of_counts(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1)));
