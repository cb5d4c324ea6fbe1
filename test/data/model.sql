-- model.sql: the KPI views of a BI tool, over the CRM that crm.sql has made in schema public
--
--   psql -qX -f test/data/crm.sql -f test/data/model.sql
--
-- Installs the model, connects it to the tables, checks them, and shows KPIs by day, week and month.

\set ON_ERROR_STOP on
\if :{?today} \else \set today 2026-06-30 \endif
\pset footer off
\pset null -
SET client_min_messages = warning;

-- What the tables leave to be said: that their calls are calls, and that some targets are per working day.
CREATE SCHEMA crm_extra;
CREATE VIEW crm_extra.activity AS SELECT *, 'call' AS kind FROM public.call;
CREATE VIEW crm_extra.target AS
SELECT kpi, owner_id, lower(period) AS first, upper(period) AS last,
       CASE WHEN kpi IN ('calls', 'conversations', 'emails')
            THEN value * working_days(lower(period), upper(period), ARRAY(SELECT holiday_on FROM public.holiday)) ELSE value END AS value
FROM public.target;

CALL create_crm_model('generic', 'public', 'kpi', 'Europe/Amsterdam', '{
    "base_currency": "EUR",
    "owner": {"table": "rep", "owner_id": "rep_id"},
    "activity": {"schema": "crm_extra", "activity_id": "call_id", "occurred_on": "occurred_on"},
    "email": {"is_bounced": "bounced", "is_open_tracked": "open_tracked", "is_opened": "opened", "is_clicked": "clicked", "is_replied": "replied"},
    "target": {"schema": "crm_extra"},
    "working_calendar": {"table": "holiday", "holiday": "holiday_on"}}');
UPDATE kpi.kpi_clock SET as_of = :'today';
CALL create_kpi_views('kpi', '{"materialized": true, "cac_lag_months": 2, "ltv_horizon": 36}');

\echo
\echo 'The same CRM, connected to a BI tool: three statements make' 25 'views in schema kpi'
\echo '15. What is wrong with the tables, as check_source finds it'
SELECT relation, problem, to_char(rows, '9,999') AS rows, example FROM check_source('kpi') ORDER BY check_source.rows DESC NULLS LAST, relation, problem LIMIT 10;

\echo '16. Activity by day: activity_daily_total, activity_daily'
SELECT to_char(period_start, 'Dy YYYY-MM-DD') AS day, calls, conversations AS talks, round(100 * connect_ratio::numeric, 1) AS "connect %",
       to_char(call_seconds * interval '1 second', 'HH24:MI') AS phone, emails AS "e-mails", round(100 * bounce_ratio::numeric, 1) AS "bounce %",
       round(100 * open_ratio::numeric, 1) AS "open %",
       (SELECT format('%s (%s)', owner_name, a.calls) FROM kpi.activity_daily AS a WHERE a.period_start = t.period_start ORDER BY a.calls DESC, owner_name LIMIT 1) AS "most calls"
FROM kpi.activity_daily_total AS t
WHERE period_start > date :'today' - 7
ORDER BY period_start;

\echo '17. Prospecting and targets by week: prospecting_weekly_total, targets_weekly_total'
SELECT period_start AS "week from", companies_added AS companies, contacts_added AS contacts, leads_qualified AS leads, meetings_booked AS booked, meetings_held AS held,
       round(100 * show_ratio::numeric, 1) AS "show %", opportunities_qualified AS "new opportunities",
       format('%s of %s', t.actual, round(t.due)) AS "calls of those due", t.on_track AS "on track"
FROM kpi.prospecting_weekly_total JOIN kpi.targets_weekly_total AS t USING (period_start)
WHERE kpi = 'calls' AND period_start > date :'today' - 42
ORDER BY period_start;

\echo '18. Sales by month, of each rep and of all: sales_monthly, sales_monthly_total'
SELECT to_char(period_start, 'YYYY-MM') AS month, coalesce(owner_name, 'all') AS rep, created, won, lost, open_opportunities AS open,
       to_char(won_amount, '9,999,990') AS "won amount", round(100 * hit_ratio::numeric) AS "hit %",
       format('%s-%s', round(100 * hit_ratio_lower::numeric), round(100 * hit_ratio_upper::numeric)) AS "95 %",
       median_sales_cycle AS "median days", to_char(sales_velocity, '999,990') AS "velocity/day"
FROM (SELECT period_start, owner_name, created, won, lost, open_opportunities, won_amount, hit_ratio, hit_ratio_lower, hit_ratio_upper, median_sales_cycle, sales_velocity
      FROM kpi.sales_monthly
      UNION ALL
      SELECT period_start, NULL, created, won, lost, open_opportunities, won_amount, hit_ratio, hit_ratio_lower, hit_ratio_upper, median_sales_cycle, sales_velocity
      FROM kpi.sales_monthly_total) AS s
WHERE period_start >= period_start('month', date :'today') - 31
ORDER BY s.period_start, s.owner_name;

\echo '19. The company by month: company_monthly'
SELECT to_char(period_start, 'YYYY-MM') AS month, to_char(spend, '999,990') AS spend, new_customers AS "new customers", to_char(cac, '99,990') AS cac,
       to_char(ltv, '99,990') AS "LTV, 36 months", round(ltv_cac_ratio::numeric, 1) AS "LTV : CAC", round(cac_payback_months::numeric, 1) AS "payback, months",
       leads, round(100 * lead_velocity_rate::numeric, 1) AS "LVR %", to_char(revenue_per_lead, '99,990') AS "revenue/lead"
FROM kpi.company_monthly
WHERE period_start > date :'today' - 200
ORDER BY company_monthly.period_start;
