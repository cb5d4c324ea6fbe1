/*-------------------------------------------------------------------------
 *
 * test/fuzz/generate.c
 *	  Summaries out of a fuzzer's bytes.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A second writer of the stored form, after docs/internals.md.  Most of what
 * it writes is canonical; some of it breaks a rule by a little.
 *
 *-------------------------------------------------------------------------
 */
#include "generate.h"

/* Most groups, cells and digits of a generated value. */
#define MAX_GROUPS 4
#define MAX_CELLS 24
#define MAX_DIGITS 40

/* The fields of a group, by their bits. */
#define FIRST_SUM 5
#define FIRST_WIDE 10
#define CELLS 15

/* A number below a bound that is at most 256. */
unsigned
choose(Choices *in, unsigned below)
{
	return in->next == in->end ? 0 : *in->next++ % below;
}

/* A number of so many bytes. */
uint64_t
choose_bits(Choices *in, int nbytes)
{
	uint64_t	bits = 0;

	while (nbytes-- > 0)
		bits = bits << 8 | choose(in, 256);
	return bits;
}

static uint8_t *
put_number(uint8_t *out, uint64_t value)
{
	while (value > 127)
	{
		*out++ = 128 | (value & 127);
		value >>= 7;
	}
	*out++ = (uint8_t) value;
	return out;
}

static uint8_t *
put_folded(uint8_t *out, int64_t value)
{
	return put_number(out, value < 0 ? 2 * (uint64_t) -(value + 1) + 1 : 2 * (uint64_t) value);
}

/* A count that is not zero: mostly a small one, sometimes at an edge of its range. */
static uint8_t *
put_count(Choices *in, uint8_t *out)
{
	static const int64_t edges[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1, -INT64_MAX, INT64_C(1) << 53,
	(INT64_C(1) << 53) + 1, INT32_MAX, -1};
	unsigned	kind = choose(in, 16);
	int64_t		count = 1 + (int64_t) choose(in, 200);

	if (kind == 0)
		count = edges[count % 8];
	else if (kind == 1)
		count = (int64_t) choose_bits(in, 8);
	else if (kind < 4)
		count = -count;
	else if (kind < 6)
		count = 1 + (int64_t) choose_bits(in, 3);
	return put_folded(out, count == 0 ? 1 : count);
}

/* A sum that is not zero and, mostly, below 10^36: that has 15 bytes, of which the highest is 192. */
static uint8_t *
put_sum(Choices *in, uint8_t *out)
{
	unsigned	kind = choose(in, 64);
	int			size = kind < 48 ? 1 + (int) kind % 8 : kind < 63 ? (int) kind % 15 + 1 : 16;

	*out++ = (uint8_t) (size << 1 | (choose(in, 8) == 0));
	for (int i = 0; i < size - 1; i++)
		*out++ = (uint8_t) choose(in, 256);
	*out++ = (uint8_t) (1 + choose(in, size < 15 ? 255 : 191));
	return out;
}

/* A decimal that does not fit: too large, or with a fraction, which a time has not. */
static uint8_t *
put_decimal(Choices *in, uint8_t *out, int decimals)
{
	unsigned	kind = choose(in, 32);
	unsigned	negative = choose(in, 4) == 0;
	int			ndigits = 1 + (int) choose(in, MAX_DIGITS);
	int			weight;

	if (decimals == 0 || kind < 12)
		weight = 9 + (int) choose(in, 64);
	else if (kind < 30)
		weight = -5 - (int) choose(in, 32);
	else
		weight = kind == 30 ? INT16_MAX : ndigits - 1 - 4096;
	if (decimals == 0 && ndigits > weight + 1)
		ndigits = weight + 1;

	out = put_number(out, 2 * (uint64_t) ndigits + negative);
	out = put_folded(out, weight);
	for (int i = 0; i < ndigits; i++)
	{
		unsigned	digit = (unsigned) (choose_bits(in, 2) % 10000);

		if (i == 0 || i == ndigits - 1)
			digit = (digit / 10 + 1) * 10 % 10000;
		if (digit == 0 && (i == 0 || i == ndigits - 1))
			digit = 10;
		*out++ = (uint8_t) digit;
		*out++ = (uint8_t) (digit >> 8);
	}
	return out;
}

/* A histogram, with gaps of all sizes. */
static uint8_t *
put_cells(Choices *in, uint8_t *out, bool lengths)
{
	unsigned	ncells = 1 + choose(in, choose(in, 4) == 0 ? MAX_CELLS : 5);
	int64_t		first = (int64_t) choose_bits(in, 2) % 2000;

	if (!lengths)
		first += 8000;
	if (choose(in, 16) == 0)
		first = lengths ? INT32_MAX - (int64_t) choose(in, 32) : choose(in, 2) == 0 ? -2451545 : 2145031948 - (int64_t) choose(in, 32);
	out = put_number(out, ncells);
	out = put_folded(out, first);
	out = put_count(in, out);
	for (unsigned i = 1; i < ncells; i++)
	{
		unsigned	kind = choose(in, 32);

		out = put_number(out, kind == 0 ? choose_bits(in, 4) : kind < 4 ? choose(in, 256) : kind % 3);
		out = put_count(in, out);
	}
	return out;
}

/* Which fields a group has: mostly a few, no sum twice. */
static unsigned
choose_fields(Choices *in, SvFormat format)
{
	unsigned	fields = (unsigned) choose_bits(in, 2);

	if (choose(in, 8) != 0)
		fields &= ~(31u << FIRST_WIDE);
	fields &= ~((fields >> FIRST_WIDE & 31) << FIRST_SUM);
	fields &= ~sv_shapes[format - 1].unused;
	return fields == 0 ? 1 : fields;
}

/* Changes a value into one that may be wrong; returns its length. */
static size_t
damage(Choices *in, uint8_t *value, size_t length)
{
	size_t		at = (size_t) choose_bits(in, 2) % length;

	switch (choose(in, 4))
	{
		case 0:
			return at;
		case 1:
			value[length] = (uint8_t) choose(in, 256);
			return length + 1;
		default:
			value[at] = (uint8_t) choose(in, 256);
			return length;
	}
}

/*
 * Writes a value of a format, and returns its length.
 */
size_t
generate(Choices *in, SvFormat format, uint8_t *value)
{
	const SvShape *shape = &sv_shapes[format - 1];
	bool		damaged = choose(in, 16) == 1;
	uint64_t	groups = 0;
	uint64_t	with_cells = 0;
	uint8_t    *out = value;

	for (unsigned n = choose(in, MAX_GROUPS + 1); n > 0; n--)
		groups |= UINT64_C(1) << choose(in, (unsigned) shape->ngroups);
	*out++ = (uint8_t) format;
	out = put_number(out, groups);
	for (int group = 0; group < shape->ngroups; group++)
	{
		unsigned	fields;

		if (!(groups >> group & 1))
			continue;
		fields = choose_fields(in, format);
		*out++ = (uint8_t) fields;
		*out++ = (uint8_t) (fields >> 8);
		for (int i = 0; i < FIRST_SUM; i++)
			if (fields >> i & 1)
				out = put_count(in, out);
		for (int i = FIRST_SUM; i < FIRST_WIDE; i++)
			if (fields >> i & 1)
				out = put_sum(in, out);
		for (int i = FIRST_WIDE; i < CELLS; i++)
			if (fields >> i & 1)
				out = put_decimal(in, out, sv_sum_decimals[i - FIRST_WIDE]);
		if (fields >> CELLS & 1)
			with_cells |= UINT64_C(1) << group;
	}
	for (int group = 0; group < shape->ngroups; group++)
		if (with_cells >> group & 1)
			out = put_cells(in, out, shape->lengths >> group & 1);
	return damaged ? damage(in, value, (size_t) (out - value)) : (size_t) (out - value);
}
