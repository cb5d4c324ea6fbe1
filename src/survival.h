/*-------------------------------------------------------------------------
 *
 * survival.h
 *	  Curves of what becomes of things with age, while some go on.
 *
 * Copyright (c) 2026, the salesvelocity developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef SV_SURVIVAL_H
#define SV_SURVIVAL_H

/* The ways to end, and the one not to have ended yet. */
#define SV_NUM_ENDS		3
#define SV_CENSORED		SV_NUM_ENDS

/* An age at which some ended or are censored. */
typedef struct SvCurveStep
{
	int64		age;
	int64		count[SV_NUM_ENDS + 1]; /* that ended each way, censored ones */
	int64		at_risk;		/* of this age or more */
	float8		survival;		/* share that goes on after it */
	float8		incidence[SV_NUM_ENDS]; /* share that has ended each way */
} SvCurveStep;

/* All zero is one without steps. */
typedef struct SvCurve
{
	SvCurveStep *steps;			/* ascending, once the curve is finished */
	int			nsteps;
	int			size;
	int64		total;
	bool		is_delta;		/* a negative count was added */
} SvCurve;

/*
 * The covariance matrix of two estimates, the share that ended in some way
 * and the share that ended in another.  It starts with zeros.
 */
typedef struct SvVariance
{
	float8		ours;
	float8		theirs;
	float8		both;			/* the covariance */
} SvVariance;

/* How the bounds of an estimate are computed. */
typedef enum SvTransform
{
	SV_LOG, SV_LOG_LOG, SV_PLAIN_BOUNDS
} SvTransform;

static inline int64
sv_num_ended(const SvCurveStep *step)
{
	return step->count[0] + step->count[1] + step->count[2];
}

extern void sv_add_to_curve(SvCurve *curve, int64 age, int what, int64 count);
extern void sv_finish_curve(SvCurve *curve);
extern const SvCurveStep *sv_curve_at(const SvCurve *curve, int64 age);
extern float8 sv_geometric_sum(float8 loss, float8 n);
extern bool sv_restricted_mean(const SvCurve *curve, int64 horizon, float8 loss,
							   float8 *mean);
extern void sv_advance_variance(SvVariance *variance, float8 survival,
								int64 at_risk, int64 ours, int64 theirs);
extern bool sv_bounds(float8 estimate, float8 std_error, float8 z,
					  SvTransform transform, float8 *lower, float8 *upper);

#endif							/* SV_SURVIVAL_H */
