/*-------------------------------------------------------------------------
 *
 * pipeline.c
 *	  The pipeline as of any day: opportunities as changes of a summary, and
 *	  what is read from its stock of open ones.
 *
 * As of a day, an opportunity is closed if it was closed by then, else open
 * if it was opened by then, else not there.  So it changes the summary at
 * most twice, on the days of opening and of closing, and the running sum of
 * all changes is the summary as of each day.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "opportunity.h"
#include "period.h"

/* Changes of one opportunity */

#define BY_ROW (SV_FULL | SV_HAS_AMOUNT | SV_HAS_DATES)

/* Adds an event to the result of a function; its day may be unknown. */
static void
put_event(FunctionCallInfo fcinfo, const DateADT *day, struct varlena *delta)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[] = {day ? DateADTGetDatum(*day) : 0, PointerGetDatum(delta)};
	bool		nulls[] = {day == NULL, false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * The day of a date argument of the row, NULL if it has none.  Of an instant
 * that is the local day in the time zone that is the last argument.
 */
static inline const DateADT *
day_arg(FunctionCallInfo fcinfo, const int shape, int argno, DateADT *day)
{
	Datum		local;

	if (fcinfo->args[argno].isnull)
		return NULL;
	if (!(shape & SV_TIMESTAMPS))
	{
		*day = PG_GETARG_DATEADT(argno);
		return DATE_NOT_FINITE(*day) ? NULL : day;
	}
	if (TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(argno)) || PG_ARGISNULL(4))
		return NULL;
	local = DirectFunctionCall2(timestamptz_zone, PG_GETARG_DATUM(4), PG_GETARG_DATUM(argno));
	*day = sv_floor_div(DatumGetTimestamp(local), USECS_PER_DAY);
	return day;
}

/*
 * The body of opportunity_events of a row, (outcome, amount, opened, closed
 * [, zone]).  NULL is no row without events: an outcome is open, and what
 * else is missing is counted as such.
 */
static pg_attribute_always_inline Datum
row_events(FunctionCallInfo fcinfo, const int shape)
{
	LOCAL_FCINFO(row, 5);
	SvSummary  *delta = sv_new_summary(SV_SALES);
	SvOutcome	outcome;
	DateADT		days[2];
	const DateADT *opened = day_arg(fcinfo, shape, 2, &days[0]);
	const DateADT *closed = day_arg(fcinfo, shape, 3, &days[1]);

	/* the row as a transition function gets it, behind its state */
	memcpy(&row->args[1], &fcinfo->args[0], 4 * sizeof(NullableDatum));
	outcome = sv_outcome_arg(row, shape);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (outcome != SV_OPEN && opened != NULL && closed != NULL && *opened < *closed)
	{
		delta = sv_accum_row(delta, row, shape, 1, SV_OPEN);
		put_event(fcinfo, opened, sv_pack((struct varlena *) delta));
		delta = sv_accum_row(sv_new_summary(SV_SALES), row, shape, -1, SV_OPEN);
	}
	delta = sv_accum_row(delta, row, shape, 1, outcome);
	put_event(fcinfo, outcome == SV_OPEN ? opened : closed, sv_pack((struct varlena *) delta));
	return (Datum) 0;
}

SV_FUNCTION(opportunity_events_won_numeric_date, row_events(fcinfo, BY_ROW));
SV_FUNCTION(opportunity_events_won_float8_date, row_events(fcinfo, BY_ROW | SV_FLOAT));
SV_FUNCTION(opportunity_events_won_numeric_timestamptz, row_events(fcinfo, BY_ROW | SV_TIMESTAMPS));
SV_FUNCTION(opportunity_events_won_float8_timestamptz, row_events(fcinfo, BY_ROW | SV_FLOAT | SV_TIMESTAMPS));
SV_FUNCTION(opportunity_events_status_numeric_date, row_events(fcinfo, BY_ROW | SV_BY_STATUS));
SV_FUNCTION(opportunity_events_status_float8_date, row_events(fcinfo, BY_ROW | SV_BY_STATUS | SV_FLOAT));
SV_FUNCTION(opportunity_events_status_numeric_timestamptz, row_events(fcinfo, BY_ROW | SV_BY_STATUS | SV_TIMESTAMPS));
SV_FUNCTION(opportunity_events_status_float8_timestamptz, row_events(fcinfo, BY_ROW | SV_BY_STATUS | SV_FLOAT | SV_TIMESTAMPS));
