/*-------------------------------------------------------------------------
 *
 * period.h
 *	  Calendar periods: days, weeks, months, quarters and years.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_PERIOD_H
#define SV_PERIOD_H

#include "fmgr.h"
#include "utils/date.h"

/* A kind of period: its length, and the place of some period's start */
typedef struct SvPeriod
{
	const char *name;
	bool		in_months;		/* length and start in months, else in days */
	int			length;
	int			start;
	int			tile_bits;		/* log2 of the tile in microseconds */
} SvPeriod;

/* Quotient rounded down, for b > 0 */
static inline int64
sv_floor_div(int64 a, int64 b)
{
	return a / b - (a % b < 0);
}

extern void sv_check_argument(const char *name, int value, int max,
							  const char *hint);
extern SvPeriod sv_make_period(text *name, int fiscal_start, int week_start);
extern int64 sv_period_number(const SvPeriod *period, DateADT day);
extern DateADT sv_period_first_day(const SvPeriod *period, int64 number);
extern DateADT sv_period_boundary(const SvPeriod *period, DateADT day, int shift);
extern Datum sv_instant_boundary(FunctionCallInfo fcinfo, int shift);

/* 2000-01-01, day 0 of the server, was a Saturday: ISO day 6 */
#define SV_EPOCH_ISO_DAY	6

#endif							/* SV_PERIOD_H */
