-- src/activities.sql: shares of activities, and activities per day

-- The state of a share is an array of two counts, {true, not NULL}; these functions serve all shares.

CREATE FUNCTION share_accum(state bigint[], numerator boolean)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'share_accum'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_accum(bigint[], boolean) IS
    'adds one row to the state of a share';

CREATE FUNCTION share_accum_inv(state bigint[], numerator boolean)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'share_accum_inv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_accum_inv(bigint[], boolean) IS
    'takes one row away from the state of a share';

CREATE FUNCTION share_accum(state bigint[], numerator boolean, counted boolean)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'share_accum_of'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_accum(bigint[], boolean, boolean) IS
    'adds one row to the state of a share, if it is counted';

CREATE FUNCTION share_accum_inv(state bigint[], numerator boolean, counted boolean)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'share_accum_of_inv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_accum_inv(bigint[], boolean, boolean) IS
    'takes one row away from the state of a share, if it is counted';

CREATE FUNCTION share_combine(state bigint[], other bigint[])
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'share_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_combine(bigint[], bigint[]) IS
    'adds another state of a share to one';

CREATE FUNCTION share_final(state bigint[])
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_final(bigint[]) IS
    'result of a share';

CREATE AGGREGATE share(numerator boolean) (
    SFUNC = share_accum,
    STYPE = bigint[],
    SSPACE = 40,
    FINALFUNC = share_final,
    COMBINEFUNC = share_combine,
    INITCOND = '{0,0}',
    MSFUNC = share_accum,
    MINVFUNC = share_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 40,
    MFINALFUNC = share_final,
    MINITCOND = '{0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE share(boolean) IS
    'share of the rows that are true among those that are not NULL, 0 to 1; NULL if there are none';

CREATE FUNCTION share(numerator bigint, denominator bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share(bigint, bigint) IS
    'share: numerator / denominator; NULL if the denominator is 0';

CREATE AGGREGATE bounce_ratio(bounced boolean) (
    SFUNC = share_accum,
    STYPE = bigint[],
    SSPACE = 40,
    FINALFUNC = share_final,
    COMBINEFUNC = share_combine,
    INITCOND = '{0,0}',
    MSFUNC = share_accum,
    MINVFUNC = share_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 40,
    MFINALFUNC = share_final,
    MINITCOND = '{0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE bounce_ratio(boolean) IS
    'bounced e-mails / sent ones, 0 to 1; NULL if none was sent';

CREATE FUNCTION bounce_ratio(bounced bigint, sent bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bounce_ratio(bigint, bigint) IS
    'bounce ratio: bounced / sent; NULL if the divisor is 0';

CREATE AGGREGATE connect_ratio(conversation boolean) (
    SFUNC = share_accum,
    STYPE = bigint[],
    SSPACE = 40,
    FINALFUNC = share_final,
    COMBINEFUNC = share_combine,
    INITCOND = '{0,0}',
    MSFUNC = share_accum,
    MINVFUNC = share_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 40,
    MFINALFUNC = share_final,
    MINITCOND = '{0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE connect_ratio(boolean) IS
    'conversations / calls, 0 to 1; NULL if there was no call';

CREATE FUNCTION connect_ratio(conversations bigint, calls bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION connect_ratio(bigint, bigint) IS
    'connect ratio: conversations / calls; NULL if the divisor is 0';

CREATE AGGREGATE open_ratio(opened boolean, delivered boolean) (
    SFUNC = share_accum,
    STYPE = bigint[],
    SSPACE = 40,
    FINALFUNC = share_final,
    COMBINEFUNC = share_combine,
    INITCOND = '{0,0}',
    MSFUNC = share_accum,
    MINVFUNC = share_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 40,
    MFINALFUNC = share_final,
    MINITCOND = '{0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE open_ratio(boolean, boolean) IS
    'opened e-mails / delivered ones of which it is known, 0 to 1; NULL if there are none';

CREATE FUNCTION open_ratio(opened bigint, delivered bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_ratio(bigint, bigint) IS
    'open ratio: opened / delivered; NULL if the divisor is 0';

CREATE AGGREGATE reply_ratio(replied boolean, delivered boolean) (
    SFUNC = share_accum,
    STYPE = bigint[],
    SSPACE = 40,
    FINALFUNC = share_final,
    COMBINEFUNC = share_combine,
    INITCOND = '{0,0}',
    MSFUNC = share_accum,
    MINVFUNC = share_accum_inv,
    MSTYPE = bigint[],
    MSSPACE = 40,
    MFINALFUNC = share_final,
    MINITCOND = '{0,0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE reply_ratio(boolean, boolean) IS
    'replied e-mails / delivered ones of which it is known, 0 to 1; NULL if there are none';

CREATE FUNCTION reply_ratio(replied bigint, delivered bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'share_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reply_ratio(bigint, bigint) IS
    'reply ratio: replied / delivered; NULL if the divisor is 0';

CREATE FUNCTION activities_per_day(count bigint, days int)
RETURNS double precision
AS 'MODULE_PATHNAME', 'activities_per_day'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activities_per_day(bigint, int) IS
    'activities per day: count / days; NULL if there are no days';
