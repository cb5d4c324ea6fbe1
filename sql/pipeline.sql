-- pipeline: the pipeline as of any day

-- Every kind: closed later, on the day of opening, or before it; still open, which ignores a forecast; days missing.
CREATE TEMP TABLE deal (id int, status text, amount numeric, opened date, closed date);
INSERT INTO deal VALUES
    (1, 'won', 100, '2026-01-01', '2026-01-11'), (2, 'lost', 50, '2026-01-05', '2026-01-11'), (3, 'void', NULL, '2026-01-05', '2026-01-21'),
    (4, 'won', 70, '2026-01-05', '2026-01-05'), (5, 'lost', 60, '2026-01-31', '2026-01-11'), (6, 'open', 30, '2026-01-11', '2026-02-01'),
    (7, NULL, 10, '2026-01-21', NULL), (8, 'won', 5, NULL, '2026-01-21'), (9, 'won', 7, '2026-01-01', NULL),
    (10, 'open', 9, NULL, '2026-01-01'), (11, 'lost', 3, '-infinity', 'infinity'), (12, 'lost', 2, '-infinity', '2026-01-31'),
    (13, 'open', 1, 'infinity', NULL);
CREATE TEMP VIEW deal_won AS
SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal WHERE status IS DISTINCT FROM 'void';

-- Opening adds an open one, closing takes it back and adds a closed one.
SELECT id, status, opened, closed, day, num_open(delta) AS open, open_amount(delta), num_won(delta) AS won, num_lost(delta) AS lost,
       num_void(delta) AS void, closed_days(delta) AS days
FROM deal, opportunity_events(status, amount, opened, closed) ORDER BY id, day;
SELECT id, day, delta FROM deal, opportunity_events(status, amount, opened, closed) WHERE id IN (1, 3, 5) ORDER BY id, day;

-- Each deal's changes add up to the deal.
SELECT count(*) AS deals, count(*) FILTER (WHERE changes = deal) AS equal
FROM (SELECT rollup(delta) AS changes, sales_summary(DISTINCT status, amount, opened, closed) AS deal
      FROM deal, opportunity_events(status, amount, opened, closed) GROUP BY id) AS _;
-- As of each day, the running sum is the summary of the deals as they stood; the row without a day has the rest.
CREATE TEMP TABLE state AS
SELECT day, rollup(rollup(delta)) OVER (ORDER BY day) AS s FROM deal, opportunity_events(status, amount, opened, closed) GROUP BY day;
SELECT day, num_open(s) AS open, open_amount(s), num_won(s) AS won, num_lost(s) AS lost, num_void(s) AS void, avg_sales_cycle(s, 'decided') AS cycle
FROM state ORDER BY day;
SELECT day, s = (SELECT sales_summary(CASE WHEN coalesce(status, 'open') <> 'open' AND closed <= day THEN status ELSE 'open' END, amount, opened, closed)
                 FROM deal
                 WHERE CASE WHEN coalesce(status, 'open') = 'open' THEN isfinite(opened) AND opened <= day
                       WHEN isfinite(closed) THEN least(CASE WHEN isfinite(opened) THEN opened END, closed) <= day END) AS as_of,
       s = (SELECT sales_summary(status, amount, opened, closed) FROM deal) AS total
FROM state ORDER BY day;

-- Every signature makes the same changes.
SELECT signatures, count(*) AS events
FROM (SELECT count(*) AS signatures
      FROM (SELECT id, e.* FROM deal_won, opportunity_events(status, amount, opened, closed) AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(status, amount, opened::timestamptz, closed::timestamptz, 'PST8PDT') AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(status, amount::float8, opened, closed) AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(status, amount::float8, opened::timestamptz, closed::timestamptz, 'PST8PDT') AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(won, amount, opened, closed) AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(won, amount, opened::timestamptz, closed::timestamptz, 'PST8PDT') AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(won, amount::float8, opened, closed) AS e
            UNION ALL SELECT id, e.* FROM deal_won, opportunity_events(won, amount::float8, opened::timestamptz, closed::timestamptz, 'PST8PDT') AS e) AS _
      GROUP BY id, day, delta) AS _ GROUP BY signatures;

-- An instant belongs to its local day; the time between two is elapsed time. Clocks went forward on 29 March.
SELECT zone, day, num_open(delta) AS open, num_won(delta) AS won, won_days(delta) * 24 AS hours
FROM unnest('{UTC,Europe/Amsterdam,America/New_York,+3}'::text[]) AS zone,
     opportunity_events(true, 1, '2026-03-28 22:30Z'::timestamptz, '2026-03-29 22:30Z', zone) ORDER BY zone, day;
SELECT * FROM opportunity_events('won', 1, '2026-03-28 22:30Z'::timestamptz, '2026-03-29 22:30Z', NULL);
SELECT * FROM opportunity_events('won', 1, '2026-03-28 22:30Z'::timestamptz, '2026-03-29 22:30Z', 'Europe/Amstrdam');
SELECT * FROM opportunity_events('Won', 1, '2026-03-28'::date, '2026-03-29');
SELECT * FROM opportunity_events(NULL::text, NULL::numeric, NULL::date, NULL::date);
SELECT day FROM opportunity_events(true, 1, '4714-11-24 BC'::date, '5874897-12-31');
-- The forecast of an open one is not read, even where it has no local day.
SELECT zone, day FROM unnest('{UTC,Asia/Tokyo}'::text[]) AS zone, opportunity_events('open', 1, '2026-01-01 20:00Z'::timestamptz, '294276-12-31 23:00Z', zone);
SELECT * FROM opportunity_events('lost', 1, '2026-01-01 20:00Z'::timestamptz, '294276-12-31 23:00Z', 'Asia/Tokyo');

-- With the history: opened in January, won in February, taken back, raised, lost on the 20th of March.
SELECT day, num_open(delta) AS open, open_amount(delta), num_won(delta) AS won, num_lost(delta) AS lost, lost_amount(delta), closed_days(delta) AS days
FROM opportunity_events('{open,won,open,open,lost}'::text[], '{100,90,90,120,120}',
                        '{2026-01-10,2026-02-10,2026-03-01,2026-03-05,2026-03-20}', '2026-01-01');
-- What holds in the evening counts; what does not change is no event, and leaves the day of closing alone.
SELECT day, num_open(delta) AS open, num_won(delta) AS won, won_amount(delta), num_void(delta) AS void, won_days(delta) AS days
FROM opportunity_events('{open,won,open,NULL,won,won,won,void,won}'::text[], '{5,5,5,5,5,5.00,6,6,6}',
                        '{2026-01-01,2026-01-01,2026-01-01,2026-01-02,2026-01-03,2026-01-04,2026-01-05,2026-01-06,2026-01-06}', '2026-01-01');
SELECT day, delta FROM opportunity_events('{won,open}'::text[], '{NULL,NaN}', '{2026-01-01,2026-01-02}', NULL);
SELECT count(*) FROM opportunity_events('{}'::text[], '{}', '{}', '2026-01-01');
SELECT count(*) FROM opportunity_events(NULL::text[], NULL, NULL, '2026-01-01');
-- A long one, reopened every other day: each day undoes the one before.
SELECT count(*) AS days, rollup(delta) = sales_summary(DISTINCT 'open'::text, 7, '2026-01-01'::date, NULL) AS last
FROM (SELECT array_agg(CASE i % 2 WHEN 1 THEN 'won' ELSE 'open' END ORDER BY i) AS statuses, array_agg(7::numeric) AS amounts,
             array_agg(date '2026-01-01' + i ORDER BY i) AS days FROM generate_series(1, 10000) AS i) AS _,
     opportunity_events(statuses, amounts, days, '2026-01-01');
SELECT * FROM opportunity_events('{open}'::text[], '{1,2}', '{2026-01-01}', NULL);
SELECT * FROM opportunity_events('{open}'::text[], '{1}', NULL, NULL);
SELECT * FROM opportunity_events('{open,won}'::text[], '{1,2}', '{2026-01-02,2026-01-01}', NULL);
SELECT * FROM opportunity_events('{open,won}'::text[], '{1,2}', '{2026-01-01,NULL}', NULL);
SELECT * FROM opportunity_events('{open}'::text[], '{1}', '{infinity}', NULL);
SELECT * FROM opportunity_events('{closed}'::text[], '{1}', '{2026-01-01}', NULL);

-- How many were open on average: one for 10 days of January, one for 6, one for 16, one from the 11th and one from the 21st on.
-- Of 31 days from 1 January on, at whose end it was open: 10 + 6 + 16 + 21 + 11 = 64.
SELECT average_open(sales_summary(), '2026-01-01', s, '2026-02-01') * 31 AS open_days,
       average_open(s, '2026-02-01', s, '2026-02-11') AS later, average_open(s, '2026-02-01', s, '2026-02-01') AS no_day,
       average_open(s, '2026-02-02', s, '2026-02-01') AS backwards
FROM state WHERE day = '2026-01-31';
WITH every_day AS (SELECT at AS day, (SELECT s FROM state WHERE day <= at ORDER BY day DESC LIMIT 1) AS s FROM period_series('day', '2026-01-01', '2026-02-10') AS at)
SELECT count(*) AS windows,
       count(*) FILTER (WHERE abs(average_open(a.s, a.day, b.s, b.day) - mean) <= 1e-12 * mean) AS mean_of_days
FROM every_day AS a JOIN every_day AS b ON a.day < b.day,
     LATERAL (SELECT avg(num_open(s)) AS mean FROM every_day WHERE day >= a.day AND day < b.day) AS _;
SELECT average_open(sales_summary(), '2026-01-01', sales_summary(num_open => 3), '2026-02-01') AS of_sums,
       average_open(sales_summary(num_open => 3), '2026-01-01', sales_summary(), '2026-02-01') AS to_sums,
       average_open(NULL, '2026-01-01', sales_summary(), '2026-02-01') AS null;
SELECT average_open(sales_summary(), '-infinity', sales_summary(), '2026-02-01');
SELECT average_open(sales_summary(), '2026-01-01', sales_summary(), 'infinity');
SELECT average_open(sales_summary(), '2026-01-01', '{"version":1,"open":{"opened":[["4714-11-24 BC",9223372036854775807]]}}', '5874897-12-31');

-- Stale is what was opened more than so many days ago.
SELECT days, num_stale(s, '2026-02-10', days) FROM state, unnest('{0,19,20,29,30}'::int[]) AS days WHERE day = '2026-01-31' ORDER BY days;
SELECT num_stale(s, '2026-01-20', 0) AS earlier, num_stale(sales_summary(num_open => 3), '2026-01-20', 0) AS of_sums, num_stale(s, NULL, 0) AS null
FROM state WHERE day = '2026-01-31';
SELECT num_stale(sales_summary(), 'infinity', 0);
SELECT num_stale(sales_summary(), '2026-01-20', -1);

-- Coverage: what is open, for what is still missing.
SELECT pipeline_coverage(open_amount => 300, target => 100) AS three, pipeline_coverage(300, 100, 40) AS five, pipeline_coverage(0, 100) AS none,
       pipeline_coverage(300, 100, 100) AS reached, pipeline_coverage(300, 100, 101) AS exceeded, pipeline_coverage(300, 0) AS no_target,
       pipeline_coverage(NULL, 1) AS null;
SELECT pipeline_coverage('NaN', 1);
SELECT pipeline_coverage(1, 'Infinity');
SELECT pipeline_coverage(1, 1, '-Infinity');
