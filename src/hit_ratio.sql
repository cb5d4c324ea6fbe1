-- src/hit_ratio.sql: which share of the opportunities is won

CREATE FUNCTION hit_ratio_final(state sales_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'hit_ratio_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_final(sales_summary) IS
    'result of hit_ratio()';

CREATE FUNCTION hit_ratio_accum(state sales_summary, won boolean)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'hit_ratio_accum_won'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_accum(sales_summary, boolean) IS
    'adds one row to the state of hit_ratio()';

CREATE FUNCTION hit_ratio_accum_inv(state sales_summary, won boolean)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'hit_ratio_accum_won_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_accum_inv(sales_summary, boolean) IS
    'takes one row away from the state of hit_ratio()';

CREATE AGGREGATE hit_ratio(won boolean) (
    SFUNC = hit_ratio_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = hit_ratio_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = hit_ratio_accum,
    MINVFUNC = hit_ratio_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = hit_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE hit_ratio(boolean) IS
    'hit ratio of opportunities: won / (won + lost), 0 to 1; NULL if none is closed';

CREATE FUNCTION hit_ratio_accum(state sales_summary, status text)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'hit_ratio_accum_status'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_accum(sales_summary, text) IS
    'adds one row to the state of hit_ratio()';

CREATE FUNCTION hit_ratio_accum_inv(state sales_summary, status text)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'hit_ratio_accum_status_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_accum_inv(sales_summary, text) IS
    'takes one row away from the state of hit_ratio()';

CREATE AGGREGATE hit_ratio(status text) (
    SFUNC = hit_ratio_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = hit_ratio_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = hit_ratio_accum,
    MINVFUNC = hit_ratio_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = hit_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE hit_ratio(text) IS
    'hit ratio of opportunities: won / (won + lost), 0 to 1; NULL if none is closed';

CREATE FUNCTION hit_ratio(summary sales_summary, basis text DEFAULT 'closed')
RETURNS double precision
AS 'MODULE_PATHNAME', 'hit_ratio_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio(sales_summary, text) IS
    'hit ratio, 0 to 1: won divided by all closed (won + lost), decided (won + lost + void) or created ones, or by value: won amount / (won + lost amount); NULL if there are none';

CREATE FUNCTION hit_ratio_change(before sales_summary, after sales_summary, whole_before sales_summary, whole_after sales_summary, basis text DEFAULT 'closed', OUT within double precision, OUT mix double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'hit_ratio_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_change(sales_summary, sales_summary, sales_summary, sales_summary, text) IS
    'what one segment has added to the change of the whole''s hit ratio: by its own ratio (within), and by its share in the whole (mix)';

CREATE FUNCTION hit_ratio(won bigint, closed bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'hit_ratio_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio(bigint, bigint) IS
    'hit ratio: won / closed; NULL if none is closed';
