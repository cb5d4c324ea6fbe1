# SalesVelocityTest.pm: what the files in test/t have in common: a server with its settings, queries to it, and comparisons
# that several of them make.
package SalesVelocityTest;

use strict;
use warnings;

use Exporter 'import';
use File::Basename;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT_OK = qw($chance $cheap_parallel $shared_data agree agree_unless answers demo_crm sql start_server summaries_agree time_limit);

# Real data, which is no part of this tree: tests of it are skipped where the folder is not.
our $shared_data = ($ENV{SV_SHARED} || "$FindBin::Bin/../../../shared") . '/data';

# Settings under which every plan that can be parallel is, as soon as max_parallel_workers_per_gather lets it.
our $cheap_parallel = q{
max_parallel_workers_per_gather = 0
min_parallel_table_scan_size = 0
parallel_setup_cost = 0
parallel_tuple_cost = 0
};

# A function for random rows that are the same in every run: a number below n that depends on i and a word.
our $chance = q{
CREATE FUNCTION chance(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN abs(hashtext(salt || i)) % n;
};

# The server that was started last.
my $node;

# A running server with the settings of the installation under test (SV_TEST_CONF), those below, and further ones. Its name
# is that of the file, unless another one is given; what follows that is for its initialization.
sub start_server
{
	my ($settings, $name, %init) = @_;
	$node = PostgreSQL::Test::Cluster->new($name // basename($0, '.pl'));
	$node->init(%init);
	$node->append_conf('postgresql.conf', slurp_file($ENV{SV_TEST_CONF}))
	  if $ENV{SV_TEST_CONF};
	$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\ntimezone = 'UTC'\n" . ($settings // ''));
	$node->start;
	return $node;
}

# An endless loop in the server is a failure, too.
sub time_limit
{
	my ($seconds) = @_;
	$SIG{ALRM} = sub { die 'this takes too long' };
	alarm $seconds;
	return;
}

# What a script prints in the server that was started last.
sub sql
{
	my ($script, $database) = @_;
	return $node->safe_psql($database // 'postgres', $script);
}

# A script prints this and nothing else.
sub answers
{
	my ($name, $expected, $script, $database) = @_;
	is(sql($script, $database), $expected, $name);
	return;
}

# A query returns two numbers: comparisons made, at least so many, and differences found, of which there is none.
sub agree
{
	my ($name, $at_least, $query) = @_;
	my ($compared, $differ) = split /\|/, sql($query);
	cmp_ok($compared, '>=', $at_least, "$name: $compared comparisons");
	is($differ, 0, "$name: no difference");
	return;
}

# There are at least so many rows, and the condition is false of each.
sub agree_unless
{
	my ($name, $at_least, $condition, $rows) = @_;
	agree($name, $at_least, "SELECT count(*), count(*) FILTER (WHERE ($condition) IS NOT FALSE) FROM $rows");
	return;
}

# The result of a query under settings, if its plan matches the pattern.
sub planned
{
	my ($settings, $pattern, $query) = @_;
	like(sql("$settings; EXPLAIN (COSTS OFF) $query"), $pattern, 'plan is of the kind that is meant');
	return sql("$settings; $query");
}

# A summary of the rows of a table, and other aggregates of them, are the same whichever way they come about. The server has
# the settings $cheap_parallel, and the table columns id, g (the group) and part. Table "stored" then has the summary of
# each group.
sub summaries_agree
{
	my ($table, $summary, @others) = @_;
	my ($type) = $summary =~ /^(\w+)/;
	my $columns = join ', ', $summary, @others;
	my $all = "SELECT $columns FROM $table";
	my $grouped = "SELECT g, $columns FROM $table GROUP BY g ORDER BY g";
	my $serial = 'SET max_parallel_workers_per_gather = 0';
	my $parallel = "SET max_parallel_workers_per_gather = 3; ALTER TABLE $table SET (parallel_workers = 3)";
	my $whole = planned($serial, qr/^Aggregate/, $all);
	my $groups = planned($serial, qr/Aggregate/, $grouped);

	is(planned($parallel, qr/Partial Aggregate/, $all), $whole, 'parallel = serial');
	is(planned("$parallel; SET enable_hashagg = off", qr/Partial GroupAggregate/, $grouped), $groups, 'parallel by sorting = serial');
	is(planned("$parallel; SET enable_sort = off", qr/Partial HashAggregate/, $grouped), $groups, 'parallel by hashing = serial');
	is(sql("SELECT g, rollup(s) FROM (SELECT g, part, $summary AS s FROM $table GROUP BY 1, 2) AS _ GROUP BY g ORDER BY g"),
		sql("SELECT g, $summary FROM $table GROUP BY g ORDER BY g"),
		'rolled up = of all rows');
	agree(
		'text, jsonb and subtraction lead back', 40, qq{
SELECT count(*), count(*) FILTER (WHERE s::text::$type <> s OR s::jsonb::$type <> s OR s + one - one <> s
    OR s::text::$type\::text <> s::text OR - (- s) <> s)
FROM (SELECT g, $summary AS s, $summary FILTER (WHERE id % 3 = 0) AS one FROM $table GROUP BY g) AS _});
	my $file = $node->basedir . '/stored.bin';
	sql("CREATE TABLE stored AS SELECT g, $summary AS s FROM $table GROUP BY g; CREATE TABLE restored (LIKE stored);
\\copy stored TO '$file' (FORMAT binary)
\\copy restored FROM '$file' (FORMAT binary)");
	agree('binary form leads back', 40, 'SELECT count(*), count(*) FILTER (WHERE stored.s <> restored.s) FROM stored JOIN restored USING (g)');
	return;
}

# The demo's CRM and the relations of its model, in schema crm of a database; psql's variables say how much of it.
sub demo_crm
{
	my ($database, %variables) = @_;
	sql(join("\n", 'CREATE SCHEMA crm; SET search_path = crm;', '\o /dev/null', (map { "\\set $_ $variables{$_}" } sort keys %variables),
			map { slurp_file("$FindBin::Bin/../data/$_.sql") } qw(crm canonical)), $database);
	return;
}

1;
