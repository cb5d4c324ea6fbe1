# Materialized KPI views in a database's life: pg_cron refreshes them, roles see what
# they are given, and a dump brings all back.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(demo_crm sql start_server);
use Test::More;

# pg_cron has to be loaded with the server, where it is installed
my ($libraries) = (run_command([ 'pg_config', '--pkglibdir' ]))[0];
my $has_cron = -e "$libraries/pg_cron.so";
my $node = start_server("client_min_messages = warning\n"
	  . ($has_cron ? "shared_preload_libraries = 'pg_cron'\ncron.use_background_workers = on\ncron.database_name = 'postgres'\n" : ''));

# What a role gets for a query: its result, or the error.
sub as_role
{
	my ($role, $query) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SET ROLE $role; $query");
	return $status == 0 ? $out : $err =~ /ERROR:\s+(.*)/ ? $1 : $err;
}

sql('CREATE SCHEMA sv; CREATE EXTENSION salesvelocity SCHEMA sv');
demo_crm('postgres', scale => 0.05);
sql(q{CALL sv.create_kpi_views('kpi', '{"materialized": true, "periods": ["week", "month"]}')});
my $new_row = q{INSERT INTO crm.opportunity (opportunity_id, company_id, owner_id, status, stage, amount, currency, created_on, closed_on, opened_at, closed_at)
VALUES ((SELECT max(opportunity_id) + 1 FROM crm.opportunity), 1, 1, 'won', 'won', 1000000, 'EUR', '2026-06-01', '2026-06-30', '2026-06-01', '2026-06-30')};
my $won = "SELECT sum(won) FROM kpi.sales_monthly_total WHERE won_amount > 0";
my $before = sql($won);

# -- The printed statements -----------------------------------------------------

my $printed = sql("SELECT sv.kpi_refresh_sql('kpi')");
my @refreshes = $printed =~ /^REFRESH MATERIALIZED VIEW CONCURRENTLY kpi\.(\w+);$/mg;
is($refreshes[0], 'opportunity_day', 'what the others read is refreshed first');
is(scalar @refreshes, 10, 'and then each of the others');
like($printed, qr/^(-- .*)?SELECT cron\.schedule\('refresh the KPIs of kpi', .*sv\.refresh_kpis\(''kpi''\)'\);\z/m, 'pg_cron is told to do so');
sql($new_row);
sql($printed);
is(sql($won), $before + 1, 'running what is printed refreshes');

# -- pg_cron --------------------------------------------------------------------

SKIP:
{
	skip 'pg_cron is not installed', 3 unless $has_cron;
	sql('CREATE EXTENSION pg_cron');
	my $all = sql("SELECT sv.kpi_refresh_sql('kpi')");
	unlike($all, qr/^--/m, 'where pg_cron is there, its call is no comment');
	my ($call) = $all =~ /^(SELECT cron\.schedule.*)/m;
	$call =~ s{\*/15 \* \* \* \*}{* * * * *} or die;
	sql($call);
	sql($new_row);
	is(sql($won), $before + 1, 'a new row is not there at once');
	ok($node->poll_query_until('postgres', "SELECT sum(won) = $before + 2 FROM kpi.sales_monthly_total WHERE won_amount > 0"), 'but after a minute')
	  or diag(sql('SELECT status, return_message FROM cron.job_run_details'));
	sql('SELECT cron.unschedule(jobid) FROM cron.job; DROP EXTENSION pg_cron');		# which a second database cannot have
	$before++;
}

# -- Three roles ----------------------------------------------------------------

# A manager owns the model; a rep sees only his opportunities, by row security; a guest sees nothing.
sql(q{
CREATE ROLE manager; CREATE ROLE "1"; CREATE ROLE guest;
GRANT USAGE ON SCHEMA sv, crm, kpi TO manager, "1", guest;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO manager, "1";
GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO manager, "1";
ALTER TABLE crm.opportunity ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON crm.opportunity TO "1" USING (owner_id::text = current_user);
CREATE POLICY every ON crm.opportunity TO manager USING (true)});
my $owners = 'SELECT count(DISTINCT owner_id) FILTER (WHERE created > 0) FROM kpi.sales_monthly';
my $several = sql($owners);
cmp_ok($several, '>', 1, 'there are several owners');
is(as_role('"1"', $owners), $several, 'materialized: a rep sees what its owner sees');
is(as_role('guest', $owners), 'permission denied for view sales_monthly', 'and a guest nothing');
sql('REVOKE SELECT ON kpi.kpi_sales_monthly FROM "1"');
is(as_role('"1"', $owners), 'permission denied for materialized view kpi_sales_monthly', 'the view gives no right to what is under it');

# How to split it: a view of one's own rows, whose owner may read what is stored.
sql(q{
CREATE VIEW kpi.my_sales WITH (security_barrier = true) AS SELECT * FROM kpi.kpi_sales_monthly WHERE owner_id = current_user;
ALTER VIEW kpi.my_sales OWNER TO manager; GRANT SELECT ON kpi.my_sales TO "1"});
is(as_role('"1"', 'SELECT count(DISTINCT owner_id), min(owner_id) FROM kpi.my_sales'), '1|1', 'split: a rep sees his rows');
is(as_role('manager', "SELECT count(*) > 0 FROM kpi.sales_monthly"), 't', 'and the manager all');

# As views, the reader's own rights and policies hold; grants on the views stay when they are made anew.
sql('DROP VIEW kpi.my_sales');
sql(q{CALL sv.create_kpi_views('kpi', '{"periods": ["week", "month"]}')});
sql('GRANT SELECT ON kpi.kpi_sales_monthly TO "1"');
is(as_role('"1"', $owners), 1, 'views: a rep sees his opportunities');
is(as_role('manager', $owners), $several, 'the manager all of them');
is(as_role('guest', $owners), 'permission denied for view sales_monthly', 'and a guest nothing');
sql(q{CALL sv.create_kpi_views('kpi', '{"materialized": true, "periods": ["week", "month"]}')});
is(as_role('"1"', $owners), $several, 'materialized again: grants are still there');
like(as_role('"1"', "CALL sv.refresh_kpis('kpi')"), qr/^(must be owner of|permission denied for) materialized view opportunity_day$/, 'a reader does not refresh');

# -- Dump and restore -----------------------------------------------------------

my @views = split /\n/, sql(q{
SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('v', 'm') AND relname ~ '^(kpi_|sales|activity|prospecting|targets|company|opportunity_day)' ORDER BY 1});
my $contents = join ' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(v::text, ',' ORDER BY v::text COLLATE \"C\")) FROM kpi.$_ AS v" } @views;
$contents .= ' ORDER BY 1';
my $comments = q{SELECT count(*), md5(string_agg(objsubid || description, ',' ORDER BY objsubid || description COLLATE "C"))
	FROM pg_description WHERE objoid IN (SELECT oid FROM pg_class WHERE relnamespace = 'kpi'::regnamespace)};
my $whole = sql("$contents; $comments");
my $folder = PostgreSQL::Test::Utils::tempdir();
foreach my $format (qw(custom plain))
{
	my $database = "restored_$format";
	sql("CREATE DATABASE $database");
	command_ok([ 'pg_dump', '-F', $format, '-f', "$folder/$format", $node->connstr('postgres') ], "pg_dump, $format");
	command_ok($format eq 'custom' ? [ 'pg_restore', '-e', '-d', $node->connstr($database), "$folder/custom" ]
		: [ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', "$folder/output", '-f', "$folder/plain", $node->connstr($database) ], "restore, $format");
	is(sql("$contents; $comments", $database), $whole, "all rows and comments are there, $format");
	sql("CALL sv.refresh_kpis('kpi')", $database);
	is(sql($contents, $database), sql($contents), "and a refresh leaves them, $format");
}

$node->stop;
done_testing();
