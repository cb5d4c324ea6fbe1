/*-------------------------------------------------------------------------
 *
 * intervals.c
 *	  Error bars of KPIs, and whether a difference is real.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * How the interval of sales velocity comes about.
 *
 * The number of opportunities is taken as known: it is a count, not an
 * estimate.  The rest of the formula is
 *
 *		r = (W / D) * (A / a) / (T / c)
 *
 * with W won ones among D decided ones; the amount A of the a won ones that
 * have one; the time T of the c ones that have a cycle, among those whose
 * cycle is meant: the won, the closed or the decided ones.  The D rows are
 * taken as a sample of independent rows, each of which is won or not, with an
 * amount and a time.  By the delta method ln r varies as the sum over the rows
 * of
 *
 *		(won / W - 1 / D) + (amount - A / a) / A - (time - T / c) / T
 *
 * where the second part is of the a rows only, and the third of the c.  The
 * sum of the squares of it is
 *
 *		v =	  1 / W - 1 / D						won
 *			+ Q / A^2 - 1 / a					amount
 *			+ R / T^2 - 1 / c					time
 *			+ 2 * (w / c - U / T) / W			won and time
 *			- 2 * (P - m * (A / a) * (U / w)) / (A * T)	amount and time
 *
 * where Q is the sum of amount^2, R that of time^2, P that of amount * time of
 * won rows, w and U the number and the time of the won cycles.  (Won and amount
 * have no part in common: only won rows have an amount here, and so their mean
 * is that of the amounts.)  With the cycle of the won ones alone the fourth part
 * is 0.  If no amount and no cycle is missing it comes down to
 *
 *		Q / A^2 + R / T^2 - 2 * P / (A * T), with the cycle of the decided ones:
 *
 * the variance of a ratio of two sums.
 *
 * m is the number of won rows that have both an amount and a cycle.  It is not
 * stored.  It is a if all won rows have a cycle, and w if all have an amount.
 * Else it is at most the smaller one, which is taken, as it gives the larger v.
 * What is missing is taken to be like the rest.
 *
 * The bounds are velocity * exp(-+ t * sqrt(v * n / (n - 1))), t being Student's
 * for n - 1 degrees of freedom, n the smaller one of a and c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/array.h"
#include "utils/float.h"
#include "utils/lsyscache.h"

#include "confidence.h"
#include "levers.h"
#include "proportion.h"

/* Decimals of what is divided on the way. */
#define DECIMALS 80

/* A result of some columns, all of which are NULL if there is none. */
static Datum
row(FunctionCallInfo fcinfo, bool found, const Datum *values)
{
	TupleDesc	desc;
	bool		nulls[4];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	Assert(desc->natts <= lengthof(nulls));
	memset(nulls, !found, sizeof(nulls));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, (Datum *) values, nulls)));
}

/* Counts */

/* Is there a share of such counts? */
static bool
is_proportion(const SvProportion *p)
{
	return p->part >= 0 && p->part <= p->whole && p->whole > 0;
}

/*
 * The number of rows of some outcomes; -1 if one of these counts is negative,
 * and so the summary no set of rows.
 */
static int64
num_rows(const SvFixed *fixed, unsigned outcomes)
{
	for (int outcome = 0; outcome < fixed->ngroups; outcome++)
		if (outcomes & SV_SET(outcome) && fixed->totals[outcome].count[SV_ROWS] < 0)
			return -1;
	return sv_count_of(fixed, outcomes, SV_ROWS);
}

/* The won ones among those of some outcomes, or of -1. */
static SvProportion
hit_ratio_of(struct varlena *summary, unsigned outcomes)
{
	SvFixed		fixed;
	SvProportion p;

	sv_read_sums(summary, SV_SALES, 0, &fixed);
	p.part = fixed.totals[SV_WON].count[SV_ROWS];
	p.whole = num_rows(&fixed, outcomes);
	return p;
}

/* The result: Wilson's bounds of a share. */
static Datum
hit_ratio_bounds(FunctionCallInfo fcinfo, SvProportion p, float8 confidence)
{
	float8		lower = 0;
	float8		upper = 0;
	Datum		values[2];

	if (is_proportion(&p))
		sv_wilson_bounds(&p, sv_normal_bound(confidence), &lower, &upper);
	values[0] = Float8GetDatum(lower);
	values[1] = Float8GetDatum(upper);
	return row(fcinfo, is_proportion(&p), values);
}

PG_FUNCTION_INFO_V1(hit_ratio_interval_of_summary);
Datum
hit_ratio_interval_of_summary(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"closed", "decided", "created"};
	static const unsigned sets[] = {SV_CLOSED, SV_DECIDED, SV_ALL};
	int			basis = sv_choice(PG_GETARG_TEXT_PP(1), "basis", names, lengthof(names));

	return hit_ratio_bounds(fcinfo, hit_ratio_of(SV_GETARG_SUMMARY(0), sets[basis]), sv_confidence_arg(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(hit_ratio_interval_of_counts);
Datum
hit_ratio_interval_of_counts(PG_FUNCTION_ARGS)
{
	SvProportion p = {PG_GETARG_INT64(0), PG_GETARG_INT64(1)};

	return hit_ratio_bounds(fcinfo, p, sv_confidence_arg(fcinfo, 2));
}

/* The result: a difference of shares, its bounds, and its p-value. */
static Datum
hit_ratio_difference(FunctionCallInfo fcinfo, SvProportion a, SvProportion b, float8 confidence)
{
	bool		found = is_proportion(&a) && is_proportion(&b);
	float8		result[4] = {0};
	Datum		values[4];

	if (found)
	{
		result[0] = sv_newcombe_bounds(&a, &b, sv_normal_bound(confidence), &result[1], &result[2]);
		result[3] = sv_p_value(&a, &b);
	}
	for (int i = 0; i < 4; i++)
		values[i] = Float8GetDatum(result[i]);
	return row(fcinfo, found, values);
}

PG_FUNCTION_INFO_V1(hit_ratio_difference_of_summaries);
Datum
hit_ratio_difference_of_summaries(PG_FUNCTION_ARGS)
{
	return hit_ratio_difference(fcinfo, hit_ratio_of(SV_GETARG_SUMMARY(0), SV_CLOSED),
								hit_ratio_of(SV_GETARG_SUMMARY(1), SV_CLOSED), sv_confidence_arg(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(hit_ratio_difference_of_counts);
Datum
hit_ratio_difference_of_counts(PG_FUNCTION_ARGS)
{
	SvProportion a = {PG_GETARG_INT64(0), PG_GETARG_INT64(1)};
	SvProportion b = {PG_GETARG_INT64(2), PG_GETARG_INT64(3)};

	return hit_ratio_difference(fcinfo, a, b, sv_confidence_arg(fcinfo, 4));
}

/* Shrinkage */

/* The hit ratio as if the prior's had been seen in so many opportunities besides. */
PG_FUNCTION_INFO_V1(shrunken_hit_ratio);
Datum
shrunken_hit_ratio(PG_FUNCTION_ARGS)
{
	SvProportion own = hit_ratio_of(SV_GETARG_SUMMARY(0), SV_CLOSED);
	SvProportion prior = hit_ratio_of(SV_GETARG_SUMMARY(1), SV_CLOSED);
	float8		weight = PG_GETARG_FLOAT8(2);
	bool		nothing = own.part == 0 && own.whole == 0;
	float8		of_prior;

	if (!(weight >= 0))
		sv_out_of_range("weight", psprintf("%g", weight), "It must not be negative.");
	if (!(is_proportion(&own) || nothing) || !is_proportion(&prior) || (nothing && weight == 0))
		PG_RETURN_NULL();
	of_prior = (float8) prior.part / prior.whole;
	if (isinf(weight))
		PG_RETURN_FLOAT8(of_prior);
	PG_RETURN_FLOAT8((own.part + weight * of_prior) / (own.whole + weight));
}

/*
 * The weight for it, by the method of moments.
 *
 * The hit ratios of k reps are taken to be of beta distribution, with the mean p
 * and the strength M: their variance is rho * p * (1 - p), rho = 1 / (M + 1).
 * Then n closed ones of a rep have the variance p * (1 - p) * (1 + (n - 1) * rho)
 * / n, and the sum of n * (ratio - p)^2 over the reps is, in the mean, p * (1 - p)
 * times the sum of (1 - n / N) * (1 + (n - 1) * rho).
 *
 * NULL if a summary is no set of rows, or if there is nothing to see: no two
 * reps, no second opportunity of any of them, all won or all lost.
 */
PG_FUNCTION_INFO_V1(hit_ratio_prior_weight);
Datum
hit_ratio_prior_weight(PG_FUNCTION_ARGS)
{
	ArrayType  *summaries = PG_GETARG_ARRAYTYPE_P(0);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	SvProportion *reps;
	int			k = 0;
	float8		won = 0;
	float8		closed = 0;
	float8		spread = 0;
	float8		shares = 0;		/* sum of 1 - n / N */
	float8		pairs = 0;		/* sum of (1 - n / N) * (n - 1) */
	float8		mean;
	float8		rho;

	get_typlenbyvalalign(ARR_ELEMTYPE(summaries), &length, &by_value, &align);
	deconstruct_array(summaries, ARR_ELEMTYPE(summaries), length, by_value, align, &elements, &nulls, &nelements);
	reps = palloc(Max(nelements, 1) * sizeof(SvProportion));
	for (int i = 0; i < nelements; i++)
	{
		if (nulls[i])
			continue;
		reps[k] = hit_ratio_of((struct varlena *) PG_DETOAST_DATUM_PACKED(elements[i]), SV_CLOSED);
		if (reps[k].whole == 0 && reps[k].part == 0)
			continue;
		if (!is_proportion(&reps[k]))
			PG_RETURN_NULL();
		won += reps[k].part;
		closed += reps[k].whole;
		k++;
	}
	mean = won / closed;
	if (k < 2 || won == 0 || won == closed)
		PG_RETURN_NULL();
	for (int i = 0; i < k; i++)
	{
		float8		share = reps[i].whole / closed;
		float8		distance = (float8) reps[i].part / reps[i].whole - mean;

		spread += reps[i].whole * (distance * distance);
		shares += 1 - share;
		pairs += (1 - share) * (reps[i].whole - 1);
	}
	if (pairs <= 0)
		PG_RETURN_NULL();
	rho = (spread / (mean * (1 - mean)) - shares) / pairs;
	if (rho <= 0)
		PG_RETURN_FLOAT8(get_float8_infinity());
	PG_RETURN_FLOAT8(Max(1 / rho - 1, 0));
}

/* Means */

/*
 * Reads a summary with all its sums.  False if what it says of these outcomes
 * is not what a set of rows has, or is known by sums only.
 */
static bool
read_rows(struct varlena *summary, unsigned outcomes, SvFixed *fixed)
{
	SvCellReader reader;
	SvCell		cell;

	sv_read(sv_pack(summary), SV_SALES, fixed, &reader);
	if (num_rows(fixed, outcomes) < 0 || sv_has_plain(fixed, outcomes))
		return false;
	for (int outcome = 0; outcome < fixed->ngroups; outcome++)
		for (int count = SV_MISSING_AMOUNT; count <= SV_NEGATIVE_CYCLE; count++)
			if (outcomes & SV_SET(outcome) && fixed->totals[outcome].count[count] < 0)
				return false;
	while (sv_read_cell(&reader, &cell))
		if (outcomes & SV_SET(cell.group) && cell.count < 0)
			return false;
	return true;
}

/*
 * n * sum of x^2 - (sum of x)^2, the sums being those of n numbers x: n * n
 * times their variance.
 */
static Numeric
deviation(const SvFixed *fixed, unsigned outcomes, SvSum sum, SvSum squares, int64 n)
{
	Numeric		total = sv_sum_of(fixed, outcomes, sum, NULL, 0);

	return SV_SUB(sv_sum_of(fixed, outcomes, squares, &n, 1), SV_MUL(total, total));
}

/* n * n * (n - 1) */
static Numeric
deviation_divisor(int64 n)
{
	return SV_MUL(SV_MUL(int64_to_numeric(n), int64_to_numeric(n)), int64_to_numeric(n - 1));
}

PG_FUNCTION_INFO_V1(avg_deal_size_interval);
Datum
avg_deal_size_interval(PG_FUNCTION_ARGS)
{
	float8		confidence = sv_confidence_arg(fcinfo, 1);
	SvFixed		fixed;
	int64		n;
	Numeric		variance;
	Numeric		mean;
	Numeric		width;
	Datum		values[2];

	if (!read_rows(SV_GETARG_SUMMARY(0), SV_SET(SV_WON), &fixed) ||
		(n = sv_num_amounts(&fixed, SV_WON)) < 2)
		return row(fcinfo, false, values);
	variance = deviation(&fixed, SV_SET(SV_WON), SV_AMOUNT, SV_AMOUNT_SQUARED, n);
	if (sv_sign(variance) < 0)
		return row(fcinfo, false, values);

	/* as many decimals as the mean has */
	mean = SV_DIV(sv_total(&fixed, SV_WON, SV_AMOUNT), int64_to_numeric(n));
	width = DatumGetNumeric(DirectFunctionCall1(numeric_sqrt, NumericGetDatum(sv_quotient(variance, deviation_divisor(n), DECIMALS))));
	width = SV_MUL(width, sv_numeric_from_float8(sv_student_bound(confidence, n - 1)));
	width = sv_rounded(width, sv_scale(mean));
	values[0] = NumericGetDatum(SV_SUB(mean, width));
	values[1] = NumericGetDatum(SV_ADD(mean, width));
	return row(fcinfo, true, values);
}

PG_FUNCTION_INFO_V1(avg_sales_cycle_interval);
Datum
avg_sales_cycle_interval(PG_FUNCTION_ARGS)
{
	unsigned	outcomes = sv_outcomes_arg(fcinfo, 1);
	float8		confidence = sv_confidence_arg(fcinfo, 2);
	const int64 usecs_per_day = USECS_PER_DAY;
	SvFixed		fixed;
	int64		n;
	Numeric		variance;
	float8		mean;
	float8		width;
	Datum		values[2];

	if (!read_rows(SV_GETARG_SUMMARY(0), outcomes, &fixed) ||
		(n = sv_num_cycles(&fixed, outcomes)) < 2)
		return row(fcinfo, false, values);
	variance = deviation(&fixed, outcomes, SV_USECS, SV_USECS_SQUARED, n);
	if (sv_sign(variance) < 0)
		return row(fcinfo, false, values);

	mean = sv_ratio(sv_sum_of(&fixed, outcomes, SV_USECS, NULL, 0), sv_product_of_units(n, 0, &usecs_per_day, 1));
	width = sv_student_bound(confidence, n - 1) *
		(sqrt(sv_ratio(variance, deviation_divisor(n))) / USECS_PER_DAY);
	values[0] = Float8GetDatum(Max(mean - width, 0));
	values[1] = Float8GetDatum(mean + width);
	return row(fcinfo, true, values);
}

/* Velocity */

/*
 * The variance of ln r as in the essay above, times n / (n - 1); all counts
 * are positive but for that of the won cycles, which may be 0.  False if it
 * is negative: if this is no set of rows.
 */
static bool
log_variance(const SvLevers *levers, const SvFixed *fixed, int64 n, float8 *variance)
{
	const unsigned won = SV_SET(SV_WON);
	int64		won_cycles = sv_num_cycles(fixed, won);
	Numeric		amount = sv_total(fixed, SV_WON, SV_AMOUNT);
	Numeric		time = sv_sum_of(fixed, levers->timed, SV_USECS, NULL, 0);
	Numeric		won_time = sv_total(fixed, SV_WON, SV_USECS);
	Numeric		amounts = int64_to_numeric(levers->amounts);
	Numeric		cycles = int64_to_numeric(levers->cycles);
	Numeric		wins = int64_to_numeric(levers->won);
	Numeric		of_amount = deviation(fixed, won, SV_AMOUNT, SV_AMOUNT_SQUARED, levers->amounts);
	Numeric		of_time = deviation(fixed, levers->timed, SV_USECS, SV_USECS_SQUARED, levers->cycles);
	Numeric		covariance;
	Numeric		sum;

	if (sv_sign(of_amount) < 0 || sv_sign(of_time) < 0)
		return false;
	sum = sv_quotient(int64_to_numeric(levers->decided - levers->won),
					  SV_MUL(int64_to_numeric(levers->decided), wins), DECIMALS);
	sum = SV_ADD(sum, sv_quotient(of_amount, SV_MUL(amounts, SV_MUL(amount, amount)), DECIMALS));
	sum = SV_ADD(sum, sv_quotient(of_time, SV_MUL(cycles, SV_MUL(time, time)), DECIMALS));

	covariance = sv_quotient(SV_SUB(sv_sum_of(fixed, levers->timed, SV_USECS, &won_cycles, 1), SV_MUL(won_time, cycles)),
							 SV_MUL(SV_MUL(cycles, time), wins), DECIMALS);
	if (won_cycles > 0)
	{
		Numeric		both = int64_to_numeric(Min(levers->amounts, won_cycles));
		Numeric		pairs = SV_MUL(amounts, int64_to_numeric(won_cycles));
		Numeric		product = SV_SUB(SV_MUL(pairs, sv_total(fixed, SV_WON, SV_AMOUNT_USECS)),
									 SV_MUL(both, SV_MUL(amount, won_time)));

		covariance = SV_SUB(covariance, sv_quotient(product, SV_MUL(pairs, SV_MUL(amount, time)), DECIMALS));
	}
	sum = SV_ADD(sum, SV_ADD(covariance, covariance));
	*variance = sv_ratio(sum, int64_to_numeric(1)) * ((float8) n / (n - 1));
	return sv_sign(sum) >= 0;
}

/*
 * The result: bounds of the velocity; none on the scale of logarithms if the
 * amount or the time is not positive.
 */
static Datum
velocity_bounds(FunctionCallInfo fcinfo, struct varlena *stock, struct varlena *flow,
				unsigned opportunities, unsigned timed, float8 confidence)
{
	SvLevers	levers;
	SvFixed		fixed;
	int64		n;
	Numeric		velocity;
	float8		variance;
	Numeric		factor;
	Datum		values[2];

	sv_read_sums(stock, SV_SALES, 0, &fixed);
	sv_read_levers(stock, flow, opportunities, timed, &levers);
	n = Min(levers.amounts, levers.cycles);
	if (num_rows(&fixed, opportunities) < 0 || !read_rows(flow, timed, &fixed) || n < 2 ||
		levers.won < levers.amounts || levers.decided < levers.won ||
		!sv_velocity(&levers, &velocity) || sv_sign(velocity) < 0 ||
		sv_sign(sv_total(&fixed, SV_WON, SV_AMOUNT)) == 0 || !log_variance(&levers, &fixed, n, &variance))
		return row(fcinfo, false, values);

	/* dividing keeps the digits of a small bound */
	factor = DatumGetNumeric(DirectFunctionCall1(float8_numeric, Float8GetDatum(exp(sv_student_bound(confidence, n - 1) * sqrt(variance)))));
	values[0] = values[1] = NumericGetDatum(velocity);
	if (levers.opportunities > 0)
	{
		values[0] = NumericGetDatum(SV_DIV(velocity, factor));
		values[1] = NumericGetDatum(sv_rounded(SV_MUL(velocity, factor), sv_scale(velocity)));
	}
	return row(fcinfo, true, values);
}

PG_FUNCTION_INFO_V1(sales_velocity_interval_of_summary);
Datum
sales_velocity_interval_of_summary(PG_FUNCTION_ARGS)
{
	struct varlena *summary = SV_GETARG_SUMMARY(0);

	return velocity_bounds(fcinfo, summary, summary, sv_opportunities_arg(fcinfo, 1), sv_cycle_arg(fcinfo, 2),
						   sv_confidence_arg(fcinfo, 3));
}

PG_FUNCTION_INFO_V1(sales_velocity_interval_of_flow);
Datum
sales_velocity_interval_of_flow(PG_FUNCTION_ARGS)
{
	return velocity_bounds(fcinfo, SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), SV_SET(SV_OPEN),
						   sv_cycle_arg(fcinfo, 2), sv_confidence_arg(fcinfo, 3));
}
