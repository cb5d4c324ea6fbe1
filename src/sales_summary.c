/*-------------------------------------------------------------------------
 *
 * sales_summary.c
 *	  The type sales_summary: its aggregates, operators and counts.
 *
 * A summary is linear: the summary of two sets of opportunities is the sum of
 * their summaries, and what was added can be taken away again.  So one
 * function adds a summary to the state of every aggregate here: it combines
 * parallel workers, it is rollup's transition function, and with the other
 * sign it is the inverse that moving windows need.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"

#include "opportunity.h"

/* Text and binary form */

PG_FUNCTION_INFO_V1(sales_summary_in);
Datum
sales_summary_in(PG_FUNCTION_ARGS)
{
	SvSummary  *summary = sv_summary_from_json(SV_SALES, PG_GETARG_CSTRING(0),
											  fcinfo->context);

	if (summary == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(sv_pack((struct varlena *) summary));
}

PG_FUNCTION_INFO_V1(sales_summary_out);
Datum
sales_summary_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(sv_summary_to_json(sv_pack(SV_GETARG_SUMMARY(0))));
}

PG_FUNCTION_INFO_V1(sales_summary_recv);
Datum
sales_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			length = buf->len - buf->cursor;
	const char *bytes = pq_getmsgbytes(buf, length);
	const char *error = sv_check((const uint8 *) bytes, length, SV_SALES);
	struct varlena *result;

	if (error != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of type %s", "sales_summary"),
				 errdetail_internal("%s", error)));
	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(sales_summary_send);
Datum
sales_summary_send(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(summary), VARSIZE_ANY_EXHDR(summary));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Comparison, over the bytes of the stored form */

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

PG_FUNCTION_INFO_V1(sales_summary_eq);
Datum
sales_summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) == 0);
}

PG_FUNCTION_INFO_V1(sales_summary_ne);
Datum
sales_summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) != 0);
}

PG_FUNCTION_INFO_V1(sales_summary_lt);
Datum
sales_summary_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(sales_summary_le);
Datum
sales_summary_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(sales_summary_gt);
Datum
sales_summary_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) > 0);
}

PG_FUNCTION_INFO_V1(sales_summary_ge);
Datum
sales_summary_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(sales_summary_cmp);
Datum
sales_summary_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

PG_FUNCTION_INFO_V1(sales_summary_hash);
Datum
sales_summary_hash(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));

	return hash_any((unsigned char *) VARDATA_ANY(summary),
					VARSIZE_ANY_EXHDR(summary));
}

PG_FUNCTION_INFO_V1(sales_summary_hash_extended);
Datum
sales_summary_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *summary = sv_pack(SV_GETARG_SUMMARY(0));

	return hash_any_extended((unsigned char *) VARDATA_ANY(summary),
							 VARSIZE_ANY_EXHDR(summary), PG_GETARG_INT64(1));
}

/* Aggregates */

#define BY_ROW (SV_FULL | SV_HAS_AMOUNT | SV_HAS_DATES)

SV_ACCUM(sales_summary_accum_won_numeric_date, BY_ROW);
SV_ACCUM(sales_summary_accum_won_float8_date, BY_ROW | SV_FLOAT);
SV_ACCUM(sales_summary_accum_won_numeric_timestamptz, BY_ROW | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_won_float8_timestamptz, BY_ROW | SV_FLOAT | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_status_numeric_date, BY_ROW | SV_BY_STATUS);
SV_ACCUM(sales_summary_accum_status_float8_date, BY_ROW | SV_BY_STATUS | SV_FLOAT);
SV_ACCUM(sales_summary_accum_status_numeric_timestamptz, BY_ROW | SV_BY_STATUS | SV_TIMESTAMPS);
SV_ACCUM(sales_summary_accum_status_float8_timestamptz, BY_ROW | SV_BY_STATUS | SV_FLOAT | SV_TIMESTAMPS);

/* Adds the summary in argument 1 to the state, or takes it away; NULL is no summary. */
static Datum
combine(FunctionCallInfo fcinfo, int sign)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	SvSummary  *summary = sv_writable_summary(fcinfo, SV_SALES, in_aggregate);

	/* a moving aggregate must not return NULL, so no state is an empty one */
	if (!PG_ARGISNULL(1))
		summary = sv_merge(summary, SV_GETARG_SUMMARY(1), sign);
	return sv_summary_result(summary, in_aggregate);
}

PG_FUNCTION_INFO_V1(sales_summary_combine);
Datum
sales_summary_combine(PG_FUNCTION_ARGS)
{
	return combine(fcinfo, 1);
}

PG_FUNCTION_INFO_V1(sales_summary_combine_inv);
Datum
sales_summary_combine_inv(PG_FUNCTION_ARGS)
{
	return combine(fcinfo, -1);
}

/* The stored form of a state; the summary of no rows at all is the empty one. */
PG_FUNCTION_INFO_V1(sales_summary_final);
Datum
sales_summary_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(sv_pack((struct varlena *) sv_new_summary(SV_SALES)));
	PG_RETURN_POINTER(sv_pack(SV_GETARG_SUMMARY(0)));
}

/* Operators */

static Datum
linear(struct varlena *a, struct varlena *b, int sign)
{
	SvSummary  *summary = sv_new_summary(SV_SALES);

	if (a != NULL)
		summary = sv_merge(summary, a, 1);
	summary = sv_merge(summary, b, sign);
	return PointerGetDatum(sv_pack((struct varlena *) summary));
}

PG_FUNCTION_INFO_V1(sales_summary_add);
Datum
sales_summary_add(PG_FUNCTION_ARGS)
{
	return linear(SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), 1);
}

PG_FUNCTION_INFO_V1(sales_summary_sub);
Datum
sales_summary_sub(PG_FUNCTION_ARGS)
{
	return linear(SV_GETARG_SUMMARY(0), SV_GETARG_SUMMARY(1), -1);
}

PG_FUNCTION_INFO_V1(sales_summary_uminus);
Datum
sales_summary_uminus(PG_FUNCTION_ARGS)
{
	return linear(NULL, SV_GETARG_SUMMARY(0), -1);
}

/* A summary from plain sums */

/*
 * Fills in one outcome from a count, an amount and a number of days; a NULL
 * amount or number of days is unknown for each of the rows.  argno is the
 * first of the arguments, nargs 2 or 3.
 */
static SvSummary *
add_plain_sums(SvSummary *summary, FunctionCallInfo fcinfo, SvOutcome outcome,
			   int argno, bool has_days)
{
	SvTotals   *totals = &summary->totals[outcome];
	int64		rows;
	SvNumber	number;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("number of opportunities must not be null")));
	rows = PG_GETARG_INT64(argno);
	totals->count[SV_ROWS] = rows;
	totals->count[SV_PLAIN] = rows;

	if (PG_ARGISNULL(argno + 1))
		totals->count[SV_MISSING_AMOUNT] = rows;
	else if (sv_amount_from_numeric(PG_GETARG_DATUM(argno + 1), &number))
		summary = sv_add(summary, outcome, SV_AMOUNT, &number, 1);
	else
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount must be finite")));

	totals = &summary->totals[outcome];
	if (!has_days || PG_ARGISNULL(argno + 2))
		totals->count[SV_MISSING_CYCLE] = rows;
	else
	{
		Numeric		usecs = SV_NUMERIC_OP(numeric_mul, PG_GETARG_NUMERIC(argno + 2),
										  int64_to_numeric(USECS_PER_DAY));

		usecs = DatumGetNumeric(DirectFunctionCall2(numeric_round,
													NumericGetDatum(usecs),
													Int32GetDatum(0)));
		if (numeric_is_nan(usecs) || numeric_is_inf(usecs))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of days must be finite")));
		summary = sv_add_numeric(summary, outcome, SV_USECS, usecs);
	}
	return summary;
}

PG_FUNCTION_INFO_V1(sales_summary_from_sums);
Datum
sales_summary_from_sums(PG_FUNCTION_ARGS)
{
	SvSummary  *summary = sv_new_summary(SV_SALES);

	summary = add_plain_sums(summary, fcinfo, SV_WON, 0, true);
	summary = add_plain_sums(summary, fcinfo, SV_LOST, 3, true);
	summary = add_plain_sums(summary, fcinfo, SV_VOID, 6, false);
	summary = add_plain_sums(summary, fcinfo, SV_OPEN, 8, false);
	PG_RETURN_POINTER(sv_pack((struct varlena *) summary));
}

/* Counts */

/* A count of the summary in argument 0, over a set of outcomes. */
static Datum
count_of(FunctionCallInfo fcinfo, unsigned outcomes)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, outcomes, SV_ROWS));
}

PG_FUNCTION_INFO_V1(num_opportunities);
Datum
num_opportunities(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_ALL);
}

PG_FUNCTION_INFO_V1(num_won);
Datum
num_won(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(num_lost);
Datum
num_lost(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_LOST));
}

PG_FUNCTION_INFO_V1(num_void);
Datum
num_void(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_VOID));
}

PG_FUNCTION_INFO_V1(num_open);
Datum
num_open(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_SET(SV_OPEN));
}

PG_FUNCTION_INFO_V1(num_closed);
Datum
num_closed(PG_FUNCTION_ARGS)
{
	return count_of(fcinfo, SV_CLOSED);
}
