-- src/sales_summary.sql: the type sales_summary, its aggregates, operators and counts

-- type: sales_summary

-- Aggregates.  The state is a sales_summary, changed in place, so partial
-- states need no serialization.  Transition functions are not strict: a row
-- counts whatever of it is NULL.

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, numeric, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, numeric, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount numeric, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, numeric, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, double precision, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, double precision, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount double precision, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, double precision, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, numeric, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, numeric, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount numeric, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, numeric, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, numeric, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, double precision, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, double precision, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount double precision, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, double precision, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, double precision, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

-- Not strict: a NULL amount or number of days is unknown.
CREATE FUNCTION sales_summary(
    num_won bigint DEFAULT 0, won_amount numeric DEFAULT NULL, won_days numeric DEFAULT NULL,
    num_lost bigint DEFAULT 0, lost_amount numeric DEFAULT NULL, lost_days numeric DEFAULT NULL,
    num_void bigint DEFAULT 0, void_amount numeric DEFAULT NULL,
    num_open bigint DEFAULT 0, open_amount numeric DEFAULT NULL)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_from_sums'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary(bigint, numeric, numeric, bigint, numeric, numeric, bigint, numeric, bigint, numeric) IS
    'summary from counts, amounts and days (of all cycles together) that are kept elsewhere; NULL is unknown';

CREATE FUNCTION num_opportunities(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_opportunities'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_opportunities(sales_summary) IS
    'number of opportunities, of every outcome';

CREATE FUNCTION num_won(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_won'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_won(sales_summary) IS
    'number of won opportunities';

CREATE FUNCTION num_lost(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_lost'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_lost(sales_summary) IS
    'number of lost opportunities';

CREATE FUNCTION num_void(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_void'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_void(sales_summary) IS
    'number of opportunities that are neither won nor lost, such as duplicates';

CREATE FUNCTION num_open(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_open(sales_summary) IS
    'number of opportunities that are still open';

CREATE FUNCTION num_closed(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_closed'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_closed(sales_summary) IS
    'number of won and lost opportunities';
