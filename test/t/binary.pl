# What arrives by binary COPY is refused with a reason (22P03), or it is a
# canonical summary: written out again it is the same bytes, its text and its
# jsonb are read back as it, and everything can be read from it.  Tried with
# values written by hand, with every single byte of real ones changed, with
# values cut off and added to, and with random damage: SV_DAMAGED values of each
# type (1000 to 3000), at 0 none but those written by hand.
use strict;
use warnings;

use File::Spec;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Math::BigInt try => 'GMP,FastCalc';
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

srand($ENV{SV_SEED} // 1);

my $node = start_server("log_min_error_statement = panic\nlog_min_messages = fatal\n");

# What is read from a value of each type.
my %reads = (
	sales_summary => q{num_opportunities(NEW.s), num_won(NEW.s), num_closed(NEW.s), num_missing_amount(NEW.s), num_missing_cycle(NEW.s), num_negative_cycle(NEW.s),
		won_amount(NEW.s), lost_amount(NEW.s), open_amount(NEW.s), sales_cycle_percentile(NEW.s, 0.9, 'closed'), median_sales_cycle(NEW.s),
		hit_ratio(NEW.s), hit_ratio(NEW.s, 'created'), hit_ratio(NEW.s, 'value'), avg_deal_size(NEW.s),
		avg_sales_cycle(NEW.s, 'closed'), closed_days(NEW.s), won_days(NEW.s), sales_velocity(NEW.s), sales_velocity(NEW.s, 'open', 'closed')},
	meeting_summary => q{num_booked(NEW.s), show_ratio(NEW.s, '2026-07-01'), qualification_ratio(NEW.s)},
	lead_summary => q{num_leads(NEW.s), lead_velocity_rate(NEW.s, '2026-05-01'), lead_velocity_rate_per_day(NEW.s, '2026-05-01'),
		lead_increase(NEW.s, '2026-05-01'), ARRAY(SELECT lead_velocity_series(NEW.s, '2026-05-01') LIMIT 9)},
	customer_summary => q{num_customers(NEW.s), arpa(NEW.s), cac(NEW.s), churn_rate(NEW.s, '2026-07-01'), ARRAY(SELECT customer_survival(NEW.s, '2026-07-01')),
		ltv_cac_ratio(NEW.s, '2026-07-01', 0.8), ltv_cac_ratio(NEW.s, '2026-07-01', 0.8, 12, 0.01, 'survival'), ltv_cac_ratio_final(NEW.s)},
	funnel_summary => q{ARRAY(SELECT funnel_steps(NEW.s)), ARRAY(SELECT funnel_stays(NEW.s)), num_missing_times(NEW.s)});

# Each value is sent twice, as bytes and as a summary, so that what comes in can
# be compared with what was sent; nothing is stored.
$node->safe_psql('postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE verdict (id int, state text, message text, detail text, texts text);

-- each value is in a file of its own, for one that is refused ends the COPY
CREATE FUNCTION try_all(type text, folder text, first int, last int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    state text;
    message text;
    detail text;
BEGIN
    FOR i IN first .. last LOOP
        BEGIN
            EXECUTE format('COPY door_%s FROM %L BINARY', type, folder || '/' || i);
            INSERT INTO verdict VALUES (i, 'accepted', NULL, NULL, current_setting('door.accepted'));
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
            INSERT INTO verdict VALUES (i, state, message, detail);
        END;
    END LOOP;
END $$;
});

$node->safe_psql('postgres', qq{
CREATE TABLE door_$_ (bytes bytea, s $_);
CREATE FUNCTION look_$_() RETURNS trigger LANGUAGE plpgsql AS \$\$
DECLARE
    nothing CONSTANT $_ := '{"version":1}';
BEGIN
    IF ${_}_send(NEW.s) <> NEW.bytes THEN
        RAISE EXCEPTION 'other bytes come out: %', ${_}_send(NEW.s);
    END IF;
    IF ${_}_send(NEW.s::text::$_) <> NEW.bytes THEN
        RAISE EXCEPTION 'the text is read as something else: %', left(NEW.s::text, 500);
    END IF;
    IF ${_}_send(NEW.s::jsonb::$_) <> NEW.bytes THEN
        RAISE EXCEPTION 'the jsonb is read as something else: %', left(NEW.s::text, 500);
    END IF;
    IF NEW.s <> NEW.s + nothing OR ${_}_hash(NEW.s) <> ${_}_hash(NEW.s + nothing) THEN
        RAISE EXCEPTION 'adding nothing changes it: %', left(NEW.s::text, 500);
    END IF;
    BEGIN
        IF NEW.s - NEW.s <> nothing OR -(-NEW.s) <> NEW.s THEN
            RAISE EXCEPTION 'it cannot be subtracted: %', left(NEW.s::text, 500);
        END IF;
        PERFORM $reads{$_};
    EXCEPTION WHEN numeric_value_out_of_range THEN
        NULL;   -- sums of huge counts may overflow, and say so
    END;
    PERFORM set_config('door.accepted', NEW.s::text, true);
    RETURN NULL;
END \$\$;
CREATE TRIGGER look BEFORE INSERT ON door_$_ FOR EACH ROW EXECUTE FUNCTION look_$_();
}) foreach keys %reads;

# Sends values of a type and returns for each its [state, message, detail, text].
my $folder = File::Spec->rel2abs(PostgreSQL::Test::Utils::tempdir());
chmod 0755, $folder;
sub send_all
{
	my ($type, @values) = @_;
	foreach my $i (0 .. $#values)
	{
		open my $file, '>:raw', "$folder/$i" or die $!;
		print $file "PGCOPY\n\377\r\n\0", pack('N N n (N/a)2 n', 0, 0, 2, $values[$i], $values[$i], 65535);
		close $file;
	}
	my $output = $node->safe_psql('postgres', "TRUNCATE verdict;
SELECT try_all('$type', '$folder', 0, $#values);
SELECT concat_ws('|', state, message, detail, texts) FROM verdict ORDER BY id");
	my @verdicts = grep { length } split /\n/, $output;
	unlink map { "$folder/$_" } 0 .. $#values;
	return @verdicts;
}

# Values that are all refused with a reason or accepted as canonical; and some of
# either kind.
sub all_safe
{
	my ($type, $name, @values) = @_;
	my @verdicts = send_all($type, @values);
	my @wrong = grep { $verdicts[$_] !~ /^(?:accepted\||22P03\|invalid binary form of type $type\|[A-Z].*\.$)/ } 0 .. $#verdicts;
	my $accepted = grep { /^accepted/ } @verdicts;
	my $refused = @verdicts - $accepted;
	is(@verdicts, @values, "$type, $name: " . @values . ' values');
	ok(!@wrong, "$type, $name: $refused refused with a reason, $accepted accepted and canonical")
	  or diag map { substr(unpack('H*', $values[$_]), 0, 400) . ' gives ' . substr($verdicts[$_], 0, 600) . "\n" } @wrong > 10 ? @wrong[ 0 .. 9 ] : @wrong;
	ok($refused && $accepted, "$type, $name: of either kind");
	return;
}

# -- Written by hand, after docs/internals.md ----------------------------------

my ($ROWS, $PLAIN, $AMOUNT, $TIME, $SQUARE, $CELLS) = (0x0001, 0x0010, 0x0020, 0x0040, 0x0080, 0x8000);
my ($WIDE_AMOUNT, $WIDE_TIME) = (0x0400, 0x0800);
my ($WON, $OPEN) = (1, 8);

sub number
{
	my ($n) = @_;
	my $bytes = '';
	for (; $n > 127; $n >>= 7) { $bytes .= chr($n & 127 | 128) }
	return $bytes . chr $n;
}
sub folded { my ($n) = @_; return number($n < 0 ? (-($n + 1) << 1) + 1 : $n << 1) }
sub sum
{
	my ($n) = map { Math::BigInt->new($_) } @_;
	my $hex = substr $n->copy->babs->as_hex, 2;
	my $bytes = reverse pack 'H*', length($hex) % 2 ? "0$hex" : $hex;
	return chr(2 * length($bytes) + $n->is_neg) . $bytes;
}
sub decimal { my ($negative, $weight, @digits) = @_; return number(2 * @digits + $negative) . folded($weight) . pack 'v*', @digits }
sub group { my ($fields, @parts) = @_; return join '', pack('v', $fields), @parts }
sub summary { my ($groups, @parts) = @_; return join '', "\1", number($groups), @parts }
sub cells { my ($n, $first, @rest) = @_; return summary($WON, group($CELLS), number($n), folded($first), @rest) }
sub opened { my ($n, $first, @rest) = @_; return summary($OPEN, group($CELLS), number($n), folded($first), @rest) }

my $limit = '1' . '0' x 36;
my $one = folded(1);
my @by_hand = (
	# accepted, and what they say
	[ 'nothing', summary(0), '{"version":1}' ],
	[ 'a row', summary($WON, group($ROWS, $one)), '{"version":1,"won":{"rows":1}}' ],
	[ 'the most rows', summary($WON, group($ROWS, number(~0 - 1))), '{"version":1,"won":{"rows":9223372036854775807}}' ],
	[ 'the fewest rows', summary($WON, group($ROWS, number(~0))), '{"version":1,"won":{"rows":-9223372036854775808}}' ],
	[ 'an amount', summary($OPEN, group($AMOUNT, sum(-12345000000))), '{"version":1,"open":{"amount":-123.45}}' ],
	[ 'the largest short amount', summary($WON, group($AMOUNT, sum('9' x 36))), '{"version":1,"won":{"amount":' . '9' x 28 . '.99999999}}' ],
	[ 'the largest short time', summary($WON, group($TIME, sum('-' . '9' x 36))), qr/^\{"version":1,"won":\{"days":-\d+,"microseconds":\d+\}\}$/ ],
	[ 'the next amount', summary($WON, group($WIDE_AMOUNT, decimal(0, 7, 1))), '{"version":1,"won":{"amount":1' . '0' x 28 . '}}' ],
	[ 'nine decimals', summary($WON, group($WIDE_AMOUNT, decimal(1, -3, 1000))), '{"version":1,"won":{"amount":-0.000000001}}' ],
	[ 'the smallest amount', summary($WON, group($WIDE_AMOUNT, decimal(0, -4096, 10))), '{"version":1,"won":{"amount":0.' . '0' x 16382 . '1}}' ],
	[ 'the largest amount', summary($WON, group($WIDE_AMOUNT, decimal(0, 32767, 9999))), '{"version":1,"won":{"amount":9999' . '0' x 131068 . '}}' ],
	[ 'the most digits', summary($WON, group($WIDE_AMOUNT, decimal(0, 32767, (9999) x 36863, 9990))), '{"version":1,"won":{"amount":' . '9' x 131072 . '.' . '9' x 16383 . '}}' ],
	[ 'the longest cycle', cells(1, 2147483647, $one), '{"version":1,"won":{"cycles":[[2147483647,1]]}}' ],
	[ 'neighbouring days', cells(2, 0, $one, number(0), folded(-1)), '{"version":1,"won":{"cycles":[[0,1],[1,-1]]}}' ],
	[ 'the first date', opened(1, -2451545, $one), '{"version":1,"open":{"opened":[["4714-11-24 BC",1]]}}' ],
	[ 'the last date', opened(2, -2451545, $one, number(2147483492), folded(-1)), '{"version":1,"open":{"opened":[["4714-11-24 BC",1],["5874897-12-31",-1]]}}' ],

	# refused, and why
	[ 'no bytes', '', qr/too early/ ],
	[ 'no groups', "\1", qr/too early/ ],
	(map { [ "format $_", chr($_) . "\0", qr/format is unknown/ ] } 0, 127, 128, 129, 255),
	[ 'format 2, a meeting_summary', "\2\0", qr/of another type/ ],
	[ 'format 3, a lead_summary', "\3\0", qr/of another type/ ],
	[ 'format 4, a customer_summary', "\4\0", qr/of another type/ ],
	[ 'the working form', "\x81" . "\0" x 1000, qr/format is unknown/ ],
	(map { [ "groups $_", "\1" . number($_), qr/group is unknown/ ] } 16, 128, 2**32, 2**63),
	[ 'padded groups', "\1\x80\0", qr/shortest form/ ],
	[ 'no end of groups', "\1" . "\xff" x 30, qr/too large/ ],
	[ 'an empty group', summary($WON, group(0)), qr/group without content/ ],
	[ 'half of the fields', summary($WON, "\1"), qr/too early/ ],
	[ 'no rows written out', summary($WON, group($ROWS, folded(0))), qr/shortest form/ ],
	[ 'padded rows', summary($WON, group($ROWS, "\x82\0")), qr/shortest form/ ],
	[ 'padded rows in ten bytes', summary($WON, group($ROWS, "\x80" x 9 . "\0")), qr/shortest form/ ],
	[ 'rows of 65 bits', summary($WON, group($ROWS, "\xff" x 9 . "\2")), qr/too large/ ],
	[ 'rows of 70 bits', summary($WON, group($ROWS, "\xff" x 9 . "\x7f")), qr/too large/ ],
	[ 'rows of eleven bytes', summary($WON, group($ROWS, "\x80" x 10 . "\1")), qr/too large/ ],
	[ 'rows cut off', summary($WON, group($ROWS, "\x80")), qr/too early/ ],
	(map { [ "a sum with head $_", summary($WON, group($AMOUNT, chr($_) . "\1" x 200)), qr/impossible length/ ] } 0, 1, 34, 255),
	[ 'a sum with a high zero', summary($WON, group($AMOUNT, "\4\1\0")), qr/shortest form/ ],
	[ 'a sum of zero', summary($WON, group($AMOUNT, "\2\0")), qr/shortest form/ ],
	[ 'a sum cut off', summary($WON, group($AMOUNT, "\x20" . "\1" x 15)), qr/too early/ ],
	(map { [ "a sum of $_", summary($WON, group($AMOUNT, sum($_))), qr/too large for its form/ ] } $limit, "-$limit", '340282366920938463463374607431768211455'),
	[ 'a decimal without digits', summary($WON, group($WIDE_AMOUNT, decimal(0, 0))), qr/shortest form/ ],
	[ 'a decimal that fits', summary($WON, group($WIDE_AMOUNT, decimal(0, 6, 9999))), qr/shortest form/ ],
	[ 'a decimal that fits exactly', summary($WON, group($WIDE_AMOUNT, decimal(1, 6, (9999) x 9))), qr/shortest form/ ],
	[ 'a leading zero', summary($WON, group($WIDE_AMOUNT, decimal(0, 20, 0, 1))), qr/shortest form/ ],
	[ 'a trailing zero', summary($WON, group($WIDE_AMOUNT, decimal(0, 20, 1, 0))), qr/shortest form/ ],
	[ 'a digit of 10000', summary($WON, group($WIDE_AMOUNT, decimal(0, 20, 10000))), qr/digit that is out of range/ ],
	[ 'a digit of 65535', summary($WON, group($WIDE_AMOUNT, decimal(0, 20, 1, 65535, 1))), qr/digit that is out of range/ ],
	(map { [ "$_ digits", summary($WON, group($WIDE_AMOUNT, number(2 * $_), folded(0), "\1\0" x 100)), qr/too early/ ] } 101, 65535, 2**31, 2**62, 2**63 - 1),
	[ '65536 digits', summary($WON, group($WIDE_AMOUNT, decimal(0, 32767, (1) x 65536))), qr/decimal is out of range/ ],
	[ '16384 decimals', summary($WON, group($WIDE_AMOUNT, decimal(0, -4096, 1))), qr/decimal is out of range/ ],
	[ '16387 decimals', summary($WON, group($WIDE_AMOUNT, decimal(0, 0, (1) x 4098))), qr/decimal is out of range/ ],
	(map { [ "a weight of $_", summary($WON, group($WIDE_AMOUNT, decimal(0, $_, 1))), qr/decimal is out of range/ ] }
		32768, 65536, 2**31, 2**32 + 8, 2**62, -4097, -32769, -2**31, -2**62),
	[ 'the lowest weight', summary($WON, group($WIDE_AMOUNT, number(2), number(~0), "\1\0")), qr/decimal is out of range/ ],
	[ 'the highest weight', summary($WON, group($WIDE_AMOUNT, number(2), number(~0 - 1), "\1\0")), qr/decimal is out of range/ ],
	[ 'half a microsecond', summary($WON, group($WIDE_TIME, decimal(0, -1, 5000))), qr/fraction of a microsecond/ ],
	[ 'an amount twice', summary($WON, group($AMOUNT | $WIDE_AMOUNT, sum(1), decimal(0, 7, 1))), qr/there twice/ ],
	[ 'no cells', cells(0, 0), qr/without cells/ ],
	[ 'no cells, one there', cells(0, 0, $one), qr/without cells/ ],
	(map { [ "$_ cells", cells($_, 0, $one), qr/too early/ ] } 2, 2**31, 2**32, 2**60, 2**63, ~0),
	[ 'a cell without rows', cells(1, 5, folded(0)), qr/cell without rows/ ],
	[ 'a second cell without rows', cells(2, 5, $one, number(0), folded(0)), qr/cell without rows/ ],
	(map { [ "a cycle of $_ days", cells(1, $_, $one), qr/day is out of range/ ] } -1, -2**31, 2**31, 2**32, 2**62),
	(map { [ "a gap of $_ days", cells(2, 5, $one, number($_), $one), qr/day is out of range/ ] } 2147483642, 2**31, 2**32 - 1, 2**32, 2**63, ~0, ~0 - 4),
	(map { [ "opened on day $_", opened(1, $_, $one), qr/day is out of range/ ] } -2451546, 2145031949, 2**31 - 1, -2**31, 2**31, -2**31 - 1),
	[ 'opened after the last date', opened(2, 0, $one, number(2145031948), $one), qr/day is out of range/ ],
	[ 'a byte too many', summary($WON, group($ROWS, $one), "\0"), qr/after the end/ ],
	[ 'a value twice', summary($WON, group($ROWS, $one)) x 2, qr/after the end/ ]);
{
	my @verdicts = send_all('sales_summary', map { $_->[1] } @by_hand);
	is(@verdicts, @by_hand, @by_hand . ' values written by hand');
	foreach my $i (0 .. $#by_hand)
	{
		my ($name, $bytes, $expected) = @{ $by_hand[$i] };
		my $verdict = $verdicts[$i] // '';
		my $good = $verdict =~ /^accepted\|(.*)/ ? (ref $expected ? $1 =~ $expected : $1 eq $expected)
		  : ref $expected && $verdict =~ /^22P03\|invalid binary form of type sales_summary\|[A-Z].*\.$/ && $verdict =~ $expected;
		ok($good, $name) or diag substr($verdict, 0, 1000) . ", not " . substr($expected, 0, 1000);
	}
}

# A field that a type has no use for.
foreach my $useless ([ meeting_summary => "\2\1" . group($PLAIN, $one) ], [ meeting_summary => "\2\1" . group($AMOUNT, sum(1)) ],
	[ lead_summary => "\3\1" . group(4, $one) ], [ lead_summary => "\3\2" . group($WIDE_AMOUNT, decimal(0, 7, 1)) ],
	[ customer_summary => "\4\1" . group($TIME, sum(1)) ], [ customer_summary => "\4\2" . group($WIDE_TIME, decimal(0, 9, 1)) ],
	[ funnel_summary => "\5\1" . group($AMOUNT, sum(1)) ])
{
	my ($type, $bytes) = @$useless;
	my ($verdict) = send_all($type, $bytes);
	is($verdict, "22P03|invalid binary form of type $type|A field is unknown.", "$type, an unknown field: " . unpack 'H*', $bytes);
}

# -- Real ones, damaged --------------------------------------------------------

my %real = (
	sales_summary => q{
WITH o (status, amount, opened, closed) AS (VALUES
    ('won', 100.25, '2024-01-05'::date, '2024-02-01'::date), ('won', -3, '2024-01-01', '2024-01-01'),
    ('lost', NULL, '2023-05-05', '2025-01-01'), ('lost', 12, '2023-05-05', '2022-01-01'), ('void', 1e9, NULL, '2024-01-01'),
    ('open', 0.5, '0044-03-15 BC', NULL), ('open', 99, '2024-01-05', NULL), (NULL, NULL, NULL, NULL))
SELECT sales_summary() UNION ALL
SELECT sales_summary(status, amount, opened, closed) FROM o UNION ALL
SELECT -sales_summary(status, amount, opened, closed) FROM o WHERE status = 'open' UNION ALL
SELECT sales_summary(status, amount * 1e30 + 1e-9, opened, closed) FROM o WHERE amount > 0 UNION ALL
SELECT sales_summary(status, amount * 1e26, opened, closed) FROM o WHERE status = 'won' UNION ALL
SELECT sales_summary(status, amount, opened::timestamp AT TIME ZONE 'Asia/Kolkata', closed::timestamp AT TIME ZONE 'UTC') FROM o UNION ALL
SELECT sales_summary(status, amount, opened, closed) FROM o WHERE closed < opened UNION ALL
SELECT sales_summary('won'::text, 1, opened, opened + i * i) FROM o, generate_series(1, 20) AS i WHERE status = 'lost' UNION ALL
SELECT sales_summary(num_won => 9223372036854775807, won_amount => 1e20, num_open => 3, open_amount => 7)},
	meeting_summary => q{
SELECT meeting_summary(status, scheduled, qualified)
FROM (VALUES ('held', '2026-06-02'::date, true), ('held', '2026-06-02', false), ('held', '2026-07-09', NULL),
             ('no_show', NULL, NULL), ('rescheduled', '0044-03-15 BC', NULL), (NULL, '2026-06-01', NULL)) AS v (status, scheduled, qualified)},
	lead_summary => q{
WITH l AS (SELECT '2026-01-05'::date + i * i AS qualified FROM generate_series(0, 15) AS i UNION ALL VALUES (NULL::date), ('0044-03-15 BC'))
SELECT lead_summary(qualified) FROM l UNION ALL
SELECT lead_summary(qualified) - lead_summary('2026-05-05'::date) FROM l WHERE qualified > '2026-01-01' UNION ALL
SELECT '{"version":1,"current":{"periods":[[1,3]]},"base":{"periods":[[1,2]]}}'},
	customer_summary => q{
WITH c (started, ended, revenue, cost) AS (VALUES ('2025-01-01'::date, '2026-03-01'::date, 100.5, 300.25), ('2026-02-15', '2026-06-20', 150, NULL),
    ('2026-04-01', NULL, 1e30, 1), ('2025-12-31', NULL, NULL, 0.000000001), (NULL, '2026-01-01', 7, 7), ('2026-01-02', '2026-01-01', 7, 7))
SELECT customer_summary(started, ended, revenue, cost) FROM c UNION ALL
SELECT -customer_summary(started, ended, revenue) FROM c WHERE ended IS NULL UNION ALL
SELECT ltv_cac_ratio_accum(NULL, started, ended, revenue, cost, '2026-07-01', 0.8) FROM c WHERE cost = 300.25},
	funnel_summary => q{
WITH p AS (SELECT funnel_path(step, at) AS path
           FROM (VALUES (1, 1, '2026-01-01'::timestamptz), (1, 2, '2026-01-02 03:04:05.6'), (1, 4, '2026-02-02'), (1, 2, '2026-03-03'), (1, 0, '2026-04-04'),
                        (2, 1, '2026-01-15'), (2, 32, '2026-02-15'), (3, 2, '2026-01-15'), (3, 3, NULL)) AS e (id, step, at) GROUP BY id)
SELECT funnel_summary(path) FROM p UNION ALL
SELECT funnel_summary(path, '2026-02-01', 'last', true, '{1 day}') - funnel_summary(path) FROM p});

# Every byte of short values as every other; of longer ones, near misses (with SV_ALL_BYTES: as every other, too).
sub changed_bytes
{
	my @changed;
	foreach my $value (@_)
	{
		foreach my $i (0 .. length($value) - 1)
		{
			my $old = ord substr $value, $i, 1;
			foreach my $new ($ENV{SV_ALL_BYTES} || length $value < 50 ? 0 .. 255 : (0, 1, 127, 128, 255, ($old + 1) % 256, ($old - 1) % 256, map { $old ^ 1 << $_ } 0 .. 7))
			{
				next if $new == $old;
				push @changed, $value;
				substr $changed[-1], $i, 1, chr $new;
			}
		}
	}
	return @changed;
}

# Bytes moved, left out, doubled, of two values, or of none.
sub damaged
{
	my ($n, @real) = @_;
	my @damaged = @real;
	foreach (1 .. $n)
	{
		my ($value, $other) = map { $real[ rand @real ] } 1 .. 2;
		foreach (0 .. rand 3)
		{
			my $at = int rand length($value) + 1;
			my $kind = int rand 5;
			if ($kind == 0) { substr $value, $at, int(rand 4), '' if $at < length $value }
			elsif ($kind == 1) { substr $value, $at, 0, join '', map { chr rand 256 } 0 .. rand 4 }
			elsif ($kind == 2) { $value = substr($value, 0, $at) . substr $other, rand length $other }
			elsif ($kind == 3) { substr $value, $at, 0, "\xff" x (1 + rand 10) }
			else { substr $value, $at, 1, chr rand 256 if $at < length $value }
		}
		push @damaged, $value;
	}
	return @damaged;
}

foreach my $type (($ENV{SV_DAMAGED} // 1) > 0 ? sort keys %real : ())
{
	my @real = map { pack 'H*', $_ } split /\n/, $node->safe_psql('postgres', "SELECT encode(${type}_send(s), 'hex') FROM ($real{$type}) AS _ (s)");
	note "$type: real values of " . join(', ', map { length } @real) . ' bytes';
	all_safe($type, 'a changed byte', @real, changed_bytes(@real));
	all_safe($type, 'cut off', map { my $value = $_; map { substr $value, 0, $_ } 0 .. length $value } @real);
	all_safe($type, 'added to', @real, map { my $value = $_; (map { $value . chr } 0 .. 255), map { $value . $_ } @real } @real);
	all_safe($type, 'random damage', damaged($ENV{SV_DAMAGED} // ($type eq 'sales_summary' ? 3000 : 1000), @real));
}

$node->stop;
done_testing();
