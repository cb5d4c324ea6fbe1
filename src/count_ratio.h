/*-------------------------------------------------------------------------
 *
 * count_ratio.h
 *	  Bounds of the ratio of two rates, of each of which events are counted.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_COUNT_RATIO_H
#define SV_COUNT_RATIO_H

/* The bounds are computed up to here. */
#define SV_MAX_COUNT	INT64CONST(1000000000)

extern float8 sv_count_ratio_bound(int64 current, int64 base, float8 tail);

#endif							/* SV_COUNT_RATIO_H */
