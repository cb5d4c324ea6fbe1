-- src/win_curve.sql: what becomes of opportunities with age, the open ones being censored

CREATE FUNCTION win_curve(summary sales_summary, as_of date, confidence double precision DEFAULT 0.95, transform text DEFAULT 'log')
RETURNS TABLE (day integer, at_risk bigint, won bigint, lost bigint, void bigint, censored bigint,
               win_probability double precision, loss_probability double precision, void_probability double precision,
               still_open double precision, lower double precision, upper double precision)
AS 'MODULE_PATHNAME', 'win_curve'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_curve(sales_summary, date, double precision, text) IS
    'shares of the opportunities that are won, lost, void and still open after each day of age (Aalen-Johansen), with bounds of the won share';

CREATE FUNCTION sales_cycle_survival(summary sales_summary, as_of date, confidence double precision DEFAULT 0.95, transform text DEFAULT 'log')
RETURNS TABLE (day integer, at_risk bigint, decided bigint, censored bigint,
               survival double precision, std_error double precision, lower double precision, upper double precision)
AS 'MODULE_PATHNAME', 'sales_cycle_survival'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_cycle_survival(sales_summary, date, double precision, text) IS
    'share of the opportunities that is still open after each day of age (Kaplan-Meier), with bounds';

-- Not STRICT: NULL days mean the end of the curve.
CREATE FUNCTION win_probability(summary sales_summary, as_of date, within_days integer DEFAULT NULL)
RETURNS double precision
AS 'MODULE_PATHNAME', 'win_probability'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION win_probability(sales_summary, date, integer) IS
    'share of the opportunities that is won within so many days, or by the end of the curve; NULL if the curve does not reach so far';

CREATE FUNCTION time_to_close_percentile(summary sales_summary, fraction double precision, as_of date)
RETURNS double precision
AS 'MODULE_PATHNAME', 'time_to_close_percentile'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION time_to_close_percentile(sales_summary, double precision, date) IS
    'days after which this fraction of the opportunities is won, lost or void; NULL if it never is';

CREATE FUNCTION time_to_win_percentile(summary sales_summary, fraction double precision, as_of date)
RETURNS double precision
AS 'MODULE_PATHNAME', 'time_to_win_percentile'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION time_to_win_percentile(sales_summary, double precision, date) IS
    'smallest number of days within which this fraction of all opportunities is won; NULL if it never is';

CREATE FUNCTION restricted_mean_sales_cycle(summary sales_summary, as_of date, horizon_days integer)
RETURNS double precision
AS 'MODULE_PATHNAME', 'restricted_mean_sales_cycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION restricted_mean_sales_cycle(sales_summary, date, integer) IS
    'mean days that an opportunity is open, of its first horizon_days; NULL if the curve ends before';

CREATE FUNCTION expected_wins(summary sales_summary, as_of date, horizon_days integer)
RETURNS double precision
AS 'MODULE_PATHNAME', 'expected_wins'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION expected_wins(sales_summary, date, integer) IS
    'how many of the open opportunities will be won within so many days, by their ages';

CREATE FUNCTION expected_revenue(summary sales_summary, as_of date, horizon_days integer)
RETURNS numeric
AS 'MODULE_PATHNAME', 'expected_revenue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION expected_revenue(sales_summary, date, integer) IS
    'expected wins of the open opportunities times the average deal size of the won ones';
