/*-------------------------------------------------------------------------
 *
 * calendar.h
 *	  What other families need of the calendar.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_CALENDAR_H
#define SV_CALENDAR_H

#include "utils/array.h"
#include "utils/date.h"

extern int32 sv_working_days(DateADT first, DateADT last,
							 ArrayType *holiday_array,
							 ArrayType *weekend_array);

#endif							/* SV_CALENDAR_H */
