/*-------------------------------------------------------------------------
 *
 * test/fuzz/functions.h
 *	  The functions of the extension, for the fuzzer in the backend.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_FUZZ_FUNCTIONS_H
#define SV_FUZZ_FUNCTIONS_H

#include "fmgr.h"
#include "funcapi.h"
#include "nodes/execnodes.h"

#include "../../src/codec.h"

#define MAX_ARGS 16
#define MAX_TYPES 16
#define MAX_WAYS 8				/* arguments that a function is tried with */
#define MAX_ROWS 20				/* of a function that returns a set */

/* A function of the extension that takes a summary. */
typedef struct Function
{
	FmgrInfo	flinfo;
	char	   *name;
	int			nargs;
	bool		own[MAX_ARGS];	/* is this argument a summary? */
	bool		set;			/* does it return a set? */
	bool		by_value;
	int16		length;			/* of its result's type */
	TupleDesc	desc;			/* of its rows */
	int			nways;
	NullableDatum args[MAX_WAYS][MAX_ARGS];
	bool		called;
} Function;

/* A type of summaries. */
typedef struct Type
{
	Oid			oid;
	char	   *name;
	SvFormat	format;
	FmgrInfo	in;
	FmgrInfo	out;
	FmgrInfo	recv;
	FmgrInfo	send;
	FmgrInfo	add;
	FmgrInfo	sub;
	FmgrInfo	uminus;
	FmgrInfo	combine;
	FmgrInfo	combine_inv;
	FmgrInfo	final;
	Datum		nothing;		/* the empty summary */
	Datum		fixed;			/* another one */
	int			nfunctions;
	Function   *functions;
} Type;

/* What a call came to. */
typedef struct Outcome
{
	int			sqlstate;		/* 0 if there was no error */
	bool		isnull;
	Datum		value;
} Outcome;

/* What was called, and how often that was an error of the user. */
extern int64 ncalls;
extern int64 nerrors;

extern Outcome call(const FmgrInfo *prepared, int nargs,
					const NullableDatum *args, const Function *set,
					Node *context);
extern Outcome call1(const FmgrInfo *flinfo, Datum a);
extern Outcome call2(const FmgrInfo *flinfo, Datum a, Datum b);
extern Outcome call_input(const FmgrInfo *flinfo, Datum source);
extern int	prepare_types(Type *types, MemoryContext run_context);

#endif							/* SV_FUZZ_FUNCTIONS_H */
