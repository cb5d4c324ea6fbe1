# The running sum of opportunity_events is the summary of the rows as they stood
# on that day, byte for byte: on random days, of random rows and histories, and
# of real ones.  In a business in balance, stock and flow give what it earns.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($shared_data sql start_server);
use Test::More;

my $seed = $ENV{SV_SEED} // 1;
note "SV_SEED=$seed";

my $node = start_server();

sql(qq{
CREATE EXTENSION salesvelocity;
CREATE FUNCTION chance(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(salt || i, $seed) & 2147483647) % n;
-- the sum of all changes up to each day; of the unknown day, the sum of everything
CREATE TABLE state (what text, day date, s sales_summary, UNIQUE (what, day))});

sub add_states
{
	my ($what, $events) = @_;
	sql("INSERT INTO state SELECT '$what', day, rollup(rollup(delta)) OVER (ORDER BY day) FROM $events GROUP BY day");
	return;
}

# Compare the states of random days with the summary of what a query gives as of
# each, by the name of at: (status, amount, opened, closed).
sub agree
{
	my ($what, $restated, $wanted) = (@_, 1000);
	my ($days, $differ, $different) = split /\|/, sql(qq{
SELECT count(*), count(*) FILTER (WHERE running IS DISTINCT FROM restated), count(DISTINCT restated)
FROM (SELECT first + chance(i, 'as of', last - first + 20) - 10 AS at
      FROM (SELECT min(day) AS first, max(day) AS last FROM state WHERE what = '$what') AS _, generate_series(1, $wanted) AS i) AS _,
     LATERAL (SELECT coalesce((SELECT s FROM state WHERE what = '$what' AND day <= at ORDER BY day DESC LIMIT 1), sales_summary()) AS running) AS a,
     LATERAL (SELECT sales_summary(status, amount, opened, closed) AS restated FROM ($restated) AS _) AS b});
	is($days, $wanted, "$what: $wanted days");
	cmp_ok($different, '>', $wanted / 4, "$what: $different different states");
	is($differ, 0, "$what: no difference");
	return;
}

# -- Random rows -----------------------------------------------------------------

# Every outcome; dates missing, infinite, in any order, often the same; amounts of
# any size.  The instants lie around midnight in Amsterdam.
sql(q{
CREATE TABLE deal AS
SELECT id, status, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won, amount, opened, closed,
       (opened + make_interval(secs => 72000 + chance(id, 'time', 18000)))::timestamptz AS opened_at,
       (closed + make_interval(secs => 72000 + chance(id, 'close', 18000)))::timestamptz AS closed_at
FROM (SELECT id, (ARRAY['won', 'lost', 'void', 'open', NULL, 'won', 'lost'])[1 + chance(id, 'status', 7)] AS status,
             CASE chance(id, 'amount', 20) WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 1e-12 WHEN 3 THEN -1e30 WHEN 4 THEN -50
                  ELSE chance(id, 'cents', 1000000) / 100.0 END AS amount,
             CASE chance(id, 'opened', 30) WHEN 0 THEN NULL WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' ELSE day END AS opened,
             CASE chance(id, 'closed', 20) WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' WHEN 3 THEN day - 7 WHEN 4 THEN day
                  ELSE day + chance(id, 'cycle', 200) END AS closed
      FROM (SELECT id, date '2024-01-01' + chance(id, 'day', 700) AS day FROM generate_series(1, 1000) AS id) AS _) AS _});

# What a row was as of a day: dates that are not finite are none.
sub restated
{
	my ($opened, $closed, $local) = @_;
	return qq{
SELECT CASE WHEN status IN ('won', 'lost', 'void') AND closed_on <= at THEN status ELSE 'open' END AS status, amount, $opened AS opened, $closed AS closed
FROM (SELECT *, CASE WHEN isfinite($opened) THEN ($opened$local)::date END AS opened_on, CASE WHEN isfinite($closed) THEN ($closed$local)::date END AS closed_on
      FROM deal) AS _
WHERE CASE WHEN status IN ('won', 'lost', 'void') THEN least(opened_on, closed_on) <= at AND closed_on IS NOT NULL ELSE opened_on <= at END};
}

add_states('dates', 'deal, opportunity_events(status, amount, opened, closed)');
add_states('instants', "deal, opportunity_events(status, amount, opened_at, closed_at, 'Europe/Amsterdam')");
agree('dates', restated('opened', 'closed', ''));
agree('instants', restated('opened_at', 'closed_at', " AT TIME ZONE 'Europe/Amsterdam'"));
is(sql(q{
SELECT count(DISTINCT opened_at::date - (opened_at AT TIME ZONE 'Europe/Amsterdam')::date),
       count(DISTINCT opened_at::timestamp - opened_at AT TIME ZONE 'Europe/Amsterdam') FROM deal WHERE isfinite(opened_at)}),
	'2|2', 'local days differ from those in UTC, in summer and in winter');
is(sql(q{
SELECT what, s = CASE what WHEN 'dates' THEN (SELECT sales_summary(status, amount, opened, closed) FROM deal)
                 ELSE (SELECT sales_summary(status, amount, opened_at, closed_at) FROM deal) END
FROM state WHERE day IS NULL ORDER BY what}), "dates|t\ninstants|t", 'everything together is the summary of the table');
# The mean number of open ones, in windows of any length.
is(sql(q{
WITH day AS MATERIALIZED
    (SELECT row_number() OVER (ORDER BY day) AS n, day, s, sum(num_open(s)) OVER (ORDER BY day) - num_open(s) AS so_far
     FROM (SELECT at AS day, (SELECT s FROM state WHERE what = 'dates' AND day <= at ORDER BY day DESC LIMIT 1) AS s
           FROM period_series('day', '2024-02-01', '2026-06-30') AS at) AS _)
SELECT count(*) > 400, count(*) FILTER (WHERE abs(average_open(a.s, a.day, b.s, b.day) / ((b.so_far - a.so_far) / (b.day - a.day)) - 1) <= 1e-12) - count(*)
FROM generate_series(1, 1000) AS i JOIN day AS a ON a.n = 1 + chance(i, 'from', 880) JOIN day AS b ON b.n = 1 + chance(i, 'until', 880)
WHERE a.day < b.day}), 't|0', 'average_open is the mean over the days');
is(sql(q{
SELECT count(*) FROM generate_series(1, 200) AS i, LATERAL (SELECT date '2024-02-01' + chance(i, 'from', 880) AS at, chance(i, 'days', 400) AS days) AS r,
       LATERAL (SELECT s FROM state WHERE what = 'dates' AND day <= at ORDER BY day DESC LIMIT 1) AS st
WHERE num_stale(s, at, days) <> (SELECT count(*) FROM deal WHERE isfinite(opened) AND opened < at - days
                                AND CASE WHEN status IN ('won', 'lost', 'void') THEN isfinite(closed) AND closed > at ELSE true END)}),
	'0', 'num_stale counts the rows');

# -- Random histories --------------------------------------------------------------

# Entries of histories, as they came; and, by plain SQL, the day on which the
# outcome of each came.
sql(q{
CREATE TABLE entry (what text, id int, n int, opened date, day date, status text, amount numeric);
CREATE VIEW dated AS
SELECT *, min(day) OVER (PARTITION BY what, id, run) AS closed
FROM (SELECT *, count(*) FILTER (WHERE outcome IS DISTINCT FROM before) OVER (PARTITION BY what, id ORDER BY n) AS run
      FROM (SELECT *, lag(outcome) OVER (PARTITION BY what, id ORDER BY n) AS before
            FROM (SELECT *, coalesce(status, 'open') AS outcome FROM entry) AS _) AS _) AS _});

sub agree_by_history
{
	my ($what) = @_;
	add_states($what, qq{
(SELECT array_agg(status ORDER BY n) AS statuses, array_agg(amount ORDER BY n) AS amounts, array_agg(day ORDER BY n) AS days, opened
 FROM entry WHERE what = '$what' GROUP BY id, opened) AS _, opportunity_events(statuses, amounts, days, opened)});
	sql("CREATE TABLE as_was AS SELECT * FROM dated WHERE what = '$what'");
	agree($what, 'SELECT DISTINCT ON (id) * FROM as_was WHERE day <= at ORDER BY id, n DESC');
	is(sql('SELECT count(*) > 10 FROM (SELECT FROM as_was GROUP BY id HAVING count(DISTINCT run) FILTER (WHERE outcome <> \'open\') > 1) AS _'),
		't', "$what: some were closed more than once");
	sql('DROP TABLE as_was');
	return;
}

# Several changes a day, and many that change nothing; the closed ones may come back.
sql(q{
INSERT INTO entry
SELECT 'histories', id, n, opened, first + (sum(chance(id, 'gap' || n, 80) * chance(id, 'same day' || n, 2)) OVER (PARTITION BY id ORDER BY n))::int,
       (ARRAY['open', 'won', 'lost', 'open', 'void', NULL])[1 + chance(id, 'status' || n / 2, 6)],
       (ARRAY[100, 100.00, 250.5, NULL, 'NaN', -1e30])[1 + chance(id, 'amount' || n / 3, 6)]
FROM (SELECT id, date '2024-01-01' + chance(id, 'day', 700) AS first, CASE WHEN chance(id, 'opened', 30) > 0 THEN date '2024-01-01' + chance(id, 'opened', 700) END AS opened
      FROM generate_series(1, 400) AS id) AS _, LATERAL generate_series(1, 1 + chance(id, 'entries', 12)) AS n});
agree_by_history('histories');

# -- Real rows ---------------------------------------------------------------------

SKIP:
{
	my $dir = "$shared_data/maven_crm";
	skip "no $dir", 1 unless -r "$dir/sales_pipeline.csv";
	sql(q{
CREATE TABLE pipeline (opportunity_id text, sales_agent text, product text, account text, deal_stage text, opened date, closed date, amount numeric);
CREATE VIEW real AS SELECT CASE deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END AS status, amount, opened, closed FROM pipeline});
	sql("\\copy pipeline FROM '$dir/sales_pipeline.csv' CSV HEADER");
	add_states('real rows', 'real, opportunity_events(status, amount, opened, closed)');
	agree('real rows', q{
SELECT CASE WHEN closed <= at THEN status ELSE 'open' END AS status, amount, opened, closed FROM real WHERE opened <= at}, 200);

	my @lines = split /\n/, slurp_file("$dir/ref_snapshot.csv");
	shift @lines;
	my @reference = map { join '|', (split /,/)[1, 2 .. 6] } @lines;
	my $days = join ',', map { (split /\|/)[0] } @reference;
	is(sql(qq{
SELECT at, num_opportunities(s), num_won(s), num_lost(s), num_open(s), won_amount(s)
FROM unnest('{$days}'::date[]) AS at, LATERAL (SELECT s FROM state WHERE what = 'real rows' AND day <= at ORDER BY day DESC LIMIT 1) AS _ ORDER BY at}),
		join("\n", @reference), 'ref_snapshot: ' . @reference . ' month ends');
}

# -- A real history ------------------------------------------------------------------

SKIP:
{
	my $dump = "$shared_data/tryton/tryton.sql.gz";
	skip "no $dump", 1 unless -r $dump;
	# the one table of the dump: columns, then rows
	my ($columns, @rows);
	open my $file, '-|', 'gzip', '-dc', $dump or die "gzip: $!";
	while (<$file>)
	{
		last if @rows && $_ eq "\\.\n";
		push @rows, $_ if $columns;
		$columns = $1 if /^COPY public\.sale_opportunity__history \((.*)\)/;
	}
	close $file;
	my $tsv = PostgreSQL::Test::Utils::tempdir . '/history.tsv';
	append_to_file($tsv, join '', @rows);
	sql('CREATE TABLE tryton (' . join(', ', map { "\"$_\" text" } split /, /, $columns) . ')');
	sql("\\copy tryton FROM '$tsv'");
	# an entry without a state is a deletion
	sql(q{
INSERT INTO entry
SELECT 'real histories', id::int, __id::int, first_value(start_date::date) OVER (PARTITION BY id ORDER BY __id::int), coalesce(write_date, create_date)::date,
       CASE WHEN state IN ('won', 'lost') THEN state WHEN state = 'cancelled' OR state IS NULL THEN 'void' ELSE 'open' END, amount::numeric
FROM tryton});
	is(sql(q{SELECT count(*) > 3000 AND count(DISTINCT id) > 600 FROM entry WHERE what = 'real histories'}), 't', 'a real history');
	agree_by_history('real histories');
}

# -- A business in balance -----------------------------------------------------------

# Two opportunities a day for 20 years, a quarter of them won: 10,000 in the mean,
# after 40 days in the mean, others lost after 70; or a fifth is void after 100
# days, and a quarter of the rest is won.  Times are the sum of four exponential
# ones.  Stock and flow come from the running sums alone.
for my $void (0, 0.2)
{
	my $what = $void ? 'a fifth void' : 'nothing void';
	sql(qq{
DROP TABLE IF EXISTS balance;
SELECT setseed(1.0 / (1 + $seed));
CREATE TABLE balance AS
SELECT status, amount, opened, opened + round(-ln((1 - random()) * (1 - random()) * (1 - random()) * (1 - random())) / 4
                                              * CASE status WHEN 'won' THEN 40 WHEN 'lost' THEN 70 ELSE 100 END)::int AS closed
FROM (SELECT CASE WHEN random() < $void THEN 'void' WHEN random() < 0.25 THEN 'won' ELSE 'lost' END AS status,
             round((5000 + 10000 * random())::numeric, 2) AS amount, date '2000-01-01' + i / 2 AS opened
      FROM generate_series(1, 14600) AS i) AS _});
	add_states("balance, $what", 'balance, opportunity_events(status, amount, opened, closed)');
	my @ratios = split /\n/, sql(qq{
SELECT days, round(sum(sales_velocity(stock, flow)) / sum(won_amount(flow) / days), 3),
       round(sum(sales_velocity(stock, flow, 'closed')) / sum(won_amount(flow) / days), 3),
       round(sum(sales_velocity(stock, flow, 'won')) / sum(won_amount(flow) / days), 3),
       round(sum(sales_velocity(sales_summary(num_open => num_open(stock) - num_open(flow)) + flow)) / sum(won_amount(flow) / days), 3)
FROM unnest('{30,90,180,365}'::int[]) AS days, period_series('month', '2002-01-01', '2019-12-31') AS at,
     LATERAL (SELECT b.s AS stock, b.s - a.s AS flow FROM state AS a JOIN state AS b USING (what)
              WHERE what = 'balance, $what' AND a.day = at - days AND b.day = at) AS _
GROUP BY days ORDER BY days});
	is(@ratios, 4, "$what: four windows");
	note "velocity / booked, $what: days | flow | flow, closed | flow, won | textbook\n", join "\n", @ratios;
	for (@ratios)
	{
		my ($days, $flow, $closed, $won, $textbook) = split /\|/;
		ok($flow > 0.97 && $flow < 1.03, "$what, $days days: stock and flow give $flow of what is booked");
		ok($won > 1.4 && $textbook > 2 && ($void ? $closed > 1.3 : $closed == $flow), "$what, $days days: the others do not");
	}
}

$node->stop;
done_testing();
