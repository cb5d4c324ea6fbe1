/*-------------------------------------------------------------------------
 *
 * summary.h
 *	  The summary that is being filled: an aggregate's state.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 * A summary datum has one of two forms.  The stored form (codec.h) is
 * small and canonical.  The working form is the struct below: aggregates keep
 * it as their state and change it in place.  Both are flat varlenas of the
 * same SQL type, told apart by the first byte after the length, so a state
 * travels between processes as it is, and whatever reads a summary reads
 * both.  Final functions and operators return the stored form.
 *
 * A function that changes a summary returns where it is afterwards: the
 * summary moves when it has to grow, into the current memory context, from
 * which the executor copies a new state and then frees the old one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_SUMMARY_H
#define SV_SUMMARY_H

#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "day_histogram.h"
#include "exact_sum.h"

/* The first byte is that of the stored form, with this bit. */
#define SV_WORKING 0x80

typedef struct SvSummary
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint8		format;			/* SvFormat and SV_WORKING */
	uint8		ngroups;
	uint16		nwide;			/* entries in the wide area */
	uint32		nslots;
	uint32		taken;			/* slots that are not free */
	SvTotals	totals[FLEXIBLE_ARRAY_MEMBER];
	/* then the slots, then the wide area: see summary.c */
} SvSummary;

#define SV_SLOTS(summary) ((SvSlot *) &(summary)->totals[(summary)->ngroups])

extern SvFormat sv_format_of(const struct varlena *summary);
extern SvSummary *sv_new_summary(SvFormat format);
extern SvSummary *sv_merge(SvSummary *summary, struct varlena *other, int sign);
extern SvSummary *sv_add_cell(SvSummary *summary, const SvCell *cell, int sign);
extern SvSummary *sv_add_number(SvSummary *summary, int group, SvSum sum,
								const SvNumber *number, int sign);
extern SvSummary *sv_add_numeric(SvSummary *summary, int group, SvSum sum,
								 Numeric value);
extern SvSummary *sv_add_wide_product(SvSummary *summary, int group, SvSum sum,
									  const SvNumber *a, const SvNumber *b,
									  int sign);

extern struct varlena *sv_pack(struct varlena *summary);
extern void sv_read_sums(const struct varlena *summary, SvFormat format,
						 unsigned wanted, SvFixed *fixed);
extern void sv_read(const struct varlena *summary, SvFormat format,
					SvFixed *fixed, SvCellReader *cells);
extern bool sv_read_cell(SvCellReader *reader, SvCell *cell);
extern Numeric sv_total(const SvFixed *fixed, int group, SvSum sum);
extern int64 sv_count_of(const SvFixed *fixed, uint64 groups, SvCount count);

pg_noreturn extern void sv_count_out_of_range(void);

extern SvSummary *sv_summary_from_json(SvFormat format, char *json, Node *escontext);
extern char *sv_summary_to_json(struct varlena *summary);

#define SV_GETARG_SUMMARY(n)	((struct varlena *) PG_GETARG_VARLENA_PP(n))

/* A set of groups. */
#define SV_SET(group)		(UINT64CONST(1) << (group))

/* Of a detoasted summary, as the next one.  No summary is empty. */
static inline uint8
sv_first_byte(const struct varlena *summary)
{
	return VARSIZE_ANY_EXHDR(summary) == 0 ? 0 : *(const uint8 *) VARDATA_ANY(summary);
}

static inline bool
sv_is_working(const struct varlena *summary)
{
	return sv_first_byte(summary) & SV_WORKING;
}

/* Adds n, or takes it away; error if the count does not fit. */
static inline void
sv_add_count(int64 *count, int64 n, int sign)
{
	if (unlikely(sign > 0 ? pg_add_s64_overflow(*count, n, count) :
				 pg_sub_s64_overflow(*count, n, count)))
		sv_count_out_of_range();
}

/*
 * Argument 0 as a summary to change: the state itself inside an aggregate, a
 * copy elsewhere, an empty one for NULL.
 */
static inline SvSummary *
sv_writable_summary(FunctionCallInfo fcinfo, SvFormat format, bool in_aggregate)
{
	struct varlena *state;

	if (PG_ARGISNULL(0))
		return sv_new_summary(format);
	state = (struct varlena *) PG_GETARG_POINTER(0);
	if (likely(in_aggregate && VARATT_IS_4B_U(state) &&
			   ((SvSummary *) state)->format == (format | SV_WORKING)))
		return (SvSummary *) state;
	return sv_merge(sv_new_summary(format), SV_GETARG_SUMMARY(0), 1);
}

/*
 * A changed summary as a result: inside an aggregate the working form, whose
 * growth the executor sees by the changed address.
 */
static inline Datum
sv_summary_result(SvSummary *summary, bool in_aggregate)
{
	if (in_aggregate)
		return PointerGetDatum(summary);
	return PointerGetDatum(sv_pack((struct varlena *) summary));
}

/* Adds a number to a sum, or takes it away. */
static inline SvSummary *
sv_add(SvSummary *summary, int group, SvSum sum, const SvNumber *number, int sign)
{
	sv_int128  *total = &summary->totals[group].sum[sum];
	sv_int128	result;

	if (likely(number->wide == NULL &&
			   !(sign > 0 ? __builtin_add_overflow(*total, number->units, &result) :
				 __builtin_sub_overflow(*total, number->units, &result))))
	{
		*total = result;
		return summary;
	}
	return sv_add_number(summary, group, sum, number, sign);
}

/*
 * Adds a product of two numbers to one of the sums of products.  An amount's
 * units are 10^-8 and a time's are 1, and so the product's units are those of
 * the sum.
 */
static inline SvSummary *
sv_add_product(SvSummary *summary, int group, SvSum sum,
			   const SvNumber *a, const SvNumber *b, int sign)
{
	if (likely(a->wide == NULL && b->wide == NULL &&
			   sv_fits_int64(a->units) && sv_fits_int64(b->units)))
	{
		SvNumber	product = {(sv_int128) (int64) a->units * (int64) b->units, NULL};

		return sv_add(summary, group, sum, &product, sign);
	}
	return sv_add_wide_product(summary, group, sum, a, b, sign);
}

/* Defines a SQL-callable function by what it returns. */
#define SV_FUNCTION(name, body) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return body; \
	} \
	extern int	no_such_variable

#endif							/* SV_SUMMARY_H */
