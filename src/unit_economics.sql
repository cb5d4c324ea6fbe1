-- src/unit_economics.sql: what a customer costs, how long he stays, what he is worth

-- type: customer_summary

-- Aggregates.  The state is a customer_summary, changed in place.  Transition
-- functions are not strict: a row counts whatever of it is NULL.

CREATE FUNCTION customer_summary_accum(state customer_summary, started date, ended date, monthly_revenue numeric)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum(customer_summary, date, date, numeric) IS
    'adds one row to the state of customer_summary()';

CREATE FUNCTION customer_summary_accum_inv(state customer_summary, started date, ended date, monthly_revenue numeric)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_numeric_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum_inv(customer_summary, date, date, numeric) IS
    'takes one row away from the state of customer_summary()';

CREATE AGGREGATE customer_summary(started date, ended date, monthly_revenue numeric) (
    SFUNC = customer_summary_accum,
    STYPE = customer_summary,
    SSPACE = 2048,
    FINALFUNC = customer_summary_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = customer_summary_accum,
    MINVFUNC = customer_summary_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 2048,
    MFINALFUNC = customer_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE customer_summary(date, date, numeric) IS
    'summary of customers, one row each: day of start and of end (NULL or infinity is still running), revenue per month';

CREATE FUNCTION customer_summary_accum(state customer_summary, started date, ended date, monthly_revenue double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum(customer_summary, date, date, double precision) IS
    'adds one row to the state of customer_summary()';

CREATE FUNCTION customer_summary_accum_inv(state customer_summary, started date, ended date, monthly_revenue double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_float8_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum_inv(customer_summary, date, date, double precision) IS
    'takes one row away from the state of customer_summary()';

CREATE AGGREGATE customer_summary(started date, ended date, monthly_revenue double precision) (
    SFUNC = customer_summary_accum,
    STYPE = customer_summary,
    SSPACE = 2048,
    FINALFUNC = customer_summary_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = customer_summary_accum,
    MINVFUNC = customer_summary_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 2048,
    MFINALFUNC = customer_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE customer_summary(date, date, double precision) IS
    'summary of customers, one row each: day of start and of end (NULL or infinity is still running), revenue per month';

CREATE FUNCTION customer_summary_accum(state customer_summary, started date, ended date, monthly_revenue numeric, acquisition_cost numeric)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_numeric_cost'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum(customer_summary, date, date, numeric, numeric) IS
    'adds one row to the state of customer_summary()';

CREATE FUNCTION customer_summary_accum_inv(state customer_summary, started date, ended date, monthly_revenue numeric, acquisition_cost numeric)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_numeric_cost_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum_inv(customer_summary, date, date, numeric, numeric) IS
    'takes one row away from the state of customer_summary()';

CREATE AGGREGATE customer_summary(started date, ended date, monthly_revenue numeric, acquisition_cost numeric) (
    SFUNC = customer_summary_accum,
    STYPE = customer_summary,
    SSPACE = 2048,
    FINALFUNC = customer_summary_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = customer_summary_accum,
    MINVFUNC = customer_summary_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 2048,
    MFINALFUNC = customer_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE customer_summary(date, date, numeric, numeric) IS
    'summary of customers, one row each: day of start and of end (NULL or infinity is still running), revenue per month, acquisition cost';

CREATE FUNCTION customer_summary_accum(state customer_summary, started date, ended date, monthly_revenue double precision, acquisition_cost double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_float8_cost'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum(customer_summary, date, date, double precision, double precision) IS
    'adds one row to the state of customer_summary()';

CREATE FUNCTION customer_summary_accum_inv(state customer_summary, started date, ended date, monthly_revenue double precision, acquisition_cost double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'customer_summary_accum_float8_cost_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION customer_summary_accum_inv(customer_summary, date, date, double precision, double precision) IS
    'takes one row away from the state of customer_summary()';

CREATE AGGREGATE customer_summary(started date, ended date, monthly_revenue double precision, acquisition_cost double precision) (
    SFUNC = customer_summary_accum,
    STYPE = customer_summary,
    SSPACE = 2048,
    FINALFUNC = customer_summary_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = customer_summary_accum,
    MINVFUNC = customer_summary_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 2048,
    MFINALFUNC = customer_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE customer_summary(date, date, double precision, double precision) IS
    'summary of customers, one row each: day of start and of end (NULL or infinity is still running), revenue per month, acquisition cost';

-- Counts

CREATE FUNCTION num_customers(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_customers(customer_summary) IS
    'number of customers';

CREATE FUNCTION num_ended(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_ended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_ended(customer_summary) IS
    'number of customers that ended';

CREATE FUNCTION num_running(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_running'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_running(customer_summary) IS
    'number of customers without an end';

CREATE FUNCTION num_missing_revenue(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_revenue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_revenue(customer_summary) IS
    'number of customers without a monthly revenue (NULL, NaN or infinite)';

CREATE FUNCTION num_missing_start(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_start'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_start(customer_summary) IS
    'number of customers of which the start is NULL or infinite';

CREATE FUNCTION num_ended_early(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_ended_early'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_ended_early(customer_summary) IS
    'number of customers that ended before they started';

CREATE FUNCTION num_missing_cost(summary customer_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_missing_cost'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_missing_cost(customer_summary) IS
    'number of customers without an acquisition cost (NULL, NaN or infinite)';

-- What a customer pays, and how long

CREATE FUNCTION arpa(summary customer_summary, population text DEFAULT 'all')
RETURNS numeric
AS 'MODULE_PATHNAME', 'arpa'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION arpa(customer_summary, text) IS
    'average revenue per account and month, of all, running or ended customers; NULL if none has a revenue';

CREATE FUNCTION customer_months(summary customer_summary, as_of date)
RETURNS double precision
AS 'MODULE_PATHNAME', 'customer_months'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_months(customer_summary, date) IS
    'time that all customers together have been there, in months, up to their end or, while running, to a day';

CREATE FUNCTION churn_rate(summary customer_summary, as_of date)
RETURNS double precision
AS 'MODULE_PATHNAME', 'churn_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(customer_summary, date) IS
    'customers that ended per customer-month, running ones being there up to a day; NULL without customer-months';

CREATE FUNCTION customer_survival(summary customer_summary, as_of date)
RETURNS TABLE (month integer, at_risk bigint, ended bigint, running bigint, survival double precision)
AS 'MODULE_PATHNAME', 'customer_survival'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION customer_survival(customer_summary, date) IS
    'Kaplan-Meier curve of the customers'' lifetimes in whole months: share that stays longer than this';

-- What a customer costs and is worth

-- The number is a numeric, for it may be a sum of shares. Not STRICT, so that it can be inlined. 0::numeric, for an
-- operator (numeric, integer) of somebody else would fit a plain 0 better than that of the server.
CREATE FUNCTION cac(spend numeric, new_customers numeric)
RETURNS numeric
LANGUAGE SQL IMMUTABLE PARALLEL SAFE
RETURN spend / nullif(new_customers, 0::numeric);
COMMENT ON FUNCTION cac(numeric, numeric) IS
    'customer acquisition cost: spend / new customers; NULL if there are none';

CREATE FUNCTION cac(summary customer_summary)
RETURNS numeric
AS 'MODULE_PATHNAME', 'cac_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac(customer_summary) IS
    'mean acquisition cost of the customers that have one; NULL if there are none';

-- Not STRICT: no horizon and no discount are NULL.
CREATE FUNCTION ltv(revenue_per_period numeric, gross_margin double precision, churn double precision, horizon integer DEFAULT NULL, discount double precision DEFAULT NULL)
RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv_of_rates'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv(numeric, double precision, double precision, integer, double precision) IS
    'customer lifetime value: revenue * gross margin / churn; with horizon (in periods) or discount (per period): * sum of ((1 - churn) / (1 + discount))^t over the periods t = 0, 1, ...; NULL if it has no end';

-- Not STRICT: no horizon and no discount are NULL.
CREATE FUNCTION ltv(summary customer_summary, as_of date, gross_margin double precision, horizon integer DEFAULT NULL, discount double precision DEFAULT NULL, lifetime text DEFAULT 'exposure')
RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv_of_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv(customer_summary, date, double precision, integer, double precision, text) IS
    'customer lifetime value: arpa * gross margin / churn rate, or * expected months up to the horizon, discounted per month, by exposure (the churn rate) or survival (the curve); NULL if that is not known';

CREATE FUNCTION ltv_cac_ratio(ltv numeric, cac numeric)
RETURNS double precision
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_of_values'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio(numeric, numeric) IS
    'lifetime value / acquisition cost; NULL unless the cost is positive';

-- Not STRICT: no horizon and no discount are NULL.
CREATE FUNCTION ltv_cac_ratio(summary customer_summary, as_of date, gross_margin double precision, horizon integer DEFAULT NULL, discount double precision DEFAULT NULL, lifetime text DEFAULT 'exposure')
RETURNS double precision
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_of_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio(customer_summary, date, double precision, integer, double precision, text) IS
    'lifetime value, as ltv() has it, / mean acquisition cost; NULL unless the cost is positive';

CREATE FUNCTION ltv_cac_ratio_final(state customer_summary)
RETURNS double precision
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio_final(customer_summary) IS
    'result of ltv_cac_ratio()';

CREATE FUNCTION ltv_cac_ratio_accum(state customer_summary, started date, ended date, monthly_revenue numeric, acquisition_cost numeric, as_of date, gross_margin double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_accum_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio_accum(customer_summary, date, date, numeric, numeric, date, double precision) IS
    'adds one row to the state of ltv_cac_ratio()';

CREATE FUNCTION ltv_cac_ratio_accum_inv(state customer_summary, started date, ended date, monthly_revenue numeric, acquisition_cost numeric, as_of date, gross_margin double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_accum_numeric_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio_accum_inv(customer_summary, date, date, numeric, numeric, date, double precision) IS
    'takes one row away from the state of ltv_cac_ratio()';

CREATE AGGREGATE ltv_cac_ratio(started date, ended date, monthly_revenue numeric, acquisition_cost numeric, as_of date, gross_margin double precision) (
    SFUNC = ltv_cac_ratio_accum,
    STYPE = customer_summary,
    SSPACE = 512,
    FINALFUNC = ltv_cac_ratio_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = ltv_cac_ratio_accum,
    MINVFUNC = ltv_cac_ratio_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 512,
    MFINALFUNC = ltv_cac_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ltv_cac_ratio(date, date, numeric, numeric, date, double precision) IS
    'lifetime value / acquisition cost of customers, one row each: arpa * gross margin / churn rate / mean acquisition cost; NULL without churn or cost';

CREATE FUNCTION ltv_cac_ratio_accum(state customer_summary, started date, ended date, monthly_revenue double precision, acquisition_cost double precision, as_of date, gross_margin double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_accum_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio_accum(customer_summary, date, date, double precision, double precision, date, double precision) IS
    'adds one row to the state of ltv_cac_ratio()';

CREATE FUNCTION ltv_cac_ratio_accum_inv(state customer_summary, started date, ended date, monthly_revenue double precision, acquisition_cost double precision, as_of date, gross_margin double precision)
RETURNS customer_summary
AS 'MODULE_PATHNAME', 'ltv_cac_ratio_accum_float8_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ltv_cac_ratio_accum_inv(customer_summary, date, date, double precision, double precision, date, double precision) IS
    'takes one row away from the state of ltv_cac_ratio()';

CREATE AGGREGATE ltv_cac_ratio(started date, ended date, monthly_revenue double precision, acquisition_cost double precision, as_of date, gross_margin double precision) (
    SFUNC = ltv_cac_ratio_accum,
    STYPE = customer_summary,
    SSPACE = 512,
    FINALFUNC = ltv_cac_ratio_final,
    COMBINEFUNC = customer_summary_combine,
    MSFUNC = ltv_cac_ratio_accum,
    MINVFUNC = ltv_cac_ratio_accum_inv,
    MSTYPE = customer_summary,
    MSSPACE = 512,
    MFINALFUNC = ltv_cac_ratio_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ltv_cac_ratio(date, date, double precision, double precision, date, double precision) IS
    'lifetime value / acquisition cost of customers, one row each: arpa * gross margin / churn rate / mean acquisition cost; NULL without churn or cost';

CREATE FUNCTION cac_payback_months(cac numeric, monthly_revenue numeric, gross_margin double precision)
RETURNS double precision
AS 'MODULE_PATHNAME', 'cac_payback_months'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac_payback_months(numeric, numeric, double precision) IS
    'months until a customer has paid back the acquisition cost: cac / (monthly revenue * gross margin); NULL unless that is positive';

-- Ratios of revenue

-- Not STRICT, so that it can be inlined.
CREATE FUNCTION revenue_per_lead(revenue numeric, leads numeric)
RETURNS numeric
LANGUAGE SQL IMMUTABLE PARALLEL SAFE
RETURN revenue / nullif(leads, 0::numeric);
COMMENT ON FUNCTION revenue_per_lead(numeric, numeric) IS
    'revenue / leads; NULL if there are none';

CREATE FUNCTION magic_number(revenue numeric, previous_revenue numeric, previous_spend numeric, periods_per_year integer DEFAULT 4)
RETURNS double precision
AS 'MODULE_PATHNAME', 'magic_number'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION magic_number(numeric, numeric, numeric, integer) IS
    'growth of revenue over the previous period, per year / sales and marketing spend of that previous period; NULL unless the spend is positive';

CREATE FUNCTION net_revenue_retention(starting_revenue numeric, expansion numeric, contraction numeric, churned numeric)
RETURNS double precision
AS 'MODULE_PATHNAME', 'net_revenue_retention'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION net_revenue_retention(numeric, numeric, numeric, numeric) IS
    'share of the revenue of the customers at the start that they still bring: (start + expansion - contraction - churned) / start; NULL unless the start is positive';

CREATE FUNCTION gross_revenue_retention(starting_revenue numeric, contraction numeric, churned numeric)
RETURNS double precision
AS 'MODULE_PATHNAME', 'gross_revenue_retention'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gross_revenue_retention(numeric, numeric, numeric) IS
    'the same without expansion: (start - contraction - churned) / start; NULL unless the start is positive';
