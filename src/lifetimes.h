/*-------------------------------------------------------------------------
 *
 * lifetimes.h
 *	  What a customer_summary holds, and the lifetimes that are read from it.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_LIFETIMES_H
#define SV_LIFETIMES_H

#include "kpi.h"
#include "survival.h"

/* The groups of a customer_summary */
enum
{
	SV_ENDED,					/* cells are whole months of lifetime */
	SV_RUNNING					/* cells are days of start */
};

#define SV_CUSTOMERS_ALL	(SV_SET(SV_ENDED) | SV_SET(SV_RUNNING))

/* What is counted of their rows ... */
#define SV_MISSING_REVENUE	SV_MISSING_AMOUNT
#define SV_MISSING_START	SV_MISSING_CYCLE
#define SV_ENDED_EARLY		SV_NEGATIVE_CYCLE	/* before the start */
#define SV_WITH_COST		SV_PLAIN

/* ... and what is summed. */
#define SV_REVENUE			SV_AMOUNT	/* per month */
#define SV_MARGIN			SV_AMOUNT_SQUARED	/* revenue * gross margin */
#define SV_COST				SV_AMOUNT_USECS /* of acquisition */
#define SV_MONTH_PARTS		SV_USECS_SQUARED	/* of lifetimes */

/* Of a month: the least common multiple of 28 to 31. */
#define SV_PARTS_PER_MONTH	INT64CONST(377580)

/*
 * What a summary says of lifetimes as of a day.  Running customers that start
 * later are left out.
 */
typedef struct SvLifetimes
{
	SvFixed		fixed;
	int64		ended;			/* with a lifetime */
	Numeric		parts;			/* of months, of all customers together */
	SvCurve		curve;			/* by whole months */
} SvLifetimes;

/* How the periods that lie ahead count. */
typedef struct SvOutlook
{
	bool		has_horizon;
	int32		horizon;		/* in periods */
	bool		has_discount;
	float8		discount;		/* per period */
} SvOutlook;

extern int64 sv_month_parts(DateADT from, DateADT to);
extern int64 sv_count_without(const SvFixed *fixed, unsigned groups,
							  SvCount count, SvCount without);
extern void sv_read_lifetimes(struct varlena *summary, DateADT as_of,
							  SvLifetimes *lifetimes);
extern bool sv_expected_periods(float8 churn, const SvOutlook *outlook,
								float8 *periods);
extern bool sv_expected_months(const SvLifetimes *lifetimes,
							   const SvOutlook *outlook, float8 *months);

#endif							/* SV_LIFETIMES_H */
