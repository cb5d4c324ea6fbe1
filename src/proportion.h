/*-------------------------------------------------------------------------
 *
 * proportion.h
 *	  Shares of counts: bounds, and whether two of them differ.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_PROPORTION_H
#define SV_PROPORTION_H

/* So many of so many: 0 <= part <= whole, and whole > 0. */
typedef struct SvProportion
{
	int64		part;
	int64		whole;
} SvProportion;

extern void sv_wilson_bounds(const SvProportion *p, float8 z,
							 float8 *lower, float8 *upper);
extern float8 sv_newcombe_bounds(const SvProportion *a, const SvProportion *b,
								 float8 z, float8 *lower, float8 *upper);
extern float8 sv_p_value(const SvProportion *a, const SvProportion *b);

#endif							/* SV_PROPORTION_H */
