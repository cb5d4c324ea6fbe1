/*-------------------------------------------------------------------------
 *
 * summary.c
 *	  The summary that is being filled: adding numbers, cells and other
 *	  summaries, and the way between its working and its stored form.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A sum is its 128-bit count of units plus, if there is one, its entry in the
 * wide area.  Only the stored form says which values need one; a working sum
 * may be spread over both in any way.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "summary.h"

/*
 * The part of a sum that did not fit 128 bits: this header, then a numeric,
 * then room for it to grow.
 */
typedef struct WideEntry
{
	uint8		group;
	uint8		sum;
	uint32		size;			/* of header, numeric and room */
} WideEntry;

/* That of the zero, with its room. */
#define MIN_WIDE_SIZE			MAXALIGN(sizeof(WideEntry) + 2 * (VARHDRSZ + sizeof(uint16)))
#define WIDE_NUMERIC(entry)		((Numeric) ((char *) (entry) + sizeof(WideEntry)))
#define FIRST_WIDE(summary)		((WideEntry *) &SV_SLOTS(summary)[(summary)->nslots])
#define NEXT_WIDE(entry)		((WideEntry *) ((char *) (entry) + (entry)->size))
#define TOTALS_SIZE(ngroups)	(offsetof(SvSummary, totals) + (ngroups) * sizeof(SvTotals))
#define SLOTS_SIZE(ngroups, nslots) (TOTALS_SIZE(ngroups) + (Size) (nslots) * sizeof(SvSlot))

/*
 * A count that does not fit 64 bits.
 */
void
sv_count_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("number of rows is out of range")));
}

static const char other_type[] = "The summaries are of different types.";
static const char unknown_group[] = "A group is unknown.";

/* Bytes that no function of ours has written. */
pg_noreturn static void
report_corruption(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid summary"),
			 errdetail_internal("%s", detail)));
}

/*
 * The format that a detoasted summary names.
 */
SvFormat
sv_format_of(const struct varlena *summary)
{
	unsigned	format = sv_first_byte(summary) & ~SV_WORKING;

	if (format < 1 || format > SV_NUM_FORMATS)
		report_corruption("The format is unknown.");
	return format;
}

/*
 * The empty summary in its working form, in the current memory context.
 */
SvSummary *
sv_new_summary(SvFormat format)
{
	int			ngroups = sv_shapes[format - 1].ngroups;
	SvSummary  *summary = palloc0(TOTALS_SIZE(ngroups));

	SET_VARSIZE(summary, TOTALS_SIZE(ngroups));
	summary->format = format | SV_WORKING;
	summary->ngroups = ngroups;
	return summary;
}

/*
 * A copy with a number of slots, of which those that came back to zero are
 * free again, without one entry of the wide area, and with room for extra
 * bytes at the end of it.
 */
static SvSummary *
rebuild(const SvSummary *old, uint32 nslots, const WideEntry *omit, Size extra)
{
	Size		wide_size = VARSIZE(old) - SLOTS_SIZE(old->ngroups, old->nslots);
	Size		size = SLOTS_SIZE(old->ngroups, nslots) + wide_size + extra;
	SvSummary  *new;
	WideEntry  *entry;
	char	   *out;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("summary has too many distinct days")));
	new = palloc(size);
	memcpy(new, old, TOTALS_SIZE(old->ngroups));
	new->nslots = nslots;
	memset(SV_SLOTS(new), 0, nslots * sizeof(SvSlot));
	new->taken = sv_copy_slots(SV_SLOTS(new), nslots, SV_SLOTS(old), old->nslots);

	out = (char *) FIRST_WIDE(new);
	entry = FIRST_WIDE(old);
	new->nwide = 0;
	for (int i = 0; i < old->nwide; i++, entry = NEXT_WIDE(entry))
	{
		if (entry == omit)
			continue;
		memcpy(out, entry, entry->size);
		out += entry->size;
		new->nwide++;
	}
	/* what is not used yet may be stored, so it is something */
	memset(out, 0, extra);
	SET_VARSIZE(new, out + extra - (char *) new);
	return new;
}

/* The wide part of a sum, or NULL. */
static WideEntry *
find_wide(const SvSummary *summary, int group, SvSum sum)
{
	WideEntry  *entry = FIRST_WIDE(summary);

	for (int i = 0; i < summary->nwide; i++, entry = NEXT_WIDE(entry))
		if (entry->group == group && entry->sum == sum)
			return entry;
	return NULL;
}

/*
 * Adds to the wide part of a sum, or takes away from it.
 */
static SvSummary *
add_wide(SvSummary *summary, int group, SvSum sum, Numeric value, int sign)
{
	WideEntry  *entry = find_wide(summary, group, sum);
	Numeric		result;
	Size		size;

	if (entry != NULL)
		result = sign > 0 ? SV_ADD(WIDE_NUMERIC(entry), value) :
			SV_SUB(WIDE_NUMERIC(entry), value);
	else
		result = sign > 0 ? value :
			DatumGetNumeric(DirectFunctionCall1(numeric_uminus, NumericGetDatum(value)));

	if (entry == NULL || VARSIZE(result) > entry->size - sizeof(WideEntry))
	{
		size = MAXALIGN(sizeof(WideEntry) + 2 * VARSIZE(result));
		summary = rebuild(summary, summary->nslots, entry, size);
		entry = (WideEntry *) ((char *) summary + VARSIZE(summary) - size);
		entry->group = group;
		entry->sum = sum;
		entry->size = size;
		summary->nwide++;
	}
	memcpy(WIDE_NUMERIC(entry), result, VARSIZE(result));
	return summary;
}

/*
 * Adds a number that may be wide, or that may not fit on top of the sum.
 */
SvSummary *
sv_add_number(SvSummary *summary, int group, SvSum sum,
			  const SvNumber *number, int sign)
{
	sv_int128  *total = &summary->totals[group].sum[sum];

	if (number->wide == NULL)
	{
		/* the 128 bits are full: move them over */
		Numeric		full = sv_numeric_from_units(*total, sv_sum_decimals[sum]);

		*total = 0;
		summary = add_wide(summary, group, sum, full, 1);
	}
	return add_wide(summary, group, sum, sv_numeric_from_number(number, sum), sign);
}

/*
 * Adds a finite numeric to any of the sums.
 */
SvSummary *
sv_add_numeric(SvSummary *summary, int group, SvSum sum, Numeric value)
{
	SvDecimal	decimal;
	SvNumber	number = {0, NULL};

	sv_decimal_from_numeric(value, &decimal);
	if (!sv_decimal_to_units(&decimal, sum, &number.units))
		number.wide = value;
	return sv_add(summary, group, sum, &number, 1);
}

/*
 * Adds a product of two numbers of which one does not fit 64 bits.
 */
SvSummary *
sv_add_wide_product(SvSummary *summary, int group, SvSum sum,
					const SvNumber *a, const SvNumber *b, int sign)
{
	SvSum		a_sum = sum == SV_USECS_SQUARED ? SV_USECS : SV_AMOUNT;
	SvSum		b_sum = sum == SV_AMOUNT_SQUARED ? SV_AMOUNT : SV_USECS;
	SvNumber	product = {0, SV_MUL(sv_numeric_from_number(a, a_sum),
									 sv_numeric_from_number(b, b_sum))};

	return sv_add_number(summary, group, sum, &product, sign);
}

/*
 * Adds the rows of a cell, or takes them away.
 */
SvSummary *
sv_add_cell(SvSummary *summary, const SvCell *cell, int sign)
{
	SvSlot	   *slot = NULL;

	if (summary->nslots > 0)
		slot = sv_find_slot(SV_SLOTS(summary), summary->nslots, cell->group, cell->day);
	if (slot == NULL || slot->key == SV_FREE_SLOT)
	{
		if ((summary->taken + 1) > summary->nslots / 4 * 3)
		{
			/* twice the cells that count, for many may have come back to zero */
			uint32		needed = sv_count_cells(SV_SLOTS(summary), summary->nslots) + 1;
			uint32		nslots = 8;

			while (nslots / 4 * 3 < needed + needed / 2)
				nslots *= 2;
			summary = rebuild(summary, nslots, NULL, 0);
			slot = sv_find_slot(SV_SLOTS(summary), nslots, cell->group, cell->day);
		}
		sv_take_slot(slot, cell->group, cell->day);
		summary->taken++;
	}
	sv_add_count(&slot->count, cell->count, sign);
	return summary;
}

/* Adds all counts of one group. */
static void
add_counts(SvTotals *to, const SvTotals *from, int sign)
{
	for (int i = 0; i < SV_NUM_COUNTS; i++)
		sv_add_count(&to->count[i], from->count[i], sign);
}

/* Adds all sums of one group, as far as they are held in 128 bits. */
static SvSummary *
add_sums(SvSummary *summary, int group, const SvTotals *from, int sign)
{
	for (int i = 0; i < SV_NUM_SUMS; i++)
	{
		SvNumber	number = {from->sum[i], NULL};

		if (number.units != 0)
			summary = sv_add(summary, group, i, &number, sign);
	}
	return summary;
}

/*
 * A datum in working form, which may come from a table: an aggregate without a
 * final function gives it away, and it can be stored.  What memory safety rests
 * on is checked, but for the groups of the cells, which are checked where they
 * are used.
 */
static const SvSummary *
checked_working(const struct varlena *datum, SvFormat format)
{
	const SvSummary *summary = (const SvSummary *) datum;
	const WideEntry *entry;
	Size		left;

	if (sv_format_of(datum) != format)
		report_corruption(other_type);
	if (!VARATT_IS_4B_U(datum) || VARSIZE(datum) < offsetof(SvSummary, totals) ||
		summary->ngroups != sv_shapes[format - 1].ngroups ||
		summary->nwide > summary->ngroups * SV_NUM_SUMS ||
		(summary->nslots & (summary->nslots - 1)) != 0 ||
		VARSIZE(datum) < TOTALS_SIZE(summary->ngroups) ||
		(VARSIZE(datum) - TOTALS_SIZE(summary->ngroups)) / sizeof(SvSlot) < summary->nslots)
		report_corruption("A state does not have the size that it names.");

	left = VARSIZE(datum) - SLOTS_SIZE(summary->ngroups, summary->nslots);
	entry = FIRST_WIDE(summary);
	for (int i = 0; i < summary->nwide; i++, entry = NEXT_WIDE(entry))
	{
		if (left < MIN_WIDE_SIZE || entry->size < MIN_WIDE_SIZE ||
			entry->size > left || entry->size != MAXALIGN(entry->size) ||
			entry->group >= summary->ngroups || entry->sum >= SV_NUM_SUMS ||
			find_wide(summary, entry->group, entry->sum) != entry ||
			!sv_is_numeric(WIDE_NUMERIC(entry), entry->size - sizeof(WideEntry)))
			report_corruption("A state has a sum that cannot be read.");
		left -= entry->size;
	}
	if (left != 0)
		report_corruption("A state does not have the size that it names.");
	return summary;
}

/* sv_merge for another summary in working form. */
static SvSummary *
merge_working(SvSummary *summary, const SvSummary *other, int sign)
{
	WideEntry  *entry = FIRST_WIDE(other);

	for (int group = 0; group < summary->ngroups; group++)
	{
		add_counts(&summary->totals[group], &other->totals[group], sign);
		summary = add_sums(summary, group, &other->totals[group], sign);
	}
	for (int i = 0; i < other->nwide; i++, entry = NEXT_WIDE(entry))
		summary = add_wide(summary, entry->group, entry->sum, WIDE_NUMERIC(entry), sign);

	/* they come in the order of their hashes, which crowds a growing table */
	if (summary->nslots < other->nslots)
		summary = rebuild(summary, other->nslots, NULL, 0);
	for (uint32 i = 0; i < other->nslots; i++)
	{
		SvCell		cell = sv_cell_of_slot(&SV_SLOTS(other)[i]);

		CHECK_FOR_INTERRUPTS();
		if (cell.count == 0)
			continue;
		if ((uint32) cell.group >= summary->ngroups)
			report_corruption(unknown_group);
		summary = sv_add_cell(summary, &cell, sign);
	}
	return summary;
}

/*
 * Adds another summary (sign 1) or takes it away (sign -1).  The other one is
 * detoasted, of either form, and not changed.
 */
SvSummary *
sv_merge(SvSummary *summary, struct varlena *other, int sign)
{
	SvFormat	format = summary->format & ~SV_WORKING;
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;

	if (sv_is_working(other))
		return merge_working(summary, checked_working(other, format), sign);

	sv_read(other, format, &fixed, &reader);
	for (int group = 0; group < summary->ngroups; group++)
	{
		add_counts(&summary->totals[group], &fixed.totals[group], sign);
		summary = add_sums(summary, group, &fixed.totals[group], sign);
		for (int i = 0; i < SV_NUM_SUMS; i++)
			if (sv_is_wide(&fixed, group, i))
				summary = add_wide(summary, group, i,
								   sv_numeric_from_decimal(&fixed.wide[group][i]), sign);
	}
	while (sv_read_cell(&reader, &cell))
		summary = sv_add_cell(summary, &cell, sign);
	return summary;
}

/* The counts and sums of a working summary, each sum in the form that its value asks for. */
static void
read_working(const SvSummary *summary, SvFixed *fixed)
{
	fixed->format = summary->format & ~SV_WORKING;
	fixed->ngroups = summary->ngroups;
	memcpy(fixed->totals, summary->totals, summary->ngroups * sizeof(SvTotals));
	memset(fixed->wide_sums, 0, summary->ngroups);
	for (int group = 0; group < summary->ngroups; group++)
		for (int i = 0; i < SV_NUM_SUMS; i++)
		{
			sv_int128  *units = &fixed->totals[group].sum[i];
			const WideEntry *entry = find_wide(summary, group, i);
			Numeric		value;

			if (entry == NULL && *units > -SV_SUM_LIMIT && *units < SV_SUM_LIMIT)
				continue;
			value = sv_numeric_from_units(*units, sv_sum_decimals[i]);
			if (entry != NULL)
				value = SV_ADD(value, WIDE_NUMERIC(entry));
			*units = 0;
			sv_decimal_from_numeric(value, &fixed->wide[group][i]);
			if (!sv_decimal_to_units(&fixed->wide[group][i], i, units))
				fixed->wide_sums[group] |= 1 << i;
		}
}

/* Reads a detoasted summary in stored form. */
static void
read_stored(const struct varlena *summary, SvFormat format, unsigned wanted,
			SvFixed *fixed, SvCellReader *cells)
{
	const char *error = sv_decode((const uint8 *) VARDATA_ANY(summary),
								  VARSIZE_ANY_EXHDR(summary), wanted, fixed, cells);

	if (error == NULL && fixed->format != format)
		error = other_type;
	if (error != NULL)
		report_corruption(error);
}

/*
 * Reads the counts of a detoasted summary of either form, and those of its
 * sums that are wanted (bits by SvSum): reading a sum takes longer than
 * passing over it.  A summary of another type than is expected is corrupted.
 */
void
sv_read_sums(const struct varlena *summary, SvFormat format, unsigned wanted,
			 SvFixed *fixed)
{
	SvCellReader cells;

	if (sv_is_working(summary))
		read_working(checked_working(summary, format), fixed);
	else
		read_stored(summary, format, wanted, fixed, &cells);
}

/*
 * Reads the counts and sums of a detoasted summary of either form.  If cells
 * is not NULL, the summary is a stored one, and a reader for its cells is set
 * up.
 */
void
sv_read(const struct varlena *summary, SvFormat format, SvFixed *fixed,
		SvCellReader *cells)
{
	Assert(cells == NULL || !sv_is_working(summary));
	if (cells == NULL)
		sv_read_sums(summary, format, SV_ALL_SUMS, fixed);
	else
		read_stored(summary, format, SV_ALL_SUMS, fixed, cells);
}

/*
 * Reads the next cell.  False after the last one.
 */
bool
sv_read_cell(SvCellReader *reader, SvCell *cell)
{
	bool		found;
	const char *error = sv_next_cell(reader, cell, &found);

	CHECK_FOR_INTERRUPTS();
	if (error != NULL)
		report_corruption(error);
	return found;
}

/*
 * The stored form of a summary: the argument itself if it is of this form.
 */
struct varlena *
sv_pack(struct varlena *summary)
{
	const SvSummary *working;
	SvFixed		fixed;
	SvCell	   *cells;
	uint32		ncells;
	Size		size;
	struct varlena *result;

	if (!sv_is_working(summary))
		return summary;

	working = checked_working(summary, sv_format_of(summary));
	read_working(working, &fixed);
	cells = sv_sorted_cells(SV_SLOTS(working), working->nslots, &ncells);
	if (ncells > 0 && (uint32) cells[ncells - 1].group >= (uint32) fixed.ngroups)
		report_corruption(unknown_group);
	size = VARHDRSZ + SV_MAX_FIXED_SIZE(fixed.ngroups) + (Size) ncells * SV_MAX_CELL_SIZE;
	for (int group = 0; group < fixed.ngroups; group++)
		for (int i = 0; i < SV_NUM_SUMS; i++)
			if (sv_is_wide(&fixed, group, i))
				size += SV_MAX_DECIMAL_SIZE(fixed.wide[group][i].ndigits);
	result = palloc(size);
	size = VARHDRSZ + sv_encode((uint8 *) VARDATA(result), &fixed, cells, ncells);
	SET_VARSIZE(result, size);
	return result;
}

/*
 * A sum as a numeric.
 */
Numeric
sv_total(const SvFixed *fixed, int group, SvSum sum)
{
	if (sv_is_wide(fixed, group, sum))
		return sv_numeric_from_decimal(&fixed->wide[group][sum]);
	return sv_numeric_from_units(fixed->totals[group].sum[sum], sv_sum_decimals[sum]);
}

/*
 * A count, over a set of groups.
 */
int64
sv_count_of(const SvFixed *fixed, uint64 groups, SvCount count)
{
	int64		result = 0;

	for (int group = 0; group < fixed->ngroups; group++)
		if (groups & SV_SET(group))
			sv_add_count(&result, fixed->totals[group].count[count], 1);
	return result;
}
