/*-------------------------------------------------------------------------
 *
 * proportion.c
 *	  Shares of counts: bounds, and whether two of them differ.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "codec.h"
#include "proportion.h"

/*
 * Wilson's score interval (1927): the shares p for which the observed one is
 * no more than z standard deviations away, sqrt(p * (1 - p) / whole) being one.
 * They lie between the roots of a quadratic equation; the lower one is written
 * as the product of both, divided by the upper one, so that nothing cancels
 * out.
 */
void
sv_wilson_bounds(const SvProportion *p, float8 z, float8 *lower, float8 *upper)
{
	float8		part = p->part;
	float8		whole = p->whole;
	float8		others = p->whole - p->part;
	float8		sum = 2 * part + z * z + z * sqrt(z * z + 4 * part * (others / whole));

	*lower = p->part == 0 ? 0 : 2 * part * (part / whole) / sum;
	*upper = p->part == p->whole ? 1 : sum / (2 * (whole + z * z));
}

/*
 * The difference a - b, and its bounds: Newcombe's hybrid score interval
 * (1998, number 10), which puts the distances of Wilson's bounds together as
 * if they were standard errors.
 */
float8
sv_newcombe_bounds(const SvProportion *a, const SvProportion *b, float8 z,
				   float8 *lower, float8 *upper)
{
	float8		of_a = (float8) a->part / a->whole;
	float8		of_b = (float8) b->part / b->whole;
	sv_int128	cross = (sv_int128) a->part * b->whole - (sv_int128) b->part * a->whole;
	float8		difference = (float8) cross / ((float8) a->whole * b->whole);
	float8		lower_a;
	float8		upper_a;
	float8		lower_b;
	float8		upper_b;

	sv_wilson_bounds(a, z, &lower_a, &upper_a);
	sv_wilson_bounds(b, z, &lower_b, &upper_b);
	*lower = Max(difference - hypot(of_a - lower_a, upper_b - of_b), -1);
	*upper = Min(difference + hypot(upper_a - of_a, of_b - lower_b), 1);
	return difference;
}

/*
 * Fisher's exact test, on two sides: the probability of all tables with the
 * same four totals that are no more probable than the one that was observed.
 * As in R, what is 1e-7 more probable counts as equal, so that rounding does
 * not part equals.
 *
 * All probabilities are multiples of that of the observed table.  From there
 * they rise to the most probable one, and then fall; if they rise beyond what
 * a double holds, the result is 0.
 */
static float8
fisher_p_value(const SvProportion *a, const SvProportion *b)
{
	const float8 tie = 1 + 1e-7;
	const float8 negligible = 1e-30;	/* and so is all that follows */
	float8		sum = 1;
	float8		as_rare = 1;

	/* up: parts move from b to a, others from a to b; then down */
	for (int up = 1; up >= 0; up--)
	{
		float8		more = up ? a->part : b->part;
		float8		less = up ? b->part : a->part;
		float8		more_others = up ? b->whole - b->part : a->whole - a->part;
		float8		less_others = up ? a->whole - a->part : b->whole - b->part;
		float8		weight = 1;

		while (less > 0 && less_others > 0 && weight > negligible && !isinf(weight))
		{
			weight *= less-- / ++more;
			weight *= less_others-- / ++more_others;
			sum += weight;
			if (weight <= tie)
				as_rare += weight;
		}
	}
	return Min(as_rare / sum, 1);
}

/* Where Fisher's test is used: up to this variance of a's part, given the totals. */
#define MAX_VARIANCE	1e8

/*
 * How probable a difference like that of a and b, or a greater one, would be if
 * there was none but for chance.  By Fisher's test, whose steps are some tens of
 * standard deviations; if these are too many, by the score test: then the part
 * of a is of normal distribution, with the variance as if the total of the
 * parts was not given.
 */
float8
sv_p_value(const SvProportion *a, const SvProportion *b)
{
	float8		parts = (float8) a->part + b->part;
	float8		others = (float8) (a->whole - a->part) + (b->whole - b->part);
	float8		whole = (float8) a->whole + b->whole;
	sv_int128	cross = (sv_int128) a->part * b->whole - (sv_int128) b->part * a->whole;
	float8		variance = (a->whole / whole) * (b->whole / whole) * parts * (others / whole);

	if (variance * whole / (whole - 1) <= MAX_VARIANCE)
		return fisher_p_value(a, b);
	return erfc(fabs((float8) cross) / whole / sqrt(2 * variance));
}
