# A summary is exact whichever way it comes about.  Random opportunities of many
# shapes are summed on every path that the server has - serial, parallel, sorted,
# hashed, spilled, windowed, rolled up, subtracted, written out and read back -
# and all give the same text and bytes.  These are what an independent
# implementation with big integers makes of the same rows, and so are the KPIs.
#
# SV_DATASETS sets of rows are tried (150), grown from SV_SEED (1).
use strict;
use warnings;

use File::Spec;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Math::BigInt try => 'GMP,FastCalc';
use POSIX ();
use SalesVelocityTest qw($cheap_parallel start_server time_limit);
use Test::More;

my $datasets = $ENV{SV_DATASETS} // 150;
my $seed = $ENV{SV_SEED} // 1;
note "SV_DATASETS=$datasets SV_SEED=$seed";
srand($seed);

time_limit(180 + $datasets);

my $node = start_server("$cheap_parallel max_worker_processes = 8\nmax_parallel_workers = 8\n");
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

# -- The rows ------------------------------------------------------------------

sub pick { return $_[ rand @_ ] }
sub digits { return join '', map { int rand 10 } 1 .. shift }

# A decimal of any size: up to 10^30, up to 20 decimals.
sub any_decimal
{
	return (int(rand 9) + 1) . digits(int rand 30) . '.' . digits(20) if rand() < 0.1;
	my $whole = digits(1 + int rand pick(3, 6, 12, 30));
	my $decimals = int rand 21;
	return $whole . ($decimals ? '.' . digits($decimals) : '');
}

# What the amounts of a set of rows are like.  Among these are the values around
# which a sum changes its form: 2^63 and 10^36 of the units of 10^-8, and numbers
# whose squares are there.
my %numeric_amounts = (
	cents => sub { digits(1 + int rand 6) . '.' . digits(2) },
	any => \&any_decimal,
	tiny => sub { '0.' . '0' x (5 + int rand 9) . digits(1 + int rand 6) },
	huge => sub { pick('1e30', '9.99e29', '1e28', digits(60), '1e-15', digits(40) . '.5') },
	limits => sub {
		pick('1e28', '9999999999999999999999999999.99999999', '0.00000001', '0.000000001',
			'9.99e27', '1e10', '9999999999.99999999', '92233720368.54775807', '92233720368.54775808', '1e27');
	},
	mixed => sub { pick(0, '0.00', 1, '1.50', 'NaN', 'Infinity', '-Infinity', any_decimal()) },
	none => sub { pick('\N', 'NaN') },
	dozen => sub { 12 });
my %float_amounts = (
	cents => sub { digits(1 + int rand 9) . '.' . digits(2) },
	any => sub { (1 + int rand 9) . '.' . digits(16) . 'e' . int(rand 60 - 30) },
	wide => sub { (1 + int rand 9) . '.' . digits(int rand 17) . 'e' . int(rand 560 - 280) },
	edges => sub {
		pick('0.1', '0.3', '1e15', '1e22', '1e23', '9007199254740993', '5e-324', '2.2250738585072014e-308',
			'1e300', '1.7976931348623157e308', '-0', '0', '999999999999.995', '0.00000001', '1e-9', '9.995', '1e14');
	},
	mixed => sub { pick('NaN', 'Infinity', '-Infinity', '-0', digits(4), '0.1') },
	none => sub { pick('\N', 'Infinity') });

# Years, and how many years a cycle may span.
my @eras = (
	sub { 2020 + int rand 5 }, sub { 2023 }, sub { 2023 },
	sub { int(rand 6000) - 4000 || 1 },
	sub { pick(-4713, -1, 1, 1999, 2000, 294276) });

sub era_text
{
	my ($year, $text) = @_;
	return sprintf '%04d-%s%s', abs $year, $text, $year < 0 ? ' BC' : '';
}

sub any_date
{
	my ($year) = @_;
	return pick('\N', 'infinity', '-infinity') if rand() < 0.08;
	return pick('4714-11-24 BC', '5874897-12-31', '0001-12-31 BC') if $year == 294276 && rand() < 0.3;
	return era_text($year, sprintf '%02d-%02d', 1 + int rand 12, 1 + int rand 28);
}

sub any_instant
{
	my ($year) = @_;
	return pick('\N', 'infinity', '-infinity') if rand() < 0.08;
	return pick('4714-11-24 00:00:00Z BC', '294276-12-31 23:59:59.999999Z') if $year == 294276 && rand() < 0.3;
	return era_text($year, sprintf '%02d-%02d %02d:%02d:%02d.%sZ', 1 + int rand 12, 1 + int rand 28,
		int rand 24, int rand 60, int rand 60, pick('0', digits(6)));
}

sub any_row
{
	my ($numeric, $float, $era, $sign) = @_;
	my $signed = sub {
		my $value = shift->();
		return '\N' if rand() < 0.05;
		return $value =~ /^[\d.e-]+$/ && $value !~ /^-/ && rand() < $sign ? "-$value" : $value;
	};
	my $year = $era->();
	my ($opened, $opened_at) = (any_date($year), any_instant($year));
	$year = $era->() if rand() < 0.5;

	return [
		pick(qw(t t f f \N)), pick(qw(won won lost lost void open \N)),
		$signed->($numeric), $signed->($float),
		$opened, rand() < 0.1 ? $opened : any_date($year),
		$opened_at, rand() < 0.1 ? $opened_at : any_instant($year) ];
}

# Sets of rows: empty ones, single rows, and up to 80; each tenth row comes twice.
my @lines;
foreach my $dataset (0 .. $datasets - 1)
{
	my $rows = pick(0, 1, 2, 5, 10, 10, 20, 20, 30, 30, 50, 80);
	my @kind = (
		$numeric_amounts{ pick(sort keys %numeric_amounts) },
		$float_amounts{ pick(sort keys %float_amounts) },
		pick(@eras), pick(0, 0, 0.2, 1));
	my $row;

	foreach (1 .. $rows)
	{
		$row = any_row(@kind) unless $row && rand() < 0.1;
		push @lines, join "\t", $dataset, int rand 5, int rand 3, pick('\N', 0 .. 9), @$row;
	}
}
# One set more, whose sums leave 128 bits.
push @lines, join "\t", $datasets, $_ % 5, $_ % 3, $_, 't', 'won', '9999999999999999999999999999.99999999',
  '9.999999999999999e27', '4714-11-24 BC', '5874897-12-31', '4714-11-24 00:00:00Z BC', '294276-12-31 23:59:59.999999Z'
  foreach 1 .. 400;

# Stored in random order, so that each group reaches each parallel worker.
my @places = map { $_->[0] } sort { $a->[1] <=> $b->[1] } map { [ $_, rand ] } 0 .. $#lines;
my $copy = join '', map { "$_\t$lines[$_]\n" } @places;
$node->safe_psql('postgres', "
CREATE TABLE opp (id int, ds int, g1 int, g2 int, k int, won boolean, status text, amount numeric, famount double precision,
    opened date, closed date, opened_at timestamptz, closed_at timestamptz);
COPY opp FROM stdin;
$copy\\.
ALTER TABLE opp ADD PRIMARY KEY (id);
CREATE INDEX ON opp (ds);
CREATE TABLE ds AS SELECT generate_series(0, $datasets) AS ds;
ANALYZE;");
note scalar(@lines) . ' rows';

# -- The aggregates ------------------------------------------------------------

my @outcomes = qw(won status);
my @amounts = qw(amount famount);
my @dates = ('opened, closed', 'opened_at, closed_at');
my (@summaries, @direct, @accessors);    # @direct[i] of rows is @accessors[i] of their summary
foreach my $outcome (@outcomes)
{
	foreach my $amount (@amounts)
	{
		foreach my $dates (@dates)
		{
			push @summaries, "sales_summary($outcome, $amount, $dates)";
			push @direct, "sales_velocity($outcome, $amount, $dates)";
			push @accessors, "sales_velocity($summaries[-1])";
		}
		push @direct, "avg_deal_size($outcome, $amount)";
		push @accessors, "avg_deal_size($summaries[-1])";
	}
	push @direct, "avg_sales_cycle($outcome, $dates[0])", "avg_sales_cycle($outcome, $dates[1])", "hit_ratio($outcome)";
	push @accessors, map { "$_($summaries[-1])" } qw(avg_sales_cycle hit_ratio);
	splice @accessors, -2, 0, "avg_sales_cycle($summaries[-2])";
}

# All of them as an array of texts; $clause is a FILTER or OVER.
sub all_results
{
	my $clause = shift // '';
	return 'ARRAY['
	  . join(', ',
		(map { ("($_ $clause)::text", "sales_summary_send($_ $clause)::text") } @summaries),
		(map { "($_ $clause)::text" } @direct))
	  . ']';
}
my $all = all_results();

# Queries of columns key and r: the second gives for each key what the first
# does, for at least so many of them.
sub same
{
	my ($name, $at_least, $expected, $sql, $settings) = @_;
	$settings //= '';
	my ($n, $different, $example) = split /\|/, $node->safe_psql('postgres', "$settings
SELECT count(*), count(*) FILTER (WHERE a.r IS DISTINCT FROM b.r),
       min(a.key || ': ' || (SELECT x || ' <> ' || y FROM unnest(a.r, b.r) AS _(x, y) WHERE x IS DISTINCT FROM y LIMIT 1))
           FILTER (WHERE a.r IS DISTINCT FROM b.r)
FROM ($expected) AS a FULL JOIN ($sql) AS b ON a.key = b.key"), 3;

	ok($n >= $at_least && $different == 0, "$name: $n results are the same")
	  or diag "$n results, at least $at_least wanted; $different different: " . substr($example // '', 0, 2000);
	return;
}

# The server does carry out a query as this test believes.
sub planned
{
	my ($name, $pattern, $sql, $settings) = @_;
	like($node->safe_psql('postgres', "$settings EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) $sql"), $pattern, "$name: the plan");
	return;
}

# -- The same on every path ----------------------------------------------------

# The yardstick: one plain aggregate over the rows of each set.
$node->safe_psql('postgres', "
CREATE TABLE plain AS SELECT ds, ds::text AS key, (SELECT $all FROM opp WHERE opp.ds = ds.ds) AS r FROM ds;
CREATE TABLE summary AS
    SELECT ds, shape, ds || '/' || shape AS key, s
    FROM ds, LATERAL (SELECT ARRAY[" . join(', ', @summaries) . "] AS all_shapes FROM opp WHERE opp.ds = ds.ds) AS _,
         unnest(all_shapes) WITH ORDINALITY AS __(s, shape);
ANALYZE;");
my $plain = 'SELECT key, r FROM plain';
my $nonempty = "$plain WHERE ds IN (SELECT ds FROM opp)";
my $sets = $node->safe_psql('postgres', 'SELECT count(DISTINCT ds) FROM opp');
my $by_set = "SELECT ds::text AS key, $all AS r FROM opp GROUP BY ds";
my $by_group = "SELECT ds || '/' || g1 || '/' || g2 AS key, $all AS r FROM opp GROUP BY ds, g1, g2";
my $groups = "SELECT ds || '/' || g1 || '/' || g2 AS key,
	(SELECT $all FROM opp WHERE (ds, g1, g2) = (x.ds, x.g1, x.g2)) AS r FROM (SELECT DISTINCT ds, g1, g2 FROM opp) AS x";

foreach (
	[ 'sorted groups', qr/GroupAggregate/, $by_set, 'SET enable_hashagg = off;' ],
	[ 'hashed groups', qr/HashAggregate/, $by_set, 'SET enable_sort = off; SET enable_indexscan = off;' ],
	[ 'a worker', qr/Workers Launched: 1/, $by_set,
		'SET ' . ($node->pg_version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode') . ' = on;
		 SET max_parallel_workers_per_gather = 1; SET min_parallel_table_scan_size = 1000000;' ])
{
	my ($name, $pattern, $sql, $settings) = @$_;
	planned($name, $pattern, $sql, $settings);
	same($name, $sets, $nonempty, $sql, $settings);
}

my $spill = "SET enable_sort = off; SET enable_indexscan = off; SET work_mem = '64kB'; SET hash_mem_multiplier = 1;";
planned('hashed groups that spill', qr/HashAggregate.*Batches: (?:[2-9]|\d\d)/s, $by_group, $spill);
same('hashed groups that spill', 3 * $sets, $groups, $by_group, $spill);

# Parallel, with groups that meet in all workers, and with and without the leader.
# Work is made dear, so that the workers share it.
my $parallel = 'ALTER TABLE opp SET (parallel_workers = 4); SET max_parallel_workers_per_gather = 4; SET cpu_operator_cost = 1;';
my $no_leader = "$parallel SET parallel_leader_participation = off;";
planned('parallel', qr/Finalize.*Workers Launched: [1-4].*Partial HashAggregate/s, $by_set, "$parallel SET enable_sort = off; SET enable_indexscan = off;");
same('parallel', $sets, $nonempty, $by_set, $parallel);
planned('parallel, sorted', qr/Finalize GroupAggregate.*Gather Merge.*Partial GroupAggregate/s, $by_set, "$no_leader SET enable_hashagg = off;");
same('parallel, sorted', $sets, $nonempty, $by_set, "$no_leader SET enable_hashagg = off;");

# Parallel and not grouped: most sets are small, and then some workers meet no
# row, or none does.
{
	my $query = sub { return "SELECT $all FROM opp WHERE CASE WHEN ds = $_[0] THEN true END" };
	my $settings = $no_leader;
	planned('parallel, not grouped', qr/Finalize Aggregate.*Workers Launched: [1-4].*Partial Aggregate/s, $query->(1), $settings);
	my $results = $node->safe_psql('postgres', $settings . join ';', map { $query->($_) } 0 .. $datasets);
	my $expected = $node->safe_psql('postgres', 'SELECT r FROM plain ORDER BY ds');
	ok($results eq $expected, 'parallel, not grouped: ' . ($datasets + 1) . ' results are the same');
}

# Windows: the result of each row is that of the rows in its frame.
my $frames = 0;
foreach my $frame (
	'ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING',
	'ROWS BETWEEN 3 FOLLOWING AND 5 FOLLOWING',
	'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
	'ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW',
	'RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING',
	'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP',
	'GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
	'GROUPS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE TIES')
{
	my $over = all_results('OVER w');
	my $select = 'ds % 4 = ' . $frames % 4 . " AND ds < $datasets";
	$node->safe_psql('postgres', "
CREATE TABLE framed$frames AS
    SELECT id::text AS key, array_agg(id) OVER w AS frame, $over AS r FROM opp WHERE $select
    WINDOW w AS (PARTITION BY ds ORDER BY k $frame);");
	same($frame, $sets, "SELECT key, (SELECT $all FROM opp WHERE id = ANY (frame)) AS r FROM framed$frames", "SELECT key, r FROM framed$frames");
	$frames++;
}

# Aggregate options.
foreach my $filter ('g1 < 2', 'amount > 0 AND k IS NOT NULL', 'false')
{
	same("FILTER (WHERE $filter)", $sets,
		"SELECT key, (SELECT $all FROM opp WHERE opp.ds = plain.ds AND $filter) AS r FROM plain WHERE ds IN (SELECT ds FROM opp)",
		'SELECT ds::text AS key, ' . all_results("FILTER (WHERE $filter)") . ' AS r FROM opp GROUP BY ds');
}
{
	my $distinct = join ', ', map { s/\(/(DISTINCT /r . '::text' } @summaries, @direct;
	my $separate = join ', ', map {
		my ($columns) = /\((.*)\)/;
		"(SELECT $_ FROM (SELECT DISTINCT $columns FROM opp WHERE opp.ds = plain.ds) AS _)::text"
	} @summaries, @direct;
	same('DISTINCT', $sets, "SELECT key, ARRAY[$separate] AS r FROM plain WHERE ds IN (SELECT ds FROM opp)",
		"SELECT ds::text AS key, ARRAY[$distinct] AS r FROM opp GROUP BY ds");
}
foreach my $settings ('', 'SET enable_hashagg = off;', $spill)
{
	my $cells = sub {
		return "SELECT concat_ws('/', $_[0]) AS key, $all AS r FROM opp GROUP BY $_[1]";
	};
	my $separate = join ' UNION ALL ', map { $cells->(@$_) } [ "'ds', ds", 'ds' ],
	  [ "'g1', ds, g1", 'ds, g1' ], [ "'g2', ds, g2", 'ds, g2' ], [ "'all'", '()' ];
	same("GROUPING SETS, $settings", 3 * $sets, $separate,
		$cells->("CASE WHEN GROUPING(ds) = 1 THEN 'all' WHEN GROUPING(g1, g2) = 3 THEN 'ds' WHEN GROUPING(g1) = 0 THEN 'g1' ELSE 'g2' END,
			ds, g1, g2", 'GROUPING SETS ((ds, g1), (ds, g2), (ds), ())'), $settings);
}

# Roll-ups: any tree, any order.
my $stored = "SELECT key, ARRAY[s::text, sales_summary_send(s)::text] AS r FROM summary";
{
	my $n = 0;
	my $leaves = join ', ', map { "$_ AS s" . ++$n } @summaries;
	my $rollups = join ', ', map { "rollup(s$_ ORDER BY random()) AS s$_" } 1 .. $n;
	my $unpivot = 'CROSS JOIN LATERAL unnest(ARRAY[' . join(', ', map { "s$_" } 1 .. $n) . ']) WITH ORDINALITY AS _(s, shape)';
	my $results = "SELECT ds || '/' || shape AS key, ARRAY[s::text, sales_summary_send(s)::text] AS r";
	my $some = "$stored WHERE ds IN (SELECT ds FROM opp)";

	foreach my $tree ([ 'g1' ], [ 'g2', 'g1' ], [ 'id' ], [ 'id', 'k, g2', 'g1' ], [ 'k', 'g1' ])
	{
		my ($bottom, @levels) = @$tree;
		my $kept = join ', ', 'ds', @levels;
		my $sql = "SELECT $kept, $leaves FROM opp GROUP BY $kept, $bottom";
		while (@levels)
		{
			shift @levels;
			$kept = join ', ', 'ds', @levels;
			$sql = "SELECT $kept, $rollups FROM ($sql) AS t GROUP BY $kept" if @levels;
		}
		same("rolled up by $tree->[0]" . (@$tree > 1 ? ", then @{$tree}[1 .. $#$tree]" : ''), 8 * $sets, $some,
			"$results FROM (SELECT ds, $rollups FROM ($sql) AS t GROUP BY ds) AS t $unpivot");
	}
	same('rolled up in parallel', 8 * $sets, $some,
		"$results FROM (SELECT ds, " . join(', ', map { "rollup(s$_) AS s$_" } 1 .. $n) . " FROM leaf GROUP BY ds) AS t $unpivot",
		"$parallel CREATE TABLE leaf WITH (parallel_workers = 4) AS SELECT ds, $leaves FROM opp GROUP BY ds, g1, g2; ANALYZE leaf;");
}
$node->safe_psql('postgres', 'CREATE AGGREGATE plus(sales_summary) (SFUNC = sales_summary_add, STYPE = sales_summary)');
same('added with +', 8, 'SELECT shape::text AS key, ARRAY[rollup(s)::text] AS r FROM summary GROUP BY shape',
	'SELECT shape::text AS key, ARRAY[plus(s ORDER BY random())::text] AS r FROM summary GROUP BY shape');

# Stored summaries in a moving window; some are NULL.
same('rollup in a window', 8 * ($datasets + 1), q{
SELECT w.key, ARRAY[(SELECT rollup(b.s)::text FROM summary AS b
                     WHERE b.shape = w.shape AND b.ds BETWEEN w.ds - 2 AND w.ds + 1 AND b.ds % 5 < 2)] AS r FROM summary AS w}, q{
SELECT key, ARRAY[rollup(CASE WHEN ds % 5 < 2 THEN s END)
                  OVER (PARTITION BY shape ORDER BY ds ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)::text] AS r FROM summary});

# -- Algebra and round trips ---------------------------------------------------

my @laws = (
	[ 'a + b - b = a', 'a.s + b.s - b.s = a.s' ],
	[ 'a - b + b = a', 'a.s - b.s + b.s = a.s' ],
	[ '-(-a) = a', '-(-a.s) = a.s' ],
	[ 'a - a is empty', 'a.s - a.s = sales_summary()' ],
	[ 'a + empty = a', 'a.s + sales_summary() = a.s' ],
	[ 'a - b = a + -b', 'a.s - b.s = a.s + -b.s' ],
	[ 'a + b = b + a', 'a.s + b.s = b.s + a.s' ],
	[ '(a + b) + c = a + (b + c)', '(a.s + b.s) + c.s = a.s + (b.s + c.s)' ],
	[ 'the text of a - b is read back', '(a.s - b.s)::text::sales_summary = a.s - b.s' ],
	[ 'the jsonb of a - b is read back', '(a.s - b.s)::jsonb::sales_summary = a.s - b.s' ],
	[ 'a = b if and only if the texts are equal', '(a.s = b.s) = (a.s::text = b.s::text)' ],
	[ 'equal summaries hash alike', 'a.s <> b.s OR sales_summary_hash(a.s) = sales_summary_hash(b.s)' ],
	[ 'one of a < b, a = b, a > b', '(a.s < b.s)::int + (a.s = b.s)::int + (a.s > b.s)::int = 1' ]);
{
	my @holds = split /\|/, $node->safe_psql('postgres',
		'SELECT count(*), ' . join(', ', map { "count(*) FILTER (WHERE $_->[1])" } @laws) . "
		 FROM summary AS a
		 JOIN summary AS b ON b.ds = (a.ds * 7 + 3) % ($datasets + 1) AND b.shape = (a.shape + a.ds) % 8 + 1
		 JOIN summary AS c ON c.ds = (a.ds * 5 + 11) % ($datasets + 1) AND c.shape = (a.shape + 3 * a.ds) % 8 + 1");
	my $n = shift @holds;
	cmp_ok($n, '==', 8 * ($datasets + 1), 'pairs of summaries');
	is($holds[$_], $n, $laws[$_][0]) foreach 0 .. $#laws;
}

foreach (
	[ 'text', 's::text::sales_summary' ],
	[ 'jsonb', 's::jsonb::sales_summary' ],
	[ 'an array', 'ARRAY[s, NULL]::text::sales_summary[]' ])
{
	my ($name, $expression) = @$_;
	$expression = "($expression)[1]" if $name eq 'an array';
	same("through $name", 8 * $sets, $stored,
		"SELECT key, ARRAY[($expression)::text, sales_summary_send($expression)::text] AS r FROM summary");
}
{
	my $file = File::Spec->rel2abs($node->data_dir) . '/summary.bin';
	same('through binary COPY', 8 * $sets, $stored, 'SELECT key, ARRAY[s::text, sales_summary_send(s)::text] AS r FROM restored', "
COPY (SELECT key, s FROM summary) TO '$file' BINARY;
CREATE TABLE restored (key text, s sales_summary);
COPY restored FROM '$file' BINARY;");
}

# -- The direct aggregates -----------------------------------------------------

{
	my @types = map { "'$_ is ' || pg_typeof($_)" } @direct;
	my $direct = join ', ', map { "($_)::text" } @direct;
	my $accessors = join ', ', map { "($_)::text" } @accessors;

	same('the direct aggregates', $datasets + 1,
		"SELECT key, (SELECT ARRAY[$accessors] FROM opp WHERE opp.ds = plain.ds) AS r FROM plain",
		"SELECT key, (SELECT ARRAY[$direct] FROM opp WHERE opp.ds = plain.ds) AS r FROM plain");
	same('the types of the direct aggregates', 1,
		'SELECT 1 AS key, ARRAY[' . join(', ', map { "pg_typeof($_)::text" } @accessors) . '] AS r FROM opp',
		'SELECT 1 AS key, ARRAY[' . join(', ', map { "pg_typeof($_)::text" } @direct) . '] AS r FROM opp');
}

# -- An independent implementation ---------------------------------------------

my $zero = Math::BigInt->bzero;
my $usecs_per_day = Math::BigInt->new('86400000000');

sub power_of_ten { return Math::BigInt->new('1' . '0' x shift) }

# A decimal as [integer, number of decimals].
sub decimal
{
	my ($sign, $whole, $fraction, $exponent) = shift =~ /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/
	  or die 'not a decimal';
	my $decimals = length($fraction // '') - ($exponent // 0);
	my $digits = $sign . $whole . ($fraction // '') . '0' x ($decimals < 0 ? -$decimals : 0);
	return [ Math::BigInt->new($digits), $decimals < 0 ? 0 : $decimals ];
}

# The shortest text of integer / 10^decimals.
sub decimal_text
{
	my ($integer, $decimals) = @_;
	my $digits = $integer->copy->babs->bstr;
	$digits = '0' x ($decimals + 1 - length $digits) . $digits if length $digits <= $decimals;
	my $text = $decimals ? substr($digits, 0, -$decimals) . '.' . substr($digits, -$decimals) : $digits;
	$text =~ s/\.?0+$// if $decimals;
	return ($integer->is_neg ? '-' : '') . $text;
}

# Is this double, given by its bytes, the one nearest to p / q?
sub is_nearest
{
	my ($hex, $p, $q) = @_;
	my $bits = unpack 'Q>', pack 'H*', $hex;
	return $bits == 0 if $p->is_zero;
	my ($exponent, $mantissa) = ($bits >> 52 & 0x7ff, $bits & (1 << 52) - 1);
	return 0 if $exponent == 0x7ff || ($bits >> 63 != ($p->sign ne $q->sign ? 1 : 0));
	my $narrow_below = $mantissa == 0 && $exponent > 1;
	$mantissa += 1 << 52 if $exponent;
	$exponent = ($exponent || 1) - 1075;

	# both bounds are multiples of a quarter of the last bit
	my $value = $p->copy->babs->bmul(4);
	my $unit = $q->copy->babs;
	($exponent < 0 ? $value : $unit)->bmul(Math::BigInt->new(2)->bpow(abs $exponent));
	my $low = $unit->copy->bmul(Math::BigInt->new($mantissa)->bmul(4)->bsub($narrow_below ? 1 : 2));
	my $high = $unit->copy->bmul(Math::BigInt->new($mantissa)->bmul(4)->badd(2));
	my ($from, $to) = ($value->bcmp($low), $value->bcmp($high));
	return ($from > 0 && $to < 0) || ($mantissa % 2 == 0 && ($from == 0 || $to == 0));
}

# Is this numeric p / q rounded at its own scale, with 16 digits at least?
sub is_rounded
{
	my ($text, $p, $q) = @_;
	my ($integer, $decimals) = @{ decimal($text) };
	my $error = $p->copy->bmul(power_of_ten($decimals))->bsub($integer->copy->bmul($q))->bmul(2)->babs;
	return $error->bcmp($q->copy->babs) <= 0 && ($integer->is_zero ? $p->is_zero : $integer->length >= 16);
}

# The content of a summary, from its rows.  All amounts have the same scale.
sub summarize
{
	my ($scale, @rows) = @_;
	my %of = map {
		my %sums = map { $_ => $zero->copy } qw(amount usecs amount_squared amount_usecs usecs_squared);
		($_ => { %sums, map({ $_ => 0 } qw(rows missing_amount missing_dates negative_cycle)), cells => {}, name => {} })
	} qw(won lost void open);

	foreach my $row (@rows)
	{
		my $to = $of{ $row->{outcome} };
		my ($amount, $opened, $closed) = @$row{qw(amount opened closed)};
		$to->{rows}++;
		defined $amount ? $to->{amount}->badd($amount) : $to->{missing_amount}++;
		$to->{amount_squared}->badd($row->{amount_squared}) if defined $amount;
		if (!defined $opened || ($row->{outcome} ne 'open' && !defined $closed))
		{
			$to->{missing_dates}++;
		}
		elsif ($row->{outcome} eq 'open')
		{
			my $day = $opened->copy->bdiv($usecs_per_day);
			$to->{cells}{$day}++;
			$to->{name}{$day} = qq("$row->{opened_text}");
		}
		elsif ($closed < $opened)
		{
			$to->{negative_cycle}++;
		}
		else
		{
			my $usecs = $closed - $opened;
			$to->{usecs}->badd($usecs);
			$to->{usecs_squared}->badd($usecs * $usecs);
			$to->{amount_usecs}->badd($amount * $usecs) if defined $amount;
			$to->{cells}{ $usecs->copy->bdiv($usecs_per_day) }++;
		}
	}
	return \%of;
}

# The text form of that content.
sub summary_text
{
	my ($scale, $of) = @_;
	my @outcomes;
	foreach my $outcome (qw(won lost void open))
	{
		my $from = $of->{$outcome};
		my ($days, $rest) = $from->{usecs}->copy->bdiv($usecs_per_day);
		my @fields = (
			(map { [ $_, $from->{$_} ] } qw(rows missing_amount missing_dates negative_cycle)),
			[ amount => decimal_text($from->{amount}, $scale) ],
			[ days => $days ],
			[ microseconds => $rest ],
			[ amount_squared => decimal_text($from->{amount_squared}, 2 * $scale) ],
			[ amount_microseconds => decimal_text($from->{amount_usecs}, $scale) ],
			[ microseconds_squared => $from->{usecs_squared} ]);
		my $cells = join ',', map { '[' . ($from->{name}{$_} // $_) . ",$from->{cells}{$_}]" } sort { $a <=> $b } keys %{ $from->{cells} };
		my $text = join ',', (map { qq("$_->[0]":$_->[1]) } grep { $_->[1] ne '0' } @fields),
		  $cells ? ($outcome eq 'open' ? qq("opened":[$cells]) : qq("cycles":[$cells])) : ();
		push @outcomes, qq("$outcome":{$text}) if $text;
	}
	return '{' . join(',', '"version":1', @outcomes) . '}';
}

# percentile_disc over the cells of some outcomes
sub percentile
{
	my ($fraction, @from) = @_;
	my @days = sort { $a <=> $b } map { my $cells = $_->{cells}; map { ($_) x $cells->{$_} } keys %$cells } @from;
	return undef unless @days;
	my $rank = POSIX::ceil($fraction * @days);
	return $days[ $rank > 0 ? $rank - 1 : 0 ];
}

# Each KPI: how to ask for it, how to compare the answer, and from the content
# its exact value: a number, or [numerator, denominator], NULL if this is 0.
sub sum_of { my ($field, @from) = @_; my $sum = $zero->copy; $sum->badd($_->{$field}) foreach @from; return $sum }
sub cycles { return map { $_->{rows} - $_->{missing_dates} - $_->{negative_cycle} } @_ }
sub total { my $sum = 0; $sum += $_ foreach @_; return $sum }
sub velocity
{
	my ($counted, $timed, $won, $lost) = @_;
	my $amounts = $won->{rows} - $won->{missing_amount};
	my $usecs = sum_of('usecs', @$timed);
	my $closed = $won->{rows} + $lost->{rows};
	return undef if $closed == 0 || $usecs->is_zero || ($won->{rows} && !$amounts);
	return [ $zero, Math::BigInt->bone ] unless $won->{rows};
	return [
		$won->{amount} * total(map { $_->{rows} } @$counted) * $won->{rows} * total(cycles(@$timed)) * $usecs_per_day,
		$usecs * $closed * $amounts ];
}
my @kpis;
{
	my %set = (won => ['won'], lost => ['lost'], closed => [qw(won lost)], decided => [qw(won lost void)],
		all => [qw(won lost open)], created => [qw(won lost void open)], open => ['open']);
	my $of = sub { my ($summary, $set) = @_; return map { $summary->{$_} } @{ $set{$set} } };
	my $count = sub { my ($sql, $field, $set) = @_; push @kpis, [ $sql, 'exact', sub { total(map { $_->{$field} } $of->($_[0], $set)) } ] };

	$count->("num_$_->[0]", rows => $_->[1]) foreach [ 'opportunities', 'created' ], map { [ $_, $_ ] } qw(won lost open closed);
	$count->(num_missing_amount => missing_amount => 'created');
	$count->(num_missing_cycle => missing_dates => 'decided');
	$count->(num_negative_cycle => negative_cycle => 'decided');
	push @kpis, [ 'num_void', 'exact', sub { $_[0]{void}{rows} } ];
	foreach my $outcome (qw(won lost open))
	{
		push @kpis, [ "${outcome}_amount", 'amount', sub { $_[0]{$outcome}{amount} } ];
	}
	push @kpis, [ 'avg_deal_size', 'money', sub { [ $_[0]{won}{amount}, $_[0]{won}{rows} - $_[0]{won}{missing_amount} ] } ];
	foreach my $set (qw(won lost closed))
	{
		push @kpis, [ "avg_sales_cycle(s, '$set')", 'double',
			sub { my @from = $of->($_[0], $set); [ sum_of('usecs', @from), $usecs_per_day * total(cycles(@from)) ] } ];
		push @kpis, [ "${set}_days", 'double', sub { [ sum_of('usecs', $of->($_[0], $set)), $usecs_per_day ] } ] if $set ne 'lost';
		foreach my $fraction (0, 0.1, 0.25, 0.3, 0.5, 0.9, 1)
		{
			push @kpis, [ "sales_cycle_percentile(s, $fraction, '$set')", 'double',
				sub { my $days = percentile($fraction, $of->($_[0], $set)); defined $days ? [ $days, 1 ] : undef } ];
		}
	}
	push @kpis, [ 'median_sales_cycle', 'double', sub { my $days = percentile(0.5, $_[0]{won}); defined $days ? [ $days, 1 ] : undef } ];
	foreach my $basis (qw(closed decided created))
	{
		push @kpis, [ "hit_ratio(s, '$basis')", 'double', sub { [ $_[0]{won}{rows}, total(map { $_->{rows} } $of->($_[0], $basis)) ] } ];
	}
	push @kpis, [ "hit_ratio(s, 'value')", 'double', sub { [ $_[0]{won}{amount}, sum_of('amount', $of->($_[0], 'closed')) ] } ];
	foreach my $counted (qw(all closed open))
	{
		foreach my $timed (qw(won closed))
		{
			push @kpis, [ "sales_velocity(s, '$counted', '$timed')", 'money',
				sub { velocity([ $of->($_[0], $counted) ], [ $of->($_[0], $timed) ], @{ $_[0] }{qw(won lost)}) } ];
		}
	}
}

sub kpi_agrees
{
	my ($how, $answer, $expected, $scale) = @_;
	return $answer eq $expected if $how eq 'exact';
	return $answer eq decimal_text($expected, $scale) if $how eq 'amount';
	return $answer eq '' unless defined $expected;
	my ($p, $q) = map { Math::BigInt->new("$_") } @$expected;
	return $answer eq '' if $q->is_zero;
	return 0 if $answer eq '';
	return is_nearest($answer, $p, $q) if $how eq 'double';
	return is_rounded($answer, $p, $q * power_of_ten($scale));
}

# Amounts as the server prints them, dates as microseconds since 2000.
my @rows;
foreach (split /\n/, $node->safe_psql('postgres', q{
SELECT ds, CASE won WHEN true THEN 'won' WHEN false THEN 'lost' ELSE 'open' END, coalesce(status, 'open'),
       CASE WHEN amount NOT IN ('NaN', 'Infinity', '-Infinity') THEN amount END,
       CASE WHEN famount NOT IN ('NaN', 'Infinity', '-Infinity') THEN famount END,
       CASE WHEN isfinite(opened) THEN (opened - '2000-01-01'::date)::numeric * 86400000000 END,
       CASE WHEN isfinite(closed) THEN (closed - '2000-01-01'::date)::numeric * 86400000000 END,
       CASE WHEN isfinite(opened_at) THEN timestamptz_send(opened_at) END,
       CASE WHEN isfinite(closed_at) THEN timestamptz_send(closed_at) END,
       opened, opened_at::date
FROM opp ORDER BY ds}))
{
	my ($ds, $won, $status, @values) = split /\|/;
	my %row = (won => $won, status => $status, texts => [ splice @values, 6 ]);
	$row{usecs} = [ map { $_ eq '' ? undef : Math::BigInt->new(/^\\x/ ? unpack 'q>', pack 'H*', substr $_, 2 : $_) } splice @values, 2 ];
	$row{amounts} = [ map { $_ eq '' ? undef : decimal($_) } @values ];
	push @{ $rows[$ds] }, \%row;
}

# The answers, and how they compare.
my %wrong = map { $_->[0] => 0 } @kpis;
my ($compared, $texts_wrong, $sum_texts) = (0, 0, 0);
my $answers = join ', ', map {
	my ($sql, $how) = @$_;
	$sql .= '(s)' unless $sql =~ /\(/;
	$how eq 'double' ? "encode(float8send($sql), 'hex')" : $sql
} @kpis;
foreach (split /\n/, $node->safe_psql('postgres', "SELECT ds, shape - 1, s, $answers FROM summary ORDER BY ds, shape"))
{
	my ($ds, $shape, $text, @answers) = split /\|/, $_, -1;
	my ($by_status, $by_float, $by_instant) = ($shape >> 2, $shape >> 1 & 1, $shape & 1);
	my ($scale) = sort { $b <=> $a } 0, map { $_->{amounts}[$by_float] ? $_->{amounts}[$by_float][1] : () } @{ $rows[$ds] };
	my $content = summarize($scale, map {
		my $amount = $_->{amounts}[$by_float];
		$amount = $amount->[0] * power_of_ten($scale - $amount->[1]) if $amount;
		{ outcome => $by_status ? $_->{status} : $_->{won},
		  amount => $amount,
		  amount_squared => defined $amount ? $amount * $amount : undef,
		  opened => $_->{usecs}[ 2 * $by_instant ],
		  closed => $_->{usecs}[ 2 * $by_instant + 1 ],
		  opened_text => $_->{texts}[$by_instant] }
	} @{ $rows[$ds] });

	if ($text ne summary_text($scale, $content))
	{
		diag substr("$summaries[$shape] of set $ds: $text, not " . summary_text($scale, $content), 0, 2000) unless $texts_wrong++;
	}
	foreach my $i (0 .. $#kpis)
	{
		my ($sql, $how, $value) = @{ $kpis[$i] };
		my $expected = $value->($content);
		$compared++;
		next if kpi_agrees($how, $answers[$i], $expected, $scale);
		diag "$sql of $summaries[$shape] of set $ds: $answers[$i], not "
		  . (ref $expected eq 'ARRAY' ? join(' / ', @$expected) : $expected // 'NULL') unless $wrong{$sql}++;
	}
}
is($texts_wrong, 0, 'the texts of ' . 8 * ($datasets + 1) . ' summaries are those of the independent implementation');
is($wrong{$_}, 0, "$_ is exact") foreach map { $_->[0] } @kpis;
cmp_ok($compared, '==', 8 * ($datasets + 1) * @kpis, "$compared KPIs compared");

# Ratios next to the middle between two doubles, where a quotient that is rounded
# twice comes out wrong: (2m + 1) / 2^k, give or take 10^-j of it; and the very
# middle, which goes to the even one.
foreach my $off (-1, 1, 0)
{
	my (@fractions, @asked);
	foreach my $i (1 .. 100)
	{
		my $middle = Math::BigInt->new(2)->bpow(53)->badd(2 * int rand 2**51)->binc;
		my $scale = power_of_ten($i % 20);
		my ($p, $q) = ($middle * $scale + $off, $scale * Math::BigInt->new(2)->bpow(40 + $i % 60));
		push @fractions, [ $p, $q ];
		push @asked, "($i, $p, $q - $p)";
	}
	my @answers = split /\n/, $node->safe_psql('postgres',
		"SELECT encode(float8send(hit_ratio(sales_summary(num_won => 1, won_amount => won, num_lost => 1, lost_amount => lost), 'value')), 'hex')
		 FROM (VALUES " . join(', ', @asked) . ') AS _ (i, won, lost) ORDER BY i');
	my @wrong = grep { !is_nearest($answers[$_], @{ $fractions[$_] }) } 0 .. $#fractions;
	ok(@answers == 100 && !@wrong, ('exactly', 'just above', 'just below')[$off] . ' the middle between two doubles: 100 ratios are rounded once')
	  or diag map { "$answers[$_] is not nearest to $fractions[$_][0] / $fractions[$_][1]\n" } @wrong;
}

# The server's own sum is a second opinion on amounts.
foreach my $amount (@amounts)
{
	my $finite = "$amount NOT IN ('NaN', 'Infinity', '-Infinity')";
	my $numeric = $amount eq 'amount' ? $amount : "($amount\::text)::numeric";
	my @of = map { "coalesce(sum($numeric) FILTER (WHERE $finite AND won IS NOT DISTINCT FROM $_), 0)" } qw(true false NULL);
	same("sum($amount)", $datasets + 1,
		"SELECT ds AS key, (SELECT ARRAY[" . join(', ', @of) . '] FROM opp WHERE opp.ds = ds.ds) AS r FROM ds',
		'SELECT ds AS key, ARRAY[won_amount(s), lost_amount(s), open_amount(s)] AS r FROM summary WHERE shape = ' . ($amount eq 'amount' ? 1 : 3));
}

$node->stop;
done_testing();
