/*-------------------------------------------------------------------------
 *
 * day_histogram.c
 *	  The histograms of a summary that is being filled: a hash table of
 *	  cells in flat memory.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A group has few distinct days, and they may lie anywhere: opening days of a
 * few years, cycles of a few months, and now and then a typing error three
 * centuries away.  One open-addressing table for all groups takes memory by
 * the number of distinct days, whatever their range, and a step per row.  The
 * number of slots is 0 or a power of two; at most three quarters are taken.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "day_histogram.h"

/*
 * The number of cells with a count other than zero.
 */
uint32
sv_count_cells(const SvSlot *slots, uint32 nslots)
{
	uint32		n = 0;

	for (uint32 i = 0; i < nslots; i++)
		n += slots[i].count != 0;
	return n;
}

/*
 * Moves the cells with a count other than zero into a table of another size,
 * whose slots are all free, and returns how many these are.
 */
uint32
sv_copy_slots(SvSlot *to, uint32 nto, const SvSlot *from, uint32 nfrom)
{
	uint32		n = 0;

	for (uint32 i = 0; i < nfrom; i++)
	{
		SvCell		cell = sv_cell_of_slot(&from[i]);

		if (cell.count == 0)
			continue;
		*sv_find_slot(to, nto, cell.group, cell.day) = from[i];
		n++;
	}
	return n;
}

/* By group, then by day. */
static int
compare_cells(const void *a, const void *b)
{
	const SvCell *x = a;
	const SvCell *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->day < y->day ? -1 : x->day > y->day;
}

/*
 * The cells with a count other than zero, allocated, in the order of the
 * stored form.
 */
SvCell *
sv_sorted_cells(const SvSlot *slots, uint32 nslots, uint32 *ncells)
{
	SvCell	   *cells = palloc(sizeof(SvCell) * Max(sv_count_cells(slots, nslots), 1));
	uint32		n = 0;

	for (uint32 i = 0; i < nslots; i++)
	{
		if (slots[i].count == 0)
			continue;
		cells[n++] = sv_cell_of_slot(&slots[i]);
	}
	qsort(cells, n, sizeof(SvCell), compare_cells);
	*ncells = n;
	return cells;
}
