# A customer_summary is the same whichever way it comes about, and what is read
# from it is what plain SQL makes of the same random rows; real data agree with
# their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($chance $cheap_parallel $shared_data agree sql start_server summaries_agree);
use Test::More;

my $node = start_server($cheap_parallel);

# Customers of three years, of every kind: ended, running, ended before they
# started or after 2026, without this or that, amounts that leave 128 bits.
sql("CREATE EXTENSION salesvelocity; $chance" . q{
CREATE TABLE customer AS
SELECT id, chance(id, 'group', 40) AS g, chance(id, 'part', 7) AS part,
       CASE chance(id, 'start', 60) WHEN 0 THEN NULL WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' ELSE started END AS started,
       CASE chance(id, 'end', 12) WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN started - 5
            ELSE CASE WHEN chance(id, 'churn', 2) = 0 THEN started + chance(id, 'life', 900) END END AS ended,
       CASE chance(id, 'revenue', 30) WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 1e-12 WHEN 3 THEN -1e30
            ELSE chance(id, 'amount', 100000) / 100.0 END AS revenue,
       CASE chance(id, 'cost', 20) WHEN 0 THEN NULL WHEN 1 THEN 'Infinity' WHEN 2 THEN 0 WHEN 3 THEN 9e29
            ELSE chance(id, 'spend', 1000000) / 1000.0 END AS cost,
       chance(id, 'margin', 100) / 100.0::float8 AS margin
FROM (SELECT id, date '2023-01-01' + chance(id, 'day', 1100) AS started FROM generate_series(1, 30000) AS id) AS _;
VACUUM ANALYZE customer;
});

my $summary = 'customer_summary(started, ended, revenue, cost)';
my $ratio = "ltv_cac_ratio(started, ended, revenue, cost, '2026-01-01', margin)";

# -- The ways to a summary -----------------------------------------------------

summaries_agree('customer', $summary, $ratio, 'customer_summary(started, ended, revenue)');
my $grouped = "SELECT g, $summary, $ratio FROM customer GROUP BY g ORDER BY g";
is(sql("SET work_mem = '64kB'; SET hash_mem_multiplier = 1; SET enable_sort = off; $grouped"), sql($grouped), 'spilled = serial');
agree(
	'a moving window = the rows in it', 300, qq{
WITH few AS (SELECT * FROM customer WHERE id <= 400),
     moving AS (SELECT id, $summary OVER w AS s, $ratio OVER w AS r, rollup(one) OVER w AS rolled
                FROM (SELECT *, (SELECT $summary FROM (VALUES (started, ended, revenue, cost)) AS v (started, ended, revenue, cost)) AS one
                      FROM few) AS _
                WINDOW w AS (ORDER BY id ROWS BETWEEN 12 PRECEDING AND 3 PRECEDING))
SELECT count(*), count(*) FILTER (WHERE (m.s, m.r, m.rolled) IS DISTINCT FROM (t.s, t.r, t.s))
FROM moving AS m, LATERAL (SELECT $summary AS s, $ratio AS r FROM few WHERE few.id BETWEEN m.id - 12 AND m.id - 3) AS t});

# -- What is read from it ------------------------------------------------------

# A lifetime by the server's own date + interval.
sql(q{
CREATE FUNCTION months(started date, until date) RETURNS numeric LANGUAGE sql IMMUTABLE
RETURN (SELECT max(n + (until - start)::numeric / (next - start))
        FROM (SELECT 12 * extract(year FROM age(until, started))::int + extract(month FROM age(until, started))::int + i AS n
              FROM unnest('{0,1}'::int[]) AS i) AS a,
             LATERAL (SELECT (started + make_interval(months => n))::date AS start,
                             (started + make_interval(months => n + 1))::date AS next) AS b
        WHERE start <= until);
CREATE VIEW life AS
SELECT as_of, customer.*, ended < 'infinity' AS gone,
       CASE WHEN isfinite(started) AND coalesce(ended, 'infinity') >= started
            THEN CASE WHEN ended < 'infinity' THEN months(started, ended) WHEN started <= as_of THEN months(started, as_of) END END AS months
FROM customer, unnest('{2024-02-29,2026-01-01,2031-08-31}'::date[]) AS as_of;
CREATE TABLE reading AS
SELECT g, as_of, count(*) AS n, count(*) FILTER (WHERE gone) AS gone, sum(months) AS months,
       count(*) FILTER (WHERE gone AND months IS NOT NULL) / nullif(sum(months), 0) AS churn,
       avg(revenue) FILTER (WHERE revenue <> 'NaN') AS arpa, avg(cost) FILTER (WHERE cost < 'Infinity') AS cac
FROM life GROUP BY 1, 2;
});
my $off = sub { my ($ours, $theirs) = @_; return "($ours IS NULL) <> ($theirs IS NULL) OR abs(($ours)::numeric / nullif($theirs, 0) - 1) > 1e-12" };
agree(
	'counts, months, churn, revenue and cost against plain SQL', 100,
	"SELECT count(*), count(*) FILTER (WHERE (num_customers(s), num_ended(s), num_running(s)) <> (n, gone, n - gone) OR "
	  . join(' OR ', map { $off->(@$_) } (
		['customer_months(s, as_of)', 'months'], ['churn_rate(s, as_of)', 'churn'], ['arpa(s)', 'arpa'], ['cac(s)', 'cac'],
		['ltv(s, as_of, 0.7)', '(arpa * 0.7 / nullif(churn, 0))'],
		['ltv(s, as_of, 0.7, 60, 0.01)', 'ltv(arpa, 0.7, least(churn, 1)::float8, 60, 0.01)'],
		['ltv_cac_ratio(s, as_of, 0.7)', 'ltv_cac_ratio(arpa * 0.7 / nullif(churn, 0), cac)::numeric']))
	  . ') FROM reading JOIN stored USING (g)');
agree(
	'ltv_cac_ratio of rows against plain SQL', 40, qq{
SELECT count(*), count(*) FILTER (WHERE @{[ $off->('ours', 'theirs') ]})
FROM (SELECT g, $ratio AS ours,
             (SELECT avg(revenue * margin::numeric) FILTER (WHERE revenue <> 'NaN') / nullif(churn, 0) / cac
              FROM customer AS c WHERE c.g = customer.g) AS theirs
      FROM customer JOIN reading USING (g) WHERE as_of = '2026-01-01' GROUP BY g, churn, cac) AS _});

# The product over the months at which someone ended, and the sum below it.
sql(q{
CREATE TABLE curve AS
SELECT g, as_of, month, at_risk, ended, running, exp(sum(ln(nullif(1 - ended::numeric / at_risk, 0))) OVER w) AS survival
FROM (SELECT g, as_of, floor(months) AS month, count(*) FILTER (WHERE gone) AS ended, count(*) FILTER (WHERE gone IS NOT TRUE) AS running,
             sum(count(*)) OVER (PARTITION BY g, as_of ORDER BY floor(months) DESC) AS at_risk
      FROM life WHERE months IS NOT NULL GROUP BY 1, 2, 3) AS _
WINDOW w AS (PARTITION BY g, as_of ORDER BY month);
UPDATE curve SET survival = 0 FROM (SELECT g, as_of, min(month) AS gone FROM curve WHERE ended = at_risk GROUP BY 1, 2) AS o
WHERE (curve.g, curve.as_of) = (o.g, o.as_of) AND month >= gone;
});
agree(
	'customer_survival against plain SQL', 2_000, q{
SELECT count(*), count(*) FILTER (WHERE (o.at_risk, o.ended, o.running) IS DISTINCT FROM (c.at_risk, c.ended, c.running)
    OR abs(o.survival - c.survival) > 1e-12)
FROM (SELECT g, as_of, c.* FROM stored, unnest('{2024-02-29,2026-01-01,2031-08-31}'::date[]) AS as_of, customer_survival(s, as_of) AS c) AS o
FULL JOIN curve AS c USING (g, as_of, month)});
agree(
	'ltv by survival against plain SQL', 400, q{
SELECT count(*), count(*) FILTER (WHERE (ours IS NULL) <> (theirs IS NULL) OR abs(ours / nullif(theirs, 0) - 1) > 1e-12)
FROM (SELECT ltv(s, as_of, 0.7, horizon, 0.02, 'survival') AS ours,
             (SELECT sum(coalesce((SELECT survival FROM curve AS c WHERE (c.g, c.as_of) = (r.g, r.as_of) AND month <= t
                                   ORDER BY month DESC LIMIT 1), 1) / 1.02 ^ t)
              FROM generate_series(0, horizon - 1) AS t) * arpa * 0.7
             * (SELECT 1 FROM curve AS c WHERE (c.g, c.as_of) = (r.g, r.as_of)
                HAVING max(month) >= horizon - 1 OR min(survival) = 0) AS theirs
      FROM reading AS r JOIN stored USING (g), unnest('{1,6,24,60}'::int[]) AS horizon) AS _});

# -- Real data -----------------------------------------------------------------

# Relative difference of a query's numbers from the reference.
my $far = sub { my ($ours, $theirs) = @_; return "abs($ours / $theirs - 1) > 1e-12 OR $ours IS NULL" };

SKIP:
{
	skip "no $shared_data/telco_churn", 2 unless -r "$shared_data/telco_churn/ref_ltv.csv";

	# The tenure is in months: as of any day a customer started so many months ago.
	my @columns = split /,/, (split /\r?\n/, slurp_file("$shared_data/telco_churn/telco_churn.csv"))[0];
	sql('CREATE TABLE telco (' . join(', ', map { qq("$_" text) } @columns) . qq{);
\\copy telco FROM '$shared_data/telco_churn/telco_churn.csv' CSV HEADER
CREATE TABLE ref_ltv (scope text, key text, customers int, churned int, churn_share float8, months float8, churn float8,
    charges numeric, arpu float8, ltv float8, km_12 float8, km_24 float8, km_72 float8, median float8, mean_72 float8);
\\copy ref_ltv FROM '$shared_data/telco_churn/ref_ltv.csv' CSV HEADER
CREATE TABLE telco_summary AS
SELECT coalesce("Contract", 'all') AS key, customer_summary(started, CASE "Churn" WHEN 'Yes' THEN date '2020-01-01' END, "MonthlyCharges"::numeric) AS s
FROM (SELECT *, (date '2020-01-01' - make_interval(months => tenure::int))::date AS started FROM telco) AS _
GROUP BY ROLLUP ("Contract")});
	my $at = sub { return "(SELECT survival FROM customer_survival(s, '2020-01-01') WHERE month = $_[0])" };
	agree('telco: churn, LTV, survival, restricted mean at 72 months', 4,
		"SELECT count(*), count(*) FILTER (WHERE num_customers(s) <> customers OR num_ended(s) <> churned OR "
		  . join(' OR ', map { $far->(@$_) } (
			["customer_months(s, '2020-01-01')", 'months'], ["churn_rate(s, '2020-01-01')", 'churn'], ['arpa(s)', 'arpu'],
			["ltv(s, '2020-01-01', 1)", 'ltv'], [ $at->(12), 'km_12' ], [ $at->(24), 'km_24' ], [ $at->(72), 'km_72' ],
			["ltv(s, '2020-01-01', 1, 72, lifetime => 'survival') / arpa(s)", 'mean_72']))
		  . " OR (SELECT min(month) FROM customer_survival(s, '2020-01-01') WHERE survival <= 0.5) IS DISTINCT FROM median)"
		  . ' FROM telco_summary FULL JOIN ref_ltv USING (key)');
}

SKIP:
{
	skip "no $shared_data/fb_ads_cac", 2 unless -r "$shared_data/fb_ads_cac/ref_cac.csv";

	sql(qq{
CREATE TABLE ad (date text, id int, campaign text, fb_campaign int, age text, gender text, interest int, impressions int, clicks int,
    spent numeric, leads int, customers int);
\\copy ad FROM '$shared_data/fb_ads_cac/KAG_conversion_data.csv' CSV HEADER
CREATE TABLE ref_cac (scope text, key text, ads int, impressions int, clicks int, leads int, customers int, spend numeric, cac float8,
    cost_per_lead float8, cost_per_click float8, lead_to_customer float8, low float8, high float8);
\\copy ref_cac FROM '$shared_data/fb_ads_cac/ref_cac.csv' CSV HEADER});
	agree('ads: CAC of each campaign and of all', 4,
		'SELECT count(*), count(*) FILTER (WHERE c.spend IS DISTINCT FROM r.spend OR ' . $far->('c.cac', 'r.cac') . ')
FROM (SELECT coalesce(campaign, \'all\') AS key, sum(spent) AS spend, cac(sum(spent), sum(customers)) FROM ad GROUP BY ROLLUP (campaign)) AS c
FULL JOIN ref_cac AS r USING (key)');
}

$node->stop;
done_testing();
