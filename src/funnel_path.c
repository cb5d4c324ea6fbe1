/*-------------------------------------------------------------------------
 *
 * funnel_path.c
 *	  The path of an entity through a funnel: the aggregate that gathers its
 *	  events.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * The events come in whatever order.  What one of them means depends on those
 * before it, so nothing less than all of them can be merged, or taken away
 * again.  As an aggregate's state a path is not sorted yet, and has room at
 * its end.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"

#include "funnel_path.h"
#include "kpi.h"

#define PATH_HEADER			ARR_OVERHEAD_NONULLS(1)
#define PATH_EVENTS(path)	((SvEvent *) ARR_DATA_PTR(path))
#define PATH_CAPACITY(path)	((int) ((VARSIZE(path) - PATH_HEADER) / sizeof(SvEvent)))

/* What is no path. */
pg_noreturn static void
refuse_path(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid funnel path"),
			 errhint("A path is a result of funnel_path().")));
}

/* The number of events, if the array can be a path or the state of one. */
static int
count_events(ArrayType *path)
{
	int			n = ArrayGetNItems(ARR_NDIM(path), ARR_DIMS(path));

	if (ARR_ELEMTYPE(path) != INT8OID || ARR_NDIM(path) > 1 || ARR_HASNULL(path) || n % 2 != 0)
		refuse_path();
	return n / 2;
}

/* By time; then in the order of steps, of which leaving is the last. */
static int
compare_events(const void *a, const void *b)
{
	const SvEvent *x = a;
	const SvEvent *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->step != y->step)
		return x->step == SV_LEAVING || (y->step != SV_LEAVING && x->step > y->step) ? 1 : -1;
	return 0;
}

/* A path with n events and room for some, allocated. */
static ArrayType *
new_path(const SvEvent *events, int n, Size capacity)
{
	Size		size = PATH_HEADER + capacity * sizeof(SvEvent);
	ArrayType  *path;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("funnel path has too many events")));
	path = palloc0(size);
	SET_VARSIZE(path, size);
	path->ndim = 1;
	path->elemtype = INT8OID;
	ARR_DIMS(path)[0] = 2 * n;
	ARR_LBOUND(path)[0] = 1;
	if (n > 0)
		memcpy(PATH_EVENTS(path), events, n * sizeof(SvEvent));
	return path;
}

/* The sorted path of a state. */
static ArrayType *
sorted_path(ArrayType *state)
{
	int			n = count_events(state);
	ArrayType  *path;

	if (n == 0)
		return construct_empty_array(INT8OID);
	path = new_path(PATH_EVENTS(state), n, n);
	qsort(PATH_EVENTS(path), n, sizeof(SvEvent), compare_events);
	return path;
}

/*
 * Argument 0 as a path to change, with room for more events: inside an
 * aggregate the state itself, if it has the room, else a copy.
 */
static ArrayType *
writable_path(FunctionCallInfo fcinfo, int more, bool in_aggregate)
{
	ArrayType  *state;
	int			n;

	if (PG_ARGISNULL(0))
		return new_path(NULL, 0, Max(more, 6));
	state = PG_GETARG_ARRAYTYPE_P(0);
	n = count_events(state);
	if (likely(in_aggregate && ARR_NDIM(state) == 1 && n + more <= PATH_CAPACITY(state)))
		return state;
	/* with 6 and 14 and 30 events, a chunk of memory is full */
	return new_path(PATH_EVENTS(state), n, n + Max(more, n + 2));
}

/* A changed path as a result: in order, unless it is a state. */
static Datum
path_result(ArrayType *path, bool in_aggregate)
{
	return PointerGetDatum(in_aggregate ? path : sorted_path(path));
}

/*
 * A date as an instant, midnight in UTC; error if no timestamp can hold it.
 */
int64
sv_usecs_of_date(DateADT date)
{
	return DatumGetTimestamp(DirectFunctionCall1(date_timestamp, DateADTGetDatum(date)));
}

/* The step and the time of a row.  False for a row without a step. */
static inline bool
event_args(FunctionCallInfo fcinfo, bool dates, SvEvent *event)
{
	if (PG_ARGISNULL(1))
		return false;
	event->step = PG_GETARG_INT32(1);
	if (event->step < 0 || event->step > SV_FUNNEL_STEPS)
		sv_out_of_range("funnel step", psprintf("%d", PG_GETARG_INT32(1)),
						psprintf("Steps are 1 to %d, and 0 for leaving the funnel.", SV_FUNNEL_STEPS));
	event->at = SV_NO_TIME;
	if (!PG_ARGISNULL(2))
		event->at = dates ? sv_usecs_of_date(PG_GETARG_DATEADT(2)) : PG_GETARG_TIMESTAMPTZ(2);
	if (event->at == DT_NOEND)
		event->at = SV_NO_TIME;
	return true;
}

/* Adds one row to a path. */
static inline Datum
add_event(FunctionCallInfo fcinfo, bool dates)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	ArrayType  *path = writable_path(fcinfo, 1, in_aggregate);
	SvEvent		event;

	if (event_args(fcinfo, dates, &event))
	{
		PATH_EVENTS(path)[count_events(path)] = event;
		ARR_DIMS(path)[0] += 2;
	}
	return path_result(path, in_aggregate);
}

/* Takes one row away from a path. */
static inline Datum
remove_event(FunctionCallInfo fcinfo, bool dates)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	ArrayType  *path = writable_path(fcinfo, 0, in_aggregate);
	SvEvent    *events = PATH_EVENTS(path);
	int			n = count_events(path);
	SvEvent		event;
	int			i = 0;

	if (event_args(fcinfo, dates, &event))
	{
		/* a moving window takes the oldest first */
		while (i < n && compare_events(&events[i], &event) != 0)
			i++;
		if (i == n)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("event is not in the funnel path")));
		memmove(&events[i], &events[i + 1], (n - i - 1) * sizeof(SvEvent));
		ARR_DIMS(path)[0] -= 2;
	}
	return path_result(path, in_aggregate);
}

SV_FUNCTION(funnel_path_accum_timestamptz, add_event(fcinfo, false));
SV_FUNCTION(funnel_path_accum_timestamptz_inv, remove_event(fcinfo, false));
SV_FUNCTION(funnel_path_accum_date, add_event(fcinfo, true));
SV_FUNCTION(funnel_path_accum_date_inv, remove_event(fcinfo, true));

/* The events of both paths; NULL is no path. */
PG_FUNCTION_INFO_V1(funnel_path_combine);
Datum
funnel_path_combine(PG_FUNCTION_ARGS)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	ArrayType  *path;
	ArrayType  *other;
	int			n;

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	other = PG_GETARG_ARRAYTYPE_P(1);
	n = count_events(other);
	path = writable_path(fcinfo, n, in_aggregate);
	memcpy(&PATH_EVENTS(path)[count_events(path)], PATH_EVENTS(other), n * sizeof(SvEvent));
	ARR_DIMS(path)[0] += 2 * n;
	return path_result(path, in_aggregate);
}

PG_FUNCTION_INFO_V1(funnel_path_final);
Datum
funnel_path_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(INT8OID));
	PG_RETURN_ARRAYTYPE_P(sorted_path(PG_GETARG_ARRAYTYPE_P(0)));
}

/*
 * The events of a path, in their order.
 */
const SvEvent *
sv_events_of_path(ArrayType *path, int *n)
{
	const SvEvent *events = PATH_EVENTS(path);

	*n = count_events(path);
	for (int i = 0; i < *n; i++)
		if (events[i].step < 0 || events[i].step > SV_FUNNEL_STEPS || events[i].at == DT_NOEND ||
			(i > 0 && compare_events(&events[i - 1], &events[i]) > 0))
			refuse_path();
	return events;
}
