# ALTER EXTENSION UPDATE gives what a fresh installation gives: the definition of
# every object, its attributes and its comment are the same, and what was stored
# before is read as before.
#
# From release 1.0 on this holds for each version in releases/.  It always holds
# for a version 0.0.9 that this test makes of the current script, with an update
# script written by hand; and wrong update scripts are found out.
use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $top = abs_path("$FindBin::RealBin/../..");
plan skip_all => 'skipped: only where scripts can be added to the installation' unless $ENV{SV_TEST_CONF};

# A copy of the installation, to which scripts can be added.
my $folder = PostgreSQL::Test::Utils::tempdir();
my $conf = slurp_file($ENV{SV_TEST_CONF});
my ($installed) = $conf =~ m{^extension_(?:destdir|control_path) = '([^':]*?)(?:/usr/share/postgresql/\d+)?[':]}m
  or BAIL_OUT("no folder of extensions in $ENV{SV_TEST_CONF}");
system_or_bail('cp', '-R', $installed, "$folder/inst");
$conf =~ s/\Q$installed\E/$folder\/inst/g;
chomp(my $scripts = "$folder/inst" . qx(pg_config --sharedir));
$scripts .= '/extension';

my $node = start_server($conf);

my ($current) = slurp_file("$scripts/salesvelocity.control") =~ /^default_version = '(.*)'/m;
my $fresh_script = slurp_file("$scripts/salesvelocity--$current.sql");

sub script
{
	my ($name, $content) = @_;
	unlink "$scripts/salesvelocity--$name.sql";
	append_to_file("$scripts/salesvelocity--$name.sql", $content);
	return;
}

# -- What an installation consists of ----------------------------------------------

my $databases = 0;
sub copy
{
	my ($database) = @_;
	my $name = 'db' . $databases++;
	$node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE $database");
	return $name;
}

# A new database with the extension, of a version unless that is the current one.
sub database
{
	my ($version) = @_;
	my $name = copy('template1');
	$node->safe_psql($name, 'CREATE EXTENSION salesvelocity' . ($version ? " VERSION '$version'" : ''));
	return $name;
}

# All objects with all that there is to them: how pg_dump would make them again for
# pg_upgrade, without numbers of this database and in order.
sub objects
{
	my ($database) = @_;
	my ($dump, $err) = run_command([ 'pg_dump', '--binary-upgrade', '--schema-only', '-d', $node->connstr($database) ]);
	my @objects = split /^--\n-- Name: /m, $dump;
	shift @objects;
	foreach (@objects)
	{
		s/^SELECT pg_catalog\.binary_upgrade_set_\w+\('\d+'::pg_catalog\.oid\);\n//mg;
		s/^\\\w*restrict .*//m;
		s/--\n-- PostgreSQL database dump complete.*//s;
		s/\n\n+/\n/g;
	}
	return join '', sort grep { !/^DATABASE|^db\d+;/ } @objects;
}

sub surface
{
	my ($database) = @_;
	return (run_command([ 'psql', '-Xq', '-f', "$top/sql/surface.sql", '-d', $node->connstr($database) ]))[0];
}

# Names the first objects that differ.
sub difference
{
	my ($a, $b) = map { { map { $_ => 1 } split /(?=^\S[^\n]*; Type: )/m, $_ } } @_;
	my @of = ((grep { !$b->{$_} } keys %$a), (grep { !$a->{$_} } keys %$b));
	return join "\n", sort map { /^(.*?;.*?);/ ? $1 : substr $_, 0, 100 } @of;
}

my $fresh = database();
my ($fresh_objects, $fresh_surface) = (objects($fresh), surface($fresh));
my $n = () = $fresh_objects =~ /^CREATE (?:FUNCTION|AGGREGATE|OPERATOR|TYPE|CAST)/mg;
cmp_ok($n, '>', 400, "$n objects");
like($fresh_objects, qr/COMMENT ON FUNCTION .*num_won/, 'with their comments');
is(objects(database()), $fresh_objects, 'two installations have the same objects');
$node->safe_psql($fresh, "COMMENT ON FUNCTION num_won(sales_summary) IS 'other words'");
isnt(objects($fresh), $fresh_objects, 'other words in a comment are a difference');

# -- Updates -----------------------------------------------------------------------

# What a version stores, where the type exists in it; its bytes and its KPIs later.
my $store = q{
CREATE TABLE stored AS
SELECT i % 50 AS id, sales_summary((ARRAY['won', 'lost', 'void', 'open'])[1 + i % 4], i * 1.01, date '2025-01-01' + i % 200, date '2025-01-01' + i % 300) AS sales,
       lead_summary(date '2025-01-01' + i % 200) AS leads, meeting_summary('held', date '2025-01-01' + i % 200, i % 3 = 0) AS meetings,
       customer_summary(date '2025-01-01' + i % 100, date '2025-02-01' + i % 300, i / 7.0) AS customers
FROM generate_series(1, 2000) AS i GROUP BY 1;
INSERT INTO stored (id, sales) SELECT 100, rollup(sales) - '{"version": 1, "lost": {"rows": 3, "amount": 1e-1000}}' FROM stored;
CREATE INDEX ON stored (sales);
CREATE MATERIALIZED VIEW of_it AS SELECT rollup(sales) AS sales FROM stored;
CREATE VIEW kpis AS SELECT id, hit_ratio(sales, 'closed'), sales_velocity(sales), lead_velocity_rate(leads, '2025-06-01'), show_ratio(meetings, '2026-01-01'),
    arpa(customers) FROM stored;};
my $read = q{
SELECT id, sales_summary_send(sales), lead_summary_send(leads), meeting_summary_send(meetings), customer_summary_send(customers) FROM stored ORDER BY id;
SELECT * FROM kpis ORDER BY id;
SELECT sales_summary_send(sales) FROM of_it;
SET enable_seqscan = off;
SELECT a.id FROM stored AS a JOIN stored AS b ON b.sales = a.sales AND b.id = a.id ORDER BY a.id;};

# A version, with things stored in it, becomes the current one.
sub update_is_installation
{
	my ($version, $name) = @_;
	my $database = database($version);
	is($node->safe_psql($database, 'SELECT extversion FROM pg_extension WHERE extname = \'salesvelocity\''), $version, "$name: version $version is installed");
	isnt(objects($database), $fresh_objects, "$name: it is another one");
	$node->safe_psql($database, $store);
	my $before = $node->safe_psql($database, $read);
	$node->safe_psql($database, 'ALTER EXTENSION salesvelocity UPDATE');
	ok($node->safe_psql($database, $read) eq $before, "$name: what was stored is read as before");
	$node->safe_psql($database, 'DROP VIEW kpis; DROP MATERIALIZED VIEW of_it; DROP TABLE stored');
	is(difference(objects($database), $fresh_objects), '', "$name: all objects are those of a fresh installation");
	is(surface($database), $fresh_surface, "$name: so is the surface");
	$node->safe_psql($database, 'DROP EXTENSION salesvelocity');
	is($node->safe_psql($database, q{SELECT count(*) FROM pg_proc WHERE probin LIKE '%salesvelocity'}), 0, "$name: it goes without a trace");
	return;
}

# Versions that were released.  The current one, once frozen, is what is built.
my @released = map { m{--([^-]+)\.sql$} } glob "$top/releases/salesvelocity--*.sql";
foreach my $version (@released)
{
	my $frozen = slurp_file("$top/releases/salesvelocity--$version.sql");
	if ($version eq $current)
	{
		ok($frozen eq $fresh_script, "the frozen script of $version is what is built");
		next;
	}
	ok($frozen eq slurp_file("$scripts/salesvelocity--$version.sql"), "the script of $version is installed");
	update_is_installation($version, "from $version");
}

# -- A version made for this test ----------------------------------------------------

# It lacks two families, and some objects are other ones.
my @new = map { slurp_file("$top/src/$_.sql") } qw(activities targets);
my $old_script = $fresh_script;
sub replaced
{
	my ($this, $by) = @_;
	my $at = index $old_script, $this;
	BAIL_OUT("not in the script: $this") if $at < 0;
	substr $old_script, $at, length $this, $by;
	return;
}
replaced($_, '') foreach @new;
my ($comment) = $fresh_script =~ /^(COMMENT ON FUNCTION num_won\(sales_summary\) IS\n.*?;\n)/ms;
my ($default) = $fresh_script =~ /^(CREATE FUNCTION hit_ratio\(summary sales_summary, .*?;\n)/ms;
my ($parallel) = $fresh_script =~ /^(CREATE FUNCTION num_void\(.*?;\n)/ms;
replaced($comment, "COMMENT ON FUNCTION num_won(sales_summary) IS 'as it was';\n");
replaced($default, $default =~ s/DEFAULT 'closed'/DEFAULT 'decided'/r);
replaced($parallel, $parallel =~ s/ PARALLEL SAFE//r);
my $gone = q{
CREATE FUNCTION deals_won(summary sales_summary) RETURNS bigint AS 'MODULE_PATHNAME', 'num_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION deals_won_accum(state bigint, won boolean) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN coalesce(state, 0) + won::int;
CREATE AGGREGATE deals_won(won boolean) (SFUNC = deals_won_accum, STYPE = bigint);
};
script('0.0.9', $old_script . $gone);

my %steps = (
	'a guard' => qq{\\echo Use "ALTER EXTENSION salesvelocity UPDATE TO '$current'" to load this file. \\quit\n},
	'new families' => join('', @new),
	'a comment' => $comment,
	'a default' => $default =~ s/CREATE/CREATE OR REPLACE/r,
	'an attribute' => "ALTER FUNCTION num_void(sales_summary) PARALLEL SAFE;\n",
	'what is gone' => "DROP AGGREGATE deals_won(boolean);\nDROP FUNCTION deals_won_accum(bigint, boolean);\nDROP FUNCTION deals_won(sales_summary);\n");
my $update = "0.0.9--$current";
script($update, join '', map { $steps{$_} } sort keys %steps);
update_is_installation('0.0.9', 'from a version made for this test');

# In two steps, too.
unlink "$scripts/salesvelocity--$update.sql";
script('0.0.9--0.0.10', join '', @steps{'a comment', 'what is gone'});
script("0.0.10--$current", join '', @steps{'a default', 'an attribute', 'new families'});
update_is_installation('0.0.9', 'in two steps');
unlink "$scripts/salesvelocity--0.0.10--$current.sql";

# What an author may forget or do wrong is found.
my %wrong = (
	(map { my $without = $_; ("without $_", join '', map { $steps{$_} } grep { $_ ne $without } sort keys %steps) } grep { $_ ne 'a guard' } keys %steps),
	'a function is not strict' => join('', map { $steps{$_} } sort keys %steps) =~ s/(FUNCTION attainment\(.*?IMMUTABLE) STRICT/$1/sr,
	'an argument has another name' => join('', map { $steps{$_} } sort keys %steps) =~ s/(FUNCTION activities_per_day\()count/${1}number/r,
	'an aggregate has no inverse' => join('', map { $steps{$_} } sort keys %steps) =~ s/(AGGREGATE bounce_ratio\(.*?)    MSFUNC.*?(?=\n\);)/$1    PARALLEL = SAFE/sr);
my $old = database('0.0.9');
foreach my $name (sort keys %wrong)
{
	my $database = copy($old);
	script($update, $wrong{$name});
	$node->safe_psql($database, 'ALTER EXTENSION salesvelocity UPDATE');
	my $difference = difference(objects($database), $fresh_objects);
	isnt($difference, '', "$name: found out");
	note $difference =~ s/\n.*/ .../sr;
}

# One that fails leaves all as it was.
script($update, join '', map({ $steps{$_} } sort keys %steps), "SELECT 1 / 0;\n");
my $before = objects($old);
like(($node->psql($old, 'ALTER EXTENSION salesvelocity UPDATE'))[2], qr/division by zero/, 'an update that fails');
is(objects($old), $before, 'changes nothing');

$node->stop;
done_testing();
