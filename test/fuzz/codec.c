/*-------------------------------------------------------------------------
 *
 * test/fuzz/codec.c
 *	  Raw bytes into the codec alone, for libFuzzer with sanitizers.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Each input is tried as a value of every format.  What sv_check takes must be
 * read by every reader without complaint, and be what sv_encode makes of it.
 *
 *-------------------------------------------------------------------------
 */
#include "../../src/codec.h"

#include <stdio.h>
#include <stdlib.h>

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long accepted;
static unsigned long executed;

static void
print_counts(void)
{
	fprintf(stderr, "codec: %lu executions, %lu accepted\n", executed, accepted);
}

/* Stops at a condition that does not hold, which libFuzzer then reports. */
static void
insist(bool condition)
{
	if (!condition)
		abort();
}

/* Reads an accepted value in both ways, and writes it again. */
static void
round_trip(const uint8_t *data, size_t size)
{
	static SvFixed fixed;
	SvCellReader reader;
	SvCell	   *cells = malloc((size + 1) * sizeof(SvCell));
	size_t		ncells = 0;
	size_t		most;
	uint8_t    *bytes;
	bool		found;

	insist(sv_decode(data, size, 1u << (size % SV_NUM_SUMS), &fixed, &reader) == NULL);
	insist(sv_decode(data, size, SV_ALL_SUMS, &fixed, &reader) == NULL);
	while (insist(sv_next_cell(&reader, &cells[ncells], &found) == NULL), found)
		ncells++;

	most = SV_MAX_FIXED_SIZE(fixed.ngroups) + ncells * SV_MAX_CELL_SIZE;
	for (int group = 0; group < fixed.ngroups; group++)
		for (int i = 0; i < SV_NUM_SUMS; i++)
			if (sv_is_wide(&fixed, group, i))
				most += SV_MAX_DECIMAL_SIZE(fixed.wide[group][i].ndigits);
	bytes = malloc(most);
	insist(sv_encode(bytes, &fixed, cells, ncells) == size);
	insist(memcmp(bytes, data, size) == 0);
	free(bytes);
	free(cells);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* of its own length, so that a read beyond it is seen */
	uint8_t    *value = malloc(size);

	if (executed == 0)
		atexit(print_counts);
	memcpy(value, data, size);
	for (int format = 1; format <= SV_NUM_FORMATS; format++)
	{
		/* the rest of the first byte's values are unknown formats */
		if (size > 0)
			value[0] = format == SV_NUM_FORMATS && data[0] > SV_NUM_FORMATS ? data[0] : format;
		executed++;
		if (sv_check(value, size, format) == NULL)
		{
			accepted++;
			round_trip(value, size);
		}
	}
	free(value);
	return 0;
}
