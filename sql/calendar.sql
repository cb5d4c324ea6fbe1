-- calendar: periods of dates and of instants, and working days
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';

-- The periods of a Wednesday: each starts on or before it and ends after it.
SELECT period, period_start(period, '2026-07-15'), period_end(period, '2026-07-15')
FROM unnest('{day,week,month,quarter,year,MONTH}'::text[]) AS period;

-- A fiscal year from April: July is in its second quarter.  A week from Sunday.
SELECT period_start('quarter', '2026-07-15', 4) AS quarter, period_start('year', '2026-07-15', 4) AS year,
       period_start('year', '2026-03-31', fiscal_start => 4) AS year_before,
       period_start('month', '2026-07-15', 4) AS month,
       period_start('week', '2026-07-15', week_start => 7) AS week, period_end('week', '2026-07-15', week_start => 7);
-- February starts quarters 2-4, 5-7, 8-10, 11-1.
SELECT period_start('quarter', '2026-01-31', 2), period_end('quarter', '2026-01-31', 2);
-- Every week start is that day of the week, at most 6 days ago.
SELECT w, period_start('week', '2026-07-15', 1, w), extract(isodow FROM period_start('week', '2026-07-15', 1, w)) AS day
FROM generate_series(1, 7) AS w;

-- The same as date_trunc, and an end is the start of the next period.
SELECT period, count(*),
       count(*) FILTER (WHERE period_start(period, day) <> date_trunc(period, day::timestamp)::date) AS starts_differ,
       count(*) FILTER (WHERE period_start(period, period_end(period, day)) <> period_end(period, day)
                           OR period_start(period, period_end(period, day) - 1) <> period_start(period, day)) AS ends_differ
FROM unnest('{day,week,month,quarter,year}'::text[]) AS period,
     (SELECT '4713-12-01 BC'::date + i AS day FROM generate_series(0, 1500) AS i
      UNION ALL SELECT '0004-01-01 BC'::date + i FROM generate_series(0, 3000) AS i
      UNION ALL SELECT '1999-01-01'::date + i FROM generate_series(0, 15000) AS i) AS _
GROUP BY period ORDER BY period;

-- An instant has the local date of the zone: 23:30 in New York is the next day, month and year in Berlin.
SELECT zone, period_start('day', at, zone) AS day, period_start('month', at, zone) AS month, period_end('year', at, zone)
FROM (VALUES ('2026-01-01 04:30Z'::timestamptz)) AS _(at), unnest('{America/New_York,Europe/Berlin}'::text[]) AS zone;
SELECT period_start('month', '2026-05-01', 'UTC') AS literals_are_instants,
       period_start('year', '2026-03-31 23:00Z', 'Europe/London', 4) AS fiscal,
       period_start('week', '2026-07-19 12:00Z', 'Asia/Tokyo', week_start => 7) AS week;
-- A zone is whatever AT TIME ZONE takes.
SELECT zone, period_start('day', '2026-07-14 23:30Z', zone)
FROM unnest('{Europe/Berlin,europe/berlin,UTC,CEST,EST,-04,<+01>-1,EST5EDT}'::text[]) AS zone;
-- More zones than are kept, each row another one: those 30 minutes or more ahead of UTC have a new day.
SELECT day, count(*) FROM generate_series(0, 119) AS i, period_start('day', '2026-07-14 23:30Z', format('<+00>-0:%s', i % 60)) AS day
GROUP BY day ORDER BY day;
-- One that is none is an error then, too, whatever the instant.
SELECT period_start('day', CASE WHEN i < 60 THEN now() ELSE 'infinity' END, CASE WHEN i < 60 THEN format('<+00>-0:%s', i) ELSE 'Europe/Atlantis' END)
FROM generate_series(0, 60) AS i;
-- St. John's put its clocks back at 00:01: Nov 1 began twice, with a last hour of October in between.
SELECT at, at AT TIME ZONE 'America/St_Johns' AS local, period_start('month', at, 'America/St_Johns')
FROM (SELECT '2009-11-01 02:29:30Z'::timestamptz + i * interval '30 s' AS at FROM unnest('{0,1,2,3,62,121,122}'::int[]) AS i) AS _;
-- Samoa had no December 30, 2011.
SELECT at, period_start('day', at, 'Pacific/Apia'), period_end('day', at, 'Pacific/Apia')
FROM unnest('{2011-12-30 09:59:59.999999Z,2011-12-30 10:00Z}'::timestamptz[]) AS at;
-- What an abbreviation means is a setting, also while a query lives.
DO $$
DECLARE
    abbreviations text;
BEGIN
    FOREACH abbreviations IN ARRAY '{Default,Australia,Default}'::text[] LOOP
        PERFORM set_config('timezone_abbreviations', abbreviations, false);
        RAISE NOTICE '%: %', abbreviations, period_start('day', '2026-01-01 20:00Z', 'EST');
    END LOOP;
END $$;

-- Infinite in, infinite out; NULL in, NULL out.
SELECT period_start('month', 'infinity'), period_end('month', '-infinity'::date),
       period_start('month', '-infinity', 'UTC'), period_end('month', 'infinity'::timestamptz, 'UTC');
SELECT period_start(NULL, '2026-07-15') IS NULL AND period_end('day', NULL::date) IS NULL
   AND period_start('day', '2026-07-15', NULL::text) IS NULL AND period_end('day', NULL, 'UTC') IS NULL
   AND working_days('2026-07-15', NULL) IS NULL AND working_days('2026-07-15', '2026-07-16', NULL) IS NULL AS all_null;

-- The first and the last days there are.
SELECT period_start('week', '4714-11-24 BC'), period_end('year', '4714-11-24 BC'),
       period_start('year', '5874897-12-31'), period_end('day', '5874897-12-30');
SELECT period_start('day', '4714-11-24 00:00Z BC', 'UTC'), period_end('year', '294276-12-31 23:59:59.999999Z', 'UTC');
SELECT period_start('month', '4714-11-24 BC');
SELECT period_end('day', '5874897-12-31');
SELECT period_end('year', '5874897-12-31', 12);
SELECT period_start('year', '4714-11-24 00:00Z BC', 'UTC');
SELECT period_start('day', '4714-11-24 00:00Z BC', 'America/New_York');
SELECT period_start('day', '294276-12-31 23:59:59Z', 'Asia/Tokyo');

-- Wrong arguments.
SELECT period_start('fortnight', '2026-07-15');
SELECT period_end('', now(), 'UTC');
SELECT period_start('months', '2026-07-15');
SELECT period_start('month', now(), 'Europe/Atlantis');
SELECT period_start('year', '2026-07-15', 0);
SELECT period_end('year', now(), 'UTC', 13);
SELECT period_start('week', '2026-07-15', 1, 0);
SELECT period_start('week', '2026-07-15', week_start => 8);

-- A series has every period that overlaps the days, both included.
SELECT period_series('month', '2025-11-15', '2026-02-01');
SELECT period_series('quarter', '2026-01-31', '2026-02-01', 2);
SELECT period_series('week', '2026-07-19', '2026-07-19', week_start => 7);
SELECT count(*) FROM period_series('day', '2026-01-01', '2026-12-31');
SELECT count(*) FROM period_series('month', '2026-07-15', '2026-07-14');
SELECT count(*) FROM period_series('month', NULL, '2026-07-14');
SELECT period_series('year', '5874896-01-01', '5874897-12-31');
SELECT period_series('week', '4714-11-24 BC', '4714-12-01 BC');
SELECT period_series('year', '4714-11-24 BC', '4713-01-01 BC');
SELECT period_series('month', '-infinity', '2026-07-15');
SELECT period_series('month', '2026-07-15', 'infinity');
SELECT period_series('decade', '2026-07-15', '2026-07-16');

-- Working days: Monday to Monday are five; half-open; backwards is the negative.
SELECT working_days('2026-07-13', '2026-07-20') AS week, working_days('2026-07-18', '2026-07-20') AS weekend,
       working_days('2026-07-17', '2026-07-18') AS friday, working_days('2026-07-17', '2026-07-17') AS nothing,
       working_days('2026-07-20', '2026-07-13') AS backwards;
-- A holiday counts once, and not on a weekend (Dec 26, 2026 is a Saturday), nor outside of the days.
SELECT working_days('2026-12-21', '2027-01-04') AS no_holidays,
       working_days('2026-12-21', '2027-01-04', '{2026-12-25,2027-01-01,2026-12-25,2026-12-26,2027-01-04,infinity}') AS holidays;
-- Another weekend, none, nothing but weekend.
SELECT working_days('2026-07-13', '2026-07-20', weekend => '{5,6}') AS fri_sat, working_days('2026-07-13', '2026-07-20', weekend => '{7,7}') AS sun,
       working_days('2026-07-13', '2026-07-20', weekend => '{}') AS every_day,
       working_days('2026-07-13', '2026-07-20', weekend => '{1,2,3,4,5,6,7}') AS no_day;
-- All days that there are, at once: 2147483493 of them, 306783356 weeks and a day (a Monday).
SELECT working_days('4714-11-24 BC', '5874897-12-31', weekend => '{}') AS days,
       working_days('4714-11-24 BC', '5874897-12-31') AS working, 306783356::bigint * 5 + 1 AS expected;
SELECT working_days('2026-07-13', 'infinity');
SELECT working_days('-infinity', '2026-07-13');
SELECT working_days('2026-07-13', '2026-07-20', '{2026-07-14,NULL}');
SELECT working_days('2026-07-13', '2026-07-20', weekend => '{6,NULL}');
SELECT working_days('2026-07-13', '2026-07-20', weekend => '{0}');
SELECT working_days('2026-07-13', '2026-07-20', weekend => '{6,8}');
