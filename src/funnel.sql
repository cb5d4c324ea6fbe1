-- src/funnel.sql: how many get from step to step, and how long it takes

-- type: funnel_summary

-- The path of an entity.  The state is an array, changed in place.  Transition
-- functions are not strict: an event without a time counts as such.

CREATE FUNCTION funnel_path_accum(state bigint[], step integer, at timestamp with time zone)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_accum_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_accum(bigint[], integer, timestamp with time zone) IS
    'adds one row to the state of funnel_path()';

CREATE FUNCTION funnel_path_accum_inv(state bigint[], step integer, at timestamp with time zone)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_accum_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_accum_inv(bigint[], integer, timestamp with time zone) IS
    'takes one row away from the state of funnel_path()';

CREATE FUNCTION funnel_path_accum(state bigint[], step integer, at date)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_accum(bigint[], integer, date) IS
    'adds one row to the state of funnel_path()';

CREATE FUNCTION funnel_path_accum_inv(state bigint[], step integer, at date)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_accum_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_accum_inv(bigint[], integer, date) IS
    'takes one row away from the state of funnel_path()';

CREATE FUNCTION funnel_path_combine(state bigint[], path bigint[])
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_combine(bigint[], bigint[]) IS
    'adds the events of a path to the state of funnel_path()';

CREATE FUNCTION funnel_path_final(state bigint[])
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'funnel_path_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_path_final(bigint[]) IS
    'result of funnel_path()';

CREATE AGGREGATE funnel_path(step integer, at timestamp with time zone) (
    SFUNC = funnel_path_accum,
    STYPE = bigint[],
    SSPACE = 128,
    FINALFUNC = funnel_path_final,
    COMBINEFUNC = funnel_path_combine,
    MSFUNC = funnel_path_accum,
    MINVFUNC = funnel_path_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 128,
    MFINALFUNC = funnel_path_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_path(integer, timestamp with time zone) IS
    'path of one entity through a funnel, for funnel_summary(): the steps that it entered, 1 to 32, and when; 0 for leaving the funnel';

CREATE AGGREGATE funnel_path(step integer, at date) (
    SFUNC = funnel_path_accum,
    STYPE = bigint[],
    SSPACE = 128,
    FINALFUNC = funnel_path_final,
    COMBINEFUNC = funnel_path_combine,
    MSFUNC = funnel_path_accum,
    MINVFUNC = funnel_path_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 128,
    MFINALFUNC = funnel_path_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_path(integer, date) IS
    'path of one entity through a funnel, for funnel_summary(): the steps that it entered, 1 to 32, and when; 0 for leaving the funnel';

-- The summary of paths.  The state is a funnel_summary, changed in place.
-- Transition functions are not strict: the first state is NULL, and an option
-- that is NULL has its default.

CREATE FUNCTION funnel_summary_accum(state funnel_summary, path bigint[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_path'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum(funnel_summary, bigint[]) IS
    'adds one path to the state of funnel_summary()';

CREATE FUNCTION funnel_summary_accum_inv(state funnel_summary, path bigint[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_path_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum_inv(funnel_summary, bigint[]) IS
    'takes one path away from the state of funnel_summary()';

CREATE AGGREGATE funnel_summary(path bigint[]) (
    SFUNC = funnel_summary_accum,
    STYPE = funnel_summary,
    SSPACE = 16384,
    FINALFUNC = funnel_summary_final,
    COMBINEFUNC = funnel_summary_combine,
    MSFUNC = funnel_summary_accum,
    MINVFUNC = funnel_summary_accum_inv,
    MSTYPE = funnel_summary,
    MSSPACE = 16384,
    MFINALFUNC = funnel_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_summary(bigint[]) IS
    'summary of paths through a funnel, everything in them, by the first entry of each step';

CREATE FUNCTION funnel_summary_accum(state funnel_summary, path bigint[], as_of timestamp with time zone, entry text, backfill boolean, windows interval[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum(funnel_summary, bigint[], timestamp with time zone, text, boolean, interval[]) IS
    'adds one path to the state of funnel_summary()';

CREATE FUNCTION funnel_summary_accum_inv(state funnel_summary, path bigint[], as_of timestamp with time zone, entry text, backfill boolean, windows interval[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum_inv(funnel_summary, bigint[], timestamp with time zone, text, boolean, interval[]) IS
    'takes one path away from the state of funnel_summary()';

CREATE AGGREGATE funnel_summary(path bigint[], as_of timestamp with time zone, entry text, backfill boolean, windows interval[]) (
    SFUNC = funnel_summary_accum,
    STYPE = funnel_summary,
    SSPACE = 16384,
    FINALFUNC = funnel_summary_final,
    COMBINEFUNC = funnel_summary_combine,
    MSFUNC = funnel_summary_accum,
    MINVFUNC = funnel_summary_accum_inv,
    MSTYPE = funnel_summary,
    MSSPACE = 16384,
    MFINALFUNC = funnel_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_summary(bigint[], timestamp with time zone, text, boolean, interval[]) IS
    'summary of paths through a funnel as of a moment or day: by the first or last entry of each step, skipped steps back-filled or not, with a window per step to go on in; NULL is the default of an option';

CREATE FUNCTION funnel_summary_accum(state funnel_summary, path bigint[], as_of date, entry text, backfill boolean, windows interval[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum(funnel_summary, bigint[], date, text, boolean, interval[]) IS
    'adds one path to the state of funnel_summary()';

CREATE FUNCTION funnel_summary_accum_inv(state funnel_summary, path bigint[], as_of date, entry text, backfill boolean, windows interval[])
RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_accum_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_accum_inv(funnel_summary, bigint[], date, text, boolean, interval[]) IS
    'takes one path away from the state of funnel_summary()';

CREATE AGGREGATE funnel_summary(path bigint[], as_of date, entry text, backfill boolean, windows interval[]) (
    SFUNC = funnel_summary_accum,
    STYPE = funnel_summary,
    SSPACE = 16384,
    FINALFUNC = funnel_summary_final,
    COMBINEFUNC = funnel_summary_combine,
    MSFUNC = funnel_summary_accum,
    MINVFUNC = funnel_summary_accum_inv,
    MSTYPE = funnel_summary,
    MSSPACE = 16384,
    MFINALFUNC = funnel_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_summary(bigint[], date, text, boolean, interval[]) IS
    'summary of paths through a funnel as of a moment or day: by the first or last entry of each step, skipped steps back-filled or not, with a window per step to go on in; NULL is the default of an option';

-- What can be read from a summary.

CREATE FUNCTION funnel_steps(summary funnel_summary, steps integer DEFAULT 0)
RETURNS TABLE (step integer, entered bigint, converted bigint, conversion double precision, conversion_from_first double precision,
               median_days double precision, avg_days double precision, in_progress bigint, dropped bigint, skipped bigint)
AS 'MODULE_PATHNAME', 'funnel_steps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_steps(funnel_summary, integer) IS
    'a row per step of a funnel that has this many steps, or more if the summary has: entities that entered it, went on, may still, will not, skipped it; days until they went on';

CREATE FUNCTION funnel_stays(summary funnel_summary, steps integer DEFAULT 0)
RETURNS TABLE (step integer, stays bigint, median_days double precision, avg_days double precision,
               ongoing bigint, returned bigint, moved_back bigint)
AS 'MODULE_PATHNAME', 'funnel_stays'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_stays(funnel_summary, integer) IS
    'a row per step of a funnel: how often entities were in it, days that those stays lasted that have ended, stays that have not, that were returns, that ended by a move back';

CREATE FUNCTION num_missing_times(summary funnel_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_times'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_times(funnel_summary) IS
    'events of which the time is NULL or infinite; they are in nothing else';
