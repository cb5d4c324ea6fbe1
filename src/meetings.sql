-- src/meetings.sql: meetings that are booked, held and qualified

-- type: meeting_summary

-- Aggregates.  The state is a meeting_summary, changed in place.  Transition
-- functions are not strict: a row counts whatever of it is NULL.

CREATE FUNCTION meeting_summary_accum(state meeting_summary, status text, scheduled date, qualified boolean)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'meeting_summary_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION meeting_summary_accum(meeting_summary, text, date, boolean) IS
    'adds one row to the state of meeting_summary()';

CREATE FUNCTION meeting_summary_accum_inv(state meeting_summary, status text, scheduled date, qualified boolean)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'meeting_summary_accum_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION meeting_summary_accum_inv(meeting_summary, text, date, boolean) IS
    'takes one row away from the state of meeting_summary()';

CREATE AGGREGATE meeting_summary(status text, scheduled date, qualified boolean) (
    SFUNC = meeting_summary_accum,
    STYPE = meeting_summary,
    SSPACE = 2048,
    FINALFUNC = meeting_summary_final,
    COMBINEFUNC = meeting_summary_combine,
    MSFUNC = meeting_summary_accum,
    MINVFUNC = meeting_summary_accum_inv,
    MSTYPE = meeting_summary,
    MSSPACE = 2048,
    MFINALFUNC = meeting_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE meeting_summary(text, date, boolean) IS
    'summary of meetings: status (NULL is unknown), day for which it is scheduled, whether it led to a qualified opportunity (NULL is not known)';

-- Counts

CREATE FUNCTION num_booked(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_booked'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_booked(meeting_summary) IS
    'number of meetings, of every status but rescheduled: the new appointment is a meeting of its own';

CREATE FUNCTION num_pending(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_pending'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_pending(meeting_summary) IS
    'number of meetings that are booked, and no more is known of them';

CREATE FUNCTION num_held(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_held'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_held(meeting_summary) IS
    'number of held meetings, without those that are only presumed to be';

CREATE FUNCTION num_presumed_held(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_presumed_held'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_presumed_held(meeting_summary) IS
    'number of meetings that are over and presumed to be held';

CREATE FUNCTION num_no_show(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_no_show'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_no_show(meeting_summary) IS
    'number of meetings to which nobody came';

CREATE FUNCTION num_cancelled(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_cancelled'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_cancelled(meeting_summary) IS
    'number of cancelled meetings';

CREATE FUNCTION num_declined(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_declined'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_declined(meeting_summary) IS
    'number of declined meetings';

CREATE FUNCTION num_unknown(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_unknown'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_unknown(meeting_summary) IS
    'number of meetings whose status is unknown or NULL';

CREATE FUNCTION num_rescheduled(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_rescheduled'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_rescheduled(meeting_summary) IS
    'number of appointments that were moved to another day';

CREATE FUNCTION num_qualified(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_qualified'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_qualified(meeting_summary) IS
    'number of held meetings that are qualified';

CREATE FUNCTION num_not_qualified(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_not_qualified'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_not_qualified(meeting_summary) IS
    'number of held meetings that are not qualified; of the others it is not known';

CREATE FUNCTION num_missing_scheduled(summary meeting_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_scheduled'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_scheduled(meeting_summary) IS
    'number of meetings, of every status but rescheduled, of which the scheduled day is NULL or infinite';

-- Ratios

CREATE FUNCTION show_ratio(summary meeting_summary, as_of date, presumed boolean DEFAULT false)
RETURNS double precision
AS 'MODULE_PATHNAME', 'show_ratio_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION show_ratio(meeting_summary, date, boolean) IS
    'held / all meetings scheduled before a day, without rescheduled ones; presumed counts presumed held ones as held; NULL if there are none';

CREATE FUNCTION show_ratio_final(state meeting_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'show_ratio_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION show_ratio_final(meeting_summary) IS
    'result of show_ratio()';

CREATE FUNCTION show_ratio_accum(state meeting_summary, status text, scheduled date, as_of date)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'show_ratio_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION show_ratio_accum(meeting_summary, text, date, date) IS
    'adds one row to the state of show_ratio()';

CREATE FUNCTION show_ratio_accum_inv(state meeting_summary, status text, scheduled date, as_of date)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'show_ratio_accum_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION show_ratio_accum_inv(meeting_summary, text, date, date) IS
    'takes one row away from the state of show_ratio()';

CREATE AGGREGATE show_ratio(status text, scheduled date, as_of date) (
    SFUNC = show_ratio_accum,
    STYPE = meeting_summary,
    SSPACE = 1024,
    FINALFUNC = show_ratio_final,
    COMBINEFUNC = meeting_summary_combine,
    MSFUNC = show_ratio_accum,
    MINVFUNC = show_ratio_accum_inv,
    MSTYPE = meeting_summary,
    MSSPACE = 1024,
    MFINALFUNC = show_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE show_ratio(text, date, date) IS
    'held / all meetings scheduled before a day, without rescheduled ones; NULL if there are none';

CREATE FUNCTION qualification_ratio(summary meeting_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'qualification_ratio_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION qualification_ratio(meeting_summary) IS
    'qualified / held meetings of which that is known; NULL if there are none';

CREATE FUNCTION qualification_ratio_final(state meeting_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'qualification_ratio_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION qualification_ratio_final(meeting_summary) IS
    'result of qualification_ratio()';

CREATE FUNCTION qualification_ratio_accum(state meeting_summary, status text, qualified boolean)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'qualification_ratio_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION qualification_ratio_accum(meeting_summary, text, boolean) IS
    'adds one row to the state of qualification_ratio()';

CREATE FUNCTION qualification_ratio_accum_inv(state meeting_summary, status text, qualified boolean)
RETURNS meeting_summary
AS 'MODULE_PATHNAME', 'qualification_ratio_accum_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION qualification_ratio_accum_inv(meeting_summary, text, boolean) IS
    'takes one row away from the state of qualification_ratio()';

CREATE AGGREGATE qualification_ratio(status text, qualified boolean) (
    SFUNC = qualification_ratio_accum,
    STYPE = meeting_summary,
    SSPACE = 1024,
    FINALFUNC = qualification_ratio_final,
    COMBINEFUNC = meeting_summary_combine,
    MSFUNC = qualification_ratio_accum,
    MINVFUNC = qualification_ratio_accum_inv,
    MSTYPE = meeting_summary,
    MSSPACE = 1024,
    MFINALFUNC = qualification_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE qualification_ratio(text, boolean) IS
    'qualified / held meetings of which that is known; NULL if there are none';

CREATE FUNCTION meeting_hit_ratio(held bigint, won bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'meeting_hit_ratio'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION meeting_hit_ratio(bigint, bigint) IS
    'won opportunities / held meetings; NULL if none is held';
