/*-------------------------------------------------------------------------
 *
 * lead_velocity_rate.c
 *	  Lead velocity rate: how fast the number of qualified leads grows from
 *	  month to month.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A lead_summary counts the leads of each month.  Its cells are first days of
 * months; a reader takes any other day for its month.
 *
 * The aggregate lead_velocity_rate needs two counts of rows only, and the
 * number of months between them.  Its state is a lead_summary as well, with
 * groups of their own for the rows of either month, whose one cell is that
 * number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/datetime.h"
#include "windowapi.h"

#include "calendar.h"
#include "confidence.h"
#include "count_ratio.h"
#include "kpi.h"
#include "period.h"
#include "summary_type.h"

/* Groups */
#define ALL_LEADS		0
#define CURRENT_MONTH	1
#define BASE_MONTH		2

/* The count of leads that have no day; the other one is SV_ROWS. */
#define UNQUALIFIED		1

SV_SUMMARY_TYPE(lead_summary, SV_LEADS);

/* Months */

/* The number of the month of a finite day. */
static int32
month_of(DateADT day)
{
	int			year;
	int			month;
	int			mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return year * MONTHS_PER_YEAR + month - 1;
}

/* The first day of a month; of the month in which dates begin, the first one there is. */
static DateADT
first_day_of(int32 month)
{
	int			year = sv_floor_div(month, MONTHS_PER_YEAR);
	int32		day = date2j(year, month - year * MONTHS_PER_YEAR + 1, 1) - POSTGRES_EPOCH_JDATE;

	return Max(day, DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE);
}

/* The month in which a day lies that is an argument: the first one that is not over yet. */
static int32
month_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	DateADT		day = PG_GETARG_DATEADT(argno);

	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s \"%s\" is out of range", name,
						DATE_IS_NOBEGIN(day) ? "-infinity" : "infinity"),
				 errhint("It must be finite.")));
	return month_of(day);
}

/* A number of months or of periods that is an argument. */
static int32
positive_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	int32		value = PG_GETARG_INT32(argno);

	if (value < 1)
		sv_out_of_range(name, psprintf("%d", value), "It must be positive.");
	return value;
}

/* A number of leads that is an argument. */
static int64
leads_arg(int64 leads)
{
	if (leads < 0)
		sv_out_of_range("number of leads", psprintf(INT64_FORMAT, leads),
						"It must not be negative.");
	return leads;
}

/* Rates */

/* a / b, rounded once. */
static float8
quotient(sv_int128 a, sv_int128 b)
{
	return sv_fits_int64(b) ? sv_ratio_of_units(a, b) :
		sv_ratio(sv_numeric_from_units(a, 0), sv_numeric_from_units(b, 0));
}

/*
 * The rate per period of a growth over some of them.  The ratio is 1 + growth,
 * which alone would not have the digits of a small ratio.
 */
static float8
per_period(float8 ratio, float8 growth, int32 periods)
{
	if (periods == 1)
		return growth;
	return expm1((fabs(growth) < 0.5 ? log1p(growth) : log(ratio)) / periods);
}

/*
 * current / base - 1 as a rate per period.  NULL without a base, or if these
 * are no numbers of leads.
 */
static Datum
rate(FunctionCallInfo fcinfo, sv_int128 current, sv_int128 base, int32 periods)
{
	if (base <= 0 || current < 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(per_period(quotient(current, base), quotient(current - base, base), periods));
}

PG_FUNCTION_INFO_V1(lead_velocity_rate_of_counts);
Datum
lead_velocity_rate_of_counts(PG_FUNCTION_ARGS)
{
	return rate(fcinfo, leads_arg(PG_GETARG_INT64(0)), leads_arg(PG_GETARG_INT64(1)), 1);
}

/* The window function */

/*
 * Looks at one row back only, whatever the frame.  A month that has no row
 * counts as one without leads.
 */
PG_FUNCTION_INFO_V1(lead_velocity_rate_window);
Datum
lead_velocity_rate_window(PG_FUNCTION_ARGS)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	bool		month_is_null;
	bool		current_is_null;
	bool		base_is_null;
	bool		is_first;
	DateADT		day = DatumGetDateADT(WinGetFuncArgCurrent(winobj, 0, &month_is_null));
	Datum		current = WinGetFuncArgCurrent(winobj, 1, &current_is_null);
	DateADT		previous_day;
	Datum		base;
	int32		gap;

	if (month_is_null || DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("month must be neither null nor infinite")));
	if (!current_is_null)
		leads_arg(DatumGetInt64(current));

	previous_day = DatumGetDateADT(WinGetFuncArgInPartition(winobj, 0, -1, WINDOW_SEEK_CURRENT,
															false, &month_is_null, &is_first));
	base = WinGetFuncArgInPartition(winobj, 1, -1, WINDOW_SEEK_CURRENT,
									true, &base_is_null, &is_first);
	if (is_first)
		PG_RETURN_NULL();
	gap = month_of(day) - month_of(previous_day);
	if (gap == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("month of \"%s\" is repeated",
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)))),
				 errhint("There is one row for each month of a partition.")));
	if (gap < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("months are not in order: \"%s\" follows \"%s\"",
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day))),
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(previous_day)))),
				 errhint("The window is to be ORDER BY the month.")));
	if (gap > 1 || current_is_null || base_is_null)
		PG_RETURN_NULL();
	return rate(fcinfo, DatumGetInt64(current), DatumGetInt64(base), 1);
}

/* Aggregates */

/* Adds one lead to a lead_summary, or takes it away. */
static Datum
accumulate(FunctionCallInfo fcinfo, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_LEADS, in_aggregate);

	sv_add_count(&summary->totals[ALL_LEADS].count[SV_ROWS], 1, sign);
	if (PG_ARGISNULL(1) || DATE_NOT_FINITE(PG_GETARG_DATEADT(1)))
		sv_add_count(&summary->totals[ALL_LEADS].count[UNQUALIFIED], 1, sign);
	else
	{
		SvCell		cell = {ALL_LEADS, first_day_of(month_of(PG_GETARG_DATEADT(1))), 1};

		summary = sv_add_cell(summary, &cell, sign);
	}
	return sv_summary_result(summary, in_aggregate);
}

SV_FUNCTION(lead_summary_accum, accumulate(fcinfo, 1));
SV_FUNCTION(lead_summary_accum_inv, accumulate(fcinfo, -1));

/*
 * Adds one lead to the state of lead_velocity_rate, or takes it away, if it is
 * of one of the two months.
 */
static Datum
accumulate_rate(FunctionCallInfo fcinfo, const bool has_periods, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_LEADS, in_aggregate);
	int32		periods = 1;
	int64		days;
	int32		age;

	if (PG_ARGISNULL(1) || DATE_NOT_FINITE(PG_GETARG_DATEADT(1)) || PG_ARGISNULL(2) ||
		(has_periods && PG_ARGISNULL(3)))
		return sv_summary_result(summary, in_aggregate);
	if (has_periods)
		periods = positive_arg(fcinfo, 3, "periods");

	/* most leads are too young or too old to ask the calendar about them */
	days = (int64) PG_GETARG_DATEADT(2) - PG_GETARG_DATEADT(1);
	if (!DATE_NOT_FINITE(PG_GETARG_DATEADT(2)) && (days < 0 || days > 31 * ((int64) periods + 2)))
		return sv_summary_result(summary, in_aggregate);

	age = month_arg(fcinfo, 2, "as_of") - 1 - month_of(PG_GETARG_DATEADT(1));
	if (age == 0 || age == periods)
	{
		SvCell		cell = {age == 0 ? CURRENT_MONTH : BASE_MONTH, periods, 1};

		summary = sv_add_cell(summary, &cell, sign);
	}
	return sv_summary_result(summary, in_aggregate);
}

SV_FUNCTION(lead_velocity_rate_accum, accumulate_rate(fcinfo, false, 1));
SV_FUNCTION(lead_velocity_rate_accum_inv, accumulate_rate(fcinfo, false, -1));
SV_FUNCTION(lead_velocity_rate_accum_periods, accumulate_rate(fcinfo, true, 1));
SV_FUNCTION(lead_velocity_rate_accum_periods_inv, accumulate_rate(fcinfo, true, -1));

PG_FUNCTION_INFO_V1(lead_velocity_rate_final);
Datum
lead_velocity_rate_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;
	int64		leads[] = {0, 0, 0};
	int32		periods = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(sv_pack(SV_GETARG_SUMMARY(0)), SV_LEADS, &fixed, &reader);
	while (sv_read_cell(&reader, &cell))
	{
		if (cell.group == ALL_LEADS)
			continue;
		if (periods != 0 && cell.day != periods)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("periods must be the same for all rows")));
		periods = cell.day;
		leads[cell.group] = cell.count;
	}
	return rate(fcinfo, leads[CURRENT_MONTH], leads[BASE_MONTH], periods);
}

/* What is read from a summary */

/* A count of the summary in argument 0. */
static Datum
count_of(FunctionCallInfo fcinfo, SvCount count)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_LEADS, &fixed, NULL);
	PG_RETURN_INT64(fixed.totals[ALL_LEADS].count[count]);
}

SV_FUNCTION(num_leads, count_of(fcinfo, SV_ROWS));
SV_FUNCTION(num_unqualified, count_of(fcinfo, UNQUALIFIED));

/* Two months, how far they are apart, and their leads. */
typedef struct Growth
{
	int32		periods;
	int64		current_month;
	int64		base_month;
	int64		current;
	int64		base;
} Growth;

/*
 * Compares the last complete month with one some periods of lag months
 * earlier; summary and as_of are the first arguments.
 */
static Growth
growth_of(FunctionCallInfo fcinfo, int32 periods, int32 lag)
{
	Growth		growth = {periods, (int64) month_arg(fcinfo, 1, "as_of") - 1, 0, 0, 0};
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;

	growth.base_month = growth.current_month - (int64) periods * lag;
	sv_read(sv_pack(SV_GETARG_SUMMARY(0)), SV_LEADS, &fixed, &reader);
	while (sv_read_cell(&reader, &cell) && cell.group == ALL_LEADS)
	{
		int32		month = month_of(cell.day);

		if (month == growth.current_month)
			sv_add_count(&growth.current, cell.count, 1);
		else if (month == growth.base_month)
			sv_add_count(&growth.base, cell.count, 1);
	}
	return growth;
}

/* The arguments periods and lag, from argno on. */
static Growth
growth_arg(FunctionCallInfo fcinfo, int argno)
{
	return growth_of(fcinfo, positive_arg(fcinfo, argno, "periods"),
					 positive_arg(fcinfo, argno + 1, "lag"));
}

PG_FUNCTION_INFO_V1(lead_velocity_rate_of_summary);
Datum
lead_velocity_rate_of_summary(PG_FUNCTION_ARGS)
{
	Growth		growth = growth_arg(fcinfo, 2);

	return rate(fcinfo, growth.current, growth.base, growth.periods);
}

PG_FUNCTION_INFO_V1(lead_increase);
Datum
lead_increase(PG_FUNCTION_ARGS)
{
	Growth		growth = growth_of(fcinfo, 1, positive_arg(fcinfo, 2, "lag"));

	sv_add_count(&growth.current, growth.base, -1);
	PG_RETURN_INT64(growth.current);
}

/* Working days of a month that is over. */
static int32
working_days_of(FunctionCallInfo fcinfo, int64 month)
{
	return sv_working_days(first_day_of(month), first_day_of(month + 1),
						   PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_ARRAYTYPE_P(3));
}

PG_FUNCTION_INFO_V1(lead_velocity_rate_per_day);
Datum
lead_velocity_rate_per_day(PG_FUNCTION_ARGS)
{
	Growth		growth = growth_arg(fcinfo, 4);
	int32		current_days = working_days_of(fcinfo, growth.current_month);
	int32		base_days;

	/* the base may lie before all dates, and then is without leads */
	if (growth.base <= 0 || (base_days = working_days_of(fcinfo, growth.base_month)) == 0)
		PG_RETURN_NULL();
	return rate(fcinfo, (sv_int128) growth.current * base_days,
				(sv_int128) growth.base * current_days, growth.periods);
}

/* The series */

typedef struct Series
{
	SvCellReader reader;
	SvCell		cell;
	bool		more;			/* is there a cell */
	int32		month;
	int32		end;
	int64		previous;		/* leads of the month before */
} Series;

/* The series of a copy of the summary, in the current memory context. */
static Series *
make_series(FunctionCallInfo fcinfo)
{
	Series	   *series = palloc(sizeof(Series));
	struct varlena *copy = sv_pack(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)));
	SvFixed		fixed;

	sv_read(copy, SV_LEADS, &fixed, &series->reader);
	series->more = sv_read_cell(&series->reader, &series->cell) &&
		series->cell.group == ALL_LEADS;
	series->end = month_arg(fcinfo, 1, "as_of");
	series->month = series->more ? month_of(series->cell.day) : series->end;
	series->previous = 0;
	return series;
}

/* One row per call: the month, its leads, and their rate. */
PG_FUNCTION_INFO_V1(lead_velocity_series);
Datum
lead_velocity_series(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	Series	   *series;
	int64		leads = 0;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		context->user_fctx = make_series(fcinfo);
		if (get_call_result_type(fcinfo, NULL, &context->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		MemoryContextSwitchTo(old);
	}

	context = SRF_PERCALL_SETUP();
	series = context->user_fctx;
	if (series->month >= series->end)
		SRF_RETURN_DONE(context);
	while (series->more && month_of(series->cell.day) == series->month)
	{
		sv_add_count(&leads, series->cell.count, 1);
		series->more = sv_read_cell(&series->reader, &series->cell) &&
			series->cell.group == ALL_LEADS;
	}
	values[0] = DateADTGetDatum(first_day_of(series->month++));
	values[1] = Int64GetDatum(leads);
	values[2] = rate(fcinfo, leads, series->previous, 1);
	nulls[2] = fcinfo->isnull;
	fcinfo->isnull = false;
	series->previous = leads;
	SRF_RETURN_NEXT(context, HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, values, nulls)));
}

/* The interval */

/*
 * Exact bounds of the rate, where both counts are of Poisson distribution.
 * Without any lead there are none, without a base there is no upper one.
 */
static Datum
interval(FunctionCallInfo fcinfo, const Growth *growth, float8 confidence)
{
	float8		tail = (1 - confidence) / 2;
	float8		bound;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2];

	if (growth->current > SV_MAX_COUNT || growth->base > SV_MAX_COUNT)
		sv_out_of_range("number of leads", psprintf(INT64_FORMAT, Max(growth->current, growth->base)),
						"An interval is computed up to 1000000000 of them.");
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	nulls[0] = growth->current < 0 || growth->base < 0 || growth->current + growth->base == 0;
	nulls[1] = nulls[0] || growth->base == 0;
	if (!nulls[0])
	{
		bound = sv_count_ratio_bound(growth->current, growth->base, tail);
		values[0] = Float8GetDatum(per_period(bound, bound - 1, growth->periods));
	}
	if (!nulls[1])
	{
		bound = 1 / sv_count_ratio_bound(growth->base, growth->current, tail);
		values[1] = Float8GetDatum(per_period(bound, bound - 1, growth->periods));
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

PG_FUNCTION_INFO_V1(lead_velocity_interval_of_counts);
Datum
lead_velocity_interval_of_counts(PG_FUNCTION_ARGS)
{
	Growth		growth = {1, 0, 0, leads_arg(PG_GETARG_INT64(0)), leads_arg(PG_GETARG_INT64(1))};

	return interval(fcinfo, &growth, sv_confidence_arg(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(lead_velocity_interval_of_summary);
Datum
lead_velocity_interval_of_summary(PG_FUNCTION_ARGS)
{
	Growth		growth = growth_arg(fcinfo, 3);

	return interval(fcinfo, &growth, sv_confidence_arg(fcinfo, 2));
}
