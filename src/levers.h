/*-------------------------------------------------------------------------
 *
 * levers.h
 *	  The four levers of sales velocity, as exact fractions.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_LEVERS_H
#define SV_LEVERS_H

#include "opportunity.h"

/*
 * The number of opportunities is of the stock, the other three levers are of
 * the flow: hit ratio = won / decided, average deal size = won amount /
 * amounts, average sales cycle = time / cycles.
 */
typedef struct SvLevers
{
	int64		opportunities;
	int64		won;
	int64		decided;
	int64		amounts;
	int64		cycles;
	unsigned	timed;			/* the outcomes whose cycles these are */
	SvFixed		flow;			/* with its sums of amounts and times */
} SvLevers;

/* The levers one by one, in the order of the formula. */
typedef enum SvLever
{
	SV_OPPORTUNITIES, SV_HIT_RATIO, SV_DEAL_SIZE, SV_CYCLE
} SvLever;

#define SV_NUM_LEVERS 4

typedef struct SvFraction
{
	Numeric		numerator;
	Numeric		denominator;	/* zero if there is no such lever */
} SvFraction;

extern unsigned sv_opportunities_arg(FunctionCallInfo fcinfo, int argno);
extern unsigned sv_cycle_arg(FunctionCallInfo fcinfo, int argno);
extern void sv_read_levers(struct varlena *stock, struct varlena *flow,
						   unsigned opportunities, unsigned timed, SvLevers *levers);
extern void sv_lever_fractions(const SvLevers *levers, SvFraction *fractions);
extern bool sv_velocity(const SvLevers *levers, Numeric *velocity);

#endif							/* SV_LEVERS_H */
