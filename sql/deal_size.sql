-- deal_size: the average amount of what is won, and the amounts

-- Won are 100, 200.50, 0, -50 and two without an amount: 250.50 / 4.
CREATE TEMP TABLE deal (id int, status text, amount numeric);
INSERT INTO deal VALUES
    (1, 'won', 100), (2, 'won', 200.50), (3, 'won', NULL), (4, 'won', 'NaN'), (5, 'won', 0), (6, 'won', -50),
    (7, 'lost', 5000), (8, 'lost', NULL), (9, 'void', 777), (10, 'open', 31), (11, NULL, 11), (12, 'open', '-Infinity');
CREATE TEMP VIEW deal_won AS SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal;
SELECT avg_deal_size(status, amount) AS status_numeric, avg_deal_size(won, amount) AS won_numeric,
       avg_deal_size(status, amount::float8) AS status_float8, avg_deal_size(won, amount::float8) AS won_float8,
       avg_deal_size(sales_summary(status, amount, NULL::date, NULL)) AS summary,
       avg_deal_size(won_amount => 250.50, won => 4) AS formula
FROM deal_won;
SELECT won_amount(s), lost_amount(s), open_amount(s), num_missing_amount(s), num_won(s)
FROM (SELECT sales_summary(status, amount, NULL::date, NULL) AS s FROM deal) AS _;

-- Nothing won, or nothing won with an amount: there is no average.
SELECT avg_deal_size(status, amount) FILTER (WHERE status <> 'won') AS nothing_won,
       avg_deal_size(status, amount) FILTER (WHERE id IN (3, 4, 7)) AS unknown,
       avg_deal_size(status, amount) FILTER (WHERE false) AS no_rows, avg_deal_size(sales_summary()) AS empty,
       avg_deal_size(sales_summary(num_won => 3)) AS known_by_count, avg_deal_size(100, 0) AS formula,
       avg_deal_size(status, amount) FILTER (WHERE id = 5) AS nothing_paid
FROM deal;
SELECT avg_deal_size(NULL, 1::bigint) AS amount, avg_deal_size(1, NULL::bigint) AS won, avg_deal_size(NULL::sales_summary) AS summary;
SELECT avg_deal_size('new', 1);

-- It is the server's avg over what is won: the sum is exact, and the division rounds once.
SELECT avg_deal_size(true, a), avg(a), avg_deal_size(true, a) = avg(a) AS equal
FROM unnest('{10,10,11}'::numeric[]) AS a;
SELECT avg_deal_size(true, a), sum(a) / count(a) AS of_doubles FROM unnest('{0.1,0.2,0.3,1e15,-1e15}'::float8[]) AS a;
SELECT avg_deal_size(sales_summary(-2, -50)) AS of_a_delta, avg_deal_size(-50, -2) AS formula, avg_deal_size('NaN'::numeric, 2) AS nan;

-- Doubles are taken as they print; integers reach double precision by themselves, beyond 2^53 only with a cast.
SELECT a, won_amount(sales_summary(true, a, NULL::date, NULL)) = a::text::numeric AS as_printed
FROM unnest('{0.1,-0.3,1.005,4.35,123456789012.34,999999999999999.9,1e15,1e22,1.7976931348623157e308,
              1e-7,0.123456785,5e-9,2.2250738585072014e-308,5e-324,-0}'::float8[]) AS a
GROUP BY a ORDER BY a;
SELECT avg_deal_size(true, 7) AS int4, avg_deal_size(true, 9007199254740993) AS int8,
       avg_deal_size(true, 9007199254740993::numeric) AS as_numeric;

-- Exact at any size: 20 decimals, 1e-15 beside 1e+30, sums beyond 128 bits.
SELECT won_amount(s), avg_deal_size(s)
FROM (SELECT sales_summary(true, a, NULL::date, NULL) AS s FROM unnest('{0.00000000000000000001,1e-15,1e30}'::numeric[]) AS a) AS _;
SELECT won_amount(s::text::sales_summary) = 1e-16383 AS as_many_decimals_as_there_are FROM sales_summary(1, 1e-16383) AS s;
SELECT avg_deal_size(true, 1.5e30) AS same, avg_deal_size(true, n * 1e30) AS mean FROM generate_series(1, 400000, 3) AS n;
SELECT won_amount(big) AS big, won_amount(big - big) AS gone,
       big - big = sales_summary(1, 1) - sales_summary(1, 1) AS without_a_trace
FROM sales_summary(1, 170141183460469231731687303715884105728 * 1e-8) AS big;   -- 2^127 units of 1e-8
SELECT amount, avg_deal_size(true, amount) OVER (ORDER BY id ROWS 1 PRECEDING) AS of_two
FROM (VALUES (1, 1e-15), (2, 3e-15), (3, 1e30), (4, 'NaN'), (5, 4), (6, 6), (7, 1e28), (8, 1e28)) AS _(id, amount);
-- What a numeric cannot hold is an error.
SELECT avg_deal_size(true, a) FROM unnest('{9e131071,9e131071}'::numeric[]) AS a;
SELECT won_amount(sales_summary(1, 9e131071) + sales_summary(1, 9e131071));

-- Groups and their total; signed windows; every order.
SELECT coalesce(quarter::text, 'year') AS quarter, avg_deal_size(true, amount), avg_deal_size(rollup(s)) AS rolled_up
FROM (SELECT n / 4 AS quarter, n * n AS amount, sales_summary(num_won => 1, won_amount => n * n) AS s FROM generate_series(0, 11) AS n) AS _
GROUP BY GROUPING SETS ((quarter), ()) ORDER BY grouping(quarter), quarter;
SELECT avg_deal_size(status, amount ORDER BY id DESC) AS in_another_order,
       avg_deal_size(DISTINCT status, abs(amount)) AS distinct_amounts FROM deal;
SELECT id, amount, avg_deal_size(status, amount) OVER w, won_amount(sales_summary(status, amount, NULL::date, NULL) OVER w)
FROM deal WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY id;
