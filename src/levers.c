/*-------------------------------------------------------------------------
 *
 * levers.c
 *	  The four levers of sales velocity, as exact fractions.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "levers.h"

/*
 * Which opportunities are counted: the set of outcomes that an argument names.
 */
unsigned
sv_opportunities_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"all", "closed", "open"};
	static const unsigned sets[] = {SV_CLOSED | SV_SET(SV_OPEN), SV_CLOSED, SV_SET(SV_OPEN)};

	return sets[sv_choice(PG_GETARG_TEXT_PP(argno), "opportunities", names, lengthof(names))];
}

/*
 * Whose cycle is taken: the set of outcomes that an argument names.
 */
unsigned
sv_cycle_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"won", "closed", "decided"};
	static const unsigned sets[] = {SV_SET(SV_WON), SV_CLOSED, SV_DECIDED};

	return sets[sv_choice(PG_GETARG_TEXT_PP(argno), "cycle", names, lengthof(names))];
}

/*
 * Reads two summaries, or one that is both.  Where void opportunities have a
 * part in the cycle, they have it in the hit ratio too.
 */
void
sv_read_levers(struct varlena *stock, struct varlena *flow,
			   unsigned opportunities, unsigned timed, SvLevers *levers)
{
	SvFixed    *fixed = &levers->flow;

	if (stock != flow)
	{
		sv_read_sums(stock, SV_SALES, 0, fixed);
		levers->opportunities = sv_count_of(fixed, opportunities, SV_ROWS);
	}
	sv_read_sums(flow, SV_SALES, 1u << SV_AMOUNT | 1u << SV_USECS, fixed);
	if (stock == flow)
		levers->opportunities = sv_count_of(fixed, opportunities, SV_ROWS);
	levers->won = fixed->totals[SV_WON].count[SV_ROWS];
	levers->decided = sv_count_of(fixed, SV_CLOSED | timed, SV_ROWS);
	levers->amounts = sv_num_amounts(fixed, SV_WON);
	levers->cycles = sv_num_cycles(fixed, timed);
	levers->timed = timed;
}

/*
 * The SV_NUM_LEVERS levers, each as a fraction; the cycle is in days.
 */
void
sv_lever_fractions(const SvLevers *levers, SvFraction *fractions)
{
	const int64 usecs_per_day = USECS_PER_DAY;

	fractions[SV_OPPORTUNITIES].numerator = int64_to_numeric(levers->opportunities);
	fractions[SV_OPPORTUNITIES].denominator = int64_to_numeric(1);
	fractions[SV_HIT_RATIO].numerator = int64_to_numeric(levers->won);
	fractions[SV_HIT_RATIO].denominator = int64_to_numeric(levers->decided);
	fractions[SV_DEAL_SIZE].numerator = sv_sum_of(&levers->flow, SV_SET(SV_WON), SV_AMOUNT, NULL, 0);
	fractions[SV_DEAL_SIZE].denominator = int64_to_numeric(levers->amounts);
	fractions[SV_CYCLE].numerator = sv_sum_of(&levers->flow, levers->timed, SV_USECS, NULL, 0);
	fractions[SV_CYCLE].denominator = sv_product_of_units(levers->cycles, 0, &usecs_per_day, 1);
}

/*
 * The product of the levers, the cycle being a divisor.  False if there is no
 * cycle, or one of no length.
 *
 * All numerators and all denominators are multiplied first, exactly, and one
 * division rounds.  With nothing won the hit ratio is 0, and the deal size does
 * not matter.
 */
bool
sv_velocity(const SvLevers *levers, Numeric *velocity)
{
	const int64 numerators[] = {levers->opportunities, levers->cycles, USECS_PER_DAY, levers->won};
	const int64 denominators[] = {levers->decided, levers->amounts};
	bool		complete = levers->won == levers->amounts;	/* these two cancel */
	Numeric		denominator = sv_sum_of(&levers->flow, levers->timed, SV_USECS,
										denominators, complete ? 1 : 2);

	if (levers->cycles == 0 || sv_sign(denominator) == 0)
		return false;
	*velocity = SV_DIV(sv_sum_of(&levers->flow, SV_SET(SV_WON), SV_AMOUNT,
								 numerators, complete ? 3 : 4),
					   denominator);
	return true;
}
