/*-------------------------------------------------------------------------
 *
 * period.c
 *	  Calendar periods: their numbers and their first days.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Periods are numbered: a day has the number of the period that it lies in,
 * and a number has a first day.  Start, end and series follow from these two.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "period.h"

/* As with a year from January; tiles of 19 hours, 6, 25, 51 and 204 days */
static const SvPeriod periods[] = {
	{"day", false, 1, 0, 36},
	{"week", false, 7, 0, 39},
	{"month", true, 1, 0, 41},
	{"quarter", true, 3, 0, 42},
	{"year", true, 12, 0, 44}
};

/* Number of the period that a finite day lies in */
int64
sv_period_number(const SvPeriod *period, DateADT day)
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
	return sv_floor_div(place - period->start, period->length);
}

/* First day of the period of that number; error if no date can hold it */
DateADT
sv_period_first_day(const SvPeriod *period, int64 number)
{
	int64		day = number * period->length + period->start;

	if (period->in_months)
	{
		int			year = sv_floor_div(day, MONTHS_PER_YEAR);
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
DateADT
sv_period_boundary(const SvPeriod *period, DateADT day, int shift)
{
	return sv_period_first_day(period, sv_period_number(period, day) + shift);
}

/* Error unless an argument that stands for a month or a weekday is in range */
void
sv_check_argument(const char *name, int value, int max, const char *hint)
{
	if (value < 1 || value > max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s \"%d\" is out of range", name, value),
				 errhint("%s", hint)));
}

/* The period that the arguments describe; error if they describe none */
SvPeriod
sv_make_period(text *name, int fiscal_start, int week_start)
{
	size_t		len = VARSIZE_ANY_EXHDR(name);
	SvPeriod	period;

	sv_check_argument("fiscal_start", fiscal_start, MONTHS_PER_YEAR,
					  "The fiscal year starts in a month from 1 to 12.");
	sv_check_argument("week_start", week_start, 7,
					  "The week starts on a day from 1 (Monday) to 7 (Sunday).");

	for (size_t i = 0; i < lengthof(periods); i++)
	{
		period = periods[i];
		period.start = period.in_months ? fiscal_start - 1 :
			week_start - SV_EPOCH_ISO_DAY;
		if (len == strlen(period.name) &&
			pg_strncasecmp(VARDATA_ANY(name), period.name, len) == 0)
			return period;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("period \"%s\" not recognized", text_to_cstring(name)),
			 errhint("Periods are day, week, month, quarter and year.")));
}
