/*-------------------------------------------------------------------------
 *
 * sales_cycle.c
 *	  Sales cycle: how long from opening to closing, in days.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "opportunity.h"

SV_ACCUM(avg_sales_cycle_accum_won_date, SV_HAS_DATES);
SV_ACCUM(avg_sales_cycle_accum_won_timestamptz, SV_HAS_DATES | SV_TIMESTAMPS);
SV_ACCUM(avg_sales_cycle_accum_status_date, SV_BY_STATUS | SV_HAS_DATES);
SV_ACCUM(avg_sales_cycle_accum_status_timestamptz, SV_BY_STATUS | SV_HAS_DATES | SV_TIMESTAMPS);

/* Days of a set of outcomes, divided by n. */
static float8
days_per(const SvFixed *fixed, unsigned outcomes, int64 n)
{
	const int64 usecs_per_day = USECS_PER_DAY;
	sv_int128	days;

	if (sv_whole_days(fixed, outcomes, &days))
		return sv_ratio_of_units(days, n);
	return sv_ratio(sv_sum_of(fixed, outcomes, SV_USECS, NULL, 0),
					sv_product_of_units(n, 0, &usecs_per_day, 1));
}

/* Mean cycle over the rows of a set that have one, or NULL. */
static Datum
mean_cycle(FunctionCallInfo fcinfo, unsigned outcomes)
{
	SvFixed		fixed;
	int64		n;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	n = sv_num_cycles(&fixed, outcomes);
	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days_per(&fixed, outcomes, n));
}

/* The aggregate's result: the mean cycle of won rows. */
PG_FUNCTION_INFO_V1(avg_sales_cycle_final);
Datum
avg_sales_cycle_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return mean_cycle(fcinfo, SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(avg_sales_cycle_of_summary);
Datum
avg_sales_cycle_of_summary(PG_FUNCTION_ARGS)
{
	return mean_cycle(fcinfo, sv_outcomes_arg(fcinfo, 1));
}

/* Days of a set of outcomes. */
static Datum
days_of(FunctionCallInfo fcinfo, unsigned outcomes)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	PG_RETURN_FLOAT8(days_per(&fixed, outcomes, 1));
}

PG_FUNCTION_INFO_V1(won_days);
Datum
won_days(PG_FUNCTION_ARGS)
{
	return days_of(fcinfo, SV_SET(SV_WON));
}

PG_FUNCTION_INFO_V1(closed_days);
Datum
closed_days(PG_FUNCTION_ARGS)
{
	return days_of(fcinfo, SV_CLOSED);
}

PG_FUNCTION_INFO_V1(num_missing_cycle);
Datum
num_missing_cycle(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, SV_DECIDED, SV_MISSING_CYCLE));
}

PG_FUNCTION_INFO_V1(num_negative_cycle);
Datum
num_negative_cycle(PG_FUNCTION_ARGS)
{
	SvFixed		fixed;

	sv_read(SV_GETARG_SUMMARY(0), SV_SALES, &fixed, NULL);
	PG_RETURN_INT64(sv_count_of(&fixed, SV_DECIDED, SV_NEGATIVE_CYCLE));
}

static int
compare_days(const void *a, const void *b)
{
	int32		x = ((const SvCell *) a)->day;
	int32		y = ((const SvCell *) b)->day;

	return x < y ? -1 : x > y;
}

/*
 * The cells of a set of closed outcomes by day, and the number of rows in
 * them.  NULL if that is no set of rows: if rows are known by their sums only,
 * or if more was taken away than there was.
 */
static SvCell *
cells_by_day(struct varlena *summary, unsigned outcomes, int *ncells, int64 *rows)
{
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;
	int			size = 64;
	SvCell	   *cells = palloc(size * sizeof(SvCell));

	*ncells = 0;
	*rows = 0;
	sv_read(summary, SV_SALES, &fixed, &reader);
	if (sv_has_plain(&fixed, outcomes))
		return NULL;
	while (sv_read_cell(&reader, &cell))
	{
		if (!(outcomes & SV_SET(cell.group)))
			continue;
		if (cell.count < 0)
			return NULL;
		if (*ncells == size)
		{
			size *= 2;
			cells = repalloc_huge(cells, size * sizeof(SvCell));
		}
		cells[(*ncells)++] = cell;
		sv_add_count(rows, cell.count, 1);
	}
	qsort(cells, *ncells, sizeof(SvCell), compare_days);
	return cells;
}

/*
 * The smallest number of whole days that at least this fraction of the cycles
 * does not exceed, as percentile_disc has it; NULL without cycles.
 */
static Datum
percentile(FunctionCallInfo fcinfo, float8 fraction, unsigned outcomes)
{
	int			ncells;
	int64		rows;
	SvCell	   *cells;
	int64		rank;
	int			i = 0;

	cells = cells_by_day(sv_pack(SV_GETARG_SUMMARY(0)), outcomes, &ncells, &rows);
	if (cells == NULL || rows == 0)
		PG_RETURN_NULL();
	rank = ceil(fraction * rows) < rows ? (int64) ceil(fraction * rows) : rows;
	for (; rank > cells[i].count; i++)
		rank -= cells[i].count;
	PG_RETURN_FLOAT8(cells[i].day);
}

PG_FUNCTION_INFO_V1(sales_cycle_percentile);
Datum
sales_cycle_percentile(PG_FUNCTION_ARGS)
{
	return percentile(fcinfo, sv_percentile_arg(fcinfo, 1), sv_outcomes_arg(fcinfo, 2));
}

PG_FUNCTION_INFO_V1(median_sales_cycle);
Datum
median_sales_cycle(PG_FUNCTION_ARGS)
{
	return percentile(fcinfo, 0.5, SV_SET(SV_WON));
}
