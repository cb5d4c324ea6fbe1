# The pace of random targets against a walk over the days.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use SalesVelocityTest qw(agree_unless start_server);
use Test::More;

my $node = start_server();
$node->safe_psql(
	'postgres', q{
CREATE EXTENSION salesvelocity;
CREATE TABLE plan AS
SELECT id, (hashint4(id) % 100000)::numeric / 100 AS target, (hashint4(id + 1) % 100000)::numeric / 100 AS actual,
       first, first + abs(hashint4(id + 2)) % 40 AS last, holidays, weekend
FROM generate_series(1, 3000) AS id,
     LATERAL (SELECT '2020-01-01'::date + abs(hashint4(id)) % 3000 AS first,
                     ('{{6,7},{5,6},{7,7},{1,4}}'::int[])[1 + id % 4 : 1 + id % 4] AS weekend) AS f,
     LATERAL (SELECT array_agg(first + abs(hashint4(id + i)) % 40) AS holidays FROM generate_series(10, 14) AS i) AS h;
-- every day of each period and of five days around it, and whether it is a working day of the period
CREATE TABLE plan_day AS
SELECT p.*, day, day >= first AND day < last AND day <> ALL (holidays) AND extract(isodow FROM day) <> ALL (weekend) AS works,
       pace(target, day, first, last, holidays, weekend) AS pace
FROM plan AS p, period_series('day', first - 5, last + 5) AS day;
});

my $counted = q{(SELECT *, count(*) FILTER (WHERE works) OVER (PARTITION BY id ORDER BY day) AS over,
                        count(*) FILTER (WHERE works) OVER (PARTITION BY id) AS days FROM plan_day) AS _};
agree_unless('pace is the target times working days over', 1001, 'CASE WHEN days = 0 THEN pace IS NOT NULL ELSE pace <> target * over / days END', $counted);
agree_unless(
	'on_track compares with what is due, exactly', 1001,
	'on_track(actual, target, day, first, last, holidays, weekend) IS DISTINCT FROM
		CASE WHEN days > 0 THEN actual * days >= target * over END', $counted);
agree_unless(
	'required_per_day closes the gap', 1001,
	'CASE WHEN days_left = 0 THEN required_per_day(target, actual, day, last, holidays, weekend) IS NOT NULL
		  ELSE required_per_day(target, actual, day, last, holidays, weekend) <> (target - actual) / days_left END',
	"(SELECT *, days - over AS days_left FROM $counted WHERE day >= first) AS _");
agree_unless(
	'the days of a period add up to its target', 1001, 'CASE WHEN works THEN total <> target ELSE total IS NOT NULL END',
	q{(SELECT min(target) AS target, sum(pace - pace(target, day - 1, first, last, holidays, weekend)) AS total, bool_or(works) AS works
	   FROM plan_day GROUP BY id) AS _});
agree_unless('attainment is the nearest double', 1001, 'attainment(actual, target) <> (actual * 100)::float8 / (target * 100)::float8', 'plan WHERE target <> 0');

$node->stop;
done_testing();
