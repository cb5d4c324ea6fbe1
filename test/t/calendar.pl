# Periods of instants against the server's date_trunc: in every time zone, at
# each of its clock changes, and far from today.  Then series, working days and
# real data against plain SQL.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw($shared_data agree start_server);
use Test::More;

my $node = start_server();
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

# The differences between period_start and date_trunc over all rows of a table
# of instants, zones and the local times that the server gives for them.
sub agree_with_date_trunc
{
	my ($name, $at_least, $table) = @_;
	my $columns = join ', ', map {
		"count(*) FILTER (WHERE period_start('$_', at, zone)"
		  . " IS DISTINCT FROM date_trunc('$_', local)::date)"
	} qw(day week month quarter year);

	return agree($name, $at_least,
		"SELECT 5 * n, d + w + m + q + y FROM "
		  . "(SELECT count(*), $columns FROM $table) AS _(n, d, w, m, q, y)");
}

$node->safe_psql(
	'postgres', q{
-- the second in which the offset of a zone changes, found between two instants
CREATE FUNCTION clock_change(zone text, low bigint, high bigint) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    before interval := to_timestamp(low) AT TIME ZONE zone - to_timestamp(low) AT TIME ZONE 'UTC';
    middle bigint;
BEGIN
    WHILE high - low > 1 LOOP
        middle := (low + high) / 2;
        IF to_timestamp(middle) AT TIME ZONE zone - to_timestamp(middle) AT TIME ZONE 'UTC' = before THEN
            low := middle;
        ELSE
            high := middle;
        END IF;
    END LOOP;
    RETURN to_timestamp(high);
END $$;

-- posix/X is X: look for the changes once, try them under both names
CREATE TABLE zone AS
    SELECT name AS zone, regexp_replace(name, '^posix/', '') AS plain FROM pg_timezone_names;

CREATE TABLE change AS
    SELECT plain, clock_change(plain, extract(epoch FROM t)::bigint, extract(epoch FROM t)::bigint + 604800) AS moment
    FROM (SELECT DISTINCT plain FROM zone) AS _,
         generate_series('1880-01-01 00:00Z'::timestamptz, '2040-01-01 00:00Z', '168 hours') AS t
    WHERE (t + '168 hours') AT TIME ZONE plain - t AT TIME ZONE plain <> '168 hours';

CREATE TABLE probe AS
    SELECT zone, at, at AT TIME ZONE zone AS local
    FROM zone JOIN change USING (plain),
         LATERAL (SELECT moment + near AS at
                  FROM unnest('{-1 day,-1 hour,-1 us,0,1 us,1 hour,1 day}'::interval[]) AS near) AS _
    ORDER BY zone;
});
agree_with_date_trunc('every clock change of every zone', 1_000_000, 'probe');

# The same call site meets the instants in another order, a zone at a time.
agree_with_date_trunc(
	'one call site, shuffled', 50_000,
	q{(SELECT * FROM probe WHERE zone ~ '^(America/St|Pacific/[AK]|Africa/[CM]|Europe/L)'
	   ORDER BY zone, md5(at::text)) AS probe});
agree_with_date_trunc(
	'one call site, another zone in each row', 100_000,
	q{(SELECT * FROM probe WHERE hashtext(zone || at) % 10 = 0 ORDER BY md5(zone || at)) AS probe});

# From 4713 BC to 294275 AD, in steps that meet every month and hour, each
# instant in two zones.
agree_with_date_trunc(
	'far past and far future', 2_000_000,
	q{(SELECT zone, at, at AT TIME ZONE zone AS local
	   FROM generate_series('4713-02-01 00:00Z BC'::timestamptz, '294275-01-01 00:00Z', '519 days 07:11:13.000001')
	        WITH ORDINALITY AS i(at, n)
	   JOIN (SELECT zone, row_number() OVER () AS n, count(*) OVER () AS zones FROM zone) AS z
	       ON z.n IN (1 + i.n % zones, 1 + i.n * 7 % zones)) AS far});

# Where a rule goes on for ever, the server's table of clock changes ends some
# centuries ahead and is continued.  The last two zones change their clocks at
# New Year, so that the continuation is seen in the year.
agree_with_date_trunc(
	'the end of the table of clock changes', 100_000,
	q{(SELECT zone, at + near AS at, (at + near) AT TIME ZONE zone AS local
	   FROM unnest('{Europe/Berlin,America/New_York,"AAA0BBB,J305/0,J1/0","AAA0BBB,J1/0,J305/0"}'::text[]) AS zone,
	        generate_series('2100-01-01 00:00Z'::timestamptz, '2900-01-01 00:00Z', '1 year') AS at,
	        unnest('{-1 day,-1 hour,-0.5 hour,-1 us,0,0.5 hour,6 hours}'::interval[]) AS near) AS edge});

# Some servers have zones with leap seconds, some have not.
my @odd = ('EST5EDT,M3.2.0,M11.1.0', '<+0330>-3:30', 'FOO+12:34:56', 'BAR-167',
	grep { $node->psql('postgres', "SELECT now() AT TIME ZONE '$_'") == 0 } 'right/Europe/Berlin');
agree_with_date_trunc(
	'abbreviations, POSIX rules and leap seconds', 100_000,
	"(SELECT zone, at, at AT TIME ZONE zone AS local
	   FROM (SELECT abbrev FROM pg_timezone_abbrevs UNION ALL VALUES " . join(', ', map { "('$_')" } @odd) . ") AS _(zone),
	        generate_series('1890-01-01 00:00Z'::timestamptz, '2050-01-01 00:00Z', '400 hours 17 seconds') AS at) AS odd");

# Every argument another one in every row.
agree(
	'fiscal year and week start', 40_000, q{
SELECT count(*), count(*) FILTER (WHERE
    (period_start('week', at, zone, f, w), period_start('quarter', at, zone, f, w), period_start('year', at, zone, f, w),
     period_end('week', at, zone, f, w), period_end('month', at, zone, f, w),
     period_end('quarter', at, zone, f, w), period_end('year', at, zone, f, w))
    IS DISTINCT FROM
    (week, (quarter + shift)::date, (year + shift)::date,
     week + 7, (date_trunc('month', local) + '1 month')::date,
     (quarter + shift + '3 months')::date, (year + shift + '1 year')::date)
    OR (period_start('week', local::date, f, w), period_start('quarter', local::date, f, w), period_start('year', local::date, f, w))
    IS DISTINCT FROM (week, (quarter + shift)::date, (year + shift)::date))
FROM (SELECT zone, at, local, 1 + abs(hashtext(zone || at || 'f')) % 12 AS f, 1 + abs(hashtext(zone || at || 'w')) % 7 AS w
      FROM probe WHERE hashtext(zone || at) % 5 = 0) AS p,
     LATERAL (SELECT make_interval(months => f - 1) AS shift) AS s,
     LATERAL (SELECT local::date - (extract(isodow FROM local)::int - w + 7) % 7 AS week,
                     date_trunc('quarter', local - shift) AS quarter, date_trunc('year', local - shift) AS year) AS t});

# One series holds a period, the other the days that are a period's first.
agree(
	'period_series against generate_series', 5_000, q{
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs)
FROM (SELECT period, '1994-01-01'::date + i AS first, '1994-01-01'::date + i + i * i % 9000 - 20 AS last
      FROM unnest('{day,week,month,quarter,year}'::text[]) AS period, generate_series(0, 1200) AS i) AS _,
     LATERAL (SELECT array_agg(s) AS ours FROM period_series(period, first, last) AS s) AS o,
     LATERAL (SELECT array_agg(d::date ORDER BY d) AS theirs
              FROM generate_series(date_trunc(period, first::timestamp), last::timestamp,
                                   CASE period WHEN 'quarter' THEN '3 months' ELSE '1 ' || period END::interval) AS d
              WHERE first <= last) AS t});

agree(
	'working_days against a count of days', 5_000, q{
WITH holiday AS
    (SELECT array_agg(DISTINCT '2020-01-01'::date + abs(hashtext(i::text)) % 1500) || '2022-06-06'::date || '2022-06-06'::date AS days
     FROM generate_series(1, 90) AS i)
SELECT count(*), count(*) FILTER (WHERE
    (working_days(first, last, days, weekend), working_days(last, first, days, weekend)) IS DISTINCT FROM (n, -n))
FROM holiday,
     (SELECT '2020-01-01'::date + i AS first, '2020-01-01'::date + i + i * i % 700 AS last,
             ('{{6,7},{5,6},{7,7},{1,4}}'::int[])[1 + i % 4 : 1 + i % 4] AS weekend
      FROM generate_series(0, 5999) AS i) AS _,
     LATERAL (SELECT count(*)::int AS n FROM generate_series(first, last - 1, '1 day') AS d
              WHERE d::date <> ALL (days) AND extract(isodow FROM d) <> ALL (weekend)) AS c});

SKIP:
{
	my $file = "$shared_data/maven_crm/sales_pipeline.csv";
	skip "no $file", 2 unless -r $file;

	$node->safe_psql(
		'postgres', "CREATE TABLE deal (opportunity_id text, sales_agent text, product text,
			account text, deal_stage text, engage_date date, close_date date, close_value numeric);
		\\copy deal FROM '$file' CSV HEADER");
	agree(
		'deals per close month', 8_800, q{
SELECT (SELECT count(*) FROM deal), count(*)
FROM (SELECT period_start('month', close_date) AS month, count(*) FROM deal GROUP BY 1) AS ours
FULL JOIN (SELECT date_trunc('month', close_date)::date AS month, count(*) FROM deal GROUP BY 1) AS theirs
    ON ours.month IS NOT DISTINCT FROM theirs.month AND ours.count = theirs.count
WHERE ours.count IS NULL OR theirs.count IS NULL});
}

$node->stop;
done_testing();
