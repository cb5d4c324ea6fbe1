/*-------------------------------------------------------------------------
 *
 * deal_size.c
 *	  Average deal size, and the amounts of a summary.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "opportunity.h"

SV_ACCUM(avg_deal_size_accum_won_numeric, SV_HAS_AMOUNT);
SV_ACCUM(avg_deal_size_accum_won_float8, SV_HAS_AMOUNT | SV_FLOAT);
SV_ACCUM(avg_deal_size_accum_status_numeric, SV_BY_STATUS | SV_HAS_AMOUNT);
SV_ACCUM(avg_deal_size_accum_status_float8, SV_BY_STATUS | SV_HAS_AMOUNT | SV_FLOAT);

/* Mean amount of the won rows that have one.  Serves the aggregate, whose state may be NULL, too. */
PG_FUNCTION_INFO_V1(avg_deal_size_of_summary);
Datum
avg_deal_size_of_summary(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	int64		deals;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	deals = sv_num_amounts(&fixed, SV_WON);
	if (deals == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(sv_total(&fixed, SV_WON, SV_AMOUNT),
							 int64_to_numeric(deals)));
}

PG_FUNCTION_INFO_V1(avg_deal_size_of_sums);
Datum
avg_deal_size_of_sums(PG_FUNCTION_ARGS)
{
	int64		won = PG_GETARG_INT64(1);

	if (won == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(PG_GETARG_NUMERIC(0),
							 int64_to_numeric(won)));
}

/* The amount of one outcome. */
static Datum
amount_of(FunctionCallInfo fcinfo, SvOutcome outcome)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	PG_RETURN_NUMERIC(sv_total(&fixed, outcome, SV_AMOUNT));
}

PG_FUNCTION_INFO_V1(won_amount);
Datum
won_amount(PG_FUNCTION_ARGS)
{
	return amount_of(fcinfo, SV_WON);
}

PG_FUNCTION_INFO_V1(lost_amount);
Datum
lost_amount(PG_FUNCTION_ARGS)
{
	return amount_of(fcinfo, SV_LOST);
}

PG_FUNCTION_INFO_V1(open_amount);
Datum
open_amount(PG_FUNCTION_ARGS)
{
	return amount_of(fcinfo, SV_OPEN);
}

PG_FUNCTION_INFO_V1(num_missing_amount);
Datum
num_missing_amount(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, SV_ALL, SV_MISSING_AMOUNT));
}
