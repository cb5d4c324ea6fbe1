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

/*
 * Reads a detoasted summary of either form.
 */
void
sv_read_lifetimes(struct varlena *summary, DateADT as_of, SvLifetimes *lifetimes)
{
	SvCellReader reader;
	SvCell		cell;
	sv_int128	running_parts = 0;

	memset(&lifetimes->curve, 0, sizeof(lifetimes->curve));
	sv_read(sv_pack(summary), SV_CUSTOMERS, &lifetimes->fixed, &reader);
	lifetimes->ended = sv_count_without(&lifetimes->fixed, SV_SET(SV_ENDED), SV_ROWS, SV_MISSING_START);
	if (pg_sub_s64_overflow(lifetimes->ended,
							sv_count_of(&lifetimes->fixed, SV_SET(SV_ENDED), SV_ENDED_EARLY),
							&lifetimes->ended))
		sv_count_out_of_range();

	while (sv_read_cell(&reader, &cell))
	{
		int64		parts;

		if (cell.group == SV_ENDED)
		{
			sv_add_to_curve(&lifetimes->curve, cell.day, SV_ENDED, cell.count);
			continue;
		}
		if (cell.day > as_of)
			continue;
		parts = sv_month_parts(cell.day, as_of);
		if (__builtin_add_overflow(running_parts, (sv_int128) cell.count * parts, &running_parts))
			sv_count_out_of_range();
		sv_add_to_curve(&lifetimes->curve, parts / SV_PARTS_PER_MONTH, SV_CENSORED, cell.count);
	}
	lifetimes->parts = SV_ADD(sv_sum_of(&lifetimes->fixed, SV_CUSTOMERS_ALL, SV_MONTH_PARTS, NULL, 0),
							  sv_numeric_from_units(running_parts, 0));
	sv_finish_curve(&lifetimes->curve);
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
	*periods = outlook->has_horizon ? sv_geometric_sum(loss, outlook->horizon) : 1 / loss;
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
	return sv_restricted_mean(&lifetimes->curve, outlook->horizon,
							  outlook->discount / (1 + outlook->discount), months);
}
