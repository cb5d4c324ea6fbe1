/*-------------------------------------------------------------------------
 *
 * summary_text.c
 *	  The text form of summaries: JSON, exact and independent of every
 *	  setting.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A sales_summary, for example:
 *
 *	  {"version": 1,
 *	   "won": {"rows": 2, "amount": 150.5, "days": 30, ...,
 *			   "cycles": [[10, 1], [20, 1]]},
 *	   "open": {"rows": 1, "amount": 99, "opened": [["2026-01-05", 1]]}}
 *
 * Whatever is zero is left out.  Reading is left to the server's jsonb, so
 * the order of the keys is free; unknown keys are errors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"

#include "summary.h"

/* The keys of a format, NULL where it has no such field. */
typedef struct Names
{
	const char *type;
	const char *groups[SV_MAX_GROUPS];
	const char *counts[SV_NUM_COUNTS];
	const char *sums[SV_NUM_SUMS];
	const char *lengths;		/* cells that are lengths of time */
	const char *dates;			/* cells that are dates */
} Names;

/* The groups of a funnel */
#define NUMBERED(word) \
	word "1", word "2", word "3", word "4", word "5", word "6", word "7", word "8", \
	word "9", word "10", word "11", word "12", word "13", word "14", word "15", word "16", \
	word "17", word "18", word "19", word "20", word "21", word "22", word "23", word "24", \
	word "25", word "26", word "27", word "28", word "29", word "30", word "31", word "32"

/* By format - 1. */
static const Names format_names[SV_NUM_FORMATS] = {
	[SV_SALES - 1] = {"sales_summary",
		{"won", "lost", "void", "open"},
		{"rows", "missing_amount", "missing_dates", "negative_cycle", "plain"},
		{"amount", "microseconds", "amount_squared", "amount_microseconds", "microseconds_squared"},
		"cycles", "opened"
	},
	[SV_MEETINGS - 1] = {"meeting_summary",
		{"booked", "held", "presumed_held", "no_show", "cancelled", "rescheduled", "declined", "unknown"},
		{"rows", "missing_day", "qualified", "not_qualified"},
		{NULL},
		NULL, "scheduled"
	},
	[SV_LEADS - 1] = {"lead_summary",
		{"leads", "current", "base"},
		{"rows", "unqualified"},
		{NULL},
		"periods", "months"
	},
	[SV_CUSTOMERS - 1] = {"customer_summary",
		{"ended", "running"},
		{"rows", "missing_revenue", "missing_start", "ended_early", "with_cost"},
		{"revenue", NULL, "margin", "acquisition_cost", "month_parts"},
		"lifetimes", "started"
	},
	[SV_FUNNEL - 1] = {"funnel_summary",
		{NUMBERED("step "), NUMBERED("stays ")},
		{"entered", "converted", "skipped", "dropped", "from_first"},
		{NULL, "microseconds"},
		"times", "dates"
	}
};

/* A time is written as whole days and the microseconds that are left. */
#define DAYS_NAME "days"

/* Are the cells of a group dates?  Else they are lengths. */
static bool
has_dates(SvFormat format, int group)
{
	return !(sv_shapes[format - 1].lengths & SV_SET(group));
}

/* The counts of a funnel's stays have names of their own. */
static const char *const *
counts_names(SvFormat format, int group)
{
	static const char *const of_stays[SV_NUM_COUNTS] =
	{"entered", "ongoing", "returned", "moved_back", "missing_time"};

	if (format == SV_FUNNEL && group >= SV_FUNNEL_STEPS)
		return of_stays;
	return format_names[format - 1].counts;
}

/* The key of a group's cells. */
static const char *
cells_name(SvFormat format, int group)
{
	const Names *names = &format_names[format - 1];

	return has_dates(format, group) ? names->dates : names->lengths;
}

/* Writes "key":, after a comma unless it is the first of its object. */
static void
put_key(StringInfo out, const char *key)
{
	if (out->data[out->len - 1] != '{')
		appendStringInfoChar(out, ',');
	appendStringInfo(out, "\"%s\":", key);
}

/* Writes a finite numeric. */
static void
put_numeric(StringInfo out, Numeric value)
{
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out,
																	NumericGetDatum(value))));
}

/* Writes a sum under its key, unless it is zero. */
static void
put_sum(StringInfo out, const SvFixed *fixed, int group, SvSum sum)
{
	bool		wide = sv_is_wide(fixed, group, sum);
	sv_int128	units = fixed->totals[group].sum[sum];

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
	put_key(out, format_names[fixed->format - 1].sums[sum]);
	put_numeric(out, wide ? sv_total(fixed, group, sum) :
				sv_numeric_from_units(units, sv_sum_decimals[sum]));
}

/* Writes [day, count], after a comma unless it is the first of its array. */
static void
put_cell(StringInfo out, SvFormat format, const SvCell *cell)
{
	if (out->data[out->len - 1] != '[')
		appendStringInfoChar(out, ',');
	if (has_dates(format, cell->group))
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
	const Names *names;
	bool		more;
	StringInfoData out;

	sv_read(summary, sv_format_of(summary), &fixed, &reader);
	names = &format_names[fixed.format - 1];
	more = sv_read_cell(&reader, &cell);
	initStringInfo(&out);
	appendStringInfoString(&out, "{\"version\":1");
	for (int group = 0; group < fixed.ngroups; group++)
	{
		int			before = out.len;
		int			start;

		put_key(&out, names->groups[group]);
		appendStringInfoChar(&out, '{');
		start = out.len;
		for (int i = 0; i < SV_NUM_COUNTS; i++)
		{
			if (fixed.totals[group].count[i] == 0)
				continue;
			put_key(&out, counts_names(fixed.format, group)[i]);
			appendStringInfo(&out, INT64_FORMAT, fixed.totals[group].count[i]);
		}
		for (int i = 0; i < SV_NUM_SUMS; i++)
			put_sum(&out, &fixed, group, i);
		if (more && cell.group == group)
		{
			put_key(&out, cells_name(fixed.format, group));
			appendStringInfoChar(&out, '[');
			for (; more && cell.group == group; more = sv_read_cell(&reader, &cell))
				put_cell(&out, fixed.format, &cell);
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

/* A text that is being read. */
typedef struct Reading
{
	SvFormat	format;
	const Names *names;
	SvSummary  *summary;
	Node	   *escontext;
} Reading;

/* What is wrong with a text, to where input functions report it. */
#define REFUSE(...) \
	ereturn(in->escontext, false, \
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), \
			 errmsg("invalid input syntax for type %s", in->names->type), \
			 errdetail(__VA_ARGS__)))

/* The index of a key among names, of which some may be NULL; -1 if it is none. */
static int
find_name(const JsonbValue *key, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (names[i] != NULL && (int) strlen(names[i]) == key->val.string.len &&
			memcmp(names[i], key->val.string.val, key->val.string.len) == 0)
			return i;
	return -1;
}

/* Is it this key? */
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
read_cells(Reading *in, int group, const JsonbValue *value)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	element;
	int64		last = PG_INT64_MIN;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		REFUSE("\"%s\" is not an array of pairs.", cells_name(in->format, group));
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		JsonbContainer *pair;
		JsonbValue *first;
		int64		day;
		int64		count;

		if (token != WJB_ELEM)
			continue;
		CHECK_FOR_INTERRUPTS();
		pair = element.val.binary.data;
		if (element.type != jbvBinary || !JsonContainerIsArray(pair) ||
			JsonContainerSize(pair) != 2)
			REFUSE("\"%s\" is not an array of pairs.", cells_name(in->format, group));
		first = getIthJsonbValueFromContainer(pair, 0);
		if (!(has_dates(in->format, group) ? read_date(first, &day) : read_int64(first, &day)) ||
			day < (has_dates(in->format, group) ? PG_INT32_MIN : 0) || day > PG_INT32_MAX)
			REFUSE("A day in \"%s\" is out of range.", cells_name(in->format, group));
		if (!read_int64(getIthJsonbValueFromContainer(pair, 1), &count))
			REFUSE("A count in \"%s\" is not an integer.", cells_name(in->format, group));
		if (day <= last)
			REFUSE("The days in \"%s\" do not ascend.", cells_name(in->format, group));
		last = day;
		if (count != 0)
		{
			SvCell		cell = {group, (int32) day, count};

			in->summary = sv_add_cell(in->summary, &cell, 1);
		}
	}
	return true;
}

/* Reads one of the sums; days is true for the part of a time that is in days. */
static bool
read_sum(Reading *in, int group, SvSum sum, bool days, const JsonbValue *value)
{
	Numeric		numeric;
	SvDecimal	decimal;

	if (value->type != jbvNumeric)
		REFUSE("\"%s\" is not a number.", days ? DAYS_NAME : in->names->sums[sum]);
	numeric = value->val.numeric;
	sv_decimal_from_numeric(numeric, &decimal);
	if (sv_sum_decimals[sum] == 0 && decimal.ndigits > decimal.weight + 1)
		REFUSE("\"%s\" is not a whole number.", days ? DAYS_NAME : in->names->sums[sum]);
	if (days && decimal.weight > PG_INT16_MAX - 4)
		REFUSE("\"%s\" is out of range.", DAYS_NAME);
	if (days)
		numeric = SV_MUL(numeric, int64_to_numeric(USECS_PER_DAY));
	in->summary = sv_add_numeric(in->summary, group, sum, numeric);
	return true;
}

/* Reads all that is said of one group. */
static bool
read_group(Reading *in, int group, const JsonbValue *value)
{
	const char *const *counts = counts_names(in->format, group);
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key;

	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		REFUSE("\"%s\" is not an object.", in->names->groups[group]);
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		JsonbValue	content;
		int			i;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&it, &content, true);
		if ((i = find_name(&key, counts, SV_NUM_COUNTS)) >= 0)
		{
			if (!read_int64(&content, &in->summary->totals[group].count[i]))
				REFUSE("\"%s\" is not an integer.", counts[i]);
		}
		else if ((i = find_name(&key, in->names->sums, SV_NUM_SUMS)) >= 0)
		{
			if (!read_sum(in, group, i, false, &content))
				return false;
		}
		else if (in->names->sums[SV_USECS] != NULL && is_name(&key, DAYS_NAME))
		{
			if (!read_sum(in, group, SV_USECS, true, &content))
				return false;
		}
		else if (is_name(&key, cells_name(in->format, group)))
		{
			if (!read_cells(in, group, &content))
				return false;
		}
		else
			REFUSE("Key \"%s\" is unknown.",
				   pnstrdup(key.val.string.val, key.val.string.len));
	}
	return true;
}

/* Reads the whole.  This and the functions above return false after a soft error. */
static bool
read_summary(Reading *in, Jsonb *json)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key;
	int64		version = 0;

	if (!JB_ROOT_IS_OBJECT(json))
		REFUSE("The value is not a JSON object.");
	it = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		JsonbValue	content;
		int			group;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&it, &content, true);
		group = find_name(&key, in->names->groups, sv_shapes[in->format - 1].ngroups);
		if (group >= 0)
		{
			if (!read_group(in, group, &content))
				return false;
		}
		else if (is_name(&key, "version"))
		{
			if (!read_int64(&content, &version))
				version = -1;
		}
		else
			REFUSE("Key \"%s\" is unknown.",
				   pnstrdup(key.val.string.val, key.val.string.len));
	}
	if (version != 1)
		REFUSE("Key \"version\" is missing or not 1.");
	return true;
}

/*
 * Reads the text form of a format.  NULL after a soft error.
 */
SvSummary *
sv_summary_from_json(SvFormat format, char *json, Node *escontext)
{
	Reading		in = {format, &format_names[format - 1], sv_new_summary(format), escontext};
	Datum		jsonb;

	if (!sv_jsonb_in(json, escontext, &jsonb) ||
		!read_summary(&in, DatumGetJsonbP(jsonb)))
		return NULL;
	return in.summary;
}
