-- src/lead_velocity_rate.sql: how fast the number of qualified leads grows from month to month

-- type: lead_summary

-- Aggregates.  The state is a lead_summary, changed in place.  Transition
-- functions are not strict: a lead counts that is not qualified.

CREATE FUNCTION lead_summary_accum(state lead_summary, qualified date)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_summary_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_summary_accum(lead_summary, date) IS
    'adds one row to the state of lead_summary()';

CREATE FUNCTION lead_summary_accum_inv(state lead_summary, qualified date)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_summary_accum_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_summary_accum_inv(lead_summary, date) IS
    'takes one row away from the state of lead_summary()';

CREATE AGGREGATE lead_summary(qualified date) (
    SFUNC = lead_summary_accum,
    STYPE = lead_summary,
    SSPACE = 1024,
    FINALFUNC = lead_summary_final,
    COMBINEFUNC = lead_summary_combine,
    MSFUNC = lead_summary_accum,
    MINVFUNC = lead_summary_accum_inv,
    MSTYPE = lead_summary,
    MSSPACE = 1024,
    MFINALFUNC = lead_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE lead_summary(date) IS
    'summary of leads, one row each, by the month in which they were qualified (NULL is not qualified)';

CREATE FUNCTION lead_velocity_rate_final(state lead_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'lead_velocity_rate_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_final(lead_summary) IS
    'result of lead_velocity_rate()';

CREATE FUNCTION lead_velocity_rate_accum(state lead_summary, qualified date, as_of date)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_velocity_rate_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_accum(lead_summary, date, date) IS
    'adds one row to the state of lead_velocity_rate()';

CREATE FUNCTION lead_velocity_rate_accum_inv(state lead_summary, qualified date, as_of date)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_velocity_rate_accum_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_accum_inv(lead_summary, date, date) IS
    'takes one row away from the state of lead_velocity_rate()';

CREATE AGGREGATE lead_velocity_rate(qualified date, as_of date) (
    SFUNC = lead_velocity_rate_accum,
    STYPE = lead_summary,
    SSPACE = 1024,
    FINALFUNC = lead_velocity_rate_final,
    COMBINEFUNC = lead_summary_combine,
    MSFUNC = lead_velocity_rate_accum,
    MINVFUNC = lead_velocity_rate_accum_inv,
    MSTYPE = lead_summary,
    MSSPACE = 1024,
    MFINALFUNC = lead_velocity_rate_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE lead_velocity_rate(date, date) IS
    'growth of the number of qualified leads in the last complete month before a day, against the month before; NULL if that had none';

CREATE FUNCTION lead_velocity_rate_accum(state lead_summary, qualified date, as_of date, periods int)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_velocity_rate_accum_periods'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_accum(lead_summary, date, date, int) IS
    'adds one row to the state of lead_velocity_rate()';

CREATE FUNCTION lead_velocity_rate_accum_inv(state lead_summary, qualified date, as_of date, periods int)
RETURNS lead_summary
AS 'MODULE_PATHNAME', 'lead_velocity_rate_accum_periods_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_accum_inv(lead_summary, date, date, int) IS
    'takes one row away from the state of lead_velocity_rate()';

CREATE AGGREGATE lead_velocity_rate(qualified date, as_of date, periods int) (
    SFUNC = lead_velocity_rate_accum,
    STYPE = lead_summary,
    SSPACE = 1024,
    FINALFUNC = lead_velocity_rate_final,
    COMBINEFUNC = lead_summary_combine,
    MSFUNC = lead_velocity_rate_accum,
    MINVFUNC = lead_velocity_rate_accum_inv,
    MSTYPE = lead_summary,
    MSSPACE = 1024,
    MFINALFUNC = lead_velocity_rate_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE lead_velocity_rate(date, date, int) IS
    'growth per month of the number of qualified leads, up to the last complete month before a day, over a number of months; NULL if there were none at first';

-- The formula, and the same of the months of a window.  A window function is never STRICT.

CREATE FUNCTION lead_velocity_rate(current bigint, previous bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'lead_velocity_rate_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate(bigint, bigint) IS
    'lead velocity rate: (current - previous) / previous; NULL if there were none';

CREATE FUNCTION lead_velocity_rate(month date, leads bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'lead_velocity_rate_window'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate(date, bigint) IS
    'lead velocity rate of each row, a month being any day of it; a month without a row has no leads';

-- What is read from a summary

CREATE FUNCTION num_leads(summary lead_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_leads'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_leads(lead_summary) IS
    'number of leads, qualified or not';

CREATE FUNCTION num_unqualified(summary lead_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_unqualified'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_unqualified(lead_summary) IS
    'number of leads without a day on which they were qualified';

CREATE FUNCTION lead_velocity_rate(summary lead_summary, as_of date, periods int DEFAULT 1, lag int DEFAULT 1)
RETURNS double precision
AS 'MODULE_PATHNAME', 'lead_velocity_rate_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate(lead_summary, date, int, int) IS
    'growth of the number of qualified leads per period of lag months, over a number of periods up to the last complete month before a day; NULL if there were none at first';

CREATE FUNCTION lead_velocity_rate_per_day(summary lead_summary, as_of date, holidays date[] DEFAULT '{}', weekend int[] DEFAULT '{6,7}', periods int DEFAULT 1, lag int DEFAULT 1)
RETURNS double precision
AS 'MODULE_PATHNAME', 'lead_velocity_rate_per_day'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_rate_per_day(lead_summary, date, date[], int[], int, int) IS
    'lead velocity rate of the numbers of leads per working day';

CREATE FUNCTION lead_increase(summary lead_summary, as_of date, lag int DEFAULT 1)
RETURNS bigint
AS 'MODULE_PATHNAME', 'lead_increase'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_increase(lead_summary, date, int) IS
    'qualified leads of the last complete month before a day, minus those of lag months earlier';

CREATE FUNCTION lead_velocity_series(summary lead_summary, as_of date)
RETURNS TABLE (month date, leads bigint, rate double precision)
AS 'MODULE_PATHNAME', 'lead_velocity_series'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION lead_velocity_series(lead_summary, date) IS
    'leads and lead velocity rate of each month, from the first one with leads to the last complete one before a day';

-- How sure the rate is

CREATE FUNCTION lead_velocity_interval(current bigint, previous bigint, confidence double precision DEFAULT 0.95, OUT lower double precision, OUT upper double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'lead_velocity_interval_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_interval(bigint, bigint, double precision) IS
    'exact confidence interval of the lead velocity rate of two counts of Poisson distribution';

CREATE FUNCTION lead_velocity_interval(summary lead_summary, as_of date, confidence double precision DEFAULT 0.95, periods int DEFAULT 1, lag int DEFAULT 1, OUT lower double precision, OUT upper double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'lead_velocity_interval_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lead_velocity_interval(lead_summary, date, double precision, int, int) IS
    'exact confidence interval of lead_velocity_rate(), the leads of a month being of Poisson distribution';
