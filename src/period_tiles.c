/*-------------------------------------------------------------------------
 *
 * period_tiles.c
 *	  Calendar periods of instants in a time zone.
 *
 * Copyright (c) 2026, the salesvelocity developers
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

#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "period.h"

#define UNIX_EPOCH_SECS \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* Tiles this near to the ends of the time line are not kept */
#define MARGIN_USECS	(3 * 366 * USECS_PER_DAY)

/* Number of tiles in a table: powers of two */
#define MIN_TILES		64
#define MAX_TILES		16384

/* Number of tables of a call site */
#define MAX_TABLES		16

/* Where all of them are taken, one in so many rows that find none makes one */
#define MISSES_PER_TABLE	64

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
	SvPeriod	period;
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
	uint32		nmissed;		/* rows without one since all are taken */
	TileTable	tables[MAX_TABLES];
} TileTables;

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
	SvPeriod	period = sv_make_period(period_name, fiscal_start, week_start);
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

/*
 * The call site's table for the arguments of this row, or NULL: where there are
 * more sets of arguments than tables, making one for each row would take longer
 * than doing without.
 */
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

	/* the server does not ask whether the zone of an infinite instant exists */
	if (site->nmade >= MAX_TABLES && site->nmissed++ % MISSES_PER_TABLE != 0 &&
		!TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(1)))
		return NULL;
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
fill_tile(Tile *tile, const SvPeriod *period, const pg_tz *tz, int shift)
{
	TimestampTz at = (uint64) MIN_TIMESTAMP + (tile->number << period->tile_bits);
	TimestampTz end = at + (INT64CONST(1) << period->tile_bits);
	int			nresults = 0;

	tile->cut = end;
	while (at < end)
	{
		/* the offset from UTC holds until the next clock change */
		pg_time_t	t = sv_floor_div(at, USECS_PER_SEC) + UNIX_EPOCH_SECS;
		int64		offset = pg_localtime(&t, tz)->tm_gmtoff * USECS_PER_SEC;
		pg_time_t	change = next_clock_change(t, tz) - UNIX_EPOCH_SECS;
		TimestampTz until = end;

		if (change <= end / USECS_PER_SEC)
			until = Min(change * USECS_PER_SEC, end);

		while (at < until)
		{
			int64		number = sv_period_number(period, sv_floor_div(at + offset,
																	   USECS_PER_DAY));
			DateADT		result = sv_period_first_day(period, number + shift);
			int64		next = sv_period_first_day(period, number + 1);

			if (nresults == 0)
			{
				tile->before = tile->after = result;
				nresults = 1;
			}
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
Datum
sv_instant_boundary(FunctionCallInfo fcinfo, int shift)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	TileTable  *table = get_table(fcinfo);
	const Tile *tile;
	SvPeriod	period;
	Timestamp	local;

	if (TIMESTAMP_NOT_FINITE(at))
		PG_RETURN_DATEADT(TIMESTAMP_IS_NOBEGIN(at) ? DATEVAL_NOBEGIN :
						  DATEVAL_NOEND);

	tile = table == NULL ? NULL : get_tile(table, at, shift);
	if (tile != NULL)
		PG_RETURN_DATEADT(at < tile->cut ? tile->before : tile->after);

	period = sv_make_period(PG_GETARG_TEXT_PP(0), PG_GETARG_INT32(3), PG_GETARG_INT32(4));
	local = DatumGetTimestamp(DirectFunctionCall2(timestamptz_zone,
												  PG_GETARG_DATUM(2),
												  TimestampTzGetDatum(at)));
	PG_RETURN_DATEADT(sv_period_boundary(&period,
										 sv_floor_div(local, USECS_PER_DAY), shift));
}
