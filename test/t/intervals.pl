# Error bars: Student's t and the variance of velocity are what plain SQL makes of
# them, intervals hold the truth as often as they say, shrinking hit ratios brings
# them nearer to it; published and real data agree with their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw($shared_data agree_unless sql start_server);
use Test::More;

my $node = start_server();
sql('CREATE EXTENSION salesvelocity');

# -- Student's t -----------------------------------------------------------------

# n amounts with the sum 0 and the sum of squares n * (n - 1) have the standard
# error 1, so the upper bound of their mean is t.
sql(q{
CREATE FUNCTION t(n bigint, confidence float8) RETURNS float8 IMMUTABLE
RETURN (SELECT upper FROM avg_deal_size_interval(format('{"version":1,"won":{"rows":%s,"amount_squared":%s}}', n, n * (n - 1)::numeric)::sales_summary, confidence));
-- the probability to lie within t, as the finite sum of Abramowitz and Stegun, 26.7.3 and 26.7.4
CREATE FUNCTION within(t float8, df int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	angle float8 := atan(t / sqrt(df));
	term float8 := CASE df % 2 WHEN 0 THEN 1 ELSE cos(angle) END;
	total float8 := term;
BEGIN
	IF df = 1 THEN
		RETURN angle / pi() * 2;
	END IF;
	FOR k IN 2 + df % 2 .. df - 2 BY 2 LOOP
		term := term * (k - 1) / k * cos(angle) ^ 2;
		total := total + term;
	END LOOP;
	RETURN CASE df % 2 WHEN 0 THEN sin(angle) * total ELSE (angle + sin(angle) * total) / pi() * 2 END;
END $$;
});
agree_unless("Student's t", 2_000, 'abs(within(t(df + 1, confidence), df) - confidence) > 2e-14',
	q{generate_series(1, 250) AS df, unnest('{0.01,0.3,0.6,0.74,0.76,0.8,0.9,0.95,0.99,0.9999}'::float8[]) AS confidence});

# -- The variance of velocity ----------------------------------------------------

# Groups of 4 to 60 opportunities of every kind.  By the definition: the sum of the
# squares of what each row adds to the logarithm.
sql(q{
SELECT setseed(0.5);
CREATE TABLE random AS
SELECT g, (ARRAY['won', 'won', 'won', 'lost', 'lost', 'lost', 'lost', 'void', 'open'])[1 + floor(9 * random())::int] AS status,
       round((exp(2 * random()) * 1000)::numeric, 2) AS amount, t AS opened, t + random() * 100 * interval '1 day' AS closed
FROM generate_series(1, 300) AS g, LATERAL generate_series(1, 4 + g % 57) AS i, (SELECT timestamptz '2026-01-01') AS _(t);
CREATE TABLE random_summary AS SELECT g, sales_summary(status, amount, opened, closed) AS s FROM random GROUP BY g;
CREATE TABLE influence AS
SELECT g, cycle, sum(won) AS wins,
       sum((won / nullif(wins, 0) - 1.0 / decided + won * amount / nullif(all_amount, 0) - won / nullif(wins, 0) + timed / nullif(cycles, 0) - timed * time / nullif(all_time, 0)) ^ 2) AS v
FROM (SELECT *, sum(won) OVER w AS wins, count(*) OVER w AS decided, sum(won * amount) OVER w AS all_amount,
             sum(timed) OVER w AS cycles, sum(timed * time) OVER w AS all_time
      FROM (SELECT g, cycle, amount::float8, (status = 'won')::int::float8 AS won, extract(epoch FROM closed - opened)::float8 AS time,
                   (status = 'won' OR cycle <> 'won')::int::float8 AS timed
            FROM random, (VALUES ('won', '{won,lost}'::text[]), ('closed', '{won,lost}'), ('decided', '{won,lost,void}')) AS _(cycle, set)
            WHERE status = ANY (set)) AS _
      WINDOW w AS (PARTITION BY g, cycle)) AS _
GROUP BY g, cycle HAVING sum(won) > 1;
});
agree_unless(
	'variance of velocity', 2_400,
	'abs(ln(upper / velocity)::float8 / (t(wins::bigint, 0.9) * sqrt(v * wins / (wins - 1))) - 1) > 1e-12 OR abs(ln(velocity / lower)::float8 / ln(upper / velocity)::float8 - 1) > 1e-12', q{
influence JOIN random_summary USING (g), unnest('{all,closed,open}'::text[]) AS o, sales_velocity(s, o, cycle) AS velocity, sales_velocity_interval(s, o, cycle, 0.9)
WHERE velocity > 0});
agree_unless('of stock and flow, it is that of the open ones', 800, 'f IS DISTINCT FROM i', q{
influence JOIN random_summary USING (g), sales_velocity_interval(s, 'open', cycle) AS i,
sales_velocity_interval(sales_summary(num_open => num_open(s)), s - sales_summary(num_open => num_open(s)), cycle) AS f});
# A state with everything in it, and one of velocity alone, which has no squares.
sql(q{
CREATE AGGREGATE working(text, numeric, timestamptz, timestamptz) (SFUNC = sales_summary_accum, STYPE = sales_summary);
CREATE AGGREGATE narrow(text, numeric, timestamptz, timestamptz) (SFUNC = sales_velocity_accum, STYPE = sales_summary);
CREATE VIEW state AS SELECT g, working(status, amount, opened, closed) AS w, narrow(status, amount, opened, closed) AS n FROM random GROUP BY g;
});
my $all = sub { join ', ', "avg_deal_size_interval($_[0])", "avg_sales_cycle_interval($_[0])", "sales_velocity_interval($_[0])" };
agree_unless('of a state', 290, '(' . $all->('s') . ')::text <> (' . $all->('w') . ')::text OR hit_ratio_interval(s) <> hit_ratio_interval(w)', 'random_summary JOIN state USING (g)');
agree_unless('not of a state without squares', 290, '(' . $all->('n') . q{)::text <> '("(,)","(,)","(,)")'}, 'state');

# -- How often the truth lies within ---------------------------------------------

# Samples of decided opportunities: 0.3 are won, in 40 days on average, 0.6 lost,
# in 70, 0.1 void, in 20.  A won one amounts to 10000 on average, more where it took
# longer; spread tells how much amounts differ.
sql(q{
CREATE FUNCTION sample(samples int, size int, spread float8, missing float8)
RETURNS TABLE (sample int, status text, amount numeric, opened timestamptz, closed timestamptz) LANGUAGE sql AS $$
SELECT n, status, CASE WHEN random() >= missing THEN (10000 * exp(spread * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) - spread ^ 2 / 2) * (0.5 + time / 2))::numeric(20, 2) END,
       timestamptz '2026-01-01', CASE WHEN random() >= missing THEN timestamptz '2026-01-01' + time * mean * interval '1 day' END
FROM (SELECT n, random() AS r, -ln((1 - random()) * (1 - random()) * (1 - random()) * (1 - random())) / 4 AS time
      FROM generate_series(1, samples) AS n, generate_series(1, size)) AS _,
     LATERAL (SELECT CASE WHEN r < 0.3 THEN 'won' WHEN r < 0.9 THEN 'lost' ELSE 'void' END, CASE WHEN r < 0.3 THEN 40 WHEN r < 0.9 THEN 70 ELSE 20 END) AS kind(status, mean)
$$;
CREATE TABLE design (name text, size int, spread float8, missing float8);
INSERT INTO design VALUES ('100', 100, 0.6, 0), ('200 of great spread', 200, 1, 0), ('100, a tenth missing', 100, 0.6, 0.1), ('40', 40, 0.6, 0), ('16', 16, 0.6, 0), ('100 of a very great spread', 100, 1.5, 0);
SELECT setseed(0.25);
CREATE TABLE sampled AS
SELECT name, sample, sales_summary(status, amount, opened, closed) + sales_summary(num_open => 30) AS s
FROM design, sample(2000, size, spread, missing) GROUP BY name, sample;
CREATE TABLE reading AS
SELECT name, sample, opportunities, cycle, truth, s, lower, upper
FROM sampled,
     (VALUES ('all', 'won', 10000 / 3 / 40.0), ('closed', 'closed', 10000 / 3 / 60.0), ('open', 'decided', 3000 / 56.0)) AS _(opportunities, cycle, per_opportunity),
     LATERAL (SELECT per_opportunity * CASE opportunities WHEN 'all' THEN num_closed(s) + 30 WHEN 'closed' THEN num_closed(s) ELSE 30 END) AS t(truth),
     sales_velocity_interval(s, opportunities, cycle);
});

# A share of the rows in which a condition holds lies between two numbers.
sub often
{
	my ($name, $from, $to, $condition, $rows) = @_;
	my ($share, $n) = split /\|/, sql("SELECT round(avg(($condition)::int), 4), count(*) FROM $rows");

	ok($n > 1500 && $share >= $from && $share <= $to, "$name: $share of $n, from $from to $to");
	return;
}

for my $reading (qw(all-won closed-closed open-decided))
{
	my ($opportunities, $cycle) = split /-/, $reading;
	# few wins make it wide, 5 of them on average; rare large deals too narrow
	my %range = ('16' => [ 0.96, 1 ], '40' => [ 0.93, 0.985 ], '100 of a very great spread' => [ 0.80, 0.92 ]);
	for my $design ('100', '200 of great spread', '100, a tenth missing', '40', '16', '100 of a very great spread')
	{
		often("$reading of $design", @{ $range{$design} // [ 0.92, 0.97 ] }, 'truth BETWEEN lower AND upper',
			"reading WHERE opportunities = '$opportunities' AND cycle = '$cycle' AND name = '$design' AND lower IS NOT NULL");
	}
}
# 30 amounts of that spread are few for Student's t
often('average deal size', 0.90, 0.95, '10000 BETWEEN lower AND upper', q{sampled, avg_deal_size_interval(s) WHERE name = '100'});
often('won cycle', 0.92, 0.97, '40 BETWEEN lower AND upper', q{sampled, avg_sales_cycle_interval(s) WHERE name = '100'});
often('closed cycle', 0.92, 0.97, '60 BETWEEN lower AND upper', q{sampled, avg_sales_cycle_interval(s, 'closed') WHERE name = '100'});
often('hit ratio', 0.92, 0.97, '0.3 BETWEEN lower AND upper', q{sampled, hit_ratio_interval(s, 'decided') WHERE name = '100'});
often('no difference', 0.92, 0.97, '0 BETWEEN lower AND upper', q{sampled AS a JOIN sampled AS b ON (b.name, b.sample) = (a.name, a.sample % 2000 + 1), hit_ratio_difference(a.s, b.s) WHERE a.name = '100'});
often('by chance alone, a p-value below 0.05', 0.01, 0.05, 'p_value <= 0.05', q{sampled AS a JOIN sampled AS b ON (b.name, b.sample) = (a.name, a.sample % 2000 + 1), hit_ratio_difference(a.s, b.s) WHERE a.name = '100'});

# A business in balance that opens 5 in 3 days: what was decided in the last 90 days
# is the flow, what is open then the stock.  The truth for this stock, and the money per day.
sql(q{
SELECT setseed(0.75);
CREATE TABLE business AS
SELECT sample, stock, flow, lower, upper, num_open(stock) * 3000 / 56.0 AS truth
FROM (SELECT sample, sales_summary(NULL::text, amount, t, t) FILTER (WHERE day < days) AS stock, sales_summary(status, amount, opened, closed) FILTER (WHERE day - 90 < days AND days <= day) AS flow
      FROM (SELECT *, extract(epoch FROM closed - opened) / 86400 AS days, 300 * random() AS day, timestamptz '2026-01-01' AS t FROM sample(1600, 500, 0.6, 0)) AS _ GROUP BY sample) AS _,
     sales_velocity_interval(stock, flow);
});
often('stock and flow', 0.92, 0.97, 'truth BETWEEN lower AND upper', 'business');
often('stock and flow, as money per day', 0.88, 0.95, '5000 BETWEEN lower AND upper', 'business');

# -- Shrunken hit ratios -----------------------------------------------------------

# Teams of 40 reps whose hit ratios are of beta distribution, 0.25 on average with a
# strength of 20, each with 1 to 30 closed ones.
sql(q{
SELECT setseed(0.1);
CREATE TABLE rep AS
SELECT team, ratio, sales_summary(num_won => won, num_lost => closed - won) AS s
FROM (SELECT team, ratio, closed, (SELECT count(*) FILTER (WHERE i > 0 AND random() < ratio) FROM generate_series(1, closed) AS i) AS won
      FROM (SELECT team, won / (won + lost) AS ratio, 1 + (30 * random() ^ 2)::int AS closed
            FROM generate_series(1, 100) AS team, generate_series(1, 40) AS rep,
                 LATERAL (SELECT sum(-ln(1 - random())) FILTER (WHERE i <= 5), sum(-ln(1 - random())) FILTER (WHERE i > 5), rep FROM generate_series(1, 20) AS i) AS g(won, lost)) AS _) AS _;
CREATE TABLE team AS SELECT team, rollup(s) AS s, hit_ratio_prior_weight(array_agg(s)) AS weight FROM rep GROUP BY team;
});
my ($weights, $plain, $shrunken, $estimated) = split /\|/, sql(q{
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY weight) BETWEEN 14 AND 28, avg((hit_ratio(r.s) - ratio) ^ 2),
       avg((shrunken_hit_ratio(r.s, t.s) - ratio) ^ 2), avg((shrunken_hit_ratio(r.s, t.s, weight) - ratio) ^ 2)
FROM rep AS r JOIN team AS t USING (team)});
is($weights, 't', 'the weight is found');
ok($shrunken < 0.25 * $plain && $estimated < 0.25 * $plain, "shrunken hit ratios are nearer to the truth: $plain, $shrunken, $estimated");
ok(sql(q{SELECT sum(top_shrunken) > 1.02 * sum(top_plain) FROM (
	SELECT avg(ratio) FILTER (WHERE rank_plain <= 5) AS top_plain, avg(ratio) FILTER (WHERE rank_shrunken <= 5) AS top_shrunken FROM (
	SELECT team, ratio, rank() OVER (PARTITION BY team ORDER BY hit_ratio(r.s) DESC) AS rank_plain,
	       rank() OVER (PARTITION BY team ORDER BY shrunken_hit_ratio(r.s, t.s, weight) DESC) AS rank_shrunken FROM rep AS r JOIN team AS t USING (team)) AS _ GROUP BY team) AS _}) eq 't',
	'and the first five by them are better than by the plain ones');

# -- Published and real data -------------------------------------------------------

SKIP:
{
	skip "no $shared_data/tables", 2 unless -r "$shared_data/tables/wilson_expected.csv";

	sql(qq{
CREATE TABLE wilson (x bigint, n bigint, method text, lower95 numeric, upper95 numeric, source text);
\\copy wilson FROM '$shared_data/tables/wilson_expected.csv' CSV HEADER});
	agree_unless('Wilson intervals, to 4 decimals', 4, 'round(lower::numeric, 4) <> lower95 OR round(upper::numeric, 4) <> upper95', q{
wilson, hit_ratio_interval(x, n) WHERE method = 'wilson'});
}

SKIP:
{
	skip "no $shared_data/maven_crm", 11 unless -r "$shared_data/maven_crm/sales_pipeline.csv";

	sql(qq{
CREATE TABLE pipeline (opportunity_id text, rep text, product text, account text, stage text, opened date, closed date, amount numeric);
\\copy pipeline FROM '$shared_data/maven_crm/sales_pipeline.csv' CSV HEADER
CREATE TABLE maven AS
SELECT rep, sales_summary(CASE stage WHEN 'Won' THEN true WHEN 'Lost' THEN false END, amount, opened, closed) AS s,
       avg(amount) FILTER (WHERE stage = 'Won') AS size, stddev_samp(amount) FILTER (WHERE stage = 'Won') AS size_deviation,
       avg(closed - opened) FILTER (WHERE stage = 'Won') AS cycle, stddev_samp(closed - opened) FILTER (WHERE stage = 'Won') AS cycle_deviation
FROM pipeline GROUP BY rep});
	agree_unless('reps: t intervals', 30,
		'abs((i.upper - size) * sqrt(num_won(s)) / size_deviation / t(num_won(s), 0.95)::numeric - 1) > 1e-12 OR abs(i.lower + i.upper - 2 * size) > 1e-12 * size
		OR abs((c.upper - cycle) * sqrt(num_won(s)) / cycle_deviation / t(num_won(s), 0.95) - 1) > 1e-12 OR abs(c.lower + c.upper - 2 * cycle) > 1e-12 * cycle',
		'maven, avg_deal_size_interval(s) AS i, avg_sales_cycle_interval(s) AS c');
	agree_unless('reps: velocity of closed ones is a ratio of two sums', 30, 'abs(ln(upper / sales_velocity(s, $$closed$$, $$closed$$))::float8 / (t(num_won(s), 0.95) * sqrt(v * num_won(s) / (num_won(s) - 1))) - 1) > 1e-12', q{
maven JOIN (SELECT rep, sum((coalesce(amount, 0) / total - days / all_days) ^ 2)::float8 AS v
            FROM (SELECT rep, CASE stage WHEN 'Won' THEN amount END AS amount, round(closed - opened, 30) AS days, sum(amount) FILTER (WHERE stage = 'Won') OVER w AS total, sum(closed - opened) OVER w AS all_days
                  FROM pipeline WHERE stage IN ('Won', 'Lost') WINDOW w AS (PARTITION BY rep)) AS _ GROUP BY rep) AS _ USING (rep), sales_velocity_interval(s, 'closed', 'closed')});
	# the rep with the highest ratio against the one with the lowest; R's fisher.test has the same p-value
	is(sql(q{
SELECT a.rep, b.rep, (num_won(a.s), num_closed(a.s), num_won(b.s), num_closed(b.s)), round(d.difference::numeric, 4), round(d.lower::numeric, 4), round(d.upper::numeric, 4), round(d.p_value::numeric, 8)
FROM (SELECT * FROM maven ORDER BY hit_ratio(s) DESC LIMIT 1) AS a, (SELECT * FROM maven WHERE num_closed(s) > 0 ORDER BY hit_ratio(s) LIMIT 1) AS b, hit_ratio_difference(a.s, b.s) AS d}),
		'Hayden Neloms|Lajuana Vencill|(107,152,127,231)|0.1542|0.0549|0.2470|0.00270511', 'reps: best and worst');
	# by the formula, in R: the ratios of the reps differ by little more than chance
	is(sql('SELECT round(hit_ratio_prior_weight(array_agg(s))::numeric, 6) FROM maven'), '1476.048960', 'reps: the weight of the team');
}

$node->stop;
done_testing();
