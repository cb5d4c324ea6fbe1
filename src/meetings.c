/*-------------------------------------------------------------------------
 *
 * meetings.c
 *	  Meetings: how many are booked, how many of them take place, how many of
 *	  these lead on.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A meeting_summary has a group per status; the histograms are by the day for
 * which the meetings are scheduled, so that as_of stays the reader's choice.
 * A rescheduled meeting has a row of its own for the new appointment, and so
 * is counted there alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "kpi.h"
#include "summary_type.h"

SV_SUMMARY_TYPE(meeting_summary, SV_MEETINGS);

/* The groups of a meeting_summary */
typedef enum Status
{
	BOOKED, HELD, PRESUMED_HELD, NO_SHOW, CANCELLED, RESCHEDULED, DECLINED, UNKNOWN
} Status;

#define NUM_STATUSES	(UNKNOWN + 1)

/* Every meeting once. */
#define EVERY_MEETING	((SV_SET(NUM_STATUSES) - 1) & ~SV_SET(RESCHEDULED))

/* What is counted of their rows */
enum
{
	MISSING_DAY = SV_ROWS + 1,	/* scheduled NULL or infinite */
	QUALIFIED,
	NOT_QUALIFIED				/* neither of the two: not known */
};

/* The status in argument 1; NULL is unknown. */
static inline Status
status_arg(FunctionCallInfo fcinfo)
{
	static const char *const names[NUM_STATUSES] = {
		"booked", "held", "presumed_held", "no_show", "cancelled", "rescheduled", "declined", "unknown"
	};

	/* what a name of this length is, most likely */
	static const Status guesses[] = {
		[4] = HELD,[6] = BOOKED,[7] = NO_SHOW,[8] = DECLINED,[9] = CANCELLED,[11] = RESCHEDULED,[13] = PRESUMED_HELD
	};
	text	   *status;
	Size		length;

	if (PG_ARGISNULL(1))
		return UNKNOWN;
	status = PG_GETARG_TEXT_PP(1);
	length = VARSIZE_ANY_EXHDR(status);
	if (likely(length < lengthof(guesses)))
	{
		Status		guess = guesses[length];

		if (strlen(names[guess]) == length && memcmp(VARDATA_ANY(status), names[guess], length) == 0)
			return guess;
	}
	return sv_choice(status, "status", names, NUM_STATUSES);
}

/* The day in argument 2.  False if there is none: NULL or infinite. */
static inline bool
scheduled_arg(FunctionCallInfo fcinfo, DateADT *day)
{
	if (PG_ARGISNULL(2))
		return false;
	*day = PG_GETARG_DATEADT(2);
	return !DATE_NOT_FINITE(*day);
}

/* Aggregates */

/* How a transition function is called: (state, status, ...). */
typedef enum Shape
{
	FULL,						/* scheduled, qualified */
	SHOW,						/* scheduled, as_of: rows that are due */
	QUALIFICATION				/* qualified */
} Shape;

/*
 * The body of every transition function: adds one meeting (sign 1) or takes
 * it away again (sign -1).
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, const Shape shape, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_MEETINGS, in_aggregate);
	Status		status = status_arg(fcinfo);
	int64	   *count = summary->totals[status].count;
	const int	qualified_arg = shape == FULL ? 3 : 2;
	SvCell		cell = {status, 0, 1};

	if (shape == SHOW &&
		(!scheduled_arg(fcinfo, &cell.day) || PG_ARGISNULL(3) || cell.day >= PG_GETARG_DATEADT(3)))
		return sv_summary_result(summary, in_aggregate);

	sv_add_count(&count[SV_ROWS], 1, sign);
	if (shape != SHOW && !PG_ARGISNULL(qualified_arg))
		sv_add_count(&count[PG_GETARG_BOOL(qualified_arg) ? QUALIFIED : NOT_QUALIFIED], 1, sign);
	if (shape == FULL)
	{
		if (scheduled_arg(fcinfo, &cell.day))
			summary = sv_add_cell(summary, &cell, sign);
		else
			sv_add_count(&count[MISSING_DAY], 1, sign);
	}
	return sv_summary_result(summary, in_aggregate);
}

/* Defines the transition function NAME and its inverse NAME_inv. */
#define ACCUM(name, shape) \
	SV_FUNCTION(name, accumulate(fcinfo, shape, 1)); \
	SV_FUNCTION(name##_inv, accumulate(fcinfo, shape, -1))

ACCUM(meeting_summary_accum, FULL);
ACCUM(show_ratio_accum, SHOW);
ACCUM(qualification_ratio_accum, QUALIFICATION);

/* Counts */

/* A count of the summary in argument 0, over a set of statuses. */
static Datum
count_of(FunctionCallInfo fcinfo, uint64 statuses, int count)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_MEETINGS, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, statuses, count));
}

SV_FUNCTION(num_booked, count_of(fcinfo, EVERY_MEETING, SV_ROWS));
SV_FUNCTION(num_pending, count_of(fcinfo, SV_SET(BOOKED), SV_ROWS));
SV_FUNCTION(num_held, count_of(fcinfo, SV_SET(HELD), SV_ROWS));
SV_FUNCTION(num_presumed_held, count_of(fcinfo, SV_SET(PRESUMED_HELD), SV_ROWS));
SV_FUNCTION(num_no_show, count_of(fcinfo, SV_SET(NO_SHOW), SV_ROWS));
SV_FUNCTION(num_cancelled, count_of(fcinfo, SV_SET(CANCELLED), SV_ROWS));
SV_FUNCTION(num_declined, count_of(fcinfo, SV_SET(DECLINED), SV_ROWS));
SV_FUNCTION(num_unknown, count_of(fcinfo, SV_SET(UNKNOWN), SV_ROWS));
SV_FUNCTION(num_rescheduled, count_of(fcinfo, SV_SET(RESCHEDULED), SV_ROWS));
SV_FUNCTION(num_qualified, count_of(fcinfo, SV_SET(HELD), QUALIFIED));
SV_FUNCTION(num_not_qualified, count_of(fcinfo, SV_SET(HELD), NOT_QUALIFIED));
SV_FUNCTION(num_missing_scheduled, count_of(fcinfo, EVERY_MEETING, MISSING_DAY));

/* Ratios */

/* Held / all meetings that are scheduled before as_of. */
PG_FUNCTION_INFO_V1(show_ratio_of_summary);
Datum
show_ratio_of_summary(PG_FUNCTION_ARGS)
{
	DateADT		as_of = PG_GETARG_DATEADT(1);
	uint64		shown = SV_SET(HELD) | (PG_GETARG_BOOL(2) ? SV_SET(PRESUMED_HELD) : 0);
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;
	int64		held = 0;
	int64		due = 0;

	sv_read(sv_pack(SV_GETARG_SUMMARY(0)), SV_MEETINGS, &fixed, &reader);
	while (sv_read_cell(&reader, &cell))
	{
		if (cell.day >= as_of)
			continue;
		if (SV_SET(cell.group) & EVERY_MEETING)
			sv_add_count(&due, cell.count, 1);
		if (SV_SET(cell.group) & shown)
			sv_add_count(&held, cell.count, 1);
	}
	return sv_ratio_of_counts(fcinfo, held, due);
}

/* The aggregate's result: its state has the rows that are due. */
PG_FUNCTION_INFO_V1(show_ratio_final);
Datum
show_ratio_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), SV_MEETINGS, &fixed, NULL);
	return sv_ratio_of_counts(fcinfo, fixed.totals[HELD].count[SV_ROWS],
							  sv_count_of(&fixed, EVERY_MEETING, SV_ROWS));
}

/* Qualified / held meetings of which that is known: of a summary, and the aggregate's result. */
PG_FUNCTION_INFO_V1(qualification_ratio_final);
Datum
qualification_ratio_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;
	int64		qualified;
	int64		known;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), SV_MEETINGS, &fixed, NULL);
	known = qualified = fixed.totals[HELD].count[QUALIFIED];
	sv_add_count(&known, fixed.totals[HELD].count[NOT_QUALIFIED], 1);
	return sv_ratio_of_counts(fcinfo, qualified, known);
}

SV_FUNCTION(meeting_hit_ratio, sv_ratio_of_counts(fcinfo, PG_GETARG_INT64(1), PG_GETARG_INT64(0)));
