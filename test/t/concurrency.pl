# A table of summaries that triggers keep up to date, as docs/sales_summary.md
# has them, is exact while several sessions change the rows, at each isolation
# level; and what SERIALIZABLE means for a materialized view.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $clients = 4;
my $transactions = $ENV{SV_TRANSACTIONS} // 50;
note "SV_TRANSACTIONS=$transactions";

my $node = start_server("deadlock_timeout = 100ms\n");

$node->safe_psql('postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE opportunity (id int PRIMARY KEY, status text, amount numeric, opened date, closed date);
INSERT INTO opportunity
    SELECT i, (ARRAY['won', 'lost', 'void'])[1 + i % 3], i * 1.01, '2026-01-01', date '2026-01-02' + i % 5 FROM generate_series(1, 100) AS i;
CREATE TABLE daily (day date PRIMARY KEY, summary sales_summary NOT NULL);
INSERT INTO daily SELECT closed, sales_summary(status, amount, opened, closed) FROM opportunity GROUP BY closed;
CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily AS d
    SELECT closed, rollup(delta)
    FROM (SELECT closed, sales_summary(status, amount, opened, closed) AS delta FROM new_rows GROUP BY closed
          UNION ALL
          SELECT closed, - sales_summary(status, amount, opened, closed) FROM old_rows GROUP BY closed) AS change
    GROUP BY closed ORDER BY closed
    ON CONFLICT (day) DO UPDATE SET summary = d.summary + excluded.summary;
    RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER UPDATE ON opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow();
CREATE MATERIALIZED VIEW total AS SELECT sales_summary(status, amount, opened, closed) AS summary FROM opportunity;});

# A statement that moves several deals between days.
my $script = PostgreSQL::Test::Utils::tempdir() . '/move.sql';
append_to_file($script, q{
\set id random(1, 100)
\set step random(1, 4)
UPDATE opportunity SET closed = date '2026-01-02' + (closed - date '2026-01-02' + :step) % 5, amount = amount + 0.01,
    status = CASE status WHEN 'won' THEN 'lost' ELSE 'won' END WHERE id % 25 = :id % 25;
});
my $exact = q{
SELECT (SELECT rollup(summary) FROM daily) = (SELECT sales_summary(status, amount, opened, closed) FROM opportunity),
       (SELECT count(*) FROM daily AS d LEFT JOIN (SELECT closed, sales_summary(status, amount, opened, closed) AS s FROM opportunity GROUP BY 1) AS o
            ON closed = day WHERE summary <> coalesce(s, sales_summary())),
       (SELECT round(sum(amount) * 100) FROM opportunity)};
my $cents = $node->safe_psql('postgres', 'SELECT round(sum(amount) * 100) FROM opportunity');
foreach my $level ('read committed', 'repeatable read', 'serializable')
{
	my @pgbench = ('pgbench', '-n', '-c', $clients, '-j', 2, '-t', $transactions, '--max-tries=10000', '-f', $script, $node->connstr('postgres'));
	local $ENV{PGOPTIONS} = "-c default_transaction_isolation=" . ($level =~ s{ }{\\ }r);
	my ($out, $err) = run_command(\@pgbench);
	my ($done) = $out =~ /transactions actually processed: (\d+)/;
	is($done, $clients * $transactions, "$level: $done transactions")
	  or diag "$out\n$err";
	unlike(slurp_file($node->logfile), qr/deadlock/, "$level: no deadlock, as days are locked in their order");
	$cents += 4 * $clients * $transactions;
	is($node->safe_psql('postgres', $exact), "t|0|$cents", "$level: the summaries are those of the rows");
}

# A materialized view is what it was when it was refreshed: no level of isolation
# looks through it to its tables.
$node->safe_psql('postgres', 'REFRESH MATERIALIZED VIEW total');
is($node->safe_psql('postgres', q{
UPDATE opportunity SET amount = amount + 1;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT won_amount(summary) + lost_amount(summary) < (SELECT sum(amount) FROM opportunity WHERE status <> 'void') FROM total;
COMMIT}), 't', 'a materialized view is as old as its last refresh, also for a serializable transaction');

$node->stop;
done_testing();
