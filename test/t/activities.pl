# Shares of random rows, summed on every path that the server has, against plain SQL; and the activities of a real CRM
# against their reference.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw($cheap_parallel $shared_data start_server);
use Test::More;

my $node = start_server($cheap_parallel);
$node->safe_psql(
	'postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE activity (id int, grp int, part int, a boolean, b boolean);
INSERT INTO activity
SELECT i, hashint4(i) & 31, i % 500, (ARRAY[true, false, NULL])[1 + (hashint4(i + 7) & 2047) % 3],
       (ARRAY[true, true, false, NULL])[1 + (hashint4(i + 13) & 3)]
FROM generate_series(1, 20000) AS i;
-- groups that are never known, never delivered, always true
INSERT INTO activity SELECT i, 100 + i % 3, i, (ARRAY[NULL, false, true])[1 + i % 3], i % 3 <> 1 FROM generate_series(1, 90) AS i;
ANALYZE activity;
});

# All shares, and what they are in plain SQL, of groups or (OVER ...) of frames.
sub ours
{
	my ($over) = @_;
	return join ', ', map { "$_ $over" } 'share(a)', 'bounce_ratio(a)', 'connect_ratio(a)', 'open_ratio(a, b)', 'reply_ratio(a, b)';
}

sub by_hand
{
	my ($over) = @_;
	# 40 decimals, which become the nearest double: on a 32-bit machine the division of doubles rounds twice
	my $share = "((count(*) FILTER (WHERE a) $over)::numeric(60, 40) / nullif(count(a) $over, 0))::float8";
	my $of_b = "((count(*) FILTER (WHERE a AND b) $over)::numeric(60, 40) / nullif(count(a) FILTER (WHERE b) $over, 0))::float8";
	return "$share, $share, $share, $of_b, $of_b";
}

# The result of a query on a path through the server, and the plan.
sub on_path
{
	my ($settings, $query) = @_;
	$settings = join '', map { "SET $_;" } @$settings;
	return ($node->safe_psql('postgres', "$settings $query"), $node->safe_psql('postgres', "$settings EXPLAIN $query"));
}

my $parallel = [ 'max_parallel_workers_per_gather = 3', 'parallel_leader_participation = off' ];
my %paths = (
	serial => [ [], qr/Aggregate/ ],
	parallel => [ $parallel, qr/Finalize.*Aggregate.*Partial.*Aggregate/s ],
	sorted => [ ['enable_hashagg = off'], qr/GroupAggregate|^Aggregate/ ],
	'parallel and sorted' => [ [ @$parallel, 'enable_hashagg = off' ], qr/Finalize (Group)?Aggregate/ ],
	spilled => [ [ "work_mem = '64kB'", 'enable_sort = off' ], qr/Aggregate/ ]);
for my $group ('', 'GROUP BY grp ORDER BY grp', 'GROUP BY part ORDER BY part')
{
	my $expected = $node->safe_psql('postgres', "SELECT " . by_hand('') . " FROM activity $group");
	for my $path (sort keys %paths)
	{
		my ($settings, $shape) = @{ $paths{$path} };
		my ($result, $plan) = on_path($settings, "SELECT " . ours('') . " FROM activity $group");
		like($plan, $shape, "plan of $path, $group");
		is($result, $expected, "shares as by hand: $path, $group");
	}
}

# A moving window takes rows away; counts in the same frame say what must be left.
for my $frame ('ROWS 9 PRECEDING', 'ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING', 'ROWS BETWEEN 5 PRECEDING AND 4 PRECEDING',
	'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', 'ROWS BETWEEN 4 PRECEDING AND 4 FOLLOWING EXCLUDE CURRENT ROW')
{
	my ($moving, $counted) = (ours('OVER w'), by_hand('OVER w'));
	is( $node->safe_psql(
			'postgres', "SELECT count(*), count(*) FILTER (WHERE moving IS DISTINCT FROM counted)
FROM (SELECT ROW($moving) AS moving, ROW($counted) AS counted FROM activity WINDOW w AS (ORDER BY grp, id $frame)) AS _"),
		'20090|0', "shares as by hand in the frame $frame");
}

# Two counts per part are enough for the whole.
is( $node->safe_psql(
		'postgres', q{
SELECT share(sum(n)::bigint, sum(d)::bigint) = (SELECT open_ratio(a, b) FROM activity)
FROM (SELECT count(*) FILTER (WHERE a AND b) AS n, count(a) FILTER (WHERE b) AS d FROM activity GROUP BY grp) AS part}),
	't', 'counts that are kept roll up');

SKIP:
{
	my $dir = "$shared_data/pipedrive_enpal";
	skip "no $dir", 1 unless -r "$dir/ref_activity.csv";

	$node->safe_psql(
		'postgres', "CREATE TABLE task (activity_id int, type text, owner int, deal_id int, done boolean, due_to timestamp);
CREATE TABLE reference (scope text, key text, booked bigint, held bigint, ratio float8, low float8, high float8, days int, per_day float8);
\\copy task FROM '$dir/activity.csv' CSV HEADER
\\copy reference FROM '$dir/ref_activity.csv' CSV HEADER");
	is( $node->safe_psql(
			'postgres', q{
WITH ours AS (
    SELECT scope, key, count(*) AS booked, share(done) AS ratio, count(DISTINCT due_to::date)::int AS days
    FROM task, LATERAL (VALUES ('all', 'all'), ('type', type), ('user', owner::text), ('day', due_to::date::text),
                               ('month', to_char(due_to, 'YYYY-MM')), ('type_x_month', type || '|' || to_char(due_to, 'YYYY-MM'))
                       ) AS v (scope, key)
    GROUP BY scope, key)
SELECT count(*) > 1900,
       count(*) FILTER (WHERE (o.booked, o.days) IS DISTINCT FROM (r.booked, r.days)
                           OR (abs(o.ratio - r.ratio) > 1e-12 * r.ratio) IS NOT FALSE
                           OR (abs(activities_per_day(o.booked, o.days) - per_day) > 1e-12 * per_day) IS NOT FALSE),
       bool_and(share(held, r.booked) = o.ratio)
FROM ours AS o FULL JOIN reference AS r USING (scope, key)}),
		't|0|t', 'real activities as in their reference: held of booked, and per active day');
}

$node->stop;
done_testing();
