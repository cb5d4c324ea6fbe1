# The server is killed again and again while rows come in, summaries are kept up
# to date and materialized views are refreshed.  After each recovery, what was
# maintained with the rows equals what the rows say, and what was refreshed equals
# what the rows said at some moment.
#
# SV_CYCLES times (5), at moments grown from SV_SEED (1).
use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib "$FindBin::Bin/../lib";
use IPC::Run;
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;
use Time::HiRes qw(sleep);

my $cycles = $ENV{SV_CYCLES} // 5;
my $seed = $ENV{SV_SEED} // 1;
note "SV_CYCLES=$cycles SV_SEED=$seed";
srand($seed);

# no power is lost, so nothing need be flushed to disk; the WAL is written all the same
my $node = start_server(q{
autovacuum = on
fsync = off
checkpoint_timeout = 30s
wal_writer_delay = 10ms
restart_after_crash = off
});

# Each session writes rows of its own, in ascending order; some go away again.
# "kept" is kept up to date in the same transaction, large summaries among it;
# "moment" says what the rows were when it was refreshed.
$node->safe_psql('postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE opp (session int, id int, status text, amount numeric, opened date, closed date, PRIMARY KEY (session, id));
CREATE TABLE kept (session int, month date, summary sales_summary, PRIMARY KEY (session, month));
CREATE INDEX ON kept (summary);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    delta sales_summary;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT sales_summary(NEW.status, NEW.amount, NEW.opened, NEW.closed) INTO delta;
        INSERT INTO kept AS k VALUES (NEW.session, date_trunc('month', NEW.opened), delta)
        ON CONFLICT (session, month) DO UPDATE SET summary = k.summary + excluded.summary;
        RETURN NEW;
    END IF;
    SELECT sales_summary(OLD.status, OLD.amount, OLD.opened, OLD.closed) INTO delta;
    UPDATE kept SET summary = summary - delta WHERE (session, month) = (OLD.session, date_trunc('month', OLD.opened));
    RETURN OLD;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR DELETE ON opp FOR EACH ROW EXECUTE FUNCTION keep();
CREATE MATERIALIZED VIEW moment AS
    SELECT session, max(id) AS last_id, sales_summary(status, amount, opened, closed) AS summary FROM opp GROUP BY session;
CREATE UNIQUE INDEX ON moment (session);
CREATE VIEW by_session AS SELECT session, rollup(summary) AS summary FROM kept GROUP BY session;
-- Some hundred rows more for a session, of which every ninth goes away at once.
CREATE PROCEDURE more(s int) LANGUAGE plpgsql AS $$
DECLARE
    first int := coalesce(max(id), 0) + 1 FROM opp WHERE session = s;
BEGIN
    INSERT INTO opp
        SELECT s, i, (ARRAY['won', 'lost', 'void', 'open'])[1 + i % 4], i % 9973 * 1.01, date '2020-01-01' + i % 200, date '2020-01-01' + i % 200 + i * s % 997
        FROM generate_series(first, first + 50 + first % 300) AS i;
    DELETE FROM opp WHERE session = s AND id >= first AND id % 9 = 0;
END $$;
});

# Both must be empty, or tell what differs.  Rows of a session come in the order
# of their numbers, so those of the moment are the ones up to its last number.
my %differences = (
	'what is kept is what the rows say', q{
SELECT coalesce(k.session, o.session) FROM by_session AS k
FULL JOIN (SELECT session, sales_summary(status, amount, opened, closed) AS summary FROM opp GROUP BY session) AS o USING (session)
WHERE sales_summary_send(k.summary) IS DISTINCT FROM sales_summary_send(o.summary)},
	'what was refreshed is what the rows said', q{
SELECT m.session FROM moment AS m
WHERE sales_summary_send(summary) IS DISTINCT FROM
      (SELECT sales_summary_send(sales_summary(status, amount, opened, closed)) FROM opp AS o WHERE o.session = m.session AND o.id <= m.last_id)},
	'the index has all of it', q{
SET enable_seqscan = off;
SELECT a.month FROM kept AS a WHERE NOT EXISTS (SELECT FROM kept AS b WHERE b.summary = a.summary AND (b.session, b.month) = (a.session, a.month))});

# A session that repeats a statement until the server is gone.
my $scripts = PostgreSQL::Test::Utils::tempdir();
sub session
{
	my ($name, $sql) = @_;
	append_to_file("$scripts/$name", "$sql;\n" x 5000) unless -e "$scripts/$name";
	return IPC::Run::start([ 'psql', '-Xq', '-d', $node->connstr('postgres'), '-f', "$scripts/$name" ], '>', '/dev/null', '2>', '/dev/null');
}

my $data = abs_path($node->data_dir);
my ($rows, $refreshes, $wrong) = (0, 0, 0);
foreach my $cycle (1 .. $cycles)
{
	my @sessions = (
		session(one => 'CALL more(1)'),
		session(two => 'CALL more(2)'),
		session(undone => 'BEGIN; CALL more(3); CALL more(3); ROLLBACK; CALL more(3)'),
		$cycle % 2 ? session(concurrent => 'REFRESH MATERIALIZED VIEW CONCURRENTLY moment') : session(refresh => 'REFRESH MATERIALIZED VIEW moment'));
	sleep(0.2 + rand(0.8));
	my ($postmaster) = slurp_file("$data/postmaster.pid") =~ /^(\d+)/;
	$node->kill9;
	# each process notices at its next wait that the postmaster is gone, and psql ends with its backend
	IPC::Run::finish($_) foreach @sessions;
	for (1 .. 600)
	{
		last unless kill(0, $postmaster) || grep { (readlink($_) // '') eq $data } glob '/proc/[0-9]*/cwd';
		sleep(0.1);
	}
	$node->start;

	foreach my $what (sort keys %differences)
	{
		my $difference = $node->safe_psql('postgres', $differences{$what});
		next if $difference eq '';
		diag "cycle $cycle: not $what: $difference";
		$wrong++;
	}
	my ($now, $moment) = split /\|/, $node->safe_psql('postgres', 'SELECT count(*), (SELECT sum(last_id) FROM moment) FROM opp');
	note "cycle $cycle: $now rows, " . ($moment || 'no') . ' at the moment of the refresh';
	$rows++ if $now > 0;
	$refreshes++ if $moment;
	# many cycles shall not take ever longer
	$node->safe_psql('postgres', 'BEGIN; TRUNCATE opp, kept; REFRESH MATERIALIZED VIEW moment; COMMIT') if $cycle % 10 == 0;
}
is($wrong, 0, "after $cycles crashes all is as the rows say");
is($rows, $cycles, 'there were rows');
cmp_ok($refreshes, '>=', $cycles / 2, "and $refreshes refreshes");
my $recoveries = () = slurp_file($node->logfile) =~ /redo (?:done|is not required)/g;
cmp_ok($recoveries, '>=', $cycles, "$recoveries recoveries");
unlike(slurp_file($node->logfile), qr/TRAP|invalid page|PANIC/, 'the log says nothing else');

$node->stop;
done_testing();
