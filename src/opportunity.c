/*-------------------------------------------------------------------------
 *
 * opportunity.c
 *	  What the families that read a sales_summary share.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "opportunity.h"

/*
 * The outcome that a status names.
 */
SvOutcome
sv_outcome_of_status(text *status)
{
	const char *name = VARDATA_ANY(status);

	switch (VARSIZE_ANY_EXHDR(status))
	{
		case 3:
			if (memcmp(name, "won", 3) == 0)
				return SV_WON;
			break;
		case 4:
			if (memcmp(name, "lost", 4) == 0)
				return SV_LOST;
			if (memcmp(name, "open", 4) == 0)
				return SV_OPEN;
			if (memcmp(name, "void", 4) == 0)
				return SV_VOID;
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown status \"%s\"", text_to_cstring(status)),
			 errhint("A status is \"open\", \"won\", \"lost\" or \"void\".")));
}

/*
 * Whose cycles are meant: the set of outcomes that an argument names.
 */
unsigned
sv_outcomes_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"won", "lost", "closed", "decided"};
	static const unsigned sets[] = {SV_SET(SV_WON), SV_SET(SV_LOST), SV_CLOSED, SV_DECIDED};

	return sets[sv_choice(PG_GETARG_TEXT_PP(argno), "outcome", names, lengthof(names))];
}

/*
 * The number of rows that have an amount.
 */
int64
sv_num_amounts(const SvFixed *fixed, SvOutcome outcome)
{
	int64		n = fixed->totals[outcome].count[SV_ROWS];

	sv_add_count(&n, fixed->totals[outcome].count[SV_MISSING_AMOUNT], -1);
	return n;
}

/*
 * The number of rows of a set of closed outcomes that have a cycle.
 */
int64
sv_num_cycles(const SvFixed *fixed, unsigned outcomes)
{
	int64		n = sv_count_of(fixed, outcomes, SV_ROWS);

	sv_add_count(&n, sv_count_of(fixed, outcomes, SV_MISSING_CYCLE), -1);
	sv_add_count(&n, sv_count_of(fixed, outcomes, SV_NEGATIVE_CYCLE), -1);
	return n;
}

/*
 * Are rows of a set of outcomes known by their sums only?  If so, histograms do
 * not tell everything of them.
 */
bool
sv_has_plain(const SvFixed *fixed, unsigned outcomes)
{
	for (int outcome = 0; outcome < fixed->ngroups; outcome++)
		if (outcomes & SV_SET(outcome) && fixed->totals[outcome].count[SV_PLAIN] != 0)
			return true;
	return false;
}

/*
 * The cycles of a set of outcomes, in days.  False if these are not whole, or
 * very many.
 */
bool
sv_whole_days(const SvFixed *fixed, unsigned outcomes, sv_int128 *days)
{
	sv_int128	usecs = 0;

	for (int outcome = 0; outcome < fixed->ngroups; outcome++)
	{
		if (!(outcomes & SV_SET(outcome)))
			continue;
		if (sv_is_wide(fixed, outcome, SV_USECS))
			return false;
		usecs += fixed->totals[outcome].sum[SV_USECS];
	}
	*days = usecs / USECS_PER_DAY;
	return usecs % USECS_PER_DAY == 0;
}
