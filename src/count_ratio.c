/*-------------------------------------------------------------------------
 *
 * count_ratio.c
 *	  Bounds of the ratio of two rates, of each of which events are counted.
 *
 * Let two counts be of Poisson distribution, their means in the ratio r.
 * Given their sum n, the first one is of binomial distribution, with r as the
 * odds.  The bounds of Clopper and Pearson for these odds are therefore exact
 * bounds for r (Przyborowski and Wilenski 1940).  The lower one for the counts
 * c and b is the r at which c or more of c + b come about with the probability
 * "tail"; the upper one is 1 / the lower one for b and c.
 *
 * That probability is usually written as an incomplete beta function.  Here
 * it is summed up: its terms are positive and fall, some eight standard
 * deviations matter, and nothing cancels out.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"

#include "count_ratio.h"

/*
 * What Stirling's formula leaves of ln(n!), n > 0.  Both this and deviance
 * are as in Loader, Fast and accurate computation of binomial probabilities
 * (2000): differences of large logarithms would lose the digits that count.
 */
static float8
stirling_error(float8 n)
{
	float8		square = n * n;

	if (n < 16)
		return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) /
									 square) / square) / square) / n;
}

/* x ln(x / mean) + mean - x, both positive. */
static float8
deviance(float8 x, float8 mean)
{
	float8		difference = x - mean;
	float8		v = difference / (x + mean);
	float8		sum = difference * v;
	float8		power = 2 * x * v;

	if (fabs(v) >= 0.1)
		return x * log(x / mean) - difference;
	for (int i = 3;; i += 2)
	{
		float8		next;

		power *= v * v;
		next = sum + power / i;
		if (next == sum)
			return sum;
		sum = next;
	}
}

/*
 * ln of the probability of x among x + y > x > 0 where the odds are r.
 */
static float8
log_probability(float8 x, float8 y, float8 r)
{
	float8		n = x + y;

	if (y == 0)
		return -n * log1p(1 / r);
	return stirling_error(n) - stirling_error(x) - stirling_error(y) -
		deviance(x, n * (r / (1 + r))) - deviance(y, n / (1 + r)) +
		0.5 * log(n / (2 * M_PI * x * y));
}

/*
 * The probability of x or more among x + y, divided by that of x.
 */
static float8
upper_tail(float8 x, float8 y, float8 r)
{
	float8		sum = 1;
	float8		term = 1;

	while (y > 0 && term > sum * DBL_EPSILON / 16)
	{
		x++;
		term *= y / x * r;
		y--;
		sum += term;
	}
	return sum;
}

/*
 * The lower bound, 0 < tail < 0.5, counts from 0 to SV_MAX_COUNT.
 */
float8
sv_count_ratio_bound(int64 current, int64 base, float8 tail)
{
	float8		x = current;
	float8		y = base;
	float8		r = x / (y + 1);

	if (current == 0)
		return 0;

	/*
	 * Newton's method for the logarithm of the probability as a function of
	 * ln r.  It rises and is concave, so all but the first step go upwards,
	 * and towards the solution.
	 */
	for (int i = 0; i < 100; i++)
	{
		float8		sum = upper_tail(x, y, r);
		float8		slope = x / (1 + r) / sum;
		float8		step = (log(tail) - log_probability(x, y, r) - log(sum)) / slope;

		CHECK_FOR_INTERRUPTS();
		r *= exp(step);
		if (fabs(step) < 4 * DBL_EPSILON)
			break;
	}
	return r;
}
