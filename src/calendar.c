/*-------------------------------------------------------------------------
 *
 * calendar.c
 *	  Calendar periods of dates and of instants, and working days.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "lib/qunique.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"

#include "calendar.h"
#include "period.h"

/* Body of period_start and period_end of a date */
static Datum
date_boundary(FunctionCallInfo fcinfo, int shift)
{
	DateADT		at = PG_GETARG_DATEADT(1);
	SvPeriod	period = sv_make_period(PG_GETARG_TEXT_PP(0),
										PG_GETARG_INT32(2), PG_GETARG_INT32(3));

	if (DATE_NOT_FINITE(at))
		PG_RETURN_DATEADT(at);
	PG_RETURN_DATEADT(sv_period_boundary(&period, at, shift));
}

/* period_start(period text, at date, fiscal_start int, week_start int) */
PG_FUNCTION_INFO_V1(period_start);
Datum
period_start(PG_FUNCTION_ARGS)
{
	return date_boundary(fcinfo, 0);
}

/* period_end(period text, at date, fiscal_start int, week_start int) */
PG_FUNCTION_INFO_V1(period_end);
Datum
period_end(PG_FUNCTION_ARGS)
{
	return date_boundary(fcinfo, 1);
}

/* period_start(period text, at timestamptz, zone text, ... as for a date) */
PG_FUNCTION_INFO_V1(period_start_zone);
Datum
period_start_zone(PG_FUNCTION_ARGS)
{
	return sv_instant_boundary(fcinfo, 0);
}

/* period_end(period text, at timestamptz, zone text, ... as for a date) */
PG_FUNCTION_INFO_V1(period_end_zone);
Datum
period_end_zone(PG_FUNCTION_ARGS)
{
	return sv_instant_boundary(fcinfo, 1);
}

/* Error unless the bound of a range is a finite date */
static DateADT
check_bound(DateADT bound)
{
	if (DATE_NOT_FINITE(bound))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date \"%s\" is out of range",
						DATE_IS_NOBEGIN(bound) ? "-infinity" : "infinity"),
				 errhint("The bounds of a range of days must be finite.")));
	return bound;
}

/* period_series(period text, first date, last date, fiscal_start, week_start) */
PG_FUNCTION_INFO_V1(period_series);
Datum
period_series(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	SvPeriod   *period;
	int64		number;

	if (SRF_IS_FIRSTCALL())
	{
		DateADT		first = check_bound(PG_GETARG_DATEADT(1));
		DateADT		last = check_bound(PG_GETARG_DATEADT(2));

		context = SRF_FIRSTCALL_INIT();
		period = MemoryContextAlloc(context->multi_call_memory_ctx, sizeof(SvPeriod));
		*period = sv_make_period(PG_GETARG_TEXT_PP(0),
								 PG_GETARG_INT32(3), PG_GETARG_INT32(4));
		context->user_fctx = period;
		if (first <= last)
			context->max_calls = sv_period_number(period, last) -
				sv_period_number(period, first) + 1;
	}

	context = SRF_PERCALL_SETUP();
	if (context->call_cntr >= context->max_calls)
		SRF_RETURN_DONE(context);
	period = context->user_fctx;
	number = sv_period_number(period, PG_GETARG_DATEADT(1)) + context->call_cntr;
	SRF_RETURN_NEXT(context, DateADTGetDatum(sv_period_first_day(period, number)));
}

/* The elements of an array of int or date, in one row; error on a null */
static int32 *
array_elements(ArrayType *array, const char *name, int *n)
{
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain nulls", name)));
	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (int32 *) ARR_DATA_PTR(array);
}

/* Is the day on a weekend?  Bit n of weekend is the ISO day n, 1 to 7. */
static inline bool
on_weekend(DateADT day, uint32 weekend)
{
	int64		days = (int64) day + SV_EPOCH_ISO_DAY - 1;

	return (weekend >> (days - sv_floor_div(days, 7) * 7 + 1)) & 1;
}

/* Number of days in [first, last), first <= last, that are not on a weekend */
static int64
count_weekdays(DateADT first, DateADT last, uint32 weekend)
{
	int64		days = (int64) last - first;
	int64		count = days / 7 * (7 - pg_popcount32(weekend));

	for (DateADT day = last - days % 7; day < last; day++)
		count += !on_weekend(day, weekend);
	return count;
}

/* Order of days, for qsort and qunique */
static int
compare_days(const void *a, const void *b)
{
	DateADT		x = *(const DateADT *) a;
	DateADT		y = *(const DateADT *) b;

	return (x > y) - (x < y);
}

/* Number of different holidays in [first, last) that are not on a weekend */
static int
count_holidays(DateADT first, DateADT last, const DateADT *holidays, int n,
			   uint32 weekend)
{
	DateADT    *found = palloc(n * sizeof(DateADT));
	int			nfound = 0;

	for (int i = 0; i < n; i++)
	{
		DateADT		day = holidays[i];

		if (day >= first && day < last && !on_weekend(day, weekend))
			found[nfound++] = day;
	}
	qsort(found, nfound, sizeof(DateADT), compare_days);
	return qunique(found, nfound, sizeof(DateADT), compare_days);
}

/*
 * Number of days in [first, last) that are neither on a weekend nor a holiday;
 * negative if the range is backwards
 */
int32
sv_working_days(DateADT first, DateADT last, ArrayType *holiday_array,
				ArrayType *weekend_array)
{
	DateADT		from = check_bound(Min(first, last));
	DateADT		to = check_bound(Max(first, last));
	int			nholidays,
				nweekend;
	DateADT    *holidays = array_elements(holiday_array, "holidays", &nholidays);
	int32	   *iso_days = array_elements(weekend_array, "weekend", &nweekend);
	uint32		weekend = 0;
	int64		count;

	for (int i = 0; i < nweekend; i++)
	{
		sv_check_argument("weekend day", iso_days[i], 7,
						  "Days of the week are 1 (Monday) to 7 (Sunday).");
		weekend |= 1 << iso_days[i];
	}
	count = count_weekdays(from, to, weekend) -
		count_holidays(from, to, holidays, nholidays, weekend);

	/* the whole range of dates has fewer than 2^31 days */
	return first <= last ? count : -count;
}

/* working_days(first date, last date, holidays date[], weekend int[]) */
PG_FUNCTION_INFO_V1(working_days);
Datum
working_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(sv_working_days(PG_GETARG_DATEADT(0), PG_GETARG_DATEADT(1),
									PG_GETARG_ARRAYTYPE_P(2),
									PG_GETARG_ARRAYTYPE_P(3)));
}
