# Row security holds: what a role computes is what its rows say, on every path of
# the server, and no error tells of a hidden row.  Three roles - two
# representatives who see their own rows, and their head, who sees all - meet the
# table, stored summaries, functions, views and materialized views.
#
# Summary tables and materialized views carry the rights that their owner gives:
# that is tested, too, since it is what the documentation warns of.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw(start_server);
use Test::More;

my $node = start_server();

# Alice has 100 rows, bob 200, carol 300; of carol's some have notes that no
# function takes.
$node->safe_psql('postgres', q{
CREATE ROLE keeper; CREATE ROLE alice; CREATE ROLE bob; CREATE ROLE head;
GRANT CREATE ON SCHEMA public TO keeper;
CREATE EXTENSION salesvelocity;
SET ROLE keeper;
CREATE TABLE opp AS
    SELECT i AS id, CASE WHEN i <= 100 THEN 'alice' WHEN i <= 300 THEN 'bob' ELSE 'carol' END AS owner,
           (ARRAY['won', 'lost', 'lost', 'void', 'open', NULL])[1 + i * 5 % 6] AS status, CASE WHEN i % 13 > 0 THEN i * 1.01 END AS amount,
           date '2025-01-01' + i * 7 % 300 AS opened, CASE WHEN i % 17 > 0 THEN date '2025-01-01' + i * 7 % 300 + i % 50 - i % 3 END AS closed,
           CASE WHEN i % 7 = 0 AND i > 300 THEN 'a secret' ELSE 'month' END AS note
    FROM generate_series(1, 600) AS i;
CREATE TABLE stored AS
    SELECT owner, period_start('month', opened) AS month, min(note) AS note, sales_summary(status, amount, opened, closed) AS summary,
           lead_summary(opened) AS leads FROM opp GROUP BY 1, 2;
CREATE INDEX ON stored (summary);
ALTER TABLE opp ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON opp USING (owner = current_user);
CREATE POLICY whole ON opp TO head USING (true);
CREATE POLICY own ON stored USING (owner = current_user);
CREATE POLICY whole ON stored TO head USING (true);

CREATE FUNCTION in_sql() RETURNS sales_summary STABLE RETURN (SELECT sales_summary(status, amount, opened, closed) FROM opp);
CREATE FUNCTION in_plpgsql() RETURNS sales_summary LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN (SELECT rollup(summary) FROM stored); END $$;
CREATE VIEW invoked WITH (security_invoker = true) AS SELECT owner, sales_summary(status, amount, opened, closed) AS summary FROM opp GROUP BY owner;
CREATE VIEW owned AS SELECT owner, sales_summary(status, amount, opened, closed) AS summary FROM opp GROUP BY owner;
CREATE MATERIALIZED VIEW kept AS SELECT owner, sales_summary(status, amount, opened, closed) AS summary FROM opp GROUP BY owner;
CREATE VIEW kept_own WITH (security_barrier = true) AS SELECT * FROM kept WHERE owner = current_user;
CREATE VIEW kept_invoked WITH (security_invoker = true) AS SELECT * FROM kept;
GRANT SELECT ON opp, stored, invoked, owned, kept_own, kept_invoked TO alice, bob, head;
GRANT SELECT ON kept TO head;
ANALYZE opp, stored;});

# What each role may read of it: its rows, all of them, those of its name, or none.
my @queries = (
	[ 'rows', own => 'SELECT sales_summary(status, amount, opened, closed) FROM opp' ],
	[ 'rows, hashed', own => 'SELECT rollup(s) FROM (SELECT sales_summary(status, amount, opened, closed) AS s FROM opp GROUP BY note, opened) AS _' ],
	[ 'rows, in parallel', own => 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
		SELECT sales_summary(status, amount, opened, closed) FROM opp' ],
	[ 'rows, in a window', own => 'SELECT sales_summary(status, amount, opened, closed) OVER (ORDER BY id) FROM opp ORDER BY id DESC LIMIT 1' ],
	[ 'rows, FILTER', own => q{SELECT sales_summary(status, amount, opened, closed) FILTER (WHERE period_start('month', opened) IS NOT NULL) FROM opp} ],
	[ 'events', own => 'SELECT rollup(delta) FROM opp, opportunity_events(status, amount, opened, closed)' ],
	[ 'stored summaries', own => 'SELECT rollup(summary) FROM stored' ],
	[ 'stored summaries, by index', own => 'SET enable_seqscan = off; SELECT rollup(summary ORDER BY summary) FROM stored WHERE summary >= sales_summary() OR summary < sales_summary()' ],
	[ 'an SQL function', own => 'SELECT in_sql()' ],
	[ 'a PL/pgSQL function', own => 'SELECT in_plpgsql()' ],
	[ 'a view with security_invoker', own => 'SELECT rollup(summary) FROM invoked' ],
	[ 'a view with the rights of its owner', all => 'SELECT rollup(summary) FROM owned' ],
	[ 'a materialized view', none => 'SELECT rollup(summary) FROM kept' ],
	[ 'a view of it with security_invoker', none => 'SELECT rollup(summary) FROM kept_invoked' ],
	[ 'a view of its own rows of it', name => 'SELECT rollup(summary) FROM kept_own' ]);
my %rows = (
	own => { alice => "owner = 'alice'", bob => "owner = 'bob'", head => 'true' },
	all => { alice => 'true', bob => 'true', head => 'true' },
	name => { alice => "owner = 'alice'", bob => "owner = 'bob'", head => 'false' },
	none => { head => 'true' });
foreach my $role (qw(alice bob head))
{
	foreach (@queries)
	{
		my ($name, $rights, $sql) = @$_;
		my ($status, $out, $err) = $node->psql('postgres', "SET ROLE $role; $sql");
		my $rows = $rows{$rights}{$role};
		if (!defined $rows)
		{
			like($err, qr/permission denied for materialized view kept/, "$role, $name: denied");
			next;
		}
		my ($summary, $from) = $name eq 'events' ? ('rollup(delta)', ', opportunity_events(status, amount, opened, closed)')
		  : ('sales_summary(status, amount, opened, closed)', '');
		my $expected = $node->safe_psql('postgres', "SELECT $summary FROM opp $from WHERE $rows");
		is($out . $err, $expected, "$role, $name: $rights");
	}
}

# The planner may not move what can fail, and so tell of a row, before the policy.
foreach (
	[ opp => 'period_start(note, opened) IS NOT NULL', 100 ],
	[ opp => 'num_won(sales_summary(num_won => id)) / (301 - id) IS NOT NULL', 100 ],
	[ stored => q{period_end(note, month) > '2020-01-01' AND summary = summary}, 10 ],
	[ stored => q{lead_velocity_rate(leads, '2025-06-01') IS DISTINCT FROM 99 AND period_end(note, month) IS NOT NULL}, 10 ])
{
	my ($table, $condition, $rows) = @$_;
	my $sql = "SELECT count(*) FROM $table WHERE $condition";
	my ($status, $out, $err) = $node->psql('postgres', "SET ROLE alice; $sql");
	is("$out$err", $rows, "alice, WHERE $condition");
	like(($node->psql('postgres', "SET ROLE head; $sql"))[2], qr/secret|division by zero/, "to the head, who sees all rows, it fails");
}

$node->stop;
done_testing();
