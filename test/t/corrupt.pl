# Bytes that no door has checked, as a broken disk has them: here a superuser's
# cast takes them for a summary.  The functions in C that take a summary, and else
# days, numbers and truth values, are called with them: they say that they are
# corrupted (XX001), or give an answer, and the server lives on.  Tried with real
# values of both forms cut off, with bits of their bytes changed, with every first
# byte, which names the form and the type, and with values of the other types.
# SV_CORRUPT_STEP (40): of a state's bytes after its first 64, one in so many is
# damaged.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server time_limit);
use Test::More;

my $step = $ENV{SV_CORRUPT_STEP} // 40;
time_limit(600);

my $node = start_server("log_min_error_statement = panic\n");

$node->safe_psql('postgres', q{
CREATE EXTENSION salesvelocity;

-- bytes, aligned as summaries are
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, ALIGNMENT = double, STORAGE = extended);

CREATE TABLE stored (type text, bytes bytea);
INSERT INTO stored VALUES
    ('sales_summary', sales_summary_send((SELECT sales_summary(s, 100.25 + 1e-9 * i, date '2025-01-01' + i, date '2025-01-20' + 2 * i)
        FROM unnest('{won,lost,void,open}'::text[]) AS s, generate_series(1, 3) AS i))),
    ('sales_summary', sales_summary_send(sales_summary(3, 12.5, 30))),
    ('meeting_summary', meeting_summary_send((SELECT meeting_summary(s, date '2026-01-05', true) FROM unnest('{held,booked,no_show}'::text[]) AS s))),
    ('lead_summary', lead_summary_send((SELECT lead_summary(date '2026-01-05' + 20 * i) FROM generate_series(1, 9) AS i))),
    ('customer_summary', customer_summary_send((SELECT customer_summary(date '2025-01-05', CASE WHEN i % 2 = 0 THEN date '2025-05-06' + 30 * i END, 10.5 * i, 99.9)
        FROM generate_series(1, 6) AS i))),
    ('funnel_summary', funnel_summary_send((SELECT funnel_summary(p) FROM (SELECT funnel_path(step, date '2026-01-01' + step) AS p FROM generate_series(1, 4) AS step) AS x)));

-- the same in the form of a state, which an aggregate without a final function gives away
CREATE TABLE state (type text, bytes bytea);
DO $$
DECLARE
    of_type text;
BEGIN
    FOR of_type IN SELECT DISTINCT type FROM stored LOOP
        EXECUTE format('CREATE AGGREGATE state(%1$s) (SFUNC = %1$s_combine, STYPE = %1$s)', of_type);
        EXECUTE format('CREATE CAST (raw AS %s) WITHOUT FUNCTION', of_type);
        EXECUTE format('CREATE CAST (%s AS raw) WITHOUT FUNCTION', of_type);
        EXECUTE format('INSERT INTO state SELECT %1$L, (SELECT state(bytes::text::raw::%1$s) FROM (VALUES (bytes)) AS _ (bytes))::raw::text::bytea FROM stored WHERE type = %1$L', of_type);
    END LOOP;
END $$;

-- the places at which a value is damaged
CREATE TABLE place AS
    SELECT type, bytes, n FROM stored, generate_series(0, length(bytes) - 1) AS n UNION ALL
    SELECT type, bytes, n FROM state, generate_series(0, length(bytes) - 1) AS n WHERE n < 64 OR n % :step = 0 OR n > length(bytes) - 64;

CREATE TABLE damaged AS
    SELECT type, substr(bytes, 1, n) AS bytes FROM place UNION ALL
    SELECT type, set_byte(bytes, n, get_byte(bytes, n) # (1 << bit)) FROM place, unnest(ARRAY[n % 7, 7]) AS bit UNION ALL
    SELECT type, set_byte(bytes, 0, byte) FROM (TABLE stored UNION ALL TABLE state) AS _, generate_series(0, 255) AS byte UNION ALL
    SELECT types.type, other.bytes FROM (SELECT DISTINCT type FROM stored) AS types, (TABLE stored UNION ALL TABLE state) AS other WHERE other.type <> types.type;

CREATE TABLE argument (type regtype, value text);
INSERT INTO argument VALUES ('date', '2026-07-01'), ('integer', '12'), ('bigint', '3'), ('double precision', '0.5'), ('boolean', 'true'), ('numeric', '1.5');

-- The functions in C of a type, with one set of arguments.
CREATE VIEW call AS
SELECT t.typname AS type,
       format('SELECT %s(%s)', proname, (SELECT string_agg(CASE WHEN argtype = t.oid THEN 's' ELSE format('%L::%s', value, argtype::regtype) END, ', ' ORDER BY i)
              FROM unnest(proargtypes[:pronargs - pronargdefaults - 1]) WITH ORDINALITY AS _(argtype, i) LEFT JOIN argument ON argument.type = argtype)) AS sql
FROM pg_depend AS d
JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND objid = p.oid
JOIN pg_type AS t ON t.typname LIKE '%\_summary' AND proargtypes[0] = t.oid
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')
  AND prokind = 'f' AND NOT EXISTS (SELECT FROM unnest(proargtypes[:pronargs - pronargdefaults - 1]) AS a WHERE a <> t.oid AND a NOT IN (SELECT type FROM argument));

CREATE TABLE outcome (type text, sql text, state text);
CREATE FUNCTION try_all(of_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT bytes::text::raw AS bytes, sql FROM damaged JOIN call USING (type) WHERE type = of_type LOOP
        BEGIN
            EXECUTE format('SELECT count(r) FROM (%s FROM (SELECT $1::%s AS s OFFSET 0) AS _) AS x (r)', one.sql, of_type) USING one.bytes;
            INSERT INTO outcome VALUES (of_type, one.sql, 'answer');
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO outcome VALUES (of_type, one.sql, SQLSTATE);
        END;
    END LOOP;
END $$;
} =~ s/:step/$step/r);

foreach my $type (split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT type FROM stored ORDER BY 1'))
{
	my $lived = eval { $node->safe_psql('postgres', "SELECT try_all('$type')"); 1 };
	ok($lived, "$type: the server lives through all of it") or BAIL_OUT(substr slurp_file($node->logfile), -2000);
	note "$type: ", $node->safe_psql('postgres', "SELECT string_agg(format('%s times %s', n, state), ', ') FROM (SELECT state, count(*) AS n FROM outcome WHERE type = '$type' GROUP BY state) AS _");
	is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT state || ' from ' || sql, ', ') FROM outcome WHERE type = '$type' AND state !~ '^(answer|XX001|22...)\$'"),
		'', "$type: corruption is named, or not noticed");
	cmp_ok($node->safe_psql('postgres', "SELECT count(DISTINCT sql) FROM outcome WHERE type = '$type' AND state = 'XX001'"), '>', 5, "$type: it is named by many functions");
}

# States of the right size that say what cannot be: pieces are the number of wide sums and of slots, then these.
sub state_of
{
	my ($nwide, $nslots, @rest) = @_;
	return "('\\x" . unpack('H*', pack('C C S L L', 0x81, 4, $nwide, $nslots, 0) . "\0" x 480 . join '', @rest) . "'::raw::sales_summary)";
}

# A wide sum of won amounts with one digit.
sub wide
{
	my ($header, $weight) = @_;
	return pack 'C C S L L S s S x6', 0, 0, 0, 24, 10 << 2, $header, $weight, 7;
}

my %impossible = (
	'a sum with more decimals than there can be' => state_of(1, 0, wide(0, -8195)),
	'a sum with more decimals than a number can name' => state_of(1, 0, wide(0, -32768)),
	'a sum that is not a number' => state_of(1, 0, wide(0xC000, 0)),
	'a sum that is there twice' => state_of(2, 0, wide(0, 9), wide(0, 9)),
	'more sums than there are' => state_of(2, 0, wide(0, 9)),
	'less sums than there are' => state_of(0, 0, wide(0, 9)),
	'more slots than there are' => state_of(0, 8, "\0" x 64),
	'less slots than there are' => state_of(0, 8, "\0" x 256),
	'slots of no power of two' => state_of(0, 6, "\0" x 96));
foreach my $what (sort keys %impossible)
{
	foreach my $call ("won_amount($impossible{$what})", "sales_velocity_change($impossible{$what}, sales_summary(5, 100, 116, 7))", "rollup($impossible{$what})")
	{
		my ($result, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT $call");
		is($stderr, 'psql:<stdin>:2: ERROR:  XX001', "$what: " . $call =~ s/\(.*//r);
	}
}
is($node->safe_psql('postgres', 'SELECT won_amount(' . state_of(1, 0, wide(0, 9)) . ') = 7e36'), 't', 'a sum of the same form can be read');

# The states of other types, by casts between these.
$node->safe_psql('postgres', q{
CREATE CAST (meeting_summary AS sales_summary) WITHOUT FUNCTION;
CREATE AGGREGATE meetings(text, date, boolean) (SFUNC = meeting_summary_accum, STYPE = meeting_summary)});
foreach my $other (q{'{"version":1,"held":{"rows":1}}'::meeting_summary}, q{(SELECT meetings('held', '2026-01-01', true))})
{
	foreach my $sum ("sales_summary() + ($other)::sales_summary", "($other)::sales_summary + sales_summary()")
	{
		my ($result, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT $sum");
		like($stderr, qr/XX001: invalid summary\nDETAIL:  The summaries are of different types\./, "different types: $sum");
	}
}

$node->stop;
done_testing();
