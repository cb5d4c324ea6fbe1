/*-------------------------------------------------------------------------
 *
 * summary.h
 *	  The summary that is being filled, and how a row goes into it.
 *
 * A sales_summary datum has one of two forms.  The stored form (codec.h) is
 * small and canonical.  The working form is the struct below: aggregates keep
 * it as their state and change it in place.  Both are flat varlenas of the
 * same SQL type, told apart by the first byte after the length, so a state
 * travels between processes as it is, and whatever reads a summary reads
 * both.  Final functions and operators return the stored form.
 *
 * A function that changes a summary returns where it is afterwards: the
 * summary moves when it has to grow, into the current memory context, from
 * which the executor copies a new state and then frees the old one.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_SUMMARY_H
#define SV_SUMMARY_H

#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "day_histogram.h"
#include "exact_sum.h"

/* First byte of the working form; the stored form begins with its version. */
#define SV_WORKING 0x81

typedef struct SvSummary
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint8		format;			/* SV_WORKING */
	uint8		nwide;			/* entries in the wide area */
	uint32		nslots;
	uint32		taken;			/* slots that are not free */
	SvTotals	totals[SV_NUM_OUTCOMES];
	SvSlot		slots[FLEXIBLE_ARRAY_MEMBER];
	/* after the slots, the wide area: see summary.c */
} SvSummary;

extern SvSummary *sv_new_summary(void);
extern SvSummary *sv_merge(SvSummary *summary, struct varlena *other, int sign);
extern SvSummary *sv_add_cell(SvSummary *summary, const SvCell *cell, int sign);
extern SvSummary *sv_add_number(SvSummary *summary, SvOutcome outcome,
								SvSum sum, const SvNumber *number, int sign);
extern SvSummary *sv_add_numeric(SvSummary *summary, SvOutcome outcome,
								 SvSum sum, Numeric value);
extern SvSummary *sv_add_wide_product(SvSummary *summary, SvOutcome outcome,
									  SvSum sum, const SvNumber *a,
									  const SvNumber *b, int sign);

extern struct varlena *sv_pack(struct varlena *summary);
extern void sv_read(struct varlena *summary, SvFixed *fixed,
					SvCellReader *cells);
extern bool sv_read_cell(SvCellReader *reader, SvCell *cell);
extern Numeric sv_total(const SvFixed *fixed, SvOutcome outcome, SvSum sum);
extern int64 sv_count_of(const SvFixed *fixed, unsigned outcomes, SvCount count);

extern SvOutcome sv_outcome_of_status(text *status);
pg_noreturn extern void sv_count_out_of_range(void);

extern SvSummary *sv_summary_from_json(char *json, Node *escontext);
extern char *sv_summary_to_json(struct varlena *summary);

#define SV_GETARG_SUMMARY(n)	((struct varlena *) PG_GETARG_VARLENA_PP(n))

/* Sets of outcomes. */
#define SV_SET(outcome)		(1u << (outcome))
#define SV_CLOSED			(SV_SET(SV_WON) | SV_SET(SV_LOST))
#define SV_DECIDED			(SV_CLOSED | SV_SET(SV_VOID))
#define SV_ALL				(SV_DECIDED | SV_SET(SV_OPEN))

static inline bool
sv_is_working(const struct varlena *summary)
{
	return *(const uint8 *) VARDATA_ANY(summary) == SV_WORKING;
}

static inline void
sv_add_count(int64 *count, int64 n)
{
	if (unlikely(pg_add_s64_overflow(*count, n, count)))
		sv_count_out_of_range();
}

/*
 * Argument 0 as a summary to change: the state itself inside an aggregate, a
 * copy elsewhere, an empty one for NULL.
 */
static inline SvSummary *
sv_writable_summary(FunctionCallInfo fcinfo, bool in_aggregate)
{
	struct varlena *state;

	if (PG_ARGISNULL(0))
		return sv_new_summary();
	state = (struct varlena *) PG_GETARG_POINTER(0);
	if (likely(in_aggregate && VARATT_IS_4B_U(state) && sv_is_working(state)))
		return (SvSummary *) state;
	return sv_merge(sv_new_summary(), SV_GETARG_SUMMARY(0), 1);
}

/*
 * A changed summary as a result: inside an aggregate the working form, whose
 * growth the executor sees by the changed address.
 */
static inline Datum
sv_summary_result(SvSummary *summary, bool in_aggregate)
{
	if (in_aggregate)
		return PointerGetDatum(summary);
	return PointerGetDatum(sv_pack((struct varlena *) summary));
}

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

static inline SvSummary *
sv_add(SvSummary *summary, SvOutcome outcome, SvSum sum,
	   const SvNumber *number, int sign)
{
	sv_int128  *total = &summary->totals[outcome].sum[sum];
	sv_int128	result;

	if (likely(number->wide == NULL &&
			   !(sign > 0 ? __builtin_add_overflow(*total, number->units, &result) :
				 __builtin_sub_overflow(*total, number->units, &result))))
	{
		*total = result;
		return summary;
	}
	return sv_add_number(summary, outcome, sum, number, sign);
}

/*
 * Adds a product of two numbers to one of the sums of products.  An amount's
 * units are 10^-8 and a time's are 1, and so the product's units are those of
 * the sum.
 */
static inline SvSummary *
sv_add_product(SvSummary *summary, SvOutcome outcome, SvSum sum,
			   const SvNumber *a, const SvNumber *b, int sign)
{
	if (likely(a->wide == NULL && b->wide == NULL &&
			   sv_fits_int64(a->units) && sv_fits_int64(b->units)))
	{
		SvNumber	product = {(sv_int128) (int64) a->units * (int64) b->units, NULL};

		return sv_add(summary, outcome, sum, &product, sign);
	}
	return sv_add_wide_product(summary, outcome, sum, a, b, sign);
}

/*
 * The body of every transition function over rows: adds one row (sign 1) or
 * takes it away again (sign -1).  The shape is a constant of the caller, so
 * that the compiler makes a function of its own for each.
 */
static pg_attribute_always_inline Datum
sv_accumulate(FunctionCallInfo fcinfo, const int shape, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, in_aggregate);
	SvOutcome	outcome = sv_outcome_arg(fcinfo, shape);
	const int	opened_arg = shape & SV_HAS_AMOUNT ? 3 : 2;
	bool		has_amount = false;
	SvNumber	amount;
	sv_int128	opened;
	sv_int128	closed;

	sv_add_count(&summary->totals[outcome].count[SV_ROWS], sign);
	if (!(shape & SV_FULL) && outcome != SV_WON)
		return sv_summary_result(summary, in_aggregate);

	if (shape & SV_HAS_AMOUNT)
	{
		has_amount = sv_amount_arg(fcinfo, shape, &amount);
		if (has_amount)
			summary = sv_add(summary, outcome, SV_AMOUNT, &amount, sign);
		else
			sv_add_count(&summary->totals[outcome].count[SV_MISSING_AMOUNT], sign);
		if (has_amount && (shape & SV_FULL))
			summary = sv_add_product(summary, outcome, SV_AMOUNT_SQUARED,
									 &amount, &amount, sign);
	}

	if (!(shape & SV_HAS_DATES))
		return sv_summary_result(summary, in_aggregate);
	if (!sv_date_arg(fcinfo, shape, opened_arg, &opened))
		sv_add_count(&summary->totals[outcome].count[SV_MISSING_CYCLE], sign);
	else if (outcome == SV_OPEN)
	{
		SvCell		cell = {outcome, sv_days_of_usecs(opened), 1};

		summary = sv_add_cell(summary, &cell, sign);
	}
	else if (!sv_date_arg(fcinfo, shape, opened_arg + 1, &closed))
		sv_add_count(&summary->totals[outcome].count[SV_MISSING_CYCLE], sign);
	else if (closed < opened)
		sv_add_count(&summary->totals[outcome].count[SV_NEGATIVE_CYCLE], sign);
	else
	{
		SvNumber	cycle = {closed - opened, NULL};

		summary = sv_add(summary, outcome, SV_USECS, &cycle, sign);
		if (shape & SV_FULL)
		{
			SvCell		cell = {outcome, sv_days_of_usecs(cycle.units), 1};

			summary = sv_add_product(summary, outcome, SV_USECS_SQUARED,
									 &cycle, &cycle, sign);
			if (has_amount)
				summary = sv_add_product(summary, outcome, SV_AMOUNT_USECS,
										 &amount, &cycle, sign);
			summary = sv_add_cell(summary, &cell, sign);
		}
	}
	return sv_summary_result(summary, in_aggregate);
}

/* Defines the transition function NAME and its inverse NAME_inv. */
#define SV_ACCUM(name, shape) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return sv_accumulate(fcinfo, (shape), 1); \
	} \
	PG_FUNCTION_INFO_V1(name##_inv); \
	Datum \
	name##_inv(PG_FUNCTION_ARGS) \
	{ \
		return sv_accumulate(fcinfo, (shape), -1); \
	} \
	extern int	no_such_variable

#endif							/* SV_SUMMARY_H */
