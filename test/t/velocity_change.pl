# What the levers have added to a change of velocity, and the segments to one of
# the hit ratio, is what plain SQL makes of the same random numbers, and adds up;
# published and real data agree with their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw($chance $shared_data agree sql start_server);
use Test::More;

my $node = start_server();

# -- The levers of random pairs of summaries -----------------------------------

# In a third of the cases one side has nothing open, won or lost, or wins at a
# loss; in some, levers are the same on both sides, or nearly.  Of every reading:
# the velocity as a product of four factors, to 60 decimals.
sql("CREATE EXTENSION salesvelocity; $chance" . q{
CREATE TABLE side AS
SELECT *, sales_summary(won, amount, won_days, lost, 1, lost_days, num_open => open) AS s
FROM (SELECT pair, side, CASE WHEN kind = 1 THEN 0 ELSE won END AS won,
             CASE WHEN kind = 1 THEN 0 WHEN kind = 2 THEN -amount ELSE amount END AS amount,
             CASE WHEN kind = 1 THEN 0 ELSE won_days END AS won_days,
             CASE WHEN kind = 3 THEN 0 ELSE lost END AS lost, CASE WHEN kind = 3 THEN 0 ELSE lost_days END AS lost_days,
             CASE WHEN kind = 4 THEN 0 ELSE open END AS open
      FROM (SELECT pair, side, chance(i, 'kind', 24) AS kind, 1 + chance(pair + side * chance(pair, 'won', 2), 'n', 40) AS won,
                   (1 + chance(pair, 'amount', 1000000)) / 100.0 * 10::numeric ^ (chance(pair, 'size', 5) * side) + side * 0.01 AS amount,
                   1 + chance(i * chance(pair, 'days', 2), 'd', 900) AS won_days,
                   1 + chance(i, 'lost', 60) AS lost, 1 + chance(i, 'e', 2000) AS lost_days, 1 + chance(i, 'open', 90) AS open
            FROM generate_series(1, 400) AS pair, generate_series(0, 1) AS side, LATERAL (SELECT 2 * pair + side AS i) AS _) AS _) AS _;
CREATE TABLE factors AS
SELECT pair, side, opportunities, cycle, s, sales_velocity(s, opportunities, cycle) AS velocity,
       ARRAY[CASE opportunities WHEN 'open' THEN open ELSE won + lost + CASE opportunities WHEN 'all' THEN open ELSE 0 END END,
             round(won, 60) / nullif(won + lost, 0), round(amount, 60) / nullif(won, 0),
             round(won + CASE cycle WHEN 'closed' THEN lost ELSE 0 END, 60)
             / nullif(won_days + CASE cycle WHEN 'closed' THEN lost_days ELSE 0 END, 0)]::numeric[] AS x
FROM side, unnest('{all,closed,open}'::text[]) AS opportunities, unnest('{won,closed}'::text[]) AS cycle;
CREATE TABLE change AS
SELECT pair, opportunities, cycle, a.s AS before, b.s AS after, b.velocity - a.velocity AS change, a.velocity AS v0, b.velocity AS v1,
       -- the size of deals that were not won is that of the others
       ARRAY[a.x[1], a.x[2], coalesce(a.x[3], b.x[3], 1), a.x[4]] AS x0, ARRAY[b.x[1], b.x[2], coalesce(b.x[3], a.x[3], 1), b.x[4]] AS x1
FROM factors AS a JOIN factors AS b USING (pair, opportunities, cycle) WHERE a.side = 0 AND b.side = 1;
CREATE TABLE contribution AS
SELECT c.*, n::int, lever, contribution, method, l.before AS lever_before, l.after AS lever_after
FROM change AS c, sales_velocity_change(c.before, c.after, opportunities, cycle) WITH ORDINALITY AS l(lever, before, after, contribution, method, n);
});

agree('contributions add up to the change, to the last digit', 2_000, q{
SELECT count(*), count(*) FILTER (WHERE total IS DISTINCT FROM change OR levers <> 4 OR (method IS NULL) <> (change IS NULL))
FROM (SELECT change, sum(contribution) AS total, count(*) AS levers, min(method) AS method
      FROM contribution GROUP BY pair, opportunities, cycle, change) AS _});
agree('the factors multiply to the velocity', 4_000, q{
SELECT count(*), count(*) FILTER (WHERE abs(x[1] * x[2] * coalesce(x[3], 1) * x[4] - velocity) > 1e-15 * abs(velocity))
FROM factors WHERE velocity IS NOT NULL});
agree('levers are shown, by change and by levers', 9_000, q{
SELECT count(*), count(*) FILTER (WHERE abs(lever_before / nullif(CASE n WHEN 4 THEN 1 / x0[4] ELSE x0[n] END, 0) - 1) > 1e-15
    OR abs(lever_after / nullif(CASE n WHEN 4 THEN 1 / x1[4] ELSE x1[n] END, 0) - 1) > 1e-15
    OR (SELECT abs((ARRAY[l.opportunities, l.hit_ratio, l.avg_deal_size::float8, l.sales_cycle])[n] / nullif(lever_before, 0)::float8 - 1) > 1e-15
        FROM sales_velocity_levers(before, opportunities, cycle) AS l))
FROM contribution});

# The log mean, by its formula.
agree('contributions by log mean', 5_000, q{
SELECT count(*), count(*) FILTER (WHERE method <> 'LMDI'
    OR abs(contribution - mean * ln(round(x1[n], 60) / x0[n])) > 1e-14 * greatest(v0, v1))
FROM (SELECT *, CASE WHEN ratio = 1 THEN v0 ELSE v0 * (ratio - 1) / ln(ratio) END AS mean
      FROM (SELECT *, x1[1] * x1[2] * x1[3] * x1[4] / (x0[1] * x0[2] * x0[3] * x0[4]) AS ratio
            FROM contribution WHERE v0 > 0 AND v1 > 0 AND 0 < ALL (x0) AND 0 < ALL (x1)) AS _) AS _});

# The mean over the 24 orders in which the levers can change: those that stand
# before a lever have changed already.
agree('contributions by Shapley values', 400, q{
WITH orders AS
    (SELECT ARRAY[a, b, c, d] AS o FROM generate_series(1, 4) AS a, generate_series(1, 4) AS b, generate_series(1, 4) AS c, generate_series(1, 4) AS d
     WHERE a NOT IN (b, c, d) AND b NOT IN (c, d) AND c <> d),
value AS
    (SELECT contribution, method, greatest(abs(v0), abs(v1)) AS v,
            (SELECT avg(f[1] * f[2] * f[3] * f[4])
             FROM orders, LATERAL (SELECT ARRAY(SELECT CASE WHEN o[i] = n THEN x1[n] - x0[n] WHEN i < array_position(o, n) THEN x1[o[i]] ELSE x0[o[i]] END
                                                FROM generate_series(1, 4) AS i)) AS _(f)) AS mean
     FROM contribution WHERE change IS NOT NULL AND NOT (0 < ALL (x0) AND 0 < ALL (x1)) AND pair <= 200)
SELECT count(*), count(*) FILTER (WHERE method <> 'Shapley' OR abs(contribution - mean) > 1e-14 * v) FROM value});

agree('what has not changed has not contributed', 400, q{
SELECT count(*), count(*) FILTER (WHERE contribution <> 0) FROM contribution
WHERE x0[n] = x1[n] AND change IS NOT NULL AND NOT (lever_before, lever_after) IS NULL
  AND (SELECT bool_or(x0[i] <> x1[i]) FROM generate_series(1, 4) AS i)});
agree('the way back is the opposite', 9_000, q{
SELECT count(*), count(*) FILTER (WHERE (b.contribution, b.method) IS DISTINCT FROM (- c.contribution, c.method))
FROM contribution AS c, sales_velocity_change(after, before, opportunities, cycle) AS b WHERE b.lever = c.lever});
agree('of stock and flow it is the open ones, by their own cycle', 2_000, q{
SELECT count(*), count(*) FILTER (WHERE (f.contribution, f.before, f.after, f.method) IS DISTINCT FROM (c.contribution, c.lever_before, c.lever_after, c.method))
FROM contribution AS c,
     sales_velocity_change(sales_summary(num_open => num_open(c.before)), c.before, c.after, c.after - sales_summary(num_open => num_open(c.after)), cycle) AS f
WHERE opportunities = 'open' AND f.lever = c.lever});
agree('in another currency it is as much, of that', 1_000, q{
WITH cents AS (SELECT pair, side, sales_summary(won, amount * 100, won_days, lost, 1, lost_days, num_open => open) AS s FROM side)
SELECT count(*), count(*) FILTER (WHERE abs(e.contribution - 100 * c.contribution) > 1e-12 * greatest(v0, v1) OR e.method <> c.method)
FROM contribution AS c JOIN cents AS a ON (a.pair, a.side) = (c.pair, 0) JOIN cents AS b ON (b.pair, b.side) = (c.pair, 1),
     sales_velocity_change(a.s, b.s) AS e
WHERE e.lever = c.lever AND opportunities = 'all' AND cycle = 'won' AND change IS NOT NULL});

# -- The segments of random wholes ---------------------------------------------

sql(q{
CREATE TABLE segment AS
SELECT whole, rollup(s) FILTER (WHERE side = 0) AS before, rollup(s) FILTER (WHERE side = 1) AS after
FROM (SELECT pair, side, s, chance(pair, 'whole', 60) AS whole FROM side WHERE chance(2 * pair + side, 'missing', 5) > 0) AS _ GROUP BY pair, whole;
CREATE TABLE part AS
SELECT basis, s.*, within, mix
FROM (SELECT *, rollup(before) OVER w AS b, rollup(after) OVER w AS a FROM segment WINDOW w AS (PARTITION BY whole)) AS s,
     unnest('{closed,decided,created,value}'::text[]) AS basis, hit_ratio_change(before, after, b, a, basis);
});
agree('within and mix add up to the change of the hit ratio', 200, q{
SELECT count(*), count(*) FILTER (WHERE (abs(change - parts) < 1e-14 * scale) IS NOT TRUE)
FROM (SELECT hit_ratio(a, basis) - hit_ratio(b, basis) AS change, sum(within + mix) AS parts, 1 + sum(abs(within) + abs(mix)) AS scale
      FROM part GROUP BY whole, basis, a, b) AS _ WHERE change IS NOT NULL});
agree('within and mix by their formulas', 1_000, q{
SELECT count(*), count(*) FILTER (WHERE (abs(within - (w0 + w1) / 2 * (r1 - r0)) < 1e-14 AND abs(mix - (w1 - w0) * ((r0 + r1) - (hit_ratio(b, basis) + hit_ratio(a, basis))) / 2) < 1e-14) IS NOT TRUE)
FROM (SELECT *, hit_ratio(n0, d0) AS w0, hit_ratio(n1, d1) AS w1,
             coalesce(hit_ratio(before, basis), hit_ratio(after, basis)) AS r0, coalesce(hit_ratio(after, basis), hit_ratio(before, basis)) AS r1
      FROM part, LATERAL (SELECT CASE basis WHEN 'created' THEN ARRAY[num_opportunities(before), num_opportunities(after), num_opportunities(b), num_opportunities(a)]
                                 ELSE ARRAY[num_closed(before), num_closed(after), num_closed(b), num_closed(a)] END) AS c(n),
           LATERAL (SELECT n[1], n[2], n[3], n[4]) AS d(n0, n1, d0, d1)) AS _
WHERE basis <> 'value' AND within IS NOT NULL AND coalesce(r0, r1) IS NOT NULL});

# -- Published and real data ----------------------------------------------------

# A published example of three factors: as many won ones, of such a size, with
# such a speed, so that the hit ratio is 1 and each year's value the velocity.
SKIP:
{
	skip "no $shared_data/tables", 4 unless -r "$shared_data/tables/lmdi_simple_input.csv";

	sql(qq{
CREATE TABLE example (year int, category text, f1 numeric, f2 numeric, f3 numeric, value numeric);
\\copy example FROM '$shared_data/tables/lmdi_simple_input.csv' CSV HEADER
CREATE TABLE expected (from_year int, to_year int, category text, f1 numeric, f2 numeric, f3 numeric);
\\copy expected FROM '$shared_data/tables/lmdi_simple_expected_by_category.csv' CSV HEADER
CREATE TABLE expected_sum (from_year int, to_year int, change numeric, ratio numeric, f1 numeric, f2 numeric, f3 numeric, m1 numeric, m2 numeric, m3 numeric);
\\copy expected_sum FROM '$shared_data/tables/lmdi_simple_expected.csv' CSV HEADER
CREATE TABLE computed AS
SELECT a.year, right(category, 1) AS category, b.value - a.value AS change, l.*
FROM (SELECT *, sales_summary(f1::bigint, f1 * f2, f1 / f3) AS s FROM example) AS a
JOIN (SELECT *, sales_summary(f1::bigint, f1 * f2, f1 / f3) AS s FROM example) AS b USING (category), sales_velocity_change(a.s, b.s) AS l
WHERE b.year = a.year + 1});
	my $off = join ' OR ', map { "abs(sum(contribution) FILTER (WHERE lever = '$_->[0]') - $_->[1]) > 5e-8" }
	  ['opportunities', 'f1'], ['avg_deal_size', 'f2'], ['sales_cycle', 'f3'], ['hit_ratio', '0'];
	agree('a published example, by category', 6, qq{
SELECT count(*), count(*) FILTER (WHERE bad)
FROM (SELECT $off OR abs(sum(contribution) - min(change)) > 1e-9 AS bad
      FROM computed JOIN expected USING (category) WHERE from_year = year GROUP BY year, category, f1, f2, f3) AS _});
	agree('a published example, in sum', 3, qq{
SELECT count(*), count(*) FILTER (WHERE bad)
FROM (SELECT $off OR abs(sum(contribution) - expected_sum.change) > 1e-9 AS bad
      FROM computed JOIN expected_sum ON from_year = year GROUP BY year, expected_sum.change, f1, f2, f3) AS _});
}

# Months of closing, one after the other, over closed opportunities and won cycles.
SKIP:
{
	skip "no $shared_data/maven_crm", 6 unless -r "$shared_data/maven_crm/ref_lmdi_velocity.csv";

	sql(qq{
CREATE TABLE pipeline (opportunity_id text, rep text, product text, account text, stage text, opened date, closed date, amount numeric);
\\copy pipeline FROM '$shared_data/maven_crm/sales_pipeline.csv' CSV HEADER
CREATE TABLE reference (month text, v0 float8, v1 float8, change float8, opportunities float8, hit_ratio float8, avg_deal_size float8, sales_cycle float8,
    ratio_opportunities float8, ratio_hit_ratio float8, ratio_avg_deal_size float8, ratio_sales_cycle float8);
\\copy reference FROM '$shared_data/maven_crm/ref_lmdi_velocity.csv' CSV HEADER
CREATE TABLE monthly AS
SELECT rep, period_start('month', closed) AS month, sales_summary(stage = 'Won', amount, opened, closed) AS s
FROM pipeline WHERE closed IS NOT NULL GROUP BY 1, 2;
CREATE VIEW step AS
SELECT rep, month, lag(s) OVER (PARTITION BY rep ORDER BY month) AS before, s AS after
FROM (SELECT coalesce(rep, 'all') AS rep, month, rollup(s) AS s FROM monthly GROUP BY GROUPING SETS ((month, rep), (month))) AS _});
	agree('months of a CRM', 36, q{
SELECT count(*), count(*) FILTER (WHERE bad IS NOT FALSE)
FROM (SELECT abs(contribution / (to_jsonb(r) ->> lever)::numeric - 1) > 1e-12 OR method <> 'LMDI'
             OR abs(CASE lever WHEN 'sales_cycle' THEN l.before / l.after ELSE l.after / l.before END / (to_jsonb(r) ->> ('ratio_' || lever))::numeric - 1) > 1e-12
             OR abs(sum(contribution) OVER (PARTITION BY r.month) / r.change::numeric - 1) > 1e-12 AS bad
      FROM reference AS r LEFT JOIN step ON rep = 'all' AND to_char(step.month, 'YYYY-MM') = r.month
      LEFT JOIN LATERAL sales_velocity_change(before, after, 'closed', 'won') AS l ON true) AS _});
	agree('months of each rep, in every reading, add up', 1_500, q{
SELECT count(*), count(*) FILTER (WHERE total IS DISTINCT FROM sales_velocity(after, o, c) - sales_velocity(before, o, c))
FROM step, unnest('{all,closed,open}'::text[]) AS o, unnest('{won,closed,decided}'::text[]) AS c,
     LATERAL (SELECT sum(contribution) AS total FROM sales_velocity_change(before, after, o, c)) AS l
WHERE before IS NOT NULL});
	agree('reps explain the hit ratio of each month', 9, q{
SELECT count(*), count(*) FILTER (WHERE abs(parts - (hit_ratio(a) - hit_ratio(b))) > 1e-14)
FROM (SELECT month, a, b, sum(within + mix) AS parts
      FROM (SELECT month, before, after, rollup(before) OVER (PARTITION BY month) AS b, rollup(after) OVER (PARTITION BY month) AS a
            FROM step WHERE rep <> 'all' AND before IS NOT NULL) AS s, hit_ratio_change(before, after, b, a) GROUP BY 1, 2, 3) AS _});
}

$node->stop;
done_testing();
