/*-------------------------------------------------------------------------
 *
 * kpi.h
 *	  What the KPI families share: the exact parts of means and ratios.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_KPI_H
#define SV_KPI_H

#include "summary.h"

pg_noreturn extern void sv_out_of_range(const char *name, const char *value,
										const char *hint);
extern Numeric sv_finite_arg(FunctionCallInfo fcinfo, int argno, const char *name);
extern DateADT sv_finite_day(DateADT day, const char *name);
extern DateADT sv_day_arg(FunctionCallInfo fcinfo, int argno, const char *name);
extern int32 sv_num_days_arg(FunctionCallInfo fcinfo, int argno, const char *name);
extern float8 sv_percentile_arg(FunctionCallInfo fcinfo, int argno);
extern int	sv_choice(text *value, const char *option,
					  const char *const *choices, int nchoices);
extern Numeric sv_sum_of(const SvFixed *fixed, uint64 groups, SvSum sum,
						 const int64 *factors, int nfactors);
extern float8 sv_ratio_of_units(sv_int128 numerator, int64 denominator);
extern Datum sv_ratio_of_counts(FunctionCallInfo fcinfo, int64 numerator,
								int64 denominator);

#endif							/* SV_KPI_H */
