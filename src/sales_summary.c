/*-------------------------------------------------------------------------
 *
 * sales_summary.c
 *	  The type sales_summary: opportunities by outcome, and their numbers.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "opportunity.h"
#include "summary_type.h"

SV_SUMMARY_TYPE(sales_summary, SV_SALES);

/* Aggregates */

#define BY_ROW (SV_FULL | SV_HAS_AMOUNT | SV_HAS_DATES)

SV_ACCUM(sales_summary_accum_won_numeric_date, BY_ROW);
SV_ACCUM(sales_summary_accum_won_float8_date, BY_ROW | SV_FLOAT);
SV_ACCUM(sales_summary_accum_won_numeric_timestamptz, BY_ROW | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_won_float8_timestamptz, BY_ROW | SV_FLOAT | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_status_numeric_date, BY_ROW | SV_BY_STATUS);
SV_ACCUM(sales_summary_accum_status_float8_date, BY_ROW | SV_BY_STATUS | SV_FLOAT);
SV_ACCUM(sales_summary_accum_status_numeric_timestamptz, BY_ROW | SV_BY_STATUS | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_status_float8_timestamptz, BY_ROW | SV_BY_STATUS | SV_FLOAT | SV_TIMESTAMPS);

/* A summary from plain sums */

/*
 * Fills in one outcome from a count, an amount and a number of days; a NULL
 * amount or number of days is unknown for each of the rows.  argno is the
 * first of the arguments, has_days tells whether a number of days is the third.
 */
static SvSummary *
add_plain_sums(SvSummary *summary, FunctionCallInfo fcinfo, SvOutcome outcome,
			   int argno, bool has_days)
{
	SvTotals   *totals = &summary->totals[outcome];
	int64		rows;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("number of opportunities must not be null")));
	rows = PG_GETARG_INT64(argno);
	totals->count[SV_ROWS] = rows;
	totals->count[SV_PLAIN] = rows;

	if (PG_ARGISNULL(argno + 1))
		totals->count[SV_MISSING_AMOUNT] = rows;
	else
		summary = sv_add_numeric(summary, outcome, SV_AMOUNT,
								 sv_finite_arg(fcinfo, argno + 1, "amount"));

	totals = &summary->totals[outcome];
	if (!has_days || PG_ARGISNULL(argno + 2))
		totals->count[SV_MISSING_CYCLE] = rows;
	else
	{
		Numeric		usecs = SV_MUL(sv_finite_arg(fcinfo, argno + 2, "days"),
								   int64_to_numeric(USECS_PER_DAY));

		summary = sv_add_numeric(summary, outcome, SV_USECS, sv_rounded(usecs, 0));
	}
	return summary;
}

PG_FUNCTION_INFO_V1(sales_summary_from_sums);
Datum
sales_summary_from_sums(PG_FUNCTION_ARGS)
{
	SvSummary  *summary = sv_new_summary(SV_SALES);

	summary = add_plain_sums(summary, fcinfo, SV_WON, 0, true);
	summary = add_plain_sums(summary, fcinfo, SV_LOST, 3, true);
	summary = add_plain_sums(summary, fcinfo, SV_VOID, 6, false);
	summary = add_plain_sums(summary, fcinfo, SV_OPEN, 8, false);
	PG_RETURN_POINTER(sv_pack((struct varlena *) summary));
}

/* Counts */

/* A count of the summary in argument 0, over a set of outcomes. */
static Datum
count_of(FunctionCallInfo fcinfo, unsigned outcomes)
{
	SvFixed		fixed;

	sv_read_sums(SV_GETARG_SUMMARY(0), SV_SALES, 0, &fixed);
	PG_RETURN_INT64(sv_count_of(&fixed, outcomes, SV_ROWS));
}

PG_FUNCTION_INFO_V1(num_opportunities);
Datum
num_opportunities(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_ALL);
}

PG_FUNCTION_INFO_V1(num_won);
Datum
num_won(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(num_lost);
Datum
num_lost(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_LOST));
}

PG_FUNCTION_INFO_V1(num_void);
Datum
num_void(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_VOID));
}

PG_FUNCTION_INFO_V1(num_open);
Datum
num_open(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_OPEN));
}

PG_FUNCTION_INFO_V1(num_closed);
Datum
num_closed(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_CLOSED);
}
