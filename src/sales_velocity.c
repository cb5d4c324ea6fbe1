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

#include "funcapi.h"

#include "levers.h"

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
 * The velocity by the opportunities of one summary, and the other levers of
 * another or the same one; NULL without a cycle.
 */
static Datum
velocity(FunctionCallInfo fcinfo, struct varlena *stock, struct varlena *flow,
		 unsigned opportunities, unsigned cycle)
{
	SvLevers	levers;
	Numeric		result;

	sv_read_levers(stock, flow, opportunities, cycle, &levers);
	if (!sv_velocity(&levers, &result))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(result);
}

/* The aggregate's result: the textbook reading. */
PG_FUNCTION_INFO_V1(sales_velocity_final);
Datum
sales_velocity_final(PG_FUNCTION_ARGS)
{
	struct varlena *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = SV_GETARG_SUMMARY(0);
	return velocity(fcinfo, state, state, SV_CLOSED | SV_SET(SV_OPEN), SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(sales_velocity_of_summary);
Datum
sales_velocity_of_summary(PG_FUNCTION_ARGS)
{
	struct varlena *summary = SV_GETARG_SUMMARY(0);

	return velocity(fcinfo, summary, summary, sv_opportunities_arg(fcinfo, 1), sv_cycle_arg(fcinfo, 2));
}

/* Open opportunities at a moment, against what was closed in a window. */
PG_FUNCTION_INFO_V1(sales_velocity_of_flow);
Datum
sales_velocity_of_flow(PG_FUNCTION_ARGS)
{
	return velocity(fcinfo, SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1),
					SV_SET(SV_OPEN), sv_cycle_arg(fcinfo, 2));
}

/*
 * The levers of the same readings and their product, as one row.  A lever
 * without a denominator is NULL.
 */
static Datum
levers_and_velocity(FunctionCallInfo fcinfo, struct varlena *stock, struct varlena *flow,
					unsigned opportunities, unsigned cycle)
{
	SvLevers	levers;
	SvFraction	fractions[SV_NUM_LEVERS];
	Numeric		product;
	TupleDesc	desc;
	Datum		values[SV_NUM_LEVERS + 1] = {0};
	bool		nulls[SV_NUM_LEVERS + 1];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	sv_read_levers(stock, flow, opportunities, cycle, &levers);
	sv_lever_fractions(&levers, fractions);
	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		nulls[i] = sv_sign(fractions[i].denominator) == 0;
		if (nulls[i])
			continue;
		if (i == SV_OPPORTUNITIES)
			values[i] = Int64GetDatum(levers.opportunities);
		else if (i == SV_DEAL_SIZE)
			values[i] = NumericGetDatum(SV_DIV(fractions[i].numerator,
											   fractions[i].denominator));
		else
			values[i] = Float8GetDatum(sv_ratio(fractions[i].numerator, fractions[i].denominator));
	}
	nulls[SV_NUM_LEVERS] = !sv_velocity(&levers, &product);
	if (!nulls[SV_NUM_LEVERS])
		values[SV_NUM_LEVERS] = NumericGetDatum(product);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

PG_FUNCTION_INFO_V1(sales_velocity_levers_of_summary);
Datum
sales_velocity_levers_of_summary(PG_FUNCTION_ARGS)
{
	struct varlena *summary = SV_GETARG_SUMMARY(0);

	return levers_and_velocity(fcinfo, summary, summary, sv_opportunities_arg(fcinfo, 1), sv_cycle_arg(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(sales_velocity_levers_of_flow);
Datum
sales_velocity_levers_of_flow(PG_FUNCTION_ARGS)
{
	return levers_and_velocity(fcinfo, SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1),
							   SV_SET(SV_OPEN), sv_cycle_arg(fcinfo, 2));
}

/* The formula on four numbers. */
PG_FUNCTION_INFO_V1(sales_velocity_of_levers);
Datum
sales_velocity_of_levers(PG_FUNCTION_ARGS)
{
	Numeric		days = PG_GETARG_NUMERIC(3);
	Numeric		product;

	/* neither NaN nor an infinity is zero */
	if (!numeric_is_nan(days) && !numeric_is_inf(days) && sv_sign(days) == 0)
		PG_RETURN_NULL();
	product = SV_MUL(PG_GETARG_NUMERIC(0), PG_GETARG_NUMERIC(1));
	product = SV_MUL(product, PG_GETARG_NUMERIC(2));
	PG_RETURN_NUMERIC(SV_DIV(product, days));
}
