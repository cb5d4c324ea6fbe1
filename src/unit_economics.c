/*-------------------------------------------------------------------------
 *
 * unit_economics.c
 *	  Unit economics: what a customer costs, how long he stays, what he is
 *	  worth.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A customer_summary has two groups of customers.  Those that ended have a
 * lifetime; the histogram is by whole months of it.  Those that are running
 * have the day on which they started, and a lifetime as of any day that the
 * reader names.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"

#include "lifetimes.h"
#include "summary_type.h"

SV_SUMMARY_TYPE(customer_summary, SV_CUSTOMERS);

/* A share that may be negative: a margin at a loss, a churn where expansion outweighs it. */
static float8
fraction_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	float8		fraction = PG_GETARG_FLOAT8(argno);

	if (!(fraction <= 1 && !isinf(fraction)))
		sv_out_of_range(name, psprintf("%g", fraction), "It is a fraction of at most 1.");
	return fraction;
}

/* Aggregates */

/*
 * How a transition function is called: (state, started, ended, monthly_revenue
 * [, acquisition_cost [, as_of, gross_margin]]).
 */
#define FLOAT		0x01		/* amounts are doubles, not numerics */
#define HAS_COST	0x02
#define DIRECT		0x04		/* with as_of and gross_margin: sums only */

/* False if there is no amount: NULL, NaN or infinite. */
static inline bool
amount_arg(FunctionCallInfo fcinfo, const int shape, int argno, SvNumber *amount)
{
	if (PG_ARGISNULL(argno))
		return false;
	if (shape & FLOAT)
		return sv_amount_from_float8(PG_GETARG_FLOAT8(argno), amount);
	return sv_amount_from_numeric(PG_GETARG_DATUM(argno), amount);
}

/*
 * The body of every transition function: adds one customer (sign 1) or takes
 * it away again (sign -1).
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, const int shape, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_CUSTOMERS, in_aggregate);
	DateADT		ended = PG_ARGISNULL(2) ? DATEVAL_NOEND : PG_GETARG_DATEADT(2);
	int			group = DATE_IS_NOEND(ended) ? SV_RUNNING : SV_ENDED;
	DateADT		started;
	SvNumber	amount;
	SvNumber	time = {0, NULL};

	sv_add_count(&summary->totals[group].count[SV_ROWS], 1, sign);

	if (!amount_arg(fcinfo, shape, 3, &amount) || (shape & DIRECT && PG_ARGISNULL(6)))
		sv_add_count(&summary->totals[group].count[SV_MISSING_REVENUE], 1, sign);
	else if (shape & DIRECT)
	{
		SvNumber	margin;

		(void) sv_amount_from_float8(fraction_arg(fcinfo, 6, "gross_margin"), &margin);
		summary = sv_add_product(summary, group, SV_MARGIN, &amount, &margin, sign);
	}
	else
		summary = sv_add(summary, group, SV_REVENUE, &amount, sign);

	if ((shape & HAS_COST) && amount_arg(fcinfo, shape, 4, &amount))
	{
		sv_add_count(&summary->totals[group].count[SV_WITH_COST], 1, sign);
		summary = sv_add(summary, group, SV_COST, &amount, sign);
	}

	started = PG_ARGISNULL(1) ? DATEVAL_NOBEGIN : PG_GETARG_DATEADT(1);
	if (DATE_NOT_FINITE(started) || (shape & DIRECT && group == SV_RUNNING && PG_ARGISNULL(5)))
		sv_add_count(&summary->totals[group].count[SV_MISSING_START], 1, sign);
	else if (ended < started)
		sv_add_count(&summary->totals[group].count[SV_ENDED_EARLY], 1, sign);
	else if (shape & DIRECT)
	{
		if (group == SV_RUNNING)
			ended = Max(started, sv_day_arg(fcinfo, 5, "as_of"));
		time.units = sv_month_parts(started, ended);
		summary = sv_add(summary, group, SV_MONTH_PARTS, &time, sign);
	}
	else if (group == SV_RUNNING)
	{
		SvCell		cell = {SV_RUNNING, started, 1};

		summary = sv_add_cell(summary, &cell, sign);
	}
	else
	{
		SvCell		cell = {SV_ENDED, 0, 1};

		time.units = sv_month_parts(started, ended);
		summary = sv_add(summary, SV_ENDED, SV_MONTH_PARTS, &time, sign);
		cell.day = (int64) time.units / SV_PARTS_PER_MONTH;
		summary = sv_add_cell(summary, &cell, sign);
	}
	return sv_summary_result(summary, in_aggregate);
}

/* Defines the transition function NAME and its inverse NAME_inv. */
#define ACCUM(name, shape) \
	SV_FUNCTION(name, accumulate(fcinfo, shape, 1)); \
	SV_FUNCTION(name##_inv, accumulate(fcinfo, shape, -1))

ACCUM(customer_summary_accum_numeric, 0);
ACCUM(customer_summary_accum_float8, FLOAT);
ACCUM(customer_summary_accum_numeric_cost, HAS_COST);
ACCUM(customer_summary_accum_float8_cost, HAS_COST | FLOAT);
ACCUM(ltv_cac_ratio_accum_numeric, DIRECT | HAS_COST);
ACCUM(ltv_cac_ratio_accum_float8, DIRECT | HAS_COST | FLOAT);

/* Counts and sums of a summary */

/* A count of the summary in argument 0, over a set of groups. */
static Datum
count_of(FunctionCallInfo fcinfo, unsigned groups, SvCount count)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_CUSTOMERS, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, groups, count));
}

SV_FUNCTION(num_customers, count_of(fcinfo, SV_CUSTOMERS_ALL, SV_ROWS));
SV_FUNCTION(num_ended, count_of(fcinfo, SV_SET(SV_ENDED), SV_ROWS));
SV_FUNCTION(num_running, count_of(fcinfo, SV_SET(SV_RUNNING), SV_ROWS));
SV_FUNCTION(num_missing_revenue, count_of(fcinfo, SV_CUSTOMERS_ALL, SV_MISSING_REVENUE));
SV_FUNCTION(num_missing_start, count_of(fcinfo, SV_CUSTOMERS_ALL, SV_MISSING_START));
SV_FUNCTION(num_ended_early, count_of(fcinfo, SV_CUSTOMERS_ALL, SV_ENDED_EARLY));

PG_FUNCTION_INFO_V1(num_missing_cost);
Datum
num_missing_cost(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_CUSTOMERS, &fixed, NULL);
	PG_RETURN_INT64(sv_count_without(&fixed, SV_CUSTOMERS_ALL, SV_ROWS, SV_WITH_COST));
}

/* A sum / a number, or NULL. */
static Datum
mean(FunctionCallInfo fcinfo, const SvFixed *fixed, unsigned groups, SvSum sum, int64 n)
{
	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(sv_sum_of(fixed, groups, sum, NULL, 0),
							 int64_to_numeric(n)));
}

PG_FUNCTION_INFO_V1(arpa);
Datum
arpa(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"all", "running", "ended"};
	static const unsigned sets[] = {SV_CUSTOMERS_ALL, SV_SET(SV_RUNNING), SV_SET(SV_ENDED)};
	unsigned	groups = sets[sv_choice(PG_GETARG_TEXT_PP(1), "population", names, lengthof(names))];
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_CUSTOMERS, &fixed, NULL);
	return mean(fcinfo, &fixed, groups, SV_REVENUE,
				sv_count_without(&fixed, groups, SV_ROWS, SV_MISSING_REVENUE));
}

PG_FUNCTION_INFO_V1(cac_of_summary);
Datum
cac_of_summary(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_CUSTOMERS, &fixed, NULL);
	return mean(fcinfo, &fixed, SV_CUSTOMERS_ALL, SV_COST, sv_count_of(&fixed, SV_CUSTOMERS_ALL, SV_WITH_COST));
}

/* The lifetimes of the summary in argument 0, as of the day in argument 1. */
static void
lifetimes_arg(FunctionCallInfo fcinfo, SvLifetimes *lifetimes)
{
	sv_read_lifetimes(SV_GETARG_SUMMARY(0), sv_day_arg(fcinfo, 1, "as_of"), lifetimes);
}

PG_FUNCTION_INFO_V1(customer_months);
Datum
customer_months(PG_FUNCTION_ARGS)
{
	SvLifetimes lifetimes;

	lifetimes_arg(fcinfo, &lifetimes);
	PG_RETURN_FLOAT8(sv_ratio(lifetimes.parts, int64_to_numeric(SV_PARTS_PER_MONTH)));
}

/* The churn rate is this, divided by lifetimes->parts. */
static Numeric
ended_parts(const SvLifetimes *lifetimes)
{
	return SV_MUL(int64_to_numeric(lifetimes->ended),
				  int64_to_numeric(SV_PARTS_PER_MONTH));
}

PG_FUNCTION_INFO_V1(churn_rate);
Datum
churn_rate(PG_FUNCTION_ARGS)
{
	SvLifetimes lifetimes;

	lifetimes_arg(fcinfo, &lifetimes);
	if (sv_sign(lifetimes.parts) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(ended_parts(&lifetimes), lifetimes.parts));
}

PG_FUNCTION_INFO_V1(customer_survival);
Datum
customer_survival(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SvLifetimes lifetimes;

	lifetimes_arg(fcinfo, &lifetimes);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < lifetimes.curve.nsteps; i++)
	{
		const SvCurveStep *step = &lifetimes.curve.steps[i];
		Datum		values[] = {
			Int32GetDatum(step->age), Int64GetDatum(step->at_risk), Int64GetDatum(step->count[SV_ENDED]),
			Int64GetDatum(step->count[SV_CENSORED]), Float8GetDatum(step->survival)
		};
		bool		nulls[lengthof(values)] = {false};

		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Customer lifetime value */

/* A horizon and a discount, in arguments argno and argno + 1; NULL is none. */
static SvOutlook
outlook_arg(FunctionCallInfo fcinfo, int argno)
{
	SvOutlook	outlook = {!PG_ARGISNULL(argno), 0, !PG_ARGISNULL(argno + 1), 0};

	if (outlook.has_horizon)
		outlook.horizon = PG_GETARG_INT32(argno);
	if (outlook.has_discount)
		outlook.discount = PG_GETARG_FLOAT8(argno + 1);
	if (outlook.horizon < 0)
		sv_out_of_range("horizon", psprintf("%d", outlook.horizon), "It must not be negative.");
	if (!(outlook.discount >= 0 && outlook.discount <= 1))
		sv_out_of_range("discount", psprintf("%g", outlook.discount), "It is a fraction from 0 to 1.");
	return outlook;
}

/*
 * The lifetime value as a fraction, margin being the sum of the gross margins
 * per month.  False if there is none.
 */
static bool
lifetime_value(const SvLifetimes *lifetimes, Numeric margin, const SvOutlook *outlook,
			   bool by_curve, Numeric *numerator, Numeric *denominator)
{
	int64		n = sv_count_without(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_ROWS, SV_MISSING_REVENUE);
	float8		months;

	if (n == 0 || (!by_curve && sv_sign(lifetimes->parts) == 0))
		return false;
	*denominator = int64_to_numeric(n);
	if (!by_curve && !outlook->has_horizon && !outlook->has_discount)
	{
		Numeric		ended = ended_parts(lifetimes);

		*numerator = SV_MUL(margin, lifetimes->parts);
		*denominator = SV_MUL(*denominator, ended);
		return sv_sign(ended) * sv_sign(lifetimes->parts) > 0;
	}

	if (by_curve ? !sv_expected_months(lifetimes, outlook, &months) :
		!sv_expected_periods(sv_ratio(ended_parts(lifetimes), lifetimes->parts),
							 outlook, &months))
		return false;
	*numerator = SV_MUL(margin, sv_numeric_from_float8(months));
	return true;
}

/*
 * The same with the arguments of ltv(): summary, as_of, gross_margin, horizon,
 * discount, lifetime.
 */
static bool
lifetime_value_arg(FunctionCallInfo fcinfo, SvLifetimes *lifetimes,
				   Numeric *numerator, Numeric *denominator)
{
	static const char *const names[] = {"exposure", "survival"};
	SvOutlook	outlook;
	bool		by_curve;
	Numeric		margin;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(5))
		return false;
	lifetimes_arg(fcinfo, lifetimes);
	margin = sv_numeric_from_float8(fraction_arg(fcinfo, 2, "gross_margin"));
	outlook = outlook_arg(fcinfo, 3);
	by_curve = sv_choice(PG_GETARG_TEXT_PP(5), "lifetime", names, lengthof(names)) == 1;
	if (by_curve && !outlook.has_horizon)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lifetime \"survival\" needs a horizon")));
	margin = SV_MUL(margin,
					sv_sum_of(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_REVENUE, NULL, 0));
	return lifetime_value(lifetimes, margin, &outlook, by_curve, numerator, denominator);
}

PG_FUNCTION_INFO_V1(ltv_of_summary);
Datum
ltv_of_summary(PG_FUNCTION_ARGS)
{
	SvLifetimes lifetimes;
	Numeric		numerator;
	Numeric		denominator;

	if (!lifetime_value_arg(fcinfo, &lifetimes, &numerator, &denominator))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_DIV(numerator, denominator));
}

/* A lifetime value / the mean acquisition cost, or NULL. */
static Datum
ratio_to_cac(FunctionCallInfo fcinfo, const SvLifetimes *lifetimes, Numeric numerator, Numeric denominator)
{
	int64		n = sv_count_of(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_WITH_COST);
	Numeric		cost = sv_sum_of(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_COST, NULL, 0);

	numerator = SV_MUL(numerator, int64_to_numeric(n));
	if (sv_sign(cost) * (n > 0 ? 1 : -1) <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(numerator, SV_MUL(denominator, cost)));
}

PG_FUNCTION_INFO_V1(ltv_cac_ratio_of_summary);
Datum
ltv_cac_ratio_of_summary(PG_FUNCTION_ARGS)
{
	SvLifetimes lifetimes;
	Numeric		numerator;
	Numeric		denominator;

	if (!lifetime_value_arg(fcinfo, &lifetimes, &numerator, &denominator))
		PG_RETURN_NULL();
	return ratio_to_cac(fcinfo, &lifetimes, numerator, denominator);
}

/* The aggregate's result. */
PG_FUNCTION_INFO_V1(ltv_cac_ratio_final);
Datum
ltv_cac_ratio_final(PG_FUNCTION_ARGS)
{
	const SvOutlook none = {false, 0, false, 0};
	SvLifetimes lifetimes;
	Numeric		numerator;
	Numeric		denominator;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	/* the state has no histogram, so the day does not matter */
	sv_read_lifetimes(SV_GETARG_SUMMARY(0), 0, &lifetimes);
	if (!lifetime_value(&lifetimes, sv_sum_of(&lifetimes.fixed, SV_CUSTOMERS_ALL, SV_MARGIN, NULL, 0),
						&none, false, &numerator, &denominator))
		PG_RETURN_NULL();
	return ratio_to_cac(fcinfo, &lifetimes, numerator, denominator);
}

/* Formulas on numbers */

/* Numerator / denominator, or NULL unless the denominator is positive. */
static Datum
ratio(FunctionCallInfo fcinfo, Numeric numerator, Numeric denominator)
{
	if (sv_sign(denominator) <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(numerator, denominator));
}

PG_FUNCTION_INFO_V1(ltv_of_rates);
Datum
ltv_of_rates(PG_FUNCTION_ARGS)
{
	float8		churn;
	float8		periods;
	SvOutlook	outlook;
	Numeric		margin;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	margin = SV_MUL(sv_finite_arg(fcinfo, 0, "revenue_per_period"),
					sv_numeric_from_float8(fraction_arg(fcinfo, 1, "gross_margin")));
	churn = fraction_arg(fcinfo, 2, "churn");
	outlook = outlook_arg(fcinfo, 3);
	if (!outlook.has_horizon && !outlook.has_discount && churn > 0)
		PG_RETURN_NUMERIC(SV_DIV(margin, sv_numeric_from_float8(churn)));
	if (!sv_expected_periods(churn, &outlook, &periods))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(SV_MUL(margin, sv_numeric_from_float8(periods)));
}

SV_FUNCTION(ltv_cac_ratio_of_values,
			ratio(fcinfo, sv_finite_arg(fcinfo, 0, "ltv"), sv_finite_arg(fcinfo, 1, "cac")));

PG_FUNCTION_INFO_V1(cac_payback_months);
Datum
cac_payback_months(PG_FUNCTION_ARGS)
{
	Numeric		margin = sv_numeric_from_float8(fraction_arg(fcinfo, 2, "gross_margin"));

	margin = SV_MUL(sv_finite_arg(fcinfo, 1, "monthly_revenue"), margin);
	return ratio(fcinfo, sv_finite_arg(fcinfo, 0, "cac"), margin);
}

PG_FUNCTION_INFO_V1(magic_number);
Datum
magic_number(PG_FUNCTION_ARGS)
{
	int32		periods = PG_GETARG_INT32(3);
	Numeric		growth = SV_SUB(sv_finite_arg(fcinfo, 0, "revenue"),
								sv_finite_arg(fcinfo, 1, "previous_revenue"));

	if (periods <= 0)
		sv_out_of_range("periods_per_year", psprintf("%d", periods), "It must be positive.");
	return ratio(fcinfo, SV_MUL(growth, int64_to_numeric(periods)),
				 sv_finite_arg(fcinfo, 2, "previous_spend"));
}

/* An amount that is said without its sign. */
static Numeric
unsigned_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	Numeric		value = sv_finite_arg(fcinfo, argno, name);

	if (sv_sign(value) < 0)
		sv_out_of_range(name, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value))),
						"It is said without a sign.");
	return value;
}

PG_FUNCTION_INFO_V1(net_revenue_retention);
Datum
net_revenue_retention(PG_FUNCTION_ARGS)
{
	Numeric		start = sv_finite_arg(fcinfo, 0, "starting_revenue");
	Numeric		kept = SV_ADD(start, unsigned_arg(fcinfo, 1, "expansion"));

	kept = SV_SUB(kept, unsigned_arg(fcinfo, 2, "contraction"));
	kept = SV_SUB(kept, unsigned_arg(fcinfo, 3, "churned"));
	return ratio(fcinfo, kept, start);
}

PG_FUNCTION_INFO_V1(gross_revenue_retention);
Datum
gross_revenue_retention(PG_FUNCTION_ARGS)
{
	Numeric		start = sv_finite_arg(fcinfo, 0, "starting_revenue");
	Numeric		kept = SV_SUB(start, unsigned_arg(fcinfo, 1, "contraction"));

	kept = SV_SUB(kept, unsigned_arg(fcinfo, 2, "churned"));
	return ratio(fcinfo, kept, start);
}
