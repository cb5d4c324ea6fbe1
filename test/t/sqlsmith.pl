# Random SQL, made by sqlsmith of the demo's CRM, all kinds of summaries and views
# of KPIs (test/data/sqlsmith.sql), as a role that is no superuser: the server
# lives through it, and nothing of the extension has an internal error.
#
# SV_QUERIES queries (200), half of them from SV_SEED (1), the others from the next
# seed.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use IPC::Run;
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $queries = $ENV{SV_QUERIES} // 200;
my $seed = $ENV{SV_SEED} // 1;
note "SV_QUERIES=$queries SV_SEED=$seed";

my ($sqlsmith) = grep { -x } map { "$_/sqlsmith" } split /:/, $ENV{PATH};
plan skip_all => 'sqlsmith is not installed' unless $sqlsmith;

my $node = start_server("log_statement = none\nlog_line_prefix = '%e '\n");
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', "$FindBin::Bin/../data/sqlsmith.sql", '-d', $node->connstr('postgres') ],
	'a database for sqlsmith');

# Two of them at a time, each with a seed of its own.
my @err = ('', '');
my @jobs = map {
	IPC::Run::start([ $sqlsmith, '--target=' . $node->connstr('postgres') . ' user=smith', '--exclude-catalog', '--verbose',
			'--seed=' . ($seed + $_), '--max-queries=' . int(($queries + 1) / 2) ], '<', \undef, '>', '/dev/null', '2>', \$err[$_])
} 0, 1;
$_->finish foreach @jobs;

my $sent = 0;
$sent += $_ // 0 foreach map { (/^queries: (\d+)/mg)[-1] } @err;
cmp_ok($sent, '>=', $queries, "$sent queries")
  or diag map { substr $_, -2000 } @err;
is($node->safe_psql('postgres', 'SELECT count(*) > 0 FROM funnel'), 't', 'the server lives');
my @log = split /^(?=\w{5} \w+: )/m, slurp_file($node->logfile);
is(join('', grep { /terminated by signal|PANIC|TRAP/ } @log), '', 'no process has crashed');

# The server has a few of its own, where its functions are called with what only it gives them; nothing of ours calls those.
my $servers_own = join '|', 'failed to find conversion function from unknown', 'expected \\d-element \\w+ array', 'invalid INTERVAL typmod',
  'unrecognized objtype abbreviation', 'invalid non-zero objectSubId', 'aggregate function called in non-aggregate context';
my @internal = map { substr $_, 0, 2000 } grep { /^XX000 ERROR/ && !/$servers_own/ } @log;
is(scalar(@internal), 0, 'no internal error') or diag @internal[0 .. ($#internal < 9 ? $#internal : 9)];
my $errors = grep { /^\w{5} ERROR/ } @log;
note "$sent queries, $errors of which were refused";

$node->stop;
done_testing();
