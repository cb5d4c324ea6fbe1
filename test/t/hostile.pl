# The extension is safe to install where others may create objects, and safe to
# call there.  Thousands of traps are planted in public and pg_temp: operators
# that fit better than the server's own, functions and aggregates of the same
# names and arguments, types, views and casts.  A user who is no superuser
# installs the extension into the middle of them and calls everything with the
# traps first in the search path.  None is sprung, and all answers are those of a
# clean database.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(answers start_server);
use Test::More;

my $node = start_server();

# -- A clean database: what there is to call, and what comes of it ---------------

$node->safe_psql('postgres', q{
CREATE DATABASE clean;
CREATE DATABASE hostile;
CREATE DATABASE taken;
CREATE ROLE attacker;
CREATE ROLE victim;
GRANT CREATE, TEMP ON DATABASE hostile, taken TO victim;});
$node->safe_psql('clean', 'CREATE EXTENSION salesvelocity');
$node->safe_psql('clean', slurp_file("$FindBin::RealBin/../lib/every_call.sql"));
my $clean = $node->safe_psql('clean', 'SELECT * FROM every_call.answers()');
my @names = split /\n/, $node->safe_psql('clean', q{
SELECT DISTINCT quote_ident(proname) FROM pg_depend JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')});
my $folder = PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_dump', '-n', 'every_call', '-f', "$folder/every_call", $node->connstr('clean') ], 'all calls are kept');
cmp_ok(scalar(@names), '>', 150, @names . ' names of functions');

# -- The traps -------------------------------------------------------------------

# What plants them in a schema; whatever reaches one ends with the SQLSTATE TRAP0.
# Types come last, since then even the names of types are traps.
sub traps
{
	my ($schema) = @_;
	my $body = q{LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''sprung'' USING ERRCODE = ''TRAP0''; END'};
	my $quoted = $body =~ s/'/''/gr;
	my $same_names = join "\n", map {
		my $name = $_;
		map { "CREATE FUNCTION $schema.$name($_) RETURNS pg_catalog.bool $body;" } 'pg_catalog.name', 'pg_catalog.varchar, pg_catalog.int2', 'pg_catalog.anyarray'
	} @names;

	return qq{
SET search_path = pg_catalog;
CREATE TYPE $schema.evil AS (x integer);
DO \$\$
DECLARE
    l text;
    r text;
    op text;
    f record;
    types text[] := '{smallint,integer,bigint,numeric,real,double precision,text,varchar,name,date,timestamp,timestamptz,interval,boolean,json,jsonb,"char"}';
BEGIN
    -- operators on all pairs of types, where the server has some only for pairs of the same type
    FOREACH l IN ARRAY types LOOP
        FOREACH r IN ARRAY types LOOP
            EXECUTE format('CREATE FUNCTION $schema.trap(a %s, b %s) RETURNS boolean $quoted', l, r);
            FOREACH op IN ARRAY '{=,<>,<,<=,>,>=,+,-,*,/,%,||,->,->>,@>,~}'::text[] LOOP
                EXECUTE format('CREATE OPERATOR $schema.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = $schema.trap)', op, l, r);
            END LOOP;
        END LOOP;
        -- a type that everything becomes
        EXECUTE format('CREATE FUNCTION $schema.to_evil(a %s) RETURNS $schema.evil $quoted', l);
        EXECUTE format('CREATE CAST (%s AS $schema.evil) WITH FUNCTION $schema.to_evil(%s) AS IMPLICIT', l, l);
    END LOOP;
    -- the server's functions and aggregates, with the same arguments
    FOR f IN SELECT p.oid, quote_ident(proname) AS name, pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result
             FROM pg_proc AS p JOIN pg_type AS t ON t.oid = prorettype
             WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a') AND typtype <> 'p' AND provariadic = 0
               AND p.oid NOT IN (SELECT aggfnoid FROM pg_aggregate WHERE aggkind <> 'n')
               AND NOT EXISTS (SELECT FROM unnest(proargtypes) AS a JOIN pg_type AS t ON t.oid = a WHERE typtype = 'p') LOOP
        EXECUTE format('CREATE FUNCTION $schema.%s(%s) RETURNS %s $quoted', f.name, f.arguments, f.result);
    END LOOP;
    -- what fits better than a function of any number of arguments
    FOREACH op IN ARRAY '{format,concat,concat_ws,jsonb_build_object,jsonb_build_array,num_nulls,num_nonnulls}'::text[] LOOP
        FOREACH l IN ARRAY '{"text, text","text, name","text, text, text","text, text, name","text, text, text, text"}'::text[] LOOP
            EXECUTE format('CREATE FUNCTION $schema.%s(%s) RETURNS boolean $quoted', op, l);
        END LOOP;
    END LOOP;
END \$\$;
$same_names
DO \$\$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{pg_class,pg_proc,pg_type,pg_namespace,pg_extension,pg_depend,pg_operator,pg_cast,pg_timezone_names}'::text[] LOOP
        EXECUTE format('CREATE VIEW $schema.%I AS SELECT a.* FROM pg_catalog.%I AS a WHERE $schema.trap(1, 1)', name, name);
    END LOOP;
    FOREACH name IN ARRAY '{bool,int2,int4,int8,numeric,float4,float8,text,varchar,name,date,timestamp,timestamptz,interval,json,jsonb,bytea,cstring,internal}'::text[] LOOP
        EXECUTE format('CREATE DOMAIN $schema.%I AS integer CHECK ($schema.trap(1, 1))', name);
    END LOOP;
END \$\$;
};
}

$node->safe_psql('hostile', 'GRANT CREATE ON SCHEMA public TO attacker; SET ROLE attacker;' . traps('public'));
my $planted = q{
SELECT sum(n) FROM (SELECT count(*) AS n FROM pg_proc WHERE proowner = 'attacker'::regrole UNION ALL SELECT count(*) FROM pg_operator WHERE oprowner = 'attacker'::regrole
                    UNION ALL SELECT count(*) FROM pg_type WHERE typowner = 'attacker'::regrole UNION ALL SELECT count(*) FROM pg_cast WHERE oid >= 16384) AS _};
cmp_ok($node->safe_psql('hostile', $planted), '>', 5000, 'traps in public: ' . $node->safe_psql('hostile', $planted));

# They work: with the traps first in the search path, and even after the server's
# own objects, where they fit better.
my $first = 'SET search_path = pg_temp, public, pg_catalog;';
foreach (
	[ 'SELECT 1 + 1.5', '' ],
	[ 'SELECT nullif(1.5, 0)', '' ],
	[ 'SELECT round(1.5)', $first ],
	[ q{SELECT '1'::date}, $first ],
	[ 'SELECT relname FROM pg_class', $first ])
{
	my ($sql, $settings) = @$_;
	my ($status, $out, $err) = $node->psql('hostile', "$settings $sql", extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	like($err, qr/TRAP0/, "$settings $sql springs a trap");
}

# -- Installing and calling among them -------------------------------------------

# What is planted in pg_temp belongs to a session.
my $session = "SET ROLE victim;\n" . traps('pg_temp');
$node->safe_psql('hostile', "$session RESET search_path; CREATE EXTENSION salesvelocity;");
answers('installed by a user who is no superuser', 'public|victim', q{
SELECT extnamespace::regnamespace, extowner::regrole FROM pg_extension WHERE extname = 'salesvelocity'}, 'hostile');
my $member = q{
WITH member AS
    (SELECT classid, objid FROM pg_depend
     WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity'))};
answers('the extension depends on nothing but itself and its schema', '', "$member
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) || ' on ' || pg_describe_object(refclassid, refobjid, refobjsubid)
FROM pg_depend AS d JOIN member USING (classid, objid)
WHERE deptype <> 'e' AND refclassid <> 'pg_namespace'::regclass AND (refclassid, refobjid) NOT IN (TABLE member)
  AND (refclassid, refobjid) NOT IN (SELECT 'pg_type'::regclass, typarray FROM member JOIN pg_type AS t ON classid = 'pg_type'::regclass AND objid = t.oid)
  AND (refclassid, refobjid) NOT IN (SELECT 'pg_language'::regclass, oid FROM pg_language)
ORDER BY 1", 'hostile');
answers('nothing is SECURITY DEFINER, nothing is for superusers only', '0', "$member
SELECT count(*) FROM member JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE prosecdef OR NOT has_function_privilege('attacker', p.oid, 'EXECUTE')", 'hostile');
answers('nothing is loaded before it is used', '||', q{
SELECT current_setting('shared_preload_libraries'), current_setting('session_preload_libraries'), current_setting('local_preload_libraries')}, 'hostile');

command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$folder/every_call", '-o', "$folder/out", $node->connstr('hostile') ], 'the calls are here, too');
my $calls = () = $clean =~ /^\d+\|/mg;
cmp_ok($calls, '>', 3000, "$calls calls");
foreach ([ 'the traps at the end', 'RESET search_path;' ], [ 'the traps first', $first ])
{
	my ($name, $settings) = @$_;
	my $hostile = $node->safe_psql('hostile', "$session $settings SELECT * FROM every_call.answers();");
	my %clean = map { $_ => 1 } split /\n/, $clean;
	is(join("\n", grep { !$clean{$_} } split /\n/, $hostile), '', "$name: all answers are those of a clean database");
	is(() = $hostile =~ /^\d+\|/mg, $calls, "$name: every call has an answer");
}

# -- What is there already stays as it is ----------------------------------------

foreach (
	[ 'CREATE FUNCTION hit_ratio(won bigint, closed bigint) RETURNS double precision RETURN 1', 'function "hit_ratio" already exists' ],
	[ 'CREATE TYPE sales_summary AS (x int)', 'type "sales_summary" already exists' ],
	[ 'CREATE TABLE funnel_summary (x int)', 'type "funnel_summary" already exists' ])
{
	my ($sql, $error) = @$_;
	$node->safe_psql('taken', "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO public; SET ROLE attacker; $sql");
	my ($status, $out, $err) = $node->psql('taken', 'SET ROLE victim; CREATE EXTENSION salesvelocity');
	like($err, qr/\Q$error\E/, "$sql: the extension does not take it over");
	answers('and nothing of it is left', 0, q{SELECT count(*) FROM pg_extension WHERE extname = 'salesvelocity'}, 'taken');
}

$node->stop;
done_testing();
