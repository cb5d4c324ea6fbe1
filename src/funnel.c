/*-------------------------------------------------------------------------
 *
 * funnel.c
 *	  Funnel: how many get from step to step, and how long it takes.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Two aggregates in a row: the first one gathers the events of each entity
 * (funnel_path.c), the second one goes along these paths and adds what it
 * finds to a funnel_summary, which is linear over entities.  docs/funnel.md
 * has the rules as a table.  A step has two groups in the summary: one of the
 * entities that entered it, with the times until they went on, and one of
 * their stays in it, of which an entity may have several.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "funnel_path.h"
#include "kpi.h"
#include "summary_type.h"

SV_SUMMARY_TYPE(funnel_summary, SV_FUNNEL);

/* The groups of a step, and what is counted in each */
#define STEP_GROUP(step)	((step) - 1)
#define STAYS_GROUP(step)	(SV_FUNNEL_STEPS + (step) - 1)

enum
{
	ENTERED = SV_ROWS,
	CONVERTED,					/* went on to a later step, in time */
	SKIPPED,					/* not entered, but a later step was */
	DROPPED,					/* did not, and will not go on in time */
	FROM_FIRST					/* entered, at or after entering step 1 */
};

enum
{
	STAYS = SV_ROWS,
	ONGOING,
	RETURNED,					/* not the first stay of its entity */
	MOVED_BACK,					/* ended by going to an earlier step */
	MISSING_TIME				/* events without a time: no stays */
};

/* How a path is read */
typedef struct Rules
{
	int64		as_of;			/* events after it have not happened */
	bool		last;			/* the last entry of a step counts, not the
								 * first */
	bool		backfill;		/* a skipped step was entered */
	int			nwindows;		/* steps that may have a window */
	sv_int128	windows[SV_FUNNEL_STEPS];	/* microseconds by step - 1,
											 * negative for none */
} Rules;

/* Summaries */

#define BIT(step)	(UINT64CONST(1) << (step))

/* One more time in a group. */
static SvSummary *
add_time(SvSummary *summary, int group, sv_int128 usecs, int sign)
{
	SvNumber	number = {usecs, NULL};
	SvCell		cell = {group, (int32) (usecs / USECS_PER_DAY), 1};

	summary = sv_add(summary, group, SV_USECS, &number, sign);
	return sv_add_cell(summary, &cell, sign);
}

/* One more of what is counted in a group. */
static inline void
count(SvSummary *summary, int group, int what, int sign)
{
	sv_add_count(&summary->totals[group].count[what], 1, sign);
}

/* How far an entity has got */
typedef struct Progress
{
	uint64		visited;		/* bits of steps */
	uint64		waiting;		/* of these, no later step since the entry */
	uint64		from_first;		/* entered at or after entering step 1 */
	const SvEvent *stay;		/* the event that began the current stay */
	int64		entered_at[SV_FUNNEL_STEPS + 1];
	int64		moved_at[SV_FUNNEL_STEPS + 1];	/* where it does not wait */
} Progress;

/* Enters a step that the entity is not in. */
static void
enter(Progress *progress, const SvEvent *event, bool last)
{
	uint64		step = BIT(event->step);
	uint64		moving = progress->waiting & (step - 1);

	progress->waiting &= ~moving;
	for (; moving != 0; moving &= moving - 1)
		progress->moved_at[pg_rightmost_one_pos64(moving)] = event->at;

	if (last || !(progress->visited & step))
	{
		progress->entered_at[event->step] = event->at;
		progress->waiting |= step;
		if (event->step == 1)
			progress->from_first = 0;
	}
	progress->visited |= step;
	if (progress->visited & BIT(1))
		progress->from_first |= step;
}

/* Goes along the events of an entity and adds its stays. */
static SvSummary *
add_stays(SvSummary *summary, const SvEvent *event, int n, const Rules *rules,
		  int sign, Progress *progress)
{
	const SvEvent *end = event + n;

	for (; event < end && event->at == SV_NO_TIME; event++)
		count(summary, STAYS_GROUP(Max(event->step, 1)), MISSING_TIME, sign);

	for (; event < end && event->at <= rules->as_of; event++)
	{
		const SvEvent *stay = progress->stay;
		int			step = event->step;

		CHECK_FOR_INTERRUPTS();
		if (stay != NULL)
		{
			if (step == stay->step)
				continue;
			if (step != SV_LEAVING && step < stay->step)
				count(summary, STAYS_GROUP(stay->step), MOVED_BACK, sign);
			summary = add_time(summary, STAYS_GROUP(stay->step),
							   (sv_int128) event->at - stay->at, sign);
		}
		progress->stay = NULL;
		if (step == SV_LEAVING)
			continue;

		count(summary, STAYS_GROUP(step), STAYS, sign);
		if (progress->visited & BIT(step))
			count(summary, STAYS_GROUP(step), RETURNED, sign);
		progress->stay = event;
		enter(progress, event, rules->last);
	}
	if (progress->stay != NULL)
		count(summary, STAYS_GROUP(progress->stay->step), ONGOING, sign);
	return summary;
}

/* Adds what became of an entity after it entered a step. */
static SvSummary *
add_outcome(SvSummary *summary, int step, const Progress *progress,
			const Rules *rules, int sign)
{
	bool		waiting = progress->waiting & BIT(step);
	bool		left = progress->stay == NULL;
	int64		until = waiting ? rules->as_of : progress->moved_at[step];
	sv_int128	usecs = (sv_int128) until - progress->entered_at[step];
	sv_int128	window = step <= rules->nwindows ? rules->windows[step - 1] : -1;

	if ((waiting && left) || (window >= 0 && usecs > window))
		count(summary, STEP_GROUP(step), DROPPED, sign);
	else if (!waiting)
	{
		count(summary, STEP_GROUP(step), CONVERTED, sign);
		summary = add_time(summary, STEP_GROUP(step), usecs, sign);
	}
	return summary;
}

/*
 * Adds the path of one entity (sign 1) or takes it away (sign -1).
 */
static SvSummary *
add_path(SvSummary *summary, const SvEvent *events, int n, const Rules *rules, int sign)
{
	Progress	progress;
	uint64		skipped;
	uint64		entered;

	progress.visited = progress.waiting = progress.from_first = 0;
	progress.stay = NULL;
	summary = add_stays(summary, events, n, rules, sign, &progress);
	if (progress.visited == 0)
		return summary;

	skipped = (BIT(pg_leftmost_one_pos64(progress.visited)) - 1) & ~BIT(0) & ~progress.visited;
	entered = progress.visited;
	if (rules->backfill)
		entered = progress.from_first = progress.visited | skipped;
	for (uint64 steps = progress.visited | skipped; steps != 0; steps &= steps - 1)
	{
		int			step = pg_rightmost_one_pos64(steps);

		if (entered & BIT(step))
			count(summary, STEP_GROUP(step), ENTERED, sign);
		if (progress.from_first & BIT(step))
			count(summary, STEP_GROUP(step), FROM_FIRST, sign);
		if (progress.visited & BIT(step))
			summary = add_outcome(summary, step, &progress, rules, sign);
		else
		{
			count(summary, STEP_GROUP(step), SKIPPED, sign);
			if (rules->backfill)
				count(summary, STEP_GROUP(step), CONVERTED, sign);
		}
	}
	return summary;
}

/* The conversion windows in argument argno. */
static void
windows_arg(FunctionCallInfo fcinfo, int argno, Rules *rules)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);
	Datum	   *values;
	bool	   *nulls;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("conversion windows must be a one-dimensional array")));
	deconstruct_array(array, INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE,
					  &values, &nulls, &rules->nwindows);
	if (rules->nwindows > SV_FUNNEL_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("more than %d conversion windows", SV_FUNNEL_STEPS)));
	for (int i = 0; i < rules->nwindows; i++)
	{
		const Interval *window;

		rules->windows[i] = -1;
		if (nulls[i])
			continue;
		window = DatumGetIntervalP(values[i]);
		rules->windows[i] = (sv_int128) window->day * USECS_PER_DAY + window->time;
		if (window->month != 0 || rules->windows[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid conversion window \"%s\"",
							DatumGetCString(DirectFunctionCall1(interval_out, values[i]))),
					 errhint("A window is not negative, and in days and hours, not in months.")));
	}
}

/* The rules in arguments 2 to 5; NULL is the default. */
static void
rules_args(FunctionCallInfo fcinfo, bool dates, Rules *rules)
{
	static const char *const entries[] = {"first", "last"};

	if (!PG_ARGISNULL(2) && !dates)
		rules->as_of = PG_GETARG_TIMESTAMPTZ(2);
	if (!PG_ARGISNULL(2) && dates)
		rules->as_of = sv_usecs_of_date(PG_GETARG_DATEADT(2));
	if (!PG_ARGISNULL(3))
		rules->last = sv_choice(PG_GETARG_TEXT_PP(3), "entry", entries, lengthof(entries)) == 1;
	if (!PG_ARGISNULL(4))
		rules->backfill = PG_GETARG_BOOL(4);
	if (!PG_ARGISNULL(5))
		windows_arg(fcinfo, 5, rules);
}

/* How a transition function is called: (state, path [, as_of, entry, backfill, windows]). */
#define HAS_RULES	0x01
#define BY_DATE		0x02		/* as_of is a date, not a timestamp */

/*
 * The body of every transition function: adds the path of argument 1 or takes
 * it away.  The shape is a constant of the caller.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, const int shape, const int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_FUNNEL, in_aggregate);
	const SvEvent *events;
	int			n;
	Rules		rules;

	if (PG_ARGISNULL(1))
		return sv_summary_result(summary, in_aggregate);
	events = sv_events_of_path(PG_GETARG_ARRAYTYPE_P(1), &n);
	rules.as_of = DT_NOEND;
	rules.last = false;
	rules.backfill = false;
	rules.nwindows = 0;
	if (shape & HAS_RULES)
		rules_args(fcinfo, shape & BY_DATE, &rules);
	summary = add_path(summary, events, n, &rules, sign);
	return sv_summary_result(summary, in_aggregate);
}

/* Defines the transition function NAME and its inverse NAME_inv. */
#define ACCUM(name, shape) \
	SV_FUNCTION(name, accumulate(fcinfo, shape, 1)); \
	SV_FUNCTION(name##_inv, accumulate(fcinfo, shape, -1))

ACCUM(funnel_summary_accum_path, 0);
ACCUM(funnel_summary_accum_timestamptz, HAS_RULES);
ACCUM(funnel_summary_accum_date, HAS_RULES | BY_DATE);

/* Readers */

/* A summary that is being read, and one row of a table about it */
typedef struct Table
{
	SvFixed		fixed;
	SvCell	   *cells;
	int			ncells;
	int			nsteps;
	int			column;
	Datum		values[10];
	bool		nulls[10];
} Table;

/* The value of the next column */
static void
put(Table *table, Datum value)
{
	table->nulls[table->column] = false;
	table->values[table->column++] = value;
}

/* No value in the next column */
static void
put_null(Table *table)
{
	table->nulls[table->column++] = true;
}

/* NULL on a zero denominator */
static void
put_ratio(Table *table, int64 numerator, int64 denominator)
{
	if (denominator == 0)
		put_null(table);
	else
		put(table, Float8GetDatum(sv_ratio_of_units(numerator, denominator)));
}

/*
 * Median and mean of the times in a group, in days: the median in whole days
 * as percentile_disc has it.  NULL without times; the median also if more
 * were taken away than there were.
 */
static void
put_times(Table *table, int group)
{
	const int64 usecs_per_day = USECS_PER_DAY;
	const SvCell *cell = table->cells;
	const SvCell *end = table->cells + table->ncells;
	int64		n = 0;
	int64		rank;
	bool		negative = false;

	while (cell < end && cell->group < group)
		cell++;
	for (const SvCell *c = cell; c < end && c->group == group; c++)
	{
		sv_add_count(&n, c->count, 1);
		negative |= c->count < 0;
	}

	if (n == 0 || negative)
		put_null(table);
	else
	{
		for (rank = n / 2 + n % 2 - cell->count; rank > 0; rank -= cell->count)
			cell++;
		put(table, Float8GetDatum(cell->day));
	}
	if (n == 0)
		put_null(table);
	else
		put(table, Float8GetDatum(sv_ratio(sv_total(&table->fixed, group, SV_USECS),
										   sv_product_of_units(n, 0, &usecs_per_day, 1))));
}

/*
 * Reads the summary in argument 0.  The table has as many rows as argument 1
 * says, or more if the summary has more steps.
 */
static void
read_table(FunctionCallInfo fcinfo, Table *table)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));
	SvCellReader reader;
	int			size = 64;

	table->nsteps = PG_GETARG_INT32(1);
	if (table->nsteps < 0 || table->nsteps > SV_FUNNEL_STEPS)
		sv_out_of_range("number of funnel steps", psprintf("%d", table->nsteps),
						psprintf("A funnel has up to %d steps.", SV_FUNNEL_STEPS));
	sv_read(summary, SV_FUNNEL, &table->fixed, &reader);
	for (int step = table->nsteps + 1; step <= SV_FUNNEL_STEPS; step++)
		if (table->fixed.totals[STEP_GROUP(step)].count[ENTERED] != 0)
			table->nsteps = step;

	table->cells = palloc(size * sizeof(SvCell));
	for (table->ncells = 0; sv_read_cell(&reader, &table->cells[table->ncells]); table->ncells++)
		if (table->ncells + 1 == size)
		{
			size *= 2;
			table->cells = repalloc_huge(table->cells, size * sizeof(SvCell));
		}
	InitMaterializedSRF(fcinfo, 0);
}

/* Adds the row to the result of the function. */
static void
put_row(FunctionCallInfo fcinfo, Table *table)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	tuplestore_putvalues(result->setResult, result->setDesc, table->values, table->nulls);
}

/* One row per step: who entered it, and who went on.  From the last step nobody can. */
PG_FUNCTION_INFO_V1(funnel_steps);
Datum
funnel_steps(PG_FUNCTION_ARGS)
{
	Table		table;

	read_table(fcinfo, &table);
	for (int step = 1; step <= table.nsteps; step++)
	{
		const int64 *counts = table.fixed.totals[STEP_GROUP(step)].count;
		int64		waiting = counts[ENTERED];
		bool		last = step == table.nsteps;

		sv_add_count(&waiting, counts[CONVERTED], -1);
		sv_add_count(&waiting, counts[DROPPED], -1);
		table.column = 0;
		put(&table, Int32GetDatum(step));
		put(&table, Int64GetDatum(counts[ENTERED]));
		put(&table, Int64GetDatum(counts[CONVERTED]));
		put_ratio(&table, counts[CONVERTED], last ? 0 : counts[ENTERED]);
		put_ratio(&table, counts[FROM_FIRST], table.fixed.totals[STEP_GROUP(1)].count[ENTERED]);
		put_times(&table, STEP_GROUP(step));
		put(&table, Int64GetDatum(waiting));
		put(&table, Int64GetDatum(counts[DROPPED]));
		put(&table, Int64GetDatum(counts[SKIPPED]));
		/* whoever is in the last step has nowhere to go on to */
		table.nulls[2] = table.nulls[7] = table.nulls[8] = last;
		put_row(fcinfo, &table);
	}
	return (Datum) 0;
}

/* One row per step: the stays in it, and how they ended. */
PG_FUNCTION_INFO_V1(funnel_stays);
Datum
funnel_stays(PG_FUNCTION_ARGS)
{
	Table		table;

	read_table(fcinfo, &table);
	for (int step = 1; step <= table.nsteps; step++)
	{
		const int64 *counts = table.fixed.totals[STAYS_GROUP(step)].count;

		table.column = 0;
		put(&table, Int32GetDatum(step));
		put(&table, Int64GetDatum(counts[STAYS]));
		put_times(&table, STAYS_GROUP(step));
		put(&table, Int64GetDatum(counts[ONGOING]));
		put(&table, Int64GetDatum(counts[RETURNED]));
		put(&table, Int64GetDatum(counts[MOVED_BACK]));
		put_row(fcinfo, &table);
	}
	return (Datum) 0;
}

/* Events that had a step but no time. */
PG_FUNCTION_INFO_V1(num_missing_times);
Datum
num_missing_times(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_FUNNEL, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, UINT64_MAX << SV_FUNNEL_STEPS, (SvCount) MISSING_TIME));
}
