/*-------------------------------------------------------------------------
 *
 * module.c
 *	  What makes the shared library a loadable module.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
