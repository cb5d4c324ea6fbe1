/*-------------------------------------------------------------------------
 *
 * summary_type.c
 *	  The SQL-callable functions that every type of summaries has.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A summary is linear: the summary of two sets of rows is the sum of their
 * summaries, and what was added can be taken away again.  So one function
 * adds a summary to the state of every aggregate: it combines parallel
 * workers, it is rollup's transition function, and with the other sign it is
 * the inverse that moving windows need.
 *
 * Most functions serve all types as they are, since a value names its format.
 * Those that have to make a value know it from their type (summary_type.h).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"

#include "summary_type.h"

/* Text and binary form */

/*
 * Bodies of TYPE_in, TYPE_recv, TYPE_combine, TYPE_combine_inv and TYPE_final.
 */
Datum
sv_summary_in(FunctionCallInfo fcinfo, SvFormat format)
{
	SvSummary  *summary = sv_summary_from_json(format, PG_GETARG_CSTRING(0),
											   fcinfo->context);

	if (summary == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(sv_pack((struct varlena *) summary));
}

Datum
sv_summary_recv(FunctionCallInfo fcinfo, SvFormat format, const char *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			length = buf->len - buf->cursor;
	const char *bytes = pq_getmsgbytes(buf, length);
	const char *error = sv_check((const uint8 *) bytes, length, format);
	struct varlena *result;

	if (error != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of type %s", type),
				 errdetail_internal("%s", error)));
	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	PG_RETURN_POINTER(result);
}

/* Adds the summary in argument 1 to the state, or takes it away; NULL is no summary. */
Datum
sv_summary_combine(FunctionCallInfo fcinfo, SvFormat format, int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, format, in_aggregate);

	/* a moving aggregate must not return NULL, so no state is an empty one */
	if (!PG_ARGISNULL(1))
		summary = sv_merge(summary, SV_GETARG_SUMMARY(1), sign);
	return sv_summary_result(summary, in_aggregate);
}

/* The stored form of a state; the summary of no rows at all is the empty one. */
Datum
sv_summary_final(FunctionCallInfo fcinfo, SvFormat format)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(sv_pack((struct varlena *) sv_new_summary(format)));
	PG_RETURN_POINTER(sv_pack(SV_GETARG_SUMMARY(0)));
}

PG_FUNCTION_INFO_V1(sv_summary_out);
Datum
sv_summary_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(sv_summary_to_json(sv_pack(SV_GETARG_SUMMARY(0))));
}

/* The text form is JSON. */
PG_FUNCTION_INFO_V1(sv_summary_json);
Datum
sv_summary_json(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(sv_summary_to_json(sv_pack(SV_GETARG_SUMMARY(0)))));
}

PG_FUNCTION_INFO_V1(sv_summary_send);
Datum
sv_summary_send(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(summary), VARSIZE_ANY_EXHDR(summary));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Comparison, over the bytes of the stored form */

/* The order of arguments 0 and 1: negative, 0 or positive. */
static int
compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = sv_pack(SV_GETARG_SUMMARY(0));
	struct varlena *b = sv_pack(SV_GETARG_SUMMARY(1));
	int			a_size = VARSIZE_ANY_EXHDR(a);
	int			b_size = VARSIZE_ANY_EXHDR(b);
	int			result = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_size, b_size));

	if (result == 0)
		result = a_size < b_size ? -1 : a_size > b_size;
	return result;
}

PG_FUNCTION_INFO_V1(sv_summary_eq);
Datum
sv_summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) == 0);
}

PG_FUNCTION_INFO_V1(sv_summary_ne);
Datum
sv_summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) != 0);
}

PG_FUNCTION_INFO_V1(sv_summary_lt);
Datum
sv_summary_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(sv_summary_le);
Datum
sv_summary_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(sv_summary_gt);
Datum
sv_summary_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) > 0);
}

PG_FUNCTION_INFO_V1(sv_summary_ge);
Datum
sv_summary_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(sv_summary_cmp);
Datum
sv_summary_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

PG_FUNCTION_INFO_V1(sv_summary_hash);
Datum
sv_summary_hash(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));

	return hash_any((unsigned char *) VARDATA_ANY(summary),
					VARSIZE_ANY_EXHDR(summary));
}

PG_FUNCTION_INFO_V1(sv_summary_hash_extended);
Datum
sv_summary_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));

	return hash_any_extended((unsigned char *) VARDATA_ANY(summary),
							 VARSIZE_ANY_EXHDR(summary), PG_GETARG_INT64(1));
}

/* Operators */

/* a + b or a - b; a may be NULL, for nothing. */
static Datum
linear(struct varlena *a, struct varlena *b, int sign)
{
	SvSummary  *summary = sv_new_summary(sv_format_of(b));

	if (a != NULL)
		summary = sv_merge(summary, a, 1);
	summary = sv_merge(summary, b, sign);
	return PointerGetDatum(sv_pack((struct varlena *) summary));
}

PG_FUNCTION_INFO_V1(sv_summary_add);
Datum
sv_summary_add(PG_FUNCTION_ARGS)
{
	return linear(SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), 1);
}

PG_FUNCTION_INFO_V1(sv_summary_sub);
Datum
sv_summary_sub(PG_FUNCTION_ARGS)
{
	return linear(SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), -1);
}

PG_FUNCTION_INFO_V1(sv_summary_uminus);
Datum
sv_summary_uminus(PG_FUNCTION_ARGS)
{
	return linear(NULL, SV_GETARG_SUMMARY(0), -1);
}
