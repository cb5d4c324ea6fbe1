/*-------------------------------------------------------------------------
 *
 * confidence.h
 *	  What intervals share.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_CONFIDENCE_H
#define SV_CONFIDENCE_H

#include "fmgr.h"

extern float8 sv_confidence_arg(FunctionCallInfo fcinfo, int argno);
extern float8 sv_normal_bound(float8 confidence);
extern float8 sv_student_bound(float8 confidence, float8 df);

#endif							/* SV_CONFIDENCE_H */
