# Curves of opportunities: recent cohorts of known truth agree with the truth,
# published and real data with their reference values.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($shared_data agree_unless sql start_server);
use Test::More;

my $node = start_server();
sql('CREATE EXTENSION salesvelocity');

# The condition that one of our numbers is NULL or not as near to theirs as said;
# without a word, to 12 digits.
sub off
{
	my ($ours, $theirs, $tolerance) = @_;
	return "abs(coalesce($ours, 'NaN') - $theirs\::float8) > " . ($tolerance // "1e-12 * abs($theirs\::float8)");
}

sub any { return join ' OR ', map { "($_)" } @_ }

# -- Cohorts of known truth ------------------------------------------------------

# Two years of opportunities, 5 % more each month, a quarter of which is won: in
# 40 days on average, and lost in 70.  The ratios of what was opened in the last 90
# or 180 days err, one down and one up; the curve's bounds hold the truth.
sql(q{
CREATE FUNCTION simulated(seed float8) RETURNS TABLE (opened date, days int, won boolean) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM setseed(seed);
	RETURN QUERY SELECT day, floor(CASE WHEN w THEN 10 ELSE 17.5 END
	                               * -ln((1 - random()) * (1 - random()) * (1 - random()) * (1 - random())))::int, w
	FROM (SELECT '2026-01-01'::date - d AS day, random() < 0.25 AS w
	      FROM generate_series(0, 730) AS d, LATERAL generate_series(1, (20 * exp(-0.05 * d / 30.4) + random())::int)) AS _;
END $$;
CREATE TABLE opportunity AS
SELECT seed, opened, days, won, CASE WHEN opened + days <= '2026-01-01' THEN won END AS known
FROM unnest('{0.1,0.2,0.3}'::float8[]) AS seed, simulated(seed);
CREATE TABLE cohort AS
SELECT seed, length, sales_summary(known, 1, opened, opened + days) AS s, avg((won AND days < length)::int) AS truth
FROM opportunity, unnest('{90,180}'::int[]) AS length WHERE opened > '2026-01-01'::date - length GROUP BY 1, 2;
});
agree_unless('cohorts: the common ratios err both ways', 6, "NOT (hit_ratio(s, 'created') < truth - 0.04 AND hit_ratio(s) > truth + 0.03)", 'cohort');
agree_unless(
	'cohorts: the curve does not', 6, 'NOT (0.25 BETWEEN lower AND upper AND abs(win_probability - 0.25) < 0.03)',
	"cohort, LATERAL (SELECT * FROM win_curve(s, '2026-01-01') ORDER BY day DESC LIMIT 1) AS c");
agree_unless(
	'the wins to expect are those that come, but for chance', 9, "abs(expected_wins(s, '2026-01-01', horizon) - wins) > 3 * sqrt(wins)", q{
(SELECT seed, horizon, sales_summary(known, 1, opened, opened + days) AS s,
        count(*) FILTER (WHERE won AND known IS NULL AND opened + days <= '2026-01-01'::date + horizon) AS wins
 FROM opportunity, unnest('{30,60,90}'::int[]) AS horizon GROUP BY 1, 2) AS _});

# What reads a summary reads an aggregate's state.
sql('CREATE AGGREGATE working(boolean, numeric, date, date) (SFUNC = sales_summary_accum, STYPE = sales_summary)');
agree_unless(
	'of a state', 200, 'c IS DISTINCT FROM w', q{
(SELECT sales_summary(known, 1, opened, opened + days) AS s, working(known, 1, opened, opened + days) AS state FROM opportunity) AS _,
LATERAL (SELECT c, w FROM win_curve(s, '2026-01-01') AS c FULL JOIN win_curve(state, '2026-01-01') AS w USING (day)) AS joined});

# -- Published data --------------------------------------------------------------

# Load a file as a table of texts that has the names of the file and its columns.
sub load
{
	my ($file) = @_;
	my $table = $file =~ s/.*\///r;
	my @columns = split /,/, (split /\r?\n/, slurp_file("$shared_data/$file.csv"))[0];
	sql("CREATE TABLE $table (" . join(', ', map { qq("$_" text) } @columns) . qq{);
\\copy $table FROM '$shared_data/$file.csv' CSV HEADER});
	return;
}

# Summaries of a table of times and causes (0 is censored), by groups.
sub curve
{
	my ($table, $group, $cause, $curve) = @_;
	return qq{(SELECT label, c.* FROM (SELECT $group AS label,
    sales_summary((ARRAY['open', 'won', 'lost'])[($cause)::int + 1], 1, '2026-01-01'::date - time::int, '2026-01-01') AS s
    FROM $table GROUP BY 1) AS _, $curve AS c)};
}

SKIP:
{
	skip "no $shared_data/tables", 11 unless -r "$shared_data/tables/km_aml_input.csv";

	load("tables/$_") for qw(km_aml_input km_aml_expected_printed km_g3_input km_g3_expected km_sksurv16_input km_sksurv16_expected
	  aj_bmt_input aj_bmt_expected aj_lifelines_sas_input aj_lifelines_sas_expected);

	# at 0 R has no error and no bounds
	agree_unless(
		'km_aml: Kaplan-Meier as R prints it', 16,
		any('at_risk <> n_risk::int', 'decided <> n_event::int', off('c.survival', 'e.survival', 6e-4),
			"CASE std_err WHEN 'NaN' THEN lower IS NOT NULL OR upper IS NOT NULL ELSE "
			  . any(off('std_error', 'std_err', 6e-5), off('lower', 'lower95_log', 6e-4), off('upper', 'upper95_log', 6e-4)) . ' END'),
		'km_aml_expected_printed AS e LEFT JOIN '
		  . curve('km_aml_input', 'arm', 'status', "sales_cycle_survival(s, '2026-01-01')") . ' AS c ON (arm, time::int) = (label, day)');
	is(sql('SELECT label, c FROM ' . curve('km_aml_input', 'arm', 'status', "time_to_close_percentile(s, 0.5, '2026-01-01')") . ' AS c (label, c) ORDER BY 1'),
		"Maintained|31\nNonmaintained|23", 'km_aml: medians');

	agree_unless(
		'km_g3: Kaplan-Meier with bounds by log-log, as printed', 6,
		any(off('c.survival', 'e.survival', 6e-4),
			'lower95_loglog IS NOT NULL AND (' . any(off('lower', 'lower95_loglog', 6e-5), off('upper', 'upper95_loglog', 6e-4)) . ')'),
		'km_g3_expected AS e LEFT JOIN '
		  . curve('km_g3_input', '"group"', 'event', "sales_cycle_survival(s, '2026-01-01', transform => 'log-log')")
		  . ' AS c ON ("group", time::int) = (label, day)');

	# whose curve at 0 or 1 is its own bound, where R has none
	agree_unless(
		'km_sksurv16: Kaplan-Meier with bounds by log-log', 55,
		any(off('c.survival', 'e.survival'), off('coalesce(lower, c.survival)', 'lower95_loglog'), off('coalesce(upper, c.survival)', 'upper95_loglog')),
		'km_sksurv16_expected AS e LEFT JOIN '
		  . curve('km_sksurv16_input', '"case"', 'event', "sales_cycle_survival(s, '2026-01-01', transform => 'log-log')")
		  . ' AS c ON ("case", time::int) = (label, day)');

	agree_unless('aj_bmt: Aalen-Johansen, to 8 decimals', 47, any(off('win_probability', 'cif_1', 6e-9), off('loss_probability', 'cif_2', 6e-9)),
		'aj_bmt_expected AS e LEFT JOIN ('
		  . curve('aj_bmt_input', q{'dis=' || dis}, 'cause', "win_curve(s, '2026-01-01')") . ' UNION ALL '
		  . curve('aj_bmt_input', q{'all'}, 'cause', "win_curve(s, '2026-01-01')") . ') AS c ON ("group", time::int) = (label, day)');

	# the second cause being the win
	my $swapped = '(3 - cause::int) % 3';
	agree_unless(
		'aj_lifelines_sas: variance, and bounds by log-log to 8 decimals', 6,
		any(off('((p.upper - p.win_probability) / 0.6744897501960817) ^ 2', 'var_cif_2_sas', 1e-12),
			'lower95_sas IS NOT NULL AND (' . any(off('c.lower', 'lower95_sas', 6e-9), off('c.upper', 'upper95_sas', 6e-9)) . ')'),
		'aj_lifelines_sas_expected AS e LEFT JOIN '
		  . curve('aj_lifelines_sas_input', "''", $swapped, "win_curve(s, '2026-01-01', transform => 'log-log')") . ' AS c ON time::int = c.day LEFT JOIN '
		  . curve('aj_lifelines_sas_input', "''", $swapped, "win_curve(s, '2026-01-01', 0.5, 'plain')") . ' AS p ON time::int = p.day');
}

# -- Real data -------------------------------------------------------------------

SKIP:
{
	skip "no $shared_data/maven_crm", 4 unless -r "$shared_data/maven_crm/ref_aalen_johansen.csv";

	load("maven_crm/$_") for qw(sales_pipeline ref_aalen_johansen);
	sql(q{
CREATE TABLE maven AS SELECT sales_summary(CASE deal_stage WHEN 'Won' THEN true WHEN 'Lost' THEN false END, 1,
    engage_date::date, close_date::date) AS s FROM sales_pipeline});
	agree_unless(
		'maven: Aalen-Johansen and Greenwood', 389,
		any('c.at_risk <> e.at_risk::int', 'won <> n_won::int', 'lost <> n_lost::int', 'void <> 0', 'c.censored <> e.censored::int',
			off('k.survival', 'e.survival'), off('std_error', 'greenwood_se'), off('win_probability', 'cif_won'), off('loss_probability', 'cif_lost')),
		q{maven CROSS JOIN LATERAL win_curve(s, '2017-12-31') AS c JOIN LATERAL sales_cycle_survival(s, '2017-12-31') AS k USING (day)
		  FULL JOIN ref_aalen_johansen AS e ON time::int = day});
	is(sql(q{SELECT time_to_close_percentile(s, 0.5, '2017-12-31'), sales_cycle_percentile(s, 0.5, 'closed') FROM maven}),
		'69|45', 'maven: median time to close, and that of the closed ones alone');
	is(sql(q{SELECT abs(win_probability(s, '2017-12-31') - max(cif_won::float8)) < 1e-12 FROM maven, ref_aalen_johansen GROUP BY s}), 't', 'maven: win probability');
}

SKIP:
{
	skip "no $shared_data/olist_funnel", 2 unless -r "$shared_data/olist_funnel/ref_kaplan_meier_time_to_win.csv";

	# One deal was won two days before it began.  It is in no curve of ours, so all shares are of the other 7,999.
	load("olist_funnel/$_") for qw(olist_marketing_qualified_leads_dataset olist_closed_deals_dataset ref_kaplan_meier_time_to_win);
	sql(q{
CREATE TABLE olist AS SELECT sales_summary(CASE WHEN won_date IS NOT NULL THEN true END, 1, first_contact_date::date, won_date::date) AS s
FROM olist_marketing_qualified_leads_dataset LEFT JOIN olist_closed_deals_dataset USING (mql_id)});
	my $others = '(7999 / 8000.0::float8)';
	agree_unless(
		'olist: Kaplan-Meier of the time to win', 467,
		any('c.at_risk <> e.at_risk::int', 'decided <> n_won::int', 'c.censored <> e.censored::int', off('c.survival', "(e.survival::float8 / $others)"),
			off("(1 - win_probability) * $others", 'e.survival')),
		q{(SELECT c.*, win_probability FROM olist, sales_cycle_survival(s, '2018-11-14') AS c JOIN LATERAL win_curve(s, '2018-11-14') AS w USING (day)) AS c
		  FULL JOIN (SELECT * FROM ref_kaplan_meier_time_to_win WHERE time <> '-2') AS e ON time::int = day});
}

$node->stop;
done_testing();
