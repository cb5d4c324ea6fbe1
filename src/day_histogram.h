/*-------------------------------------------------------------------------
 *
 * day_histogram.h
 *	  The histograms of a summary that is being filled: a hash table of
 *	  cells in flat memory.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_DAY_HISTOGRAM_H
#define SV_DAY_HISTOGRAM_H

#include "codec.h"

/* A place in the table: free, or a cell. */
typedef struct SvSlot
{
	uint64		key;			/* group and day, SV_FREE_SLOT if free */
	int64		count;			/* may have come back to 0 */
} SvSlot;

#define SV_FREE_SLOT UINT64CONST(0)

extern uint32 sv_count_cells(const SvSlot *slots, uint32 nslots);
extern uint32 sv_copy_slots(SvSlot *to, uint32 nto, const SvSlot *from,
							uint32 nfrom);
extern SvCell *sv_sorted_cells(const SvSlot *slots, uint32 nslots,
							   uint32 *ncells);

/* Never SV_FREE_SLOT. */
static inline uint64
sv_slot_key(int group, int32 day)
{
	return ((uint64) (group + 1) << 32) | (uint32) day;
}

/*
 * The slot of a cell, or the free slot where it belongs.  There is always a
 * free slot.
 */
static inline SvSlot *
sv_find_slot(SvSlot *slots, uint32 nslots, int group, int32 day)
{
	uint64		key = sv_slot_key(group, day);

	/* the golden ratio spreads neighbouring days evenly over the upper bits */
	uint64		hash = (key * UINT64CONST(0x9E3779B97F4A7C15)) >> 32;
	uint32		i = (hash * nslots) >> 32;

	while (slots[i].key != key && slots[i].key != SV_FREE_SLOT)
		i = (i + 1) & (nslots - 1);
	return &slots[i];
}

/* Of a free slot: a cell without rows. */
static inline SvCell
sv_cell_of_slot(const SvSlot *slot)
{
	SvCell		cell = {(slot->key >> 32) - 1, (int32) slot->key, slot->count};

	return cell;
}

/* Takes a slot that sv_find_slot found free. */
static inline void
sv_take_slot(SvSlot *slot, int group, int32 day)
{
	slot->key = sv_slot_key(group, day);
	slot->count = 0;
}

#endif							/* SV_DAY_HISTOGRAM_H */
