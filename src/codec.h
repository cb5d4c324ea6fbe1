/*-------------------------------------------------------------------------
 *
 * codec.h
 *	  The stored form of summaries, byte by byte.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * This file and codec.c know nothing of PostgreSQL, so that they can be
 * tested and fuzzed alone.  docs/internals.md specifies the same format in
 * words.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_CODEC_H
#define SV_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An integer of 128 bits, which 32-bit machines have by another name */
#if defined(__SIZEOF_INT128__)
#define SV_INT128 __int128
#elif defined(__BITINT_MAXWIDTH__) && __BITINT_MAXWIDTH__ >= 128
#define SV_INT128 _BitInt(128)
#else
#error "salesvelocity needs 128-bit integers: on a 32-bit machine those of gcc 14"
#endif

/* Datums promise the alignment of a pointer, not the 16 bytes that the compiler assumes. */
typedef SV_INT128 sv_int128 __attribute__((aligned(__SIZEOF_POINTER__)));
typedef unsigned SV_INT128 sv_uint128 __attribute__((aligned(__SIZEOF_POINTER__)));

/*
 * A summary describes a set of rows that fall into a few groups: for a
 * sales_summary these are the outcomes.  The first byte of the stored form
 * names the format, which stands for a type and its version.
 */
typedef enum SvFormat
{
	SV_SALES = 1,
	SV_MEETINGS = 2,
	SV_LEADS = 3,
	SV_CUSTOMERS = 4,
	SV_FUNNEL = 5
} SvFormat;

#define SV_NUM_FORMATS 5
#define SV_MAX_GROUPS 64

typedef struct SvShape
{
	int			ngroups;
	uint64_t	lengths;		/* bit of each group whose cells are lengths
								 * of time, others being dates */
	unsigned	unused;			/* the fields that no group has */
} SvShape;

/* By format - 1. */
extern const SvShape sv_shapes[SV_NUM_FORMATS];

/* The groups of a sales_summary */
typedef enum SvOutcome
{
	SV_WON, SV_LOST, SV_VOID, SV_OPEN
} SvOutcome;

/* A funnel_summary has two groups per step: the entities, then their stays. */
#define SV_FUNNEL_STEPS (SV_MAX_GROUPS / 2)

/* What is counted of the rows of one group ... */
typedef enum SvCount
{
	SV_ROWS,
	SV_MISSING_AMOUNT,			/* amount NULL, NaN or infinite */
	SV_MISSING_CYCLE,			/* a date NULL or infinite */
	SV_NEGATIVE_CYCLE,			/* closed before opened */
	SV_PLAIN					/* known by their sums only: no squares, no
								 * cells */
} SvCount;

#define SV_NUM_COUNTS 5

/* ... and what is summed. */
typedef enum SvSum
{
	SV_AMOUNT,
	SV_USECS,					/* time from opened to closed */
	SV_AMOUNT_SQUARED,
	SV_AMOUNT_USECS,
	SV_USECS_SQUARED
} SvSum;

#define SV_NUM_SUMS 5
#define SV_ALL_SUMS ((1u << SV_NUM_SUMS) - 1)

/*
 * A sum is a 128-bit count of units of 10^-decimals, as long as it is below
 * 10^36 units; that bound is decimal to be the same for both signs, and for
 * nine base-10000 digits.  Whatever does not fit is stored as a decimal.
 */
extern const int sv_sum_decimals[SV_NUM_SUMS];

#define SV_SUM_LIMIT ((sv_int128) 1000000000000000000 * 1000000000000000000)

typedef struct SvTotals
{
	int64_t		count[SV_NUM_COUNTS];
	sv_int128	sum[SV_NUM_SUMS];
} SvTotals;

/* The server's numeric has at most 16383 decimals: the last of these digits ends in a zero. */
#define SV_MAX_FRACTION_DIGITS 4096

/*
 * A decimal of any size: base-10000 digits, the first one worth
 * 10000^weight; neither the first nor the last is zero.
 */
typedef struct SvDecimal
{
	bool		negative;
	int			weight;
	int			ndigits;
	const uint8_t *digits;		/* two bytes each, low byte first */
} SvDecimal;

/* A summary without its cells. */
typedef struct SvFixed
{
	SvFormat	format;
	int			ngroups;
	SvTotals	totals[SV_MAX_GROUPS];
	uint8_t		wide_sums[SV_MAX_GROUPS];	/* bit of each sum that is in
											 * wide[] instead */
	SvDecimal	wide[SV_MAX_GROUPS][SV_NUM_SUMS];
} SvFixed;

/*
 * One bar of a histogram.  The day is a length of time in whole days or a
 * date (days since 2000-01-01), as the group has it.
 */
typedef struct SvCell
{
	int			group;
	int32_t		day;
	int64_t		count;
} SvCell;

/* Where the next cell is read. */
typedef struct SvCellReader
{
	const uint8_t *next;
	const uint8_t *end;
	uint64_t	groups;			/* bit of each group that is still to come */
	uint64_t	lengths;		/* as in SvShape */
	int			group;
	uint64_t	remaining;		/* cells of this group still to come */
	int64_t		day;			/* of the last cell */
} SvCellReader;

static inline bool
sv_is_wide(const SvFixed *fixed, int group, SvSum sum)
{
	return fixed->wide_sums[group] >> sum & 1;
}

/* Bytes that sv_encode needs at most for one decimal, and for all the rest. */
#define SV_MAX_DECIMAL_SIZE(ndigits)	(2 * (size_t) (ndigits) + 16)
#define SV_MAX_FIXED_SIZE(ngroups) \
	(11 + (size_t) (ngroups) * (2 + SV_NUM_COUNTS * 10 + SV_NUM_SUMS * 17 + 10))
#define SV_MAX_CELL_SIZE 20

extern const char *sv_decode(const uint8_t *bytes, size_t length,
							 unsigned wanted, SvFixed *fixed,
							 SvCellReader *cells);
extern const char *sv_next_cell(SvCellReader *reader, SvCell *cell, bool *found);
extern const char *sv_check(const uint8_t *bytes, size_t length, SvFormat format);
extern bool sv_decimal_to_units(const SvDecimal *decimal, SvSum sum,
								sv_int128 *units);
extern size_t sv_encode(uint8_t *bytes, const SvFixed *fixed,
						const SvCell *cells, size_t ncells);

/*
 * Sets *units to the value of base-10000 digits (native byte order, any
 * alignment, no trailing zero digit) in units of 10000^-scale.  False if it
 * is no whole number of units below 10^36.
 */
static inline bool
sv_units_from_digits(const void *digits, int ndigits, int weight,
					 bool negative, int scale, sv_int128 *units)
{
	const unsigned char *next = digits;
	int			length = weight + 1 + scale;
	uint64_t	high = 0;
	sv_uint128	value;

	if (ndigits == 0)
	{
		*units = 0;
		return true;
	}
	if (ndigits > length || length > 9)
		return false;
	for (int i = 0; i < length; i++)
	{
		uint16_t	digit = 0;

		if (i == 4)
			break;
		if (i < ndigits)
			memcpy(&digit, next + 2 * i, sizeof(digit));
		high = high * 10000 + digit;
	}
	value = high;
	for (int i = 4; i < length; i++)
	{
		uint16_t	digit = 0;

		if (i < ndigits)
			memcpy(&digit, next + 2 * i, sizeof(digit));
		value = value * 10000 + digit;
	}
	*units = negative ? -(sv_int128) value : (sv_int128) value;
	return true;
}

#endif							/* SV_CODEC_H */
