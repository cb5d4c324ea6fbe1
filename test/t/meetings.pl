# A meeting_summary is the same whichever way it comes about, and what is read
# from it is what plain SQL makes of the same random rows; real data agree with
# their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw($chance $cheap_parallel $shared_data agree sql start_server summaries_agree);
use Test::More;

my $node = start_server($cheap_parallel);

# Meetings of two years, of every status, some without a day.
sql("CREATE EXTENSION salesvelocity; $chance" . q{
CREATE TABLE meeting AS
SELECT id, chance(id, 'group', 40) AS g, chance(id, 'part', 7) AS part,
       ('{held,held,held,held,booked,presumed_held,no_show,cancelled,rescheduled,declined,unknown,NULL}'::text[])[1 + chance(id, 'status', 12)] AS status,
       CASE chance(id, 'no day', 50) WHEN 0 THEN NULL WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity'
            ELSE date '2025-01-01' + chance(id, 'day', 730) END AS scheduled,
       CASE chance(id, 'qualified', 3) WHEN 0 THEN true WHEN 1 THEN false END AS qualified
FROM generate_series(1, 30000) AS id;
VACUUM ANALYZE meeting;
});

my $summary = 'meeting_summary(status, scheduled, qualified)';
my $show = "show_ratio(status, scheduled, '2026-01-01')";
my $qualification = 'qualification_ratio(status, qualified)';

# -- The ways to a summary -----------------------------------------------------

summaries_agree('meeting', $summary, $show, $qualification);
my $grouped = "SELECT g, $summary, $show, $qualification FROM meeting GROUP BY g ORDER BY g";
is(sql("SET work_mem = '64kB'; SET hash_mem_multiplier = 1; SET enable_sort = off; $grouped"), sql($grouped), 'spilled = serial');
agree(
	'a moving window = the rows in it', 300, qq{
WITH few AS (SELECT * FROM meeting WHERE id <= 400),
     moving AS (SELECT id, $summary OVER w AS s, $show OVER w AS show, $qualification OVER w AS qualification, rollup(one) OVER w AS rolled
                FROM (SELECT *, (SELECT $summary FROM (VALUES (status, scheduled, qualified)) AS v (status, scheduled, qualified)) AS one
                      FROM few) AS _
                WINDOW w AS (ORDER BY id ROWS BETWEEN 12 PRECEDING AND 3 PRECEDING))
SELECT count(*), count(*) FILTER (WHERE (m.s, m.show, m.qualification, m.rolled) IS DISTINCT FROM (t.s, t.show, t.qualification, t.s))
FROM moving AS m,
     LATERAL (SELECT $summary AS s, $show AS show, $qualification AS qualification FROM few WHERE few.id BETWEEN m.id - 12 AND m.id - 3) AS t});

# -- What is read from it ------------------------------------------------------

# Each accessor, and the rows that it counts.
my $booked = "coalesce(status, '') <> 'rescheduled'";
my %rows = (
	num_booked => $booked,
	num_pending => "status = 'booked'",
	num_unknown => "coalesce(status, 'unknown') = 'unknown'",
	num_qualified => "status = 'held' AND qualified",
	num_not_qualified => "status = 'held' AND NOT qualified",
	num_missing_scheduled => "$booked AND coalesce(scheduled, 'infinity') IN ('infinity', '-infinity')",
	map { ("num_$_" => "status = '$_'") } qw(held presumed_held no_show cancelled rescheduled declined));
agree('counts against plain SQL', 40,
	'SELECT count(*), count(*) FILTER (WHERE ' . join(' OR ', map { "$_(s) <> $_" } sort keys %rows) . ') FROM stored JOIN (SELECT g, '
	  . join(', ', map { "count(*) FILTER (WHERE $rows{$_}) AS $_" } sort keys %rows) . ' FROM meeting GROUP BY g) AS _ USING (g)');
agree('what is booked is the sum of its statuses', 40, q{
SELECT count(*), count(*) FILTER (WHERE num_booked(s) <> num_pending(s) + num_held(s) + num_presumed_held(s) + num_no_show(s)
    + num_cancelled(s) + num_declined(s) + num_unknown(s))
FROM stored});
my $due = "$booked AND isfinite(scheduled) AND scheduled < as_of";
agree(
	'ratios of rows and of summaries against plain SQL', 200, qq{
SELECT count(*), count(*) FILTER (WHERE
    (show_ratio(s, as_of), show_ratio(s, as_of, true), qualification_ratio(s), of_rows, qualification_of_rows)
    IS DISTINCT FROM (held / due, (held + presumed) / due, qualified / known, held / due, qualified / known))
FROM stored JOIN
     (SELECT g, as_of, nullif(count(*) FILTER (WHERE $due), 0)::float8 AS due, count(*) FILTER (WHERE $due AND status = 'held') AS held,
             count(*) FILTER (WHERE $due AND status = 'presumed_held') AS presumed,
             count(*) FILTER (WHERE status = 'held' AND qualified) AS qualified,
             nullif(count(qualified) FILTER (WHERE status = 'held'), 0)::float8 AS known,
             show_ratio(status, scheduled, as_of) AS of_rows, $qualification AS qualification_of_rows
      FROM meeting, unnest('{2025-01-01,2025-01-03,2025-09-01,2026-01-01,infinity}'::date[]) AS as_of GROUP BY 1, 2) AS _ USING (g)});

# -- Real data -----------------------------------------------------------------

SKIP:
{
	skip "no $shared_data/pipedrive_enpal", 4 unless -r "$shared_data/pipedrive_enpal/ref_activity.csv";

	# An activity that is done was held, and all are due.
	sql(qq{
CREATE TABLE activity (id int, type text, assignee int, deal int, done boolean, due timestamp);
\\copy activity FROM '$shared_data/pipedrive_enpal/activity.csv' CSV HEADER
CREATE TABLE ref_activity (scope text, key text, booked bigint, held bigint, held_ratio float8, low float8, high float8, days int, per_day float8);
\\copy ref_activity FROM '$shared_data/pipedrive_enpal/ref_activity.csv' CSV HEADER
CREATE TABLE one AS
SELECT type, assignee, due::date AS day, CASE WHEN done THEN 'held' ELSE 'booked' END AS status FROM activity;
CREATE TABLE per_day AS SELECT type, assignee, day, meeting_summary(status, day, NULL) AS s FROM one GROUP BY 1, 2, 3});
	my $far = 'abs(ratio - held_ratio) > 1e-14 OR ratio IS NULL OR held_ratio IS NULL';
	agree('activities: booked, held and show ratio of all, and per type, month, day and user, from daily summaries', 1957, qq{
SELECT count(*), count(*) FILTER (WHERE num_booked(s) <> booked OR num_held(s) <> held OR $far)
FROM (SELECT *, show_ratio(s, '2025-01-01') AS ratio
      FROM (SELECT scope, key, rollup(s) AS s
            FROM per_day, LATERAL (VALUES ('all', 'all'), ('type', type), ('month', to_char(day, 'YYYY-MM')), ('day', day::text), ('user', assignee::text),
                                          ('type_x_month', type || '|' || to_char(day, 'YYYY-MM'))) AS v (scope, key)
            GROUP BY 1, 2) AS _) AS ours
JOIN ref_activity USING (scope, key)});
	agree('activities: one summary of all, as of the end of each month', 9, q{
SELECT count(*), count(*) FILTER (WHERE abs(show_ratio(s, as_of) - share) > 1e-14 OR show_ratio(s, as_of) IS DISTINCT FROM of_rows)
FROM (SELECT (to_date(key, 'YYYY-MM') + interval '1 month')::date AS as_of, sum(held) OVER w / sum(booked) OVER w AS share
      FROM ref_activity WHERE scope = 'month' WINDOW w AS (ORDER BY key)) AS ref,
     (SELECT rollup(s) AS s FROM per_day) AS _,
     LATERAL (SELECT show_ratio(status, day, as_of) AS of_rows FROM one) AS o});
}

$node->stop;
done_testing();
