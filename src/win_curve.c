/*-------------------------------------------------------------------------
 *
 * win_curve.c
 *	  What becomes of opportunities with age, the open ones being censored:
 *	  probability to be won, time to close, expected wins.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"

#include "confidence.h"
#include "opportunity.h"
#include "survival.h"

StaticAssertDecl((int) SV_OPEN == SV_CENSORED, "outcomes are what a curve counts");

/*
 * The curve of the summary in argument 0, as of the day in another argument.
 * It has no step if the summary is no set of rows, or none that have a cycle
 * or are open on that day.
 */
static void
curve_arg(FunctionCallInfo fcinfo, int as_of_argno, SvFixed *fixed, SvCurve *curve)
{
	DateADT		as_of = sv_day_arg(fcinfo, as_of_argno, "as_of");
	SvCellReader reader;
	SvCell		cell;

	memset(curve, 0, sizeof(*curve));
	sv_read(sv_pack(SV_GETARG_SUMMARY(0)), SV_SALES, fixed, &reader);
	if (sv_has_plain(fixed, SV_ALL))
		return;
	while (sv_read_cell(&reader, &cell))
	{
		if (cell.group != SV_OPEN)
			sv_add_to_curve(curve, cell.day, cell.group, cell.count);
		else if (cell.day <= as_of)
			sv_add_to_curve(curve, (int64) as_of - cell.day, SV_CENSORED, cell.count);
	}
	sv_finish_curve(curve);
}

/* Curves as tables */

/* How bounds are computed: with this many standard errors, on this scale. */
typedef struct Bounds
{
	float8		z;
	SvTransform transform;
} Bounds;

/* The arguments 2 and 3, confidence and transform. */
static Bounds
interval_arg(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"log", "log-log", "plain"};
	static const SvTransform transforms[] = {SV_LOG, SV_LOG_LOG, SV_PLAIN_BOUNDS};
	Bounds		interval;

	interval.z = sv_normal_bound(sv_confidence_arg(fcinfo, 2));
	interval.transform = transforms[sv_choice(PG_GETARG_TEXT_PP(3), "transform", names, lengthof(names))];
	return interval;
}

/* Sets two columns to the bounds of an estimate, or to NULL. */
static void
put_bounds(const Bounds *interval, float8 estimate, float8 variance,
		   Datum *values, bool *nulls)
{
	float8		lower;
	float8		upper;

	nulls[0] = nulls[1] = !sv_bounds(estimate, sqrt(variance), interval->z,
									 interval->transform, &lower, &upper);
	if (nulls[0])
		return;
	values[0] = Float8GetDatum(lower);
	values[1] = Float8GetDatum(upper);
}

/* Sets the columns of win_curve after a step; variance is that of the share that is won. */
static void
put_shares(const SvCurveStep *step, const Bounds *interval, float8 variance,
		   Datum *values, bool *nulls)
{
	values[0] = Int32GetDatum(step->age);
	values[1] = Int64GetDatum(step->at_risk);
	for (int what = 0; what <= SV_CENSORED; what++)
		values[2 + what] = Int64GetDatum(step->count[what]);
	for (int way = 0; way < SV_NUM_ENDS; way++)
		values[6 + way] = Float8GetDatum(step->incidence[way]);
	values[9] = Float8GetDatum(step->survival);
	put_bounds(interval, step->incidence[SV_WON], variance, values + 10, nulls + 10);
}

/* Sets the columns of sales_cycle_survival; variance is that of what goes on. */
static void
put_survival(const SvCurveStep *step, const Bounds *interval, float8 variance,
			 Datum *values, bool *nulls)
{
	values[0] = Int32GetDatum(step->age);
	values[1] = Int64GetDatum(step->at_risk);
	values[2] = Int64GetDatum(sv_num_ended(step));
	values[3] = Int64GetDatum(step->count[SV_CENSORED]);
	values[4] = Float8GetDatum(step->survival);
	values[5] = Float8GetDatum(sqrt(variance));
	put_bounds(interval, step->survival, variance, values + 6, nulls + 6);
}

typedef void (*PutStep) (const SvCurveStep *step, const Bounds *interval, float8 variance,
						 Datum *values, bool *nulls);

/*
 * The steps of a curve as rows, for (summary, as_of, confidence, transform).
 * The bounds are those of what ends in any way, or of what is won.
 */
static Datum
curve_table(FunctionCallInfo fcinfo, bool any_way, PutStep put_step)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Bounds		interval = interval_arg(fcinfo);
	SvVariance	variance = {0};
	float8		survival = 1;
	SvFixed		fixed;
	SvCurve		curve;

	curve_arg(fcinfo, 1, &fixed, &curve);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < curve.nsteps; i++)
	{
		const SvCurveStep *step = &curve.steps[i];
		int64		ours = any_way ? sv_num_ended(step) : step->count[SV_WON];
		Datum		values[12];
		bool		nulls[12] = {false};

		CHECK_FOR_INTERRUPTS();
		sv_advance_variance(&variance, survival, step->at_risk, ours, sv_num_ended(step) - ours);
		survival = step->survival;
		put_step(step, &interval, variance.ours, values, nulls);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

SV_FUNCTION(win_curve, curve_table(fcinfo, false, put_shares));
SV_FUNCTION(sales_cycle_survival, curve_table(fcinfo, true, put_survival));

/* Numbers of a curve */

/* Not STRICT: without a number of days, the end of the curve is meant. */
PG_FUNCTION_INFO_V1(win_probability);
Datum
win_probability(PG_FUNCTION_ARGS)
{
	int32		within = PG_INT32_MAX;
	SvFixed		fixed;
	SvCurve		curve;
	const SvCurveStep *step;
	const SvCurveStep *last;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(2))
		within = sv_num_days_arg(fcinfo, 2, "within_days");
	curve_arg(fcinfo, 1, &fixed, &curve);
	if (curve.nsteps == 0)
		PG_RETURN_NULL();
	last = &curve.steps[curve.nsteps - 1];
	if (!PG_ARGISNULL(2) && within > last->age && last->survival > 0)
		PG_RETURN_NULL();
	step = sv_curve_at(&curve, within);
	PG_RETURN_FLOAT8(step == NULL ? 0 : step->incidence[SV_WON]);
}

/* What is as near as this to a fraction is taken to be it, as in R. */
#define TOLERANCE sqrt(DBL_EPSILON)

/*
 * The first day after which 1 - survival is at least the fraction.  Where it
 * is just the fraction until another day, their mean is as good as any.
 */
PG_FUNCTION_INFO_V1(time_to_close_percentile);
Datum
time_to_close_percentile(PG_FUNCTION_ARGS)
{
	float8		fraction = sv_percentile_arg(fcinfo, 1);
	SvFixed		fixed;
	SvCurve		curve;
	const SvCurveStep *end;
	const SvCurveStep *step;
	const SvCurveStep *next;

	curve_arg(fcinfo, 2, &fixed, &curve);
	end = curve.steps + curve.nsteps;
	for (step = curve.steps; step < end; step++)
		if (1 - step->survival >= fraction - TOLERANCE)
			break;
	if (step == end)
		PG_RETURN_NULL();
	if (fraction == 0)
		PG_RETURN_FLOAT8(0);
	if (1 - step->survival > fraction + TOLERANCE)
		PG_RETURN_FLOAT8(step->age);
	for (next = step; next < end - 1 && next->survival == step->survival;)
		next++;
	PG_RETURN_FLOAT8((step->age + next->age) / 2.0);
}

/* The first day by which at least the fraction is won. */
PG_FUNCTION_INFO_V1(time_to_win_percentile);
Datum
time_to_win_percentile(PG_FUNCTION_ARGS)
{
	float8		fraction = sv_percentile_arg(fcinfo, 1);
	SvFixed		fixed;
	SvCurve		curve;

	curve_arg(fcinfo, 2, &fixed, &curve);
	for (int i = 0; i < curve.nsteps; i++)
		if (curve.steps[i].incidence[SV_WON] >= fraction - TOLERANCE)
			PG_RETURN_FLOAT8(fraction == 0 ? 0 : curve.steps[i].age);
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(restricted_mean_sales_cycle);
Datum
restricted_mean_sales_cycle(PG_FUNCTION_ARGS)
{
	int32		horizon = sv_num_days_arg(fcinfo, 2, "horizon_days");
	SvFixed		fixed;
	SvCurve		curve;
	float8		mean;

	curve_arg(fcinfo, 1, &fixed, &curve);
	if (!sv_restricted_mean(&curve, horizon, 0, &mean))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mean);
}

/* What is open */

/*
 * How many of the open opportunities will be won within a horizon: of each age,
 * their number times the share of those still open at this age that was won up
 * to the horizon's age.  What may be won beyond the end of the curve does not
 * count.  False without a curve.
 *
 * The shares are summed from the end of the curve, where few are left and they
 * are small.
 */
static bool
expected_wins_arg(FunctionCallInfo fcinfo, SvFixed *fixed, float8 *wins)
{
	int32		horizon = sv_num_days_arg(fcinfo, 2, "horizon_days");
	SvCurve		curve;
	float8	   *later;			/* share that is won after each step */

	curve_arg(fcinfo, 1, fixed, &curve);
	if (curve.nsteps == 0)
		return false;
	*wins = 0;
	later = palloc_extended(curve.nsteps * sizeof(float8), MCXT_ALLOC_HUGE);
	later[curve.nsteps - 1] = 0;
	for (int i = curve.nsteps - 1; i > 0; i--)
		later[i - 1] = later[i] + curve.steps[i - 1].survival *
			((float8) curve.steps[i].count[SV_WON] / curve.steps[i].at_risk);
	for (int i = 0; i < curve.nsteps; i++)
	{
		const SvCurveStep *step = &curve.steps[i];
		const SvCurveStep *until = sv_curve_at(&curve, step->age + horizon);

		if (step->count[SV_OPEN] > 0)
			*wins += step->count[SV_OPEN] * ((later[i] - later[until - curve.steps]) / step->survival);
	}
	return true;
}

PG_FUNCTION_INFO_V1(expected_wins);
Datum
expected_wins(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	float8		wins;

	if (!expected_wins_arg(fcinfo, &fixed, &wins))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wins);
}

/* Expected wins times the average deal size, which does not matter if there are none. */
PG_FUNCTION_INFO_V1(expected_revenue);
Datum
expected_revenue(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	float8		wins;
	int64		deals;

	if (!expected_wins_arg(fcinfo, &fixed, &wins))
		PG_RETURN_NULL();
	deals = sv_num_amounts(&fixed, SV_WON);
	if (wins == 0)
		PG_RETURN_NUMERIC(int64_to_numeric(0));
	if (deals == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(SV_MUL(sv_numeric_from_float8(wins),
									sv_total(&fixed, SV_WON, SV_AMOUNT)),
							 int64_to_numeric(deals)));
}
