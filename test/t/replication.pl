# What is read on a hot standby is what is read on the primary: every function,
# view and materialized view.  A table of summaries that is replicated
# logically, as text and in binary form, is the same bytes on the other side,
# after the first copy and after changes.
use strict;
use warnings;

use File::Basename;
use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $primary = start_server('', 'primary', allows_streaming => 'logical');
$primary->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');
$primary->safe_psql('postgres', slurp_file("$FindBin::RealBin/../lib/every_call.sql"));

# -- A hot standby ---------------------------------------------------------------

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# After the base backup, so that all of it comes by WAL.
my @columns = map { "${_}_summary" } qw(sales meeting lead customer funnel);
$primary->safe_psql('postgres', '
CREATE TABLE stored AS SELECT n AS id, ' . join(', ', @columns) . q{ FROM every_call.sample;
ALTER TABLE stored ADD PRIMARY KEY (id);
CREATE INDEX ON stored USING btree (sales_summary);
CREATE INDEX ON stored USING hash (lead_summary);
CREATE MATERIALIZED VIEW by_month AS
    SELECT period_start('month', date) AS month, sales_summary("text status", "numeric", date, "date closed") AS summary FROM every_call.sample GROUP BY 1;
CREATE UNIQUE INDEX ON by_month (month);
CREATE VIEW kpis AS
    SELECT month, hit_ratio(summary), avg_deal_size(summary), sales_velocity(summary, 'open', 'closed'), curve.*
    FROM by_month, win_curve(summary, '2025-06-01') AS curve;
CREATE VIEW total AS SELECT rollup(summary) AS summary FROM by_month;
UPDATE every_call.sample SET "numeric" = "numeric" + 1 WHERE n % 5 = 0;
REFRESH MATERIALIZED VIEW CONCURRENTLY by_month;
UPDATE stored SET sales_summary = sales_summary + '{"version": 1, "won": {"rows": 1}}', lead_summary = -lead_summary WHERE id % 3 = 0;
DELETE FROM stored WHERE id % 7 = 0;});

# Databases with all kinds of things that use the extension, among them the model of a CRM.
my %kept = map { basename($_, '.sql') => $_ } glob "$FindBin::RealBin/../kept/*.sql";
foreach my $database (sort keys %kept)
{
	$primary->safe_psql('postgres', "CREATE DATABASE $database");
	$primary->safe_psql($database, 'CREATE EXTENSION salesvelocity');
	$primary->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-v', 'n=500', '-d', $primary->connstr($database), '-f', $kept{$database} ], "$database is filled");
}
$primary->wait_for_catchup($standby);

# The bytes of each stored summary.
my $bytes = 'SELECT id, ' . join(', ', map { "${_}_send($_)" } @columns) . ' FROM stored ORDER BY id';
my $equal = 'SELECT count(*) FROM stored AS a JOIN stored AS b ON a.sales_summary = b.sales_summary';
my $by_index = 'SET enable_seqscan = off; SELECT count(*) FROM stored WHERE lead_summary = (SELECT lead_summary FROM stored WHERE id = 2)';
my $rows = $primary->safe_psql('postgres', 'SELECT count(*) FROM stored');
foreach (
	[ 'stored bytes', $bytes, $rows ],
	[ 'a materialized view', 'SELECT month, sales_summary_send(summary) FROM by_month ORDER BY month', 10 ],
	[ 'a view of KPIs', 'SELECT * FROM kpis ORDER BY month, day', 10 ],
	[ 'a view of a roll-up', 'SELECT sales_summary_send(summary) FROM total', 1 ],
	[ 'a join and a B-tree', $equal, 1 ],
	[ 'a hash index', $by_index, 1 ],
	[ 'every function', 'SELECT * FROM every_call.answers()', 3000 ])
{
	my ($name, $sql, $least) = @$_;
	my ($here, $there) = map { $_->safe_psql('postgres', $sql) } $primary, $standby;
	cmp_ok(scalar(split /\n/, $here), '>=', $least, "$name: enough to compare");
	ok($here eq $there, "$name on the standby is that on the primary");
}
foreach my $database (sort keys %kept)
{
	my $queries = $primary->safe_psql($database, q{
SELECT string_agg(format('SELECT ''%1$I.%2$I'', t::text FROM %1$I.%2$I AS t ORDER BY t::text COLLATE "C"', nspname, relname), ';' ORDER BY nspname, relname)
FROM pg_class JOIN pg_namespace AS s ON s.oid = relnamespace WHERE relkind IN ('r', 'v', 'm') AND nspname !~ '^pg_|^information_schema$'});
	my ($here, $there) = map { $_->safe_psql($database, $queries) } $primary, $standby;
	my %relations = map { /^([^|]*)/ => 1 } split /\n/, $here;
	cmp_ok(scalar(keys %relations), '>=', 6, "$database: tables and views with rows: " . keys %relations);
	ok($here eq $there, "$database: all of them are the same on the standby");
}
is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'the standby was one');

# It becomes a primary and goes on from there.
$standby->promote;
is($standby->safe_psql('postgres', q{
INSERT INTO stored (id, sales_summary) SELECT 1000, rollup(sales_summary) FROM stored;
SELECT (SELECT rollup(sales_summary) FROM stored WHERE id < 1000) = (SELECT sales_summary FROM stored WHERE id = 1000)}),
	't', 'promoted, it can be written to');
$standby->stop;

# -- Logical replication ---------------------------------------------------------

# With the whole row as identity, too: then the old row's summaries travel.
$primary->safe_psql('postgres', q{
CREATE TABLE whole AS SELECT id, sales_summary FROM stored;
ALTER TABLE whole REPLICA IDENTITY FULL;
CREATE PUBLICATION summaries FOR TABLE stored, whole;});

foreach my $binary (qw(false true))
{
	my $form = $binary eq 'true' ? 'binary' : 'text';
	my $subscriber = start_server('', "subscriber_$form");
	$subscriber->safe_psql('postgres', 'CREATE EXTENSION salesvelocity;
CREATE TABLE stored (id integer PRIMARY KEY, ' . join(', ', map { "$_ $_" } @columns) . ');
CREATE TABLE whole (id integer, sales_summary sales_summary);
CREATE SUBSCRIPTION ' . "s_$form CONNECTION '" . $primary->connstr . " dbname=postgres' PUBLICATION summaries WITH (binary = $binary)");
	$subscriber->wait_for_subscription_sync($primary, "s_$form");
	ok($subscriber->safe_psql('postgres', $bytes) eq $primary->safe_psql('postgres', $bytes), "$form: the first copy is the same bytes");

	$primary->safe_psql('postgres', q{
INSERT INTO stored SELECT (SELECT max(id) FROM stored) + id, } . join(', ', map { "-$_" } @columns) . q{ FROM stored WHERE id % 4 = 1;
UPDATE stored SET sales_summary = sales_summary + '{"version": 1, "lost": {"rows": 1, "amount": 1e-30}}' WHERE id % 5 = 0;
UPDATE stored SET meeting_summary = NULL WHERE id % 11 = 0;
DELETE FROM stored WHERE id % 13 = 0;
UPDATE whole SET id = id + 1;
DELETE FROM whole WHERE id % 3 = 0;});
	$primary->wait_for_catchup("s_$form");
	ok($subscriber->safe_psql('postgres', $bytes) eq $primary->safe_psql('postgres', $bytes), "$form: changed rows are the same bytes");
	my $whole = 'SELECT id, sales_summary_send(sales_summary) FROM whole ORDER BY id, 2';
	ok($subscriber->safe_psql('postgres', $whole) eq $primary->safe_psql('postgres', $whole), "$form: rows found by all of their columns");
	cmp_ok($subscriber->safe_psql('postgres', 'SELECT count(*) FROM stored'), '>', 40, "$form: there are some");
	$subscriber->safe_psql('postgres', "DROP SUBSCRIPTION s_$form");
	$subscriber->stop;
}

$primary->stop;
done_testing();
