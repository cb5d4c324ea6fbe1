# The funnel against an implementation that follows the rules of docs/funnel.md
# word by word, on random events with every kind of oddity, under all options.
# Then: one summary whichever way it comes about, and the funnel of real deals.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use List::Util qw(first max sum0);
use SalesVelocityTest qw($cheap_parallel $shared_data sql start_server);
use Test::More;

my $seed = $ENV{SV_SEED} // 1;
note "SV_SEED=$seed";
srand($seed);

my $node = start_server("$cheap_parallel max_worker_processes = 4\n");
sql('CREATE EXTENSION salesvelocity');

# -- Random events -------------------------------------------------------------

my $day = 86_400_000_000;
my $nsteps = 5;

# Entities from tidy to wild: most go forward; some skip, go back, repeat, leave,
# have two events at once, or miss a step or a time.
my %events;    # by entity: [step or undef, microseconds since 2000 or undef]
foreach my $entity (1 .. 3000)
{
	my $wild = rand;
	my ($step, $at) = (1 + int(rand() < 0.2 ? rand 3 : 0), int rand 40 * $day);
	foreach (0 .. int rand 7)
	{
		push @{ $events{$entity} },
		  [ rand() < 0.02 ? undef : $step, rand() < 0.02 ? undef : $at ];
		$step = rand() < $wild * 0.8 ? int rand $nsteps + 1 : $step + 1;
		$step = 0 if $step > $nsteps;
		$at += rand() < 0.15 ? 0 : rand() < 0.3 ? $day * int rand 9 : int rand 12 * $day;
	}
}
sql('CREATE TABLE event (n serial, entity int, cohort int, step int, at timestamptz);');
my @rows;
foreach my $entity (keys %events)
{
	foreach (@{ $events{$entity} })
	{
		my ($step, $at) = @$_;
		push @rows, sprintf '(%d, %d, %s, %s)', $entity, $entity % 7, $step // 'NULL',
		  defined $at ? "timestamptz '2000-01-01 00:00+00' + '$at us'" : (qw(NULL 'infinity' '-infinity'))[ rand 3 ];
	}
}
sql('INSERT INTO event (entity, cohort, step, at) VALUES '
	  . join(', ', map { splice @rows, rand @rows, 1 } 1 .. @rows));
sql('CREATE TABLE path AS SELECT entity, cohort, funnel_path(step, at) AS path FROM event GROUP BY 1, 2; ANALYZE');

# -- The rules, word by word -----------------------------------------------------

# The stays of an entity: [step, start, end or undef, the step after it or undef].
sub stays_of
{
	my ($as_of, @events) = @_;
	my @stays;
	foreach my $e (sort { $a->[1] <=> $b->[1] || ($a->[0] || 99) <=> ($b->[0] || 99) }
		grep { defined $_->[0] && defined $_->[1] && (!defined $as_of || $_->[1] <= $as_of) } @events)
	{
		my $now = @stays && !defined $stays[-1][2] ? $stays[-1] : undef;
		next if $now && $now->[0] == $e->[0];
		@$now[ 2, 3 ] = ($e->[1], $e->[0]) if $now;
		push @stays, [ $e->[0], $e->[1], undef, undef ] if $e->[0];
	}
	return @stays;
}

sub days_columns
{
	my @times = sort { $a <=> $b } @_;
	return ('', '') unless @times;
	return (int($times[ $#times / 2 ] / $day), sum0(@times) / (@times * $day));
}

# The rows of funnel_steps and of funnel_stays.
sub expected
{
	my ($as_of, $last, $backfill, @windows) = @_;
	my (%n, %times, %stays, %stay_times);
	foreach my $entity (keys %events)
	{
		my @stays = stays_of($as_of, @{ $events{$entity} }) or next;
		my $furthest = max map { $_->[0] } @stays;
		my $gone = defined $stays[-1][2];
		my %seen;
		foreach (@stays)
		{
			my ($step, $from, $to, $next) = @$_;
			$stays{$step}{stays}++;
			$stays{$step}{ongoing}++ unless defined $to;
			$stays{$step}{returned}++ if $seen{$step}++;
			$stays{$step}{back}++ if $next && $next < $step;
			push @{ $stay_times{$step} }, $to - $from if defined $to;
		}
		my $entry = sub {
			my ($step) = @_;
			my @indexes = grep { $stays[$_][0] == $step } 0 .. $#stays;
			return $indexes[ $last ? -1 : 0 ];
		};
		foreach my $step (1 .. $furthest)
		{
			my ($i, $first) = ($entry->($step), $entry->(1));
			$n{$step}{skipped}++ unless defined $i;
			next unless defined $i || $backfill;
			$n{$step}{entered}++;
			$n{$step}{from_first}++
			  if $backfill || defined $first && grep { $stays[$_][0] == $step } $first .. $#stays;
			if (!defined $i)
			{
				$n{$step}{converted}++;
				next;
			}
			my $later = first { $stays[$_][0] > $step } $i .. $#stays;
			my $window = $windows[ $step - 1 ];
			my $time = defined $later ? $stays[$later][1] - $stays[$i][1] : undef;
			if (defined $time && (!defined $window || $time <= $window))
			{
				$n{$step}{converted}++;
				push @{ $times{$step} }, $time;
			}
			elsif (defined $time || $gone
				|| defined $window && (!defined $as_of || $as_of - $stays[$i][1] > $window))
			{
				$n{$step}{dropped}++;
			}
			else
			{
				$n{$step}{in_progress}++;
			}
		}
	}
	my $steps = join "\n", map {
		my ($step, $end) = ($_, $_ == $nsteps);
		my ($entered, $converted) = map { $n{$step}{$_} // 0 } qw(entered converted);
		my $all = $n{1}{entered} // 0;
		join '|', $step, $entered, $end ? '' : $converted, $end || !$entered ? '' : $converted / $entered,
		  $all ? ($n{$step}{from_first} // 0) / $all : '', days_columns(@{ $times{$step} // [] }),
		  map({ $end ? '' : $n{$step}{$_} // 0 } qw(in_progress dropped)), $n{$step}{skipped} // 0
	} 1 .. $nsteps;
	my $stays = join "\n", map {
		my $step = $_;
		join '|', $step, $stays{$step}{stays} // 0, days_columns(@{ $stay_times{$step} // [] }),
		  map { $stays{$step}{$_} // 0 } qw(ongoing returned back)
	} 1 .. $nsteps;
	return ($steps, $stays);
}

# A double is written in 15 digits on both sides.
sub rounded
{
	my ($rows) = @_;
	$rows =~ s/(\d+\.[\de.+-]+)/sprintf '%.15g', $1/ge;
	return $rows;
}

foreach my $as_of (undef, 0, 25 * $day, 60 * $day + 1)
{
	foreach my $options ([ 0, 0 ], [ 0, 1 ], [ 1, 0 ], [ 1, 1 ])
	{
		foreach my $windows ([], [ 3 * $day, undef, 36 * $day / 24, 0, 5 * $day ])
		{
			my ($last, $backfill) = @$options;
			my $sql = sprintf "(SELECT funnel_summary(path, %s, '%s', %s, %s) AS summary FROM path) AS _",
			  defined $as_of ? "timestamptz '2000-01-01 00:00+00' + '$as_of us'" : 'NULL::timestamptz',
			  $last ? 'last' : 'first', $backfill ? 'true' : 'false',
			  @$windows ? q('{3 days,NULL,36 hours,0,5 days}') : 'NULL';
			my ($steps, $stays) = expected($as_of, $last, $backfill, @$windows);
			is(rounded(sql("SELECT s.* FROM $sql, funnel_steps(summary, $nsteps) AS s")), rounded($steps),
				"steps: $sql");
			is(rounded(sql("SELECT s.* FROM $sql, funnel_stays(summary, $nsteps) AS s")), rounded($stays),
				"stays: $sql");
		}
	}
}
is(sql('SELECT num_missing_times(funnel_summary(path)) FROM path'),
	sum0(map { scalar grep { defined $_->[0] && !defined $_->[1] } @$_ } values %events),
	'events without a time are counted');
is(sql('SELECT funnel_summary(path) = funnel_summary(path, NULL::timestamptz, NULL, NULL, NULL)
	AND funnel_summary(path) = funnel_summary(path, timestamptz $$infinity$$, $$first$$, false, $${}$$) FROM path'),
	't', 'an option that is NULL has its default');

# -- One summary, whichever way it comes about -----------------------------------

my $per_entity = 'SELECT entity, funnel_path(step, at) AS path FROM event GROUP BY entity';
my $whole = sql('SELECT funnel_summary(path) FROM path');
my $paths = sql("SELECT md5(string_agg(path::text, ',' ORDER BY entity::text)) FROM path");

sub paths_by
{
	my ($name, $settings, $plan) = @_;
	my $sql = "SELECT md5(string_agg(path::text, ',' ORDER BY entity::text)) FROM ($per_entity) AS _";
	like(sql("$settings EXPLAIN $sql"), $plan, "paths, $name: the plan") if $plan;
	is(sql("$settings $sql"), $paths, "paths, $name");
	return;
}
paths_by('sorted', 'SET enable_hashagg = off;', qr/GroupAggregate/);
paths_by('spilled', "SET work_mem = '64kB'; SET hash_mem_multiplier = 1; SET enable_sort = off;", qr/HashAggregate/);
is(sql("SELECT md5(string_agg(path::text, ',' ORDER BY entity::text)) FROM
	(SELECT entity, funnel_path(step, at ORDER BY md5(n::text)) AS path FROM event GROUP BY entity) AS _"),
	$paths, 'paths, in another order of rows');

# Long paths for few, so that the plan is to gather them in parts.
my $parallel = 'SET max_parallel_workers_per_gather = 3; SET enable_indexscan = off; ALTER TABLE %s SET (parallel_workers = 3);';
my $long = 'SELECT string_agg(path::text, $$,$$ ORDER BY cohort) FROM (SELECT cohort, funnel_path(step, at) AS path FROM event GROUP BY 1) AS _';
like(sql(sprintf($parallel, 'event') . "EXPLAIN $long"), qr/Finalize.*Gather.*Partial/s, 'paths, parallel: the plan');
is(sql(sprintf($parallel, 'event') . $long), sql($long), 'paths, parallel');

my $by_worker = sprintf($parallel, 'path') . ' SET parallel_leader_participation = off;';
like(sql("$by_worker EXPLAIN SELECT funnel_summary(path) FROM path"), qr/Finalize.*Gather.*Partial/s, 'summary, parallel: the plan');
is(sql("$by_worker SELECT funnel_summary(path) FROM path"), $whole, 'summary, parallel');
is(sql("$by_worker SELECT funnel_summary(path, NULL::date, 'last', true, '{1 day}') FROM path WHERE entity < 0"), '{"version":1}',
	'summary, parallel, of no rows');
is(sql('SELECT rollup(s) FROM (SELECT funnel_summary(path) AS s FROM path GROUP BY cohort) AS _'), $whole, 'summary, rolled up');
is(sql('SELECT rollup(s) - (SELECT funnel_summary(path) FROM path WHERE cohort = 3) + (SELECT funnel_summary(path) FROM path WHERE cohort = 3)
	FROM (SELECT funnel_summary(path) AS s FROM path GROUP BY cohort) AS _'), $whole, 'summary, taken away and added again');

# Windows: the inverse functions against a new start in every row.
sub windows_agree
{
	my ($name, $aggregate, $order, $table) = @_;
	my $frame = "(ORDER BY $order ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)";
	my $sql = "SELECT count(*), count(*) FILTER (WHERE moving::text IS DISTINCT FROM again::text) FROM (
		SELECT i, $aggregate OVER $frame AS moving,
		       (SELECT $aggregate FROM $table AS t WHERE t.i BETWEEN o.i - 5 AND o.i + 2) AS again
		FROM (SELECT *, row_number() OVER (ORDER BY $order) AS i FROM source LIMIT 700) AS o) AS _";
	$sql =~ s/\Q$table\E AS t/(SELECT *, row_number() OVER (ORDER BY $order) AS i FROM source LIMIT 700) AS t/;
	$sql =~ s/\bsource\b/$table/g;
	is(sql($sql), '700|0', "$name, in a moving window");
	return;
}
windows_agree('paths', 'funnel_path(step, at)', 'n', 'event');
windows_agree('paths of dates', 'funnel_path(step, at::date)', 'n', 'event');
windows_agree('summary', 'funnel_summary(path)', 'entity', 'path');
windows_agree('summary with options', q{funnel_summary(path, timestamptz '2000-02-01', 'last', true, '{4 days,NULL,2 days}')}, 'entity', 'path');
windows_agree('summary as of a day', q{funnel_summary(path, date '2000-02-01', NULL, NULL, NULL)}, 'entity', 'path');

# Out and in again.
my $file = sql('SHOW data_directory') . '/summaries';
is( sql("CREATE TABLE stored AS SELECT cohort, funnel_summary(path) AS s FROM path GROUP BY cohort;
	COPY stored TO '$file' (FORMAT binary);
	CREATE TABLE restored (LIKE stored);
	COPY restored FROM '$file' (FORMAT binary);
	SELECT count(*) FILTER (WHERE r.s = o.s AND r.s::text = o.s::text AND o.s::text::funnel_summary = o.s
	                        AND o.s::jsonb::funnel_summary = o.s)
	FROM stored AS o JOIN restored AS r USING (cohort)"),
	'7', 'summaries are the same after binary COPY, as text and as jsonb');
is(sql("SELECT bool_and(of_dates = of_instants) FROM
	(SELECT funnel_path(step, at::date) AS of_dates, funnel_path(step, date_trunc('day', at)) AS of_instants FROM event GROUP BY entity) AS _"),
	't', 'a date is its midnight in UTC');

# All 32 steps have their place.
is( sql(q{SELECT string_agg(concat_ws('|', step, entered, converted, conversion_from_first, median_days), ' ' ORDER BY step)
	FROM (SELECT funnel_summary(path)::text::funnel_summary AS f FROM (
	      SELECT funnel_path(step, date '2026-01-01' + step * step) AS path FROM generate_series(1, 32) AS step) AS _) AS _,
	     funnel_steps(f)}),
	join(' ', (map { "$_|1|1|1|" . (2 * $_ + 1) } 1 .. 31), '32|1|1'),
	'32 steps');

# -- Real deals --------------------------------------------------------------------

SKIP:
{
	my $dir = "$shared_data/pipedrive_enpal";
	skip "no $dir", 5 unless -r "$dir/deal_changes.csv";

	# The reference leaves out the five deals that have two histories.
	sql("CREATE TABLE change (deal_id int, changed_at timestamptz, field text, value text);
		\\copy change FROM '$dir/deal_changes.csv' CSV HEADER
		CREATE TABLE reference (stage int, name text, entering bigint, share float8, deepest bigint, median float8, mean float8);
		\\copy reference FROM '$dir/ref_funnel.csv' CSV HEADER
		CREATE VIEW deal AS SELECT deal_id FROM change WHERE field = 'add_time' GROUP BY 1 HAVING count(*) = 1;
		CREATE VIEW stage AS
		SELECT deal_id, CASE field WHEN 'stage_id' THEN value::int WHEN 'lost_reason' THEN 0 END AS step, changed_at
		FROM change JOIN deal USING (deal_id);
		CREATE TABLE funnel AS
		SELECT funnel_summary(path) AS f FROM (SELECT funnel_path(step, changed_at) AS path FROM stage GROUP BY deal_id) AS _");
	is(sql('SELECT count(*) FROM deal'), 1990, 'deals with one history');
	is( sql('SELECT count(*), count(*) FILTER (WHERE entered = entering AND abs(conversion_from_first - share) < 1e-13) FROM funnel, funnel_steps(f) JOIN reference ON stage = step'),
		'9|9', 'deals per stage and their share of all');
	is( sql('SELECT count(*), count(*) FILTER (WHERE deepest = entered - coalesce(converted, 0) AND coalesce(dropped, deepest) = deepest) FROM funnel, funnel_steps(f) JOIN reference ON stage = step'),
		'9|9', 'deals per deepest stage: they did not go on, and all were lost there');

	# Days since a deal was made: a funnel of two steps for each stage. Our median is a whole day that occurs, theirs may lie between two.
	is( sql("SELECT count(*), count(*) FILTER (WHERE median_days IN (median, median - 0.5) AND abs(avg_days - mean) < 1e-9)
		FROM reference,
		     LATERAL (SELECT funnel_summary(path) AS f
		              FROM (SELECT funnel_path(CASE field WHEN 'add_time' THEN 1 ELSE 2 END, changed_at) AS path
		                    FROM change JOIN deal USING (deal_id)
		                    WHERE field = 'add_time' OR field = 'stage_id' AND value::int = stage GROUP BY deal_id) AS _) AS _,
		     funnel_steps(f) WHERE step = 1"),
		'9|9', 'days from the creation of a deal to each stage');
	is( sql("SELECT count(*) FROM
		(SELECT from_stage, count(*), avg(days), percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(days))
		 FROM (SELECT step AS from_stage, extract(epoch FROM lead(changed_at) OVER (PARTITION BY deal_id ORDER BY changed_at, nullif(step, 0)) - changed_at)::float8 / 86400 AS days
		       FROM stage WHERE step IS NOT NULL) AS _ WHERE from_stage > 0 GROUP BY 1) AS theirs (step, n, mean, median)
		JOIN (SELECT s.* FROM funnel, funnel_stays(f) AS s) AS ours USING (step)
		WHERE stays = n AND ongoing = 0 AND abs(avg_days - mean) < 1e-9 AND median_days = median"),
		9, 'days of the stays in each stage');
}

$node->stop;
done_testing();
