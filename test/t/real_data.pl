# Real data: 8,800 opportunities of a CRM give the reference numbers, which were
# computed with exact fractions elsewhere.  Counts and sums are compared exactly,
# ratios to 1e-12.  The groups are read as rows, rolled up, in moving windows, and
# as of a day.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($shared_data sql start_server);
use Test::More;

my $data = "$shared_data/maven_crm";
plan skip_all => "no $data" unless -r "$data/sales_pipeline.csv";

my $node = start_server();
sql('CREATE EXTENSION salesvelocity');

sub load
{
	my ($table, $file) = @_;
	sql("\\copy $table FROM '$data/$file.csv' CSV HEADER");
	return;
}

# The opportunities.  Two of the stages are open; an open one has no amount, a
# fifth of these no opening day.
sql(q{
CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text,
                       engage_date date, close_date date, close_value numeric);
CREATE TABLE team (sales_agent text, manager text, regional_office text)});
load('pipeline', 'sales_pipeline');
load('team', 'sales_teams');
sql(q{
CREATE TABLE deal AS
SELECT CASE deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END AS status,
       close_value AS amount, engage_date AS opened, close_date AS closed, sales_agent AS rep, manager, regional_office AS region
FROM pipeline LEFT JOIN team USING (sales_agent)});
is(sql('SELECT count(*), count(region) FROM deal'), '8800|8800', 'every opportunity is there, with its region');

# -- Summaries, of which every reference column is read ------------------------

# The reference files' columns; the interval is Wilson's, here from the hit ratio
# and the number of closed ones.
sql(q{
CREATE TABLE reference (
    scope text, key text, opps bigint, won bigint, lost bigint, open bigint, won_value numeric, won_cycle_n bigint, won_cycle_days bigint,
    lost_cycle_n bigint, lost_cycle_days bigint, hit_ratio_closed float8, hit_ratio_all float8, wilson95_lo float8, wilson95_hi float8,
    avg_deal_won numeric, avg_cycle_won float8, avg_cycle_closed float8, median_cycle_won_cont float8, median_cycle_won_disc float8,
    p90_cycle_won_disc float8, median_cycle_closed_cont float8, velocity_closed_per_day numeric, velocity_all_per_day numeric,
    velocity_open_per_day numeric);
CREATE TABLE summary (scope text, key text, s sales_summary);

CREATE FUNCTION num_cycles(s sales_summary, outcome text) RETURNS bigint
RETURN (SELECT coalesce(sum((cell ->> 1)::bigint), 0) FROM jsonb_array_elements(s::jsonb -> outcome -> 'cycles') AS cell);

-- the mean of the two in the middle
CREATE FUNCTION median_cont(s sales_summary, outcome text, n bigint) RETURNS float8
RETURN (sales_cycle_percentile(s, 0.5, outcome) + sales_cycle_percentile(s, (n / 2 + 0.5) / nullif(n, 0), outcome)) / 2;

CREATE VIEW ours AS
SELECT scope, key, num_opportunities(s) AS opps, num_won(s) AS won, num_lost(s) AS lost, num_open(s) AS open, won_amount(s) AS won_value,
       won_n AS won_cycle_n, won_days(s) AS won_cycle_days, lost_n AS lost_cycle_n, closed_days(s) - won_days(s) AS lost_cycle_days,
       p AS hit_ratio_closed, hit_ratio(s, 'created') AS hit_ratio_all,
       (p + z ^ 2 / (2 * n) - z * sqrt(p * (1 - p) / n + (z / (2 * n)) ^ 2)) / (1 + z ^ 2 / n) AS wilson95_lo,
       (p + z ^ 2 / (2 * n) + z * sqrt(p * (1 - p) / n + (z / (2 * n)) ^ 2)) / (1 + z ^ 2 / n) AS wilson95_hi,
       avg_deal_size(s) AS avg_deal_won, avg_sales_cycle(s) AS avg_cycle_won, avg_sales_cycle(s, 'closed') AS avg_cycle_closed,
       median_cont(s, 'won', won_n) AS median_cycle_won_cont, median_sales_cycle(s) AS median_cycle_won_disc,
       sales_cycle_percentile(s, 0.9) AS p90_cycle_won_disc, median_cont(s, 'closed', won_n + lost_n) AS median_cycle_closed_cont,
       sales_velocity(s, 'closed') AS velocity_closed_per_day, sales_velocity(s) AS velocity_all_per_day,
       sales_velocity(s, 'open') AS velocity_open_per_day
FROM summary, LATERAL (SELECT num_cycles(s, 'won'), num_cycles(s, 'lost')) AS c(won_n, lost_n),
     LATERAL (SELECT hit_ratio(s), nullif(num_closed(s), 0)::float8, 1.95996398454005424) AS w(p, n, z);

-- one row for each value: counts and sums have to be equal, the others as near as 1e-12
CREATE VIEW compared AS
SELECT scope, key, r.column, r.value AS reference, o.value AS ours,
       CASE WHEN r.value IS NULL OR o.value IS NULL THEN r.value IS NOT DISTINCT FROM o.value
            WHEN r.column ~ '^(opps|won|lost|open|won_value|(won|lost)_cycle_(n|days))$' THEN r.value::numeric = o.value::numeric
            ELSE abs(o.value::float8 - r.value::float8) <= 1e-12 * abs(r.value::float8) END AS agrees
FROM reference AS t JOIN ours AS u USING (scope, key),
     LATERAL jsonb_each_text(to_jsonb(t)) AS r("column", value), LATERAL jsonb_each_text(to_jsonb(u)) AS o("column", value)
WHERE o.column = r.column AND r.column NOT IN ('scope', 'key')});

# Compare a reference file with the groups whose summaries a query gives as
# (scope, key, s): the same groups, and in each the same 23 values.
sub agree
{
	my ($name, $file, $query) = @_;
	sql('TRUNCATE reference, summary');
	load('reference', $file);
	sql("INSERT INTO summary $query");
	is(sql(q{
SELECT count(*) FROM reference AS r FULL JOIN summary AS s USING (scope, key)
WHERE scope IN (SELECT scope FROM summary) AND (r.scope IS NULL OR s.scope IS NULL)}), 0, "$name: the same groups");
	my ($values, $groups) = split /\|/, sql('SELECT count(*), count(DISTINCT (scope, key)) FROM compared');
	is($values, 23 * $groups, "$name: $values values of $groups groups");
	is(sql('SELECT * FROM compared WHERE NOT agrees LIMIT 20'), '', "$name: no difference");
	return $values;
}

my $rows = sql('SELECT count(*) FROM deal');
my %compared;

# All, per rep, per manager and per region; per month of closing, which only the
# closed ones have.
my $groups = q{
SELECT CASE grouping(rep, manager, region, month) WHEN 15 THEN 'all' WHEN 7 THEN 'rep' WHEN 11 THEN 'manager' WHEN 13 THEN 'region'
       ELSE 'close_month' END,
       coalesce(rep, manager, region, to_char(month, 'YYYY-MM'), 'all'),
       %s
FROM %s
GROUP BY GROUPING SETS ((), (rep), (manager), (region), (month))
HAVING grouping(month) = 1 OR month IS NOT NULL};
my $by_row = sprintf $groups, 'sales_summary(status, amount, opened, closed)',
  "(SELECT *, period_start('month', closed) AS month FROM deal) AS _";
$compared{ref_kpi} = agree('ref_kpi, of rows', 'ref_kpi', $by_row);

# The same from summaries per rep and month, which hold all that it takes.
sql(q{
CREATE TABLE monthly AS
SELECT rep, manager, region, period_start('month', closed) AS month, sales_summary(status, amount, opened, closed) AS s
FROM deal GROUP BY 1, 2, 3, 4});
agree('ref_kpi, rolled up from rep and month', 'ref_kpi', sprintf $groups, 'rollup(s)', 'monthly');
is(sql("SELECT count(*) FROM ($by_row) AS a(scope, key, s) JOIN summary AS b USING (scope, key) WHERE a.s = b.s"),
	sql('SELECT count(*) FROM reference'), 'both are the same summaries, to the byte');

# Every signature, and every aggregate that goes without a summary.
is(sql(q{
SELECT count(*), count(*) FILTER (WHERE won_numeric_date AND float8_date AND numeric_timestamptz AND won_float8_timestamptz AND direct)
FROM (SELECT sales_summary(won, amount, opened, closed) = s AS won_numeric_date,
             sales_summary(status, amount::float8, opened, closed) = s AS float8_date,
             sales_summary(status, amount, opened::timestamptz, closed::timestamptz) = s AS numeric_timestamptz,
             sales_summary(won, amount::float8, opened::timestamptz, closed::timestamptz) = s AS won_float8_timestamptz,
             (hit_ratio(status), avg_deal_size(status, amount), avg_sales_cycle(status, opened, closed),
              sales_velocity(status, amount, opened, closed))
             = (hit_ratio(s), avg_deal_size(s), avg_sales_cycle(s), sales_velocity(s)) AS direct
      FROM (SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal) AS d
      JOIN summary ON scope = 'rep' AND key = rep GROUP BY rep, s) AS _}),
	'30|30', 'for each rep, all signatures and aggregates agree');

# Velocity over closed opportunities is won amount / mean won cycle: the rest of
# the formula cancels out.
is(sql(q{
SELECT count(*), count(*) FILTER (WHERE sales_velocity(s, 'closed') = won_amount(s) * num_won(s) / won_days(s)::numeric) FROM summary}),
	'50|50', 'velocity of closed opportunities = won amount / mean won cycle, exactly');

# Moving windows: over the rows themselves, and over one summary per day.
sql('CREATE TABLE daily AS SELECT closed, sales_summary(status, amount, opened, closed) AS s FROM deal WHERE closed IS NOT NULL GROUP BY 1');
for my $days (7, 30)
{
	my $window = "(ORDER BY closed RANGE BETWEEN '" . ($days - 1) . " days' PRECEDING AND CURRENT ROW)";
	my $trailing = "SELECT DISTINCT ON (closed) 'trailing_${days}_days_by_close_date', closed";
	$compared{ref_trailing} += agree("ref_trailing, $days days, over rows", 'ref_trailing',
		"$trailing, sales_summary(status, amount, opened, closed) OVER $window FROM deal WHERE closed IS NOT NULL");
	agree("ref_trailing, $days days, over days", 'ref_trailing', "$trailing, rollup(s) OVER $window FROM daily");
}

# As of a day: what was opened by then, and closed only if it was by then.  The
# state is also the sum of all changes up to that day.
$compared{ref_snapshot} = agree('ref_snapshot, restated', 'ref_snapshot', q{
SELECT 'snapshot', as_of, sales_summary(CASE WHEN closed <= as_of THEN status ELSE 'open' END, amount, opened, closed)
FROM (SELECT period_end('month', m) - 1 AS as_of FROM period_series('month', '2016-10-01', '2017-12-31') AS m) AS _
JOIN deal ON opened <= as_of GROUP BY as_of});
agree('ref_snapshot, summed up from changes', 'ref_snapshot', q{
SELECT 'snapshot', day, state
FROM (SELECT day, rollup(change) OVER (ORDER BY day) AS state
      FROM (SELECT opened AS day, sales_summary('open', amount, opened, NULL) AS change FROM deal WHERE opened IS NOT NULL GROUP BY opened
            UNION ALL
            SELECT closed, sales_summary(status, amount, opened, closed) - sales_summary('open', amount, opened, NULL)
            FROM deal WHERE closed IS NOT NULL GROUP BY closed
            UNION ALL
            SELECT period_end('month', m) - 1, NULL FROM period_series('month', '2016-10-01', '2017-12-31') AS m) AS changes) AS _
WHERE day = period_end('month', day) - 1
GROUP BY day, state});

# The histograms, as they stand in the text form: cycles by length, open ones by
# their age on the last day.
sql('CREATE TABLE histogram (day int, won bigint, lost bigint, open bigint)');
load('histogram', 'ref_day_histogram');
is(sql(q{
WITH whole AS (SELECT sales_summary(status, amount, opened, closed)::jsonb AS s FROM deal),
bar AS
    (SELECT outcome, (cell ->> 0)::int AS day, (cell ->> 1)::bigint AS n
     FROM whole, unnest('{won,lost}'::text[]) AS outcome, jsonb_array_elements(s -> outcome -> 'cycles') AS cell
     UNION ALL
     SELECT 'open', '2017-12-31' - (cell ->> 0)::date, (cell ->> 1)::bigint FROM whole, jsonb_array_elements(s -> 'open' -> 'opened') AS cell),
ours AS
    (SELECT day, coalesce(sum(n) FILTER (WHERE outcome = 'won'), 0) AS won, coalesce(sum(n) FILTER (WHERE outcome = 'lost'), 0) AS lost,
            coalesce(sum(n) FILTER (WHERE outcome = 'open'), 0) AS open
     FROM bar GROUP BY day)
SELECT day, o, h FROM ours AS o FULL JOIN histogram AS h USING (day) WHERE (o.won, o.lost, o.open) IS DISTINCT FROM (h.won, h.lost, h.open)}),
	'', 'ref_day_histogram: no difference');
$compared{ref_day_histogram} = 3 * sql('SELECT count(*) FROM histogram');

# Nothing of a file is left out.
for my $file (sort keys %compared)
{
	my @lines = split /\n/, slurp_file("$data/$file.csv");
	is($compared{$file}, (@lines - 1) * ($file eq 'ref_day_histogram' ? 3 : 23), "$file: all $compared{$file} values");
}

$node->stop;
done_testing();
