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

--: velocity per owner and month from stored summaries
SELECT owner_id, month, sales_velocity(summary) FROM stored_summary;

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
