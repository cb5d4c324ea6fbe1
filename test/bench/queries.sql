-- The queries of the benchmark: each behind a line that names it.
--
-- A hand-written query computes the same number as ours, by the same rules: void opportunities are in no
-- velocity, and a deal that was closed before it was opened is in no mean cycle.

--: floor
-- what reading the rows and taking their columns apart costs
SELECT count(closed_at) FROM opportunity;

--: velocity
SELECT sales_velocity(status, amount, opened_at, closed_at) FROM opportunity;

--: velocity by hand
SELECT count(*) FILTER (WHERE status IN ('won', 'lost', 'open'))::numeric
       * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
       * avg(amount) FILTER (WHERE status = 'won')
       / nullif(avg(extract(epoch FROM closed_at - opened_at))
                FILTER (WHERE status = 'won' AND closed_at >= opened_at) / 86400, 0)
FROM opportunity;

--: velocity of dates
SELECT sales_velocity(status, amount, created_on, closed_on) FROM opportunity;

--: velocity of dates by hand
SELECT count(*) FILTER (WHERE status IN ('won', 'lost', 'open'))::numeric
       * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
       * avg(amount) FILTER (WHERE status = 'won')
       / nullif(avg(closed_on - created_on) FILTER (WHERE status = 'won' AND closed_on >= created_on), 0)
FROM opportunity;

--: velocity per owner
SELECT owner_id, sales_velocity(status, amount, opened_at, closed_at) FROM opportunity GROUP BY 1;

--: velocity per owner by hand
SELECT owner_id,
       count(*) FILTER (WHERE status IN ('won', 'lost', 'open'))::numeric
       * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
       * avg(amount) FILTER (WHERE status = 'won')
       / nullif(avg(extract(epoch FROM closed_at - opened_at))
                FILTER (WHERE status = 'won' AND closed_at >= opened_at) / 86400, 0)
FROM opportunity GROUP BY 1;

--: velocity per owner and month
SELECT owner_id, period_start('month', opened_at, 'Europe/Amsterdam'),
       sales_velocity(status, amount, opened_at, closed_at)
FROM opportunity GROUP BY 1, 2;

--: velocity per owner and month by hand
SELECT owner_id, date_trunc('month', opened_at, 'Europe/Amsterdam'),
       count(*) FILTER (WHERE status IN ('won', 'lost', 'open'))::numeric
       * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
       * avg(amount) FILTER (WHERE status = 'won')
       / nullif(avg(extract(epoch FROM closed_at - opened_at))
                FILTER (WHERE status = 'won' AND closed_at >= opened_at) / 86400, 0)
FROM opportunity GROUP BY 1, 2;

-- Reading takes milliseconds, so neither side sends its rows to the client.
--: velocity per owner and month by hand, unsent
SELECT count(velocity) FROM (
SELECT owner_id, date_trunc('month', opened_at, 'Europe/Amsterdam'),
       count(*) FILTER (WHERE status IN ('won', 'lost', 'open'))::numeric
       * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
       * avg(amount) FILTER (WHERE status = 'won')
       / nullif(avg(extract(epoch FROM closed_at - opened_at))
                FILTER (WHERE status = 'won' AND closed_at >= opened_at) / 86400, 0) AS velocity
FROM opportunity GROUP BY 1, 2) AS v;

--: velocity per owner and month from stored summaries
SELECT count(sales_velocity(summary)) FROM stored_summary;

--: stored KPI view
SELECT count(sales_velocity) FROM kpi.sales_monthly;

--: summary
SELECT sales_summary(status, amount, opened_at, closed_at) FROM opportunity;

--: summary by hand
SELECT count(*) FILTER (WHERE status = 'won'), count(*) FILTER (WHERE status = 'lost'),
       count(*) FILTER (WHERE status = 'void'), count(*) FILTER (WHERE status = 'open'),
       sum(amount) FILTER (WHERE status = 'won'), sum(amount) FILTER (WHERE status = 'lost'),
       sum(amount) FILTER (WHERE status = 'open'),
       avg(extract(epoch FROM closed_at - opened_at)) FILTER (WHERE status = 'won' AND closed_at >= opened_at),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at)
           FILTER (WHERE status = 'won' AND closed_at >= opened_at)
FROM opportunity;

--: summary per owner
SELECT owner_id, sales_summary(status, amount, opened_at, closed_at) FROM opportunity GROUP BY 1;

--: summary per owner by hand
SELECT owner_id,
       count(*) FILTER (WHERE status = 'won'), count(*) FILTER (WHERE status = 'lost'),
       count(*) FILTER (WHERE status = 'void'), count(*) FILTER (WHERE status = 'open'),
       sum(amount) FILTER (WHERE status = 'won'), sum(amount) FILTER (WHERE status = 'lost'),
       sum(amount) FILTER (WHERE status = 'open'),
       avg(extract(epoch FROM closed_at - opened_at)) FILTER (WHERE status = 'won' AND closed_at >= opened_at),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at)
           FILTER (WHERE status = 'won' AND closed_at >= opened_at)
FROM opportunity GROUP BY 1;

--: scan
SELECT count(opened_at) FROM opportunity;

--: period_start
SELECT count(period_start('month', opened_at, 'Europe/Amsterdam')) FROM opportunity;

--: date_trunc
SELECT count(date_trunc('month', opened_at, 'Europe/Amsterdam')) FROM opportunity;

--: share
SELECT bounce_ratio(bounced) FROM email;

--: share by hand
SELECT count(*) FILTER (WHERE bounced)::float8 / nullif(count(bounced), 0) FROM email;

--: share of some
SELECT open_ratio(opened, delivered) FROM email;

--: share of some by hand
SELECT count(*) FILTER (WHERE opened AND delivered)::float8 / nullif(count(opened) FILTER (WHERE delivered), 0) FROM email;

--: share of some per owner
SELECT owner_id, open_ratio(opened, delivered) FROM email GROUP BY 1;

--: share of some per owner by hand
SELECT owner_id, count(*) FILTER (WHERE opened AND delivered)::float8 / nullif(count(opened) FILTER (WHERE delivered), 0)
FROM email GROUP BY 1;

--: meetings
SELECT show_ratio(s, '2026-06-30'), qualification_ratio(s) FROM (SELECT meeting_summary(status, scheduled_on, is_qualified) AS s FROM meeting) AS _;

--: meetings by hand
SELECT count(*) FILTER (WHERE status = 'held' AND scheduled_on < '2026-06-30')::float8
       / nullif(count(*) FILTER (WHERE status <> 'rescheduled' AND scheduled_on < '2026-06-30'), 0),
       count(*) FILTER (WHERE status = 'held' AND is_qualified)::float8 / nullif(count(is_qualified) FILTER (WHERE status = 'held'), 0)
FROM meeting;

--: meetings per owner
SELECT owner_id, show_ratio(s, '2026-06-30'), qualification_ratio(s)
FROM (SELECT owner_id, meeting_summary(status, scheduled_on, is_qualified) AS s FROM meeting GROUP BY 1) AS _;

--: meetings per owner by hand
SELECT owner_id, count(*) FILTER (WHERE status = 'held' AND scheduled_on < '2026-06-30')::float8
       / nullif(count(*) FILTER (WHERE status <> 'rescheduled' AND scheduled_on < '2026-06-30'), 0),
       count(*) FILTER (WHERE status = 'held' AND is_qualified)::float8 / nullif(count(is_qualified) FILTER (WHERE status = 'held'), 0)
FROM meeting GROUP BY 1;

--: show_ratio
SELECT show_ratio(status, scheduled_on, '2026-06-30') FROM meeting;

--: show_ratio by hand
SELECT count(*) FILTER (WHERE status = 'held' AND scheduled_on < '2026-06-30')::float8
       / nullif(count(*) FILTER (WHERE status <> 'rescheduled' AND scheduled_on < '2026-06-30'), 0)
FROM meeting;

--: qualification_ratio
SELECT qualification_ratio(status, is_qualified) FROM meeting;

--: qualification_ratio by hand
SELECT count(*) FILTER (WHERE status = 'held' AND is_qualified)::float8 / nullif(count(is_qualified) FILTER (WHERE status = 'held'), 0)
FROM meeting;

--: pace
SELECT count(pace(amount, created_on, '2022-07-01', '2026-07-01')) FROM opportunity;

--: pace by hand
-- of calendar days, which take no counting
SELECT count(amount * (created_on + 1 - date '2022-07-01') / nullif(date '2026-07-01' - date '2022-07-01', 0)) FROM opportunity;

--: path
SELECT count(funnel_path) FROM (SELECT funnel_path(step, at) FROM step GROUP BY opportunity_id) AS _;

--: path by hand
SELECT count(path) FROM (SELECT array_agg(at ORDER BY at, step) AS path FROM step GROUP BY opportunity_id) AS _;

--: funnel
SELECT funnel_summary(path) FROM (SELECT funnel_path(step, at) AS path FROM step GROUP BY opportunity_id) AS _;

--: funnel with options
SELECT funnel_summary(path, timestamptz '2026-01-01 00:00+00', 'last', true, '{30 days,NULL,20 days}')
FROM (SELECT funnel_path(step, at) AS path FROM step GROUP BY opportunity_id) AS _;

--: funnel by hand
-- right only where nobody goes back: the first entry of each step
SELECT count(t1), count(least(t2, t3, t4, t5, t6, t7, t8) - t1), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t2, t3, t4, t5, t6, t7, t8) - t1),
       count(t2), count(least(t3, t4, t5, t6, t7, t8) - t2), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t3, t4, t5, t6, t7, t8) - t2),
       count(t3), count(least(t4, t5, t6, t7, t8) - t3), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t4, t5, t6, t7, t8) - t3),
       count(t4), count(least(t5, t6, t7, t8) - t4), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t5, t6, t7, t8) - t4),
       count(t5), count(least(t6, t7, t8) - t5), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t6, t7, t8) - t5),
       count(t6), count(least(t7, t8) - t6), percentile_disc(0.5) WITHIN GROUP (ORDER BY least(t7, t8) - t6),
       count(t7), count(t8 - t7), percentile_disc(0.5) WITHIN GROUP (ORDER BY t8 - t7), count(t8)
FROM (SELECT min(at) FILTER (WHERE step = 1) AS t1,
             min(at) FILTER (WHERE step = 2) AS t2,
             min(at) FILTER (WHERE step = 3) AS t3,
             min(at) FILTER (WHERE step = 4) AS t4,
             min(at) FILTER (WHERE step = 5) AS t5,
             min(at) FILTER (WHERE step = 6) AS t6,
             min(at) FILTER (WHERE step = 7) AS t7,
             min(at) FILTER (WHERE step = 8) AS t8
      FROM step GROUP BY opportunity_id) AS _;

--: funnel by hand with lead
SELECT step, count(DISTINCT opportunity_id), count(next), percentile_disc(0.5) WITHIN GROUP (ORDER BY next - at), avg(next - at)
FROM (SELECT *, lead(at) OVER (PARTITION BY opportunity_id ORDER BY at, step) AS next FROM step) AS _
GROUP BY step;

--: leads
SELECT lead_velocity_rate(created_on, '2026-06-30') FROM opportunity;

--: leads by hand
SELECT count(*) FILTER (WHERE created_on >= '2026-05-01' AND created_on < '2026-06-01')
       / nullif(count(*) FILTER (WHERE created_on >= '2026-04-01' AND created_on < '2026-05-01'), 0)::float8 - 1
FROM opportunity;

--: leads by month
SELECT count(rate) FROM (SELECT lead_summary(created_on) AS summary FROM opportunity) AS s, lead_velocity_series(summary, '2026-06-30');

--: leads by month by hand
-- without the months in which there were none
SELECT count(rate) FROM (SELECT count(*) / lag(count(*)) OVER (ORDER BY date_trunc('month', created_on))::float8 - 1 AS rate
                         FROM opportunity GROUP BY date_trunc('month', created_on)) AS m;

--: customers
-- opportunities stand in for customers: created is started, closed is ended
SELECT ltv(customer_summary(created_on, closed_on, amount), '2026-06-30', 0.8) FROM opportunity;

--: customers by hand
-- in months of 30 days beyond the whole ones; without the survival curve
SELECT avg(amount) * 0.8
       * sum(12 * extract(year FROM life) + extract(month FROM life) + extract(day FROM life) / 30)
         FILTER (WHERE coalesce(closed_on, '2026-06-30') >= created_on)
       / nullif(count(*) FILTER (WHERE closed_on >= created_on), 0)
FROM (SELECT *, age(coalesce(closed_on, '2026-06-30'), created_on) AS life FROM opportunity) AS o;

--: ltv_cac_ratio
SELECT ltv_cac_ratio(created_on, closed_on, amount, amount, '2026-06-30', 0.8) FROM opportunity;

--: ltv_cac_ratio by hand
SELECT avg(amount) * 0.8
       * sum(12 * extract(year FROM life) + extract(month FROM life) + extract(day FROM life) / 30)
         FILTER (WHERE coalesce(closed_on, '2026-06-30') >= created_on)
       / nullif(count(*) FILTER (WHERE closed_on >= created_on), 0) / nullif(avg(amount), 0)
FROM (SELECT *, age(coalesce(closed_on, '2026-06-30'), created_on) AS life FROM opportunity) AS o;

--: win curve
SELECT c.* FROM (SELECT sales_summary(status, amount, created_on, closed_on) AS s FROM opportunity) AS _, win_curve(s, '2026-06-30') AS c;

--: win curve by hand
-- without bounds
SELECT day, sum(before * won / at_risk) OVER (ORDER BY day), sum(before * lost / at_risk) OVER (ORDER BY day)
FROM (SELECT *, coalesce(exp(sum(ln(1 - ended / nullif(at_risk, ended))) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), 1) AS before
      FROM (SELECT day, won, lost, ended::float8, sum(n) OVER (ORDER BY day DESC) AS at_risk
            FROM (SELECT coalesce(closed_on, CASE status WHEN 'open' THEN date '2026-06-30' END) - created_on AS day, count(*) AS n,
                         count(*) FILTER (WHERE status = 'won') AS won, count(*) FILTER (WHERE status = 'lost') AS lost,
                         count(*) FILTER (WHERE status <> 'open') AS ended
                  FROM opportunity GROUP BY 1) AS _ WHERE day >= 0) AS _) AS _;

-- The range joins take long, so they run once. They compute the counts, amounts and mean cycles of all outcomes, which is a
-- part of what a summary holds.
--: range join
SELECT day, count(*) FILTER (WHERE status = 'open' OR closed_on > day), sum(amount) FILTER (WHERE status = 'open' OR closed_on > day),
       count(*) FILTER (WHERE status = 'won' AND closed_on <= day), sum(amount) FILTER (WHERE status = 'won' AND closed_on <= day),
       count(*) FILTER (WHERE status = 'lost' AND closed_on <= day), sum(amount) FILTER (WHERE status = 'lost' AND closed_on <= day),
       count(*) FILTER (WHERE status = 'void' AND closed_on <= day),
       avg(closed_on - created_on) FILTER (WHERE status = 'won' AND closed_on BETWEEN created_on AND day),
       avg(closed_on - created_on) FILTER (WHERE status IN ('won', 'lost') AND closed_on BETWEEN created_on AND day)
FROM generate_series(date '2025-07-01', '2026-06-30', '1 day') AS day JOIN recent ON created_on <= day
GROUP BY day;

--: range join of open ones
SELECT day, count(*), sum(amount)
FROM generate_series(date '2025-07-01', '2026-06-30', '1 day') AS day JOIN recent ON created_on <= day AND (status = 'open' OR closed_on > day)
GROUP BY day;

--: range join of velocity
-- of what is open and what was closed in 90 days
SELECT day, count(*) FILTER (WHERE status = 'open' OR closed_on > day)
            * sum(amount) FILTER (WHERE status = 'won' AND closed_on <= day)
            / nullif(sum(closed_on - created_on) FILTER (WHERE status <> 'open' AND closed_on BETWEEN created_on AND day), 0)
FROM generate_series(date '2025-07-01', '2026-06-30', '1 day') AS day JOIN recent ON created_on <= day AND (status = 'open' OR closed_on > day - interval '90 days')
GROUP BY day;

--: as of
-- every figure of a summary, of each day
SELECT * FROM (SELECT day, rollup(rollup(delta)) OVER (ORDER BY day) AS state FROM opening_or_closing GROUP BY day) AS _
WHERE day >= '2025-07-01';

--: as of, by events
SELECT * FROM (SELECT day, rollup(rollup(delta)) OVER (ORDER BY day) AS state
               FROM recent, opportunity_events(status, amount, created_on, closed_on) GROUP BY day) AS _
WHERE day >= '2025-07-01';

--: as of, from stored changes
SELECT * FROM (SELECT day, rollup(delta) OVER (ORDER BY day) AS state FROM stored_change) AS _
WHERE day >= '2025-07-01';

--: velocity as of
SELECT day, sales_velocity(stock, flow)
FROM (SELECT day, rollup(rollup(delta)) OVER (ORDER BY day) AS stock,
             rollup(rollup(delta)) OVER (ORDER BY day RANGE BETWEEN '89 days' PRECEDING AND CURRENT ROW) AS flow
      FROM opening_or_closing GROUP BY day) AS _
WHERE day >= '2025-07-01';

--: open ones as of
SELECT * FROM (SELECT day, sum(sum(num_open(delta))) OVER (ORDER BY day), sum(sum(open_amount(delta))) OVER (ORDER BY day)
               FROM opening_or_closing GROUP BY day) AS _
WHERE day >= '2025-07-01';

--: open ones as of, from stored changes
SELECT * FROM (SELECT day, sum(num_open(delta)) OVER (ORDER BY day), sum(open_amount(delta)) OVER (ORDER BY day) FROM stored_change) AS _
WHERE day >= '2025-07-01';
