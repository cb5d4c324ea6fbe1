-- src/velocity_change.sql: why sales velocity changed

CREATE FUNCTION sales_velocity_change(before sales_summary, after sales_summary, opportunities text DEFAULT 'all', cycle text DEFAULT 'won')
RETURNS TABLE (lever text, before numeric, after numeric, contribution numeric, method text)
AS 'MODULE_PATHNAME', 'sales_velocity_change_of_summaries'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION sales_velocity_change(sales_summary, sales_summary, text, text) IS
    'what each of the four levers has added to the change of sales_velocity(); the contributions add up to it exactly';

CREATE FUNCTION sales_velocity_change(before_stock sales_summary, before_flow sales_summary, after_stock sales_summary, after_flow sales_summary, cycle text DEFAULT 'decided')
RETURNS TABLE (lever text, before numeric, after numeric, contribution numeric, method text)
AS 'MODULE_PATHNAME', 'sales_velocity_change_of_flows'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION sales_velocity_change(sales_summary, sales_summary, sales_summary, sales_summary, text) IS
    'what each of the four levers has added to the change of sales_velocity() of stock and flow; the contributions add up to it exactly';
