/*-------------------------------------------------------------------------
 *
 * test/fuzz/functions.c
 *	  The functions of the extension, for the fuzzer in the backend: which
 *	  there are, with which arguments, and calling them.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * They are called by PG_TRY without a subtransaction, for they hold nothing
 * but memory, which the caller resets.  setup.sql makes the views and tables
 * that are queried here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"

#include "functions.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

int64		ncalls;
int64		nerrors;

/* -- Calling -------------------------------------------------------------- */

/* An error that is the user's: of data or of a limit. */
static bool
is_user_error(int sqlstate)
{
	return ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_DATA_EXCEPTION ||
		ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
}

/* Calls a function that returns a set, and throws its rows away. */
static void
call_set(FunctionCallInfo fcinfo, TupleDesc desc)
{
	ReturnSetInfo result = {.type = T_ReturnSetInfo};

	result.econtext = CreateStandaloneExprContext();
	result.expectedDesc = desc;
	result.allowedModes = SFRM_Materialize | SFRM_ValuePerCall;
	result.returnMode = SFRM_ValuePerCall;
	fcinfo->resultinfo = (Node *) &result;
	for (int row = 0; row < MAX_ROWS; row++)
	{
		result.isDone = ExprSingleResult;
		fcinfo->isnull = false;
		(void) FunctionCallInvoke(fcinfo);
		if (result.returnMode == SFRM_Materialize || result.isDone != ExprMultipleResult)
			break;
	}
	if (result.setResult != NULL)
		tuplestore_end(result.setResult);
	FreeExprContext(result.econtext, true);
}

/*
 * Calls a function, in the current memory context.  Errors of the user are an
 * outcome, others are thrown.
 */
Outcome
call(const FmgrInfo *prepared, int nargs, const NullableDatum *args, const Function *set, Node *context)
{
	LOCAL_FCINFO(fcinfo, MAX_ARGS);
	MemoryContext caller = CurrentMemoryContext;
	volatile Outcome outcome = {0};
	FmgrInfo	flinfo;

	ncalls++;
	fmgr_info_copy(&flinfo, unconstify(FmgrInfo *, prepared), caller);
	InitFunctionCallInfoData(*fcinfo, &flinfo, nargs, InvalidOid, context, NULL);
	for (int i = 0; i < nargs; i++)
	{
		if (args[i].isnull && flinfo.fn_strict)
		{
			outcome.isnull = true;
			return outcome;
		}
		fcinfo->args[i] = args[i];
	}
	PG_TRY();
	{
		if (set != NULL)
			call_set(fcinfo, set->desc);
		else
			outcome.value = FunctionCallInvoke(fcinfo);
		outcome.isnull = fcinfo->isnull;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		outcome.sqlstate = geterrcode();
		if (!is_user_error(outcome.sqlstate))
			PG_RE_THROW();
		FlushErrorState();
		nerrors++;
	}
	PG_END_TRY();
	return outcome;
}

/* The same with one argument. */
Outcome
call1(const FmgrInfo *flinfo, Datum a)
{
	NullableDatum args[] = {{a, false}};

	return call(flinfo, 1, args, NULL, NULL);
}

/* The same with two. */
Outcome
call2(const FmgrInfo *flinfo, Datum a, Datum b)
{
	NullableDatum args[] = {{a, false}, {b, false}};

	return call(flinfo, 2, args, NULL, NULL);
}

/* Calls an input function: of a text or of a buffer. */
Outcome
call_input(const FmgrInfo *flinfo, Datum source)
{
	NullableDatum args[3] = {{0}};

	args[0].value = source;
	args[1].value = ObjectIdGetDatum(InvalidOid);
	args[2].value = Int32GetDatum(-1);
	return call(flinfo, 3, args, NULL, NULL);
}

/* -- What there is -------------------------------------------------------- */

/* A column of a row of a query's result, or NULL. */
static char *
column(uint64 row, int number)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
}

/* Runs a query whose one argument is a type. */
static void
query(const char *sql, Oid type)
{
	Oid			argtypes[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(type)};

	if (SPI_execute_with_args(sql, 1, argtypes, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot query the catalogue");
}

/* The function TYPE_verb. */
static void
support_function(const Type *type, const char *verb, FmgrInfo *flinfo)
{
	char	   *name = psprintf("%s_%s", type->name, verb);
	Oid			oid = DatumGetObjectId(DirectFunctionCall1(regprocin, CStringGetDatum(name)));

	fmgr_info_cxt(oid, flinfo, TopTransactionContext);
}

/*
 * Sets ways in which a function can be called: of random combinations of the
 * values that suit its arguments, those that it takes for the fixed summary.
 */
static void
find_ways(const Type *type, Function *f, Oid *argtypes, MemoryContext run_context)
{
	for (int try = 0; try < 2000 && f->nways < MAX_WAYS; try++)
	{
		NullableDatum *args = f->args[f->nways];
		MemoryContext caller;
		Outcome		outcome;

		for (int i = 0; i < f->nargs; i++)
		{
			Oid			input;
			Oid			element;
			char	   *text;

			f->own[i] = argtypes[i] == type->oid;
			args[i].isnull = false;
			args[i].value = type->fixed;
			if (f->own[i])
				continue;
			query("SELECT v FROM fuzz_value WHERE type = $1 ORDER BY random() LIMIT 1", argtypes[i]);
			if (SPI_processed != 1)
				elog(ERROR, "no values of type %s for %s", format_type_be(argtypes[i]), f->name);
			text = column(0, 1);
			getTypeInputInfo(argtypes[i], &input, &element);
			args[i].isnull = text == NULL;
			caller = MemoryContextSwitchTo(TopTransactionContext);
			args[i].value = text == NULL ? 0 : OidInputFunctionCall(input, text, element, -1);
			MemoryContextSwitchTo(caller);
		}
		caller = MemoryContextSwitchTo(run_context);
		outcome = call(&f->flinfo, f->nargs, args, f->set ? f : NULL, NULL);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(run_context);
		if (outcome.sqlstate == 0)
			f->nways++;
	}
	if (f->nways == 0)
		elog(ERROR, "no arguments found for %s", f->name);
}

/* What is to be known of a function. */
static void
prepare_function(const Type *type, Function *f, Oid oid, MemoryContext run_context)
{
	MemoryContext caller = MemoryContextSwitchTo(TopTransactionContext);
	Oid		   *argtypes;
	Oid			result = get_func_signature(oid, &argtypes, &f->nargs);

	fmgr_info_cxt(oid, &f->flinfo, TopTransactionContext);
	f->name = format_procedure(oid);
	f->set = get_func_retset(oid);
	get_typlenbyval(result, &f->length, &f->by_value);
	if (f->set && result == RECORDOID)
		(void) get_func_result_type(oid, NULL, &f->desc);
	MemoryContextSwitchTo(caller);
	find_ways(type, f, argtypes, run_context);
}

/* What is to be known of a type. */
static void
prepare_type(Type *type, Oid oid, char *name, MemoryContext run_context)
{
	MemoryContext caller;
	Oid		   *functions;
	int			n;

	type->oid = oid;
	type->name = MemoryContextStrdup(TopTransactionContext, name);
	support_function(type, "in", &type->in);
	support_function(type, "out", &type->out);
	support_function(type, "recv", &type->recv);
	support_function(type, "send", &type->send);
	support_function(type, "add", &type->add);
	support_function(type, "sub", &type->sub);
	support_function(type, "uminus", &type->uminus);
	support_function(type, "combine", &type->combine);
	support_function(type, "combine_inv", &type->combine_inv);
	support_function(type, "final", &type->final);
	query("SELECT v FROM fuzz_fixed WHERE type = $1", oid);
	if (SPI_processed != 1)
		elog(ERROR, "no fixed summary of type %s", name);
	caller = MemoryContextSwitchTo(TopTransactionContext);
	type->nothing = call_input(&type->in, CStringGetDatum("{\"version\":1}")).value;
	type->fixed = call_input(&type->in, CStringGetDatum(column(0, 1))).value;
	MemoryContextSwitchTo(caller);
	type->format = *(uint8 *) VARDATA_ANY(DatumGetPointer(type->nothing));

	query("SELECT oid FROM fuzz_function WHERE $1 = ANY (proargtypes) ORDER BY oid", oid);
	type->nfunctions = n = (int) SPI_processed;
	type->functions = MemoryContextAllocZero(TopTransactionContext, n * sizeof(Function));
	functions = palloc(n * sizeof(Oid));
	for (int i = 0; i < n; i++)
		functions[i] = atooid(column(i, 1));
	for (int i = 0; i < n; i++)
		prepare_function(type, &type->functions[i], functions[i], run_context);
}

/*
 * Finds the types of summaries and their functions, and returns how many types
 * there are.  All is allocated in the transaction's context; the other context
 * is reset at will.
 */
int
prepare_types(Type *types, MemoryContext run_context)
{
	Oid			oids[MAX_TYPES];
	char	   *names[MAX_TYPES];
	int			n;

	SPI_connect();
	query("SELECT oid, typname FROM fuzz_type WHERE oid <> $1 ORDER BY oid", InvalidOid);
	n = (int) SPI_processed;
	if (n < 1 || n > MAX_TYPES)
		elog(ERROR, "%d types of summaries", n);
	for (int i = 0; i < n; i++)
	{
		oids[i] = atooid(column(i, 1));
		names[i] = column(i, 2);
	}
	for (int i = 0; i < n; i++)
		prepare_type(&types[i], oids[i], names[i], run_context);
	SPI_finish();
	return n;
}
