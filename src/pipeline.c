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
#include "utils/memutils.h"

#include "opportunity.h"
#include "period.h"

/* Changes of one opportunity */

#define BY_ROW (SV_FULL | SV_HAS_AMOUNT | SV_HAS_DATES)

/* Adds an event to the result of the function; NULL is an unknown day. */
static void
put_event(FunctionCallInfo fcinfo, const DateADT *day, struct varlena *delta)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[] = {day == NULL ? 0 : DateADTGetDatum(*day), PointerGetDatum(delta)};
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
 * [, zone]), of which anything may be NULL: what is missing is counted as such
 * in the summary, and if it is the day of an event, that one has none.
 */
static pg_attribute_always_inline Datum
row_events(FunctionCallInfo fcinfo, const int shape)
{
	LOCAL_FCINFO(row, 5);
	SvSummary  *delta = sv_new_summary(SV_SALES);
	SvOutcome	outcome;
	DateADT		days[2];
	const DateADT *opened = day_arg(fcinfo, shape, 2, &days[0]);
	const DateADT *last = opened;	/* the day of the last change */

	/* the arguments as a transition function has them, behind its state */
	memcpy(&row->args[1], &fcinfo->args[0], 4 * sizeof(NullableDatum));
	outcome = sv_outcome_arg(row, shape);
	if (outcome != SV_OPEN)
		last = day_arg(fcinfo, shape, 3, &days[1]);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (opened != NULL && last != NULL && *opened < *last)
	{
		delta = sv_accum_row(delta, row, shape, 1, SV_OPEN);
		put_event(fcinfo, opened, sv_pack((struct varlena *) delta));
		delta = sv_accum_row(sv_new_summary(SV_SALES), row, shape, -1, SV_OPEN);
	}
	delta = sv_accum_row(delta, row, shape, 1, outcome);
	put_event(fcinfo, last, sv_pack((struct varlena *) delta));
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

/* Changes of one opportunity by its history */

#define BY_ENTRY (BY_ROW | SV_BY_STATUS)

typedef struct Elements
{
	int			n;
	NullableDatum *values;
} Elements;

/* The elements of an array argument; none for NULL. */
static Elements
elements_arg(FunctionCallInfo fcinfo, int argno, Oid type, int length)
{
	Elements	elements = {0, NULL};
	Datum	   *values;
	bool	   *nulls;

	if (PG_ARGISNULL(argno))
		return elements;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), type, length, length > 0, TYPALIGN_INT,
					  &values, &nulls, &elements.n);
	elements.values = palloc(elements.n * sizeof(NullableDatum));
	for (int i = 0; i < elements.n; i++)
	{
		elements.values[i].value = values[i];
		elements.values[i].isnull = nulls[i];
	}
	return elements;
}

/* The days of an array argument; error unless they are in ascending order. */
static Elements
days_arg(FunctionCallInfo fcinfo, int argno)
{
	Elements	days = elements_arg(fcinfo, argno, DATEOID, sizeof(DateADT));

	for (int i = 0; i < days.n; i++)
	{
		if (days.values[i].isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("days must not contain nulls")));
		if (sv_finite_day(DatumGetDateADT(days.values[i].value), "day") <
			DatumGetDateADT(days.values[Max(i - 1, 0)].value))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("days are not in ascending order"),
					 errhint("Aggregate the three arrays with the same ORDER BY, by the time of the change.")));
	}
	return days;
}

/* An entry of a history, as a transition function has a row. */
typedef struct Entry
{
	FunctionCallInfo row;
	SvOutcome	outcome;
} Entry;

/* What an opportunity is in the evening less what it was in the morning, if it was there. */
static struct varlena *
day_change(const Entry *morning, const Entry *evening)
{
	SvSummary  *delta = sv_new_summary(SV_SALES);

	if (morning->row != NULL)
		delta = sv_accum_row(delta, morning->row, BY_ENTRY, -1, morning->outcome);
	delta = sv_accum_row(delta, evening->row, BY_ENTRY, 1, evening->outcome);
	return sv_pack((struct varlena *) delta);
}

/*
 * opportunity_events(statuses text[], amounts numeric[], days date[], opened date):
 * an event for each day that changed the opportunity.
 *
 * It was closed on the day of the entry that brought its outcome; entries that
 * leave the outcome alone leave that day alone.
 */
PG_FUNCTION_INFO_V1(opportunity_events_history);
Datum
opportunity_events_history(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(row, 5);
	LOCAL_FCINFO(old_row, 5);
	Elements	statuses = elements_arg(fcinfo, 0, TEXTOID, -1);
	Elements	amounts = elements_arg(fcinfo, 1, NUMERICOID, -1);
	Elements	days = days_arg(fcinfo, 2);
	Size		nothing = VARSIZE(sv_pack((struct varlena *) sv_new_summary(SV_SALES)));
	Entry		morning = {NULL, SV_OPEN};
	Entry		evening = {row, SV_OPEN};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(context, "opportunity_events", ALLOCSET_SMALL_SIZES);

	if (amounts.n != statuses.n || days.n != statuses.n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("statuses, amounts and days are of different length"),
				 errhint("They are the entries of one history.")));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	row->args[3] = fcinfo->args[3];
	for (int i = 0; i < days.n; i++)
	{
		DateADT		day = DatumGetDateADT(days.values[i].value);
		SvOutcome	previous = evening.outcome;
		struct varlena *delta;

		CHECK_FOR_INTERRUPTS();
		row->args[1] = statuses.values[i];
		row->args[2] = amounts.values[i];
		evening.outcome = sv_outcome_arg(row, BY_ENTRY);
		if (i == 0 || evening.outcome != previous)
			row->args[4] = days.values[i];
		if (i + 1 < days.n && DatumGetDateADT(days.values[i + 1].value) == day)
			continue;

		MemoryContextSwitchTo(scratch);
		delta = day_change(&morning, &evening);
		if (VARSIZE(delta) > nothing)
			put_event(fcinfo, &day, delta);
		MemoryContextSwitchTo(context);
		MemoryContextReset(scratch);

		memcpy(old_row->args, row->args, 5 * sizeof(NullableDatum));
		morning.row = old_row;
		morning.outcome = evening.outcome;
	}
	return (Datum) 0;
}

/* Reading the stock */

/*
 * The days that the opportunities of a summary as of a day have been open for,
 * together and in microseconds: cycles of the decided ones, and ages of the
 * open ones.  False if open ones are known by their number only.
 */
static bool
open_time(struct varlena *summary, DateADT as_of, Numeric *time)
{
	const int64 usecs_per_day = USECS_PER_DAY;
	SvFixed		fixed;
	SvCellReader cells;
	SvCell		cell;
	sv_int128	days = 0;

	sv_read(sv_pack(summary), SV_SALES, &fixed, &cells);
	while (sv_read_cell(&cells, &cell))
		if (cell.group == SV_OPEN)
			days += (sv_int128) cell.count * ((int64) as_of - cell.day);
	*time = SV_ADD(sv_sum_of(&fixed, SV_DECIDED, SV_USECS, NULL, 0),
				   sv_product_of_units(days, 0, &usecs_per_day, 1));
	return !sv_has_plain(&fixed, SV_SET(SV_OPEN));
}

/*
 * average_open(before sales_summary, before_day date, after sales_summary, after_day date)
 *
 * In the time that all have been open for, a day counts for each that is open
 * at its end; so the difference is the sum of these numbers over the days.
 */
PG_FUNCTION_INFO_V1(average_open);
Datum
average_open(PG_FUNCTION_ARGS)
{
	DateADT		before_day = sv_day_arg(fcinfo, 1, "before_day");
	DateADT		after_day = sv_day_arg(fcinfo, 3, "after_day");
	const int64 usecs_per_day = USECS_PER_DAY;
	Numeric		before;
	Numeric		after;

	if (after_day <= before_day ||
		!open_time(SV_GETARG_SUMMARY(0), before_day, &before) ||
		!open_time(SV_GETARG_SUMMARY(2), after_day, &after))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(SV_SUB(after, before),
							  sv_product_of_units((int64) after_day - before_day, 0, &usecs_per_day, 1)));
}

/* num_stale(summary sales_summary, as_of date, days int): open ones that are older than that. */
PG_FUNCTION_INFO_V1(num_stale);
Datum
num_stale(PG_FUNCTION_ARGS)
{
	DateADT		as_of = sv_day_arg(fcinfo, 1, "as_of");
	int32		days = sv_num_days_arg(fcinfo, 2, "days");
	SvFixed		fixed;
	SvCellReader cells;
	SvCell		cell;
	int64		result = 0;

	sv_read(sv_pack(SV_GETARG_SUMMARY(0)), SV_SALES, &fixed, &cells);
	if (sv_has_plain(&fixed, SV_SET(SV_OPEN)))
		PG_RETURN_NULL();
	while (sv_read_cell(&cells, &cell))
		if (cell.group == SV_OPEN && (int64) as_of - cell.day > days)
			sv_add_count(&result, cell.count, 1);
	PG_RETURN_INT64(result);
}

/* pipeline_coverage(open_amount numeric, target numeric, booked numeric): NULL where nothing is left of the target. */
PG_FUNCTION_INFO_V1(pipeline_coverage);
Datum
pipeline_coverage(PG_FUNCTION_ARGS)
{
	Numeric		open_amount = sv_finite_arg(fcinfo, 0, "open_amount");
	Numeric		target = sv_finite_arg(fcinfo, 1, "target");
	Numeric		booked = sv_finite_arg(fcinfo, 2, "booked");

	if (DatumGetBool(DirectFunctionCall2(numeric_ge, NumericGetDatum(booked), NumericGetDatum(target))))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(open_amount, SV_SUB(target, booked)));
}
