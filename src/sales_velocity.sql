-- src/sales_velocity.sql: opportunities * hit ratio * average deal size / average sales cycle

CREATE FUNCTION sales_velocity_final(state sales_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'sales_velocity_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_final(sales_summary) IS
    'result of sales_velocity()';

CREATE FUNCTION sales_velocity_accum(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, boolean, numeric, date, date) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, boolean, numeric, date, date) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(won boolean, amount numeric, opened date, closed date) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(boolean, numeric, date, date) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, boolean, double precision, date, date) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, boolean, double precision, date, date) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(won boolean, amount double precision, opened date, closed date) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(boolean, double precision, date, date) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_won_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, text, numeric, date, date) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, text, numeric, date, date) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(status text, amount numeric, opened date, closed date) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(text, numeric, date, date) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(text, numeric, timestamp with time zone, timestamp with time zone) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, text, double precision, date, date) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, text, double precision, date, date) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(status text, amount double precision, opened date, closed date) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(text, double precision, date, date) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity_accum(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_velocity()';

CREATE FUNCTION sales_velocity_accum_inv(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_velocity_accum_status_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_accum_inv(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_velocity()';

CREATE AGGREGATE sales_velocity(status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_velocity_accum,
    STYPE = sales_summary,
    SSPACE = 512,
    FINALFUNC = sales_velocity_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_velocity_accum,
    MINVFUNC = sales_velocity_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 512,
    MFINALFUNC = sales_velocity_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_velocity(text, double precision, timestamp with time zone, timestamp with time zone) IS
    'sales velocity of opportunities, in money per day: (won + lost + open) * hit ratio * mean won amount / mean won cycle';

CREATE FUNCTION sales_velocity(summary sales_summary, opportunities text DEFAULT 'all', cycle text DEFAULT 'won')
RETURNS numeric
AS 'MODULE_PATHNAME', 'sales_velocity_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity(sales_summary, text, text) IS
    'sales velocity, in money per day: all (won + lost + open), closed or open opportunities * hit ratio * mean won amount / mean cycle of won, closed or decided ones';

CREATE FUNCTION sales_velocity(stock sales_summary, flow sales_summary, cycle text DEFAULT 'decided')
RETURNS numeric
AS 'MODULE_PATHNAME', 'sales_velocity_of_flow'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity(sales_summary, sales_summary, text) IS
    'sales velocity, in money per day: open opportunities of the stock * hit ratio * mean won amount / mean cycle of won, closed or decided ones of the flow';

CREATE FUNCTION sales_velocity_levers(summary sales_summary, opportunities text DEFAULT 'all', cycle text DEFAULT 'won', OUT opportunities bigint, OUT hit_ratio double precision, OUT avg_deal_size numeric, OUT sales_cycle double precision, OUT sales_velocity numeric)
RETURNS record
AS 'MODULE_PATHNAME', 'sales_velocity_levers_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_levers(sales_summary, text, text) IS
    'the four levers of sales_velocity() with the same arguments, and their product';

CREATE FUNCTION sales_velocity_levers(stock sales_summary, flow sales_summary, cycle text DEFAULT 'decided', OUT opportunities bigint, OUT hit_ratio double precision, OUT avg_deal_size numeric, OUT sales_cycle double precision, OUT sales_velocity numeric)
RETURNS record
AS 'MODULE_PATHNAME', 'sales_velocity_levers_of_flow'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_levers(sales_summary, sales_summary, text) IS
    'the four levers of sales_velocity() with the same arguments, and their product';

CREATE FUNCTION sales_velocity(opportunities numeric, hit_ratio numeric, avg_deal_size numeric, sales_cycle_days numeric)
RETURNS numeric
AS 'MODULE_PATHNAME', 'sales_velocity_of_levers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity(numeric, numeric, numeric, numeric) IS
    'sales velocity, in money per day: opportunities * hit ratio * average deal size / sales cycle in days; NULL if the cycle is 0';
