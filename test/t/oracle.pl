# Every KPI equals what an implementation in another language makes of the same
# rows with exact fractions: test/oracle, in Python, which knows nothing but the
# documentation.  It writes random data sets and queries as SQL, and compares
# the answers as COPY prints them.
#
# SV_ORACLE sets of rows are made of each kind (60), grown from SV_SEED (1).
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server time_limit);
use Test::More;

my $python = '/usr/bin/python3';
my $sets = $ENV{SV_ORACLE} // 60;
my $seed = $ENV{SV_SEED} // 1;
note "SV_ORACLE=$sets SV_SEED=$seed";

plan skip_all => "no $python of version 3.10 or newer, with its standard library"
  unless -x $python && system("$python -c 'import sys, fractions, random; sys.exit(sys.version_info < (3, 10))' 2>/dev/null") == 0;

time_limit(120 + $sets);

my $node = start_server();
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

my $folder = PostgreSQL::Test::Utils::tempdir();
my @oracle = ($python, '-B', "$FindBin::Bin/../oracle/oracle.py");
my @psql = ('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'));

ok(run_log([ @oracle, 'sql', $seed, $sets ], '>', "$folder/sql"), 'data sets and queries are made');
ok(run_log([ @psql, '-f', "$folder/sql" ], '>', "$folder/answers"), 'the server answers');
ok(run_log([ @oracle, 'check', $seed, $sets ], '<', "$folder/answers", '>', "$folder/verdict"), 'the answers are compared');

my ($total) = slurp_file("$folder/verdict") =~ /^total (\d+)$/m;
foreach (split /\n/, slurp_file("$folder/verdict"))
{
	ok($1 eq 'ok', $2) if /^(ok|not ok) (.*)/;
}
cmp_ok($total // 0, '>', 1000 * $sets, "$total values are exact");

$node->stop;
done_testing();
