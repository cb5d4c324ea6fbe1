/*-------------------------------------------------------------------------
 *
 * summary_type.h
 *	  The SQL-callable functions that every type of summaries has.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_SUMMARY_TYPE_H
#define SV_SUMMARY_TYPE_H

#include "summary.h"

extern Datum sv_summary_in(FunctionCallInfo fcinfo, SvFormat format);
extern Datum sv_summary_recv(FunctionCallInfo fcinfo, SvFormat format,
							 const char *type);
extern Datum sv_summary_combine(FunctionCallInfo fcinfo, SvFormat format,
								int sign);
extern Datum sv_summary_final(FunctionCallInfo fcinfo, SvFormat format);

/* Defines the functions of a type that depend on its format. */
#define SV_SUMMARY_TYPE(type, format) \
	SV_FUNCTION(type##_in, sv_summary_in(fcinfo, format)); \
	SV_FUNCTION(type##_recv, sv_summary_recv(fcinfo, format, #type)); \
	SV_FUNCTION(type##_combine, sv_summary_combine(fcinfo, format, 1)); \
	SV_FUNCTION(type##_combine_inv, sv_summary_combine(fcinfo, format, -1)); \
	SV_FUNCTION(type##_final, sv_summary_final(fcinfo, format))

#endif							/* SV_SUMMARY_TYPE_H */
