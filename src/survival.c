/*-------------------------------------------------------------------------
 *
 * survival.c
 *	  Curves of what becomes of things with age, while some go on.
 *
 * A thing is at risk from age 0 on, until it ends in one of a few ways or is
 * censored: that is its age now, and more is not known of it.  With n things
 * at risk at an age and d of them ending at it, survival goes down by the
 * factor 1 - d / n (Kaplan-Meier).  The share that has ended in one way goes
 * up by the survival before times d / n of that way (Aalen-Johansen).  A thing
 * that is censored at an age is at risk when others end at it.
 *
 * Between two censored ages these factors are fractions of which each one's
 * numerator is the next one's denominator, so the curve is counted there, not
 * multiplied.  Without any censoring the shares are plain fractions, rounded
 * once.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "summary.h"
#include "survival.h"

/*
 * Adds things of an age, which all ended in one way or are censored.  Ages
 * come in any order.
 */
void
sv_add_to_curve(SvCurve *curve, int64 age, int what, int64 count)
{
	SvCurveStep step = {0};

	step.age = age;
	step.count[what] = count;
	curve->is_delta = curve->is_delta || count < 0;
	sv_add_count(&curve->total, count, 1);
	if (curve->nsteps == curve->size)
	{
		curve->size = Max(2 * curve->size, 64);
		curve->steps = curve->steps == NULL ? palloc(curve->size * sizeof(SvCurveStep)) :
			repalloc_huge(curve->steps, curve->size * sizeof(SvCurveStep));
	}
	curve->steps[curve->nsteps++] = step;
}

static int
compare_steps(const void *a, const void *b)
{
	int64		x = ((const SvCurveStep *) a)->age;
	int64		y = ((const SvCurveStep *) b)->age;

	return x < y ? -1 : x > y;
}

/* Sorts the steps, and makes one of those of the same age. */
static void
merge_steps(SvCurve *curve)
{
	SvCurveStep *step = curve->steps;

	if (curve->nsteps == 0)
		return;
	qsort(curve->steps, curve->nsteps, sizeof(SvCurveStep), compare_steps);
	for (int i = 1; i < curve->nsteps; i++)
	{
		if (curve->steps[i].age != step->age)
			*++step = curve->steps[i];
		else
			for (int what = 0; what <= SV_CENSORED; what++)
				step->count[what] += curve->steps[i].count[what];
	}
	curve->nsteps = step - curve->steps + 1;
}

/*
 * Makes a curve of what was added.  It has no step if a count is negative,
 * since then there is no set of things.
 */
void
sv_finish_curve(SvCurve *curve)
{
	int64		at_risk = curve->total;
	SvCurveStep before = {0};	/* the last censored age */
	int64		n = at_risk;	/* that went on after it */
	int64		ended[SV_NUM_ENDS] = {0};	/* since then */

	if (curve->is_delta)
		curve->nsteps = 0;
	merge_steps(curve);
	before.survival = 1;
	for (SvCurveStep *step = curve->steps; step < curve->steps + curve->nsteps; step++)
	{
		step->at_risk = at_risk;
		at_risk -= sv_num_ended(step);
		step->survival = before.survival * ((float8) at_risk / n);
		for (int way = 0; way < SV_NUM_ENDS; way++)
		{
			ended[way] += step->count[way];
			step->incidence[way] = Min(before.incidence[way] + before.survival * ((float8) ended[way] / n), 1);
		}
		if (step->count[SV_CENSORED] > 0)
		{
			at_risk -= step->count[SV_CENSORED];
			before = *step;
			n = at_risk;
			memset(ended, 0, sizeof(ended));
		}
	}
}

/*
 * The last step up to an age, or NULL if that comes before the first one.
 */
const SvCurveStep *
sv_curve_at(const SvCurve *curve, int64 age)
{
	int			low = 0;
	int			high = curve->nsteps;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (curve->steps[middle].age <= age)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &curve->steps[low - 1];
}

/*
 * The sum of (1 - loss)^t over the first n periods t = 0, 1, ...
 */
float8
sv_geometric_sum(float8 loss, float8 n)
{
	if (n == 0 || loss == 0)
		return n;
	return -expm1(n * log1p(-loss)) / loss;
}

/*
 * The sum of survival * (1 - loss)^t over the ages t = 0, 1, ... below the
 * horizon.  False if the curve ends before.
 */
bool
sv_restricted_mean(const SvCurve *curve, int64 horizon, float8 loss, float8 *mean)
{
	float8		survival = 1;
	float8		before = 0;		/* the geometric sum up to the last step */
	const SvCurveStep *end = curve->steps + curve->nsteps;

	*mean = 0;
	for (const SvCurveStep *step = curve->steps; step < end && step->age < horizon; step++)
	{
		float8		until = sv_geometric_sum(loss, step->age);

		*mean += survival * (until - before);
		survival = step->survival;
		before = until;
	}
	*mean += survival * (sv_geometric_sum(loss, horizon) - before);
	return curve->nsteps > 0 && (end[-1].age >= horizon - 1 || end[-1].survival == 0);
}

/*
 * Takes the covariances over a step, before which survival is given: of the
 * shares that ended in our ways and in their ways, which are all there are.
 *
 * This is the infinitesimal jackknife, which for a curve like this one equals
 * the delta method with binomial variances at each age, and Greenwood's formula
 * if all ways are ours.  The shares x and y go to x + a (1 - x - y) and y + b
 * (1 - x - y), where a and b are the estimates of this step, which do not
 * depend on x and y.  As x and y vary against each other, hardly anything
 * cancels out.
 */
void
sv_advance_variance(SvVariance *variance, float8 survival,
					int64 at_risk, int64 ours, int64 theirs)
{
	float8		a = (float8) ours / at_risk;
	float8		b = (float8) theirs / at_risk;
	float8		not_a = (float8) (at_risk - ours) / at_risk;
	float8		not_b = (float8) (at_risk - theirs) / at_risk;
	float8		weight = survival * survival / at_risk;
	float8		x = variance->ours;
	float8		y = variance->theirs;
	float8		xy = variance->both;

	variance->ours = not_a * not_a * x - 2 * a * not_a * xy + a * a * y + weight * a * not_a;
	variance->theirs = not_b * not_b * y - 2 * b * not_b * xy + b * b * x + weight * b * not_b;
	variance->both = (not_a * not_b + a * b) * xy - not_a * b * x - a * not_b * y - weight * a * b;
}

/*
 * Bounds of a share that is estimated, z standard errors away on a scale:
 * that of the share itself, of its logarithm, or of log(-log(share)).  False
 * if the estimate has no place on that scale.
 */
bool
sv_bounds(float8 estimate, float8 std_error, float8 z,
		  SvTransform transform, float8 *lower, float8 *upper)
{
	float8		distance = z * std_error;

	switch (transform)
	{
		case SV_PLAIN_BOUNDS:
			*lower = estimate - distance;
			*upper = estimate + distance;
			break;
		case SV_LOG:
			if (estimate == 0)
				return false;
			*lower = estimate * exp(-distance / estimate);
			*upper = estimate * exp(distance / estimate);
			break;
		case SV_LOG_LOG:
			if (estimate == 0 || estimate == 1)
				return false;
			distance /= -estimate * log(estimate);
			*lower = pow(estimate, exp(distance));
			*upper = pow(estimate, exp(-distance));
			break;
	}
	*lower = Max(*lower, 0);
	*upper = Min(*upper, 1);
	return true;
}
