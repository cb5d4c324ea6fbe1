/*-------------------------------------------------------------------------
 *
 * hit_ratio.c
 *	  Hit ratio: which share of the opportunities is won.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"

#include "opportunity.h"

SV_ACCUM(hit_ratio_accum_won, 0);
SV_ACCUM(hit_ratio_accum_status, SV_BY_STATUS);

/* The aggregate's result: the ratio over won and lost rows. */
PG_FUNCTION_INFO_V1(hit_ratio_final);
Datum
hit_ratio_final(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	return sv_ratio_of_counts(fcinfo, fixed.totals[SV_WON].count[SV_ROWS],
							  sv_count_of(&fixed, SV_CLOSED, SV_ROWS));
}

/* What the won ones are divided by. */
typedef enum Basis
{
	BY_CLOSED, BY_DECIDED, BY_CREATED, BY_VALUE
} Basis;

static Basis
basis_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"closed", "decided", "created", "value"};

	return sv_choice(PG_GETARG_TEXT_PP(argno), "basis", names, lengthof(names));
}

/* The number of rows in the divisor, where it does not go by value. */
static int64
divisor_of(const SvFixed *fixed, Basis basis)
{
	static const unsigned sets[] = {SV_CLOSED, SV_DECIDED, SV_ALL};

	return sv_count_of(fixed, sets[basis], SV_ROWS);
}

PG_FUNCTION_INFO_V1(hit_ratio_of_summary);
Datum
hit_ratio_of_summary(PG_FUNCTION_ARGS)
{
	Basis		basis = basis_arg(fcinfo, 1);
	SvFixed		fixed;
	Numeric		closed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	if (basis != BY_VALUE)
		return sv_ratio_of_counts(fcinfo, fixed.totals[SV_WON].count[SV_ROWS],
								  divisor_of(&fixed, basis));
	closed = sv_sum_of(&fixed, SV_CLOSED, SV_AMOUNT, NULL, 0);
	if (sv_sign(closed) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio(sv_total(&fixed, SV_WON, SV_AMOUNT), closed));
}

/* A hit ratio as a fraction: won / total, where the total may be zero. */
typedef struct Ratio
{
	Numeric		won;
	Numeric		total;
} Ratio;

/* The fraction of the summary in an argument. */
static Ratio
ratio_arg(FunctionCallInfo fcinfo, int argno, Basis basis)
{
	SvFixed		fixed;
	Ratio		ratio;

	sv_read_sums(SV_GETARG_SUMMARY(argno), SV_SALES, 1u << SV_AMOUNT, &fixed);
	if (basis != BY_VALUE)
	{
		ratio.won = int64_to_numeric(fixed.totals[SV_WON].count[SV_ROWS]);
		ratio.total = int64_to_numeric(divisor_of(&fixed, basis));
	}
	else
	{
		ratio.won = sv_total(&fixed, SV_WON, SV_AMOUNT);
		ratio.total = sv_sum_of(&fixed, SV_CLOSED, SV_AMOUNT, NULL, 0);
	}
	return ratio;
}

/*
 * What one segment has added to the change of the whole's hit ratio.
 *
 * The whole's ratio is the sum of share * ratio over the segments, the share
 * being that of the segment in the whole's denominator.  So it changes by the
 * sum of mean share * change of the ratio (within), and change of the share *
 * mean ratio (mix).  The mean of the whole's ratio is taken off the latter
 * mean: as the changes of the shares add up to 0, so does what that takes away,
 * and a segment that is better than the whole adds something where it grows.
 * A segment that is new or has gone has one ratio only, so all of it is mix.
 *
 * NULL if the whole has no ratio, or if a segment has none and won something
 * (amounts that cancel).
 */
PG_FUNCTION_INFO_V1(hit_ratio_change);
Datum
hit_ratio_change(PG_FUNCTION_ARGS)
{
	Basis		basis = basis_arg(fcinfo, 4);
	Ratio		before = ratio_arg(fcinfo, 0, basis);
	Ratio		after = ratio_arg(fcinfo, 1, basis);
	Ratio		whole_before = ratio_arg(fcinfo, 2, basis);
	Ratio		whole_after = ratio_arg(fcinfo, 3, basis);
	Numeric		wholes = SV_MUL(whole_before.total, whole_after.total);
	Numeric		share_before = SV_MUL(before.total, whole_after.total); /* of wholes */
	Numeric		share_after = SV_MUL(after.total, whole_before.total);
	bool		is_new = sv_sign(before.total) == 0;
	bool		is_gone = sv_sign(after.total) == 0;
	Numeric		divisor;
	Numeric		above;
	TupleDesc	desc;
	Datum		values[2] = {Float8GetDatum(0), Float8GetDatum(0)};
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (sv_sign(wholes) == 0 || (is_new && sv_sign(before.won) != 0) || (is_gone && sv_sign(after.won) != 0))
		nulls[0] = nulls[1] = true;
	else if (!is_new || !is_gone)
	{
		if (is_new)
			before = after;
		if (is_gone)
			after = before;
		divisor = SV_MUL(SV_MUL(before.total, after.total), SV_MUL(wholes, int64_to_numeric(2)));
		values[0] = Float8GetDatum(sv_ratio(SV_MUL(SV_ADD(share_before, share_after),
												   SV_SUB(SV_MUL(after.won, before.total), SV_MUL(before.won, after.total))),
											divisor));
		above = SV_SUB(SV_MUL(SV_ADD(SV_MUL(before.won, after.total), SV_MUL(after.won, before.total)), wholes),
					   SV_MUL(SV_ADD(SV_MUL(whole_before.won, whole_after.total), SV_MUL(whole_after.won, whole_before.total)),
							  SV_MUL(before.total, after.total)));
		values[1] = Float8GetDatum(sv_ratio(SV_MUL(SV_SUB(share_after, share_before), above), SV_MUL(divisor, wholes)));
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

SV_FUNCTION(hit_ratio_of_counts, sv_ratio_of_counts(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1)));
