-- sales_velocity: opportunities * hit ratio * average deal size / sales cycle, in money per day

-- Won: 100 in 10 days and 300 in 30; lost: in 60 and 100 days; four open; one void.
CREATE TEMP TABLE deal (id int, status text, amount numeric, opened date, closed date);
INSERT INTO deal VALUES
    (1, 'won', 100, '2026-01-01', '2026-01-11'), (2, 'won', 300, '2026-01-01', '2026-01-31'),
    (3, 'lost', 50, '2026-01-01', '2026-03-02'), (4, 'lost', NULL, '2026-01-01', '2026-04-11'),
    (5, 'open', 999, '2026-01-01', NULL), (6, 'open', NULL, NULL, NULL), (7, NULL, 1, '2026-01-01', '2026-02-01'),
    (8, 'open', 10, '2026-03-01', NULL), (9, 'void', 700, '2026-01-01', '2026-01-02');
CREATE TEMP VIEW deal_won AS
SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal WHERE id < 9;
CREATE TEMP VIEW summary AS SELECT sales_summary(status, amount, opened, closed) AS s FROM deal;

-- 8 opportunities * 2/4 * 200 / 20 days: the void one is none.
SELECT sales_velocity(status, amount, opened, closed) AS status_numeric_date,
       sales_velocity(status, amount::float8, opened, closed) AS status_float8_date,
       sales_velocity(status, amount, opened::timestamptz, closed::timestamptz) AS status_numeric_timestamptz,
       sales_velocity(status, amount::float8, opened::timestamptz, closed::timestamptz) AS status_float8_timestamptz
FROM deal;
SELECT sales_velocity(won, amount, opened, closed) AS won_numeric_date,
       sales_velocity(won, amount::float8, opened, closed) AS won_float8_date,
       sales_velocity(won, amount, opened::timestamptz, closed::timestamptz) AS won_numeric_timestamptz,
       sales_velocity(won, amount::float8, opened::timestamptz, closed::timestamptz) AS won_float8_timestamptz
FROM deal_won;
SELECT sales_velocity(s) AS summary, sales_velocity(8, 0.5, 200, 20) AS formula,
       sales_velocity(opportunities => 8, hit_ratio => 0.5, avg_deal_size => 200, sales_cycle_days => 20) AS by_name,
       sales_velocity(num_closed(s) + num_open(s), hit_ratio(s)::numeric, avg_deal_size(s), avg_sales_cycle(s)::numeric) AS of_its_levers
FROM summary;

-- Which opportunities, and which cycle: 20 days of the won ones, 50 of all closed ones.
SELECT opportunities, sales_velocity(s, opportunities) AS default, sales_velocity(s, opportunities, 'won') AS won,
       sales_velocity(s, opportunities, 'closed') AS closed
FROM summary, unnest('{all,closed,open}'::text[]) AS opportunities;
SELECT sales_velocity(s, 'closed') = won_amount(s) / avg_sales_cycle(s)::numeric AS closed_is_amount_over_cycle,
       sales_velocity(s, 'open', 'closed') = num_open(s) * won_amount(s) / closed_days(s)::numeric AS flow_is_littles_law
FROM summary;
SELECT sales_velocity(s, 'void') FROM summary;
SELECT sales_velocity(s, opportunities => 'Open') FROM summary;
SELECT sales_velocity(s, cycle => 'lost') FROM summary;
SELECT sales_velocity(s, 'all', '') FROM summary;
SELECT sales_velocity('opened', 1, '2026-01-01'::date, '2026-01-02');
SELECT sales_velocity(NULL::sales_summary) AS summary, sales_velocity(s, NULL) AS opportunities, sales_velocity(s, 'all', NULL) AS cycle,
       sales_velocity(1, 1, 1, NULL) AS days, sales_velocity(NULL, 1, 1, 0) AS opportunities
FROM summary;

-- What has no denominator has no velocity; nothing won of what was closed is 0 a day, if it took time.
SELECT what, sales_velocity(s) AS all_won, sales_velocity(s, 'all', 'closed') AS all_closed, sales_velocity(s, 'open', 'closed') AS open_closed
FROM (VALUES ('no rows', sales_summary()),
             ('open only', sales_summary(num_open => 3, open_amount => 10)),
             ('void only', sales_summary(num_void => 3, void_amount => 10)),
             ('nothing won', sales_summary(num_lost => 2, lost_days => 30, num_open => 1)),
             ('nothing won, days unknown', sales_summary(num_lost => 2, num_open => 1)),
             ('won on the day of opening', sales_summary(2, 100, 0, num_open => 1)),
             ('won amount unknown', sales_summary(2, NULL, 30, num_open => 1)),
             ('won days unknown', sales_summary(2, 100, num_lost => 1, lost_days => 50, num_open => 1)),
             ('won for nothing', sales_summary(2, 0, 30, num_open => 1)),
             ('a loss', sales_summary(1, -60, 30, num_open => 1)),
             ('a delta', sales_summary(-2, -100, -50))) AS _(what, s);
-- A won one without amount counts as won, and is taken to be worth the mean of the others: 2 * 1 * 100 / 10.
SELECT sales_velocity(true, amount, '2026-01-01'::date, '2026-01-11'::date) AS missing_amount
FROM unnest('{100,NULL}'::numeric[]) AS amount;
-- One without usable days counts, and leaves the mean cycle alone: 3 * 1 * 100 / 10.
SELECT sales_velocity(true, 100, '2026-01-01'::date, closed) AS missing_cycle
FROM unnest('{2026-01-11,NULL,2025-12-31}'::date[]) AS closed;
SELECT sales_velocity(status, amount, opened, closed) FILTER (WHERE false) AS no_rows,
       sales_velocity(status, amount, opened, closed) FILTER (WHERE status <> 'won') AS nothing_won FROM deal;
SELECT sales_velocity(3, 0, 100, 10) AS nothing_won, sales_velocity(3, 1, 100, 0) AS no_cycle, sales_velocity(3, 1, 100, -10) AS negative,
       sales_velocity(1, 1, 'Infinity', 2) AS infinity, sales_velocity('NaN', 1, 1, 1) AS nan,
       sales_velocity(1, 1, 1, 'NaN') AS nan_days, sales_velocity(1, 1, 1, 'Infinity') AS infinite_days, sales_velocity('NaN', 1, 1, 0) AS nan_no_cycle;

-- Open ones of one summary, and the rest of another: 4 open, 3 of 6 decided won for 30000 in all, 240 days: 4 * 30000 / 240.
-- Two void ones of 60 days each have a part in what is decided and in its cycle: 4 * (3 / 8) * 10000 / (360 / 8).
SELECT sales_velocity(stock, flow) AS flow, sales_velocity(stock, flow, 'closed') AS closed, sales_velocity(stock, flow, 'won') AS won,
       sales_velocity(stock, flow + void) AS with_void, sales_velocity(stock, flow + void, 'closed') AS void_apart,
       sales_velocity(stock + flow, 'open', 'decided') = sales_velocity(stock, flow) AS of_one, sales_velocity(flow, stock) AS reversed
FROM (SELECT sales_summary(num_open => 4) AS stock, sales_summary(3, 30000, 90, 3, 24000, 150) AS flow,
             (SELECT sales_summary('void', 100, '2026-01-01'::date, '2026-03-02'::date) FROM generate_series(1, 2)) AS void) AS _;
SELECT sales_velocity(sales_summary(), sales_summary(), 'lost');

-- The levers of each reading, as their own functions give them, and the product.
SELECT n AS which, cycle, l.*,
       (l.hit_ratio, l.avg_deal_size, l.sales_cycle, l.sales_velocity)
       = (hit_ratio(s, CASE cycle WHEN 'decided' THEN cycle ELSE 'closed' END), avg_deal_size(s), avg_sales_cycle(s, cycle),
          sales_velocity(s, n, cycle)) AS same
FROM summary, unnest('{all,closed,open}'::text[]) AS n, unnest('{won,closed,decided}'::text[]) AS cycle, sales_velocity_levers(s, n, cycle) AS l;
SELECT l.* FROM summary, sales_velocity_levers(s) AS l;
SELECT l.* FROM (VALUES (1, sales_summary()), (2, sales_summary(num_won => 1)), (3, sales_summary(2, 100, 0)),
                        (4, sales_summary(num_lost => 2, lost_days => 30, num_open => 1))) AS _(n, s),
                sales_velocity_levers(s, cycle => 'closed') AS l ORDER BY n;
SELECT cycle, l.*, l.sales_velocity = sales_velocity(stock, flow, cycle) AS same
FROM (VALUES (sales_summary(1, 500, 10, num_open => 4), sales_summary(3, 30000, 90, 3, 24000, 150, num_open => 9))) AS _(stock, flow),
     unnest('{won,closed,decided}'::text[]) AS cycle, sales_velocity_levers(stock, flow, cycle) AS l;
SELECT l.* FROM sales_velocity_levers(NULL, sales_summary()) AS l;
SELECT sales_velocity_levers(sales_summary(), 'won');
SELECT sales_velocity_levers(sales_summary(), sales_summary(), 'all');

-- All numerators are multiplied before the one division: thirds stay whole.
SELECT sales_velocity(won, 1, '2026-01-01'::date, '2026-01-04'::date) AS one_third_of_three,
       sales_velocity(3, 0.333333, 1, 3) AS of_rounded_levers
FROM unnest('{t,f,f}'::boolean[]) AS won;
SELECT sales_velocity(sales_summary(3, 1e-15, 7, num_open => 4)) AS small, sales_velocity(sales_summary(3, 7e30, 7)) AS great,
       sales_velocity(sales_summary(9223372036854775807, 9223372036854775807, 9223372036854775807)) AS many;
SELECT sales_velocity(sales_summary(num_won => 9223372036854775807, won_days => 1, won_amount => 1, num_open => 1));
SELECT sales_velocity(9e131071, 10, 1, 1);

-- Rows and summary agree, as values and as text: in groups, total, moving windows, distinct rows.
SELECT count(*) AS compared, count(*) FILTER (WHERE rows::text IS DISTINCT FROM summary::text) AS differ
FROM (SELECT sales_velocity(status, amount, opened, closed) AS rows,
             sales_velocity(sales_summary(status, amount, opened, closed)) AS summary
      FROM deal GROUP BY CUBE (status, opened, amount)
      UNION ALL
      SELECT sales_velocity(DISTINCT status, amount, opened, closed), sales_velocity(sales_summary(DISTINCT status, amount, opened, closed))
      FROM deal
      UNION ALL
      SELECT sales_velocity(status, amount, opened, closed) OVER w, sales_velocity(sales_summary(status, amount, opened, closed) OVER w)
      FROM deal WINDOW w AS (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)) AS _;
SELECT id, status, sales_velocity(status, amount, opened, closed) OVER (ORDER BY id ROWS 1 PRECEDING) AS of_two,
       sales_velocity(status, amount, opened, closed) OVER (ORDER BY id) AS so_far
FROM deal ORDER BY id;
