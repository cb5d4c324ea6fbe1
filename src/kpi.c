/*-------------------------------------------------------------------------
 *
 * kpi.c
 *	  What the KPI families share: the exact parts of means and ratios.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "kpi.h"

/*
 * An argument that cannot be.
 */
void
sv_out_of_range(const char *name, const char *value, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s \"%s\" is out of range", name, value),
			 errhint("%s", hint)));
}

/*
 * The numeric in an argument; error unless it is finite.
 */
Numeric
sv_finite_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	Numeric		value = PG_GETARG_NUMERIC(argno);

	if (numeric_is_nan(value) || numeric_is_inf(value))
		sv_out_of_range(name, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value))),
						"It must be finite.");
	return value;
}

/*
 * A day; error unless it is finite.
 */
DateADT
sv_finite_day(DateADT day, const char *name)
{
	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s \"%s\" is out of range", name, DATE_IS_NOEND(day) ? "infinity" : "-infinity"),
				 errhint("It must be finite.")));
	return day;
}

/*
 * The day in an argument; error unless it is finite.
 */
DateADT
sv_day_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	return sv_finite_day(PG_GETARG_DATEADT(argno), name);
}

/*
 * A number of days in an argument; error if it is negative.
 */
int32
sv_num_days_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	int32		days = PG_GETARG_INT32(argno);

	if (days < 0)
		sv_out_of_range(name, psprintf("%d", days), "It must not be negative.");
	return days;
}

/*
 * The fraction of a percentile in an argument; error unless it is one.
 */
float8
sv_percentile_arg(FunctionCallInfo fcinfo, int argno)
{
	float8		fraction = PG_GETARG_FLOAT8(argno);

	if (!(fraction >= 0 && fraction <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("percentile value %g is not between 0 and 1", fraction)));
	return fraction;
}

/*
 * The index of an option's value among its choices.
 */
int
sv_choice(text *value, const char *option, const char *const *choices, int nchoices)
{
	StringInfoData hint;

	for (int i = 0; i < nchoices; i++)
		if (VARSIZE_ANY_EXHDR(value) == strlen(choices[i]) &&
			memcmp(VARDATA_ANY(value), choices[i], strlen(choices[i])) == 0)
			return i;

	initStringInfo(&hint);
	for (int i = 0; i < nchoices; i++)
		appendStringInfo(&hint, "%s\"%s\"",
						 i == 0 ? "" : i < nchoices - 1 ? ", " : " or ", choices[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", option, text_to_cstring(value)),
			 errhint("It is %s.", hint.data)));
}

/*
 * A sum over a set of groups, multiplied with some factors.
 */
Numeric
sv_sum_of(const SvFixed *fixed, uint64 groups, SvSum sum,
		  const int64 *factors, int nfactors)
{
	sv_int128	units = 0;
	Numeric		result;

	for (int group = 0; group < fixed->ngroups; group++)
		if (groups & SV_SET(group))
			units += fixed->totals[group].sum[sum];
	result = sv_product_of_units(units, sv_sum_decimals[sum], factors, nfactors);

	for (int group = 0; group < fixed->ngroups; group++)
	{
		Numeric		wide;

		if (!(groups & SV_SET(group)) || !sv_is_wide(fixed, group, sum))
			continue;
		wide = sv_total(fixed, group, sum);
		for (int i = 0; i < nfactors; i++)
			wide = SV_MUL(wide, int64_to_numeric(factors[i]));
		result = SV_ADD(result, wide);
	}
	return result;
}

/*
 * Numerator / denominator, rounded once.  The denominator is not zero.
 */
float8
sv_ratio_of_units(sv_int128 numerator, int64 denominator)
{
	const sv_int128 exact = INT64CONST(1) << 53;

	/* the division of two exact doubles rounds once; 0 has no sign */
	if (numerator == 0)
		return 0;
	if (numerator >= -exact && numerator <= exact &&
		denominator >= -exact && denominator <= exact)
		return (float8) (int64) numerator / (float8) denominator;
	return sv_ratio(sv_numeric_from_units(numerator, 0), int64_to_numeric(denominator));
}

/*
 * The result of a function that divides two counts: NULL without a
 * denominator.
 */
Datum
sv_ratio_of_counts(FunctionCallInfo fcinfo, int64 numerator, int64 denominator)
{
	if (denominator == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sv_ratio_of_units(numerator, denominator));
}
