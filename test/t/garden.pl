# Every function of the extension, but those that make or read a model of a CRM,
# which have tests of their own, meets every edge value of its argument types:
# plain and support functions, operators, casts, and aggregates over a few rows
# and over a moving window.  Whatever comes out survives its own text form, and
# summaries their binary form too.  Functions are also called by prepared
# statements, and those that can be an aggregate's transition function by one.
# Wrong arguments are errors of the user: the server does not crash, has no
# internal error, and nothing to warn of.
#
# At least SV_CALLS calls are made (200000): of each function all combinations,
# or as many random ones, grown from SV_SEED (1).
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use IPC::Run;
use List::Util qw(min product sum);
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $wanted = $ENV{SV_CALLS} // 200_000;
my $seed = $ENV{SV_SEED} // 1;
note "SV_CALLS=$wanted SV_SEED=$seed";

my $node = start_server();
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

# -- The edge values, as SQL expressions ---------------------------------------

sub quoted { return map { "'$_'" } @_ }

my $long = "repeat('won', 3000)";
my @json = (
	quoted('{}', '[]', 'null', '1', '{"version":1}', '{"version":1.0}', '{"version":1e400}', '{"version":1,"won":null}',
		'{"version":1,"won":{"rows":-1,"amount":-0.00,"days":-5,"microseconds":-1}}',
		'{"version":1,"lost":{"rows":9223372036854775807,"plain":-9223372036854775808}}',
		'{"version":1,"won":{"amount":1e131071,"amount_squared":1e-16383}}',
		'{"version":1,"won":{"days":1e131071}}', '{"version":1,"won":{"days":1e30,"microseconds":1e36}}',
		'{"version":1,"won":{"cycles":[[0,1],[2147483647,9223372036854775807]]}}',
		'{"version":1,"void":{"cycles":[[1,-9223372036854775808],[2,0]]}}',
		'{"version":1,"open":{"opened":[["4714-11-24 BC",1],["5874897-12-31",-1]]}}',
		'{"version":1,"open":{"opened":[["5874898-01-01",1]]}}', '{"version":1,"open":{"opened":[["2026-02-30",1]]}}',
		'{"version":1,"won":{"cycles":[[2147483648,1]]}}', '{"version":1,"won":{"cycles":[[[1,2],3]]}}',
		'{"version":1,"won":{"cycles":[[1,{}]]}}', '{"version":1,"\u0077on":{"€":1}}'),
	qq{'{"version":1,"won":{"' || repeat('x', 50000) || '":1}}'},
	q{(SELECT '{"version":1,"lost":{"cycles":[' || string_agg(format('[%s,1]', 3 * i), ',') || ']}}' FROM generate_series(1, 500) AS i)});

# Kept as text until the call: texts, by the name of the argument, and types
# that have no arrays.
my %texts = (
	# most of them right, so that all of a few rows often are
	status => [ (quoted(qw(won lost void open))) x 5, quoted(qw(Won wön), ''), $long ],
	'meeting status' => [ (quoted(qw(booked held presumed_held no_show cancelled rescheduled declined unknown))) x 2, quoted(qw(Held hold höld), ''), $long ],
	basis => [ quoted(qw(closed decided created value other), '') ],
	outcome => [ quoted(qw(won lost closed void), '') ],
	opportunities => [ quoted(qw(all closed open won), '') ],
	cycle => [ quoted(qw(won closed decided all), ''), $long ],
	population => [ quoted(qw(all running ended open), '') ],
	transform => [ quoted(qw(log log-log plain logit), '') ],
	lifetime => [ quoted(qw(exposure survival forever), '') ],
	period => [ quoted(qw(day week month quarter year Month decade mönth), ''), $long ],
	zone => [ quoted(qw(UTC Europe/Amsterdam America/St_Johns Pacific/Apia CEST +14:59 <+0330>-3:30 No/Where zöne), 'EST5EDT,M3.2.0,M11.1.0',
			''), $long ],
	cstring => [ @json, quoted('', '{', '{"version":1e131072}'), "repeat('[', 5000)" ],
	'date[]' => [ quoted('{}', '{NULL}', '{2026-03-30}', '{2026-03-30,2026-03-30}', '{{2026-03-30,2026-03-31},{2026-04-01,2026-04-02}}',
			'[-5:-4]={2026-03-31,2026-03-30}', '{-infinity,infinity,4714-11-24 BC,5874897-12-31}'),
		"(SELECT array_agg('2026-01-01'::date + i * 7 % 1000) FROM generate_series(1, 500) AS i)" ],
	'text[]' => [ quoted('{}', '{NULL}', '{open}', '{open,won}', '{open,won,NULL,lost}', '{void,void}', '{{won,open},{lost,open}}', '[-5:-4]={won,lost}',
			'{open,Won}', '{""}'), q{array_fill('won'::text, '{500}')} ],
	'numeric[]' => [ quoted('{}', '{NULL}', '{1.5}', '{1,-1e30}', '{NaN,5,1e-15,1e131071}', '{{1,2},{3,4}}', '[-5:-4]={0,0}', '{Infinity,-Infinity}'),
		q{array_fill(1e-16383, '{500}')} ],
	'bigint[]' => [ quoted('{}', '{NULL}', '{0,0}', '{1,2}', '{3,-1}', '{1}', '{1,2,3}', '{{1,2},{3,4}}', '[-5:-4]={1,2}',
			'{1,NULL}', '{9223372036854775807,9223372036854775807}', '{-9223372036854775808,-9223372036854775808}',
			'{3,-9223372036854775808,1,0,2,0,32,9223372036854775806,0,9223372036854775806}') ],
	'interval[]' => [ quoted('{}', '{NULL}', '{0,36:00}', '{NULL,178956970 days}', '{1 mon}', '{-1 us}', '{{1 day}}'), q{array_fill('1 day'::interval, '{33}')} ],
	'sales_summary[]' => [ quoted('{}', '{NULL}'), map { "(SELECT array_agg(s) FROM (VALUES $_) AS _(s))" }
		'(sales_summary(3, 1, 1, 5)), (NULL), (sales_summary(9, 1, 1, 2)), (sales_summary(num_open => 1))', '(sales_summary(1, 1, 1)), (sales_summary(num_lost => 1))',
		'(sales_summary(-1, 1, 1, 3)), (sales_summary(2, 1, 1, 1))', '(sales_summary(num_won => 9223372036854775807)), (sales_summary(num_lost => 9223372036854775807))' ],
	entry => [ quoted(qw(first last every), '') ],
	'integer[]' => [ quoted('{}', '{NULL}', '{6,7}', '{7,7,7}', '{1,2,3,4,5,6,7}', '{{1,2},{3,4}}', '[-5:-4]={5,6}', '{0}', '{8}',
			'{-2147483648,2147483647}'), 'array_fill(3, ARRAY[500])' ]);

my %values = (
	boolean => [ 'true', 'false' ],
	integer => [ 0, 1, 2, 4, 7, 8, 12, 13, -1, 2147483647, -2147483648 ],
	bigint => [ 0, 1, -1, 3, 9007199254740993, '9223372036854775807', '-9223372036854775808' ],
	'double precision' => [ quoted(qw(0 -0 0.1 0.5 1 -1 1.0000000000000002 123456.785 1e15 1e22 -1e22 1e300 5e-324
			2.2250738585072014e-308 1.7976931348623157e308 -1.7976931348623157e308 NaN Infinity -Infinity)) ],
	numeric => [ quoted(qw(0 0.00 1 -1 0.1 20 -0.07 1234567.89 0.00000001 0.000000001 99999999999.99999999 1e-15 1e30 -1e30
			1e27 1e28 -170141183460469231731687303715884105728e-8 5e-324 1e-16383 5e-8192 1e131071 -1e131071 NaN Infinity -Infinity)),
		"repeat('9', 1000)", "'0.' || repeat('12345', 200)" ],
	date => [ quoted('4714-11-24 BC', '0001-12-31 BC', '1999-12-31', '2000-01-01', '2026-03-29', '2026-04-15', '5874897-12-31',
			'-infinity', 'infinity') ],
	'timestamp with time zone' => [ quoted('4714-11-24 00:00Z BC', '1999-12-31 23:59:59.999999Z', '2000-01-01 00:00Z',
			'2026-03-29 01:00Z', '2026-03-30 00:30Z', '2026-10-25 00:59:59Z', '294276-12-31 23:59:59.999999Z', '-infinity', 'infinity') ],
	funnel_summary => [ map { "'$_'" } '{"version":1}',
		'{"version":1,"step 1":{"entered":9,"converted":4,"dropped":2,"from_first":9,"days":30,"times":[[3,2],[12,2]]},"step 2":{"entered":4,"skipped":1}}',
		'{"version":1,"step 1":{"entered":-9223372036854775808,"converted":1,"times":[[3,-1],[4,1]]}}',
		'{"version":1,"step 32":{"entered":1},"stays 32":{"entered":9223372036854775807,"missing_time":9223372036854775807}}',
		'{"version":1,"stays 1":{"missing_time":9223372036854775807,"days":1e30,"times":[[2147483647,9223372036854775807]]}}' ],
	jsonb => \@json,
	# those of working() come as an aggregate keeps them, not as they are stored
	sales_summary => [ map { $_ =~ /^\(|working/ ? $_ : /^\{/ ? "'$_'" : "sales_summary($_)" }
		  '', '12, 60000, 480.5, 28, 150000.25, 1400, 2, 900, 9, 45000', 'num_won => 3', '-5, -100.5, -30, num_lost => -1',
		'9223372036854775807, 1, 1', '-9223372036854775808, 1, 1', 'num_lost => 9223372036854775807, num_open => 9223372036854775807',
		'1, 1e-16383, 1', '1, 1e131071, 1e30, 1, -1e131071, 1', '1, 1e20000 + 1e-16000, 1', '1, 1e28, 11574074074074074074.0740740',
		'1, 1e-9000, num_lost => 1, lost_amount => 1e9000', '1, 1e130000, num_lost => 1, lost_amount => 1e-16000 - 1e130000',
		'{"version":1,"won":{"rows":2,"missing_amount":2,"missing_dates":1,"negative_cycle":1}}',
		'{"version":1,"won":{"rows":3,"days":-5,"cycles":[[3,-1],[5,2]]}}', '{"version":1,"won":{"amount":1,"cycles":[[3,1]]}}',
		'{"version":1,"won":{"rows":9223372036854775807,"cycles":[[0,9223372036854775806],[2147483647,1]]}}',
		'{"version":1,"lost":{"rows":1,"missing_amount":-9223372036854775808,"cycles":[[0,-9223372036854775808]]}}',
		'{"version":1,"open":{"rows":2,"opened":[["4714-11-24 BC",1],["5874897-12-31",1]]}}',
		q{(SELECT sales_summary(i % 3 = 0, i * 1.01, '2020-01-01'::date, '2020-01-01'::date + i) FROM generate_series(1, 300) AS i)},
		q{(SELECT working(won, 10.5, '2026-01-01', '2026-02-01') FROM unnest('{t,f,NULL}'::boolean[]) AS won)},
		q{working(true, 1e30, '4714-11-24 BC', '5874897-12-31')}, q{working(true, 'NaN', '2026-01-02', '2026-01-01')},
		q{(SELECT working(NULL, i, '2000-01-01'::date + i, NULL) FROM generate_series(-150, 150) AS i)},
		q{(SELECT working(false, a, '2026-01-01', 'infinity') FROM unnest('{1e20000,1e-15,-1e20000}'::numeric[]) AS a)} ],
	meeting_summary => [ map { $_ =~ /^\{/ ? "'$_'" : "(SELECT $_)" }
		  '{"version":1}', '{"version":1,"held":{"rows":3,"qualified":1,"not_qualified":1,"scheduled":[["2026-03-29",3]]},"no_show":{"rows":1,"scheduled":[["2026-04-15",1]]}}',
		'{"version":1,"held":{"rows":-2,"qualified":-3,"not_qualified":3,"scheduled":[["2000-01-01",-2]]},"presumed_held":{"rows":2,"scheduled":[["2000-01-01",2]]}}',
		'{"version":1,"held":{"rows":9223372036854775807,"qualified":9223372036854775807,"not_qualified":1,"scheduled":[["4714-11-24 BC",9223372036854775807],["5874897-12-31",1]]}}',
		'{"version":1,"unknown":{"rows":-9223372036854775808,"missing_day":-9223372036854775808},"booked":{"rows":-1,"missing_day":-1}}',
		'{"version":1,"rescheduled":{"rows":1,"scheduled":[["1999-12-31",1]]}}',
		q{meeting_summary((ARRAY['held','no_show','booked'])[i % 3 + 1], '2025-06-01'::date + i, i % 5 = 0) FROM generate_series(1, 300) AS i},
		q{meetings(status, '2026-03-29', true) FROM unnest('{held,presumed_held,rescheduled,NULL}'::text[]) AS status},
		q{meetings('held', d, NULL) FROM unnest('{4714-11-24 BC,5874897-12-31,infinity,NULL}'::date[]) AS d} ],
	customer_summary => [ map { $_ =~ /^\{/ ? "'$_'" : "(SELECT $_)" }
		  '{"version":1}', '{"version":1,"ended":{"rows":3,"revenue":300,"month_parts":5663700,"lifetimes":[[2,1],[4,1],[9,1]]}}',
		'{"version":1,"ended":{"rows":-2,"with_cost":-1,"acquisition_cost":-500,"revenue":-9,"month_parts":-377581,"lifetimes":[[0,-2]]}}',
		'{"version":1,"ended":{"rows":9223372036854775807,"missing_start":-1,"lifetimes":[[0,9223372036854775807],[2147483647,1]]}}',
		'{"version":1,"ended":{"rows":1,"ended_early":-9223372036854775808}}',
		'{"version":1,"running":{"rows":2,"revenue":1e131071,"started":[["4714-11-24 BC",9223372036854775807],["5874897-12-31",1]]}}',
		'{"version":1,"ended":{"rows":1,"revenue":1e-16383,"month_parts":1e131071,"lifetimes":[[2147483647,1]]}}',
		'{"version":1,"ended":{"rows":1,"with_cost":1,"acquisition_cost":1e-9000,"month_parts":1},"running":{"revenue":1e28,"margin":1}}',
		q{customer_summary('2020-01-01'::date + i, CASE WHEN i % 3 = 0 THEN '2020-03-31'::date + i * 2 END, i * 1.01, i - 5) FROM generate_series(1, 300) AS i},
		q{customer_summary(d, e, 'NaN'::numeric) FROM unnest('{4714-11-24 BC,2026-01-31,infinity,NULL}'::date[]) AS d, unnest('{5874897-12-31,-infinity,NULL}'::date[]) AS e},
		q{customers(started, NULL, 100, 1e30) FROM unnest('{2000-01-01,2026-02-01}'::date[]) AS started},
		q{customers('2026-01-31', '2026-02-28', 1e-15, NULL)} ],
	lead_summary => [ map { $_ =~ /^\{/ ? "'$_'" : "(SELECT $_)" }
		  '{"version":1}', '{"version":1,"leads":{"rows":5,"unqualified":1,"months":[["1999-11-01",1],["1999-12-01",3]]}}',
		'{"version":1,"leads":{"months":[["1999-10-31",2],["1999-11-01",-1],["1999-11-02",1],["1999-12-31",1000000001]]}}',
		'{"version":1,"leads":{"rows":-1,"unqualified":-9223372036854775808,"months":[["2026-02-01",-9223372036854775808],["2026-03-01",9223372036854775807]]}}',
		'{"version":1,"leads":{"months":[["2026-02-01",9223372036854775807],["2026-02-02",9223372036854775807],["2026-03-01",1]]}}',
		'{"version":1,"leads":{"months":[["4714-11-24 BC",2],["4714-12-01 BC",1],["5874897-11-01",3],["5874897-12-31",1]]}}',
		'{"version":1,"current":{"periods":[[1,3],[2,1]]},"base":{"rows":2,"periods":[[0,1]]}}',
		'{"version":1,"current":{"periods":[[0,9223372036854775807]]},"base":{"periods":[[0,1]]}}',
		'{"version":1,"base":{"periods":[[2147483647,-1]]}}',
		q{lead_summary('1999-01-01'::date + i * i % 500) FROM generate_series(1, 300) AS i},
		q{leads(d) FROM unnest('{4714-11-24 BC,2026-02-28,2026-03-31,infinity,NULL}'::date[]) AS d},
		q{velocity('2026-04-15'::date - i, '2026-04-15', 1) FROM generate_series(1, 80) AS i} ]);

# A table for each, in this order; the last one is NULL.
sub kept_as { my $pool = shift; return $texts{$pool} ? 'text' : $pool }

my %pools = map { $_ => [ @{ $texts{$_} // $values{$_} }, 'NULL' ] } keys %texts, keys %values;
$node->safe_psql('postgres', join ";\n",
	'CREATE AGGREGATE working(boolean, numeric, date, date) (SFUNC = sales_summary_accum, STYPE = sales_summary)',
	'CREATE AGGREGATE meetings(text, date, boolean) (SFUNC = meeting_summary_accum, STYPE = meeting_summary)',
	'CREATE AGGREGATE customers(date, date, numeric, numeric) (SFUNC = customer_summary_accum, STYPE = customer_summary)',
	'CREATE AGGREGATE leads(date) (SFUNC = lead_summary_accum, STYPE = lead_summary)',
	'CREATE AGGREGATE velocity(date, date, int) (SFUNC = lead_velocity_rate_accum, STYPE = lead_summary)',
	map {
		my $pool = $_;
		qq{CREATE TABLE "pool $pool" (n serial, v } . kept_as($pool) . ')',
		  map { qq{INSERT INTO "pool $pool" (v) SELECT ($_)::} . kept_as($pool) } @{ $pools{$pool} }
	} sort keys %pools);

# -- What there is to call, with $1, $2, ... where its arguments go -------------

my @calls = map { my %call; @call{qw(kind what types names result sql)} = split /\|/; \%call } split /\n/, $node->safe_psql(
	'postgres', q{
WITH member AS
    (SELECT classid, objid, pg_describe_object(classid, objid, 0) AS what FROM pg_depend
     WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
       AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity'))
SELECT CASE prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' ELSE CASE WHEN proretset THEN 'set' ELSE 'value' END END, what,
       (SELECT string_agg(format_type(t, NULL), ';' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS _(t, i)),
       array_to_string(proargnames, ';'), format_type(prorettype, NULL),
       format('%s(%s)', proname, (SELECT string_agg('$' || i, ', ' ORDER BY i) FROM generate_series(1, pronargs) AS i))
FROM member JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE proname !~ '^(crm|create|check|kpi|refresh)_'
UNION ALL
SELECT 'value', what, concat_ws(';', nullif(oprleft, 0)::regtype::text, oprright::regtype::text), 'a;b', oprresult::regtype::text,
       CASE WHEN oprleft = 0 THEN oprname || ' $1' ELSE format('$1 %s $2', oprname) END
FROM member JOIN pg_operator AS o ON classid = 'pg_operator'::regclass AND objid = o.oid
UNION ALL
SELECT 'value', what, castsource::regtype::text, 'a', casttarget::regtype::text, format('$1::%s', casttarget::regtype)
FROM member JOIN pg_cast AS c ON classid = 'pg_cast'::regclass AND objid = c.oid
ORDER BY 2});
my @summaries = grep { /_summary$/ } sort keys %values;
my @out_of_reach = map { $_->{what} } grep { $_->{types} eq 'internal' } @calls;
is("@out_of_reach", join(' ', map { "function ${_}_recv(internal)" } @summaries), 'SQL can call everything but the binary input, which is met by COPY');
@calls = grep { $_->{types} ne 'internal' } @calls;

# Support functions become aggregates of one's own: those of a state and a row, of
# which many return the state as it is; final functions; and where there is an
# inverse, in moving windows too.
foreach my $call (grep { $_->{kind} eq 'value' && $_->{sql} =~ /^\w+_(?:accum|combine|final)(?:_inv)?\(/ } @calls)
{
	my %own = (%$call, kind => 'aggregate', what => "aggregate of $call->{what}");
	my ($function) = $call->{sql} =~ /^(\w+)/;
	my ($state) = $call->{types} =~ /^([^;]*)/;
	my %is = (SFUNC => $function, STYPE => $state);
	if ($function =~ /(.*)_final$/)
	{
		%is = (%is, SFUNC => ($state =~ /_summary$/ ? $state : $1) . '_combine', FINALFUNC => $function);
	}
	else
	{
		s/^[^;]*;// for @own{qw(types names)};
		%is = (%is, MSFUNC => $function, MINVFUNC => "${function}_inv", MSTYPE => $state)
		  if grep { $_->{types} eq $call->{types} && $_->{sql} =~ /^\Q$function\E_inv\(/ } @calls;
	}
	%is = (%is, INITCOND => "'{0,0}'", $is{MSFUNC} ? (MINITCOND => "'{0,0}'") : ()) if $function =~ /^share/;
	my $name = 'own_' . @calls;
	$own{sql} = "$name(" . join(', ', map { "\$$_" } 1 .. split /;/, $own{types}) . ')';
	$node->safe_psql('postgres', "CREATE AGGREGATE $name(" . $own{types} =~ s/;/, /gr . ') (' . join(', ', map { "$_ = $is{$_}" } sort keys %is) . ')');
	push @calls, \%own;
}
my $own = grep { $_->{what} =~ /^aggregate of/ } @calls;
cmp_ok($own, '>', 50, "$own aggregates of support functions");

# And what a prepared statement can call is called by one.
push @calls, map { { %$_, kind => 'prepared', what => "$_->{what}, prepared", result => 'text' } }
  grep { $_->{kind} eq 'value' && $_->{types} !~ /cstring/ } @calls;

for my $call (@calls)
{
	my @names = split /;/, $call->{names};
	$call->{types} = [ split /;/, $call->{types} ];
	$call->{pools} = [ map { $_ eq 'text' ? shift @names : do { shift @names; $_ } } @{ $call->{types} } ];
	s/^status$/meeting status/ for $call->{what} =~ /meeting|show_ratio|qualification_ratio/ ? @{ $call->{pools} } : ();
	my @unknown = grep { !$pools{$_} } @{ $call->{pools} };
	BAIL_OUT("no edge values of @unknown for $call->{what}") if @unknown;
	$call->{combinations} =
	  $call->{kind} =~ /aggregate|window/ ? 1e9 : product(map { scalar @{ $pools{$_} } } @{ $call->{pools} });
}

# As many calls of each as it takes: all combinations, or this many.
my $most = int($wanted / @calls);
$most += 10 while sum(map { min($most, $_->{combinations}) } @calls) < $wanted;

# -- Calling ---------------------------------------------------------------------

$node->safe_psql('postgres', join ";\n",
	'CREATE TABLE outcome (what text, state text, calls bigint)',
	'CREATE TABLE bad (what text, state text, message text, places text)',
	map { "CREATE TABLE result_$_ (n serial, summary $_)" } @summaries);

# An argument: one element of the array of its values.
sub argument
{
	my ($call, $i, $place) = @_;
	my $cast = kept_as($call->{pools}[$i]) eq $call->{types}[$i] ? '' : "::$call->{types}[$i]";
	return "a$i\[$place]$cast";
}

# SQL with an expression in place of each $1, $2, ...
sub filled_in
{
	my ($sql, @expressions) = @_;
	$sql =~ s/\$(\d+)/$expressions[$1 - 1]/g;
	return $sql;
}

# The statements that make call number n and put the result into r.
sub statements
{
	my ($call, $places) = @_;
	my @args = 0 .. $#$places;

	if ($call->{kind} =~ /aggregate|window/)
	{
		# of up to four rows, or of the frames of a moving window over these
		my $sql = filled_in($call->{sql}, map { "x$_" } @args);
		my $rows = '(SELECT g, ' . join(', ', map { argument($call, $_, $places->[$_]) . " AS x$_" } @args)
		  . ' FROM generate_series(1, n / 2 % 5) AS g) AS _';
		my $moving = "SELECT w INTO r FROM (SELECT g, $sql OVER (ORDER BY g ROWS 1 PRECEDING) AS w FROM $rows) AS v ORDER BY g DESC LIMIT 1;";
		return $moving if $call->{kind} eq 'window';
		return "IF n % 2 = 0 THEN SELECT $sql INTO r FROM $rows; ELSE $moving END IF;";
	}
	if ($call->{kind} eq 'prepared')
	{
		my $values = join ', ', map { "a$_\[place[$_ + 1]]" } @args;
		return 'place := ARRAY[' . join(', ', @$places) . "]; EXECUTE format('EXECUTE garden(" . join(', ', map { '%L' } @args) . ")', $values) INTO r;";
	}
	my $sql = filled_in($call->{sql}, map { argument($call, $_, "place[$_ + 1]") } @args);
	$sql .= '::text' if $call->{result} eq 'record';
	$sql = "ARRAY(SELECT $sql LIMIT 100)" if $call->{kind} eq 'set';
	return "place := ARRAY[" . join(', ', @$places) . "]; r := $sql;";
}

# What no argument may lead to: internal errors, lack of resources, the server's
# binary input refusing what it is given; and, in an aggregate, a forbidden NULL.
my $never = '^XX|^53|^57|^58|22P03';

# A block that makes the calls of one function and notes how each ended.
sub block
{
	my $call = shift;
	my $calls = min($most, $call->{combinations});
	my $stride = 1;
	my @places = map {
		my $size = @{ $pools{$_} };
		my $place = $calls < $call->{combinations} ? "1 + floor(random() * $size)::int" : "1 + n / $stride % $size";
		$stride *= $size;
		$place;
	} @{ $call->{pools} };
	my $type = $call->{result} =~ s/^(cstring|record)$/text/r . ($call->{kind} eq 'set' ? '[]' : '');
	my $prepare = $call->{kind} ne 'prepared' ? '' : 'DEALLOCATE ALL; PREPARE garden(' . join(', ', @{ $call->{types} }) . ") AS SELECT ($call->{sql})::text;\n";

	return $prepare . "DO \$garden\$\nDECLARE\n"
	  . join('', map { my $pool = $call->{pools}[$_];
			"a$_ " . kept_as($pool) . qq{[] := ARRAY(SELECT v FROM "pool $pool" ORDER BY n);\n} } 0 .. $#places)
	  . "r $type; place int[]; states text[];
		BEGIN
		FOR n IN 0 .. $calls - 1 LOOP
			BEGIN
				" . statements($call, \@places) . "
				IF r::text::${type}::text IS DISTINCT FROM r::text THEN
					RAISE EXCEPTION 'the text form is another value' USING ERRCODE = 'XX999';
				END IF;
				" . ((grep { $_ eq $type } @summaries) ? "IF n % 10 = 0 THEN INSERT INTO result_$type (summary) SELECT r; END IF;" : '') . "
				states := states || text 'no error';
			EXCEPTION WHEN OTHERS THEN
				states := states || SQLSTATE;
				IF SQLSTATE ~ '" . ($call->{kind} eq 'aggregate' ? "$never|22004" : $never) . "' THEN
					INSERT INTO bad SELECT '$call->{what}', SQLSTATE, left(SQLERRM, 200), place;
				END IF;
			END;
		END LOOP;
		INSERT INTO outcome SELECT '$call->{what}', s, count(*) FROM unnest(states) AS s GROUP BY s;
		END \$garden\$";
}

# The server's log names the block in which it crashed.
sub in_the_log { my $what = shift; return join "\n", grep { /$what/ } split /\n/, slurp_file($node->logfile) }

my $script = PostgreSQL::Test::Utils::tempdir . '/calls.sql';
append_to_file($script, join ";\n", "SELECT setseed(1.0 / $seed)", (map { block($_) } @calls), '');
my $lived = eval {
	run_log([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', $script, '-d', $node->connstr('postgres') ],
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default + $wanted / 1000));
};
if (!ok($lived, 'the server lives through all of it, and comes to an end'))
{
	diag(in_the_log('TRAP|terminated by signal'), "\nlast:\n", (split /\n/, in_the_log('INSERT INTO outcome'))[-1]);
	done_testing();
	exit 1;
}

# -- What came of it -------------------------------------------------------------

my ($made, $called, $silent) = split /\|/, $node->safe_psql('postgres', q{
SELECT sum(calls), count(DISTINCT what),
       (SELECT count(*) FROM (SELECT FROM outcome GROUP BY what HAVING bool_and(state <> 'no error')) AS _) FROM outcome});
cmp_ok($made, '>=', $wanted, "$made calls");
is($called, @calls, 'of everything there is');
SKIP:
{
	skip 'too few calls for each to have an answer', 1 if $wanted < 200_000;
	is($silent, 0, 'each of which has an answer to something');
}
note 'how they ended: ', join ', ', map { s/\|/ /r } split /\n/, $node->safe_psql('postgres',
	'SELECT state, sum(calls) FROM outcome GROUP BY state ORDER BY 2 DESC');

my @bad = map {
	my ($what, $state, $message, $places, $times) = split /\|/;
	my ($call) = grep { $_->{what} eq $what } @calls;
	my @places = $places =~ /\d+/g;
	"$times times $state from $what, $message: "
	  . (@places ? filled_in($call->{sql}, map { substr($pools{ $call->{pools}[$_] }[$places[$_] - 1], 0, 200) } 0 .. $#places) : 'some rows');
} split /\n/, $node->safe_psql('postgres', q{
SELECT what, state, translate(message, E'|\n', '  '), min(places), count(*) FROM bad GROUP BY 1, 2, 3 ORDER BY 1, 2 LIMIT 30});
is(join("\n", @bad), '', 'no internal error, no corruption, no value without a text form');

foreach my $type (@summaries)
{
	my $copy = $node->safe_psql('postgres', 'SHOW data_directory') . "/$type.copy";
	is($node->safe_psql('postgres', qq{
COPY result_$type TO '$copy' (FORMAT binary);
CREATE TABLE copied_$type (LIKE result_$type);
COPY copied_$type FROM '$copy' (FORMAT binary);
SELECT count(*) > @{[ $wanted < 200_000 ? 0 : 100 ]} AND bool_and(c.summary IS NOT DISTINCT FROM r.summary)
FROM result_$type AS r LEFT JOIN copied_$type AS c USING (n)}),
		't', "$type in binary form is the same value");
}

$node->stop;
is(in_the_log('WARNING|PANIC|TRAP|terminated by signal'), '', 'nothing to warn of in the log');
done_testing();
