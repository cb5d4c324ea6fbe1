-- demo.sql: what a sales manager wants to see, from the CRM that crm.sql has made
--
--   psql -qX -f test/data/crm.sql -f test/data/demo.sql
--
-- Everything is as of the evening of the variable today (2026-06-30, the last day of that CRM); the clock is not read.
-- psql aligns text to the left: to_char is given a format as wide as the column's title, so that numbers end in line.

\set ON_ERROR_STOP on
\if :{?today} \else \set today 2026-06-30 \endif
\pset footer off
\pset null -

-- The last seven days by name, the last three complete months by name and place.
SELECT to_char(date :'today' - 6, 'Dy') AS day1, to_char(date :'today' - 5, 'Dy') AS day2,
       to_char(date :'today' - 4, 'Dy') AS day3, to_char(date :'today' - 3, 'Dy') AS day4,
       to_char(date :'today' - 2, 'Dy') AS day5, to_char(date :'today' - 1, 'Dy') AS day6,
       to_char(date :'today', 'Dy') AS day7,
       to_char(month1, '"won" Mon') AS month1_name, to_char(month2, '"won" Mon') AS month2_name,
       to_char(month3, '"won" Mon') AS month3_name,
       month1, month2, month3, period_end('month', month3) AS months_end
FROM period_start('month', date :'today' + 1) AS month4,
     period_start('month', month4 - 1) AS month3,
     period_start('month', month3 - 1) AS month2,
     period_start('month', month2 - 1) AS month1
\gset

\echo
\echo '1. Sales velocity in the 90 days to' :today '(EUR)'
\echo '   Opportunities x hit ratio x average deal / sales cycle. Flow (open opportunities, cycle of all closed)'
\echo '   tells what comes in per day. Textbook (all of them, cycle of won) compares groups; it grows with the window.'
SELECT reading,
       to_char(opportunities, '9,999,999,990') AS opportunities,
       round(100 * hit_ratio(summary)::numeric, 1) AS "hit ratio %",
       to_char(avg_deal_size(summary), '999,999,990') AS "average deal",
       round(avg_sales_cycle(summary, cycle)::numeric, 1) AS "cycle, days",
       to_char(velocity, '999,999,999,990') AS "velocity per day",
       to_char(won_amount(summary) / 90, '99,999,999,999,990') AS "really won per day"
FROM (SELECT sales_summary(status, amount, created_on, closed_on) AS summary
      FROM opportunity
      WHERE status = 'open' OR closed_on > date :'today' - 90) AS s,
     LATERAL (VALUES ('flow', num_open(summary), 'closed', sales_velocity(summary, 'open', 'closed')),
                     ('textbook', num_closed(summary) + num_open(summary), 'won', sales_velocity(summary))
             ) AS v (reading, opportunities, cycle, velocity)
ORDER BY reading;

\echo '2. Activity in the last 7 days, per rep (calls per day, then sums with their targets)'
\echo '   A day without rows is a 0. Targets: working days. Talks: conversations. Open: of delivered, tracked e-mails.'
WITH calls AS (
    SELECT owner_id, occurred_on AS day, count(*) AS calls, count(*) FILTER (WHERE is_conversation) AS talks,
           sum(duration_s) AS seconds
    FROM call GROUP BY 1, 2
), emails AS (
    SELECT owner_id, sent_on AS day, count(*) AS emails, count(*) FILTER (WHERE bounced) AS bounced,
           count(*) FILTER (WHERE opened) AS opened, count(*) FILTER (WHERE open_tracked AND NOT bounced) AS tracked
    FROM email GROUP BY 1, 2
), targets AS (
    SELECT owner_id, day, sum(value) FILTER (WHERE kpi = 'calls') AS calls_target,
           sum(value) FILTER (WHERE kpi = 'conversations') AS talks_target,
           sum(value) FILTER (WHERE kpi = 'emails') AS emails_target
    FROM period_series('day', date :'today' - 6, date :'today') AS day
    JOIN target ON period @> day
    WHERE working_days(day, day + 1, ARRAY(SELECT holiday_on FROM holiday)) = 1
    GROUP BY 1, 2
)
SELECT coalesce(name, 'all') AS rep,
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 6), 0) AS :"day1",
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 5), 0) AS :"day2",
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 4), 0) AS :"day3",
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 3), 0) AS :"day4",
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 2), 0) AS :"day5",
       coalesce(sum(calls) FILTER (WHERE day = date :'today' - 1), 0) AS :"day6",
       coalesce(sum(calls) FILTER (WHERE day = date :'today'), 0) AS :"day7",
       format('%3s/%s', coalesce(sum(calls), 0), sum(calls_target)) AS calls,
       format('%3s/%s', coalesce(sum(talks), 0), sum(talks_target)) AS talks,
       format('%3s/%s', coalesce(sum(emails), 0), sum(emails_target)) AS "e-mails",
       to_char(sum(seconds) * interval '1 second', 'HH24:MI') AS phone,
       round(100 * bounce_ratio(sum(bounced)::bigint, sum(emails)::bigint)::numeric, 1) AS "bounce %",
       round(100 * open_ratio(sum(opened)::bigint, sum(tracked)::bigint)::numeric, 1) AS "open %"
FROM period_series('day', date :'today' - 6, date :'today') AS day
CROSS JOIN (SELECT rep_id AS owner_id, name FROM rep) AS rep
LEFT JOIN calls USING (owner_id, day)
LEFT JOIN emails USING (owner_id, day)
LEFT JOIN targets USING (owner_id, day)
GROUP BY GROUPING SETS ((owner_id, name), ())
ORDER BY grouping(name), name;

\echo '3. The last 8 complete weeks'
\echo '   The total is rolled up from the weeks: its ratios and its median are those of the deals, not means of weeks.'
\echo '   Velocity: the flow reading on the evening of the last day, over the 90 days before.'
WITH week AS (
    SELECT start, period_end('week', start) AS until
    FROM period_start('week', date :'today' + 1) AS this_week,
         period_series('week', this_week - 56, this_week - 1) AS start
), weekly AS (
    SELECT start,
           (SELECT count(*) FROM opportunity WHERE created_on >= start AND created_on < until) AS created,
           (SELECT sales_summary(status, amount, created_on, closed_on) FROM opportunity
            WHERE closed_on >= start AND closed_on < until) AS closings,
           (SELECT sales_velocity(sales_summary(CASE WHEN closed_on >= until THEN 'open' ELSE status END,
                                                amount, created_on, closed_on), 'open', 'closed')
            FROM opportunity
            WHERE created_on < until AND (status = 'open' OR closed_on >= until - 90)) AS velocity
    FROM week
), total AS (
    SELECT start, sum(created) AS created, rollup(closings) AS closings, min(velocity) AS velocity
    FROM weekly GROUP BY GROUPING SETS ((start), ())
)
SELECT coalesce(to_char(start, 'YYYY-MM-DD'), '8 weeks') AS "week from", created,
       num_won(closings) AS won, num_lost(closings) AS lost, num_void(closings) AS void,
       round(100 * hit_ratio(closings)::numeric, 1) AS "hit ratio %",
       to_char(won_amount(closings), '9,999,990') AS "won amount",
       to_char(avg_deal_size(closings), '999,999,990') AS "average deal",
       median_sales_cycle(closings) AS "median cycle",
       CASE WHEN start IS NOT NULL THEN to_char(velocity, '999,999,999,990') ELSE '' END AS "velocity per day"
FROM total
ORDER BY start;

-- Summaries can be kept: one per rep and month of closing. Sections 4 and 5 read these, not the opportunities.
CREATE TEMP TABLE monthly AS
SELECT period_start('month', closed_on) AS month, owner_id,
       sales_summary(status, amount, created_on, closed_on) AS summary
FROM opportunity
WHERE status <> 'open'
GROUP BY 1, 2;

\echo '4. The last 3 complete months, per rep'
\echo '   Velocity: the textbook reading of the deals closed in these months, which compares reps with one another.'
WITH per_rep AS (
    SELECT coalesce(name, '(no owner)') AS name, rollup(summary) AS summary,
           rollup(summary) FILTER (WHERE month = :'month1') AS summary1,
           rollup(summary) FILTER (WHERE month = :'month2') AS summary2,
           rollup(summary) FILTER (WHERE month = :'month3') AS summary3,
           (SELECT sum(value) FROM target WHERE kpi = 'won_amount' AND target.owner_id = rep_id
            AND period <@ daterange(:'month1', :'months_end')) AS target
    FROM (SELECT * FROM monthly WHERE month >= :'month1' AND month < :'months_end') AS m
    FULL JOIN rep ON rep_id = owner_id
    GROUP BY rep_id, name
), total AS (
    SELECT name, rollup(summary) AS summary, rollup(summary1) AS summary1, rollup(summary2) AS summary2,
           rollup(summary3) AS summary3, sum(target) AS target
    FROM per_rep
    GROUP BY GROUPING SETS ((name), ())
)
SELECT coalesce(name, 'all') AS rep,
       to_char(won_amount(summary1), '999,990') AS :"month1_name",
       to_char(won_amount(summary2), '999,990') AS :"month2_name",
       to_char(won_amount(summary3), '999,990') AS :"month3_name",
       round(100 * won_amount(summary) / target) AS "target %",
       num_won(summary) AS won, num_lost(summary) AS lost,
       round(100 * hit_ratio(summary)::numeric, 1) AS "hit %",
       to_char(avg_deal_size(summary), '999,990') AS "avg deal",
       median_sales_cycle(summary) AS "median days",
       to_char(sales_velocity(summary), '999,999,990') AS "velocity/day"
FROM total
ORDER BY name IS NULL, sales_velocity(summary) DESC NULLS LAST, name;

\echo '5. Three months are their days'
\echo '   Rolled up from the months: the same as from the opportunities. A mean of monthly figures is not.'
WITH months AS (
    SELECT month, rollup(summary) AS summary
    FROM monthly WHERE month >= :'month1' AND month < :'months_end' GROUP BY month
), both_ways AS (
    SELECT (SELECT rollup(summary) FROM months) AS from_months,
           (SELECT sales_summary(status, amount, created_on, closed_on) FROM opportunity
            WHERE closed_on >= :'month1' AND closed_on < :'months_end') AS from_rows
), line AS (
    SELECT 1 AS place, 'the opportunities' AS source, hit_ratio(from_rows) AS hit, avg_deal_size(from_rows) AS deal,
           avg_sales_cycle(from_rows) AS cycle, sales_velocity(from_rows) AS velocity, from_rows = from_months AS equal
    FROM both_ways
    UNION ALL
    SELECT 2, 'the three months, rolled up', hit_ratio(from_months), avg_deal_size(from_months),
           avg_sales_cycle(from_months), sales_velocity(from_months), from_months = from_rows
    FROM both_ways
    UNION ALL
    SELECT 3, 'mean of the three months'' figures', avg(hit_ratio(summary)), avg(avg_deal_size(summary)),
           avg(avg_sales_cycle(summary)), avg(sales_velocity(summary)), NULL
    FROM months
)
SELECT source AS "read from",
       round(100 * hit::numeric, 3) AS "hit ratio %",
       to_char(deal, '9,999,990.00') AS "average deal",
       round(cycle::numeric, 3) AS "cycle, days",
       to_char(velocity, '9,999,999,990.00') AS "velocity per day",
       equal AS "exactly equal"
FROM line
ORDER BY place;

\echo '6. A moving window: the 30 days to each of the last 10 days'
\echo '   Deals enter the window and leave it 30 days later; the median stays exact too. That day: won or lost on it.'
WITH daily AS (
    SELECT day,
           (SELECT sales_summary(status, amount, created_on, closed_on) FROM opportunity
            WHERE closed_on = day) AS summary
    FROM period_series('day', date :'today' - 38, date :'today') AS day
), moving AS (
    SELECT day, summary, rollup(summary) OVER (ORDER BY day ROWS BETWEEN 29 PRECEDING AND CURRENT ROW) AS month
    FROM daily
)
SELECT to_char(day, 'Dy YYYY-MM-DD') AS "30 days to",
       num_closed(summary) AS "that day",
       num_won(month) AS won, num_lost(month) AS lost,
       round(100 * hit_ratio(month)::numeric, 1) AS "hit ratio %",
       to_char(won_amount(month), '9,999,990') AS "won amount",
       to_char(avg_deal_size(month), '999,999,990') AS "average deal",
       median_sales_cycle(month) AS "median cycle",
       to_char(sales_velocity(month), '999,999,999,990') AS "velocity per day"
FROM moving
WHERE day > date :'today' - 10
ORDER BY day;

-- What was done on each day of this month and this week, by whom, and what was due: targets hold for a month (those per
-- working day are multiplied), and a day's part of one is the pace that evening minus the pace of the evening before.
CREATE TEMP TABLE daily AS
WITH span AS (
    SELECT least(period_start('week', date :'today'), period_start('month', date :'today')) AS first,
           period_end('month', date :'today') AS last, ARRAY(SELECT holiday_on FROM holiday) AS holidays
), done AS (
    SELECT 'calls' AS kpi, owner_id, occurred_on AS day, 1::numeric AS actual FROM call
    UNION ALL SELECT 'conversations', owner_id, occurred_on, 1 FROM call WHERE is_conversation
    UNION ALL SELECT 'emails', owner_id, sent_on, 1 FROM email
    UNION ALL SELECT 'meetings_held', host, scheduled_on, 1 FROM meeting WHERE status = 'held'
    UNION ALL SELECT 'opportunities_created', owner_id, created_on, 1 FROM opportunity
    UNION ALL SELECT 'won_amount', owner_id, closed_on, amount FROM opportunity WHERE status = 'won'
), monthly_target AS (
    SELECT kpi, owner_id, lower(period) AS first, upper(period) AS last, holidays,
           CASE WHEN kpi IN ('calls', 'conversations', 'emails') THEN value * working_days(lower(period), upper(period), holidays)
                ELSE value END AS target
    FROM target, span
)
SELECT kpi, owner_id, day, coalesce(sum(actual), 0) AS actual,
       pace(target, day, t.first, t.last, t.holidays) - pace(target, day - 1, t.first, t.last, t.holidays) AS due
FROM span CROSS JOIN period_series('day', span.first, span.last - 1) AS day
JOIN monthly_target AS t ON day >= t.first AND day < t.last
LEFT JOIN done USING (kpi, owner_id, day)
GROUP BY kpi, owner_id, day, target, t.first, t.last, t.holidays;

\echo '7. Targets of the team, by day, week and month'
\echo '   Done against due by this evening, in equal parts on working days. The parts of a month add up to its target.'
SELECT replace(kpi, '_', ' ') AS kpi,
       to_char(sum(actual) FILTER (WHERE period = 'day'), '9,999,990') AS today,
       to_char(sum(due) FILTER (WHERE period = 'day'), '99,990.0') AS "due today",
       to_char(100 * attainment(sum(actual) FILTER (WHERE period = 'day'), sum(due) FILTER (WHERE period = 'day')), '990') AS "%",
       to_char(sum(actual) FILTER (WHERE period = 'week'), '99,999,990') AS "this week",
       to_char(sum(due) FILTER (WHERE period = 'week'), '99,990.0') AS "due so far",
       to_char(100 * attainment(sum(actual) FILTER (WHERE period = 'week'), sum(due) FILTER (WHERE period = 'week')), '990') AS "%",
       to_char(sum(actual) FILTER (WHERE period = 'month'), '99,999,990') AS "this month",
       to_char(sum(due) FILTER (WHERE period = 'month'), '999,990.0') AS "due so far",
       to_char(100 * attainment(sum(actual) FILTER (WHERE period = 'month'), sum(due) FILTER (WHERE period = 'month')), '990') AS "%"
FROM daily JOIN unnest('{day,week,month}'::text[]) AS period ON day >= period_start(period, date :'today')
WHERE day <= :'today'
GROUP BY kpi
ORDER BY array_position('{calls,conversations,emails,meetings_held,opportunities_created,won_amount}', kpi);

SELECT least(date :'today', month + 17) AS pace_day, month, period_end('month', month) AS next_month
FROM period_start('month', date :'today') AS month
\gset

\echo '8. Won amount of the month and its target, per rep, as it stood on' :pace_day
\echo '   Required: per working day that was left, negative where the target was passed. Final: as of' :today
SELECT coalesce(name, 'all') AS rep, to_char(target, '9,999,990') AS target, to_char(actual, '9,999,990') AS actual,
       to_char(pace(target, :'pace_day', :'month', :'next_month', holidays), '9,999,990') AS due,
       round(100 * attainment(actual, target)::numeric) AS "target %",
       on_track(actual, target, :'pace_day', :'month', :'next_month', holidays) AS "on track",
       to_char(required_per_day(target, actual, :'pace_day', :'next_month', holidays), '999,999,990') AS "required/day",
       round(100 * attainment(final, target)::numeric) AS "final %"
FROM (SELECT name, sum(due) AS target, sum(actual) FILTER (WHERE day <= :'pace_day') AS actual,
             sum(actual) FILTER (WHERE day <= :'today') AS final, ARRAY(SELECT holiday_on FROM holiday) AS holidays
      FROM daily JOIN rep ON rep_id = owner_id
      WHERE kpi = 'won_amount' AND day >= :'month'
      GROUP BY ROLLUP (name)) AS per_rep
ORDER BY name IS NULL, name;

\echo '9. Prospecting, the last 8 complete weeks'
\echo '   Booked: by the day of booking. Due: by the day of the meeting, cancelled ones too; one that was moved counts once.'
\echo '   Show: held of the due ones. Qualified: of the held ones. New: opportunities that became sales-qualified.'
WITH week AS (
    SELECT day FROM period_series('week', period_start('week', date :'today' + 1) - 56, period_start('week', date :'today' + 1) - 1) AS day
), booked AS (
    SELECT period_start('week', booked_on) AS day, num_booked(meeting_summary(status, scheduled_on, is_qualified)) AS n
    FROM meeting GROUP BY 1
), due AS (
    SELECT period_start('week', scheduled_on) AS day, meeting_summary(status, scheduled_on, is_qualified) AS summary
    FROM meeting GROUP BY 1
), new AS (
    SELECT period_start('week', qualified_on) AS day, count(*) AS n FROM opportunity GROUP BY 1
)
SELECT coalesce(week.day::text, '8 weeks') AS "week from",
       to_char(sum(booked.n), '99,990') AS booked,
       to_char(num_booked(rollup(summary)), '9,990') AS due,
       to_char(num_held(rollup(summary)), '9,990') AS held,
       to_char(num_no_show(rollup(summary)), '999,990') AS "no show",
       round(100 * show_ratio(rollup(summary), date :'today' + 1)::numeric, 1) AS "show %",
       round(100 * qualification_ratio(rollup(summary))::numeric, 1) AS "qualified %",
       to_char(sum(new.n), '9,999,999,999,990') AS "new opportunities"
FROM week LEFT JOIN booked USING (day) LEFT JOIN due USING (day) LEFT JOIN new USING (day)
GROUP BY ROLLUP (week.day) ORDER BY week.day;

\echo '10. The funnel of the opportunities entered in the 12 months to' :today
\echo '   Open ones are in progress, not lost. Days: from one stage to the next.'
WITH path AS (
    SELECT funnel_path(coalesce(array_position('{new,qualified,proposal,negotiation,won}', to_stage), 0), changed_at)
           AS path                                      -- 0: lost and void leave the funnel
    FROM stage_change JOIN opportunity USING (opportunity_id)
    WHERE created_on > date :'today' - 365
    GROUP BY opportunity_id
)
SELECT (ARRAY['new', 'qualified', 'proposal', 'negotiation', 'won'])[step] AS stage,
       to_char(entered, '999,990') AS entered, to_char(converted, '9,999,990') AS "went on",
       to_char(in_progress, '99,999,990') AS "in progress", to_char(dropped, '999,990') AS dropped,
       round(100 * conversion::numeric, 1) AS "conversion %",
       round(100 * conversion_from_first::numeric, 1) AS "of the first %", median_days AS "median days"
FROM (SELECT funnel_summary(path) AS summary FROM path) AS f, funnel_steps(summary, 5);

\echo '11. Lead velocity rate: qualified leads, month over month'
\echo '   Complete months only. With 95 % confidence the rate lies between lower and upper.'
SELECT to_char(month, 'YYYY-MM') AS month, to_char(leads, '9,990') AS leads,
       to_char(lead_increase(summary, period_end('month', month)), '9,999,990') AS increase, round(100 * rate::numeric, 1) AS "rate %",
       round(100 * lower::numeric, 1) AS "lower %", round(100 * upper::numeric, 1) AS "upper %"
FROM (SELECT lead_summary(qualified_on) AS summary FROM lead) AS l,
     lead_velocity_series(summary, date :'today' + 1) AS series,
     lead_velocity_interval(summary, period_end('month', month)) AS i
WHERE month >= date :'months_end' - interval '6 months'
ORDER BY month;

\echo '12. Unit economics, as of the last complete month'
\echo '   A subscription is a customer; spend, with salaries, is lagged by 60 days (a sales cycle). Churn per customer-month.'
WITH customer AS (
    SELECT customer_id, min(period_on) AS started,
           CASE WHEN max(period_on) < :'month3' THEN period_end('month', max(period_on)) END AS ended,
           avg(amount) AS revenue, avg(gross_margin)::float8 AS margin
    FROM customer_revenue WHERE period_on < :'months_end' GROUP BY 1
), year AS (
    SELECT year, sum(spend) AS spend, sum(customers) AS customers
    FROM (SELECT period_start('year', spent_on + 60) AS year, amount AS spend, 0 AS customers FROM spend
          UNION ALL
          SELECT period_start('year', started), 0, 1 FROM customer) AS event
    GROUP BY 1
), cohort AS (
    SELECT period_start('year', started) AS year, customer_summary(started, ended, revenue) AS summary, avg(margin) AS margin
    FROM customer GROUP BY 1
)
SELECT to_char(year, 'YYYY') AS "won in", num_customers(summary) AS customers, num_running(summary) AS "still there",
       round(100 * churn_rate(summary, :'months_end')::numeric, 2) AS "churn % a month",
       to_char(arpa(summary), '999,990') AS arpa,
       to_char(cac(spend, customers), '999,990') AS cac,
       to_char(ltv(summary, :'months_end', margin, 36), '999,990') AS "LTV, 36 months",
       round(ltv_cac_ratio(ltv(summary, :'months_end', margin, 36), cac(spend, customers))::numeric, 1) AS "LTV : CAC",
       round(cac_payback_months(cac(spend, customers), arpa(summary), margin)::numeric, 1) AS "payback, months"
FROM cohort JOIN year USING (year)
ORDER BY year;

\echo '13. Data quality of all opportunities'
\echo '   Nothing is repaired silently: such rows are counted, and left out only of the figure that they cannot serve.'
SELECT finding,
       to_char(n, '9,999,999,990') AS opportunities,
       round(100.0 * n / nullif(num_opportunities(summary), 0), 1) AS "%",
       effect
FROM (SELECT sales_summary(status, amount, created_on, closed_on) AS summary,
             count(*) FILTER (WHERE owner_id IS NULL) AS no_owner,
             count(*) FILTER (WHERE amount <= 0) AS no_value,
             count(*) FILTER (WHERE status = 'open' AND expected_close_on <= date :'today') AS overdue
      FROM opportunity) AS s,
     LATERAL (VALUES (1, 'all', num_opportunities(summary), ''),
                     (2, 'void', num_void(summary), 'neither won nor lost: not in the hit ratio'),
                     (3, 'amount missing', num_missing_amount(summary), 'not in the average deal'),
                     (4, 'amount zero or negative', no_value, 'an amount like others'),
                     (5, 'closed, date missing', num_missing_cycle(summary), 'not in the sales cycle'),
                     (6, 'closed before opened', num_negative_cycle(summary), 'not in the sales cycle'),
                     (7, 'no owner', no_owner, 'a group of their own'),
                     (8, 'open, expected close has passed', overdue, 'open: a forecast is never read')
             ) AS v (place, finding, n, effect)
ORDER BY place;

\echo '14. Sales velocity at the end of each of the last 6 complete months, and what has moved it (EUR per day)'
\echo '   Flow: what was open then, and what was won, lost or void in the 90 days before. Hit ratio and cycle with void ones.'
\echo '   Interval: of this stock. Won/day: what came in within these 90 days. By: what each lever added in this month.'
WITH change AS MATERIALIZED (
    SELECT day, rollup(delta) AS delta
    FROM opportunity, opportunity_events(status, amount, created_on, closed_on)
    GROUP BY day
), month AS (
    SELECT month, rollup(delta) AS stock, rollup(delta) FILTER (WHERE day >= until - 90) AS flow
    FROM period_series('month', (date :'months_end' - interval '7 months')::date, date :'months_end' - 1) AS month,
         period_end('month', month) AS until
    JOIN change ON day < until
    GROUP BY month
), step AS (
    SELECT *, lag(stock) OVER w AS old_stock, lag(flow) OVER w AS old_flow FROM month WINDOW w AS (ORDER BY month)
)
SELECT to_char(month, 'YYYY-MM') AS month, l.opportunities AS open, round(100 * l.hit_ratio::numeric, 1) AS "hit %",
       to_char(l.avg_deal_size, '999,990') AS "avg deal", round(l.sales_cycle::numeric, 1) AS cycle,
       to_char(l.sales_velocity, '999,990') AS velocity,
       to_char(i.lower, '99,990') || ' to' || to_char(i.upper, '99,990') AS "95 % interval",
       to_char(won_amount(flow) / 90, '99,990') AS "won/day",
       to_char(l.sales_velocity - sales_velocity(old_stock, old_flow), 'S99,990') AS changed,
       to_char(by_opportunities, 'S99,990') AS "by open", to_char(by_hit_ratio, 'S999,990') AS "by hit %",
       to_char(by_deal_size, 'S99,990') AS "by deal", to_char(by_cycle, 'S999,990') AS "by cycle"
FROM step, sales_velocity_levers(stock, flow) AS l, sales_velocity_interval(stock, flow) AS i,
     LATERAL (SELECT max(contribution) FILTER (WHERE lever = 'opportunities') AS by_opportunities,
                     max(contribution) FILTER (WHERE lever = 'hit_ratio') AS by_hit_ratio,
                     max(contribution) FILTER (WHERE lever = 'avg_deal_size') AS by_deal_size,
                     max(contribution) FILTER (WHERE lever = 'sales_cycle') AS by_cycle
              FROM sales_velocity_change(old_stock, old_flow, stock, flow)) AS c
WHERE old_stock IS NOT NULL
ORDER BY month;
