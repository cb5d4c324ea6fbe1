# The adapters of CRMs that are read as somebody else lands or keeps their tables:
# each is run over a small copy of the documented tables, test/data/crm_stubs, in
# which every row has a reason, and gives the rows that stand here.  The business
# is in Amsterdam (an hour ahead of UTC in winter), the session in New York (five
# behind), today is 10 March 2026, and a US dollar is half a euro.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw($shared_data sql start_server);
use Test::More;

my $stubs = "$FindBin::Bin/../data/crm_stubs";

my $node = start_server("timezone = 'America/New_York'\nclient_min_messages = warning\n");
sql('CREATE EXTENSION salesvelocity');

# Make the model of a schema's tables anew.
sub model
{
	my ($crm, $source, $options) = @_;
	sql(qq{
DROP SCHEMA IF EXISTS kpi CASCADE;
CALL create_crm_model('$crm', '$source', 'kpi', 'Europe/Amsterdam', '$options');
UPDATE kpi.kpi_clock SET as_of = '2026-03-10'});
	sql(q{INSERT INTO kpi.fx_rate VALUES ('USD', '2025-01-01', 0.5)})
	  if sql(q{SELECT relkind FROM pg_class WHERE oid = 'kpi.fx_rate'::regclass}) eq 'r';
	return;
}

# Operators and functions of others, for what adapters make to call none of them.
sql(slurp_file("$FindBin::Bin/../lib/hostile.sql"));
isnt($node->psql('postgres', q{SET search_path = hostile; SELECT '{}'::jsonb ->> 'a'}), 0, 'the trap is set');

# Load an adapter's tables, and compare each relation with the rows that it has to
# have.  A uuid of Twenty's is written as its last two digits.
my %seen;

sub checks
{
	my ($crm, $version, $options, %expected) = @_;
	my $name = "$crm-$version";
	$seen{$name} = 1;
	sql(qq{DROP SCHEMA IF EXISTS source CASCADE; CREATE SCHEMA source; SET search_path = source;\n} . slurp_file("$stubs/$name.sql"));
	$options =~ s/^\{/{"version": "$version", /;
	model($crm, 'source', $options);

	is(sql(qq{SELECT r FROM crm_sources(), unnest(relations) AS r WHERE crm = '$crm' AND version = '$version' ORDER BY r}),
		join("\n", sort keys %expected), "$name: its relations are those that are checked here");
	for my $relation (sort keys %expected)
	{
		my $rows = sql("SELECT * FROM kpi.$relation ORDER BY 1, 2, 3");
		$rows =~ s/00000000-0000-0000-0000-0000000000//g if $crm eq 'twenty';
		is("\n$rows\n", $expected{$relation}, "$name: $relation");

		# A day is that of the business, whatever the session's time zone; and the
		# query is part of the one that reads the view.
		my $digest = "SELECT md5(string_agg(r::text, ' ' ORDER BY r::text)) FROM kpi.$relation AS r";
		like(sql("SET timezone = 'Asia/Tokyo'; $digest; SET timezone = 'Pacific/Honolulu'; $digest"), qr/^(\w+)\n\1$/,
			"$name: $relation is the same in other time zones")
		  unless $relation eq 'stage_change';
		is(sql("SET search_path = hostile; SELECT * FROM kpi.$relation ORDER BY 1, 2, 3"), sql("SELECT * FROM kpi.$relation ORDER BY 1, 2, 3"),
			"$name: $relation calls nothing of others");
		unlike(sql("EXPLAIN SELECT * FROM kpi.$relation"), qr/Function Scan on src_/, "$name: $relation is inlined");
	}
	return;
}

# -- Salesforce ----------------------------------------------------------------

# History mode, a deleted and a merged row of each kind, a double of 17 digits, changes
# that are none, ids of any kind of record, copies and patterns of events.
checks('salesforce', 'fivetran',
	q({"base_currency": "EUR", "conversation_dispositions": ["Talked"], "held_column": "first_meeting_held_c", "no_show_column": "no_show_c"}),
	owner => q{
005A|Ann|North|t
005B|Bob||f
},
	opportunity => q{
006A|001A|005A||2026-01-02|2026-01-02|2026-01-31||won|Closed Won|0.1|EUR|0.1
006B|001A|005B||2026-01-01|2026-01-01|2026-01-01||lost|Closed Lost|1234567890123456.8|USD|617283945061728.40
006C||||2026-02-01|2026-02-01||2026-06-30|open|Proposal||EUR|
},
	lead => q{
00QA|2026-01-01|2026-01-05||006A|005A|Web
00QB|2026-02-01||||005A|Fair
},
	company => q{
001A|Acme|2026-01-02|005A
},
	contact => q{
003A|001A|2026-01-03|005A
},
	activity => q{
00TA|call|2026-01-10|005A|out|t|90|006A|003A
00TB|call|2026-01-10|005A|in|f|0||
00TC|email|2026-01-11|005A|||||003A
00TD|other|2026-01-12|005A|||||
},
	meeting => q{
00UA|2026-01-15|2026-01-21|held|005B|005A|006A|
00UB|2026-01-15|2026-01-21|no_show|005B|005A||
00UC|2026-01-15|2026-01-22|presumed_held|005B|005A||
00UD|2026-01-15|2026-03-30|booked|005B|005A||
},
	stage_change => q{
006A|2026-01-01 18:30:00-05||Prospecting|open|5
006A|2026-01-31 05:00:00-05|Prospecting|Closed Won|won|0.1
006A|2026-02-01 05:00:00-05|Closed Won|Nowhere||1
},
);

# A row that never arrived, one currency, an opportunity closed before it was opened,
# calls of which nobody knows what they led to.
checks('salesforce', 'heroku_connect',
	q({"base_currency": "EUR"}),
	owner => q{
005A|Ann||t
005B|Bob||f
},
	opportunity => q{
006A|001A|005A||2026-01-02|2026-01-02|2026-01-31||won|Closed Won|0.1||0.1
006B|001A|005B||2026-01-10|2026-01-10|2026-01-01||lost|Closed Lost|100||100
006C||||2026-02-01|2026-02-01||2026-06-30|open|Proposal|||
},
	lead => q{
00QA|2026-02-01|2026-01-05||006A|005A|Web
},
	company => q{
001A|Acme|2026-01-02|005A
},
	contact => q{
003A|001A|2026-01-03|005A
},
	activity => q{
00TA|call|2026-01-10|005A|out||90|006A|003A
00TB|linkedin|2026-01-10|005A|||||
},
	meeting => q{
00UA|2026-01-15|2026-01-21|presumed_held|005B|005A|006A|
00UB|2026-01-15|2026-03-30|booked|005B|005A||
},
	stage_change => q{
006A|2026-01-01 18:30:00-05||Proposal|open|5
006A|2026-01-31 05:00:00-05|Proposal|Closed Won|won|0.1
},
);

# -- HubSpot -------------------------------------------------------------------

# Lost stages that only the user knows, a stage that is gone, a merged deal, a deal of
# two companies, milliseconds, robots that open e-mails, meetings without an outcome.
checks('hubspot', 'fivetran',
	q({"base_currency": "EUR", "lost_stages": ["Closed lost"], "void_stages": ["dup"], "currency_column": "property_deal_currency_code"}),
	owner => q{
11|Ann A||t
12|bob@example.com||f
},
	opportunity => q{
1|21|11|default|2026-01-02|2026-01-02|2026-02-01||won|Closed won|0.1|EUR|0.1
2|22||default|2026-01-01|2026-01-01|2026-01-15||lost|Closed lost|100.5|USD|50.25
3||12|default|2026-01-01|2026-01-01||2026-06-30|open|Appointment|||
4||11|default|2026-01-01|2026-01-01|2026-01-16||void|Duplicate|7|EUR|7
5||11|default|2026-01-01|2026-01-01|||gone|gone|7|EUR|7
8||11|default|2026-01-01|2026-01-01|||open|New|5|EUR|5
},
	company => q{
21|Acme|2026-01-02|
22|Bell|2026-01-02|
},
	contact => q{
31|21|2026-01-02|11
32||2026-01-02|
},
	activity => q{
41|call|2026-01-10|11|out|t|90.500|1|31
42|call|2026-01-10|11|in|f|0.000||
43|call|2026-01-11||||||
45|email|2026-01-12|12|||||
},
	email => q{
s1|2026-01-10||f|t|f|f|
s2|2026-01-10||f|t|t|f|
s3|2026-01-10||f|t|t|t|
s4|2026-01-10||t|t|f|f|
},
	meeting => q{
51|2026-01-15|2026-01-21|held|11|12|1|
52||2026-01-21|no_show||||
53||2026-01-22|presumed_held||||
54||2026-01-23|presumed_held||||
55||2026-03-30|booked||||
56||2026-01-24|cancelled||||
57||2026-01-25|rescheduled||||
58||2026-01-26|Went well||||
59||1970-01-18|presumed_held||||
},
	stage_change => q{
1|2026-01-01 18:30:00-05||Appointment|open|
1|2026-01-31 18:30:00-05|Appointment|Closed won|won|
2|2026-01-15 05:00:00-05||Closed lost|lost|
},
);

# Everything is text, '' is none; events are in milliseconds since 1970.
checks('hubspot', 'airbyte',
	q({"base_currency": "EUR", "lost_stages": ["no_budget"]}),
	owner => q{
11|Ann A|North|t
12|bob@example.com||f
},
	opportunity => q{
1|21|11|default|2026-01-02|2026-01-02|2026-02-01||won|closedwon|0.10|EUR|0.10
2||||2026-01-01|2026-01-01|2026-01-15||lost|closedlost|||
3||||2026-01-01|2026-01-01||2026-06-30|open|appt|100||100
4||||2026-01-01|2026-01-01|2026-01-16||lost|no_budget|5||5
},
	company => q{
21|Acme|2026-01-02|11
},
	contact => q{
31|21|2026-01-02|11
},
	activity => q{
41|call|2026-01-10|11|out|t|90.500|1|31
42|call|2026-01-10||in|f|||
44|email|2026-01-12|11|out||||
45|email|2026-01-12|11|in||||
},
	email => q{
s1|2026-01-10||f|t|f|f|
s2|2026-01-09||f|t|t|f|
},
	meeting => q{
51|2026-01-15|2026-01-21|held|11|12|1|
52||2026-01-21|no_show||||
53||2026-01-22|presumed_held||||
54||2026-03-30|booked||||
},
);

# -- Pipedrive -----------------------------------------------------------------

# Archived deals, and a value of 0, which was not given.
checks('pipedrive', 'airbyte_3',
	q({"base_currency": "EUR", "activity_day": "done", "meeting_types": ["meeting", "lunch"]}),
	owner => q{
11|Ann||t
},
	opportunity => q{
1|21|11|1|2026-01-02|2026-01-02|2026-02-01|2026-02-01|won|2|0.10|EUR|0.10
2|21|11|1|2026-01-01|2026-01-01||2026-06-30|open|2||EUR|
4||12|1|2026-01-01|2026-01-01|2026-01-15||lost|1|100|USD|50.0
},
	lead => q{
a-1|2026-02-01||||11|Web
},
	company => q{
21|Acme|2026-01-02|11
},
	contact => q{
31|21|2026-01-02|11
},
	activity => q{
41|call|2026-02-23|11|||5400|1|31
42|other|2026-01-10|11|||||
},
	meeting => q{
51|2026-01-16|2026-01-21|held|12|11|1|
52|2026-01-15|2026-03-30|booked|12|11||
},
);

# Moments as text, '' for none, reopened deals, a status of another version.
checks('pipedrive', 'airbyte',
	q({"base_currency": "EUR"}),
	owner => q{
11|Ann||t
12|Bob||f
},
	opportunity => q{
1|21|11|1|2026-01-02|2026-01-02|2026-02-01|2026-02-01|won|Offer|0.10|EUR|0.10
2||12|1|2026-01-01|2026-01-01|2026-01-15||lost|Qualified|100|USD|50.0
3|21|11|1|2026-01-01|2026-01-01||2026-06-30|open|9||EUR|
6|21|11|1|2026-01-01|2026-01-01|||parked|Qualified|5|EUR|5
},
	lead => q{
a-1|2026-02-01||||11|Web
a-2|2026-02-01||||12|
},
	company => q{
21|Acme|2026-01-02|11
22|Bell|2026-01-02|12
},
	contact => q{
31|21|2026-01-02|11
},
	activity => q{
41|call|2026-01-10|11|||5400|1|31
42|email|2026-01-10|11|||||
43|other|2026-01-11|11|||||
},
	meeting => q{
51|2026-01-16|2026-01-21|held|12|11|1|
52|2026-01-15|2026-01-21|presumed_held|12|11||
53|2026-01-15|2026-03-30|booked|12|11||
},
);

# -- EspoCRM -------------------------------------------------------------------

# Stages by probability, by the user's lists, and by neither; a test mail; a meeting of a
# whole day.
checks('espocrm', '10',
	q({"base_currency": "EUR", "lost_stages": ["No budget"], "void_stages": ["Duplicate"]}),
	owner => q{
u1|Ann A|North|t
u2|bob||f
},
	opportunity => q{
o1|a1|u1||2026-01-02|2026-01-02|2026-01-31||won|Closed Won|0.1|EUR|0.1
o2|a1|u1||2026-01-01|2026-01-01|2026-01-15||lost|Closed Lost|100.5|USD|50.250000000
o3||||2026-01-01|2026-01-01||2026-06-30|open|Proposal|||
o4|a1|u1||2026-01-01|2026-01-01|2026-01-16||lost|No budget|5|EUR|5
o5|a1|u1||2026-01-01|2026-01-01|2026-01-17||void|Duplicate|5|EUR|5
o6|a1|u1||2026-01-01|2026-01-01||2026-06-30|On ice|On ice|5|EUR|5
},
	lead => q{
l1|2026-01-02|2026-02-01||o1|u1|Web
l2|2026-01-02||||u1|
},
	company => q{
a1|Acme|2026-01-02|u1
},
	contact => q{
c1|a1|2026-01-02|u1
},
	activity => q{
e1|email|2026-01-10|u1|out|||o1|
e2|email|2026-01-10|u2|||||
k1|call|2026-01-10|u1|out|t|900|o1|
k2|call|2026-01-10|u1|in|f|300||c1
},
	email => q{
r1|2026-01-10||f|t|t|t|
r3|2026-01-10||t|t|f|f|
},
	meeting => q{
m1|2026-01-16|2026-01-21|held|u2|u1|o1|
m2|2026-01-15|2026-01-21|no_show|u2|u1||
m3|2026-01-15|2026-01-22|presumed_held|u2|u1||
m4|2026-01-15|2026-03-30|booked|u2|u1||
},
	fx_rate => q{
USD|2026-01-01|0.40000000
USD|2026-01-15|0.50000000
},
	stage_change => q{
o1|2026-01-31 18:30:00-05|Proposal|Closed Won|won|
o6|2026-01-30 05:00:00-05|Proposal|On ice|On ice|
},
);

# -- Twenty --------------------------------------------------------------------

# Millionths, a stage that is nowhere named, meetings and mails with nobody of the CRM.
checks('twenty', '1',
	q({"base_currency": "EUR", "lost_stages": ["LOST"]}),
	owner => q{
11|Ann A||t
12|bob@example.com||f
},
	opportunity => q{
01|21|11||2026-01-02|2026-01-02|2026-02-01||won|CUSTOMER|1234.560001|EUR|1234.560001
02||||2026-01-01|2026-01-01|2026-01-15||lost|LOST|100|USD|50.0
03||||2026-01-01|2026-01-01||2026-06-30|open|NEW|||
04||||2026-01-01|2026-01-01|||PARKED|PARKED|5|EUR|5
},
	company => q{
21|Acme|2026-01-02|11
},
	contact => q{
31|21|2026-01-02|
},
	activity => q{
41|email|2026-01-10|11|out||||31
42|email|2026-01-10||in||||31
},
	meeting => q{
51|2026-01-16|2026-01-21|presumed_held||11||
52|2026-01-15|2026-01-21|cancelled||11||
53|2026-01-15|2026-01-22|declined||11||
54|2026-01-15|2026-03-30|booked||11||
},
	stage_change => q{
01|2026-01-31 18:30:00-05|PROPOSAL|CUSTOMER|won|
},
);

# -- Frappe CRM ----------------------------------------------------------------

# When a deal was lost is only in its log; a reopened one keeps its closed date; the
# system's clock is in India.
checks('frappe_crm', '1',
	q({"base_currency": "EUR", "system_time_zone": "Asia/Kolkata"}),
	owner => q{
ann@example.com|Ann||t
bob@example.com|Bob||f
},
	opportunity => q{
D-1|Acme|ann@example.com||2026-01-02|2026-01-02|2026-01-31||won|Won|0.100000000|EUR|0.100000000
D-2|Acme|ann@example.com||2026-01-01|2026-01-01|2026-01-14||lost|Lost|100.000000000|USD|50.0000000000
D-3||||2026-01-02|2026-01-02||2026-06-30|open|Negotiation|||
D-4||||2026-01-02|2026-01-02|||Strange|Strange|5.000000000|EUR|5.000000000
},
	lead => q{
L-1|2026-01-01|2026-01-03||D-1|ann@example.com|Web
L-2|2026-01-01||2026-01-05|||
},
	company => q{
Acme|Acme|2026-01-01|ann@example.com
},
	contact => q{
Carl|Acme|2026-01-01|ann@example.com
Dora||2026-01-02|ann@example.com
},
	activity => q{
E-1|email|2026-01-11|ann@example.com|out|||D-1|
E-2|email|2026-01-11||in||||
K-1|call|2026-01-09|ann@example.com|out|t|90.000000000|D-1|
K-2|call|2026-01-10|bob@example.com|in|f|||
},
	meeting => q{
M-1|2026-01-15|2026-01-20|held|ann@example.com|ann@example.com|D-1|
M-2|2026-01-15|2026-01-21|cancelled|ann@example.com|ann@example.com||
M-3|2026-01-15|2026-01-22|presumed_held|ann@example.com|ann@example.com||
M-4|2026-01-15|2026-03-30|booked|ann@example.com|ann@example.com||
},
	stage_change => q{
D-1|2026-01-31 01:30:00-05|Qualification|Won|won|
D-2|2026-01-09 17:30:00-05|Qualification|Lost|lost|
D-2|2026-01-10 23:30:00-05|Lost|Qualification|open|
D-2|2026-01-14 17:30:00-05|Qualification|Lost|lost|
},
);

# -- Outreach and Salesloft ----------------------------------------------------

# Answered or not, ids in lists, opens that are not tracked.
checks('outreach', 'airbyte',
	q({"owners": {"12": "005A"}}),
	activity => q{
call 1|call|2026-01-10|005A|out|t|90.5|1|31
call 2|call|2026-01-10|13|out|f|||33
call 3|call|2026-01-11||in|f|||
mailing 1|email|2026-01-10|005A|out|||1|31
mailing 2|email|2026-01-10|005A|out||||
mailing 3|email|2026-01-10|005A|out||||
mailing 4|email|2026-01-10|13|out||||
mailing 5|email|2026-01-10|13|out||||
task 1|linkedin|2026-01-12|005A|out||||31
task 2|other|2026-01-12|005A|out||||
},
	email => q{
1|2026-01-10|005A|f|t|t|f|f
2|2026-01-10|005A|f|t|f||f
3|2026-01-10|005A|f|f|||f
4|2026-01-10|13|f|f|t||t
5|2026-01-10|13|t|t|f|f|f
},
);

# No-shows, and meetings of which nobody says that they took place.
checks('salesloft', 'airbyte',
	q({"owners": {"6970": "005A"}}),
	activity => q{
call 1|call|2026-01-10|005A||t|90||31
call 2|call|2026-01-10|6971||f|||
call 3|call|2026-01-10||||||
email 1|email|2026-01-10|005A|out||||31
email 2|email|2026-01-10|005A|out||||
email 3|email|2026-01-10|005A|out||||
email 4|email|2026-01-10|6971|out||||
},
	email => q{
1|2026-01-10|005A|f|t|t|f|f
2|2026-01-10|005A|f|t|t||t
3|2026-01-10|005A|f|f|||f
4|2026-01-10|6971|t|t|f|f|f
},
	meeting => q{
1|2026-01-16|2026-01-21|presumed_held|005A|||
2|2026-01-15|2026-01-21|no_show|00000000-0000-0000-0000-000000000000|||
3|2026-01-15|2026-01-22|cancelled||||
4|2026-01-15|2026-03-30|booked||||
},
);

# -- Stripe --------------------------------------------------------------------

# Net of tax, discounts, a credit note and a refund, and spread over the months that it is
# for: 100 over 28 days of February and 31 of March. Yen have no hundredths, dinars have
# thousandths.
checks('stripe', 'fivetran',
	q({"base_currency": "EUR", "gross_margin": 0.8}),
	customer_revenue => q{
cus_1|2026-02-01|47.46|EUR|0.8|47.46
cus_1|2026-03-01|-10.00|EUR|0.8|-10.00
cus_1|2026-03-01|52.54|EUR|0.8|52.54
cus_2|2026-01-01|5000|JPY|0.8|
cus_2|2026-01-10|5.000|KWD|0.8|
cus_3|2026-01-01|79.55|EUR|0.8|79.55
cus_3|2026-02-01|10.45|EUR|0.8|10.45
cus_3|2026-03-05|-5.00|EUR|0.8|-5.00
},
);

is(join(' ', sort keys %seen), join(' ', sort map { s,.*/,,r =~ s/\.sql$//r } glob "$stubs/*.sql"), 'every stub is used');

# -- What is not there ---------------------------------------------------------

# Tables that come with their first row, and properties that nobody asked for.
sql(q{DROP SCHEMA source CASCADE; CREATE SCHEMA source; SET search_path = source;} . slurp_file("$stubs/hubspot-fivetran.sql") . q{
DROP TABLE merged_deal, deal_company, engagement_deal, engagement_contact, engagement_email, email_event;
ALTER TABLE deal DROP property_deal_currency_code;
ALTER TABLE contact DROP property_associatedcompanyid, DROP property_hubspot_owner_id, DROP property_hs_calculated_merged_vids;
ALTER TABLE engagement_call DROP property_hs_call_direction, DROP property_hs_call_disposition, DROP property_hs_call_duration;
ALTER TABLE engagement_meeting RENAME meeting_outcome TO property_hs_meeting_outcome;
ALTER TABLE engagement_meeting RENAME start_time TO property_hs_meeting_start_time});
model('hubspot', 'source', '{"version": "fivetran", "base_currency": "EUR", "lost_stages": []}');
is(sql('SELECT count(*), count(company_id), count(currency) FROM kpi.opportunity'), '7|0|0',
	'hubspot: nothing is merged, and nothing is known of companies and currencies');
is(sql('SELECT opportunity_id, status, closed_on FROM kpi.opportunity WHERE stage IN (\'Closed lost\', \'Duplicate\') ORDER BY 1'),
	"2|open|\n4|lost|2026-01-16", 'hubspot: without names, only closed stages are lost');
is(sql('SELECT * FROM kpi.contact ORDER BY 1'), "31||2026-01-02|\n32||2026-01-02|\n33||2026-01-01|", 'hubspot: contacts of no company');
is(sql('SELECT * FROM kpi.activity ORDER BY 1'), "41|call|2026-01-10|11|||||\n42|call|2026-01-10|11|||||\n43|call|2026-01-11||||||",
	'hubspot: calls of which nobody knows more');
is(sql('SELECT count(*) FROM kpi.email'), 0, 'hubspot: no e-mails, and no error');
is(sql('SELECT status, count(*) FROM kpi.meeting GROUP BY 1 ORDER BY 1'),
	"Went well|1\nbooked|1\ncancelled|1\nheld|1\nno_show|1\npresumed_held|3\nrescheduled|1", 'hubspot: meetings with properties');
model('hubspot', 'source', '{"version": "fivetran", "base_currency": "EUR", "lost_stages": [], "zero_probability_is_lost": true}');
is(sql(q{SELECT string_agg(opportunity_id, ' ' ORDER BY opportunity_id) FROM kpi.opportunity WHERE status = 'lost'}), '2 4 8',
	'hubspot: with probability 0 for lost, a new deal is lost');
is($node->psql('postgres', q{CALL create_crm_model('hubspot', 'source', 'kpi2', 'UTC', '{"version": "fivetran", "base_currency": "EUR"}')},
	stderr => \my $error), 3, 'hubspot: without lost stages there is no model');
like($error, qr/option "lost_stages" is required/, 'hubspot: and the error says why');

# Other types in other versions: a timestamp in UTC is the same moment as a timestamptz.
sql(q{DROP SCHEMA source CASCADE; CREATE SCHEMA source; SET search_path = source;} . slurp_file("$stubs/salesforce-fivetran.sql"));
sql(q{
SET timezone = 'UTC';
ALTER TABLE source.opportunity ALTER created_date TYPE timestamp, ALTER close_date TYPE date, ALTER stage_name TYPE varchar(255);
DROP TABLE source.account, source.user_role});
model('salesforce', 'source', '{"version": "fivetran", "base_currency": "EUR"}');
is(sql("SELECT opportunity_id, company_id, created_on, closed_on, amount FROM kpi.opportunity ORDER BY 1"),
	"006A|001A|2026-01-02|2026-01-31|0.1\n006B|001B|2026-01-01|2026-01-01|1234567890123456.8\n006C||2026-02-01||",
	'salesforce: the same days, and without accounts nothing is known of their merging');
is(sql('SELECT count(team), count(*) FROM kpi.owner'), '0|2', 'salesforce: nor of roles');

# -- A real export of HubSpot --------------------------------------------------

my $seed = "$shared_data/hubspot_seed";
SKIP:
{
	skip "no $seed", 1 unless -r "$seed/deal_data.csv";

	# As the connector lands it: moments in UTC, in a type without a zone.
	sql('DROP SCHEMA source CASCADE; CREATE SCHEMA source');
	for my $file (glob "$seed/*_data.csv")
	{
		my ($table) = $file =~ m,([^/]+)_data\.csv$,;
		my ($header) = slurp_file($file) =~ /^([^\r\n]+)/;
		my $columns = join ', ', map {
			"$_ "
			  . ( /(date|timestamp|_at|_time|_entered|_synced|_start|_end)$/    ? 'timestamp'
				: /(deleted|active|closed_won|is_closed)$/ ? 'boolean'
				: /(amount|probability)$/                  ? 'double precision'
				:                                            'text')
		} split /,/, $header;
		sql(qq{CREATE TABLE source.$table ($columns);\n\\copy source.$table FROM '$file' CSV HEADER});
	}
	model('hubspot', 'source', '{"version": "fivetran", "base_currency": "EUR", "lost_stages": []}');
	is(sql('SELECT count(*), count(DISTINCT opportunity_id), count(amount), count(owner_id), count(stage) FROM kpi.opportunity'),
		'44|44|0|22|0', 'HubSpot export: 44 deals, none with an amount or a stage, 22 with an owner');
	is(sql(q{SELECT count(*), count(*) FILTER (WHERE status = 'open' AND created_on = created AND closed_on IS NULL),
		count(*) FILTER (WHERE created_on <> property_createdate::date)
		FROM kpi.opportunity JOIN (SELECT *, timezone('Europe/Amsterdam', timezone('UTC', property_createdate))::date AS created
		                           FROM source.deal) AS d ON deal_id = opportunity_id}),
		'44|44|4', 'HubSpot export: their days; four of them are on another day here than in UTC');
	is(sql(q{SELECT num_opportunities(s), num_open(s), hit_ratio(s) IS NULL
		FROM (SELECT sales_summary(status, base_amount, created_on, closed_on) AS s FROM kpi.opportunity) AS _}),
		'44|44|t', 'HubSpot export: they can be summed up');
	is(sql('SELECT count(*), count(*) FILTER (WHERE NOT is_active) FROM kpi.owner'), '100|96', 'HubSpot export: 96 of 100 owners have left');
	is(sql(q{SELECT status, count(*), count(*) FILTER (WHERE scheduled_on BETWEEN '1970-01-01' AND '1970-01-31') FROM kpi.meeting GROUP BY 1}),
		'presumed_held|100|7', 'HubSpot export: of 100 meetings nobody knows whether they took place, and 7 were in January 1970');
	is(sql(q{SELECT count(*), count(*) FILTER (WHERE scheduled_on = timezone('Europe/Amsterdam', timezone('UTC', start_time))::date)
		FROM kpi.meeting JOIN source.engagement_meeting ON engagement_id = meeting_id}), '100|100', 'HubSpot export: their days');
	is(sql(q{SELECT count(*), count(*) FILTER (WHERE contact_id = '78971951'),
		count(*) FILTER (WHERE contact_id IN ('76340251', '46897301', '76226001')) FROM kpi.contact}), '19|1|0',
		'HubSpot export: three of 22 contacts were merged into one');
	is(sql('SELECT kind, count(*) FROM kpi.activity GROUP BY 1 ORDER BY 1'), "call|1\nemail|1", 'HubSpot export: a call and an e-mail');
	is(sql('SELECT count(*), count(DISTINCT opportunity_id), count(from_stage) FROM kpi.stage_change'), '14|14|0',
		'HubSpot export: each deal in the history got into one stage');
	is(sql('SELECT (SELECT count(*) FROM kpi.company), (SELECT count(*) FROM kpi.email), (SELECT count(*) FROM kpi.lead)'), '0|0|0',
		'HubSpot export: what has no table is empty');
	is(sql(q{SELECT rows FROM check_source('kpi') WHERE problem = 'day of scheduled_on is in January 1970'}), 7,
		'HubSpot export: check_source sees the meetings of 1970');
}

$node->stop;
done_testing();
