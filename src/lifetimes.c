/*-------------------------------------------------------------------------
 *
 * lifetimes.c
 *	  How long customers stay: lifetimes in months, and what is to be
 *	  expected from them.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A month of a lifetime goes from the day of the month on which the customer
 * started to the same day of the next month, or to its last day if that comes
 * first, as date + interval has it.  A part of a month counts by its days, so
 * by 28ths to 31sts, all of which are whole numbers of the same small parts.
 * So customer-months are summed exactly.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/datetime.h"
#include "utils/float.h"

#include "lifetimes.h"

/* The length of a month, 1 to 12. */
static int
days_of_month(int year, int month)
{
	return day_tab[isleap(year)][month - 1];
}

/*
 * The time between two days, the first not being the later one, in parts of
 * months.
 */
int64
sv_month_parts(DateADT from, DateADT to)
{
	int			from_year,
				from_month,
				from_day;
	int			year,
				month,
				day;
	int			this_day;		/* the month's day in the month of "to" */
	int			other_length;	/* of the month before or after */
	int64		months;
	int			days;
	int			length;

	j2date(from + POSTGRES_EPOCH_JDATE, &from_year, &from_month, &from_day);
	j2date(to + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	months = (int64) (year - from_year) * MONTHS_PER_YEAR + month - from_month;
	this_day = Min(from_day, days_of_month(year, month));
	if (day >= this_day)
	{
		/*
		 * only February depends on the year, and neither of its neighbours
		 * lies in another
		 */
		other_length = days_of_month(year, month % MONTHS_PER_YEAR + 1);
		days = day - this_day;
		length = days_of_month(year, month) - this_day + Min(from_day, other_length);
	}
	else
	{
		other_length = days_of_month(year, (month + 10) % MONTHS_PER_YEAR + 1);
		months--;
		days = other_length - Min(from_day, other_length) + day;
		length = days - day + this_day;
	}
	return months * SV_PARTS_PER_MONTH + days * (SV_PARTS_PER_MONTH / length);
}

/*
 * The difference of two counts, over a set of groups.
 */
int64
sv_count_without(const SvFixed *fixed, unsigned groups, SvCount count, SvCount without)
{
	int64		n = sv_count_of(fixed, groups, count);

	if (pg_sub_s64_overflow(n, sv_count_of(fixed, groups, without), &n))
		sv_count_out_of_range();
	return n;
}

static int
compare_months(const void *a, const void *b)
{
	int64		x = ((const SvLifeMonth *) a)->month;
	int64		y = ((const SvLifeMonth *) b)->month;

	return x < y ? -1 : x > y;
}

/*
 * Makes a curve of months in any order: one step for each, which goes down by
 * ended / at risk.  Who is running at an age is at risk when others end at it.
 */
static int
make_curve(SvLifeMonth *months, int n)
{
	SvLifeMonth *step = months;
	int64		at_risk = 0;
	float8		survival = 1;

	if (n == 0)
		return 0;
	qsort(months, n, sizeof(SvLifeMonth), compare_months);
	for (int i = 1; i < n; i++)
	{
		if (months[i].month != step->month)
			*++step = months[i];
		else
		{
			step->ended += months[i].ended;
			step->running += months[i].running;
		}
	}
	n = step - months + 1;

	for (step = months; step < months + n; step++)
		at_risk += step->ended + step->running;
	for (step = months; step < months + n; step++)
	{
		survival *= (float8) (at_risk - step->ended) / at_risk;
		step->at_risk = at_risk;
		step->survival = survival;
		at_risk -= step->ended + step->running;
	}
	return n;
}

/*
 * Reads a detoasted summary of either form.
 */
void
sv_read_lifetimes(struct varlena *summary, DateADT as_of, SvLifetimes *lifetimes)
{
	SvCellReader reader;
	SvCell		cell;
	sv_int128	running_parts = 0;
	int64		customers = 0;
	bool		is_delta = false;
	SvLifeMonth *months = palloc(sizeof(SvLifeMonth));
	int			size = 1;
	int			n = 0;

	sv_read(sv_pack(summary), &lifetimes->fixed, &reader);
	lifetimes->ended = sv_count_without(&lifetimes->fixed, SV_SET(SV_ENDED), SV_ROWS, SV_MISSING_START);
	if (pg_sub_s64_overflow(lifetimes->ended,
							sv_count_of(&lifetimes->fixed, SV_SET(SV_ENDED), SV_ENDED_EARLY),
							&lifetimes->ended))
		sv_count_out_of_range();

	while (sv_read_cell(&reader, &cell))
	{
		SvLifeMonth month = {0};

		if (cell.group == SV_RUNNING)
		{
			int64		parts;

			if (cell.day > as_of)
				continue;
			parts = sv_month_parts(cell.day, as_of);
			if (__builtin_add_overflow(running_parts, (sv_int128) cell.count * parts, &running_parts))
				sv_count_out_of_range();
			month.month = parts / SV_PARTS_PER_MONTH;
			month.running = cell.count;
		}
		else
		{
			month.month = cell.day;
			month.ended = cell.count;
		}
		is_delta = is_delta || cell.count < 0;
		sv_add_count(&customers, cell.count, 1);
		if (n == size)
		{
			size *= 2;
			months = repalloc_huge(months, size * sizeof(SvLifeMonth));
		}
		months[n++] = month;
	}
	lifetimes->parts = SV_NUMERIC_OP(numeric_add,
									 sv_sum_of(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_MONTH_PARTS, NULL, 0),
									 sv_numeric_from_units(running_parts, 0));
	lifetimes->months = months;
	lifetimes->nmonths = is_delta ? 0 : make_curve(months, n);
}

/*
 * The sum of (1 - loss)^t over the first n periods t = 0, 1, ...
 */
static float8
geometric_sum(float8 loss, float8 n)
{
	if (n == 0 || loss == 0)
		return n;
	return -expm1(n * log1p(-loss)) / loss;
}

/*
 * The sum of (1 - churn)^t / (1 + discount)^t over the periods t = 0, 1, ...
 * up to the horizon.  False if it has no end.
 */
bool
sv_expected_periods(float8 churn, const SvOutlook *outlook, float8 *periods)
{
	/* a rate can be above 1, the share that goes in a period cannot */
	float8		loss = (Min(churn, 1) + outlook->discount) / (1 + outlook->discount);

	if (!outlook->has_horizon && loss <= 0)
		return false;
	*periods = outlook->has_horizon ? geometric_sum(loss, outlook->horizon) : 1 / loss;
	if (isinf(*periods))
		float_overflow_error();
	return true;
}

/*
 * The same with the survival curve in place of (1 - churn)^t.  False if the
 * curve ends before the horizon.
 */
bool
sv_expected_months(const SvLifetimes *lifetimes, const SvOutlook *outlook, float8 *months)
{
	float8		loss = outlook->discount / (1 + outlook->discount);
	float8		survival = 1;
	float8		before = 0;		/* geometric_sum up to the last step */
	const SvLifeMonth *end = lifetimes->months + lifetimes->nmonths;

	*months = 0;
	for (const SvLifeMonth *step = lifetimes->months; step < end && step->month < outlook->horizon; step++)
	{
		float8		until = geometric_sum(loss, step->month);

		*months += survival * (until - before);
		survival = step->survival;
		before = until;
	}
	*months += survival * (geometric_sum(loss, outlook->horizon) - before);
	return lifetimes->nmonths > 0 && (end[-1].month >= outlook->horizon - 1 || end[-1].survival == 0);
}
