# A lead_summary is the same whichever way it comes about, and what is read
# from it is what plain SQL makes of the same random rows; the interval has the
# probability that it promises; real data agree with their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Math::BigFloat;
use SalesVelocityTest qw($chance $cheap_parallel $shared_data agree sql start_server summaries_agree);
use Test::More;

my $node = start_server($cheap_parallel);

# Leads of three years, with months without any in each group; some without a day.
sql("CREATE EXTENSION salesvelocity; $chance" . q{
CREATE TABLE lead AS
SELECT id, chance(id, 'group', 40) AS g, chance(id, 'part', 7) AS part,
       CASE chance(id, 'kind', 50) WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity'
            ELSE date '2023-01-01' + greatest(chance(id, 'day', 1096), chance(id, 'later', 1096)) END AS qualified
FROM generate_series(1, 20000) AS id
WHERE chance(id, 'group', 40) > 20 OR id % 50 = 0;
VACUUM ANALYZE lead;
});

my $summary = 'lead_summary(qualified)';
my $rate = "lead_velocity_rate(qualified, '2025-11-11'), lead_velocity_rate(qualified, '2025-11-11', 7)";

# -- The ways to a summary -----------------------------------------------------

summaries_agree('lead', $summary, $rate);
agree(
	'a moving window = the rows in it', 300, q{
WITH few AS (SELECT id, date '2026-01-01' + chance(id, 'near', 150) AS qualified FROM generate_series(1, 400) AS id),
     moving AS (SELECT id, lead_summary(qualified) OVER w AS s, lead_velocity_rate(qualified, '2026-04-01') OVER w AS r,
                       lead_velocity_rate(qualified, '2026-05-31', 3) OVER w AS compound, rollup(one) OVER w AS rolled
                FROM (SELECT *, (SELECT lead_summary(v) FROM unnest(ARRAY[qualified]) AS v) AS one FROM few) AS _
                WINDOW w AS (ORDER BY id ROWS BETWEEN 12 PRECEDING AND 3 PRECEDING))
SELECT count(*), count(*) FILTER (WHERE (m.s, m.r, m.compound, m.rolled) IS DISTINCT FROM (t.s, t.r, t.compound, t.s))
FROM moving AS m,
     LATERAL (SELECT lead_summary(qualified) AS s, lead_velocity_rate(qualified, '2026-04-01') AS r,
                     lead_velocity_rate(qualified, '2026-05-31', 3) AS compound FROM few WHERE few.id BETWEEN m.id - 12 AND m.id - 3) AS t});

# -- What is read from it ------------------------------------------------------

# Every month of every group, by the server's own calendar.
sql(q{
CREATE TABLE monthly AS
SELECT g, month::date, (SELECT count(*) FROM lead WHERE lead.g = groups.g AND qualified >= month AND qualified < month + interval '1 month') AS leads
FROM (SELECT g, min(qualified) FILTER (WHERE isfinite(qualified)) AS first FROM lead GROUP BY g) AS groups,
     generate_series(date_trunc('month', first), '2026-03-01', '1 month') AS month;
CREATE TABLE reading AS
SELECT g, as_of, periods, lag, coalesce((SELECT leads FROM monthly AS x WHERE x.g = groups.g AND x.month = m.month), 0) AS current,
       coalesce((SELECT leads FROM monthly AS x WHERE x.g = groups.g AND x.month = before), 0) AS base,
       (SELECT count(*) FROM generate_series(month, month + interval '1 month - 1 day', '1 day') AS day WHERE extract(isodow FROM day) < 6) AS current_days,
       (SELECT count(*) FROM generate_series(before, before + interval '1 month - 1 day', '1 day') AS day WHERE extract(isodow FROM day) < 6) AS base_days
FROM (SELECT DISTINCT g FROM lead) AS groups, unnest('{2023-02-28,2024-03-01,2025-12-31,2026-04-15}'::date[]) AS as_of,
     unnest('{1,2,5}'::int[]) AS periods, unnest('{1,12}'::int[]) AS lag,
     LATERAL (SELECT date_trunc('month', as_of) - interval '1 month' AS month) AS m,
     LATERAL (SELECT month - make_interval(months => periods * lag) AS before) AS n;
});
my $far = sub { my ($ours, $theirs) = @_; return "($ours IS NULL) <> ($theirs IS NULL) OR abs($ours - $theirs) > 1e-12" };
agree(
	'rate, rate per working day, increase against plain SQL', 900,
	'SELECT count(*), count(*) FILTER (WHERE '
	  . $far->('lead_velocity_rate(s, as_of, periods, lag)', '((current / nullif(base, 0)::float8) ^ (1.0 / periods) - 1)') . ' OR '
	  . $far->('lead_velocity_rate_per_day(s, as_of, periods => periods, lag => lag)',
		'((current::float8 / current_days / nullif(base, 0) * base_days) ^ (1.0 / periods) - 1)')
	  . ' OR periods = 1 AND lead_increase(s, as_of, lag) IS DISTINCT FROM current - base) FROM reading JOIN stored USING (g)');
agree(
	'lead_velocity_rate of rows is that of the summary', 900, q{
SELECT count(*), count(*) FILTER (WHERE of_rows IS DISTINCT FROM lead_velocity_rate(s, as_of, periods))
FROM (SELECT g, as_of, periods, lead_velocity_rate(qualified, as_of, periods) AS of_rows
      FROM lead, unnest('{2023-02-28,2024-03-01,2025-12-31,2026-01-01}'::date[]) AS as_of, generate_series(1, 6) AS periods
      GROUP BY 1, 2, 3) AS _ JOIN stored USING (g)});
agree(
	'series, and the window function over it, against plain SQL', 1000, q{
SELECT count(*), count(*) FILTER (WHERE o.leads IS DISTINCT FROM m.leads OR o.rate IS DISTINCT FROM m.rate OR o.windowed IS DISTINCT FROM m.rate)
FROM (SELECT g, series.*, lead_velocity_rate(month, leads) OVER (PARTITION BY g ORDER BY month) AS windowed
      FROM stored, lead_velocity_series(s, '2026-04-01') AS series) AS o
FULL JOIN (SELECT *, (leads - lag(leads) OVER w) / nullif(lag(leads) OVER w, 0)::float8 AS rate
           FROM monthly WINDOW w AS (PARTITION BY g ORDER BY month)) AS m USING (g, month)});
agree(
	'the window function takes an absent month for an empty one', 300, q{
SELECT count(*), count(*) FILTER (WHERE a.rate IS DISTINCT FROM b.rate)
FROM (SELECT g, month, lead_velocity_rate(month, leads) OVER (PARTITION BY g ORDER BY month) AS rate FROM monthly) AS a
JOIN (SELECT g, month, lead_velocity_rate(month, leads) OVER (PARTITION BY g ORDER BY month) AS rate FROM monthly WHERE leads > 0) AS b
USING (g, month)});

# -- The interval --------------------------------------------------------------

Math::BigFloat->accuracy(40);

# The probability of c or more of c + b where the odds are r.
sub tail
{
	my ($c, $b, $r) = @_;
	my $term = Math::BigFloat->new(1);
	my ($sum, $upper) = (Math::BigFloat->new(0), Math::BigFloat->new(0));

	for my $k (0 .. $c + $b)
	{
		$sum += $term;
		$upper += $term if $k >= $c;
		$term = $term * $r * ($c + $b - $k) / ($k + 1);
	}
	return $upper / $sum;
}

my @off;
for my $counts ([ 1, 1 ], [ 7, 3 ], [ 15, 16 ], [ 3, 90 ], [ 60, 2 ], [ 120, 100 ])
{
	my ($c, $b) = @$counts;
	for my $confidence (0.5, 0.95, 0.99)
	{
		my ($low, $high) = split /\|/, sql("SELECT lower::text::numeric + 1, upper::text::numeric + 1 FROM lead_velocity_interval($c, $b, $confidence)");
		my $alpha = (1 - Math::BigFloat->new($confidence)) / 2;

		push @off, "$c $b $confidence"
		  if abs(tail($c, $b, Math::BigFloat->new($low)) / $alpha - 1) > 1e-10
		  or abs(tail($b, $c, 1 / Math::BigFloat->new($high)) / $alpha - 1) > 1e-10;
	}
}
is("@off", '', 'at each bound the counts are as improbable as they are to be');
agree(
	'an interval holds the rate, grows with confidence and is mirrored', 400, q{
SELECT count(*), count(*) FILTER (WHERE NOT (coalesce(wide.lower < narrow.lower AND narrow.lower < rate AND rate < narrow.upper AND narrow.upper < wide.upper, false)
    AND abs((narrow.lower + 1) * (mirror.upper + 1) - 1) < 1e-12 + 1e-15 / (narrow.lower + 1)))
FROM generate_series(1, 20) AS c, unnest('{1,2,3,5,8,13,100,1000,1000000,3,4,7,50,999,1000000000,31,77,10000,100000,222}'::int[]) AS b,
     lead_velocity_interval(c * c, b, 0.8) AS narrow, lead_velocity_interval(c * c, b, 0.99) AS wide,
     lead_velocity_interval(b, c * c, 0.8) AS mirror, lead_velocity_rate(c * c, b) AS rate});

# -- Real data -----------------------------------------------------------------

# The series of a table's days, up to the end of the reference's months, and
# the window function, against the reference.
sub against_reference
{
	my ($name, $at_least, $leads, $day) = @_;
	agree(
		"$name: leads and rate of each month", $at_least, qq{
WITH ours AS (SELECT * FROM (SELECT lead_summary($day) AS s FROM $leads) AS _,
                     lead_velocity_series(s, ((SELECT max(month) || '-01' FROM reference)::date + interval '1 month')::date))
SELECT count(*), count(*) FILTER (WHERE ours.leads IS DISTINCT FROM reference.leads OR windowed IS DISTINCT FROM ours.rate
    OR @{[ $far->('ours.rate', 'reference.rate') ]} OR @{[ $far->('of_rows', 'reference.rate') ]})
FROM ours FULL JOIN reference ON reference.month = to_char(ours.month, 'YYYY-MM')
LEFT JOIN (SELECT month, lead_velocity_rate((month || '-01')::date, leads) OVER (ORDER BY month) AS windowed FROM reference) AS w
    ON w.month = reference.month,
LATERAL (SELECT lead_velocity_rate($day, (ours.month + interval '1 month')::date) AS of_rows FROM $leads) AS r});
	return;
}

SKIP:
{
	skip "no $shared_data/olist_funnel", 2 unless -r "$shared_data/olist_funnel/ref_monthly.csv";

	sql(qq{
CREATE TABLE mql (id text, contacted date, page text, origin text);
\\copy mql FROM '$shared_data/olist_funnel/olist_marketing_qualified_leads_dataset.csv' CSV HEADER
CREATE TABLE reference (month text, leads bigint, rate float8, c text, d text, e text, f text, g text, h text);
\\copy reference FROM '$shared_data/olist_funnel/ref_monthly.csv' CSV HEADER});
	against_reference('olist', 18, 'mql', 'contacted');
}

SKIP:
{
	skip "no $shared_data/maven_crm", 2 unless -r "$shared_data/maven_crm/ref_lead_velocity.csv";

	sql(qq{
CREATE TABLE pipeline (id text, agent text, product text, account text, stage text, engaged date, closed date, value numeric);
\\copy pipeline FROM '$shared_data/maven_crm/sales_pipeline.csv' CSV HEADER
DROP TABLE IF EXISTS reference;
CREATE TABLE reference (month text, leads bigint, rate float8);
\\copy reference FROM '$shared_data/maven_crm/ref_lead_velocity.csv' CSV HEADER});
	against_reference('maven', 15, 'pipeline', 'engaged');
}

$node->stop;
done_testing();
