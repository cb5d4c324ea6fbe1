/*-------------------------------------------------------------------------
 *
 * funnel_path.h
 *	  The path of an entity through a funnel: its events.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A path is an array of bigint, two for each event.  It is sorted: by time,
 * then in the order of steps, of which leaving is the last.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_FUNNEL_PATH_H
#define SV_FUNNEL_PATH_H

#include "utils/array.h"

#include "summary.h"

typedef struct SvEvent
{
	int64		step;			/* 1 to SV_FUNNEL_STEPS, or SV_LEAVING */
	int64		at;				/* microseconds since 2000, or SV_NO_TIME */
} SvEvent;

/* Leaving the funnel is step 0. */
#define SV_LEAVING 0

/* Of an event that has no time.  It comes first in a path. */
#define SV_NO_TIME DT_NOBEGIN

extern const SvEvent *sv_events_of_path(ArrayType *path, int *n);
extern int64 sv_usecs_of_date(DateADT date);

#endif							/* SV_FUNNEL_PATH_H */
