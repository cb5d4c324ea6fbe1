-- src/intervals.sql: error bars of KPIs, and whether a difference is real

CREATE FUNCTION hit_ratio_interval(summary sales_summary, basis text DEFAULT 'closed', confidence double precision DEFAULT 0.95, OUT lower double precision, OUT upper double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'hit_ratio_interval_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_interval(sales_summary, text, double precision) IS
    'confidence interval of hit_ratio() by counts (Wilson); NULL if there is no ratio, or a negative count';

CREATE FUNCTION hit_ratio_interval(won bigint, closed bigint, confidence double precision DEFAULT 0.95, OUT lower double precision, OUT upper double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'hit_ratio_interval_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_interval(bigint, bigint, double precision) IS
    'confidence interval of the hit ratio won / closed (Wilson); NULL if none is closed, or won is not from 0 to closed';

CREATE FUNCTION hit_ratio_difference(a sales_summary, b sales_summary, confidence double precision DEFAULT 0.95, OUT difference double precision, OUT lower double precision, OUT upper double precision, OUT p_value double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'hit_ratio_difference_of_summaries'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_difference(sales_summary, sales_summary, double precision) IS
    'hit ratio of a - hit ratio of b, its confidence interval (Newcombe), and how probable it would be by chance alone (Fisher)';

CREATE FUNCTION hit_ratio_difference(won_a bigint, closed_a bigint, won_b bigint, closed_b bigint, confidence double precision DEFAULT 0.95, OUT difference double precision, OUT lower double precision, OUT upper double precision, OUT p_value double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'hit_ratio_difference_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_difference(bigint, bigint, bigint, bigint, double precision) IS
    'hit ratio won_a / closed_a - won_b / closed_b, its confidence interval (Newcombe), and how probable it would be by chance alone (Fisher)';

CREATE FUNCTION avg_deal_size_interval(summary sales_summary, confidence double precision DEFAULT 0.95, OUT lower numeric, OUT upper numeric)
RETURNS record
AS 'MODULE_PATHNAME', 'avg_deal_size_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_deal_size_interval(sales_summary, double precision) IS
    'confidence interval of avg_deal_size() (Student''s t); NULL below two amounts, or if some are known by their sum only';

CREATE FUNCTION avg_sales_cycle_interval(summary sales_summary, outcome text DEFAULT 'won', confidence double precision DEFAULT 0.95, OUT lower double precision, OUT upper double precision)
RETURNS record
AS 'MODULE_PATHNAME', 'avg_sales_cycle_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION avg_sales_cycle_interval(sales_summary, text, double precision) IS
    'confidence interval of avg_sales_cycle() (Student''s t), cut off at 0 days; NULL below two cycles, or if some are known by their sum only';

CREATE FUNCTION sales_velocity_interval(summary sales_summary, opportunities text DEFAULT 'all', cycle text DEFAULT 'won', confidence double precision DEFAULT 0.95, OUT lower numeric, OUT upper numeric)
RETURNS record
AS 'MODULE_PATHNAME', 'sales_velocity_interval_of_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_interval(sales_summary, text, text, double precision) IS
    'confidence interval of sales_velocity() with the same arguments, the number of opportunities being known; NULL below two won amounts or cycles';

CREATE FUNCTION sales_velocity_interval(stock sales_summary, flow sales_summary, cycle text DEFAULT 'decided', confidence double precision DEFAULT 0.95, OUT lower numeric, OUT upper numeric)
RETURNS record
AS 'MODULE_PATHNAME', 'sales_velocity_interval_of_flow'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_velocity_interval(sales_summary, sales_summary, text, double precision) IS
    'confidence interval of sales_velocity() with the same arguments, the stock being known; NULL below two won amounts or cycles';

CREATE FUNCTION shrunken_hit_ratio(summary sales_summary, prior sales_summary, weight double precision DEFAULT 20)
RETURNS double precision
AS 'MODULE_PATHNAME', 'shrunken_hit_ratio'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION shrunken_hit_ratio(sales_summary, sales_summary, double precision) IS
    'hit ratio as if so many opportunities (weight) with the hit ratio of the prior had been closed besides';

CREATE FUNCTION hit_ratio_prior_weight(summaries sales_summary[])
RETURNS double precision
AS 'MODULE_PATHNAME', 'hit_ratio_prior_weight'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hit_ratio_prior_weight(sales_summary[]) IS
    'weight for shrunken_hit_ratio(), estimated from how much the hit ratios of reps differ; infinite if by no more than chance';
