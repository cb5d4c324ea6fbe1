# A summary is at home in the server: a million groups in little memory, sorting,
# hashing, joins and indexes, materialized views, partitions, dump and restore,
# arrays, aggregates of one's own, and no setting that changes a value.
#
# SV_ROWS rows (1,000,000) go into one group.
use strict;
use warnings;

use File::Spec;
use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(answers start_server);
use Test::More;

my $node = start_server('max_parallel_workers_per_gather = 0');

# A query answers with one line, and has a plan that matches a pattern.
sub planned
{
	my ($name, $pattern, $settings, $expected, $sql) = @_;
	like($node->safe_psql('postgres', "$settings EXPLAIN (COSTS OFF) $sql"), $pattern, "$name: the plan");
	answers($name, $expected, "$settings $sql");
	return;
}

# Ten owners, three years; dirty as real ones.
$node->safe_psql('postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE opp AS
    SELECT i AS id, i % 10 AS owner, date '2022-01-01' + i * 7 % 1000 AS opened,
           CASE WHEN i % 17 > 0 THEN date '2022-01-01' + i * 7 % 1000 + i * i % 90 - i % 3 END AS closed,
           (ARRAY['won', 'lost', 'lost', 'void', 'open', NULL])[1 + i * 5 % 6] AS status,
           CASE WHEN i % 13 > 0 THEN (i * i % 9973)::numeric / 100 - i % 2 END AS amount
    FROM generate_series(1, 6000) AS i;
CREATE VIEW monthly AS
    SELECT owner, date_trunc('month', opened)::date AS month, sales_summary(status, amount, opened, closed) AS s
    FROM opp GROUP BY 1, 2;
CREATE TABLE stored AS SELECT * FROM monthly;
ANALYZE;});
my $n = $node->safe_psql('postgres', 'SELECT count(*) FROM stored');

# -- A million groups ----------------------------------------------------------

# $make groups the numbers below two million by their last six digits.  Returns
# the plan and by how many megabytes the backend's peak of memory rose.
sub million_groups
{
	my ($make) = @_;
	my $peak = q{SELECT 'peak ' || (regexp_match(pg_read_file('/proc/self/status', 0, 8192), 'VmHWM:\s*(\d+)'))[1];};
	my $sql = 'FROM generate_series(0, 1999999) AS i GROUP BY 1';
	my $output = $node->safe_psql('postgres', "
SET work_mem = '4MB'; SET enable_sort = off;
CREATE TEMP TABLE usual AS SELECT i % 1000000 AS key, count(i) $sql;
$peak
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) CREATE TABLE million AS SELECT i % 1000000 AS key, $make AS s $sql;
$peak");
	my ($before, $after) = $output =~ /^peak (\d+)$/mg;
	return ($output, ($after - $before) / 1024);
}

SKIP:
{
	skip 'no /proc/self/status', 7 unless -r '/proc/self/status';

	my ($plan, $megabytes) = million_groups(q{sales_summary(true, i::numeric, date '2024-01-01', date '2024-01-01' + i % 100)});
	like($plan, qr/HashAggregate.*Batches: (?:[2-9]|\d\d)/s, 'a million summaries: hashed, in several batches');
	cmp_ok($megabytes, '<', 32, sprintf 'a million summaries: %.0f MB more than a million counts', $megabytes);
	answers('a million summaries: each is right', '1000000|1999999000000|99000000', q{
SELECT count(*) FILTER (WHERE (num_won(s), won_amount(s), won_days(s), median_sales_cycle(s)) = (2, 2 * key + 1000000, 2 * (key % 100), key % 100)),
       won_amount(rollup(s)), won_days(rollup(s)) FROM million;
DROP TABLE million});

	($plan, $megabytes) = million_groups(q{sales_velocity(true, i::numeric, date '2024-01-01', date '2024-01-02' + i % 2)});
	cmp_ok($megabytes, '<', 32, sprintf 'a million velocities: %.0f MB more than a million counts', $megabytes);
	answers('a million velocities: each is right', '1000000', q{
SELECT count(*) FILTER (WHERE s = (2 * key + 1000000)::numeric / (1 + key % 2)) FROM million;
DROP TABLE million});
}

# One group takes no more for many rows than for a few: its days are the same.
SKIP:
{
	skip 'no /proc/self/status', 2 unless -r '/proc/self/status';

	my $rows = $ENV{SV_ROWS} // 1_000_000;
	my $sql = q{SELECT num_won(sales_summary(i % 3 > 0, i + j / 100.0, date '2024-01-01', date '2024-01-01' + j % 700))
FROM generate_series(1, 1000) AS j, generate_series(1, %d) AS i;};
	my $peak = q{SELECT 'peak ' || (regexp_match(pg_read_file('/proc/self/status', 0, 8192), 'VmHWM:\s*(\d+)'))[1];};
	my $output = $node->safe_psql('postgres', sprintf("$sql $peak $sql $peak", 30, $rows / 1000));
	my ($before, $after) = $output =~ /^peak (\d+)$/mg;
	my $won = 1000 * (int($rows / 1000) - int($rows / 3000));
	like($output, qr/^20000\npeak.*^$won\npeak/ms, "$rows rows in one group: counted");
	cmp_ok(($after - $before) / 1024, '<', 1, sprintf '%d rows in one group: %.1f MB more than 30000', $rows, ($after - $before) / 1024);
}

# -- Sorting, hashing, joining -------------------------------------------------

$node->safe_psql('postgres', q{
CREATE TABLE small AS
    SELECT i, sales_summary(i % 3 = 0, (i % 37)::numeric, date '2024-01-01', date '2024-01-01' + i % 5) AS s, NULL AS t
    FROM generate_series(1, 2000) AS i GROUP BY i;
UPDATE small SET t = s::text;
ANALYZE small;});
my ($kinds, $pairs) = split /\|/, $node->safe_psql('postgres', 'SELECT count(*), sum(n * n) FROM (SELECT count(*) AS n FROM small GROUP BY t) AS _');
cmp_ok($kinds, '>', 300, "$kinds kinds of summaries, $pairs equal pairs");

planned('DISTINCT, sorted', qr/Unique/, 'SET enable_hashagg = off;', $kinds, 'SELECT count(*) FROM (SELECT DISTINCT s FROM small) AS _');
planned('DISTINCT, hashed', qr/HashAggregate/, 'SET enable_sort = off;', $kinds, 'SELECT count(*) FROM (SELECT DISTINCT s FROM small) AS _');
answers('GROUP BY', "$kinds|1", 'SELECT count(*), max(texts) FROM (SELECT count(DISTINCT t) AS texts FROM small GROUP BY s) AS _');
answers('ORDER BY is by bytes', 0, 'SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY s, i) AS a, row_number() OVER (ORDER BY sales_summary_send(s), i) AS b FROM small) AS _ WHERE a <> b');
planned('hash join', qr/Hash Join/, 'SET enable_mergejoin = off; SET enable_nestloop = off;', $pairs, 'SELECT count(*) FROM small AS a JOIN small AS b ON a.s = b.s');
planned('merge join', qr/Merge Join/, 'SET enable_hashjoin = off; SET enable_nestloop = off;', $pairs, 'SELECT count(*) FROM small AS a JOIN small AS b ON a.s = b.s');
foreach my $method (qw(btree hash))
{
	$node->safe_psql('postgres', "CREATE INDEX small_s ON small USING $method (s)");
	planned("$method index", qr/Index (?:Only )?Scan using small_s/, 'SET enable_seqscan = off; SET enable_bitmapscan = off;',
		$node->safe_psql('postgres', 'SELECT count(*) FROM small WHERE t = (SELECT min(t) FROM small)'),
		'SELECT count(*) FROM small WHERE s = (SELECT min(t) FROM small)::sales_summary');
	$node->safe_psql('postgres', 'DROP INDEX small_s');
}
answers('a unique index', 't', 'CREATE TABLE once (s sales_summary PRIMARY KEY); INSERT INTO once SELECT s FROM small ON CONFLICT DO NOTHING;
SELECT count(*) = ' . $kinds . ' FROM once');

# -- Partitions, materialized views --------------------------------------------

$node->safe_psql('postgres', q{
CREATE TABLE part (LIKE opp) PARTITION BY LIST (owner);
CREATE TABLE part_a PARTITION OF part FOR VALUES IN (0, 1, 2, 3);
CREATE TABLE part_b PARTITION OF part FOR VALUES IN (4, 5, 6, 7, 8, 9);
CREATE TABLE part_empty PARTITION OF part DEFAULT;
INSERT INTO part SELECT * FROM opp;
ANALYZE part;});
planned('parts of partitions', qr/Finalize.*Append.*Partial.*part_a.*Partial.*part_b/s, 'SET enable_partitionwise_aggregate = on;', 4,
	'SELECT count(*) FROM (SELECT status, sales_summary(status, amount, opened, closed) AS s FROM part GROUP BY status) AS a
	 JOIN (SELECT status, sales_summary(status, amount, opened, closed) AS s FROM opp GROUP BY status) AS b ON a.status = b.status AND a.s = b.s');
planned('whole partitions', qr/Append.*Aggregate.*part_a.*Aggregate.*part_b/s, 'SET enable_partitionwise_aggregate = on;', 10,
	'SELECT count(*) FROM (SELECT owner, sales_summary(status, amount, opened, closed) AS s FROM part GROUP BY owner) AS a
	 JOIN (SELECT owner, rollup(s) AS s FROM stored GROUP BY owner) AS b ON a.owner = b.owner AND a.s = b.s');

# A refresh rewrites the rows whose summaries changed and no other.
$node->safe_psql('postgres', q{
CREATE MATERIALIZED VIEW kept AS SELECT * FROM monthly;
CREATE UNIQUE INDEX ON kept (owner, month);
CREATE TABLE places AS SELECT ctid AS place, * FROM kept;
UPDATE opp SET amount = amount + 0.01 WHERE id = (SELECT min(id) FROM opp WHERE amount > 0);
UPDATE opp SET amount = amount + 0 WHERE id > 3000;
REFRESH MATERIALIZED VIEW CONCURRENTLY kept;});
answers('REFRESH CONCURRENTLY', "$n|" . ($n - 1) . '|1', q{
SELECT count(*), count(*) FILTER (WHERE p.place = k.ctid), count(*) FILTER (WHERE p.s <> k.s)
FROM kept AS k JOIN monthly AS m USING (owner, month) JOIN places AS p USING (owner, month) WHERE k.s = m.s});

# -- Large ones, dump and restore ----------------------------------------------

$node->safe_psql('postgres', q{
CREATE TABLE big (id int PRIMARY KEY, s sales_summary, many sales_summary[]);
INSERT INTO big
    SELECT g, sales_summary(i % 3 = 0, (i * 1000003 % 999983)::numeric / 7, date '1990-01-01' + (i * 3 % 9999)::int, date '1990-01-01' + (i * 3 % 9999 + i * i % 7919)::int), NULL
    FROM generate_series(0, 4) AS g, generate_series(1, (10 ^ g)::bigint) AS i GROUP BY g;
INSERT INTO big VALUES (5, sales_summary(), '{}'), (6, NULL, NULL);
INSERT INTO big SELECT 7, a.s - b.s, ARRAY[a.s, NULL, -b.s] FROM big AS a, big AS b WHERE a.id = 4 AND b.id = 3;
INSERT INTO big SELECT 8, sales_summary(true, '1e-1000'::numeric + 1e30, 'infinity', '-infinity'), NULL;
CREATE TABLE each_type AS
    SELECT g AS id, meeting_summary((ARRAY['held', 'no_show', 'booked'])[1 + i % 3], date '2026-01-01' + i, i % 2 = 0) AS meetings,
           lead_summary(date '2020-01-01' + 9 * i) AS leads,
           customer_summary(date '2020-01-01' + i, nullif(date '2026-01-01' + i, '2026-01-02'), i / 7.0) AS customers,
           (SELECT funnel_summary(path) FROM (SELECT funnel_path(step, date '2026-01-01' + g * step) AS path FROM generate_series(1, 5) AS step) AS p) AS funnel
    FROM generate_series(1, 3) AS g, generate_series(1, 40 * g) AS i GROUP BY g;
CREATE VIEW by_owner AS SELECT owner, rollup(s) AS s, sales_velocity(rollup(s), 'open', 'closed') AS velocity FROM stored GROUP BY owner;
CREATE INDEX ON small (s);});
answers('thousands of days are stored out of line', 't', q{
SELECT pg_relation_size(reltoastrelid) > 8192 AND (SELECT jsonb_array_length(s::jsonb -> 'lost' -> 'cycles') FROM big WHERE id = 4) > 1000
FROM pg_class WHERE relname = 'big'});
# Amounts of many digits, as they are kept in a table: compressed, out of line.
answers('amounts that are stored compressed or out of line', 't|t|t', q{
CREATE TABLE large AS SELECT repeat('12', 4000)::numeric / 100 AS amount;
CREATE TABLE larger AS SELECT string_agg(translate(md5(i::text), 'abcdef', '123456'), '')::numeric AS amount FROM generate_series(1, 500) AS i;
SELECT pg_column_size(a.amount) < 1000, pg_column_size(b.amount) > 4000,
       (SELECT sales_summary(true, x, date '2024-01-01', date '2024-01-02') FROM (SELECT amount FROM large UNION ALL SELECT amount FROM larger) AS _ (x))
       = (SELECT sales_summary(true, x, date '2024-01-01', date '2024-01-02') FROM (VALUES (a.amount + 0), (b.amount + 0)) AS _ (x))
FROM large AS a, larger AS b});
my $contents = join ' UNION ALL ', map { "SELECT '$_', md5(string_agg(x::text, ',' ORDER BY x::text COLLATE \"C\")) FROM $_ AS x" } qw(big stored small kept by_owner monthly each_type);
my $bytes = 'SELECT id, md5(sales_summary_send(s)), (SELECT md5(string_agg(sales_summary_send(x), NULL)) FROM unnest(many) AS x) FROM big ORDER BY id;
	SELECT id, md5(meeting_summary_send(meetings) || lead_summary_send(leads) || customer_summary_send(customers) || funnel_summary_send(funnel))
	FROM each_type ORDER BY id';
my $before = $node->safe_psql('postgres', "$contents; $bytes");
my $folder = PostgreSQL::Test::Utils::tempdir();

command_ok([ 'pg_dump', '-Fc', '-f', "$folder/custom", $node->connstr('postgres') ], 'pg_dump, custom format');
command_ok([ 'pg_dump', '-f', "$folder/plain", $node->connstr('postgres') ], 'pg_dump, plain');
$node->safe_psql('postgres', 'CREATE DATABASE custom; CREATE DATABASE plain; CREATE DATABASE other;');
command_ok([ 'pg_restore', '-d', $node->connstr('custom'), "$folder/custom" ], 'pg_restore');
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', "$folder/output", '-f', "$folder/plain", $node->connstr('plain') ], 'psql');
answers("dump and restore, $_", $before, "$contents; $bytes", $_) foreach qw(custom plain);

# -- States and support functions ----------------------------------------------

# A state that no final function has packed is a summary like any other.
$node->safe_psql('postgres', q{
CREATE AGGREGATE my_summary(text, numeric, date, date) (
    SFUNC = sales_summary_accum, STYPE = sales_summary, COMBINEFUNC = sales_summary_combine, FINALFUNC = sales_summary_final,
    MSFUNC = sales_summary_accum, MINVFUNC = sales_summary_accum_inv, MSTYPE = sales_summary, MFINALFUNC = sales_summary_final, PARALLEL = SAFE);
CREATE AGGREGATE my_state(text, numeric, date, date) (
    SFUNC = sales_summary_accum, STYPE = sales_summary, INITCOND = '{"version": 1, "won": {"rows": 1}}');
CREATE TABLE state AS SELECT owner, my_state(status, amount, opened, closed) AS s FROM opp GROUP BY owner;
CREATE TABLE final AS SELECT owner, my_summary(status, amount, opened, closed) + sales_summary() AS s FROM opp GROUP BY owner;
UPDATE final SET s = s + '{"version": 1, "won": {"rows": 1}}';});
answers('an aggregate of my own', 't', 'SELECT sales_summary(status, amount, opened, closed) = my_summary(status, amount, opened, closed) FROM opp');
answers('a stored state: text, bytes, jsonb, hash', '10|10|10|10', q{
SELECT count(*) FILTER (WHERE a.s::text = b.s::text), count(*) FILTER (WHERE sales_summary_send(a.s) = sales_summary_send(b.s)),
       count(*) FILTER (WHERE a.s::jsonb = b.s::jsonb), count(*) FILTER (WHERE sales_summary_hash(a.s) = sales_summary_hash(b.s))
FROM state AS a JOIN final AS b USING (owner)});
answers('a stored state: operators, rollup', '10|0|t|t', q{
SELECT count(*) FILTER (WHERE a.s = b.s), sum((a.s < b.s)::int + (a.s > b.s)::int), rollup(a.s) = rollup(b.s), rollup(a.s - b.s) = sales_summary()
FROM state AS a JOIN final AS b USING (owner)});
answers('a stored state: taken away, with sums beyond 128 bits', '{"version":1,"won":{"rows":-1}}', q{
SELECT my_summary(status, amount * 1e30 + 1e-9, opened, closed) - my_state(status, amount * 1e30 + 1e-9, opened, closed) FROM opp});
answers('a stored state: KPIs', '10', q{
SELECT count(*) FROM state AS a JOIN final AS b USING (owner)
WHERE (num_opportunities(a.s), won_amount(a.s), hit_ratio(a.s, 'value'), avg_deal_size(a.s), avg_sales_cycle(a.s), sales_cycle_percentile(a.s, 0.9), sales_velocity(a.s))
    IS NOT DISTINCT FROM
      (num_opportunities(b.s), won_amount(b.s), hit_ratio(b.s, 'value'), avg_deal_size(b.s), avg_sales_cycle(b.s), sales_cycle_percentile(b.s, 0.9), sales_velocity(b.s))});
answers('a stored state: through binary COPY', '10', "
COPY state TO '" . File::Spec->rel2abs($node->data_dir) . "/state' BINARY;
CREATE TABLE restored (LIKE state);
COPY restored FROM '" . File::Spec->rel2abs($node->data_dir) . "/state' BINARY;
SELECT count(*) FROM restored JOIN final USING (owner, s)");
# in a short state, which is not compressed and could be changed where it lies
answers('support functions leave their arguments alone', '1|t', q{
CREATE TABLE short AS SELECT my_state(status, amount, opened, closed) AS s FROM opp WHERE id < 4;
SELECT num_won(sales_summary_accum(s, 'won', 1.5, opened, opened)) - num_won(s),
       num_won(sales_summary_combine(s, s)) = 2 * num_won(s)
FROM short, (SELECT '2024-01-01'::date AS opened) AS _});
answers('support functions by hand', 't|t|t|t', q{
SELECT sales_summary_accum(NULL, true, 5::numeric, d, d + 3) = (SELECT sales_summary(true, 5::numeric, '2024-01-01', '2024-01-04'::date)),
       sales_summary_accum_inv(sales_summary_accum(s, 'open', 5::numeric, d, NULL), 'open', 5::numeric, d, NULL) = s,
       sales_summary_combine(s, -s) = sales_summary(),
       sales_summary_final(sales_summary_combine_inv(NULL, s)) = -s
FROM (SELECT s, '2024-01-01'::date AS d FROM stored LIMIT 1) AS _});
answers('support functions of NULLs', '{"version":1,"open":{"rows":1,"missing_amount":1,"missing_dates":1}}|{"version":1,"open":{"rows":-1}}|{"version":1}|t', q{
SELECT sales_summary_accum(NULL, NULL::boolean, NULL::numeric, NULL::date, NULL), hit_ratio_accum_inv(NULL, NULL::boolean),
       sales_summary_final(NULL), (hit_ratio_final(NULL), avg_deal_size_final(NULL), avg_sales_cycle_final(NULL), sales_velocity_final(NULL)) IS NULL});

# -- Arrays, variables, settings -----------------------------------------------

answers('arrays', 't|t|t', q{
SELECT array_agg(s ORDER BY s) = ARRAY(SELECT s FROM stored ORDER BY s), array_agg(s)::text::sales_summary[] = array_agg(s),
       (SELECT rollup(x) FROM unnest(array_agg(s)) AS x) = rollup(s)
FROM stored});
answers('a variable', 't', q{
CREATE FUNCTION total() RETURNS sales_summary LANGUAGE plpgsql AS $$
DECLARE
    total sales_summary := sales_summary();
    one sales_summary;
BEGIN
    FOR one IN SELECT s FROM stored LOOP
        total := total + one;
    END LOOP;
    RETURN total;
END $$;
SELECT total() = rollup(s) FROM stored});

# The extension in a schema of its own, and nothing in the search path.
answers('another schema, no search path', '2|150.50|t|t|t|{"version":1}|10|20', q{
CREATE SCHEMA kpi;
CREATE EXTENSION salesvelocity SCHEMA kpi;
SET search_path = '';
SELECT kpi.num_won(s), kpi.won_amount(s) + 0.00, s OPERATOR(kpi.=) s::text::kpi.sales_summary, s OPERATOR(kpi.+) s OPERATOR(kpi.-) s OPERATOR(kpi.=) s,
       (s::pg_catalog.jsonb)::kpi.sales_summary OPERATOR(kpi.=) s, (SELECT kpi.rollup(x) FROM (SELECT s AS x WHERE false) AS _), kpi.median_sales_cycle(s),
       (SELECT kpi.sales_cycle_percentile(s, 1))
FROM (SELECT kpi.sales_summary(true, amount, opened, opened + days) AS s
      FROM (VALUES (100.25, '2024-01-01'::date, 10), (50.25, '2024-01-01', 20)) AS o(amount, opened, days)) AS _}, 'other');

$node->stop;
done_testing();
