-- src/sales_cycle.sql: how long from opening to closing, in days

CREATE FUNCTION avg_sales_cycle_final(state sales_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'avg_sales_cycle_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_final(sales_summary) IS
    'result of avg_sales_cycle()';

CREATE FUNCTION avg_sales_cycle_accum(state sales_summary, won boolean, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_won_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum(sales_summary, boolean, date, date) IS
    'adds one row to the state of avg_sales_cycle()';

CREATE FUNCTION avg_sales_cycle_accum_inv(state sales_summary, won boolean, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_won_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum_inv(sales_summary, boolean, date, date) IS
    'takes one row away from the state of avg_sales_cycle()';

CREATE AGGREGATE avg_sales_cycle(won boolean, opened date, closed date) (
    SFUNC = avg_sales_cycle_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_sales_cycle_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_sales_cycle_accum,
    MINVFUNC = avg_sales_cycle_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_sales_cycle_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_sales_cycle(boolean, date, date) IS
    'mean days from opening to closing of the won opportunities that have both in this order; NULL if there are none';

CREATE FUNCTION avg_sales_cycle_accum(state sales_summary, won boolean, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_won_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum(sales_summary, boolean, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of avg_sales_cycle()';

CREATE FUNCTION avg_sales_cycle_accum_inv(state sales_summary, won boolean, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_won_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum_inv(sales_summary, boolean, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of avg_sales_cycle()';

CREATE AGGREGATE avg_sales_cycle(won boolean, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = avg_sales_cycle_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_sales_cycle_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_sales_cycle_accum,
    MINVFUNC = avg_sales_cycle_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_sales_cycle_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_sales_cycle(boolean, timestamp with time zone, timestamp with time zone) IS
    'mean days from opening to closing of the won opportunities that have both in this order; NULL if there are none';

CREATE FUNCTION avg_sales_cycle_accum(state sales_summary, status text, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_status_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum(sales_summary, text, date, date) IS
    'adds one row to the state of avg_sales_cycle()';

CREATE FUNCTION avg_sales_cycle_accum_inv(state sales_summary, status text, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_status_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum_inv(sales_summary, text, date, date) IS
    'takes one row away from the state of avg_sales_cycle()';

CREATE AGGREGATE avg_sales_cycle(status text, opened date, closed date) (
    SFUNC = avg_sales_cycle_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_sales_cycle_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_sales_cycle_accum,
    MINVFUNC = avg_sales_cycle_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_sales_cycle_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_sales_cycle(text, date, date) IS
    'mean days from opening to closing of the won opportunities that have both in this order; NULL if there are none';

CREATE FUNCTION avg_sales_cycle_accum(state sales_summary, status text, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_status_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum(sales_summary, text, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of avg_sales_cycle()';

CREATE FUNCTION avg_sales_cycle_accum_inv(state sales_summary, status text, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_sales_cycle_accum_status_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_accum_inv(sales_summary, text, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of avg_sales_cycle()';

CREATE AGGREGATE avg_sales_cycle(status text, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = avg_sales_cycle_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_sales_cycle_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_sales_cycle_accum,
    MINVFUNC = avg_sales_cycle_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_sales_cycle_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_sales_cycle(text, timestamp with time zone, timestamp with time zone) IS
    'mean days from opening to closing of the won opportunities that have both in this order; NULL if there are none';

CREATE FUNCTION avg_sales_cycle(summary sales_summary, outcome text DEFAULT 'won')
RETURNS double precision
AS 'MODULE_PATHNAME', 'avg_sales_cycle_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle(sales_summary, text) IS
    'mean days from opening to closing of won, lost or closed (won and lost) opportunities; NULL if none has a cycle';

CREATE FUNCTION sales_cycle_percentile(summary sales_summary, fraction double precision, outcome text DEFAULT 'won')
RETURNS double precision
AS 'MODULE_PATHNAME', 'sales_cycle_percentile'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_cycle_percentile(sales_summary, double precision, text) IS
    'smallest number of whole days that at least this fraction of the cycles does not exceed, as percentile_disc has it; NULL without cycles, or if some are known by their sum only';

CREATE FUNCTION median_sales_cycle(summary sales_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'median_sales_cycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_sales_cycle(sales_summary) IS
    'median cycle of won opportunities in whole days, as percentile_disc has it; NULL without cycles, or if some are known by their sum only';

CREATE FUNCTION won_days(summary sales_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'won_days'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION won_days(sales_summary) IS
    'days of all won cycles together';

CREATE FUNCTION closed_days(summary sales_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'closed_days'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION closed_days(sales_summary) IS
    'days of all won and lost cycles together';

CREATE FUNCTION num_missing_cycle(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_cycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_cycle(sales_summary) IS
    'number of won, lost and void opportunities of which the opening or closing day is NULL or infinite';

CREATE FUNCTION num_negative_cycle(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_negative_cycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_negative_cycle(sales_summary) IS
    'number of won, lost and void opportunities that were closed before they were opened';
