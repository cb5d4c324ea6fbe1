# Every aggregate of the extension gives the same bytes and the same text,
# whichever way the server comes to them: under each kind of plan, in moving
# windows, rolled up, added and taken away again, written out and read back,
# dumped and restored, and under all settings that other values depend on.
#
# What there is to test is read from the catalogues; this file only knows how to
# make values of the arguments.  SV_PATHS sets of rows are tried (60), made by
# the server's random() from SV_SEED (1).
use strict;
use warnings;

use File::Spec;
use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($cheap_parallel start_server time_limit);
use Test::More;

my $sets = $ENV{SV_PATHS} // 60;
my $seed = $ENV{SV_SEED} // 1;
note "SV_PATHS=$sets SV_SEED=$seed";

time_limit(300 + $sets);

# A locale with a decimal comma and a grouping point, made for this test if the
# machine has its source, so that it needs none installed.
my $locale;
my $locales = PostgreSQL::Test::Utils::tempdir();
if (-r '/usr/share/i18n/locales/de_DE' && system("localedef -i de_DE -f UTF-8 '$locales/de_DE.UTF-8' >/dev/null 2>&1") == 0)
{
	$locale = 'de_DE.UTF-8';
	$ENV{LOCPATH} = $locales;
}
else
{
	($locale) = grep { /^(?:de|fr|nl)_.*utf-?8$/i } split /\n/, qx(locale -a 2>/dev/null);
}

my $node = start_server("$cheap_parallel min_parallel_index_scan_size = 0\nmax_worker_processes = 8\nmax_parallel_workers = 8\n");
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

# -- Arguments -----------------------------------------------------------------

# Random values of an argument of an aggregate: by the kind of row, the name and
# the type, by the name and the type, or by the type.  ds is the set of rows, so
# that some sets have small amounts and others have large ones.
my $money = q{CASE WHEN random() < 0.08 THEN pick('{NULL,NaN,Infinity,-Infinity,0}'::numeric[])
	WHEN ds % 4 = 0 THEN round((random() * 1e6)::numeric, 2)
	WHEN ds % 4 = 1 THEN round(random()::numeric * random()::numeric, 18)
	WHEN ds % 4 = 2 THEN round(random()::numeric * 1e29) - 1e28
	ELSE round((random() * 1e4 - 1e3)::numeric, 3) END};
my %random = (
	'boolean' => q{pick('{t,t,f,NULL}'::boolean[])},
	'numeric' => $money,
	'double precision' => "($money)::double precision",
	'gross_margin double precision' => 'round(random()::numeric, 2)::double precision',
	'date' => q{CASE WHEN random() < 0.08 THEN pick('{NULL,infinity,-infinity}'::date[]) ELSE '2024-03-01'::date + (random() * 200)::int END},
	'as_of date' => q{'2024-06-15'::date + ds % 60},
	'timestamp with time zone' => q{CASE WHEN random() < 0.08 THEN pick('{NULL,infinity,-infinity}'::timestamptz[])
		ELSE '2024-03-01'::timestamptz + round(random() * 1.7e13) * '1 us'::interval END},
	'as_of timestamp with time zone' => q{'2024-06-15 12:00Z'::timestamptz + ds % 60 * '1 day'::interval},
	'status text' => q{pick('{won,won,lost,lost,void,open,NULL}'::text[])},
	'meeting status text' => q{pick('{booked,held,held,presumed_held,no_show,cancelled,rescheduled,declined,unknown,NULL}'::text[])},
	'step integer' => q{pick('{0,1,1,2,2,3,4,NULL}'::int[])},
	'periods integer' => '2',
	'entry text' => q{pick('{first,last,NULL}'::text[])},
	'windows interval[]' => q{CASE WHEN random() < 0.5 THEN '{20 days,NULL,36:00}'::interval[] END});

# Columns of the table of rows, c0, c1, ..., by what they are the value of.
my (%column, @definitions);

sub column
{
	my ($kind, $name, $type) = @_;
	my ($rule) = grep { $random{$_} } "$kind $name $type", "$name $type", $type;
	BAIL_OUT("no random values of $name $type for $kind: say in %random what they are") unless defined $rule;
	my $key = $rule eq "$kind $name $type" ? $rule : "$name $type";
	push @definitions, "$random{$rule} AS c" . ($column{$key} = @definitions) unless exists $column{$key};
	return "c$column{$key}";
}

# All aggregates, with named arguments: those over plain values, then those over
# what others make, which are the paths of funnels and the summaries.
my @aggregates = map { my %aggregate; @aggregate{qw(name result names types)} = split /\|/; \%aggregate } split /\n/,
  $node->safe_psql('postgres', q{
SELECT proname, format_type(prorettype, NULL), array_to_string(proargnames, ';'),
       (SELECT string_agg(format_type(t, NULL), ';' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS _(t, i))
FROM pg_depend JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND prokind = 'a'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')
ORDER BY 1, pronargs, 4});
my %maker;    # by type: an aggregate that makes it of a row
my @made_types;
my @later;
foreach my $aggregate (@aggregates)
{
	my @types = split /;/, $aggregate->{types};
	if (grep { /_summary$|^bigint\[\]$/ } @types)
	{
		push @later, $aggregate;
		next;
	}
	my $kind = $aggregate->{name} =~ /^(?:meeting_summary|show_ratio|qualification_ratio)$/ ? 'meeting' : 'any';
	my @names = split /;/, $aggregate->{names};
	$aggregate->{sql} = "$aggregate->{name}(" . join(', ', map { column($kind, $names[$_], $types[$_]) } 0 .. $#types) . ')';
	$maker{ $aggregate->{result} } //= $aggregate if $aggregate->{result} =~ /_summary$|^bigint\[\]$/;
}
foreach my $aggregate (@later)
{
	my @types = split /;/, $aggregate->{types};
	my @names = split /;/, $aggregate->{names};
	$aggregate->{sql} = "$aggregate->{name}(" . join(', ', map { $types[$_] =~ /_summary$|^bigint\[\]$/ ? "\"$types[$_]\"" :
		  column('any', $names[$_], $types[$_]) } 0 .. $#types) . ')';
	$maker{ $aggregate->{result} } //= $aggregate if $types[0] eq 'bigint[]';
}
my @types = grep { /_summary$/ } sort keys %maker;
cmp_ok(@aggregates, '>=', 50, scalar(@aggregates) . ' aggregates');

# -- Rows ----------------------------------------------------------------------

# A row has an id, its set, two kinds of groups in it, an order with ties, and
# all arguments; a path of its own and those before it, and a summary of itself.
my $plain_columns = join ",\n", @definitions;
my $one_row = join ', ', map { qq{CASE WHEN id % 11 > 0 THEN $maker{$_}{sql} OVER (PARTITION BY id) END AS "$_"} } @types;
$node->safe_psql('postgres', "
CREATE FUNCTION pick(anyarray) RETURNS anyelement LANGUAGE sql VOLATILE AS 'SELECT \$1[1 + floor(random() * cardinality(\$1))::int]';
SELECT setseed(1.0 / $seed);
CREATE TABLE plain_rows AS
    SELECT row_number() OVER (ORDER BY random()) AS id, ds, n % 5 AS g1, n % 3 AS g2, n * 7 % 10 AS k, $plain_columns
    FROM generate_series(1, $sets) AS ds, generate_series(1, ds * 5 % 19) AS n;
CREATE TABLE r AS
    SELECT *, $one_row FROM (SELECT *, $maker{'bigint[]'}{sql} OVER (PARTITION BY ds, g1 ORDER BY id) AS \"bigint[]\" FROM plain_rows) AS _;
ALTER TABLE r ADD PRIMARY KEY (id);
CREATE INDEX ON r (ds);
CREATE TABLE ds AS SELECT generate_series(1, $sets) AS ds;
CREATE TABLE by_set (LIKE r) PARTITION BY HASH (ds);
CREATE TABLE by_group (LIKE r) PARTITION BY LIST (g1);"
  . join('', map { "
CREATE TABLE by_set_$_ PARTITION OF by_set FOR VALUES WITH (MODULUS 3, REMAINDER $_);
CREATE TABLE by_group_$_ PARTITION OF by_group FOR VALUES IN (" . join(', ', 2 * $_, 2 * $_ + 1) . ');' } 0 .. 2) . "
INSERT INTO by_set TABLE r;
INSERT INTO by_group TABLE r;
ANALYZE;");
my $rows = $node->safe_psql('postgres', 'SELECT count(*) FROM r');
note "$rows rows";

# -- Comparing -----------------------------------------------------------------

# Columns of summaries, of which there are roll-ups, operators and casts.
my @summaries = grep { $aggregates[$_]{result} =~ /_summary$/ } 0 .. $#aggregates;

# All aggregates as columns a0, a1, ...; $clause is a FILTER or OVER.
sub all_results
{
	my ($clause, $inside) = @_;
	$clause //= '';
	$inside //= '';
	return join ', ', map { ($aggregates[$_]{sql} =~ s/\)$/$inside)/r) . " $clause AS a$_" } 0 .. $#aggregates;
}
my $all = all_results();

# The rows of a query are those of a table: the same keys, bytes and texts.  At
# least so many are wanted.
my $compared = 0;

sub same
{
	my ($name, $at_least, $table, $sql, $settings) = @_;
	$settings //= '';
	my ($n, $different) = split /\|/, $node->safe_psql('postgres', "$settings
CREATE TEMP TABLE got AS $sql;
SELECT count(*), count(*) FILTER (WHERE record_send(t) IS DISTINCT FROM record_send(got) OR t::text IS DISTINCT FROM got::text)
FROM $table AS t FULL JOIN got ON t.key = got.key");
	ok($n >= $at_least && $different == 0, "$name: $n times all aggregates" . ($table =~ /stored/ ? " that make summaries" : ""));
	$compared += $n * ($table =~ /stored/ ? @summaries : @aggregates);
	return if $different == 0;

	my @columns = map { "a$_" } $table =~ /stored/ ? @summaries : 0 .. $#aggregates;
	diag "$n rows, $different different:", map { my ($key, $is, $was) = split /\|/; $key ? substr("\n$key: $is, not $was", 0, 1000) : '' }
	  split /\n/, $node->safe_psql('postgres', "$settings
CREATE TEMP TABLE got AS $sql;"
		. join ';', map { "SELECT '$_ of ' || t.key, got.$_::text, t.$_::text FROM $table AS t FULL JOIN got ON t.key = got.key WHERE t.$_::text IS DISTINCT FROM got.$_::text LIMIT 1" } @columns);
	return;
}

# The server does carry out a query as this test believes.
sub planned
{
	my ($name, $pattern, $sql, $settings) = @_;
	my $costs = $pattern =~ /JIT/ ? 'ON' : 'OFF';
	like($node->safe_psql('postgres', "$settings EXPLAIN (COSTS $costs) $sql"), $pattern, "$name: the plan");
	return;
}

# The yardstick: of each set, and of each group of each set, one aggregate over
# its rows in their order.
$node->safe_psql('postgres', "
CREATE TABLE plain AS SELECT ds AS key, _.* FROM ds, LATERAL (SELECT $all FROM r WHERE r.ds = ds.ds) AS _;
CREATE TABLE nonempty AS SELECT * FROM plain WHERE key IN (SELECT ds FROM r);
CREATE TABLE groups AS
    SELECT ds || '/' || g1 AS key, _.* FROM (SELECT DISTINCT ds, g1 FROM r) AS g, LATERAL (SELECT $all FROM r WHERE (r.ds, r.g1) = (g.ds, g.g1)) AS _;
CREATE TABLE few AS SELECT g2 AS key, _.* FROM generate_series(0, 2) AS g2, LATERAL (SELECT $all FROM r WHERE r.g2 = g2.g2) AS _;
ANALYZE;");
my $groups = $node->safe_psql('postgres', 'SELECT count(*) FROM groups');
my $some = $node->safe_psql('postgres', 'SELECT count(*) FROM nonempty');

# -- Plans ---------------------------------------------------------------------

my $by_set = "SELECT ds AS key, $all FROM r GROUP BY ds";
my $by_group = "SELECT ds || '/' || g1 AS key, $all FROM r GROUP BY ds, g1";
my $few = "SELECT g2 AS key, $all FROM r GROUP BY g2";
my $forced = ($node->pg_version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode') . ' = on';
my $small = "SET work_mem = '64kB'; SET hash_mem_multiplier = 1;";
my $parallel = 'SET cpu_operator_cost = 1; SET enable_indexscan = off; SET enable_bitmapscan = off;';
sub workers { return "ALTER TABLE r SET (parallel_workers = $_[0]); SET max_parallel_workers_per_gather = $_[0]; $parallel" }
my $no_leader = 'SET parallel_leader_participation = off;';
my $jit = 'SET jit = on; SET jit_above_cost = 0; SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0;';
my $has_jit = $node->safe_psql('postgres', 'SET jit = on; SELECT pg_jit_available()') eq 't';

foreach (
	[ 'sorted', 'nonempty', qr/^GroupAggregate/, $by_set, 'SET enable_hashagg = off;' ],
	[ 'sorted on disk', 'nonempty', qr/^GroupAggregate.*Sort/s, $by_set, "SET enable_hashagg = off; SET enable_indexscan = off; $small" ],
	[ 'hashed', 'nonempty', qr/^HashAggregate/, $by_set, 'SET enable_sort = off; SET enable_indexscan = off;' ],
	[ 'hashed on disk', 'groups', qr/^HashAggregate/, $by_group, "SET enable_sort = off; SET enable_indexscan = off; $small" ],
	[ 'incremental sort', 'groups', qr/Incremental Sort/, $by_group, 'SET enable_hashagg = off; SET enable_seqscan = off; SET enable_bitmapscan = off;' ],
	[ 'no incremental sort', 'groups', qr/^GroupAggregate(?!.*Incremental).*Sort/s, $by_group,
		'SET enable_hashagg = off; SET enable_seqscan = off; SET enable_incremental_sort = off;' ],
	[ 'a worker alone', 'nonempty', qr/^Gather.*Single Copy: true/s, $by_set, "SET $forced; SET max_parallel_workers_per_gather = 1; SET min_parallel_table_scan_size = 1000000;" ],
	[ '2 workers', 'nonempty', qr/Finalize.*Workers Planned: 2/s, $by_set, workers(2) ],
	[ '4 workers', 'nonempty', qr/Finalize.*Workers Planned: 4/s, $by_set, workers(4) ],
	[ '4 workers, hashed', 'groups', qr/Finalize HashAggregate.*Workers Planned: 4.*Partial HashAggregate/s, $by_group, workers(4) . ' SET enable_sort = off;' ],
	[ '4 workers, hashed on disk', 'groups', qr/Finalize HashAggregate.*Workers Planned: 4/s, $by_group, workers(4) . " SET enable_sort = off; $small" ],
	[ '4 workers without the leader', 'nonempty', qr/Finalize.*Workers Planned: 4/s, $by_set, workers(4) . $no_leader ],
	[ '4 workers without the leader, sorted', 'nonempty', qr/Finalize GroupAggregate.*Gather Merge.*Partial GroupAggregate/s, $by_set,
		workers(4) . "$no_leader SET enable_hashagg = off;" ],
	[ 'whole partitions', 'nonempty', qr/^Append.*Aggregate.*by_set_0/s, $by_set =~ s/FROM r/FROM by_set/r, 'SET enable_partitionwise_aggregate = on;' ],
	[ 'parts of partitions', 'few', qr/Finalize.*Append.*Partial.*by_group_1/s, $few =~ s/FROM r/FROM by_group/r, 'SET enable_partitionwise_aggregate = on;' ],
	[ 'parts of partitions in parallel', 'few', qr/Finalize.*Gather.*Parallel Append.*Partial.*by_group/s, $few =~ s/FROM r/FROM by_group/r,
		"SET enable_partitionwise_aggregate = on; SET max_parallel_workers_per_gather = 4; $parallel SET cpu_tuple_cost = 10;" ],
	$has_jit ? [ 'compiled', 'nonempty', qr/JIT.*Inlining true/s, $by_set, $jit ] : (),
	[ 'a generic plan', 'nonempty', qr/Aggregate/, $by_set, 'SET plan_cache_mode = force_generic_plan;' ],
	[ 'in any order', 'nonempty', qr/Aggregate/, 'SELECT ds AS key, ' . all_results('', ' ORDER BY random()') . ' FROM r GROUP BY ds', '' ])
{
	my ($name, $table, $pattern, $sql, $settings) = @$_;
	planned($name, $pattern, $sql, $settings);
	same($name, $table eq 'groups' ? $groups : $table eq 'few' ? 3 : $some, $table, $sql, $settings);
}
SKIP: { skip 'the server has no JIT', 1 unless $has_jit; pass('the server has JIT'); }

# Grouping sets, sorted, hashed, mixed, on disk, and against each set by itself.
$node->safe_psql('postgres', 'CREATE TABLE cells AS ' . join ' UNION ALL ', map { "SELECT concat_ws('/', $_->[0]) AS key, $all FROM r GROUP BY $_->[1]" }
	  [ "'ds', ds", 'ds' ], [ "'g1', ds, g1", 'ds, g1' ], [ "'g2', g2", 'g2' ], [ "'all'", '()' ]);
my $cells = "SELECT concat_ws('/', CASE WHEN GROUPING(ds, g2) = 3 THEN 'all' WHEN GROUPING(ds) = 1 THEN 'g2' WHEN GROUPING(g1) = 0 THEN 'g1' ELSE 'ds' END, ds, g1, g2) AS key,
	$all FROM r GROUP BY GROUPING SETS ((ds, g1), (ds), (g2), ())";
foreach (
	[ 'sorted', qr/^GroupAggregate/, $cells, 'SET enable_hashagg = off;' ],
	[ 'mixed', qr/^MixedAggregate/, $cells, '' ],
	# no such plan is made with little memory, but a plan may find little memory; the first temporary table would void it
	[ 'mixed, on disk', qr/^MixedAggregate/, 'EXECUTE cells',
		"SET plan_cache_mode = force_generic_plan; CREATE TEMP TABLE first (); PREPARE cells AS $cells; CREATE TEMP TABLE once AS EXECUTE cells; $small" ])
{
	my ($name, $pattern, $sql, $settings) = @$_;
	planned("grouping sets, $name", $pattern, $sql, $settings);
	same("grouping sets, $name", $groups, 'cells', $sql, $settings);
}

# Parallel and not grouped: some workers meet no row.
foreach my $ds (1 .. ($sets < 8 ? $sets : 8))
{
	same("parallel, not grouped, set $ds", 1, "(SELECT * FROM plain WHERE key = $ds)",
		"SELECT $ds AS key, $all FROM r WHERE CASE WHEN ds = $ds THEN true END", workers(4) . $no_leader);
}

# -- Windows, roll-ups, algebra ------------------------------------------------

# The result of each row is that of the rows in its frame.  Where the frame only
# moves on, rows are taken away again.
my $frames = 0;
foreach my $frame (
	'ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING',
	'ROWS BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING',
	'RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING',
	'GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES')
{
	my $table = 'framed' . $frames++;
	# the frame and the results in one query, since rows with equal k have no order of their own
	$node->safe_psql('postgres', "
CREATE TABLE $table AS
    SELECT id, array_agg(id) OVER w AS frame, " . all_results('OVER w') . " FROM r WHERE ds % 4 = $frames % 4 WINDOW w AS (PARTITION BY ds ORDER BY k $frame);
CREATE TABLE plain_$table AS SELECT id AS key, _.* FROM $table, LATERAL (SELECT $all FROM r WHERE r.id = ANY (frame)) AS _;");
	same($frame, $sets, "plain_$table", 'SELECT id AS key, ' . join(', ', map { "a$_" } 0 .. $#aggregates) . " FROM $table");
}
same('FILTER', $some, "(SELECT ds.ds AS key, _.* FROM ds, LATERAL (SELECT $all FROM r WHERE r.ds = ds.ds AND g2 = 1) AS _ WHERE ds.ds IN (SELECT ds FROM r))",
	'SELECT ds AS key, ' . all_results('FILTER (WHERE g2 = 1)') . ' FROM r GROUP BY ds');

my $only = join ', ', map { "a$_" } @summaries;
$node->safe_psql('postgres', "
CREATE TABLE stored AS SELECT key, $only FROM plain;
CREATE TABLE stored_nonempty AS SELECT key, $only FROM nonempty;
CREATE TABLE leaf AS SELECT split_part(key, '/', 1)::int AS ds, $only FROM groups;
ALTER TABLE leaf SET (parallel_workers = 4);
ANALYZE;");
my $rolled_up = 'SELECT ds AS key, ' . join(', ', map { "rollup(a$_) AS a$_" } @summaries) . ' FROM leaf GROUP BY ds';
same('rolled up', $some, 'stored_nonempty', $rolled_up);
same('rolled up in parallel', $some, 'stored_nonempty', $rolled_up, workers(4) . $no_leader);
my $pairs = "FROM stored AS a JOIN stored AS b ON b.key = a.key * 7 % $sets + 1";
foreach (
	[ 'a + b - b', 'a.%1$s + b.%1$s - b.%1$s' ],
	[ 'a - b + b', 'a.%1$s - b.%1$s + b.%1$s' ],
	[ '-(-a)', '-(-a.%1$s)' ],
	[ 'b + a - b', 'b.%1$s + a.%1$s - b.%1$s' ],
	[ 'through text', 'a.%1$s::text::%2$s' ],
	[ 'through jsonb', 'a.%1$s::jsonb::%2$s' ],
	[ 'through the text of an array', '(ARRAY[a.%1$s, b.%1$s]::text::%2$s[])[1]' ])
{
	my ($name, $expression) = @$_;
	same($name, $sets, 'stored', 'SELECT a.key, ' . join(', ', map { sprintf("$expression AS a$_", "a$_", $aggregates[$_]{result}) } @summaries) . " $pairs");
}

my $folder = File::Spec->rel2abs($node->data_dir);
$node->safe_psql('postgres', "
COPY plain TO '$folder/binary' BINARY; CREATE TABLE from_binary (LIKE plain); COPY from_binary FROM '$folder/binary' BINARY;
COPY plain TO '$folder/text'; CREATE TABLE from_text (LIKE plain); COPY from_text FROM '$folder/text';
COPY plain TO '$folder/csv' CSV; CREATE TABLE from_csv (LIKE plain); COPY from_csv FROM '$folder/csv' CSV;");
same("through COPY in $_", $sets, 'plain', "TABLE from_$_") foreach qw(binary text csv);
my $archive = PostgreSQL::Test::Utils::tempdir() . '/archive';
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->safe_psql('restored', 'CREATE EXTENSION salesvelocity');
command_ok([ 'pg_dump', '-Fc', '-t', 'plain', '-f', $archive, $node->connstr('postgres') ], 'pg_dump');
command_ok([ 'pg_restore', '-d', $node->connstr('restored'), $archive ], 'pg_restore');
my $checksum = q{SELECT count(*), md5(string_agg(t::text, ',' ORDER BY key)),
	md5(string_agg(} . join(' || ', map { "coalesce($aggregates[$_]{result}_send(a$_), '')" } @summaries) . q{, '' ORDER BY key)) FROM plain AS t};
is($node->safe_psql('restored', $checksum), $node->safe_psql('postgres', $checksum), 'what is restored is the same');

# -- Settings ------------------------------------------------------------------

# What every other function in C makes of the summaries, or of constants.
my %constant = (
	'boolean' => 'true', 'integer' => '3', 'bigint' => '7', 'numeric' => '1234.567', 'double precision' => '0.25', 'date' => q{'2024-06-15'},
	'timestamp with time zone' => q{'2024-06-15 23:30Z'}, 'jsonb' => q{'{"version":1}'},
	'status text' => q{'won'}, 'statuses text' => q{'won'}, 'period text' => q{'month'}, 'zone text' => q{'America/St_Johns'}, 'cstring' => q{'{"version":1}'},
	'leads bigint' => 'key', 'month date' => q{('2000-01-01'::date + key * interval '1 month')::date});
my %first_of = map { $aggregates[$_]{result} => "a$_" } reverse @summaries;

sub constant
{
	my ($name, $type) = @_;
	return "$first_of{$type}" if $first_of{$type};
	if (my ($element) = $type =~ /^(.*)\[\]$/)
	{
		return 'ARRAY[' . constant($name, $element) . ($element =~ /_summary$/ ? '' : "::$element") . ']';
	}
	return $constant{"$name $type"} // $constant{$type} // BAIL_OUT("no constant for $name $type: say in %constant what it is");
}
my @readings;
foreach (split /\n/, $node->safe_psql('postgres', q{
SELECT CASE WHEN proretset THEN 'set' WHEN prokind = 'w' THEN 'window' ELSE 'value' END, proname, array_to_string(proargnames, ';'),
       (SELECT string_agg(format_type(t, NULL), ';' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS _(t, i) WHERE i <= pronargs - pronargdefaults)
FROM pg_depend JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND prokind <> 'a' AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity') AND 'internal'::regtype <> ALL (proargtypes::oid[])
  AND proname !~ '_(accum|accum_inv|combine|combine_inv|final)$'
ORDER BY 2, 4}))
{
	my ($kind, $name, $names, $types) = split /\|/, $_, -1;
	my @names = split /;/, $names;
	my @types = split /;/, $types;
	my $sql = "public.$name(" . join(', ', map { constant($names[$_], $types[$_]) . ($types[$_] =~ /_summary|jsonb|cstring/ ? '' : "::$types[$_]") } 0 .. $#types) . ')';
	push @readings, $kind eq 'set' ? "(SELECT pg_catalog.string_agg(pg_catalog.record_send(ROW(x)), ''::pg_catalog.bytea) FROM $sql AS x)"
	  : $kind eq 'window' ? "$sql OVER (ORDER BY key)" : $name =~ /_out$/ ? "pg_catalog.textin($sql)" : $sql;
}
cmp_ok(@readings, '>=', 150, scalar(@readings) . ' functions are called under each setting');

# The bytes of all of it, of up to 200 sets, with every name qualified.
my $qualified = join ', ', map { "public.$_->{sql}" } @aggregates;
my @parts;
push @parts, join ', ', splice @readings, 0, 500 while @readings;
my $values = "
SELECT ds, pg_catalog.md5(pg_catalog.record_send(ROW($qualified))) FROM public.r WHERE ds <= 200 GROUP BY ds ORDER BY ds;
SELECT key, " . join(', ', map { "pg_catalog.md5(pg_catalog.record_send(ROW($_)))" } @parts) . ' FROM public.plain WHERE key <= 200 ORDER BY key;
SELECT key, ' . join(', ', map { "a$_, a$_\::pg_catalog.text::public.$aggregates[$_]{result} OPERATOR(public.=) a$_, pg_catalog.md5(a$_\::pg_catalog.jsonb::pg_catalog.text)" } @summaries) . ' FROM public.plain WHERE key <= 200 ORDER BY key;';
my $usual = $node->safe_psql('postgres', $values);
cmp_ok(length $usual, '>', 5000, 'there are values to compare');

foreach (
	"TimeZone = 'Pacific/Kiritimati'", "TimeZone = 'America/St_Johns'", "TimeZone = 'Europe/Amsterdam'",
	"DateStyle = 'SQL, DMY'", "DateStyle = 'German'", "DateStyle = 'Postgres, MDY'", "DateStyle = 'ISO, YMD'",
	"IntervalStyle = 'sql_standard'", "IntervalStyle = 'iso_8601'", "IntervalStyle = 'postgres_verbose'",
	'extra_float_digits = -15', 'extra_float_digits = 0', 'extra_float_digits = 3',
	"bytea_output = 'escape'", "search_path = ''", "search_path = 'pg_temp, pg_catalog, public'",
	'escape_string_warning = off', "client_encoding = 'LATIN1'", "xmlbinary = 'hex'",
	map({ "$_ = 'C'" } qw(lc_messages lc_monetary lc_numeric lc_time)),
	$locale ? map({ "$_ = '$locale'" } qw(lc_messages lc_monetary lc_numeric lc_time)) : ())
{
	ok($node->safe_psql('postgres', "SET $_; $values") eq $usual, "SET $_");
}
SKIP: { skip 'no locale with a decimal comma (package locales)', 1 unless $locale; pass("the locale $locale"); }

note "$compared results of aggregates compared";
$node->stop;
done_testing();
