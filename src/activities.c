/*-------------------------------------------------------------------------
 *
 * activities.c
 *	  Shares of activities: e-mails that bounce, calls that reach somebody.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Every one of these ratios is the share of the rows of which something is
 * true among those of which it is known.  The state is an array of the two
 * counts, which starts as {0,0} and is changed in place, as core does for
 * avg(int).  The transition functions are strict: rows of which it is not
 * known never reach them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"

#include "kpi.h"

typedef struct Share
{
	int64		numerator;
	int64		denominator;
} Share;

/*
 * The counts in an array.  Anybody can call the support functions, with any
 * array.
 */
static inline Share *
share_counts(ArrayType *array)
{
	if (unlikely(ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != 2 ||
				 ARR_HASNULL(array)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("state of a share must be an array of two counts")));
	Assert(ARR_ELEMTYPE(array) == INT8OID);
	return (Share *) ARR_DATA_PTR(array);
}

/* Argument 0 as an array to change: the state itself inside an aggregate, a copy elsewhere. */
static inline ArrayType *
writable_array(FunctionCallInfo fcinfo)
{
	ArrayType  *state = (ArrayType *) PG_GETARG_POINTER(0);

	if (likely(AggCheckCallContext(fcinfo, NULL) && VARATT_IS_4B_U(state)))
		return state;
	return PG_GETARG_ARRAYTYPE_P_COPY(0);
}

/* Adds one row to the state (sign 1) or takes it away again (sign -1). */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, bool counted, const int sign)
{
	ArrayType  *array = writable_array(fcinfo);
	Share	   *share = share_counts(array);

	if (counted)
	{
		sv_add_count(&share->numerator, PG_GETARG_BOOL(1), sign);
		sv_add_count(&share->denominator, 1, sign);
	}
	PG_RETURN_ARRAYTYPE_P(array);
}

SV_FUNCTION(share_accum, accumulate(fcinfo, true, 1));
SV_FUNCTION(share_accum_inv, accumulate(fcinfo, true, -1));
SV_FUNCTION(share_accum_of, accumulate(fcinfo, PG_GETARG_BOOL(2), 1));
SV_FUNCTION(share_accum_of_inv, accumulate(fcinfo, PG_GETARG_BOOL(2), -1));

/* Adds argument 1, another state. */
PG_FUNCTION_INFO_V1(share_combine);
Datum
share_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = writable_array(fcinfo);
	Share	   *share = share_counts(array);
	Share	   *other = share_counts(PG_GETARG_ARRAYTYPE_P(1));

	sv_add_count(&share->numerator, other->numerator, 1);
	sv_add_count(&share->denominator, other->denominator, 1);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* The result of all shares. */
PG_FUNCTION_INFO_V1(share_final);
Datum
share_final(PG_FUNCTION_ARGS)
{
	Share	   *share = share_counts(PG_GETARG_ARRAYTYPE_P(0));

	return sv_ratio_of_counts(fcinfo, share->numerator, share->denominator);
}

SV_FUNCTION(share_of_counts, sv_ratio_of_counts(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1)));
SV_FUNCTION(activities_per_day, sv_ratio_of_counts(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT32(1)));
