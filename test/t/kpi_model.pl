# The KPI views over the demo CRM and over real data: they say what plain SQL says,
# written here from the tables alone; a month is its days, all is everybody; views
# and materialized views have the same rows, as of any day, after any change.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($shared_data demo_crm start_server);
use Test::More;

my $node = start_server("client_min_messages = warning\n");

# The extension lies where its name has to be quoted, and is not in the search path.
my $sv = q{"s'v {kpi} %I"};
my $path = 'SET search_path = crm, pg_catalog;';
my $database = 'postgres';

sub sql { return $node->safe_psql($database, "$path " . shift) }

# The script answers with nothing but true.
sub holds
{
	my ($name, $sql) = @_;
	is(sql($sql), 't', $name);
	return;
}

sub views
{
	my ($options) = @_;
	sql("CALL $sv.create_kpi_views('kpi', '$options')");
	return;
}

my @views = (map({ my $v = $_; map { ("${v}_$_", "${v}_${_}_total") } qw(daily weekly monthly) } qw(sales activity prospecting targets)), 'company_monthly');

# Keeps all rows of all views of the BI tool in schema seen, and returns a fingerprint.
sub contents
{
	return sql('DROP SCHEMA IF EXISTS seen CASCADE; CREATE SCHEMA seen;'
		  . join('', map { "CREATE TABLE seen.$_ AS TABLE kpi.$_;" } @views)
		  . join(' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(v::text, ',' ORDER BY v::text COLLATE \"C\")) FROM seen.$_ AS v" } @views) . ' ORDER BY 1');
}

sql("CREATE SCHEMA $sv; CREATE EXTENSION salesvelocity SCHEMA $sv");
demo_crm($database, scale => 0.4);
views('{}');

# -- By hand --------------------------------------------------------------------

# The sales of each owner and month as of a day, from the opportunities: a window of
# months, a LATERAL for each, and no summary.  {o} is what makes an owner.
my $sales = q{
SELECT month, owner, created, won, lost, void, trim_scale(won_amount), trim_scale(lost_amount), num_open, trim_scale(open_amount),
       won::float8 / nullif(won + lost, 0), round(won_amount / nullif(won_with_amount, 0), 8), won_days / nullif(won_cycles, 0)::float8, median
FROM clock, generate_series(date_trunc('month', (SELECT min(least(created_on, closed_on)) FROM opportunity)::timestamp), as_of::timestamp, '1 month') AS m (month),
     (SELECT DISTINCT {o} AS owner FROM opportunity) AS who,
     LATERAL (SELECT least((month + interval '1 month')::date, as_of + 1) AS until) AS u,
     LATERAL (SELECT count(*) FILTER (WHERE created_on >= month AND created_on < until) AS created,
                     count(*) FILTER (WHERE closed_in AND status = 'won') AS won, count(*) FILTER (WHERE closed_in AND status = 'lost') AS lost,
                     count(*) FILTER (WHERE closed_in AND status = 'void') AS void,
                     coalesce(sum(amount) FILTER (WHERE closed_in AND status = 'won'), 0) AS won_amount,
                     coalesce(sum(amount) FILTER (WHERE closed_in AND status = 'lost'), 0) AS lost_amount,
                     count(amount) FILTER (WHERE closed_in AND status = 'won') AS won_with_amount,
                     count(*) FILTER (WHERE is_open) AS num_open, coalesce(sum(amount) FILTER (WHERE is_open), 0) AS open_amount,
                     sum(closed_on - created_on) FILTER (WHERE closed_in AND status = 'won' AND closed_on >= created_on) AS won_days,
                     count(*) FILTER (WHERE closed_in AND status = 'won' AND closed_on >= created_on) AS won_cycles,
                     percentile_disc(0.5) WITHIN GROUP (ORDER BY closed_on - created_on)
                         FILTER (WHERE closed_in AND status = 'won' AND closed_on >= created_on)::float8 AS median
              FROM (SELECT *, closed_on >= month AND closed_on < until AND status <> 'open' AS closed_in,
                           created_on < until AND (status = 'open' OR closed_on >= until AND closed_on > created_on) AS is_open
                    FROM opportunity WHERE {o} = owner) AS o) AS s};
# The velocity at the end of each month, from the rows that are open or were decided in 90 days.
my $velocity = q{
SELECT month, owner, v.sales_velocity, v.opportunities, v.hit_ratio, v.avg_deal_size, v.sales_cycle, textbook
FROM clock, generate_series(date_trunc('month', (SELECT min(least(created_on, closed_on)) FROM opportunity)::timestamp), as_of::timestamp, '1 month') AS m (month),
     (SELECT DISTINCT {o} AS owner FROM opportunity) AS who,
     LATERAL (SELECT least((month + interval '1 month')::date, as_of + 1) AS until) AS u,
     LATERAL (SELECT {sv}.sales_summary('open', amount, created_on, NULL) FILTER (WHERE is_open) AS stock,
                     {sv}.sales_summary(status, amount, created_on, closed_on) FILTER (WHERE NOT is_open) AS flow,
                     {sv}.sales_velocity(CASE WHEN is_open THEN 'open' ELSE status END, amount, created_on, closed_on) AS textbook
              FROM (SELECT *, created_on < until AND (status = 'open' OR closed_on >= until AND closed_on > created_on) AS is_open,
                           status <> 'open' AND closed_on < until AND closed_on >= until - 90 AS is_closed
                    FROM opportunity WHERE {o} = owner) AS o WHERE is_open OR is_closed) AS s,
     {sv}.sales_velocity_levers(stock, flow) AS v};
my $activity = q{
SELECT date_trunc('week', day)::date, owner, count(*) FILTER (WHERE what = 'call'), count(*) FILTER (WHERE talk),
       count(*) FILTER (WHERE talk)::float8 / nullif(count(*) FILTER (WHERE what = 'call'), 0), coalesce(sum(seconds), 0),
       count(*) FILTER (WHERE what = 'email'), count(*) FILTER (WHERE bounced)::float8 / nullif(count(bounced), 0),
       count(*) FILTER (WHERE opened AND tracked AND NOT bounced)::float8 / nullif(count(*) FILTER (WHERE tracked AND NOT bounced), 0),
       count(*) FILTER (WHERE replied AND NOT bounced)::float8 / nullif(count(*) FILTER (WHERE NOT bounced), 0)
FROM clock,
     (SELECT 'call' AS what, occurred_on AS day, owner_id, is_conversation AS talk, duration_s AS seconds, NULL::bool AS bounced, NULL::bool AS tracked,
             NULL::bool AS opened, NULL::bool AS replied FROM call
      UNION ALL SELECT 'email', sent_on, owner_id, NULL, NULL, bounced, open_tracked, opened, replied FROM email) AS a, LATERAL (SELECT {o}) AS o (owner)
WHERE day <= as_of GROUP BY 1, 2};
my $prospecting = q{
SELECT date_trunc('week', day)::date, owner, sum(company), sum(contact), sum(lead), sum(qualified), sum(booked), sum(due), sum(held), sum(no_show),
       sum(held)::float8 / nullif(sum(due), 0), sum(worth)::float8 / nullif(sum(held), 0), sum(new), sum(won)::float8 / nullif(sum(held), 0)
FROM clock,
     (SELECT created_on AS day, owner_id, 1 AS company, 0 AS contact, 0 AS lead, 0 AS qualified, 0 AS booked, 0 AS due, 0 AS held, 0 AS no_show, 0 AS worth,
             0 AS new, 0 AS won FROM company
      UNION ALL SELECT created_on, owner_id, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM contact
      UNION ALL SELECT created_on, owner_id, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 FROM lead
      UNION ALL SELECT qualified_on, owner_id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 FROM lead
      UNION ALL SELECT booked_on, booked_by, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 FROM meeting WHERE status <> 'rescheduled'
      UNION ALL SELECT scheduled_on, booked_by, 0, 0, 0, 0, 0, 1, (status = 'held')::int, (status = 'no_show')::int,
                       (status = 'held' AND is_qualified)::int, 0, 0 FROM meeting WHERE status <> 'rescheduled'
      UNION ALL SELECT qualified_on, owner_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0 FROM opportunity
      UNION ALL SELECT closed_on, owner_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 FROM opportunity WHERE status = 'won'
     ) AS a, LATERAL (SELECT {o}) AS o (owner)
WHERE day <= as_of AND day >= date_trunc('week', as_of - interval '5 years') GROUP BY 1, 2};
# A target's part of a day is the target / its working days; a month of the demo's targets is one target.
my $targets = q{
SELECT month, kpi, owner, target, due, trim_scale(coalesce(n, 0))
FROM (SELECT lower(period) AS month, kpi, {o} AS owner, round(sum(target), 8) AS target, round(sum(target * days_done / nullif(days, 0)), 8) AS due
      FROM (SELECT t.*, CASE WHEN kpi IN ('calls', 'conversations', 'emails') THEN days ELSE 1 END * value AS target, days, days_done
            FROM clock, target AS t,
                 LATERAL (SELECT count(*) AS days, count(*) FILTER (WHERE day <= as_of) AS days_done
                          FROM generate_series(lower(period)::timestamp, upper(period) - interval '1 day', '1 day') AS day
                          WHERE extract(isodow FROM day) < 6 AND NOT EXISTS (SELECT FROM holiday WHERE holiday_on = day)) AS d
            WHERE lower(period) <= as_of) AS t
      GROUP BY 1, 2, 3) AS target
LEFT JOIN (SELECT kpi, {o} AS owner, date_trunc('month', day)::date AS month, sum(n) AS n
           FROM clock, (SELECT 'calls' AS kpi, owner_id, occurred_on AS day, 1::numeric AS n FROM call
                        UNION ALL SELECT 'conversations', owner_id, occurred_on, 1 FROM call WHERE is_conversation
                        UNION ALL SELECT 'emails', owner_id, sent_on, 1 FROM email
                        UNION ALL SELECT 'meetings_held', booked_by, scheduled_on, 1 FROM meeting WHERE status = 'held'
                        UNION ALL SELECT 'opportunities_created', owner_id, created_on, 1 FROM opportunity
                        UNION ALL SELECT 'won_amount', owner_id, closed_on, amount FROM opportunity WHERE status = 'won') AS e
           WHERE day <= as_of GROUP BY 1, 2, 3) AS done USING (month, kpi, owner)};

# The columns of a view are those of the query by hand, for each owner and for all.
sub compare
{
	my ($name, $query, $view, $columns, $key) = @_;
	foreach my $of ([ "coalesce(owner_id, 0)", "coalesce(owner_id, '0')::bigint", '', 'each' ], [ '0::bigint', '0::bigint', '_total', 'all' ])
	{
		my ($owner, $theirs, $total, $whom) = @$of;
		(my $hand = $query) =~ s/\{o\}/$owner/g;
		$hand =~ s/\{sv\}/$sv/g;
		my $ours = "SELECT $key, $theirs, $columns FROM seen.${view}$total";
		$hand = "WITH clock AS (SELECT as_of FROM kpi.kpi_clock), hand AS ($hand) SELECT";
		my $n = sql("$hand count(*) FROM hand");
		my $same = sql("$hand count(*) FROM hand AS h JOIN ($ours) AS o ON h::text = o::text");
		cmp_ok($n, '>', 10, "$name, $whom: there is something");
		is($same, $n, "$name, $whom: all rows are the same");
	}
	return;
}

sub compare_all
{
	my ($when) = @_;
	compare("sales$when", $sales, 'sales_monthly', 'created, won, lost, void, trim_scale(won_amount), trim_scale(lost_amount), open_opportunities,
		trim_scale(open_amount), hit_ratio, round(avg_deal_size, 8), avg_sales_cycle, median_sales_cycle', 'period_start::timestamp');
	compare("velocity$when", $velocity, 'sales_monthly', 'sales_velocity, velocity_opportunities, velocity_hit_ratio, velocity_deal_size,
		velocity_sales_cycle, textbook_velocity', 'period_start::timestamp');
	compare("activity$when", $activity, 'activity_weekly', 'calls, conversations, connect_ratio, call_seconds, emails, bounce_ratio, open_ratio, reply_ratio',
		'period_start');
	compare("prospecting$when", $prospecting, 'prospecting_weekly', 'companies_added, contacts_added, leads_created, leads_qualified, meetings_booked,
		meetings_due, meetings_held, meetings_no_show, show_ratio, qualification_ratio, opportunities_qualified, meeting_hit_ratio', 'period_start');
	compare("targets$when", $targets, 'targets_monthly', 'round(target, 8), round(due, 8), trim_scale(actual)', 'period_start, kpi');
	return;
}

# What is true of the views of any data, as of any day.
sub laws
{
	my ($when) = @_;
	foreach my $of ([ daily => 'day' ], [ weekly => 'week' ], [ monthly => 'month' ])
	{
		my ($label, $period) = @$of;
		foreach my $family (qw(sales activity prospecting))
		{
			holds("$family, $label$when: a row for each period and owner", "
SELECT (SELECT array_agg(DISTINCT period_start ORDER BY period_start) = ARRAY(SELECT $sv.period_series('$period', min(period_start), max(as_of)))
               AND count(*) = count(DISTINCT period_start) * count(DISTINCT owner_name) AND count(DISTINCT owner_name) >= 5
               AND bool_and(is_complete = ($sv.period_end('$period', period_start) <= as_of + 1)) FROM seen.${family}_$label)
       AND (SELECT array_agg(period_start ORDER BY period_start) FROM seen.${family}_${label}_total) = (SELECT array_agg(DISTINCT period_start) FROM seen.${family}_$label)");
		}
	}
	my %sums = (
		sales => [qw(created won lost void won_amount lost_amount)],
		activity => [qw(calls conversations call_seconds emails linkedin other_activities)],
		prospecting => [qw(companies_added contacts_added leads_created leads_qualified meetings_booked meetings_due meetings_held opportunities_qualified)],
		targets => [qw(actual due)]);
	# both queries of each pair have the same rows
	my $equal = sub {
		my ($name, $n, @query) = @_;
		my $by = join ', ', 1 .. $n;
		holds("$name$when", "SELECT bool_and(n = 2) FROM (SELECT count(*) AS n FROM (" . join(' UNION ALL ', map { "$_ GROUP BY $by" } @query) . ') AS a GROUP BY a) AS b');
	};
	foreach my $family (sort keys %sums)
	{
		my $sums = join ', ', map { "sum($_)" } @{ $sums{$family} };
		my ($key, $n) = $family eq 'targets' ? ('kpi, ', 2) : ('', 1);
		foreach my $period (qw(week month))
		{
			# rows begin with a month, which is in the middle of a week
			my $whole = $period eq 'week' ? "WHERE period_start >= date_trunc('week', (SELECT min(period_start) FROM seen.${family}_daily_total) + 6)" : '';
			$equal->("$family: a $period is the sum of its days, for each owner", $n + 1,
				"SELECT $key date_trunc('$period', period_start), owner_id, $sums FROM seen.${family}_daily $whole",
				"SELECT $key period_start::timestamptz, owner_id, $sums FROM seen.${family}_${period}ly $whole");
			$equal->("$family: a $period is the sum of its days, for all", $n,
				"SELECT $key date_trunc('$period', period_start), $sums FROM seen.${family}_daily_total $whole",
				"SELECT $key period_start::timestamptz, $sums FROM seen.${family}_${period}ly_total $whole");
		}
		# somebody without a target counts for the team
		$sums =~ s/sum\(actual\), //;
		$equal->("$family: all is the sum of its owners", $n,
			"SELECT $key period_start, $sums FROM seen.${family}_monthly", "SELECT $key period_start, $sums FROM seen.${family}_monthly_total");
	}
	return;
}

# The last complete month of the company, from the tables.
sub company
{
	my ($when, $month) = @_;
	my ($in, $until) = ("BETWEEN date '$month' AND date '$month' + interval '1 month' - interval '1 day'", "(date '$month' + interval '1 month')::date");
	my $hand = "
SELECT (SELECT sum(amount) FROM spend WHERE spent_on $in) AS spend,
       (SELECT count(*) FROM (SELECT company_id FROM opportunity WHERE status = 'won' GROUP BY 1 HAVING min(closed_on) $in) AS c) AS new,
       (SELECT count(*) FROM lead WHERE created_on $in) AS leads, (SELECT count(*) FROM lead WHERE qualified_on $in) AS qualified,
       (SELECT count(*) FROM lead WHERE qualified_on >= date '$month' - interval '1 month' AND qualified_on < '$month') AS before,
       (SELECT sum(amount) FROM opportunity WHERE status = 'won' AND closed_on $in) AS won,
       (SELECT sum(amount) FROM customer_revenue WHERE period_on $in) AS revenue, c.*
FROM (SELECT count(*) FILTER (WHERE last >= '$month') AS customers, count(*) FILTER (WHERE last < '$month')::float8 / sum(months) AS churn,
             avg(revenue / months) AS arpa, avg(profit / months) AS profit
      FROM (SELECT max(period_on) AS last, 12 * extract(year FROM age(max(period_on), min(period_on))) + extract(month FROM age(max(period_on), min(period_on))) + 1 AS months,
                   sum(amount) AS revenue, sum(amount * gross_margin) AS profit
            FROM customer_revenue WHERE period_on < $until GROUP BY customer_id) AS c) AS c";
	is(sql("
SELECT spend, new_customers, round(cac, 8), customers, round(churn_rate::numeric, 12), round(arpa, 8), round(ltv, 6), round(ltv_cac_ratio::numeric, 10),
       round(cac_payback_months::numeric, 10), leads, leads_qualified, round(lead_velocity_rate::numeric, 12), trim_scale(won_amount), revenue,
       round(revenue_per_lead, 8), is_complete FROM seen.company_monthly WHERE period_start = '$month'"),
		sql("
SELECT spend, new, round(spend / new, 8), customers, round(churn::numeric, 12), round(arpa, 8), round(profit / churn::numeric, 6),
       round(profit / churn::numeric / (spend / new), 10), round(spend / new / profit, 10), leads, qualified,
       round(qualified / before::numeric - 1, 12), trim_scale(won), revenue, round(won / leads, 8), true FROM ($hand) AS hand"), "company$when");
	return;
}

my %seen;
foreach my $as_of ('2026-06-30', '2025-03-12')
{
	sql("UPDATE kpi.kpi_clock SET as_of = '$as_of'");
	my $when = ", as of $as_of";
	$seen{$as_of} = contents();
	compare_all($when);
	laws($when);
	company($when, $as_of eq '2026-06-30' ? '2026-06-01' : '2025-02-01');
	holds("the interval is that of the counts$when", "
SELECT bool_and((hit_ratio_lower, hit_ratio_upper) IS NOT DISTINCT FROM (lower, upper)) AND count(lower) > 100
FROM seen.sales_monthly, $sv.hit_ratio_interval(won, won + lost)");
	holds("the levers multiply to the velocity$when", "
SELECT bool_and(abs(sales_velocity - velocity_opportunities * velocity_hit_ratio * velocity_deal_size / velocity_sales_cycle) <= 1e-12 * abs(sales_velocity))
       AND count(sales_velocity) > 100 FROM seen.sales_weekly WHERE velocity_sales_cycle > 0");
	holds("what has not happened yet is not there$when", "
SELECT max(period_start) <= '$as_of' AND bool_and(as_of = '$as_of') AND count(*) FILTER (WHERE NOT is_complete) = CASE '$as_of' WHEN '2026-06-30' THEN 0 ELSE 1 END
FROM seen.sales_monthly_total");
}
isnt($seen{'2025-03-12'}, $seen{'2026-06-30'}, 'the clock makes a difference');

# -- Materialized ----------------------------------------------------------------

views('{"materialized": true}');
is(contents(), $seen{'2025-03-12'}, 'materialized views have the same rows');
sql("UPDATE kpi.kpi_clock SET as_of = '2026-06-30'");
is(contents(), $seen{'2025-03-12'}, 'which stay as they are');
sql("CALL $sv.refresh_kpis('kpi')");
is(contents(), $seen{'2026-06-30'}, 'until they are refreshed');

# New rows, changed ones, rows that go, people that come and go.
sql(q{
INSERT INTO rep VALUES (99, 'Zoe New', 'North', '2026-06-01', 1000);
UPDATE opportunity SET status = 'lost', closed_on = '2026-06-29' WHERE opportunity_id % 50 = 0 AND status = 'open';
UPDATE opportunity SET owner_id = 99 WHERE opportunity_id % 40 = 1;
UPDATE opportunity SET owner_id = NULL, amount = amount + 0.01 WHERE opportunity_id % 40 = 2;
DELETE FROM opportunity WHERE opportunity_id % 30 = 3;
DELETE FROM call WHERE call_id % 100 = 4;
UPDATE meeting SET status = 'cancelled' WHERE meeting_id % 20 = 5;
UPDATE rep SET name = 'Somebody Else' WHERE rep_id = 3;
DELETE FROM rep WHERE rep_id = 4});
sql("CALL $sv.refresh_kpis('kpi')");
my $changed = contents();
isnt($changed, $seen{'2026-06-30'}, 'changes are seen');
compare_all(', after changes');
views('{}');
is(contents(), $changed, 'views have the same rows as materialized ones that were refreshed');

# A schema of somebody else, in front of all others, makes no difference.
$node->safe_psql('postgres', q{
CREATE SCHEMA evil;
CREATE FUNCTION evil.never(date, date) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR evil.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = evil.never);
CREATE FUNCTION evil.min(date) RETURNS date LANGUAGE sql IMMUTABLE AS 'SELECT NULL::date';
CREATE FUNCTION evil.count(date) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
CREATE FUNCTION evil.sum(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
CREATE FUNCTION evil.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''evil''::text'});
my $definitions = q{SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind = 'v' ORDER BY 1};
my $bound = sql($definitions);
$node->safe_psql('postgres', "SET search_path = evil, pg_catalog, pg_temp; CALL $sv.create_kpi_views('kpi')");
is(sql($definitions), $bound, 'a search path with a schema of somebody else in front');
# the text itself, where as usual nothing stands in front of pg_catalog
$node->safe_psql('postgres', "SELECT $sv.kpi_model_sql('kpi') AS text \\gset\nSET search_path = evil;\n:text");
is(sql($definitions), $bound, 'the text, with a schema of somebody else in the search path');

# -- Real data -------------------------------------------------------------------

SKIP:
{
	my $data = "$shared_data/maven_crm";
	skip "no $data", 3 unless -r "$data/sales_pipeline.csv";

	$node->safe_psql('postgres', 'CREATE DATABASE maven');
	$database = 'maven';
	sql("CREATE SCHEMA $sv; CREATE EXTENSION salesvelocity SCHEMA $sv");
	demo_crm($database, scale => 0.001, only => 'opportunity');
	sql(q{
CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text,
                       engage_date date, close_date date, close_value numeric);
CREATE OR REPLACE VIEW kpi.opportunity AS
SELECT opportunity_id, account AS company_id, sales_agent AS owner_id, NULL::text AS org_id, engage_date AS created_on, NULL::date AS qualified_on,
       close_date AS closed_on, NULL::date AS expected_close_on, CASE deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END AS status,
       deal_stage AS stage, close_value AS amount, NULL::text AS currency, close_value AS base_amount FROM pipeline;
CREATE OR REPLACE VIEW kpi.owner AS SELECT sales_agent AS owner_id, sales_agent AS name, NULL::text AS team, true AS is_active FROM pipeline;
UPDATE kpi.kpi_clock SET as_of = '2017-12-31'});
	$node->safe_psql('maven', "$path \\copy pipeline FROM '$data/sales_pipeline.csv' CSV HEADER");
	my $header = slurp_file("$data/ref_kpi.csv") =~ s/\n.*//sr;
	my $columns = join ', ', map { /^(scope|key)$/ ? "$_ text" : "$_ numeric" } split /,/, $header;
	sql("CREATE TABLE $_ ($columns)"), $node->safe_psql('maven', "$path \\copy $_ FROM '$data/$_.csv' CSV HEADER") foreach qw(ref_kpi ref_snapshot ref_trailing);
	views('{"trailing_days": 30}');
	holds('real data: each month of closing', q{
SELECT count(*) = (SELECT count(*) FROM ref_kpi WHERE scope = 'close_month')
       AND bool_and((v.won, v.lost, v.won_amount, v.median_sales_cycle) = (r.won, r.lost, won_value, median_cycle_won_disc)
                    AND abs(v.hit_ratio / hit_ratio_closed - 1) < 1e-12 AND abs(avg_deal_size / avg_deal_won - 1) < 1e-12
                    AND abs(avg_sales_cycle / avg_cycle_won - 1) < 1e-12 AND abs(hit_ratio_lower / wilson95_lo - 1) < 1e-12
                    AND abs(hit_ratio_upper / wilson95_hi - 1) < 1e-12)
FROM kpi.sales_monthly_total AS v JOIN ref_kpi AS r ON scope = 'close_month' AND key = to_char(period_start, 'YYYY-MM')});
	holds('real data: what is open at the end of each month', q{
SELECT count(*) = (SELECT count(*) FROM ref_snapshot) AND bool_and(open_opportunities = open)
FROM kpi.sales_monthly_total JOIN ref_snapshot ON key = (period_start + interval '1 month' - interval '1 day')::date::text});
	holds('real data: 30 days to each day on which something was closed', q{
SELECT count(*) = (SELECT count(*) FROM ref_trailing WHERE scope LIKE '%\_30\_%')
       AND bool_and(abs(velocity_hit_ratio / hit_ratio_closed - 1) < 1e-12 AND abs(velocity_deal_size / avg_deal_won - 1) < 1e-12
                    AND abs(velocity_sales_cycle / avg_cycle_closed - 1) < 1e-12)
FROM kpi.sales_daily_total JOIN ref_trailing ON scope LIKE '%\_30\_%' AND key = period_start::text});
}

$node->stop;
done_testing();
