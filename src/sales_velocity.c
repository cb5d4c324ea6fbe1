/*-------------------------------------------------------------------------
 *
 * sales_velocity.c
 *	  Sales velocity: opportunities * hit ratio * average deal size /
 *	  average sales cycle, in money per day.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "opportunity.h"

#define BY_ROW (SV_HAS_AMOUNT | SV_HAS_DATES)

SV_ACCUM(sales_velocity_accum_won_numeric_date, BY_ROW);
SV_ACCUM(sales_velocity_accum_won_float8_date, BY_ROW | SV_FLOAT);
SV_ACCUM(sales_velocity_accum_won_numeric_timestamptz, BY_ROW | SV_TIMESTAMPS);
SV_ACCUM(sales_velocity_accum_won_float8_timestamptz, BY_ROW | SV_FLOAT | SV_TIMESTAMPS);
SV_ACCUM(sales_velocity_accum_status_numeric_date, BY_ROW | SV_BY_STATUS);
SV_ACCUM(sales_velocity_accum_status_float8_date, BY_ROW | SV_BY_STATUS | SV_FLOAT);
SV_ACCUM(sales_velocity_accum_status_numeric_timestamptz, BY_ROW | SV_BY_STATUS | SV_TIMESTAMPS);
SV_ACCUM(sales_velocity_accum_status_float8_timestamptz, BY_ROW | SV_BY_STATUS | SV_FLOAT | SV_TIMESTAMPS);

/*
 * The velocity of a set of opportunities, whose number is counted over one
 * set of outcomes and whose cycle over another, or NULL.
 *
 * The four levers are fractions, so all numerators and all denominators are
 * multiplied first, exactly, and one division rounds.  With nothing won the
 * hit ratio is 0, and the deal size does not matter.
 */
static Datum
velocity(FunctionCallInfo fcinfo, unsigned opportunities, unsigned cycle)
{
	SvFixed		fixed;
	int64		won;
	int64		amounts;
	int64		cycles;
	int64		numerators[4];
	int64		denominators[2];
	bool		complete;
	Numeric		denominator;

	sv_read_sums(SV_GETARG_SUMMARY(0), 1u << SV_AMOUNT | 1u << SV_USECS, &fixed);
	won = fixed.totals[SV_WON].count[SV_ROWS];
	amounts = sv_num_amounts(&fixed, SV_WON);
	cycles = sv_num_cycles(&fixed, cycle);
	complete = won == amounts;

	denominators[0] = sv_count_of(&fixed, SV_CLOSED, SV_ROWS);
	denominators[1] = amounts;
	denominator = sv_sum_of(&fixed, cycle, SV_USECS, denominators, complete ? 1 : 2);
	if (cycles == 0 || sv_is_zero(denominator))
		PG_RETURN_NULL();

	numerators[0] = sv_count_of(&fixed, opportunities, SV_ROWS);
	numerators[1] = cycles;
	numerators[2] = USECS_PER_DAY;
	numerators[3] = won;
	PG_RETURN_NUMERIC(SV_NUMERIC_OP(numeric_div,
									sv_sum_of(&fixed, SV_SET(SV_WON), SV_AMOUNT,
											  numerators, complete ? 3 : 4),
									denominator));
}

/* The aggregate's result: the textbook reading. */
PG_FUNCTION_INFO_V1(sales_velocity_final);
Datum
sales_velocity_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return velocity(fcinfo, SV_CLOSED | SV_SET(SV_OPEN), SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(sales_velocity_of_summary);
Datum
sales_velocity_of_summary(PG_FUNCTION_ARGS)
{
	static const char *const opportunities[] = {"all", "closed", "open"};
	static const unsigned counted[] = {SV_CLOSED | SV_SET(SV_OPEN), SV_CLOSED, SV_SET(SV_OPEN)};
	static const char *const cycles[] = {"won", "closed"};
	static const unsigned timed[] = {SV_SET(SV_WON), SV_CLOSED};

	int			n = sv_choice(PG_GETARG_TEXT_PP(1), "opportunities",
							  opportunities, lengthof(opportunities));
	int			c = sv_choice(PG_GETARG_TEXT_PP(2), "cycle", cycles, lengthof(cycles));

	return velocity(fcinfo, counted[n], timed[c]);
}

/* The formula on four numbers. */
PG_FUNCTION_INFO_V1(sales_velocity_of_levers);
Datum
sales_velocity_of_levers(PG_FUNCTION_ARGS)
{
	Numeric		days = PG_GETARG_NUMERIC(3);
	Numeric		product;

	if (sv_is_zero(days))
		PG_RETURN_NULL();
	product = SV_NUMERIC_OP(numeric_mul, PG_GETARG_NUMERIC(0), PG_GETARG_NUMERIC(1));
	product = SV_NUMERIC_OP(numeric_mul, product, PG_GETARG_NUMERIC(2));
	PG_RETURN_NUMERIC(SV_NUMERIC_OP(numeric_div, product, days));
}
