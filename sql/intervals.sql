-- intervals: error bars of KPIs, and whether a difference is real

-- Is a number within 1e-13 of another, as a share of it?
CREATE FUNCTION pg_temp.near(ours numeric, theirs numeric) RETURNS boolean
RETURN abs(ours - theirs) <= 1e-13 * abs(theirs);

-- A share, by Wilson: the bounds are shares from which the observed one is 1.959963984540054 standard errors away.
SELECT won, closed, round(lower::numeric, 4) AS lower, round(upper::numeric, 4) AS upper
FROM (VALUES (81, 263), (15, 148), (0, 20), (1, 29), (20, 20), (1, 1)) AS _(won, closed), hit_ratio_interval(won, closed);
SELECT count(*) AS bounds, count(*) FILTER (WHERE abs(abs(won / closed::float8 - bound) - 1.959963984540054 * sqrt(bound * (1 - bound) / closed)) > 1e-15) AS differ
FROM generate_series(1, 60) AS closed, generate_series(1, closed - 1) AS won, hit_ratio_interval(won, closed) AS i, unnest(ARRAY[lower, upper]) AS bound;
SELECT count(*) AS pairs, count(*) FILTER (WHERE abs(a.lower - (1 - b.upper)) > 1e-15 OR a.lower > won / closed::float8 OR a.upper < won / closed::float8) AS differ
FROM generate_series(1, 30) AS closed, generate_series(0, closed) AS won, hit_ratio_interval(won, closed, 0.8) AS a, hit_ratio_interval(closed - won, closed, 0.8) AS b;
-- No confidence, no width; the greatest numbers; all bounds lie in 0 to 1, however sure.
SELECT lower, upper FROM hit_ratio_interval(1, 4, 5e-324);
SELECT round(lower::numeric, 12) AS lower, round(upper::numeric, 12) AS upper FROM hit_ratio_interval(4611686018427387904, 9223372036854775807);
SELECT lower, round(upper::numeric, 30) AS upper FROM hit_ratio_interval(0, 9223372036854775807);
SELECT count(*) AS bounds, count(*) FILTER (WHERE lower < 0 OR upper > 1) AS outside
FROM unnest('{0,1,2,3}'::int[]) AS won, unnest('{0.5,0.99,0.99999999,0.9999999999999999}'::float8[]) AS confidence, hit_ratio_interval(won, 3, confidence);
-- No share: nothing closed, more won than closed, less than nothing.
SELECT won, closed, lower, upper FROM (VALUES (0, 0), (5, 4), (-1, 4), (-2, -1), (NULL, 4)) AS _(won, closed) LEFT JOIN LATERAL hit_ratio_interval(won, closed) ON true;

-- Of a summary: of 1 won, 2 lost, 3 void and 4 open ones.
CREATE TEMP TABLE kept AS
SELECT sales_summary(status, 10, '2026-01-01'::date, '2026-01-11') AS s FROM unnest('{won,lost,lost,void,void,void,open,open,open,open}'::text[]) AS status;
SELECT basis, i = hit_ratio_interval(1, n) AS equal, round((i).lower::numeric, 4) AS lower, round((i).upper::numeric, 4) AS upper
FROM kept, LATERAL (VALUES ('closed', 3), ('decided', 6), ('created', 10)) AS _(basis, n), LATERAL (SELECT hit_ratio_interval(s, basis) AS i) AS __;
SELECT hit_ratio_interval(s, confidence => 0.5) = hit_ratio_interval(1, 3, 0.5) AS confidence, hit_ratio_interval(sales_summary(num_won => 1, num_lost => 2)) = hit_ratio_interval(1, 3) AS sums,
       hit_ratio_interval(-s) AS negative, hit_ratio_interval(s - sales_summary(num_void => 4), 'decided') AS less_void, hit_ratio_interval(sales_summary()) AS empty
FROM kept;

-- Two shares: the examples of Newcombe 1998 (part II, table II, method 10). The p-values are R's.
SELECT v.*, round(difference::numeric, 4) AS difference, round(lower::numeric, 4) AS lower, round(upper::numeric, 4) AS upper, round(p_value::numeric, 10) AS p_value
FROM (VALUES (56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10), (10, 10, 0, 20), (10, 10, 0, 10)) AS v(won_a, closed_a, won_b, closed_b),
     hit_ratio_difference(won_a, closed_a, won_b, closed_b);
-- Fisher's tea: 3, 4, 1 or 0 of 4 in 16 + 1 + 16 + 1 ways of 70. His twins: 2, 1, 0 or 12 of 12 in 66 * 816 + 12 * 153 + 18 + 8568 ways of 119759850.
SELECT pg_temp.near(a.p_value::numeric, 34 / round(70, 20)) AS tea, pg_temp.near(b.p_value::numeric, 64278 / round(119759850, 20)) AS twins
FROM hit_ratio_difference(3, 4, 1, 4) AS a, hit_ratio_difference(2, 12, 15, 18) AS b;
-- By hand: the tables with the same totals that are no more probable than this one, each being a product of binomial coefficients.
WITH choose AS (SELECT n, k, round(factorial(n) / factorial(k) / factorial(n - k)) AS c FROM generate_series(0, 20) AS n, generate_series(0, n) AS k),
tables AS
    (SELECT a.n AS na, a.k AS wa, b.n AS nb, b.k AS wb, a.k + b.k AS won, a.c * b.c AS ways
     FROM choose AS a, choose AS b WHERE a.n IN (1, 5, 9, 20) AND b.n IN (1, 4, 9, 14)),
exact AS
    (SELECT na, t.wa, nb, t.wb, sum(u.ways) FILTER (WHERE u.ways <= t.ways) / round(sum(u.ways), 20) AS p
     FROM tables AS t JOIN tables AS u USING (na, nb, won) GROUP BY 1, 2, 3, 4)
SELECT count(*) AS tables, count(*) FILTER (WHERE NOT pg_temp.near(p_value::numeric, p)) AS differ FROM exact, hit_ratio_difference(wa, na, wb, nb);
-- The other way round it is the opposite, and among lost ones the same, turned round.
SELECT count(*) AS pairs, count(*) FILTER (WHERE (b.difference, b.lower, b.upper) IS DISTINCT FROM (-a.difference, -a.upper, -a.lower) OR abs(b.p_value - a.p_value) > 1e-14) AS differ,
       count(*) FILTER (WHERE abs(c.difference + a.difference) > 1e-15 OR abs(c.lower + a.upper) > 1e-15 OR abs(c.p_value - a.p_value) > 1e-14) AS lost_differ
FROM generate_series(0, 9) AS x, generate_series(0, 30) AS y, hit_ratio_difference(x, 9, y, 30) AS a, hit_ratio_difference(y, 30, x, 9) AS b, hit_ratio_difference(9 - x, 9, 30 - y, 30) AS c;
-- Far from what is probable: 2 / (800 over 400), and nothing that a double could hold.
SELECT pg_temp.near(p_value::numeric * 1e250, 2e250 * factorial(400) ^ 2 / factorial(800)) AS near FROM hit_ratio_difference(0, 400, 400, 400);
SELECT p_value FROM hit_ratio_difference(0, 1000, 1000, 1000);
-- Exact as long as the variance of the won ones of a, given the totals, is 1e8 at most: it is 99,999,999.06 here, and then 100,000,000.06. As R has it: 2 * phyper(...) and prop.test(...),
-- which would be 0.133614400595 for the former.
SELECT round(a.p_value::numeric, 12) AS exact, round(b.p_value::numeric, 12) AS score
FROM hit_ratio_difference(399985000, 799999992, 400015000, 799999992) AS a, hit_ratio_difference(399985000, 800000000, 400015000, 800000000) AS b;
SELECT round(a.p_value::numeric, 12) AS five_in_two, pg_temp.near(b.p_value::numeric * 1e60, (922337 / 9223372036855698144.0) ^ 5 * 1e60) AS five_in_few
FROM hit_ratio_difference(0, 9223372036854775807, 5, 9223372036854775807) AS a, hit_ratio_difference(0, 9223372036854775807, 5, 922337) AS b;
SELECT round(p_value::numeric, 10) AS p_value FROM (VALUES (499545, 1000000, 999989, 1999999), (500455, 2000002, 499545, 2000003)) AS _(a, b, c, d), hit_ratio_difference(a, b, c, d);
SELECT difference, lower, upper, p_value FROM hit_ratio_difference(0, 9223372036854775807, 9223372036854775807, 9223372036854775807);
SELECT round(difference::numeric, 30) AS difference, round(p_value::numeric, 12) AS p_value FROM hit_ratio_difference(4611686018427387904, 9223372036854775807, 4611686018427387903, 9223372036854775807);
-- Of summaries; nothing without two shares.
SELECT hit_ratio_difference(s, sales_summary(num_won => 7, num_lost => 2), 0.9) = hit_ratio_difference(1, 3, 7, 9, 0.9) AS equal, hit_ratio_difference(s, sales_summary(num_open => 5)) AS open,
       hit_ratio_difference(-s, s) AS negative, hit_ratio_difference(1, 2, 3, 2) AS more_won
FROM kept;

-- Means, by Student's t: of n amounts with the sum 0 and the sum of squares n * (n - 1), the standard error is 1 and so the upper bound is t itself.
CREATE FUNCTION pg_temp.t(n bigint, confidence float8) RETURNS numeric
RETURN (SELECT upper FROM avg_deal_size_interval(format('{"version":1,"won":{"rows":%s,"amount_squared":%s}}', n, n * (n - 1)::numeric)::sales_summary, confidence));
SELECT n - 1 AS df, round(pg_temp.t(n, 0.95), 12) AS t
FROM unnest('{2,3,4,5,10,30,100,10000}'::bigint[]) AS n;
-- One degree of freedom is Cauchy's distribution, tan(pi * confidence / 2) = 1 / tan(pi * (1 - confidence) / 2); two have a square root. With very many it is normal.
SELECT count(*) AS confidences, count(*) FILTER (WHERE NOT pg_temp.near(pg_temp.t(2, c), one::numeric)) AS one_differs, count(*) FILTER (WHERE NOT pg_temp.near(pg_temp.t(3, c), two::numeric)) AS two_differ
FROM unnest('{0.00001,0.001,0.1,0.4,0.5,0.6,0.74999,0.75,0.8,0.9,0.99,0.9999,0.999999999,0.9999999999999}'::float8[]) AS c,
     LATERAL (SELECT CASE WHEN c < 0.5 THEN tan(pi() * c / 2) ELSE 1 / tan(pi() * (1 - c) / 2) END, c * sqrt(2 / ((1 - c) * (1 + c)))) AS _(one, two);
SELECT round(pg_temp.t(9223372036854775807, 0.95), 14) AS normal, round(pg_temp.t(9223372036854775807, 0.6826894921370859), 14) AS one, round(pg_temp.t(9223372036854775807, 0.997300203936740), 12) AS three;

-- Three won, of 6000, 9000 and 15000, after 20, 30 and 40 days; three lost after 40, 50 and 60; four open.
CREATE TEMP TABLE deal (status text, amount numeric, opened date, days int);
INSERT INTO deal VALUES ('won', 6000, '2026-01-01', 20), ('won', 9000, '2026-01-01', 30), ('won', 15000, '2026-01-01', 40), ('lost', 8000, '2026-01-01', 40), ('lost', 8000, '2026-01-01', 50),
    ('lost', 8000, '2026-01-01', 60), ('open', 7000, '2026-02-01', NULL), ('open', 7000, '2026-02-10', NULL), ('open', 7000, '2026-02-20', NULL), ('open', 7000, '2026-03-01', NULL);
CREATE TEMP VIEW summary AS SELECT sales_summary(status, amount, opened, opened + days) AS s FROM deal;
SELECT (i).lower, (i).upper, pg_temp.near((i).upper - mean, 4.302652729749464 * error) AND (i).lower = 2 * mean - (i).upper AS t
FROM (SELECT avg_deal_size_interval(s) AS i FROM summary) AS _, (SELECT avg(amount) AS mean, stddev_samp(amount) / sqrt(3.0) AS error FROM deal WHERE status = 'won') AS __;
SELECT outcome, round(lower::numeric, 10) AS lower, round(upper::numeric, 10) AS upper, pg_temp.near((upper - mean)::numeric, t * error::numeric) AS t
FROM summary, (VALUES ('won', '{won}', 4.302652729749464), ('lost', '{lost}', 4.302652729749464), ('closed', '{won,lost}', 2.570581835636314), ('decided', '{won,lost,void}', 2.570581835636314)) AS _(outcome, set, t),
     avg_sales_cycle_interval(s, outcome), LATERAL (SELECT avg(days), stddev_samp(days) / sqrt(count(*)) FROM deal WHERE status = ANY (set::text[])) AS d(mean, error);
-- A cycle is not negative, and so its lower bound is not either; an amount may be.
SELECT i.lower, round(i.upper::numeric, 6) AS upper, round(d.lower, 6) AS amount FROM summary, avg_sales_cycle_interval(s, confidence => 0.99) AS i, avg_deal_size_interval(s) AS d;
-- All equal: no width. One: nothing. Of instants, to the microsecond.
SELECT avg_deal_size_interval(s), avg_sales_cycle_interval(s) FROM (SELECT sales_summary(true, 0.1, '2026-01-01'::date, '2026-01-04') AS s FROM generate_series(1, 7)) AS _;
SELECT avg_deal_size_interval(s), avg_sales_cycle_interval(s) FROM (SELECT sales_summary(true, 0.1, '2026-01-01'::date, '2026-01-04') AS s) AS _;
SELECT round(lower::numeric, 12) AS lower, round(upper::numeric, 12) AS upper FROM (SELECT sales_summary(true, 1, t, t + n * interval '12:00') AS s FROM (SELECT timestamptz '2026-01-01') AS _(t), generate_series(2, 4, 2) AS n) AS _, avg_sales_cycle_interval(s, confidence => 0.5);
-- Amounts of any size, beyond doubles and 128 bits: 1e30 +- 1, and 3e400 +- 1e400.
SELECT lower, upper FROM (SELECT sales_summary(true, 1e30 + n, NULL::date, NULL) AS s FROM unnest('{-1,1}'::int[]) AS n) AS _, avg_deal_size_interval(s, 0.5);
SELECT round(lower / 1e400, 12) AS lower, round(upper / 1e400, 12) AS upper FROM (SELECT sales_summary(true, n * 1e400, NULL::date, NULL) AS s FROM generate_series(2, 4, 2) AS n) AS _, avg_deal_size_interval(s, 0.5);

-- Velocity: the sum of squares of what each closed one adds to ln of it; t of two degrees of freedom, three won ones.
SELECT opportunities, cycle, round(lower, 8) AS lower, round(upper, 8) AS upper, pg_temp.near(upper, round(v, 40) * exp(h)) AND pg_temp.near(lower, round(v, 40) / exp(h)) AS delta
FROM summary, unnest('{all,closed,open}'::text[]) AS opportunities, unnest('{won,closed,decided}'::text[]) AS cycle, sales_velocity(s, opportunities, cycle) AS v, sales_velocity_interval(s, opportunities, cycle),
     LATERAL (SELECT 4.302652729749464 * sqrt(sum(CASE cycle WHEN 'won' THEN (won / 3 - 1 / round(6, 40) + won * amount / 30000 - won * days / round(90, 40)) ^ 2 ELSE (won * amount / 30000 - days / round(240, 40)) ^ 2 END) * 3 / 2)
              FROM (SELECT *, CASE status WHEN 'won' THEN 1 ELSE 0 END::numeric AS won FROM deal WHERE days IS NOT NULL) AS _) AS d(h);
SELECT sales_velocity_interval(sales_summary(num_open => 4), s, 'closed', 0.9) = sales_velocity_interval(s, 'open', 'closed', 0.9) AS stock, sales_velocity_interval(sales_summary(num_open => 4), s) = sales_velocity_interval(s, 'open', 'decided') AS decided,
       sales_velocity_interval(sales_summary(), s) AS nothing_open
FROM summary;
-- With amounts or cycles missing, of 4 won and 5 lost ones, where those that are there are alike: only the hit ratio has an error. Where both are missing, as many won ones as can
-- are taken to have both: here, 2 and 3 of 4, it is 2, but only 1 has, and that adds 2 * 500 / (100 * 30).
SELECT amounts, cycles, pg_temp.near(ln(upper / sales_velocity(s)), t * sqrt((round(1, 40) / won - round(1, 40) / (won + 5) + more) * n / (n - 1))) AS equal
FROM (VALUES (4, 4, 2.353363434801823, 0), (3, 4, 2.919985580353726, 0), (4, 3, 2.919985580353726, 0), (2, 3, 6.313751514675043, round(1000, 40) / 3000)) AS _(amounts, cycles, t, more),
     LATERAL (SELECT sales_summary(i <= 4, CASE WHEN i <= amounts THEN 50 END::numeric, '2026-01-01'::date, CASE WHEN i > 4 - cycles THEN '2026-01-11'::date END) AS s, 4 AS won, least(amounts, cycles) AS n FROM generate_series(1, 9) AS i) AS __,
     sales_velocity_interval(s, confidence => 0.9);
SELECT round(lower, 6) AS lower, round(upper, 6) AS upper
FROM (SELECT sales_summary(status, CASE WHEN amount <> 9000 THEN amount END, opened, opened + nullif(days, 40)) AS s FROM deal) AS _, sales_velocity_interval(s, 'all', 'closed', 0.5);

-- What is no set of rows, or is known by sums only, has no interval; where only counts of lost and open ones are needed, these may be sums.
SELECT what, round((avg_deal_size_interval(x)).upper, 2) AS size, round((avg_sales_cycle_interval(x)).upper::numeric, 6) AS cycle, round((sales_velocity_interval(x, confidence => 0.5)).upper, 2) AS velocity, round((sales_velocity_interval(x, cycle => 'closed', confidence => 0.5)).upper, 2) AS closed
FROM summary, (SELECT sales_summary(true, 9000, '2026-01-01'::date, '2026-01-31') AS one) AS _,
     LATERAL (VALUES ('won by sums', s + sales_summary(1, 1, 1)), ('and away again', s + sales_summary(1, 1, 1) - sales_summary(1, 1, 1)), ('lost by sums', s + sales_summary(num_lost => 3)),
                     ('negative', -s), ('others away', s - one - one), ('less lost', s - sales_summary(num_lost => 4)), ('less open', s - sales_summary(num_open => 5)), ('empty', sales_summary())) AS v(what, x);
SELECT sales_velocity_interval(sales_summary(num_open => -1), s) AS stock, sales_velocity_interval(s, -s) AS flow FROM summary;
-- No amount above 0, no time, one won one.
SELECT sales_velocity_interval(sales_summary(true, amount, '2026-01-01'::date, '2026-01-01'::date + days)) FROM (VALUES (-5, 1), (-5, 3), (1, 2)) AS _(amount, days);
SELECT sales_velocity_interval(sales_summary(true, amount, '2026-01-01'::date, '2026-01-01'::date + days)) FROM (VALUES (5, 0), (7, 0)) AS _(amount, days);
SELECT sales_velocity_interval(sales_summary(won, 5, '2026-01-01'::date, '2026-01-05')) FROM unnest('{t,f,f}'::boolean[]) AS won;
-- Nothing varies: no width; and so much confidence that it is no bound any more.
SELECT sales_velocity_interval(sales_summary(true, 5, '2026-01-01'::date, '2026-01-05')) FROM generate_series(1, 3);
SELECT sales_velocity_interval(sales_summary(true, n, '2026-01-01'::date, '2026-01-05'), confidence => 0.9999999) FROM (VALUES (1), (9)) AS _(n);

-- A hit ratio as if 20 more had been closed, with the team's ratio of 0.25: (2 + 5) / (3 + 20), and so on.
SELECT won, lost, shrunken_hit_ratio(r, team) = (won + 5) / (won + lost + 20.0)::float8 AS twenty, round(shrunken_hit_ratio(r, team, 4)::numeric, 6) AS four, round(shrunken_hit_ratio(r, team, 0)::numeric, 6) AS none, shrunken_hit_ratio(r, team, 'Infinity') AS team
FROM (VALUES (2, 1), (0, 3), (0, 0), (100, 100)) AS _(won, lost), LATERAL (SELECT sales_summary(num_won => won, num_lost => lost), sales_summary(num_won => 30, num_lost => 90, num_void => 9)) AS s(r, team);
SELECT shrunken_hit_ratio(s, sales_summary(num_open => 9)) AS no_prior, shrunken_hit_ratio(-s, s) AS negative, shrunken_hit_ratio(s, -s) AS negative_prior, shrunken_hit_ratio(sales_summary(num_won => 0, num_lost => 0) - sales_summary(num_lost => 1), s) AS less_lost,
       shrunken_hit_ratio(sales_summary(num_won => -1, num_lost => 1), s) AS less_won, round(shrunken_hit_ratio(sales_summary(), s)::numeric, 12) AS new_rep
FROM kept;
-- The weight: of two reps with 10 and 30 of 40, the sum of 40 * (ratio - 0.5)^2 is 5, in units of 0.25 it is 20, of which chance explains 1; and a rho of 1 would explain 39 more. So rho is 19/39, and the weight 39/19 - 1.
SELECT pg_temp.near(hit_ratio_prior_weight(array_agg(sales_summary(num_won => won, num_lost => 40 - won)))::numeric, 20 / 19.0) AS weight FROM unnest('{10,30}'::int[]) AS won;
-- Those without closed ones, and NULL, do not matter; less than chance explains; nothing but 0 and 1; nothing to see.
SELECT hit_ratio_prior_weight(ARRAY[a, sales_summary(num_open => 3), b, NULL]) = hit_ratio_prior_weight(ARRAY[a, b]) AS others, hit_ratio_prior_weight(ARRAY[a, a]) AS alike, hit_ratio_prior_weight(ARRAY[sales_summary(num_won => 9), sales_summary(num_lost => 9)]) AS apart,
       hit_ratio_prior_weight(ARRAY[a]) AS one, hit_ratio_prior_weight('{}') AS empty, hit_ratio_prior_weight(ARRAY[sales_summary(num_won => 9), sales_summary(num_won => 5)]) AS all_won,
       hit_ratio_prior_weight(ARRAY[sales_summary(num_won => 1), sales_summary(num_lost => 1)]) AS one_each, hit_ratio_prior_weight(ARRAY[a, b, -a]) AS negative
FROM (SELECT sales_summary(num_won => 10, num_lost => 30), sales_summary(num_won => 30, num_lost => 10)) AS _(a, b);

-- NULL is no argument.
SELECT hit_ratio_interval(1, 2, NULL) AS c, hit_ratio_interval(NULL::sales_summary) AS s, avg_deal_size_interval(NULL) AS size, avg_sales_cycle_interval(s, NULL) AS cycle, sales_velocity_interval(s, NULL::text) AS velocity, hit_ratio_difference(s, NULL) AS difference,
       shrunken_hit_ratio(s, s, NULL) AS shrunken, hit_ratio_prior_weight(NULL) AS weight FROM kept;
-- What cannot be.
SELECT hit_ratio_interval(1, 2, 1);
SELECT hit_ratio_interval(sales_summary(), 'value');
SELECT hit_ratio_interval(sales_summary(), 'closed', 0);
SELECT hit_ratio_difference(1, 2, 1, 2, 'NaN');
SELECT hit_ratio_difference(sales_summary(), sales_summary(), 95);
SELECT hit_ratio_interval(sales_summary(num_won => 9223372036854775807, num_lost => 1));
SELECT avg_deal_size_interval(sales_summary(), -0.5);
SELECT avg_sales_cycle_interval(sales_summary(), 'open');
SELECT avg_sales_cycle_interval(sales_summary(), 'won', 2);
SELECT sales_velocity_interval(sales_summary(), 'won');
SELECT sales_velocity_interval(sales_summary(), 'all', 'lost');
SELECT sales_velocity_interval(sales_summary(), sales_summary(), 'lost');
SELECT sales_velocity_interval(sales_summary(), sales_summary(), confidence => 1);
SELECT shrunken_hit_ratio(sales_summary(), sales_summary(), -1);
SELECT shrunken_hit_ratio(sales_summary(), sales_summary(), 'NaN');
