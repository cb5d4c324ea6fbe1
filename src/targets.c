/*-------------------------------------------------------------------------
 *
 * targets.c
 *	  Targets: how much of one is reached, and how much is due by a day.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A target belongs to the days [first, last).  It falls due in equal parts on
 * the working days among them; a day's part is due when the day is over.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "calendar.h"
#include "kpi.h"

/* a * b, exactly. */
static Numeric
times(Numeric a, int64 b)
{
	return SV_MUL(a, int64_to_numeric(b));
}

/*
 * The working days of [first, last), and those that are over when on_day is.
 * The five arguments from argno on are on_day, first, last, holidays and
 * weekend.  False if there is no working day.
 */
static bool
working_days_over(FunctionCallInfo fcinfo, int argno, int32 *over, int32 *all)
{
	DateADT		on_day = PG_GETARG_DATEADT(argno);
	DateADT		first = PG_GETARG_DATEADT(argno + 1);
	DateADT		last = PG_GETARG_DATEADT(argno + 2);
	ArrayType  *holidays = PG_GETARG_ARRAYTYPE_P(argno + 3);
	ArrayType  *weekend = PG_GETARG_ARRAYTYPE_P(argno + 4);

	*all = sv_working_days(first, last, holidays, weekend);
	if (*all <= 0)
		return false;
	*over = on_day < first ? 0 :
		sv_working_days(first, on_day < last ? on_day + 1 : last, holidays, weekend);
	return true;
}

/* attainment(actual numeric, target numeric) */
PG_FUNCTION_INFO_V1(attainment);
Datum
attainment(PG_FUNCTION_ARGS)
{
	Numeric		actual = sv_finite_arg(fcinfo, 0, "actual");
	Numeric		target = sv_finite_arg(fcinfo, 1, "target");

	if (sv_sign(target) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(actual, target));
}

/* pace(target numeric, on_day date, first date, last date, holidays date[], weekend int[]) */
PG_FUNCTION_INFO_V1(pace);
Datum
pace(PG_FUNCTION_ARGS)
{
	Numeric		target = sv_finite_arg(fcinfo, 0, "target");
	int32		over,
				all;

	if (!working_days_over(fcinfo, 1, &over, &all))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(times(target, over),
							 int64_to_numeric(all)));
}

/* on_track(actual numeric, target numeric, on_day date, ... as for pace) */
PG_FUNCTION_INFO_V1(on_track);
Datum
on_track(PG_FUNCTION_ARGS)
{
	Numeric		actual = sv_finite_arg(fcinfo, 0, "actual");
	Numeric		target = sv_finite_arg(fcinfo, 1, "target");
	int32		over,
				all;

	if (!working_days_over(fcinfo, 2, &over, &all))
		PG_RETURN_NULL();

	/* nothing is rounded, so a target that is reached to the cent is reached */
	PG_RETURN_DATUM(DirectFunctionCall2(numeric_ge,
										NumericGetDatum(times(actual, all)),
										NumericGetDatum(times(target, over))));
}

/* required_per_day(target numeric, actual numeric, on_day date, last date, holidays date[], weekend int[]) */
PG_FUNCTION_INFO_V1(required_per_day);
Datum
required_per_day(PG_FUNCTION_ARGS)
{
	Numeric		target = sv_finite_arg(fcinfo, 0, "target");
	Numeric		actual = sv_finite_arg(fcinfo, 1, "actual");
	DateADT		on_day = PG_GETARG_DATEADT(2);
	DateADT		last = PG_GETARG_DATEADT(3);
	int32		left = 0;

	if (on_day < last)
		left = sv_working_days(DATE_NOT_FINITE(on_day) ? on_day : on_day + 1, last,
							   PG_GETARG_ARRAYTYPE_P(4), PG_GETARG_ARRAYTYPE_P(5));
	if (left == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(SV_SUB(target, actual),
							 int64_to_numeric(left)));
}
