-- sales_summary: what a summary holds, its algebra, its forms and its constructor
SET TimeZone = 'UTC';
-- Twelve opportunities with all the dirt there is.
CREATE TEMP TABLE deal (id int, status text, amount numeric, opened date, closed date);
INSERT INTO deal VALUES
    (1, 'won', 1000, '2026-01-05', '2026-02-04'),           -- 30 days
    (2, 'won', 500.50, '2026-01-10', '2026-01-20'),         -- 10 days
    (3, 'won', NULL, '2026-01-01', '2026-01-21'),           -- 20 days, no amount
    (4, 'won', 0, '2026-02-01', NULL),                      -- not known when; 0 is an amount
    (5, 'won', -250, '2026-03-10', '2026-03-01'),           -- closed before opened; so is a negative one
    (6, 'lost', 2000, '2026-01-01', '2026-03-02'),          -- 60 days
    (7, 'lost', 'NaN', '2026-02-01', '2026-02-01'),         -- the same day; NaN is no amount
    (8, 'lost', 'Infinity', '-infinity', '2026-03-01'),     -- nor is infinity; nor is it a day
    (9, 'void', 700, '2026-01-01', '2026-01-08'),           -- 7 days
    (10, 'open', 800, '2026-02-15', '2026-01-01'),          -- the forecast of an open one is not read
    (11, NULL, 900.25, '2026-02-15', NULL),                 -- without an outcome it is open
    (12, 'open', NULL, NULL, NULL);
SELECT key AS outcome, value AS content
FROM (SELECT sales_summary(status, amount, opened, closed) AS all_deals FROM deal) AS s, json_each(all_deals::text::json);
CREATE TEMP VIEW summary AS SELECT sales_summary(status, amount, opened, closed) AS s FROM deal;
SELECT num_opportunities(s), num_won(s), num_lost(s), num_void(s), num_open(s), num_closed(s) FROM summary;
SELECT won_amount(s), lost_amount(s), open_amount(s), num_missing_amount(s), won_days(s), closed_days(s),
       num_missing_cycle(s), num_negative_cycle(s) FROM summary;

-- The summary of no rows is the empty one, not NULL.
SELECT sales_summary(status, amount, opened, closed) AS empty, num_opportunities(sales_summary(status, amount, opened, closed)),
       won_amount(sales_summary(status, amount, opened, closed)), rollup(NULL::sales_summary) AS nothing_rolled_up
FROM deal WHERE false;
SELECT rollup(r) = s AS nulls_are_ignored, num_won(NULL) IS NULL AND s + NULL IS NULL AND -NULL::sales_summary IS NULL AS null_gives_null
FROM summary, unnest(ARRAY[NULL, s, NULL]) AS r GROUP BY s;

-- A status, numeric amounts and dates; the same with doubles, with instants, with both.
SELECT sales_summary(status, amount::float8, opened, closed) = s AS float8,
       sales_summary(status, amount, opened::timestamptz, closed::timestamptz) = s AS timestamptz,
       sales_summary(status, amount::float8, opened::timestamptz, closed::timestamptz) = s AS float8_timestamptz
FROM deal, summary GROUP BY s;
-- Or a boolean, where nothing is void.
SELECT sales_summary(won, amount, opened, closed) = s AS numeric_date,
       sales_summary(won, amount::float8, opened, closed) = s AS float8_date,
       sales_summary(won, amount, opened::timestamptz, closed::timestamptz) = s AS numeric_timestamptz,
       sales_summary(won, amount::float8, opened::timestamptz, closed::timestamptz) = s AS float8_timestamptz
FROM (SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal WHERE id <> 9) AS d,
     (SELECT sales_summary(status, amount, opened, closed) AS s FROM deal WHERE id <> 9) AS w GROUP BY s;
SELECT sales_summary('Won', 1, '2026-01-01', '2026-01-02');
-- Dates are whole days; instants are days of 24 hours and microseconds, also on the day of 23 hours.
SET TimeZone = 'Europe/Amsterdam';
SELECT sales_summary(false, 1, '2026-03-29'::date, '2026-03-30'::date) AS dates;
SELECT sales_summary(false, 1, '2026-03-29'::timestamptz, '2026-03-30'::timestamptz) AS instants;
SELECT sales_summary(NULL::boolean, 1, '2025-12-31 23:30Z'::timestamptz, NULL) AS opened_on_the_day_in_utc;
SET TimeZone = 'UTC';

-- Linear: whole = sum of the parts, in every order and by every tree; whole - part = the rest; nothing comes of itself.
CREATE TEMP TABLE monthly AS
SELECT date_trunc('month', opened) AS month, sales_summary(status, amount, opened, closed) AS s FROM deal GROUP BY 1;
SELECT count(m.*) AS months, rollup(m.s) = w.s AS rolled_up, rollup(m.s ORDER BY m.s DESC) = w.s AS in_another_order,
       rollup(DISTINCT m.s) = w.s AS no_two_are_equal, w.s - rollup(m.s) AS difference
FROM monthly AS m, summary AS w GROUP BY w.s;
SELECT a + b = b + a AS commutes, (a + b) + c = a + (b + c) AS associates, (a + b) - b = a AS undone,
       a + (-a) AS nothing, -(-a) = a AS twice, a - b = -(b - a) AS anticommutes
FROM (SELECT sales_summary(status, amount, opened, closed) FILTER (WHERE id % 3 = 0) AS a,
             sales_summary(status, amount, opened, closed) FILTER (WHERE id % 3 = 1) AS b,
             sales_summary(status, amount, opened, closed) FILTER (WHERE id % 3 = 2) AS c FROM deal) AS _;
SELECT -sales_summary('won', 5, '2026-01-01', '2026-01-03') + sales_summary('open', 5, '2026-01-01', NULL) AS a_deal_reopened;
SELECT count(*) - 1 AS groups, rollup(s) FILTER (WHERE total = 0) = rollup(s) FILTER (WHERE total = 1) AS sum_is_total
FROM (SELECT status, grouping(status) AS total, sales_summary(status, amount, opened, closed) AS s
      FROM deal GROUP BY GROUPING SETS ((status), ())) AS _;
SELECT sales_summary(DISTINCT status, amount, opened, closed) = s AS distinct_rows,
       sales_summary(status, amount, opened, closed) = s + s AS all_rows
FROM (TABLE deal UNION ALL TABLE deal) AS twice, summary GROUP BY s;

-- A moving window holds the rows of its frame, whatever has left it.
SELECT id, num_won(w) AS won, num_lost(w) AS lost, won_amount(w), closed_days(w), num_missing_amount(w) AS missing,
       w = (SELECT sales_summary(status, amount, opened, closed) FROM deal AS f WHERE f.id BETWEEN d.id - 2 AND d.id) AS frame,
       empty
FROM (SELECT id, sales_summary(status, amount, opened, closed) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS w,
             sales_summary(status, amount, opened, closed) OVER (ORDER BY id ROWS BETWEEN 3 FOLLOWING AND 2 FOLLOWING) AS empty
      FROM deal) AS d ORDER BY id;
SELECT bool_and(rolled = direct) AS rollup_moves_alike
FROM (SELECT rollup(one) OVER w AS rolled, sales_summary(status, amount, opened, closed) OVER w AS direct
      FROM deal JOIN (SELECT id, sales_summary(status, amount, opened, closed) AS one FROM deal GROUP BY id) AS _ USING (id)
      WINDOW w AS (ORDER BY opened RANGE BETWEEN '40 days' PRECEDING AND '5 days' FOLLOWING)) AS _;
-- Days come and go by the hundred.
SELECT sum(closed_days(w)) AS days, 99 * 99 AS expected
FROM (SELECT sales_summary(true, 1, '2026-01-01'::date, '2026-01-01'::date + n) OVER (ORDER BY n ROWS 1 PRECEDING) AS w
      FROM generate_series(0, 99) AS n) AS _;
SELECT array_agg(won ORDER BY n) AS won_without_nulls
FROM (SELECT n, num_won(rollup(CASE WHEN n % 3 = 0 THEN sales_summary(num_won => n) END) OVER (ORDER BY n ROWS 1 PRECEDING)) AS won
      FROM generate_series(1, 7) AS n) AS _;

-- Amounts are exact: small, great, many decimals, doubles as they print.
SELECT won_amount(sales_summary(true, a, '2026-01-01'::date, '2026-01-02')) AS sum
FROM unnest('{1e-15,1e30,-1e30,2e30,0.123456789012345678901234567890,3.10}'::numeric[]) AS a;
SELECT won_amount(sales_summary(true, a, '2026-01-01'::date, '2026-01-02')) AS sum
FROM unnest('{0.1,0.2,1e22,123456789.01,1e-7,Infinity,NaN}'::float8[]) AS a;
-- Beyond 128 bits, and back: how a sum came about cannot be seen.
SELECT big + small - big = small AS as_if_never_there, big + big - big = big AS twice, won_amount(big + big)
FROM (SELECT sales_summary(true, 9e28, '4713-01-01 BC'::date, '5874897-12-31') AS big,
             sales_summary(true, 0.01, '2026-01-01'::date, '2026-01-02') AS small) AS _;

-- Text, jsonb and binary: keys in any order, zeros left out, arrays, comparison.
SELECT s::jsonb::sales_summary = s AS jsonb, s::text::sales_summary = s AS text, s::jsonb -> 'won' ->> 'rows' AS won_rows,
       (ARRAY[s, NULL, -s]::text::sales_summary[])[3] + s AS array_element FROM summary;
SELECT '{"won": {"cycles": [[2, 0], [3, 1]], "microseconds": 90000000000, "amount": 1.50, "rows": 1, "days": 2},
         "lost": {}, "version": 1}'::sales_summary;
SELECT '{"version": 1, "open": {"opened": [["4714-11-24 BC", 1], ["0001-12-31 BC", -1],
                                           ["5874897-12-31", 9223372036854775807]]}}'::sales_summary;
SELECT count(*), count(DISTINCT s), count(*) FILTER (WHERE s = e) AS empty, bool_and(s >= e) AS empty_is_least
FROM (SELECT s FROM monthly UNION ALL SELECT s FROM monthly UNION ALL SELECT '{"version": 1}') AS _, sales_summary() AS e;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt
FROM (SELECT sales_summary(num_won => 1), sales_summary(num_lost => 1)) AS _(a, b);

-- Every wrong text is refused, with the reason.
CREATE FUNCTION pg_temp.refusal(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text;
BEGIN
    RETURN 'accepted: ' || value::sales_summary;
EXCEPTION WHEN invalid_text_representation THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN CASE WHEN message LIKE '% json' THEN message ELSE detail END;
END $$;
SELECT value, pg_temp.refusal(value)
FROM unnest(ARRAY['', '{', '[]', '1', '{}', '{"version": 2}', '{"version": "1"}', '{"Version": 1}', '{"version": 1, "won": 3}']) AS value
UNION ALL
SELECT won, pg_temp.refusal(format('{"version": 1, "won": {%s}}', won))
FROM unnest(ARRAY['"row": 3', '"rows": 1.5', '"rows": "1"', '"rows": 9223372036854775808', '"amount": "1"', '"days": 0.5',
                  '"microseconds": 0.5', '"opened": []', '"cycles": {}', '"cycles": [3]', '"cycles": [[3]]', '"cycles": [[3, 1, 1]]',
                  '"cycles": [[3, 0.5]]', '"cycles": [[-1, 1]]', '"cycles": [[0.5, 1]]', '"cycles": [[2147483648, 1]]',
                  '"cycles": [[3, 1], [3, 1]]', '"cycles": [[3, 1], [2, 1]]']) AS won
UNION ALL
SELECT open, pg_temp.refusal(format('{"version": 1, "open": {%s}}', open))
FROM unnest(ARRAY['"cycles": []', '"opened": [[3, 1]]', '"opened": [["infinity", 1]]', '"opened": [["2026-02-30", 1]]',
                  '"opened": [["2026-2-3", 1]]', '"opened": [["4714-11-23 BC", 1]]',
                  '"opened": [["2026-02-02", 1], ["2026-02-01", 1]]']) AS open;

-- From plain sums that are kept elsewhere; what is not known of them is missing.
SELECT sales_summary(12, 60000, 480.5, 28, 150000.25, num_void => 2, num_open => 9, open_amount => 45000) AS s \gset
SELECT :'s' AS summary;
SELECT num_opportunities(s), num_won(s), num_closed(s), won_amount(s), num_missing_amount(s), won_days(s), num_missing_cycle(s)
FROM CAST(:'s' AS sales_summary) AS s;
SELECT sales_summary() AS empty, sales_summary(-1, -5, -2) + sales_summary(1, 5, 2) AS undone,
       sales_summary(1, 0, 0.000000000006) AS rounded_to_a_microsecond;
SELECT sales_summary(num_lost => NULL);
SELECT sales_summary(1, 'NaN');
SELECT sales_summary(1, 1, 'NaN');

-- Counts are of 64 bits, and do not wrap.
SELECT num_opportunities(s) AS greatest, num_won(s + -s) AS none FROM sales_summary(num_won => 9223372036854775807) AS s;
SELECT sales_summary(num_won => 9223372036854775807) + sales_summary(num_won => 1);
SELECT -sales_summary(num_open => -9223372036854775808);
SELECT sales_summary(num_won => -9223372036854775807) - sales_summary(num_won => 2);
SELECT num_opportunities(sales_summary(num_won => 9223372036854775807, num_lost => 1));
SELECT sales_summary_accum('{"version": 1, "lost": {"rows": 9223372036854775807}}', 'lost', 1, '2026-01-01'::date, NULL);
SELECT rollup(s) FROM (VALUES ('{"version": 1, "won": {"cycles": [[5, 9223372036854775807]]}}'::sales_summary),
                              ('{"version": 1, "won": {"cycles": [[5, 1]]}}')) AS _(s);

-- Histograms of few and of many days are in order, before 2000 too; what is not cannot be read.
SELECT days, s::text::sales_summary = s AS read_back, jsonb_array_length(s::jsonb -> 'open' -> 'opened') AS open,
       s::jsonb -> 'open' -> 'opened' -> 0 ->> 0 AS first, s::jsonb -> 'open' -> 'opened' -> -1 ->> 0 AS last
FROM unnest('{1,15,16,17,1000}'::int[]) AS days,
     LATERAL (SELECT sales_summary(status, 1, CASE i WHEN 1 THEN '5874897-12-31' WHEN 2 THEN '4714-11-24 BC' ELSE date '2000-01-01' + day END,
                                   date '2000-01-01' + 2 * day) AS s
              FROM generate_series(1, days) AS i, unnest('{open,won,lost}'::text[]) AS status, LATERAL (SELECT i * 7919 % 30011 - 9000 AS day) AS _) AS _;

-- More of the largest amounts of the short form than 128 bits hold, and the same taken away.
SELECT won_amount(s) = 400 * 9999999999999999999999999999.99999999 AS added, won_amount(-s) = -400 * 9999999999999999999999999999.99999999 AS negative, s - s = sales_summary() AS nothing
FROM (SELECT sales_summary(true, 9999999999999999999999999999.99999999, date '2026-01-01', date '2026-01-01') AS s FROM generate_series(1, 400)) AS _;
