/*-------------------------------------------------------------------------
 *
 * codec.c
 *	  The stored form of summaries: reading, checking and writing it.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * Bytes come from clients (binary COPY) and from disk, so nothing in them is
 * believed: each length is compared with the bytes that are left.  A reader
 * answers NULL, or a sentence that says what is wrong.
 *
 * Equal content has exactly one form.  So the readers refuse padded numbers,
 * zeros that are written out, and decimals that would have fitted 128 bits;
 * sv_check does so for a whole value.
 *
 *-------------------------------------------------------------------------
 */
#include "codec.h"

/* The server's dates, 4714-11-24 BC to 5874897-12-31, in days since 2000-01-01. */
#define FIRST_DATE (-2451545)
#define LAST_DATE 2145031948

/* Fields of one group that are not zero, as bits of its field word. */
#define COUNT_BIT(i)	(1u << (i))
#define SUM_BIT(i)		(1u << (SV_NUM_COUNTS + (i)))
#define WIDE_BIT(i)		(1u << (SV_NUM_COUNTS + SV_NUM_SUMS + (i)))
#define CELLS_BIT		(1u << (SV_NUM_COUNTS + 2 * SV_NUM_SUMS))
#define SUM_BITS(i)		(SUM_BIT(i) | WIDE_BIT(i))
#define ALL_SUM_BITS	(CELLS_BIT - SUM_BIT(0))

const SvShape sv_shapes[SV_NUM_FORMATS] = {
	[SV_SALES - 1] = {4, 1u << SV_WON | 1u << SV_LOST | 1u << SV_VOID, 0},
	[SV_MEETINGS - 1] = {8, 0, COUNT_BIT(4) | ALL_SUM_BITS},
	[SV_LEADS - 1] = {3, 1u << 1 | 1u << 2, COUNT_BIT(2) | COUNT_BIT(3) | COUNT_BIT(4) | ALL_SUM_BITS},
	[SV_CUSTOMERS - 1] = {2, 1u << 0, SUM_BITS(SV_USECS)},
	[SV_FUNNEL - 1] = {2 * SV_FUNNEL_STEPS, UINT64_MAX, ALL_SUM_BITS & ~SUM_BITS(SV_USECS)}
};

const int	sv_sum_decimals[SV_NUM_SUMS] = {8, 0, 16, 8, 0};

static const char truncated[] = "The value ends too early.";
static const char not_canonical[] = "A number is not written in its shortest form.";

/* Reads a number in groups of 7 bits, low bits first; the high bit of a byte says that another follows. */
static const char *
get_uint64(SvCellReader *in, uint64_t *value)
{
	uint64_t	result = 0;

	for (int shift = 0; shift < 64; shift += 7)
	{
		uint8_t		byte;

		if (in->next == in->end)
			return truncated;
		byte = *in->next++;
		if (shift == 63 && byte > 1)
			break;
		result |= (uint64_t) (byte & 0x7f) << shift;
		if (byte < 0x80)
		{
			if (byte == 0 && shift > 0)
				return not_canonical;
			*value = result;
			return NULL;
		}
	}
	return "A number is too large.";
}

/* Signed numbers are folded: 0, -1, 1, -2, ... are written as 0, 1, 2, 3, ... */
static const char *
get_int64(SvCellReader *in, int64_t *value)
{
	uint64_t	folded;
	const char *error = get_uint64(in, &folded);

	if (error == NULL)
		*value = (int64_t) ((folded >> 1) ^ (~(folded & 1) + 1));
	return error;
}

/*
 * A sum is its sign and number of bytes, then the bytes of its magnitude, low
 * byte first.  It is not zero, for the last byte is not.
 */
static const char *
get_sum(SvCellReader *in, sv_int128 *value)
{
	uint64_t	low = 0;
	uint64_t	high = 0;
	sv_uint128	magnitude;
	uint8_t		head;
	int			size;

	if (in->next == in->end)
		return truncated;
	head = *in->next++;
	size = head >> 1;
	if (size == 0 || size > 16)
		return "A sum has an impossible length.";
	if (size > in->end - in->next)
		return truncated;
	if (in->next[size - 1] == 0)
		return not_canonical;
	for (int i = size; i-- > 8;)
		high = high << 8 | in->next[i];
	for (int i = size < 8 ? size : 8; i-- > 0;)
		low = low << 8 | in->next[i];
	in->next += size;
	magnitude = (sv_uint128) high << 64 | low;
	if (magnitude >= (sv_uint128) SV_SUM_LIMIT)
		return "A sum is too large for its form.";
	*value = head & 1 ? -(sv_int128) magnitude : (sv_int128) magnitude;
	return NULL;
}

/* Passes over a sum. */
static const char *
skip_sum(SvCellReader *in)
{
	if (in->next == in->end || *in->next >> 1 >= in->end - in->next)
		return truncated;
	in->next += 1 + (*in->next >> 1);
	return NULL;
}

/*
 * Sets *units to a decimal's value in the units of a sum.  False if it is no
 * whole number of units below 10^36, that is, if it has to stay a decimal.
 */
bool
sv_decimal_to_units(const SvDecimal *decimal, SvSum sum, sv_int128 *units)
{
	uint16_t	digits[9];

	if (decimal->ndigits > 9)
		return false;
	for (int i = 0; i < decimal->ndigits; i++)
		digits[i] = (uint16_t) (decimal->digits[2 * i] | decimal->digits[2 * i + 1] << 8);
	return sv_units_from_digits(digits, decimal->ndigits, decimal->weight,
								decimal->negative, sv_sum_decimals[sum] / 4,
								units);
}

/* Reads a decimal and sees that it is one that needs to be a decimal. */
static const char *
get_decimal(SvCellReader *in, SvSum sum, SvDecimal *value)
{
	uint64_t	ndigits;
	int64_t		weight;
	sv_int128	units;
	const char *error;

	if ((error = get_uint64(in, &ndigits)) != NULL ||
		(error = get_int64(in, &weight)) != NULL)
		return error;
	value->negative = ndigits & 1;
	ndigits >>= 1;
	if (ndigits == 0)
		return not_canonical;
	if (ndigits > (size_t) (in->end - in->next) / 2)
		return truncated;
	if (weight < INT16_MIN || weight > INT16_MAX || ndigits > UINT16_MAX ||
		(int64_t) ndigits - weight - 1 > SV_MAX_FRACTION_DIGITS)
		return "A decimal is out of range.";
	if (sv_sum_decimals[sum] == 0 && (int64_t) ndigits > weight + 1)
		return "A time has a fraction of a microsecond.";
	value->ndigits = (int) ndigits;
	value->weight = (int) weight;
	value->digits = in->next;
	for (int i = 0; i < value->ndigits; i++)
	{
		uint16_t	digit = (uint16_t) (in->next[0] | in->next[1] << 8);

		if (digit > 9999)
			return "A decimal has a digit that is out of range.";
		if (digit == 0 && (i == 0 || i == value->ndigits - 1))
			return not_canonical;
		if (digit % 10 != 0 && i - value->weight == SV_MAX_FRACTION_DIGITS)
			return "A decimal is out of range.";
		in->next += 2;
	}
	return sv_decimal_to_units(value, sum, &units) ? not_canonical : NULL;
}

/* Reads the counts and the wanted sums of one group. */
static const char *
get_totals(SvCellReader *in, int group, unsigned wanted, SvFixed *fixed)
{
	SvTotals   *totals = &fixed->totals[group];
	unsigned	fields;
	const char *error;

	if (in->end - in->next < 2)
		return truncated;
	fields = in->next[0] | (unsigned) in->next[1] << 8;
	in->next += 2;
	if (fields == 0)
		return "A group without content is written out.";
	if (fields & sv_shapes[fixed->format - 1].unused)
		return "A field is unknown.";
	if (fields & CELLS_BIT)
		in->groups |= (uint64_t) 1 << group;

	for (int i = 0; i < SV_NUM_COUNTS; i++)
	{
		if (!(fields & COUNT_BIT(i)))
			continue;
		if ((error = get_int64(in, &totals->count[i])) != NULL)
			return error;
		if (totals->count[i] == 0)
			return not_canonical;
	}
	for (int i = 0; i < SV_NUM_SUMS; i++)
	{
		if (!(fields & SUM_BIT(i)))
			continue;
		if (!(wanted >> i & 1))
		{
			if ((error = skip_sum(in)) != NULL)
				return error;
			continue;
		}
		if ((error = get_sum(in, &totals->sum[i])) != NULL)
			return error;
	}
	for (int i = 0; i < SV_NUM_SUMS; i++)
	{
		if (!(fields & WIDE_BIT(i)))
			continue;
		if (fields & SUM_BIT(i))
			return "A sum is there twice.";
		if ((error = get_decimal(in, i, &fixed->wide[group][i])) != NULL)
			return error;
		fixed->wide_sums[group] |= (uint8_t) (1u << i);
	}
	return NULL;
}

/*
 * Reads everything but the cells, and sets a reader up for these.  Sums that
 * are not wanted (bits by SvSum) may be left 0.
 */
const char *
sv_decode(const uint8_t *bytes, size_t length, unsigned wanted,
		  SvFixed *fixed, SvCellReader *cells)
{
	uint64_t	groups;
	const char *error;

	memset(cells, 0, sizeof(*cells));
	if (length == 0)
		return truncated;
	if (bytes[0] < 1 || bytes[0] > SV_NUM_FORMATS)
		return "The format is unknown.";
	cells->next = bytes + 1;
	cells->end = bytes + length;
	cells->lengths = sv_shapes[bytes[0] - 1].lengths;
	fixed->format = bytes[0];
	fixed->ngroups = sv_shapes[bytes[0] - 1].ngroups;
	memset(fixed->totals, 0, fixed->ngroups * sizeof(SvTotals));
	memset(fixed->wide_sums, 0, fixed->ngroups);

	if ((error = get_uint64(cells, &groups)) != NULL)
		return error;
	if (fixed->ngroups < SV_MAX_GROUPS && groups >> fixed->ngroups != 0)
		return "A group is unknown.";
	for (int group = 0; group < fixed->ngroups; group++)
		if (groups >> group & 1 &&
			(error = get_totals(cells, group, wanted, fixed)) != NULL)
			return error;
	return NULL;
}

/*
 * Reads the next cell, in the order of group and day; *found tells whether
 * there was one.
 */
const char *
sv_next_cell(SvCellReader *reader, SvCell *cell, bool *found)
{
	const char *error;
	uint64_t	gap;

	*found = false;
	if (reader->remaining == 0)
	{
		if (reader->groups == 0)
			return NULL;
		for (reader->group = 0; !(reader->groups >> reader->group & 1);)
			reader->group++;
		reader->groups &= reader->groups - 1;
		if ((error = get_uint64(reader, &reader->remaining)) != NULL ||
			(error = get_int64(reader, &reader->day)) != NULL)
			return error;
		if (reader->remaining == 0)
			return "A histogram without cells is written out.";
	}
	else
	{
		if ((error = get_uint64(reader, &gap)) != NULL)
			return error;
		if (gap > UINT32_MAX)
			return "A day is out of range.";
		reader->day += (int64_t) gap + 1;
	}
	if (reader->lengths >> reader->group & 1 ?
		reader->day < 0 || reader->day > INT32_MAX :
		reader->day < FIRST_DATE || reader->day > LAST_DATE)
		return "A day is out of range.";
	if ((error = get_int64(reader, &cell->count)) != NULL)
		return error;
	if (cell->count == 0)
		return "A cell without rows is written out.";
	cell->group = reader->group;
	cell->day = (int32_t) reader->day;
	reader->remaining--;
	*found = true;
	return NULL;
}

/*
 * Says what is wrong with a value of a format, or NULL: the one validator.
 */
const char *
sv_check(const uint8_t *bytes, size_t length, SvFormat format)
{
	SvFixed		fixed;
	SvCellReader reader;
	SvCell		cell;
	bool		found;
	const char *error = sv_decode(bytes, length, SV_ALL_SUMS, &fixed, &reader);

	if (error != NULL)
		return error;
	if (fixed.format != format)
		return "The value is of another type.";
	do
	{
		if ((error = sv_next_cell(&reader, &cell, &found)) != NULL)
			return error;
	} while (found);
	if (reader.next != reader.end)
		return "There are bytes after the end of the value.";
	return NULL;
}

/* The writers put a value at "out" as its reader takes it, and return where it ends. */
static uint8_t *
put_unsigned(uint8_t *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*out++ = (uint8_t) (value | 0x80);
	*out++ = (uint8_t) value;
	return out;
}

static uint8_t *
put_signed(uint8_t *out, int64_t value)
{
	return put_unsigned(out, (uint64_t) value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static uint8_t *
put_sum(uint8_t *out, sv_int128 value)
{
	sv_uint128	magnitude = value < 0 ? -(sv_uint128) value : (sv_uint128) value;
	uint64_t	low = (uint64_t) magnitude;
	uint64_t	high = (uint64_t) (magnitude >> 64);
	uint8_t    *head = out++;

	for (int i = 0; i < 8 && (low != 0 || high != 0); i++, low >>= 8)
		*out++ = (uint8_t) low;
	for (; high != 0; high >>= 8)
		*out++ = (uint8_t) high;
	*head = (uint8_t) ((out - head - 1) << 1 | (value < 0));
	return out;
}

static uint8_t *
put_decimal(uint8_t *out, const SvDecimal *value)
{
	out = put_unsigned(out, (uint64_t) value->ndigits << 1 | value->negative);
	out = put_signed(out, value->weight);
	memcpy(out, value->digits, 2 * (size_t) value->ndigits);
	return out + 2 * (size_t) value->ndigits;
}

/* Is any count or sum of a group not zero? */
static bool
has_totals(const SvFixed *fixed, int group)
{
	const SvTotals *totals = &fixed->totals[group];

	for (int i = 0; i < SV_NUM_COUNTS; i++)
		if (totals->count[i] != 0)
			return true;
	for (int i = 0; i < SV_NUM_SUMS; i++)
		if (totals->sum[i] != 0)
			return true;
	return fixed->wide_sums[group] != 0;
}

/* Writes what is not zero of one group's counts and sums, and which fields these are. */
static uint8_t *
put_totals(uint8_t *out, const SvFixed *fixed, int group, bool has_cells)
{
	const SvTotals *totals = &fixed->totals[group];
	uint8_t    *start = out;
	unsigned	fields = has_cells ? CELLS_BIT : 0;

	out += 2;
	for (int i = 0; i < SV_NUM_COUNTS; i++)
	{
		if (totals->count[i] == 0)
			continue;
		fields |= COUNT_BIT(i);
		out = put_signed(out, totals->count[i]);
	}
	for (int i = 0; i < SV_NUM_SUMS; i++)
	{
		if (totals->sum[i] == 0 || sv_is_wide(fixed, group, i))
			continue;
		fields |= SUM_BIT(i);
		out = put_sum(out, totals->sum[i]);
	}
	for (int i = 0; i < SV_NUM_SUMS; i++)
	{
		if (!sv_is_wide(fixed, group, i))
			continue;
		fields |= WIDE_BIT(i);
		out = put_decimal(out, &fixed->wide[group][i]);
	}
	start[0] = (uint8_t) fields;
	start[1] = (uint8_t) (fields >> 8);
	return out;
}

/* Writes the cells of one group, ncells > 0 of them. */
static uint8_t *
put_cells(uint8_t *out, const SvCell *cells, size_t ncells)
{
	out = put_unsigned(out, ncells);
	for (size_t i = 0; i < ncells; i++)
	{
		if (i == 0)
			out = put_signed(out, cells[i].day);
		else
			out = put_unsigned(out, (uint64_t) ((int64_t) cells[i].day - cells[i - 1].day - 1));
		out = put_signed(out, cells[i].count);
	}
	return out;
}

/*
 * Writes a summary and returns its length.  The cells come in the order of
 * group and day, no two of them alike and none with count zero.  The sums
 * that are not in wide[] are below 10^36 units.
 */
size_t
sv_encode(uint8_t *bytes, const SvFixed *fixed, const SvCell *cells, size_t ncells)
{
	uint64_t	groups = 0;
	size_t		first[SV_MAX_GROUPS + 1];
	uint8_t    *out = bytes;

	memset(first, 0, (fixed->ngroups + 1) * sizeof(first[0]));
	for (size_t i = 0; i < ncells; i++)
		first[cells[i].group + 1] = i + 1;
	for (int group = 0; group < fixed->ngroups; group++)
	{
		if (first[group + 1] < first[group])
			first[group + 1] = first[group];
		if (first[group + 1] > first[group] || has_totals(fixed, group))
			groups |= (uint64_t) 1 << group;
	}

	*out++ = (uint8_t) fixed->format;
	out = put_unsigned(out, groups);
	for (int group = 0; group < fixed->ngroups; group++)
		if (groups >> group & 1)
			out = put_totals(out, fixed, group, first[group + 1] > first[group]);
	for (int group = 0; group < fixed->ngroups; group++)
		if (first[group + 1] > first[group])
			out = put_cells(out, cells + first[group], first[group + 1] - first[group]);
	return (size_t) (out - bytes);
}
