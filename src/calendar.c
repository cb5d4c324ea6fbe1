/*-------------------------------------------------------------------------
 *
 * calendar.c
 *	  Calendar periods of dates and of instants, and working days.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Periods are numbered: a day has the number of the period that it lies in,
 * and a number has a first day.  Start, end and series follow from these two.
 *
 * An instant belongs to the period of its local date.  Finding that date is
 * most of the work, and in a query almost every instant has neighbours with
 * the same answer.  So time is divided into tiles shorter than the period,
 * and the answer for a tile is kept, in a table addressed by tile number:
 * wherever the instants lie and in whatever order they come, a look-up is two
 * comparisons.  Within a tile the answer hardly ever changes more than once,
 * so a tile is one cut and the results before and after it.  To fill it we
 * walk over its period boundaries and the zone's clock changes.
 *
 * Where there are more cuts (clocks going back across midnight show a date
 * twice), the server's own AT TIME ZONE is asked row by row.  So it is for
 * abbreviations whose meaning depends on the instant, for zones with leap
 * seconds, and in the outermost years of timestamptz, where results leave the
 * range.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "lib/qunique.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"

#include "compat.h"

/* 2000-01-01, day 0 of the server, was a Saturday: ISO day 6 */
#define EPOCH_ISO_DAY	6

#define UNIX_EPOCH_SECS \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* Tiles this near to the ends of the time line are not kept */
#define MARGIN_USECS	(3 * 366 * USECS_PER_DAY)

/* Number of tiles in a table: powers of two */
#define MIN_TILES		64
#define MAX_TILES		16384

/* Number of tables of a call site */
#define MAX_TABLES		16

/* A kind of period: its length, and the place of some period's start */
typedef struct Period
{
	const char *name;
	bool		in_months;		/* length and start in months, else in days */
	int			length;
	int			start;
	int			tile_bits;		/* log2 of the tile in microseconds */
} Period;

/* A stretch of time and the results of the instants in it */
typedef struct Tile
{
	uint64		number;			/* 0 = none: tile 0 is within the margin */
	TimestampTz cut;
	DateADT		before;			/* result before the cut */
	DateADT		after;			/* result from the cut on */
} Tile;

/* The tiles for one set of arguments */
typedef struct TileTable
{
	size_t		period_len;
	size_t		zone_len;
	char		period_name[8];
	char		zone_name[TZ_STRLEN_MAX + 1];
	int			fiscal_start;
	int			week_start;
	Period		period;
	bool		is_fixed;		/* is the zone a fixed-offset abbreviation? */
	int			fixed_offset;
	pg_tz	   *tz;				/* NULL = no tiles, ask the server */
	uint32		ntiles;
	Tile	   *tiles;
} TileTable;

/* What a call site keeps in fn_extra: its latest tables */
typedef struct TileTables
{
	uint32		nmade;			/* table n has place n % MAX_TABLES */
	TileTable	tables[MAX_TABLES];
} TileTables;

/* As with a year from January; tiles of 19 hours, 6, 25, 51 and 204 days */
static const Period periods[] = {
	{"day", false, 1, 0, 36},
	{"week", false, 7, 0, 39},
	{"month", true, 1, 0, 41},
	{"quarter", true, 3, 0, 42},
	{"year", true, 12, 0, 44}
};

/* Quotient rounded down, for b > 0 */
static inline int64
floor_div(int64 a, int64 b)
{
	return a / b - (a % b < 0);
}

/* Number of the period that a finite day lies in */
static int64
period_number(const Period *period, DateADT day)
{
	int			year,
				month,
				mday;
	int64		place = day;

	if (period->in_months)
	{
		j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
		place = (int64) year * MONTHS_PER_YEAR + month - 1;
	}
	return floor_div(place - period->start, period->length);
}

/* First day of the period of that number; error if no date can hold it */
static DateADT
period_first_day(const Period *period, int64 number)
{
	int64		day = number * period->length + period->start;

	if (period->in_months)
	{
		int			year = floor_div(day, MONTHS_PER_YEAR);
		int			month = day - (int64) year * MONTHS_PER_YEAR + 1;

		day = IS_VALID_JULIAN(year, month, 1) ?
			date2j(year, month, 1) - POSTGRES_EPOCH_JDATE : PG_INT64_MAX;
	}
	if (!IS_VALID_DATE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range")));
	return day;
}

/* Start of the day's period (shift 0) or of the next one (shift 1) */
static DateADT
period_boundary(const Period *period, DateADT day, int shift)
{
	return period_first_day(period, period_number(period, day) + shift);
}

/* Error unless an argument that stands for a month or a weekday is in range */
static void
check_argument(const char *name, int value, int max, const char *hint)
{
	if (value < 1 || value > max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s \"%d\" is out of range", name, value),
				 errhint("%s", hint)));
}

/* The period that the arguments describe; error if they describe none */
static Period
make_period(text *name, int fiscal_start, int week_start)
{
	size_t		len = VARSIZE_ANY_EXHDR(name);
	Period		period;

	check_argument("fiscal_start", fiscal_start, MONTHS_PER_YEAR,
				   "The fiscal year starts in a month from 1 to 12.");
	check_argument("week_start", week_start, 7,
				   "The week starts on a day from 1 (Monday) to 7 (Sunday).");

	for (size_t i = 0; i < lengthof(periods); i++)
	{
		period = periods[i];
		period.start = period.in_months ? fiscal_start - 1 :
			week_start - EPOCH_ISO_DAY;
		if (len == strlen(period.name) &&
			pg_strncasecmp(VARDATA_ANY(name), period.name, len) == 0)
			return period;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("period \"%s\" not recognized", text_to_cstring(name)),
			 errhint("Periods are day, week, month, quarter and year.")));
}

/* Body of period_start and period_end of a date */
static Datum
date_boundary(FunctionCallInfo fcinfo, int shift)
{
	DateADT		at = PG_GETARG_DATEADT(1);
	Period		period = make_period(PG_GETARG_TEXT_PP(0),
									 PG_GETARG_INT32(2), PG_GETARG_INT32(3));

	if (DATE_NOT_FINITE(at))
		PG_RETURN_DATEADT(at);
	PG_RETURN_DATEADT(period_boundary(&period, at, shift));
}

/* Does the text hold exactly these bytes? */
static inline bool
text_is(text *t, const char *bytes, size_t len)
{
	return VARSIZE_ANY_EXHDR(t) == len && memcmp(VARDATA_ANY(t), bytes, len) == 0;
}

/*
 * Make a table for these arguments, in place of the oldest one.  All that can
 * fail is done before that one is given up.
 */
static TileTable *
make_table(FmgrInfo *flinfo, text *period_name, text *zone,
		   int fiscal_start, int week_start)
{
	TileTables *site = flinfo->fn_extra;
	TileTable  *table = &site->tables[site->nmade % MAX_TABLES];
	Period		period = make_period(period_name, fiscal_start, week_start);
	char		zone_name[TZ_STRLEN_MAX + 1];
	pg_tz	   *tz;
	int			offset;
	int			type;
	Tile	   *tiles;

	text_to_cstring_buffer(zone, zone_name, sizeof(zone_name));
	type = DecodeTimezoneName(zone_name, &offset, &tz);
	if (type == TZNAME_FIXED_OFFSET)
		tz = pg_tzset_offset(-offset);
	tiles = MemoryContextAllocZero(flinfo->fn_mcxt, MIN_TILES * sizeof(Tile));

	if (table->tiles != NULL)
		pfree(table->tiles);
	table->period_len = VARSIZE_ANY_EXHDR(period_name);
	memcpy(table->period_name, VARDATA_ANY(period_name), table->period_len);
	table->zone_len = strlen(zone_name);
	strcpy(table->zone_name, zone_name);
	table->fiscal_start = fiscal_start;
	table->week_start = week_start;
	table->period = period;
	table->is_fixed = (type == TZNAME_FIXED_OFFSET);
	table->fixed_offset = offset;
	table->tz = type != TZNAME_DYNTZ && pg_tz_acceptable(tz) ? tz : NULL;
	table->ntiles = MIN_TILES;
	table->tiles = tiles;
	site->nmade++;
	return table;
}

/* Has the abbreviation still the meaning that it had?  That hangs on settings */
static bool
abbreviation_holds(const TileTable *table)
{
	pg_tz	   *tz;
	int			offset;

	return DecodeTimezoneName(table->zone_name, &offset, &tz) == TZNAME_FIXED_OFFSET &&
		offset == table->fixed_offset;
}

/* The call site's table for the arguments of this row */
static inline TileTable *
get_table(FunctionCallInfo fcinfo)
{
	TileTables *site = fcinfo->flinfo->fn_extra;
	text	   *period = PG_GETARG_TEXT_PP(0);
	text	   *zone = PG_GETARG_TEXT_PP(2);
	int			fiscal_start = PG_GETARG_INT32(3);
	int			week_start = PG_GETARG_INT32(4);

	if (site == NULL)
		site = fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(TileTables));

	for (uint32 i = 0; i < Min(site->nmade, MAX_TABLES); i++)
	{
		TileTable  *table = &site->tables[i];

		if (text_is(zone, table->zone_name, table->zone_len) &&
			text_is(period, table->period_name, table->period_len) &&
			table->fiscal_start == fiscal_start &&
			table->week_start == week_start &&
			(!table->is_fixed || abbreviation_holds(table)))
			return table;
	}
	return make_table(fcinfo->flinfo, period, zone, fiscal_start, week_start);
}

/* The zone's next clock change after t, or PG_INT64_MAX */
static pg_time_t
next_clock_change(pg_time_t t, const pg_tz *tz)
{
	long int	before_gmtoff,
				after_gmtoff;
	int			before_isdst,
				after_isdst;
	pg_time_t	boundary;

	/*
	 * Asked at the last change that it has in its table, the server says that
	 * none follows even if the zone's rule goes on; a second later it knows.
	 */
	for (int i = 0; i < 2; i++, t++)
	{
		if (pg_next_dst_boundary(&t, &before_gmtoff, &before_isdst, &boundary,
								 &after_gmtoff, &after_isdst, tz) == 1)
			return boundary;
	}
	return PG_INT64_MAX;
}

/* Work out the tile of tile->number; false if it has more than one cut */
static bool
fill_tile(Tile *tile, const Period *period, const pg_tz *tz, int shift)
{
	TimestampTz at = (uint64) MIN_TIMESTAMP + (tile->number << period->tile_bits);
	TimestampTz end = at + (INT64CONST(1) << period->tile_bits);
	int			nresults = 0;

	tile->cut = end;
	while (at < end)
	{
		/* the offset from UTC holds until the next clock change */
		pg_time_t	t = floor_div(at, USECS_PER_SEC) + UNIX_EPOCH_SECS;
		int64		offset = pg_localtime(&t, tz)->tm_gmtoff * USECS_PER_SEC;
		pg_time_t	change = next_clock_change(t, tz) - UNIX_EPOCH_SECS;
		TimestampTz until = end;

		if (change <= end / USECS_PER_SEC)
			until = Min(change * USECS_PER_SEC, end);

		while (at < until)
		{
			int64		number = period_number(period, floor_div(at + offset,
																 USECS_PER_DAY));
			DateADT		result = period_first_day(period, number + shift);
			int64		next = period_first_day(period, number + 1);

			if (nresults == 0)
				tile->before = tile->after = result, nresults = 1;
			else if (result != tile->after)
			{
				if (++nresults > 2)
					return false;
				tile->cut = at;
				tile->after = result;
			}
			at = Min(next * USECS_PER_DAY - offset, until);
		}
	}
	return true;
}

/* The tile that holds an instant, or NULL if the tile has to be done without */
static inline const Tile *
get_tile(TileTable *table, TimestampTz at, int shift)
{
	uint64		number;
	Tile	   *tile;
	Tile		fresh;

	if (table->tz == NULL || at < MIN_TIMESTAMP + MARGIN_USECS ||
		at >= END_TIMESTAMP - MARGIN_USECS)
		return NULL;

	number = ((uint64) at - (uint64) MIN_TIMESTAMP) >> table->period.tile_bits;
	tile = &table->tiles[number & (table->ntiles - 1)];
	if (tile->number == number)
		return tile;

	fresh.number = number;
	if (!fill_tile(&fresh, &table->period, table->tz, shift))
		return NULL;
	if (tile->number != 0 && table->ntiles < MAX_TILES)
	{
		/* the place is taken: start again with twice as many places */
		Size		size = table->ntiles * 2 * sizeof(Tile);

		table->tiles = memset(repalloc(table->tiles, size), 0, size);
		table->ntiles *= 2;
		tile = &table->tiles[number & (table->ntiles - 1)];
	}
	*tile = fresh;
	return tile;
}

/* Body of period_start and period_end of an instant */
static Datum
instant_boundary(FunctionCallInfo fcinfo, int shift)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	TileTable  *table = get_table(fcinfo);
	const Tile *tile;
	Timestamp	local;

	if (TIMESTAMP_NOT_FINITE(at))
		PG_RETURN_DATEADT(TIMESTAMP_IS_NOBEGIN(at) ? DATEVAL_NOBEGIN :
						  DATEVAL_NOEND);

	tile = get_tile(table, at, shift);
	if (tile != NULL)
		PG_RETURN_DATEADT(at < tile->cut ? tile->before : tile->after);

	local = DatumGetTimestamp(DirectFunctionCall2(timestamptz_zone,
												  PG_GETARG_DATUM(2),
												  TimestampTzGetDatum(at)));
	PG_RETURN_DATEADT(period_boundary(&table->period,
									  floor_div(local, USECS_PER_DAY), shift));
}

/* period_start(period text, at date, fiscal_start int, week_start int) */
PG_FUNCTION_INFO_V1(period_start);
Datum
period_start(PG_FUNCTION_ARGS)
{
	return date_boundary(fcinfo, 0);
}

/* period_end(period text, at date, fiscal_start int, week_start int) */
PG_FUNCTION_INFO_V1(period_end);
Datum
period_end(PG_FUNCTION_ARGS)
{
	return date_boundary(fcinfo, 1);
}

/* period_start(period text, at timestamptz, zone text, ... as for a date) */
PG_FUNCTION_INFO_V1(period_start_zone);
Datum
period_start_zone(PG_FUNCTION_ARGS)
{
	return instant_boundary(fcinfo, 0);
}

/* period_end(period text, at timestamptz, zone text, ... as for a date) */
PG_FUNCTION_INFO_V1(period_end_zone);
Datum
period_end_zone(PG_FUNCTION_ARGS)
{
	return instant_boundary(fcinfo, 1);
}

/* Error unless the bound of a range is a finite date */
static DateADT
check_bound(DateADT bound)
{
	if (DATE_NOT_FINITE(bound))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date \"%s\" is out of range",
						DATE_IS_NOBEGIN(bound) ? "-infinity" : "infinity"),
				 errhint("The bounds of a range of days must be finite.")));
	return bound;
}

/* period_series(period text, first date, last date, fiscal_start, week_start) */
PG_FUNCTION_INFO_V1(period_series);
Datum
period_series(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	Period	   *period;
	int64		number;

	if (SRF_IS_FIRSTCALL())
	{
		DateADT		first = check_bound(PG_GETARG_DATEADT(1));
		DateADT		last = check_bound(PG_GETARG_DATEADT(2));

		context = SRF_FIRSTCALL_INIT();
		period = MemoryContextAlloc(context->multi_call_memory_ctx, sizeof(Period));
		*period = make_period(PG_GETARG_TEXT_PP(0),
							  PG_GETARG_INT32(3), PG_GETARG_INT32(4));
		context->user_fctx = period;
		if (first <= last)
			context->max_calls = period_number(period, last) -
				period_number(period, first) + 1;
	}

	context = SRF_PERCALL_SETUP();
	if (context->call_cntr >= context->max_calls)
		SRF_RETURN_DONE(context);
	period = context->user_fctx;
	number = period_number(period, PG_GETARG_DATEADT(1)) + context->call_cntr;
	SRF_RETURN_NEXT(context, DateADTGetDatum(period_first_day(period, number)));
}

/* The elements of an array of int or date, in one row; error on a null */
static int32 *
array_elements(ArrayType *array, const char *name, int *n)
{
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain nulls", name)));
	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (int32 *) ARR_DATA_PTR(array);
}

/* Is the day on a weekend?  Bit n of weekend is the ISO day n, 1 to 7. */
static inline bool
on_weekend(DateADT day, uint32 weekend)
{
	int64		days = (int64) day + EPOCH_ISO_DAY - 1;

	return (weekend >> (days - floor_div(days, 7) * 7 + 1)) & 1;
}

/* Number of days in [first, last), first <= last, that are not on a weekend */
static int64
count_weekdays(DateADT first, DateADT last, uint32 weekend)
{
	int64		days = (int64) last - first;
	int64		count = days / 7 * (7 - pg_popcount32(weekend));

	for (DateADT day = last - days % 7; day < last; day++)
		count += !on_weekend(day, weekend);
	return count;
}

/* Order of days, for qsort and qunique */
static int
compare_days(const void *a, const void *b)
{
	DateADT		x = *(const DateADT *) a;
	DateADT		y = *(const DateADT *) b;

	return (x > y) - (x < y);
}

/* Number of different holidays in [first, last) that are not on a weekend */
static int
count_holidays(DateADT first, DateADT last, const DateADT *holidays, int n,
			   uint32 weekend)
{
	DateADT    *found = palloc(n * sizeof(DateADT));
	int			nfound = 0;

	for (int i = 0; i < n; i++)
	{
		DateADT		day = holidays[i];

		if (day >= first && day < last && !on_weekend(day, weekend))
			found[nfound++] = day;
	}
	qsort(found, nfound, sizeof(DateADT), compare_days);
	return qunique(found, nfound, sizeof(DateADT), compare_days);
}

/* working_days(first date, last date, holidays date[], weekend int[]) */
PG_FUNCTION_INFO_V1(working_days);
Datum
working_days(PG_FUNCTION_ARGS)
{
	DateADT		first = check_bound(PG_GETARG_DATEADT(0));
	DateADT		last = check_bound(PG_GETARG_DATEADT(1));
	DateADT		from = Min(first, last);
	DateADT		to = Max(first, last);
	int			nholidays,
				nweekend;
	DateADT    *holidays = array_elements(PG_GETARG_ARRAYTYPE_P(2), "holidays",
										  &nholidays);
	int32	   *iso_days = array_elements(PG_GETARG_ARRAYTYPE_P(3), "weekend",
										  &nweekend);
	uint32		weekend = 0;
	int64		count;

	for (int i = 0; i < nweekend; i++)
	{
		check_argument("weekend day", iso_days[i], 7,
					   "Days of the week are 1 (Monday) to 7 (Sunday).");
		weekend |= 1 << iso_days[i];
	}
	count = count_weekdays(from, to, weekend) -
		count_holidays(from, to, holidays, nholidays, weekend);

	/* the whole range of dates has fewer than 2^31 days */
	PG_RETURN_INT32(first <= last ? count : -count);
}
