/*-------------------------------------------------------------------------
 *
 * test/fuzz/backend.c
 *	  A fuzzer inside a server process: bytes into every own type.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * fuzz_summaries() runs libFuzzer in the backend that calls it.  Each of its
 * inputs is one execution:
 *
 * - its first byte chooses a type, and whether the rest is raw bytes for the
 *   binary input, raw text for the text input, or choices from which a
 *   summary is generated (generate.c), in binary or as changed text
 * - what is refused must be refused with an error of the user
 * - what is accepted must come out as it came in, by both doors; must obey
 *   the laws of the algebra; and must be taken by the functions of the
 *   extension, which the catalogue lists: the same result, whether the
 *   summary has its stored form or that of an aggregate's state
 *
 * Functions are called by PG_TRY without a subtransaction: they hold nothing
 * but memory, which is reset after each execution.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <setjmp.h>
#include <time.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"

#include "generate.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* All else is hidden: this library and the extension both have the codec. */
#pragma GCC visibility push(default)
PG_MODULE_MAGIC;
#pragma GCC visibility pop

extern int	LLVMFuzzerRunDriver(int *argc, char ***argv,
								int (*one_input) (const uint8_t *data, size_t size));

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

/* libFuzzer knows of no context: here is what an execution needs. */
static Type types[MAX_TYPES];
static int	ntypes;
static MemoryContext run_context;
static WindowAggState *aggregate;	/* where transition functions are called */
static sigjmp_buf finished;
static ErrorData *failure;
static time_t deadline;
static int64 most_runs;
static int	calls_per_run;
static struct
{
	int64		runs;
	int64		structured;
	int64		structured_accepted;
	int64		raw;
	int64		raw_accepted;
	int64		calls;
	int64		errors;
	bool		called[MAX_TYPES][1024];
}			counts;

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
static Outcome
call(const FmgrInfo *prepared, int nargs, const NullableDatum *args, const Function *set, Node *context)
{
	LOCAL_FCINFO(fcinfo, MAX_ARGS);
	MemoryContext caller = CurrentMemoryContext;
	volatile Outcome outcome = {0};
	FmgrInfo	flinfo;

	counts.calls++;
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
		counts.errors++;
	}
	PG_END_TRY();
	return outcome;
}

static Outcome
call1(const FmgrInfo *flinfo, Datum a)
{
	NullableDatum args[] = {{a, false}};

	return call(flinfo, 1, args, NULL, NULL);
}

static Outcome
call2(const FmgrInfo *flinfo, Datum a, Datum b)
{
	NullableDatum args[] = {{a, false}, {b, false}};

	return call(flinfo, 2, args, NULL, NULL);
}

/* Calls an input function: of a text or of a buffer. */
static Outcome
call_input(const FmgrInfo *flinfo, Datum source)
{
	NullableDatum args[3] = {{0}};

	args[0].value = source;
	args[1].value = ObjectIdGetDatum(InvalidOid);
	args[2].value = Int32GetDatum(-1);
	return call(flinfo, 3, args, NULL, NULL);
}

/* Calls a transition function as an aggregate does; the first state is NULL. */
static Outcome
transit(const FmgrInfo *flinfo, Datum state, Datum summary)
{
	NullableDatum args[] = {{state, state == 0}, {summary, false}};

	return call(flinfo, 2, args, NULL, (Node *) aggregate);
}

/* -- What must hold ------------------------------------------------------- */

/* A value's bytes in hexadecimal digits. */
static char *
hex(Datum value)
{
	struct varlena *bytes = (struct varlena *) DatumGetPointer(value);
	StringInfoData text;

	initStringInfo(&text);
	for (Size i = 0; i < VARSIZE_ANY_EXHDR(bytes); i++)
		appendStringInfo(&text, "%02x", ((unsigned char *) VARDATA_ANY(bytes))[i]);
	return text.data;
}

static bool
same_bytes(Datum a, Datum b)
{
	return datumIsEqual(a, b, false, -1);
}

/* Complains if two summaries that should be the same are not; overflow is an excuse. */
static void
insist_same(const Type *type, const char *law, Datum value, Outcome a, Outcome b)
{
	if (a.sqlstate != 0 || b.sqlstate != 0)
		return;
	if (a.isnull || b.isnull || !same_bytes(a.value, b.value))
		elog(ERROR, "%s: %s does not hold for \\x%s", type->name, law, hex(value));
}

/* What comes out is what came in, by both doors. */
static void
check_doors(const Type *type, Datum value)
{
	Outcome		sent = call1(&type->send, value);
	Outcome		text = call1(&type->out, value);
	Outcome		stored = {0, false, value};

	if (sent.sqlstate != 0 || text.sqlstate != 0)
		elog(ERROR, "%s: no output of \\x%s", type->name, hex(value));
	insist_same(type, "output by send", value, stored, sent);
	stored = call_input(&type->in, text.value);
	if (stored.sqlstate != 0)
		elog(ERROR, "%s: own text refused: %s", type->name, DatumGetCString(text.value));
	insist_same(type, "input of output", value, stored, sent);
}

/* f(g(value, b), c), unless g fails. */
static Outcome
after(const FmgrInfo *f, Outcome inner, Datum c)
{
	return inner.sqlstate != 0 ? inner : call2(f, inner.value, c);
}

/* The laws of the algebra, and the aggregate's way to the same sums. */
static void
check_algebra(const Type *type, Datum value)
{
	Outcome		stored = {0, false, value};
	Outcome		nothing = {0, false, type->nothing};
	Outcome		sum = call2(&type->add, value, type->fixed);
	Outcome		twice = call2(&type->add, value, value);
	Outcome		negative = call1(&type->uminus, value);
	Outcome		state = transit(&type->combine, 0, value);

	insist_same(type, "(a + b) - b = a", value, after(&type->sub, sum, type->fixed), stored);
	insist_same(type, "b + a = a + b", value, call2(&type->add, type->fixed, value), sum);
	insist_same(type, "(a + a) - a = a", value, after(&type->sub, twice, value), stored);
	insist_same(type, "a + 0 = a", value, call2(&type->add, value, type->nothing), stored);
	if (negative.sqlstate == 0)
	{
		insist_same(type, "-(-a) = a", value, call1(&type->uminus, negative.value), stored);
		insist_same(type, "a + -a = 0", value, call2(&type->add, value, negative.value), nothing);
	}
	if (state.sqlstate != 0)
		elog(ERROR, "%s: no state of \\x%s", type->name, hex(value));
	insist_same(type, "final(state) = a", value, call1(&type->final, state.value), stored);
	state = transit(&type->combine, state.value, type->fixed);
	if (state.sqlstate == 0)
	{
		insist_same(type, "final(state + b) = a + b", value, call1(&type->final, state.value), sum);
		state = transit(&type->combine_inv, state.value, type->fixed);
		if (state.sqlstate == 0)
			insist_same(type, "final(state + b - b) = a", value, call1(&type->final, state.value), stored);
	}
}

/* Calls one of the functions, with a summary in both of its forms. */
static void
check_function(Type *type, int number, int way, Datum value, Datum state)
{
	Function   *f = &type->functions[number];
	NullableDatum args[MAX_ARGS];
	Outcome		outcome[2];

	for (int form = 0; form < 2; form++)
	{
		bool		first = true;

		memcpy(args, f->args[way % f->nways], sizeof(args));
		for (int i = 0; i < f->nargs; i++)
		{
			if (!f->own[i])
				continue;
			args[i].isnull = false;
			args[i].value = first || way % 2 == 0 ? (form == 0 ? value : state) : type->fixed;
			first = false;
		}
		outcome[form] = call(&f->flinfo, f->nargs, args, f->set ? f : NULL, NULL);
	}
	counts.called[type - types][number] = true;
	if (outcome[0].sqlstate != outcome[1].sqlstate || outcome[0].isnull != outcome[1].isnull ||
		(outcome[0].sqlstate == 0 && !outcome[0].isnull && !f->set &&
		 !datumIsEqual(outcome[0].value, outcome[1].value, f->by_value, f->length)))
		elog(ERROR, "%s: another result for the working form of \\x%s", f->name, hex(value));
}

/* -- An execution --------------------------------------------------------- */

/* Gives bytes to the binary input. */
static Outcome
receive(const Type *type, const uint8_t *bytes, size_t length)
{
	StringInfoData buffer;

	/*
	 * a copy of its own length, so that a checker of memory sees what is read
	 * beyond it
	 */
	buffer.data = palloc(length + 1);
	memcpy(buffer.data, bytes, length);
	buffer.data[length] = '\0';
	buffer.len = length;
	buffer.maxlen = length + 1;
	buffer.cursor = 0;
	return call_input(&type->recv, PointerGetDatum(&buffer));
}

/* Changes a few characters of a text into others that occur in such texts. */
static void
change_text(Choices *in, char *text)
{
	static const char likely[] = "0123456789-+.eE\"[]{},: \\u1tfnrowsdayBC";
	size_t		length = strlen(text);

	for (unsigned n = 1 + choose(in, 3); n > 0 && length > 0; n--)
		text[choose_bits(in, 2) % length] = likely[choose(in, sizeof(likely) - 1)];
}

/* The value that an input stands for, or an error. */
static Outcome
enter(const Type *type, unsigned kind, Choices *in)
{
	uint8_t		bytes[MAX_GENERATED];
	Outcome		outcome;

	if (kind == 0)
		return receive(type, in->next, in->end - in->next);
	if (kind == 1)
		return call_input(&type->in, CStringGetDatum(pnstrdup((const char *) in->next, in->end - in->next)));
	outcome = receive(type, bytes, generate(in, type->format, bytes));
	if (kind == 2 && outcome.sqlstate == 0)
	{
		char	   *text = DatumGetCString(call1(&type->out, outcome.value).value);

		change_text(in, text);
		outcome = call_input(&type->in, CStringGetDatum(text));
	}
	return outcome;
}

/* One execution. */
static void
execute(const uint8_t *data, size_t size)
{
	Choices		in = {data, data + size};
	Type	   *type = &types[choose(&in, 256) % ntypes];
	unsigned	kind = choose(&in, 16);
	Outcome		outcome = enter(type, kind, &in);
	bool		accepted = outcome.sqlstate == 0;
	Outcome		state;
	unsigned	first;

	counts.runs++;
	*(kind < 2 ? &counts.raw : &counts.structured) += 1;
	*(kind < 2 ? &counts.raw_accepted : &counts.structured_accepted) += accepted;
	if (!accepted)
		return;
	check_doors(type, outcome.value);
	check_algebra(type, outcome.value);
	state = transit(&type->combine, 0, outcome.value);
	first = (unsigned) (counts.runs % type->nfunctions);
	for (int i = 0; i < calls_per_run && i < type->nfunctions; i++)
		check_function(type, (first + i) % type->nfunctions, counts.runs / type->nfunctions + i, outcome.value, state.value);
}

/* What libFuzzer calls.  It is left by a jump: libFuzzer itself would end the process. */
static int
one_input(const uint8_t *data, size_t size)
{
	MemoryContext caller = MemoryContextSwitchTo(run_context);

	PG_TRY();
	{
		CHECK_FOR_INTERRUPTS();
		execute(data, size);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(TopTransactionContext);
		failure = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	MemoryContextReset(run_context);
	if (failure != NULL || counts.runs >= most_runs ||
		(counts.runs % 1024 == 0 && time(NULL) >= deadline))
		siglongjmp(finished, 1);
	return 0;
}

/* -- What there is -------------------------------------------------------- */

/* A column of the first row of a query's result, or NULL. */
static char *
column(uint64 row, int number)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
}

static void
query(const char *sql, Oid type)
{
	Oid			argtypes[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(type)};

	if (SPI_execute_with_args(sql, 1, argtypes, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot query the catalogue");
}

/* The function TYPE_verb, by its number of arguments. */
static void
support_function(const Type *type, const char *verb, FmgrInfo *flinfo)
{
	char	   *name = psprintf("%s_%s", type->name, verb);
	Oid			oid = DatumGetObjectId(DirectFunctionCall1(to_regproc, PointerGetDatum(cstring_to_text(name))));

	fmgr_info_cxt(oid, flinfo, TopTransactionContext);
}

/*
 * Sets ways in which a function can be called: of random combinations of the
 * values that suit its arguments, those that it takes for the fixed summary.
 */
static void
find_ways(const Type *type, Function *f, Oid *argtypes)
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

/* A function of the catalogue. */
static void
prepare_function(const Type *type, Function *f, Oid oid)
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
	find_ways(type, f, argtypes);
}

static void
prepare_type(Type *type, Oid oid, char *name)
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
		prepare_function(type, &type->functions[i], functions[i]);
}

static void
prepare(void)
{
	Oid			oids[MAX_TYPES];
	char	   *names[MAX_TYPES];

	run_context = AllocSetContextCreate(TopTransactionContext, "fuzzed", ALLOCSET_DEFAULT_SIZES);
	aggregate = (WindowAggState *) MemoryContextAllocZero(TopTransactionContext, sizeof(WindowAggState));
	aggregate->ss.ps.type = T_WindowAggState;
	aggregate->curaggcontext = run_context;
	SPI_connect();
	query("SELECT oid, typname FROM fuzz_type WHERE oid <> $1 ORDER BY oid", InvalidOid);
	ntypes = (int) SPI_processed;
	if (ntypes < 1 || ntypes > MAX_TYPES)
		elog(ERROR, "%d types of summaries", ntypes);
	for (int i = 0; i < ntypes; i++)
	{
		oids[i] = atooid(column(i, 1));
		names[i] = column(i, 2);
	}
	for (int i = 0; i < ntypes; i++)
		prepare_type(&types[i], oids[i], names[i]);
	SPI_finish();
}

/* -- The way in ----------------------------------------------------------- */

/* The counts as a line, and which functions were not called. */
static char *
report(void)
{
	StringInfoData text;
	int			ncalled = 0;
	int			n = 0;

	for (int i = 0; i < ntypes; i++)
		for (int j = 0; j < types[i].nfunctions; j++, n++)
			ncalled += counts.called[i][j];
	initStringInfo(&text);
	appendStringInfo(&text, "%lld executions: %lld structured, %lld of them accepted; %lld raw, %lld of them accepted; "
					 "%lld calls of %d of %d functions of %d types, %lld user errors",
					 (long long) counts.runs, (long long) counts.structured, (long long) counts.structured_accepted,
					 (long long) counts.raw, (long long) counts.raw_accepted,
					 (long long) counts.calls, ncalled, n, ntypes, (long long) counts.errors);
	return text.data;
}

#pragma GCC visibility push(default)

/*
 * fuzz_summaries(options text[], runs bigint, seconds integer, calls integer):
 * runs libFuzzer with these options (and folders), so often or so long, with
 * so many calls of functions for each accepted value.  Once in a session.
 */
PG_FUNCTION_INFO_V1(fuzz_summaries);
Datum
fuzz_summaries(PG_FUNCTION_ARGS)
{
	Datum	   *options;
	int			argc;
	char	  **argv;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &options, NULL, &argc);
	argv = palloc0((argc + 2) * sizeof(char *));
	argv[0] = pstrdup("fuzz_summaries");
	for (int i = 0; i < argc; i++)
		argv[i + 1] = TextDatumGetCString(options[i]);
	argc++;
	prepare();
	memset(&counts, 0, sizeof(counts));
	most_runs = PG_GETARG_INT64(1);
	deadline = time(NULL) + PG_GETARG_INT32(2);
	calls_per_run = PG_GETARG_INT32(3);
	if (sigsetjmp(finished, 1) == 0)
		LLVMFuzzerRunDriver(&argc, &argv, one_input);
	if (failure != NULL)
		ReThrowError(failure);
	PG_RETURN_TEXT_P(cstring_to_text(report()));
}

#pragma GCC visibility pop
