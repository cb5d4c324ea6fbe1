/*-------------------------------------------------------------------------
 *
 * opportunity.h
 *	  How an opportunity goes into a sales_summary, and what the families
 *	  that read one share.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_OPPORTUNITY_H
#define SV_OPPORTUNITY_H

#include "utils/date.h"

#include "kpi.h"

/* Sets of outcomes. */
#define SV_CLOSED			(SV_SET(SV_WON) | SV_SET(SV_LOST))
#define SV_DECIDED			(SV_CLOSED | SV_SET(SV_VOID))
#define SV_ALL				(SV_DECIDED | SV_SET(SV_OPEN))

extern SvOutcome sv_outcome_of_status(text *status);
extern unsigned sv_outcomes_arg(FunctionCallInfo fcinfo, int argno);
extern int64 sv_num_amounts(const SvFixed *fixed, SvOutcome outcome);
extern int64 sv_num_cycles(const SvFixed *fixed, unsigned outcomes);
extern bool sv_has_plain(const SvFixed *fixed, unsigned outcomes);
extern bool sv_whole_days(const SvFixed *fixed, unsigned outcomes, sv_int128 *days);

/* How a transition function is called: (state, outcome [, amount] [, opened, closed]). */
#define SV_BY_STATUS	0x01	/* the outcome is a status, not won */
#define SV_HAS_AMOUNT	0x02
#define SV_FLOAT		0x04	/* the amount is a double, not a numeric */
#define SV_HAS_DATES	0x08
#define SV_TIMESTAMPS	0x10	/* opened and closed are timestamps, not dates */
#define SV_FULL			0x20	/* everything of every row; otherwise what a
								 * mean over won rows needs */

/* NULL is an opportunity that is still open. */
static inline SvOutcome
sv_outcome_arg(FunctionCallInfo fcinfo, const int shape)
{
	if (PG_ARGISNULL(1))
		return SV_OPEN;
	if (shape & SV_BY_STATUS)
		return sv_outcome_of_status(PG_GETARG_TEXT_PP(1));
	return PG_GETARG_BOOL(1) ? SV_WON : SV_LOST;
}

/* False if there is no amount: NULL, NaN or infinite. */
static inline bool
sv_amount_arg(FunctionCallInfo fcinfo, const int shape, SvNumber *amount)
{
	if (PG_ARGISNULL(2))
		return false;
	if (shape & SV_FLOAT)
		return sv_amount_from_float8(PG_GETARG_FLOAT8(2), amount);
	return sv_amount_from_numeric(PG_GETARG_DATUM(2), amount);
}

/*
 * One date argument in microseconds since 2000.  False if there is none: NULL
 * or infinite.
 */
static inline bool
sv_date_arg(FunctionCallInfo fcinfo, const int shape, int argno, sv_int128 *usecs)
{
	if (PG_ARGISNULL(argno))
		return false;
	if (shape & SV_TIMESTAMPS)
	{
		TimestampTz instant = PG_GETARG_TIMESTAMPTZ(argno);

		*usecs = instant;
		return !TIMESTAMP_NOT_FINITE(instant);
	}
	else
	{
		DateADT		date = PG_GETARG_DATEADT(argno);

		*usecs = (sv_int128) date * USECS_PER_DAY;
		return !DATE_NOT_FINITE(date);
	}
}

/* Whole days of a time, downwards. */
static inline int32
sv_days_of_usecs(sv_int128 usecs)
{
	if (likely(sv_fits_int64(usecs) && usecs >= 0))
		return (int32) ((int64) usecs / USECS_PER_DAY);
	return (int32) (usecs / USECS_PER_DAY - (usecs % USECS_PER_DAY < 0));
}

/* Adds the amount of one row; has_amount tells whether there was one. */
static pg_attribute_always_inline SvSummary *
sv_accum_amount(SvSummary *summary, FunctionCallInfo fcinfo, const int shape,
				const int sign, SvOutcome outcome, SvNumber *amount, bool *has_amount)
{
	*has_amount = sv_amount_arg(fcinfo, shape, amount);
	if (!*has_amount)
	{
		sv_add_count(&summary->totals[outcome].count[SV_MISSING_AMOUNT], 1, sign);
		return summary;
	}
	summary = sv_add(summary, outcome, SV_AMOUNT, amount, sign);
	if (shape & SV_FULL)
		summary = sv_add_product(summary, outcome, SV_AMOUNT_SQUARED,
								 amount, amount, sign);
	return summary;
}

/* Adds the dates of one row, whose amount is NULL if it has none. */
static pg_attribute_always_inline SvSummary *
sv_accum_dates(SvSummary *summary, FunctionCallInfo fcinfo, const int shape,
			   const int sign, SvOutcome outcome, const SvNumber *amount)
{
	const int	opened_arg = shape & SV_HAS_AMOUNT ? 3 : 2;
	SvNumber	cycle = {0, NULL};
	SvCell		cell = {outcome, 0, 1};
	sv_int128	opened;
	sv_int128	closed;
	int64	   *count = summary->totals[outcome].count;

	if (!sv_date_arg(fcinfo, shape, opened_arg, &opened) ||
		(outcome != SV_OPEN && !sv_date_arg(fcinfo, shape, opened_arg + 1, &closed)))
	{
		sv_add_count(&count[SV_MISSING_CYCLE], 1, sign);
		return summary;
	}
	if (outcome == SV_OPEN)
	{
		cell.day = sv_days_of_usecs(opened);
		return sv_add_cell(summary, &cell, sign);
	}
	if (closed < opened)
	{
		sv_add_count(&count[SV_NEGATIVE_CYCLE], 1, sign);
		return summary;
	}
	cycle.units = closed - opened;
	summary = sv_add(summary, outcome, SV_USECS, &cycle, sign);
	if (!(shape & SV_FULL))
		return summary;
	summary = sv_add_product(summary, outcome, SV_USECS_SQUARED, &cycle, &cycle, sign);
	if (amount != NULL)
		summary = sv_add_product(summary, outcome, SV_AMOUNT_USECS, amount, &cycle, sign);
	cell.day = sv_days_of_usecs(cycle.units);
	return sv_add_cell(summary, &cell, sign);
}

/*
 * Adds one row (sign 1) or takes it away again (sign -1).  The shape is a
 * constant of the caller, so that the compiler makes a function of its own for
 * each.
 */
static pg_attribute_always_inline SvSummary *
sv_accum_row(SvSummary *summary, FunctionCallInfo fcinfo, const int shape,
			 const int sign, SvOutcome outcome)
{
	bool		has_amount = false;
	SvNumber	amount;

	sv_add_count(&summary->totals[outcome].count[SV_ROWS], 1, sign);
	if (shape & SV_FULL || outcome == SV_WON)
	{
		if (shape & SV_HAS_AMOUNT)
			summary = sv_accum_amount(summary, fcinfo, shape, sign, outcome,
									  &amount, &has_amount);
		if (shape & SV_HAS_DATES)
			summary = sv_accum_dates(summary, fcinfo, shape, sign, outcome,
									 has_amount ? &amount : NULL);
	}
	return summary;
}

/*
 * The body of every transition function over rows.
 */
static pg_attribute_always_inline Datum
sv_accumulate(FunctionCallInfo fcinfo, const int shape, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_SALES, in_aggregate);

	summary = sv_accum_row(summary, fcinfo, shape, sign, sv_outcome_arg(fcinfo, shape));
	return sv_summary_result(summary, in_aggregate);
}

/* Defines the transition function NAME and its inverse NAME_inv. */
#define SV_ACCUM(name, shape) \
	SV_FUNCTION(name, sv_accumulate(fcinfo, shape, 1)); \
	SV_FUNCTION(name##_inv, sv_accumulate(fcinfo, shape, -1))

#endif							/* SV_OPPORTUNITY_H */
