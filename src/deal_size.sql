-- src/deal_size.sql: average deal size, and the amounts of a summary

CREATE FUNCTION avg_deal_size(summary sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'avg_deal_size_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(sales_summary) IS
    'mean amount of the won opportunities that have one; NULL if there are none';

CREATE FUNCTION avg_deal_size_final(state sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'avg_deal_size_of_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_final(sales_summary) IS
    'result of avg_deal_size()';

CREATE FUNCTION avg_deal_size_accum(state sales_summary, won boolean, amount numeric)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_won_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum(sales_summary, boolean, numeric) IS
    'adds one row to the state of avg_deal_size()';

CREATE FUNCTION avg_deal_size_accum_inv(state sales_summary, won boolean, amount numeric)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_won_numeric_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum_inv(sales_summary, boolean, numeric) IS
    'takes one row away from the state of avg_deal_size()';

CREATE AGGREGATE avg_deal_size(won boolean, amount numeric) (
    SFUNC = avg_deal_size_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_deal_size_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_deal_size_accum,
    MINVFUNC = avg_deal_size_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_deal_size_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_deal_size(boolean, numeric) IS
    'mean amount of the won opportunities that have one; NULL if there are none';

CREATE FUNCTION avg_deal_size_accum(state sales_summary, won boolean, amount double precision)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_won_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum(sales_summary, boolean, double precision) IS
    'adds one row to the state of avg_deal_size()';

CREATE FUNCTION avg_deal_size_accum_inv(state sales_summary, won boolean, amount double precision)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_won_float8_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum_inv(sales_summary, boolean, double precision) IS
    'takes one row away from the state of avg_deal_size()';

CREATE AGGREGATE avg_deal_size(won boolean, amount double precision) (
    SFUNC = avg_deal_size_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_deal_size_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_deal_size_accum,
    MINVFUNC = avg_deal_size_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_deal_size_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_deal_size(boolean, double precision) IS
    'mean amount of the won opportunities that have one; NULL if there are none';

CREATE FUNCTION avg_deal_size_accum(state sales_summary, status text, amount numeric)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_status_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum(sales_summary, text, numeric) IS
    'adds one row to the state of avg_deal_size()';

CREATE FUNCTION avg_deal_size_accum_inv(state sales_summary, status text, amount numeric)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_status_numeric_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum_inv(sales_summary, text, numeric) IS
    'takes one row away from the state of avg_deal_size()';

CREATE AGGREGATE avg_deal_size(status text, amount numeric) (
    SFUNC = avg_deal_size_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_deal_size_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_deal_size_accum,
    MINVFUNC = avg_deal_size_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_deal_size_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_deal_size(text, numeric) IS
    'mean amount of the won opportunities that have one; NULL if there are none';

CREATE FUNCTION avg_deal_size_accum(state sales_summary, status text, amount double precision)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_status_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum(sales_summary, text, double precision) IS
    'adds one row to the state of avg_deal_size()';

CREATE FUNCTION avg_deal_size_accum_inv(state sales_summary, status text, amount double precision)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'avg_deal_size_accum_status_float8_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_accum_inv(sales_summary, text, double precision) IS
    'takes one row away from the state of avg_deal_size()';

CREATE AGGREGATE avg_deal_size(status text, amount double precision) (
    SFUNC = avg_deal_size_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = avg_deal_size_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = avg_deal_size_accum,
    MINVFUNC = avg_deal_size_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = avg_deal_size_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg_deal_size(text, double precision) IS
    'mean amount of the won opportunities that have one; NULL if there are none';

CREATE FUNCTION avg_deal_size(won_amount numeric, won bigint)
RETURNS numeric
AS 'MODULE_PATHNAME', 'avg_deal_size_of_sums'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size(numeric, bigint) IS
    'average deal size: won amount / won; NULL if none is won';

CREATE FUNCTION won_amount(summary sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'won_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION won_amount(sales_summary) IS
    'total amount of the won opportunities';

CREATE FUNCTION lost_amount(summary sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'lost_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lost_amount(sales_summary) IS
    'total amount of the lost opportunities';

CREATE FUNCTION open_amount(summary sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'open_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_amount(sales_summary) IS
    'total amount of the opportunities that are still open';

CREATE FUNCTION num_missing_amount(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_amount(sales_summary) IS
    'number of opportunities, of every outcome, without an amount (NULL, NaN or infinite)';
