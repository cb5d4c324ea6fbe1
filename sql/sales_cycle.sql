-- sales_cycle: the days from opening to closing
SET TimeZone = 'UTC';
-- Won in 10, 20 and 60 days; lost in 0 and 7; the others have no cycle.
CREATE TEMP TABLE deal (id int, status text, opened date, closed date);
INSERT INTO deal VALUES
    (1, 'won', '2026-01-01', '2026-01-11'), (2, 'won', '2026-01-31', '2026-02-20'), (3, 'won', '2024-01-01', '2024-03-01'),
    (4, 'won', NULL, '2026-01-01'), (5, 'won', '2026-01-01', 'infinity'), (6, 'won', '2026-01-02', '2026-01-01'),
    (7, 'lost', '2026-05-05', '2026-05-05'), (8, 'lost', '2026-05-05', '2026-05-12'), (9, 'lost', '2026-01-01', NULL),
    (10, 'void', '2026-01-01', '2026-01-05'), (11, 'void', NULL, NULL), (12, 'void', '2026-01-02', '2026-01-01'),
    (13, 'open', '2026-01-01', '2026-02-01'), (14, NULL, '-infinity', NULL);
CREATE TEMP VIEW deal_won AS SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal;
CREATE TEMP VIEW summary AS SELECT sales_summary(status, 1, opened, closed) AS s FROM deal;
SELECT avg_sales_cycle(status, opened, closed) AS status_date, avg_sales_cycle(won, opened, closed) AS won_date,
       avg_sales_cycle(status, opened::timestamptz, closed::timestamptz) AS status_timestamptz,
       avg_sales_cycle(won, opened::timestamptz, closed::timestamptz) AS won_timestamptz
FROM deal_won;
SELECT avg_sales_cycle(s) AS default, avg_sales_cycle(s, 'won') AS won, avg_sales_cycle(s, outcome => 'lost') AS lost,
       avg_sales_cycle(s, 'closed') AS closed, won_days(s), closed_days(s), num_missing_cycle(s), num_negative_cycle(s)
FROM summary;

-- No cycle, no mean; on the same day it is 0.
SELECT avg_sales_cycle(status, opened, closed) FILTER (WHERE status <> 'won') AS nothing_won,
       avg_sales_cycle(status, opened, closed) FILTER (WHERE id IN (4, 5, 6)) AS unusable,
       avg_sales_cycle(status, opened, closed) FILTER (WHERE false) AS no_rows,
       avg_sales_cycle(sales_summary(), 'closed') AS empty, avg_sales_cycle(sales_summary(3, 100)) AS days_unknown,
       avg_sales_cycle(true, '2026-01-01'::date, '2026-01-01'::date) AS same_day
FROM deal;
SELECT avg_sales_cycle(NULL::sales_summary) AS summary, avg_sales_cycle(s, NULL) AS outcome,
       sales_cycle_percentile(s, NULL) AS fraction, median_sales_cycle(NULL) AS median FROM summary;
SELECT avg_sales_cycle(s, 'void') FROM summary;
SELECT sales_cycle_percentile(s, 0.5, 'all') FROM summary;
SELECT avg_sales_cycle('win', '2026-01-01'::date, '2026-01-01'::date);

-- Instants count to the microsecond: in spring a day has 23 hours, but dates are a day apart.
SET TimeZone = 'Europe/Amsterdam';
SELECT avg_sales_cycle(true, '2026-03-29'::date, '2026-03-30'::date) AS date,
       avg_sales_cycle(true, '2026-03-29'::timestamptz, '2026-03-30'::timestamptz) * 24 AS hours,
       86400e6 * won_days(sales_summary(true, 1, '2026-03-29 00:00'::timestamptz, '2026-03-29 00:00:00.000001'::timestamptz)) AS microseconds;
SET TimeZone = 'UTC';
SELECT avg_sales_cycle(true, opened, opened + n * interval '8 hours') * 24 AS hours
FROM (VALUES ('2026-01-01'::timestamptz)) AS _(opened), generate_series(1, 3) AS n;

-- The longest cycles there are.
SELECT avg_sales_cycle(true, '4713-01-01 BC'::date, '5874897-12-31'::date) AS dates, date '5874897-12-31' - '4713-01-01 BC' AS minus,
       avg_sales_cycle(true, '4713-01-01 00:00Z BC'::timestamptz, '294276-12-31 23:59:59.999999Z'::timestamptz) AS instants,
       date '294277-01-01' - '4713-01-01 BC' AS minus;
SELECT median_sales_cycle(s) AS median, won_days(s), won_days(s - s) AS gone
FROM (SELECT sales_summary(true, 1, '4713-01-01 BC'::date, '5874897-12-31') AS s FROM generate_series(1, 1000)) AS _;

-- Percentiles are percentile_disc of the whole days.
SELECT fraction, sales_cycle_percentile(s, fraction) AS won, sales_cycle_percentile(s, fraction, 'lost') AS lost,
       sales_cycle_percentile(s, fraction, 'closed') AS closed
FROM summary, unnest('{0,0.1,0.33,0.34,0.5,0.6,0.61,0.67,0.9,1}'::float8[]) AS fraction;
SELECT median_sales_cycle(s), percentile_disc(0.5) WITHIN GROUP (ORDER BY closed - opened) AS percentile_disc
FROM summary, deal WHERE id IN (1, 2, 3) GROUP BY s;
SELECT count(*) AS compared, count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ
FROM (SELECT n, f / 60.0::float8 AS fraction FROM generate_series(0, 13) AS n, generate_series(0, 60) AS f) AS _,
     LATERAL (SELECT sales_cycle_percentile(sales_summary(true, 1, '2026-01-01'::date, '2026-01-01'::date + i * i % 7), fraction) AS ours,
                     percentile_disc(fraction) WITHIN GROUP (ORDER BY i * i % 7) AS theirs
              FROM generate_series(1, n) AS i) AS p;
SELECT median_sales_cycle(sales_summary(true, 1, t, t + '47:59:59.999999')) AS whole_days FROM (SELECT timestamptz '2026-01-01') AS _(t);

-- A fraction is from 0 to 1.
SELECT sales_cycle_percentile(s, -0.001) FROM summary;
SELECT sales_cycle_percentile(s, 1.001) FROM summary;
SELECT sales_cycle_percentile(s, 'NaN') FROM summary;
SELECT sales_cycle_percentile(sales_summary(), 95);
-- No cycles, cycles of which only the sum is known, or more taken away than there was: no percentile; the mean goes on.
SELECT median_sales_cycle(sales_summary()) AS empty, sales_cycle_percentile(s, 1, 'lost') AS nothing_lost, median_sales_cycle(s) AS median,
       median_sales_cycle(s + plain) AS with_plain, avg_sales_cycle(s + plain) AS mean_with_plain,
       median_sales_cycle(s + plain - plain) AS without, median_sales_cycle(-s) AS negative, avg_sales_cycle(-s) AS mean_negative,
       sales_cycle_percentile(s + plain - sales_summary(num_lost => 3), 0.5, 'closed') AS plain_ones_that_cancel
FROM (SELECT sales_summary(true, 1, '2026-01-01'::date, '2026-01-05') AS s) AS _, sales_summary(3, 1, 26) AS plain;

-- Groups and their total; a moving window; rows and summary agree.
SELECT coalesce(extract(year FROM closed)::text, 'all') AS year, avg_sales_cycle(status, opened, closed),
       avg_sales_cycle(sales_summary(status, 1, opened, closed)) AS of_summary
FROM deal WHERE id <= 3 GROUP BY GROUPING SETS ((extract(year FROM closed)), ()) ORDER BY 1;
SELECT id, avg_sales_cycle(status, opened, closed) OVER w, won_days(sales_summary(status, 1, opened, closed) OVER w),
       sales_cycle_percentile(sales_summary(status, 1, opened, closed) OVER w, 1, 'closed') AS longest
FROM deal WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY id;
SELECT avg_sales_cycle(status, opened, closed ORDER BY id DESC) AS in_another_order,
       avg_sales_cycle(DISTINCT status, opened, closed) AS distinct_rows
FROM (TABLE deal UNION ALL SELECT * FROM deal WHERE id = 3) AS _;
