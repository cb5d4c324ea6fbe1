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
