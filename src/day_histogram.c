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

/* What cells are sorted by: the group, then the day. */
static inline uint64
cell_key(const SvCell *cell)
{
	return (uint64) cell->group << 32 | ((uint32) cell->day ^ 0x80000000);
}

/*
 * Sorts cells by the bytes of their keys, the last one first, which takes a
 * fraction of the time that comparing many cells takes.  Bytes that are the
 * same in all keys are passed over.  The result is in one of the two arrays.
 */
static SvCell *
sort_by_bytes(SvCell *cells, SvCell *other, uint32 n)
{
	uint64		differ = 0;

	for (uint32 i = 1; i < n; i++)
		differ |= cell_key(&cells[i]) ^ cell_key(&cells[0]);
	for (int shift = 0; differ >> shift != 0; shift += 8)
	{
		uint32		start[257] = {0};
		SvCell	   *sorted = other;

		if ((differ >> shift & 0xff) == 0)
			continue;
		for (uint32 i = 0; i < n; i++)
			start[(cell_key(&cells[i]) >> shift & 0xff) + 1]++;
		for (int byte = 0; byte < 256; byte++)
			start[byte + 1] += start[byte];
		for (uint32 i = 0; i < n; i++)
			sorted[start[cell_key(&cells[i]) >> shift & 0xff]++] = cells[i];
		other = cells;
		cells = sorted;
	}
	return cells;
}

/* Sorts cells in place, which is faster as long as they are few. */
static void
sort_by_insertion(SvCell *cells, uint32 n)
{
	for (uint32 i = 1; i < n; i++)
	{
		SvCell		cell = cells[i];
		uint32		place = i;

		for (; place > 0 && cell_key(&cells[place - 1]) > cell_key(&cell); place--)
			cells[place] = cells[place - 1];
		cells[place] = cell;
	}
}

#define FEW_CELLS 48

/*
 * The cells with a count other than zero, allocated, in the order of the
 * stored form.
 */
SvCell *
sv_sorted_cells(const SvSlot *slots, uint32 nslots, uint32 *ncells)
{
	Size		size = sizeof(SvCell) * Max(sv_count_cells(slots, nslots), 1);
	SvCell	   *cells = palloc(size);
	uint32		n = 0;

	for (uint32 i = 0; i < nslots; i++)
	{
		if (slots[i].count == 0)
			continue;
		cells[n++] = sv_cell_of_slot(&slots[i]);
	}
	*ncells = n;
	if (n > FEW_CELLS)
		return sort_by_bytes(cells, palloc(size), n);
	sort_by_insertion(cells, n);
	return cells;
}
