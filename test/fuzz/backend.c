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
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <setjmp.h>
#include <time.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "functions.h"
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
}			counts;

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
	f->called = true;
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
			ncalled += types[i].functions[j].called;
	initStringInfo(&text);
	appendStringInfo(&text, "%lld executions: %lld structured, %lld of them accepted; %lld raw, %lld of them accepted; "
					 "%lld calls of %d of %d functions of %d types, %lld user errors",
					 (long long) counts.runs, (long long) counts.structured, (long long) counts.structured_accepted,
					 (long long) counts.raw, (long long) counts.raw_accepted,
					 (long long) ncalls, ncalled, n, ntypes, (long long) nerrors);
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
	run_context = AllocSetContextCreate(TopTransactionContext, "fuzzed", ALLOCSET_DEFAULT_SIZES);
	aggregate = (WindowAggState *) MemoryContextAllocZero(TopTransactionContext, sizeof(WindowAggState));
	aggregate->ss.ps.type = T_WindowAggState;
	aggregate->curaggcontext = run_context;
	ntypes = prepare_types(types, run_context);
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
