/*-------------------------------------------------------------------------
 *
 * velocity_change.c
 *	  Why sales velocity changed: what each of its four levers has added.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * The velocity is a product of four factors, the fourth being the speed,
 * 1 / the cycle.  Two ways are known to share out the change of a product
 * among its factors without a rest, alike for all of them, and with the sign
 * turned where before and after change places:
 *
 * LMDI-I (Ang 2005): the log mean of both velocities * ln(after / before) of
 * the factor.  It takes factors above 0.
 *
 * Shapley: the mean, over all orders in which the factors can change one
 * after the other, of what the velocity changes by when the factor does.  It
 * takes any factors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"

#include "levers.h"

/* Decimals of what is divided on the way. */
#define DECIMALS 40

/* What is compared: the levers, and the velocity or NULL. */
typedef struct Side
{
	SvFraction	levers[SV_NUM_LEVERS];
	Numeric		velocity;
} Side;

/* A factor before and after, both as multiples of 1 / denominator. */
typedef struct Factor
{
	Numeric		before;
	Numeric		after;
	Numeric		denominator;
} Factor;

/*
 * Reads one side.  It has no velocity either if it is not the product of the
 * levers: if won rows have been taken away whose amounts were others.
 */
static Side
read_side(struct varlena *stock, struct varlena *flow, unsigned opportunities, unsigned timed)
{
	SvLevers	levers;
	Side		side;

	sv_read_levers(stock, flow, opportunities, timed, &levers);
	sv_lever_fractions(&levers, side.levers);
	if (!sv_velocity(&levers, &side.velocity) ||
		(levers.amounts == 0 && sv_sign(side.levers[SV_DEAL_SIZE].numerator) != 0))
		side.velocity = NULL;
	return side;
}

/*
 * A lever as a factor.  The deal size of a side that won nothing is not known,
 * and is taken to be that of the other side; if there is none either, any will
 * do, since the hit ratio is 0.
 */
static Factor
factor_of(const Side *before, const Side *after, SvLever lever)
{
	SvFraction	old = before->levers[lever];
	SvFraction	new = after->levers[lever];
	Factor		factor;

	if (lever == SV_CYCLE)
	{
		SvFraction	cycle = old;

		old.numerator = cycle.denominator;
		old.denominator = cycle.numerator;
		cycle = new;
		new.numerator = cycle.denominator;
		new.denominator = cycle.numerator;
	}
	if (sv_sign(old.denominator) == 0)
		old = new;
	if (sv_sign(new.denominator) == 0)
		new = old;
	if (sv_sign(old.denominator) == 0)
		old.denominator = new.denominator = int64_to_numeric(1);
	factor.before = SV_MUL(old.numerator, new.denominator);
	factor.after = SV_MUL(new.numerator, old.denominator);
	factor.denominator = SV_MUL(old.denominator, new.denominator);
	return factor;
}

/*
 * ln(after / before), both above 0.  Dividing the greater one by the smaller
 * one keeps its digits, however near or far they are.
 */
static Numeric
log_ratio(Numeric before, Numeric after)
{
	if (sv_sign(SV_SUB(before, after)) > 0)
		return SV_SUB(int64_to_numeric(0), log_ratio(after, before));
	return DatumGetNumeric(DirectFunctionCall1(numeric_ln, NumericGetDatum(sv_quotient(after, before, DECIMALS))));
}

/*
 * (v1 - v0) / ln(v1 / v0) of the velocities, or v0 where they are equal.  They
 * are the products of all factors, and not rounded here: of a velocity that is
 * small next to the other one few digits would be left.
 */
static Numeric
log_mean(const Factor *factors)
{
	Numeric		before = int64_to_numeric(1);
	Numeric		after = before;
	Numeric		denominator = before;
	Numeric		difference;

	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		before = SV_MUL(before, factors[i].before);
		after = SV_MUL(after, factors[i].after);
		denominator = SV_MUL(denominator, factors[i].denominator);
	}
	difference = log_ratio(before, after);
	if (sv_sign(difference) == 0)
		return sv_quotient(before, denominator, DECIMALS);
	return sv_quotient(SV_SUB(after, before), SV_MUL(denominator, difference), DECIMALS);
}

/*
 * The Shapley value of one factor.  Let a be the others' values before and b
 * those after.  Over all orders, all of them are still a in a quarter of them,
 * all are b in a quarter, and each of the six mixtures comes in a twelfth.  The
 * product of all a + b has each of the eight once, so that * 1/12 lacks 2/12 of
 * the first two.
 */
static Numeric
shapley_value(const Factor *factors, int factor)
{
	Numeric		before = int64_to_numeric(1);
	Numeric		after = before;
	Numeric		both = before;
	Numeric		denominator = int64_to_numeric(12);

	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		denominator = SV_MUL(denominator, factors[i].denominator);
		if (i == factor)
			continue;
		before = SV_MUL(before, factors[i].before);
		after = SV_MUL(after, factors[i].after);
		both = SV_MUL(both, SV_ADD(factors[i].before, factors[i].after));
	}
	both = SV_ADD(both, SV_MUL(int64_to_numeric(2), SV_ADD(before, after)));
	return sv_quotient(SV_MUL(SV_SUB(factors[factor].after, factors[factor].before), both),
					   denominator, DECIMALS);
}

/*
 * The contributions of all levers, which add up to the change.  They have the
 * decimals of the change; what rounding leaves goes to the largest one.
 * Returns the name of the method.
 */
static const char *
contributions_of(const Side *before, const Side *after, Numeric *contributions)
{
	Factor		factors[SV_NUM_LEVERS];
	bool		positive = sv_sign(before->velocity) > 0 && sv_sign(after->velocity) > 0;
	Numeric		rest = SV_SUB(after->velocity, before->velocity);
	int32		decimals = sv_scale(rest);
	Numeric		mean = NULL;
	Numeric		most = NULL;
	int			largest = 0;

	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		factors[i] = factor_of(before, after, i);
		positive = positive && sv_sign(factors[i].before) > 0 &&
			sv_sign(factors[i].after) > 0 && sv_sign(factors[i].denominator) > 0;
	}
	if (positive)
		mean = log_mean(factors);
	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		Numeric		exact;
		Numeric		size;

		if (positive)
			exact = SV_MUL(mean, log_ratio(factors[i].before, factors[i].after));
		else
			exact = shapley_value(factors, i);
		contributions[i] = sv_rounded(exact, decimals);
		rest = SV_SUB(rest, contributions[i]);
		size = DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(contributions[i])));
		if (most == NULL || sv_sign(SV_SUB(size, most)) > 0)
		{
			most = size;
			largest = i;
		}
	}
	contributions[largest] = SV_ADD(contributions[largest], rest);
	return positive ? "LMDI" : "Shapley";
}

/* A lever as a number, in the shortest form; false if there is none. */
static bool
lever_value(const SvFraction *lever, Datum *value)
{
	if (sv_sign(lever->denominator) == 0)
		return false;
	*value = DirectFunctionCall1(numeric_trim_scale,
								 NumericGetDatum(SV_DIV(lever->numerator, lever->denominator)));
	return true;
}

/* The result: one row for each lever; without both velocities, no contribution. */
static Datum
change(FunctionCallInfo fcinfo, const Side *before, const Side *after)
{
	static const char *const names[] = {"opportunities", "hit_ratio", "avg_deal_size", "sales_cycle"};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Numeric		contributions[SV_NUM_LEVERS];
	const char *method = NULL;

	InitMaterializedSRF(fcinfo, 0);
	if (before->velocity != NULL && after->velocity != NULL)
		method = contributions_of(before, after, contributions);
	for (int i = 0; i < SV_NUM_LEVERS; i++)
	{
		Datum		values[5] = {CStringGetTextDatum(names[i])};
		bool		nulls[5] = {false};

		nulls[1] = !lever_value(&before->levers[i], &values[1]);
		nulls[2] = !lever_value(&after->levers[i], &values[2]);
		nulls[3] = nulls[4] = method == NULL;
		if (method != NULL)
		{
			values[3] = NumericGetDatum(contributions[i]);
			values[4] = CStringGetTextDatum(method);
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(sales_velocity_change_of_summaries);
Datum
sales_velocity_change_of_summaries(PG_FUNCTION_ARGS)
{
	struct varlena *summaries[] = {SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1)};
	unsigned	opportunities = sv_opportunities_arg(fcinfo, 2);
	unsigned	timed = sv_cycle_arg(fcinfo, 3);
	Side		before = read_side(summaries[0], summaries[0], opportunities, timed);
	Side		after = read_side(summaries[1], summaries[1], opportunities, timed);

	return change(fcinfo, &before, &after);
}

PG_FUNCTION_INFO_V1(sales_velocity_change_of_flows);
Datum
sales_velocity_change_of_flows(PG_FUNCTION_ARGS)
{
	unsigned	timed = sv_cycle_arg(fcinfo, 4);
	Side		before = read_side(SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), SV_SET(SV_OPEN), timed);
	Side		after = read_side(SV_GETARG_SUMMARY(2), SV_GETARG_SUMMARY(3), SV_SET(SV_OPEN), timed);

	return change(fcinfo, &before, &after);
}
