-- What sqlsmith makes its queries of: the demo's CRM, tables of all kinds of summaries, and views of KPIs. The role smith
-- owns none of it, and may write to all of it; sqlsmith takes back what it does.
CREATE EXTENSION salesvelocity;
\ir crm.sql
-- of ranges sqlsmith makes nothing but type errors
ALTER TABLE target DROP COLUMN period;

CREATE TABLE sales_month AS
    SELECT owner_id, period_start('month', created_on) AS month, sales_summary(status, amount, created_on, closed_on) AS summary
    FROM opportunity GROUP BY 1, 2;
CREATE TABLE meeting_month AS
    SELECT booked_by, period_start('month', scheduled_on) AS month, meeting_summary(status, scheduled_on, is_qualified) AS summary
    FROM meeting GROUP BY 1, 2;
CREATE TABLE lead_source AS SELECT source, lead_summary(qualified_on) AS summary FROM lead GROUP BY 1;
CREATE TABLE customer_cohort AS
    SELECT period_start('year', started) AS year, customer_summary(started, ended, revenue, 1000 * revenue) AS summary
    FROM (SELECT customer_id, min(period_on) AS started, nullif(max(period_on), '2026-06-01') AS ended, avg(amount) AS revenue
          FROM customer_revenue GROUP BY 1) AS c
    GROUP BY 1;
CREATE TABLE path AS
    SELECT opportunity_id, funnel_path(coalesce(array_position('{qualified,proposal,negotiation,won}', to_stage), 0), changed_at) AS path
    FROM stage_change GROUP BY 1;
CREATE TABLE funnel AS SELECT opportunity_id % 5 AS part, funnel_summary(path) AS summary FROM path GROUP BY 1;
CREATE VIEW kpi AS
    SELECT owner_id, month, num_won(summary), hit_ratio(summary), avg_deal_size(summary), avg_sales_cycle(summary),
           sales_velocity(summary, 'open', 'closed'), summary
    FROM sales_month;
CREATE VIEW pipeline AS
    SELECT day, rollup(rollup(delta)) OVER (ORDER BY day) AS summary
    FROM opportunity, opportunity_events(status, amount, created_on, closed_on) GROUP BY day;
CREATE VIEW steps AS SELECT part, s.* FROM funnel, funnel_steps(summary) AS s;
CREATE MATERIALIZED VIEW owner AS SELECT owner_id, rollup(summary) AS summary FROM sales_month GROUP BY 1;

CREATE ROLE smith LOGIN;
GRANT ALL ON ALL TABLES IN SCHEMA public TO smith;
ALTER ROLE smith SET statement_timeout = '1s';
