/*-------------------------------------------------------------------------
 *
 * summary_text.c
 *	  The text form of a sales_summary: JSON, exact and independent of every
 *	  setting.
 *
 *	  {"version": 1,
 *	   "won": {"rows": 2, "amount": 150.5, "days": 30, ...,
 *			   "cycles": [[10, 1], [20, 1]]},
 *	   "open": {"rows": 1, "amount": 99, "opened": [["2026-01-05", 1]]}}
 *
 * Whatever is zero is left out.  Reading is left to the server's jsonb, so
 * the order of the keys is free; unknown keys are errors.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"

#include "summary.h"

static const char *const outcome_names[SV_NUM_OUTCOMES] = {"won", "lost", "void", "open"};

static const char *const count_names[SV_NUM_COUNTS] =
{"rows", "missing_amount", "missing_dates", "negative_cycle", "plain"};

/* A time is written as whole days and the microseconds that are left. */
static const char *const sum_names[SV_NUM_SUMS] =
{"amount", "microseconds", "amount_squared", "amount_microseconds", "microseconds_squared"};

#define DAYS_NAME "days"

static const char *
cells_name(SvOutcome outcome)
{
	return outcome == SV_OPEN ? "opened" : "cycles";
}

/* Writes "key":, after a comma unless it is the first of its object. */
static void
put_key(StringInfo out, const char *key)
{
	if (out->data[out->len - 1] != '{')
		appendStringInfoChar(out, ',');
	appendStringInfo(out, "\"%s\":", key);
}

static void
put_numeric(StringInfo out, Numeric value)
{
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out,
																	NumericGetDatum(value))));
}

static void
put_sum(StringInfo out, const SvFixed *fixed, SvOutcome outcome, SvSum sum)
{
	bool		wide = (fixed->wide_mask & SV_WIDE_BIT(outcome, sum)) != 0;
	sv_int128	units = fixed->totals[outcome].sum[sum];

	if (sum == SV_USECS && !wide)
	{
		sv_int128	rest = units % USECS_PER_DAY;

		if (rest < 0)
			rest += USECS_PER_DAY;
		if (units - rest != 0)
		{
			put_key(out, DAYS_NAME);
			put_numeric(out, sv_numeric_from_units((units - rest) / USECS_PER_DAY, 0));
		}
		units = rest;
	}
	if (!wide && units == 0)
		return;
	put_key(out, sum_names[sum]);
	put_numeric(out, wide ? sv_total(fixed, outcome, sum) :
				sv_numeric_from_units(units, sv_sum_decimals[sum]));
}

static void
put_cell(StringInfo out, const SvCell *cell)
{
	if (out->data[out->len - 1] != '[')
		appendStringInfoChar(out, ',');
	if (cell->outcome == SV_OPEN)
	{
		struct pg_tm tm;
		char		buf[MAXDATELEN + 1];

		j2date(cell->day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, buf);
		appendStringInfo(out, "[\"%s\"," INT64_FORMAT "]", buf, cell->count);
	}
	else
		appendStringInfo(out, "[%d," INT64_FORMAT "]", cell->day, cell->count);
}

/*
 * The text form of a summary in stored form.
 */
char *
sv_summary_to_json(struct varlena *summary)
{
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;
	bool		more;
	StringInfoData out;

	sv_read(summary, &fixed, &reader);
	more = sv_read_cell(&reader, &cell);
	initStringInfo(&out);
	appendStringInfoString(&out, "{\"version\":1");
	for (SvOutcome outcome = 0; outcome < SV_NUM_OUTCOMES; outcome++)
	{
		int			before = out.len;
		int			start;

		put_key(&out, outcome_names[outcome]);
		appendStringInfoChar(&out, '{');
		start = out.len;
		for (int i = 0; i < SV_NUM_COUNTS; i++)
		{
			if (fixed.totals[outcome].count[i] == 0)
				continue;
			put_key(&out, count_names[i]);
			appendStringInfo(&out, INT64_FORMAT, fixed.totals[outcome].count[i]);
		}
		for (int i = 0; i < SV_NUM_SUMS; i++)
			put_sum(&out, &fixed, outcome, i);
		if (more && cell.outcome == outcome)
		{
			put_key(&out, cells_name(outcome));
			appendStringInfoChar(&out, '[');
			for (; more && cell.outcome == outcome; more = sv_read_cell(&reader, &cell))
				put_cell(&out, &cell);
			appendStringInfoChar(&out, ']');
		}
		if (out.len > start)
			appendStringInfoChar(&out, '}');
		else
		{
			out.len = before;
			out.data[before] = '\0';
		}
	}
	appendStringInfoChar(&out, '}');
	return out.data;
}

/* What is wrong with a text, to where input functions report it. */
#define REFUSE(escontext, ...) \
	ereturn(escontext, false, \
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), \
			 errmsg("invalid input syntax for type %s", "sales_summary"), \
			 errdetail(__VA_ARGS__)))

static int
find_name(const JsonbValue *key, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if ((int) strlen(names[i]) == key->val.string.len &&
			memcmp(names[i], key->val.string.val, key->val.string.len) == 0)
			return i;
	return -1;
}

static bool
is_name(const JsonbValue *key, const char *name)
{
	return find_name(key, &name, 1) == 0;
}

/* A whole number of 64 bits. */
static bool
read_int64(const JsonbValue *value, int64 *result)
{
	SvDecimal	decimal;
	sv_int128	units;

	if (value->type != jbvNumeric)
		return false;
	sv_decimal_from_numeric(value->val.numeric, &decimal);
	if (!sv_decimal_to_units(&decimal, SV_USECS, &units) || !sv_fits_int64(units))
		return false;
	*result = (int64) units;
	return true;
}

/* A date as date_out writes it in ISO style, as days since 2000-01-01. */
static bool
read_date(const JsonbValue *value, int64 *day)
{
	char		buf[MAXDATELEN + 1];
	char		expected[MAXDATELEN + 1];
	struct pg_tm tm;

	if (value->type != jbvString || value->val.string.len >= (int) sizeof(buf))
		return false;
	memcpy(buf, value->val.string.val, value->val.string.len);
	buf[value->val.string.len] = '\0';
	if (sscanf(buf, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
		return false;
	if (strstr(buf, " BC") != NULL)
		tm.tm_year = 1 - tm.tm_year;
	if (!IS_VALID_JULIAN(tm.tm_year, tm.tm_mon, tm.tm_mday))
		return false;
	*day = date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;

	/* whatever is not written back alike was no such date */
	if (!IS_VALID_DATE(*day))
		return false;
	j2date(*day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, expected);
	return strcmp(buf, expected) == 0;
}

/* Reads [[day, count], ...], the days ascending. */
static bool
read_cells(SvSummary **summary, SvOutcome outcome, const JsonbValue *value,
		   Node *escontext)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	element;
	int64		last = PG_INT64_MIN;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		REFUSE(escontext, "\"%s\" is not an array of pairs.", cells_name(outcome));
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		JsonbContainer *pair = element.val.binary.data;
		JsonbValue *first;
		int64		day;
		int64		count;

		if (token != WJB_ELEM)
			continue;
		if (element.type != jbvBinary || !JsonContainerIsArray(pair) ||
			JsonContainerSize(pair) != 2)
			REFUSE(escontext, "\"%s\" is not an array of pairs.", cells_name(outcome));
		first = getIthJsonbValueFromContainer(pair, 0);
		if (!(outcome == SV_OPEN ? read_date(first, &day) : read_int64(first, &day)) ||
			day < (outcome == SV_OPEN ? PG_INT32_MIN : 0) || day > PG_INT32_MAX)
			REFUSE(escontext, "A day in \"%s\" is out of range.", cells_name(outcome));
		if (!read_int64(getIthJsonbValueFromContainer(pair, 1), &count))
			REFUSE(escontext, "A count in \"%s\" is not an integer.", cells_name(outcome));
		if (day <= last)
			REFUSE(escontext, "The days in \"%s\" do not ascend.", cells_name(outcome));
		last = day;
		if (count != 0)
		{
			SvCell		cell = {outcome, (int32) day, count};

			*summary = sv_add_cell(*summary, &cell, 1);
		}
	}
	return true;
}

/* Reads one of the sums; days is true for the part of a time that is in days. */
static bool
read_sum(SvSummary **summary, SvOutcome outcome, SvSum sum, bool days,
		 const JsonbValue *value, Node *escontext)
{
	Numeric		numeric;
	SvDecimal	decimal;

	if (value->type != jbvNumeric)
		REFUSE(escontext, "\"%s\" is not a number.", days ? DAYS_NAME : sum_names[sum]);
	numeric = value->val.numeric;
	sv_decimal_from_numeric(numeric, &decimal);
	if (sv_sum_decimals[sum] == 0 && decimal.ndigits > decimal.weight + 1)
		REFUSE(escontext, "\"%s\" is not a whole number.", days ? DAYS_NAME : sum_names[sum]);
	if (days)
		numeric = SV_NUMERIC_OP(numeric_mul, numeric, int64_to_numeric(USECS_PER_DAY));
	*summary = sv_add_numeric(*summary, outcome, sum, numeric);
	return true;
}

/* Reads all that is said of one outcome. */
static bool
read_outcome(SvSummary **summary, SvOutcome outcome, const JsonbValue *value,
			 Node *escontext)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key;

	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		REFUSE(escontext, "\"%s\" is not an object.", outcome_names[outcome]);
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		JsonbValue	content;
		int			i;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&it, &content, true);
		if ((i = find_name(&key, count_names, SV_NUM_COUNTS)) >= 0)
		{
			if (!read_int64(&content, &(*summary)->totals[outcome].count[i]))
				REFUSE(escontext, "\"%s\" is not an integer.", count_names[i]);
		}
		else if ((i = find_name(&key, sum_names, SV_NUM_SUMS)) >= 0)
		{
			if (!read_sum(summary, outcome, i, false, &content, escontext))
				return false;
		}
		else if (is_name(&key, DAYS_NAME))
		{
			if (!read_sum(summary, outcome, SV_USECS, true, &content, escontext))
				return false;
		}
		else if (is_name(&key, cells_name(outcome)))
		{
			if (!read_cells(summary, outcome, &content, escontext))
				return false;
		}
		else
			REFUSE(escontext, "Key \"%s\" is unknown.",
				   pnstrdup(key.val.string.val, key.val.string.len));
	}
	return true;
}

static bool
read_summary(SvSummary **summary, Jsonb *json, Node *escontext)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key;
	int64		version = 0;

	if (!JB_ROOT_IS_OBJECT(json))
		REFUSE(escontext, "The value is not a JSON object.");
	it = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		JsonbValue	content;
		int			outcome;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&it, &content, true);
		outcome = find_name(&key, outcome_names, SV_NUM_OUTCOMES);
		if (outcome >= 0)
		{
			if (!read_outcome(summary, outcome, &content, escontext))
				return false;
		}
		else if (is_name(&key, "version"))
		{
			if (!read_int64(&content, &version))
				version = -1;
		}
		else
			REFUSE(escontext, "Key \"%s\" is unknown.",
				   pnstrdup(key.val.string.val, key.val.string.len));
	}
	if (version != 1)
		REFUSE(escontext, "\"version\" is not 1.");
	return true;
}

/*
 * Reads a text form.  NULL after a soft error.
 */
SvSummary *
sv_summary_from_json(char *json, Node *escontext)
{
	SvSummary  *summary = sv_new_summary();
	Datum		jsonb;

	if (!sv_jsonb_in(json, escontext, &jsonb) ||
		!read_summary(&summary, DatumGetJsonbP(jsonb), escontext))
		return NULL;
	return summary;
}
