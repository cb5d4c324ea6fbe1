/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  All differences between the server versions that we build for.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_COMPAT_H
#define SV_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "salesvelocity needs PostgreSQL 15 or newer"
#endif

#include "fmgr.h"
#include "nodes/nodes.h"
#include "utils/fmgrprotos.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

/* From 18 on the server has this, to stand before a declaration. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* Input functions report soft errors from 16 on. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, result, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return result; } while (0)
#endif

/* Reads JSON.  False after a soft error. */
static inline bool
sv_jsonb_in(char *json, Node *escontext, Datum *result)
{
#if PG_VERSION_NUM >= 160000
	return DirectInputFunctionCallSafe(jsonb_in, json, InvalidOid, -1, escontext, result);
#else
	(void) escontext;
	*result = DirectFunctionCall1(jsonb_in, CStringGetDatum(json));
	return true;
#endif
}

/*
 * From 16 on the server has this: what AT TIME ZONE understands by a zone, an
 * abbreviation of fixed offset or of changing meaning, else a time zone.
 */
#if PG_VERSION_NUM < 160000
#include "parser/scansup.h"
#include "utils/datetime.h"

#define TZNAME_FIXED_OFFSET 0
#define TZNAME_DYNTZ 1
#define TZNAME_ZONE 2

static inline int
DecodeTimezoneName(const char *tzname, int *offset, pg_tz **tz)
{
	char	   *lowzone = downcase_truncate_identifier(tzname, strlen(tzname), false);
	int			type = DecodeTimezoneAbbrev(0, lowzone, offset, tz);

	if (type == TZ || type == DTZ)
		return TZNAME_FIXED_OFFSET;
	if (type == DYNTZ)
		return TZNAME_DYNTZ;

	*tz = pg_tzset(tzname);
	if (*tz == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", tzname)));
	return TZNAME_ZONE;
}
#endif

#endif							/* SV_COMPAT_H */
