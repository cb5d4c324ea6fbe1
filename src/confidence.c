/*-------------------------------------------------------------------------
 *
 * confidence.c
 *	  What intervals share.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "confidence.h"
#include "kpi.h"

/*
 * The confidence in an argument; error unless it lies between 0 and 1.
 */
float8
sv_confidence_arg(FunctionCallInfo fcinfo, int argno)
{
	float8		confidence = PG_GETARG_FLOAT8(argno);

	if (!(confidence > 0 && confidence < 1))
		sv_out_of_range("confidence", psprintf("%g", confidence), "It lies between 0 and 1.");
	return confidence;
}

/*
 * How many standard deviations a variable of normal distribution lies from its
 * mean at most, with that confidence: 1.96 for 0.95.
 *
 * Newton's method for the logarithm of the tail, which falls and is concave.
 * The tail is at most exp(-z * z / 2) / 2, so the first z is not too small, and
 * all steps go down to the solution.
 */
float8
sv_normal_bound(float8 confidence)
{
	float8		tail = (1 - confidence) / 2;
	float8		z = sqrt(-2 * log(2 * tail));

	for (int i = 0; i < 100; i++)
	{
		float8		q = erfc(z * M_SQRT1_2) / 2;
		float8		density = exp(-z * z / 2) / sqrt(2 * M_PI);
		float8		step = log(q / tail) * q / density;

		z += step;
		if (fabs(step) <= 4 * DBL_EPSILON * z)
			break;
	}
	return z;
}

/*
 * The density of Student's distribution at t.
 *
 * Its constant is gamma(a + 1/2) / (gamma(a) * sqrt(a)), a = df / 2, over that
 * of the normal one.  Stirling's series has it for large a, without a
 * difference of large logarithms; a step from a to a + 1 takes a small one
 * there.
 */
static float8
student_density(float8 t, float8 df)
{
	float8		a = df / 2;
	float8		constant = 1;
	float8		square;

	for (; a < 20; a++)
		constant *= a * sqrt((a + 1) / a) / (a + 0.5);
	square = a * a;
	constant *= exp(-(1.0 / 8 - (1.0 / 192 - (1.0 / 640 - (17.0 / 14336 - 31.0 / 18432 / square) /
											  square) / square) / square) / a);
	return constant * exp(-(df + 1) / 2 * log1p(t * t / df)) / sqrt(2 * M_PI);
}

/*
 * The probability to lie within t of 0, divided by 2 * t * density.  This and
 * the next are ways to write an incomplete beta function, with terms that are
 * positive, so that nothing cancels out.  This one is a series for small t.
 */
static float8
student_center(float8 t, float8 df)
{
	float8		y = t * t / (df + t * t);
	float8		sum = 1;
	float8		term = 1;

	for (float8 k = 0; term > sum * DBL_EPSILON / 16; k += 2)
	{
		term *= (df + 1 + k) / (3 + k) * y;
		sum += term;
	}
	return sum;
}

/*
 * The probability to lie beyond t on both sides, divided by 2 * t * density:
 * Gauss's continued fraction, by the method of Lentz, for t that is not small.
 */
static float8
student_tail(float8 t, float8 df)
{
	float8		a = df / 2;
	float8		z = df / (t * t);
	float8		fraction = 1;
	float8		c = 1;
	float8		d = 0;
	float8		factor = 0;

	for (float8 k = 0; fabs(factor - 1) > DBL_EPSILON && k < 10000; k++)
	{
		float8		odd = (k + 0.5) / (a + 2 * k) * ((a + k) / (a + 2 * k + 1)) * z;
		float8		even = (k + 1) / (a + 2 * k + 1) * ((a + k + 0.5) / (a + 2 * k + 2)) * z;

		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		factor = c * d;
		d = 1 / (1 + even * d);
		c = 1 + even / c;
		factor *= c * d;
		fraction *= factor;
	}
	return (1 / df + 1 / (t * t)) / fraction;
}

/*
 * How far a variable of Student's distribution lies from 0 at most, with that
 * confidence: 2.776 for 0.95 and 4 degrees of freedom, which are 1 or more.
 *
 * Newton's method for the logarithm of the probability, inside or outside, as
 * a function of ln t.  Both are concave, as the logarithm of t squared has a
 * log-concave density.  So all but the first step go one way, to the solution.
 */
float8
sv_student_bound(float8 confidence, float8 df)
{
	bool		inside = confidence < 0.75;
	float8		t = inside ? confidence / 2 / student_density(0, df) : sv_normal_bound(confidence);

	for (int i = 0; i < 100; i++)
	{
		float8		scale = inside ? student_center(t, df) : -student_tail(t, df);
		float8		found = 2 * t * student_density(t, df) * fabs(scale);
		float8		step = log((inside ? confidence : 1 - confidence) / found) * scale;

		t *= exp(step);
		if (fabs(step) <= 4 * DBL_EPSILON)
			break;
	}
	return t;
}
