-- win_curve: what becomes of opportunities with age, the open ones being censored

SET datestyle = 'ISO';

-- Opportunities by the day on which they were decided, or their age on March 1.
CREATE FUNCTION pg_temp.of_days(days int[], statuses text[]) RETURNS sales_summary
RETURN (SELECT sales_summary(status, 10 * day, date '2026-03-01' - day, '2026-03-01')
        FROM unnest(days, statuses) AS _(day, status));

-- No row, no curve.
SELECT count(*) AS steps FROM win_curve(sales_summary(), '2026-03-01');
SELECT count(*) AS steps FROM sales_cycle_survival(sales_summary(), '2026-03-01');
SELECT win_probability(s, '2026-03-01'), win_probability(s, '2026-03-01', 30) AS within, time_to_close_percentile(s, 0, '2026-03-01') AS close,
       time_to_win_percentile(s, 0, '2026-03-01') AS win, restricted_mean_sales_cycle(s, '2026-03-01', 0) AS mean,
       expected_wins(s, '2026-03-01', 30) AS wins, expected_revenue(s, '2026-03-01', 30) AS revenue
FROM sales_summary() AS s;
-- NULL is no argument, but for the days of win_probability.
SELECT win_probability(NULL, '2026-03-01') AS summary, win_probability(s, NULL) AS as_of, win_probability(s, '2026-03-01', NULL) AS days,
       (SELECT count(*) FROM win_curve(s, NULL)) AS curve, (SELECT count(*) FROM sales_cycle_survival(s, '2026-03-01', transform => NULL)) AS survival,
       time_to_close_percentile(s, NULL, '2026-03-01') AS close, time_to_win_percentile(s, 0.5, NULL) AS win,
       restricted_mean_sales_cycle(s, '2026-03-01', NULL) AS mean, expected_wins(NULL, '2026-03-01', 1) AS wins, expected_revenue(s, NULL, 1) AS revenue
FROM pg_temp.of_days('{1}', '{won}') AS s;

-- Of six at risk at day 10, one is won: 1/6. The open one of age 10 counts among them, and leaves then. Of four at day 20, one is
-- lost: 5/6 * 1/4. Of three at day 30, one is void and one won: 5/8 * 1/3 each. Not in the curve: no opening day, closed before opened,
-- opened later.
CREATE TEMP TABLE deal (status text, amount numeric, opened date, closed date);
INSERT INTO deal VALUES
    ('won', 100, '2026-01-01', '2026-01-11'), ('open', 70, '2026-02-19', NULL), ('lost', 100, '2026-01-01', '2026-01-21'),
    ('void', 100, '2025-01-01', '2025-01-31'), ('won', 300, '2026-01-01', '2026-01-31'), ('open', 70, '2026-01-20', '2026-09-30'),
    ('won', 800, NULL, '2026-01-01'), ('lost', 1, '2026-01-02', '2026-01-01'), ('open', 1, NULL, NULL), (NULL, 1, '2026-03-02', NULL);
CREATE TEMP VIEW summary AS SELECT sales_summary(status, amount, opened, closed) AS s FROM deal;
SELECT day, at_risk, won, lost, void, censored, round(win_probability::numeric, 15) AS win, round(loss_probability::numeric, 15) AS loss,
       round(void_probability::numeric, 15) AS void, round(still_open::numeric, 15) AS open
FROM summary, win_curve(s, '2026-03-01');
SELECT day, at_risk, decided, censored, round(survival::numeric, 15) AS survival FROM summary, sales_cycle_survival(s, '2026-03-01');
SELECT days, round(win_probability(s, '2026-03-01', days)::numeric, 15) AS win FROM summary, unnest('{0,9,10,29,30,40,41,NULL}'::int[]) AS days;
-- The one of age 10 is won within 19 days with probability 0, within 20 with 5/8 * 1/3 / (5/6); nothing is known beyond day 40.
-- A won one amounts to 400.
SELECT days, round(expected_wins(s, '2026-03-01', days)::numeric, 15) AS wins, round(expected_revenue(s, '2026-03-01', days), 10) AS revenue
FROM summary, unnest('{0,19,20,2147483647}'::int[]) AS days;
-- All are open for 10 days, 5/6 for 10 more, then 5/8.
SELECT days, round(restricted_mean_sales_cycle(s, '2026-03-01', days)::numeric, 12) AS mean
FROM summary, unnest('{0,1,10,20,30,41,42}'::int[]) AS days;
-- On the day on which the first was opened nobody else was there; the day after the last one there is one more.
SELECT as_of, sum(censored) AS censored, max(day) AS last, round(max(win_probability)::numeric, 4) AS win
FROM summary, unnest('{2025-12-31,2026-01-20,2026-03-01,2026-03-02}'::date[]) AS as_of, win_curve(s, as_of) GROUP BY as_of ORDER BY as_of;

-- Bounds as R's survfit has them, to which these constants belong; NULL where the scale has no place for 0 or 1.
SELECT t.transform, day, round(win_probability::numeric, 12) AS win, round(lower::numeric, 8) AS lower, round(upper::numeric, 8) AS upper
FROM pg_temp.of_days('{1,2,3,4,5,6}', '{open,lost,lost,won,won,open}') AS s, unnest('{log,log-log,plain}'::text[]) AS t(transform),
     win_curve(s, '2026-03-01', transform => t.transform) WHERE day > 2 ORDER BY 1, 2;
SELECT t.transform, day, round(survival::numeric, 12) AS survival, round(std_error::numeric, 8) AS std_error,
       round(lower::numeric, 8) AS lower, round(upper::numeric, 8) AS upper
FROM pg_temp.of_days('{1,2,4}', '{open,won,void}') AS s, unnest('{log,log-log,plain}'::text[]) AS t(transform),
     sales_cycle_survival(s, '2026-03-01', 0.9, t.transform) ORDER BY 1, 2;
SELECT win_probability, lower, upper FROM pg_temp.of_days('{3,3}', '{won,won}') AS s, win_curve(s, '2026-03-01');

-- Without open ones: plain fractions, to the last bit; the variance is that of a binomial share.
SELECT count(*) AS days, count(*) FILTER (WHERE win_probability <> (sum_won / 1000.0)::float8 OR loss_probability <> (sum_lost / 1000.0)::float8
           OR void_probability <> (sum_void / 1000.0)::float8 OR still_open <> ((1000 - sum_won - sum_lost - sum_void) / 1000.0)::float8) AS differ,
       count(*) FILTER (WHERE abs(upper - win_probability - z * sqrt(win_probability * (1 - win_probability) / 1000)) > 1e-15) AS bounds_differ
FROM (SELECT c.*, sum(won) OVER w AS sum_won, sum(lost) OVER w AS sum_lost, sum(void) OVER w AS sum_void, 1.959963984540054 AS z
      FROM (SELECT sales_summary((ARRAY['won', 'lost', 'void'])[i % 3 + 1], 1, '2026-01-01'::date, '2026-01-01'::date + i * i % 101) AS s
            FROM generate_series(1, 1000) AS i) AS _, win_curve(s, '2026-03-01', transform => 'plain') AS c
      WINDOW w AS (ORDER BY day)) AS _;

-- Laws, on 2,000 opportunities of every kind: the shares add up to 1, survival is what is still open, win_probability the curve's
-- last day up to the given one; as of a later day the same are decided, and at no day fewer at risk or still open.
CREATE TEMP TABLE random AS
SELECT i % 7 AS rep, (ARRAY['won', 'lost', 'void', 'open', 'open'])[i * i % 23 % 5 + 1] AS status, i % 100 AS amount,
       '2025-12-31'::date - i * 37 % 299 AS opened, '2025-12-31'::date + i * 53 % 61 AS closed
FROM generate_series(1, 2000) AS i;
CREATE TEMP TABLE per_rep AS SELECT rep, sales_summary(status, amount, opened, closed) AS s FROM random GROUP BY rep;
CREATE TEMP TABLE curve AS
SELECT rep, as_of, c.*, survival, std_error FROM per_rep, unnest('{2025-12-31,2026-01-01,2026-05-01}'::date[]) AS as_of,
     win_curve(s, as_of) AS c JOIN sales_cycle_survival(s, as_of) AS k USING (day);
SELECT count(*) > 3000 AS enough, count(*) FILTER (WHERE abs(win_probability + loss_probability + void_probability + still_open - 1) > 1e-14) AS sum,
       count(*) FILTER (WHERE still_open <> survival) AS survival, count(*) FILTER (WHERE win_probability NOT BETWEEN lower AND upper) AS bounds
FROM curve;
SELECT count(*) AS compared, count(*) FILTER (WHERE p IS DISTINCT FROM coalesce(
           (SELECT win_probability FROM curve AS c WHERE (c.rep, c.as_of) = (r.rep, r.as_of) AND c.day <= r.day ORDER BY c.day DESC LIMIT 1), 0)) AS differ
FROM (SELECT rep, as_of, day, win_probability(s, as_of, day) AS p
      FROM per_rep, unnest('{2025-12-31,2026-05-01}'::date[]) AS as_of, generate_series(0, 250, 10) AS day) AS r;
SELECT count(*) AS compared, count(*) FILTER (WHERE (a.won, a.lost, a.void) <> (b.won, b.lost, b.void)) AS decided,
       count(*) FILTER (WHERE b.at_risk < a.at_risk OR b.still_open < a.still_open - 1e-14) AS at_risk
FROM curve AS a JOIN curve AS b USING (rep, day) WHERE a.as_of = '2025-12-31' AND b.as_of = '2026-05-01';
SELECT count(*) > 300 AS compared, count(*) FILTER (WHERE a IS DISTINCT FROM b) AS differ
FROM (SELECT c AS a FROM (SELECT rollup(s) AS s FROM per_rep) AS _, win_curve(s, '2026-01-01') AS c) AS _
FULL JOIN (SELECT c AS b FROM (SELECT sales_summary(status, amount, opened, closed) AS s FROM random) AS _, win_curve(s, '2026-01-01') AS c) AS __
ON (a).day = (b).day;
-- The expected wins of those open are what the curve says of each one's age.
SELECT count(*) AS compared, count(*) FILTER (WHERE abs(ours - theirs) > 1e-12) AS differ,
       count(*) FILTER (WHERE abs(revenue - ours::numeric * size) > 1e-9) AS revenue_differs
FROM (SELECT rep, days, expected_wins(s, '2026-01-01', days) AS ours, expected_revenue(s, '2026-01-01', days) AS revenue, avg_deal_size(s) AS size,
             (SELECT sum((win_probability(s, '2026-01-01', least(last, age + days)) - win_probability(s, '2026-01-01', age)) / survival)
              FROM random AS r, LATERAL (SELECT date '2026-01-01' - opened) AS a(age), sales_cycle_survival(s, '2026-01-01') AS k
              WHERE status = 'open' AND r.rep = p.rep AND k.day = age) AS theirs
      FROM per_rep AS p, unnest('{0,30,90}'::int[]) AS days, LATERAL (SELECT max(day) FROM win_curve(s, '2026-01-01')) AS m(last)) AS _;

-- Percentiles: a quarter is gone after day 2, and no more up to day 3; half after day 3, and no more up to day 9.
SELECT fraction, time_to_close_percentile(s, fraction, '2026-03-01') AS close, time_to_win_percentile(s, fraction, '2026-03-01') AS win
FROM pg_temp.of_days('{1,2,3,9,9}', '{open,won,lost,open,void}') AS s, unnest('{0,0.2,0.25,0.3,0.5,0.75,0.8,1}'::float8[]) AS fraction;
-- With the last stretch flat, it ends where the curve ends.
SELECT time_to_close_percentile(s, 0.5, '2026-03-01') AS half, time_to_close_percentile(s, 0.51, '2026-03-01') AS more
FROM pg_temp.of_days('{1,2,3,4}', '{won,won,open,open}') AS s;
-- 27/33 * 11/18 is a half, and as a double a little more; it lasts from day 3 to day 7.
SELECT survival, time_to_close_percentile(s, 0.5, '2026-03-01') AS half
FROM (SELECT rollup(pg_temp.of_days(array_fill(day, ARRAY[n]), array_fill(status, ARRAY[n]))) AS s
      FROM (VALUES (1, 6, 'won'), (2, 9, 'open'), (3, 7, 'lost'), (7, 11, 'open')) AS _(day, n, status)) AS _,
     sales_cycle_survival(s, '2026-03-01') WHERE day = 7;
-- Of instants, cycles are whole days, downwards.
SELECT day, won FROM (SELECT sales_summary(true, 1, t, t + '47:59:59.999999') AS s FROM (SELECT timestamptz '2026-01-01') AS _(t)) AS _,
     win_curve(s, '2026-03-01');
-- The greatest age, and the greatest numbers.
SELECT day, at_risk, censored FROM (SELECT sales_summary(NULL, 1, '4714-11-24 BC'::date, NULL) AS s) AS _, win_curve(s, '5874897-12-31');
SELECT day, at_risk, win_probability, still_open, round(lower::numeric, 12) AS lower, round(upper::numeric, 12) AS upper
FROM win_curve('{"version":1,"won":{"cycles":[[0,4611686018427387904]]},"lost":{"cycles":[[2147483647,4611686018427387903]]}}', '2026-03-01');
SELECT win_probability('{"version":1,"won":{"cycles":[[0,9223372036854775807],[1,1]]}}', '2026-03-01');

-- Rows of which only sums are known, or a difference with a negative count: no set of rows, no curve.
SELECT what, (SELECT count(*) FROM win_curve(s, '2026-03-01')) AS steps, win_probability(s, '2026-03-01') AS win,
       time_to_close_percentile(s, 0.5, '2026-03-01') AS close, expected_wins(s, '2026-03-01', 1) AS wins
FROM pg_temp.of_days('{1,2}', '{won,open}') AS w,
     LATERAL (VALUES ('whole', w), ('with plain', w + sales_summary(1, 1, 1)), ('with plain open', w + sales_summary(num_open => 1)),
                     ('with plain ones that cancel', w + sales_summary(1, 1, 1) - sales_summary(num_lost => 1)),
                     ('without it', w + sales_summary(1, 1, 1) - sales_summary(1, 1, 1)), ('negative', -w), ('minus one', w - pg_temp.of_days('{5}', '{lost}'))) AS _(what, s);
-- Nobody decided: nothing is won. Everybody decided: nobody is open, and nothing is beyond the end. No amount is known: no revenue.
SELECT win_probability(s, '2026-03-01'), time_to_close_percentile(s, 0.1, '2026-03-01') AS close, expected_wins(s, '2026-03-01', 9) AS wins,
       expected_revenue(s, '2026-03-01', 9) AS revenue, restricted_mean_sales_cycle(s, '2026-03-01', 6) AS mean
FROM pg_temp.of_days('{5}', '{open}') AS s;
SELECT win_probability(s, '2026-03-01', 1000), num_open(s), expected_wins(s, '2026-03-01', 9) AS wins, restricted_mean_sales_cycle(s, '2026-03-01', 1000) AS mean
FROM pg_temp.of_days('{5,7}', '{won,lost}') AS s;
SELECT expected_wins(s, '2026-03-01', 9) AS wins, expected_revenue(s, '2026-03-01', 9) AS revenue
FROM (SELECT sales_summary(status, NULL::numeric, '2026-03-01'::date - day, '2026-03-01') AS s FROM (VALUES ('open', 1), ('won', 2), ('lost', 2)) AS _(status, day)) AS _;

-- What cannot be.
SELECT * FROM win_curve(sales_summary(), 'infinity');
SELECT win_probability(sales_summary(), '-infinity');
SELECT * FROM win_curve(sales_summary(), '2026-03-01', 1);
SELECT * FROM win_curve(sales_summary(), '2026-03-01', 'NaN');
SELECT * FROM sales_cycle_survival(sales_summary(), '2026-03-01', 0);
SELECT * FROM win_curve(sales_summary(), '2026-03-01', transform => 'logit');
SELECT win_probability(sales_summary(), '2026-03-01', -1);
SELECT restricted_mean_sales_cycle(sales_summary(), '2026-03-01', -1);
SELECT expected_wins(sales_summary(), '2026-03-01', -1);
SELECT expected_revenue(sales_summary(), '2026-03-01', -1);
SELECT time_to_close_percentile(sales_summary(), 1.001, '2026-03-01');
SELECT time_to_win_percentile(sales_summary(), 'NaN', '2026-03-01');
