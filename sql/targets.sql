-- targets: how much of a target is reached, and how much is due by a day

SET datestyle = 'ISO';

-- actual / target, rounded once; without a target there is none.
SELECT attainment(actual => 30, target => 40), attainment(50, 40) AS more, attainment(0, 40) AS nothing, attainment(-10, 40) AS less,
       attainment(5, 0) AS of_nothing, attainment(0, 0.00) AS also, attainment(NULL, 1) AS no_actual, attainment(1, NULL) AS no_target;
SELECT attainment(1, 3) AS third, attainment(0.1, 0.3) AS also, attainment(1e-30, 3e-30) AS small, attainment(1e+200, 3e+200) AS large,
       attainment(100000000000000000001, 100000000000000000000) AS just_one;

-- June 2026 has 22 working days, and 21 with a holiday on its first day. Of a target of 2200, 100 are due each day,
-- when it is over: nothing before the month, nothing on a weekend, all of it from the last working day on.
SELECT on_day, pace(2200, on_day, '2026-06-01', '2026-07-01'),
       pace(2100, on_day, '2026-06-01', '2026-07-01', holidays => '{2026-06-01}') AS holiday,
       pace(3000, on_day, '2026-06-01', '2026-07-01', weekend => '{}') AS calendar_days
FROM unnest('{-infinity,2026-05-31,2026-06-01,2026-06-05,2026-06-06,2026-06-07,2026-06-08,2026-06-29,2026-06-30,2026-07-01,infinity}'::date[]) AS on_day;

-- The periods of the calendar are what it takes: the last day is not among them.
SELECT period, pace(100, '2026-06-17', period_start(period, '2026-06-17'), period_end(period, '2026-06-17'))
FROM unnest('{day,week,month,quarter,year}'::text[]) AS period;

-- No working day, no days, backwards: there is no pace.
SELECT pace(100, '2026-06-06', '2026-06-06', '2026-06-08') AS weekend, pace(100, '2026-06-01', '2026-06-01', '2026-06-01') AS no_days,
       pace(100, '2026-06-03', '2026-06-05', '2026-06-01') AS backwards, on_track(1, 100, '2026-06-06', '2026-06-06', '2026-06-08'),
       pace(100, '2026-06-01', '2026-06-01', '2026-06-08', weekend => '{1,2,3,4,5,6,7}') AS never;

-- Any target has a pace: none, a negative one, one that does not divide.
SELECT pace(0, '2026-06-03', '2026-06-01', '2026-06-08') AS none, pace(-10, '2026-06-03', '2026-06-01', '2026-06-08') AS negative,
       pace(1, '2026-06-01', '2026-06-01', '2026-06-04') AS third, pace(1e+30, '2026-06-05', '2026-06-01', '2026-06-08') AS large;

-- On track is who has reached what is due, without rounding: a third is more than any decimal that pace can return.
SELECT actual, on_track(actual, 2200, '2026-06-05', '2026-06-01', '2026-07-01') FROM unnest('{499.99,500,500.01}'::numeric[]) AS actual;
SELECT on_track(pace, 1, '2026-06-01', '2026-06-01', '2026-06-04') AS rounded, on_track(pace + 1e-16, 1, '2026-06-01', '2026-06-01', '2026-06-04') AS more
FROM pace(1, '2026-06-01', '2026-06-01', '2026-06-04') AS pace;
SELECT on_track(0, 2200, '2026-05-31', '2026-06-01', '2026-07-01') AS before, on_track(2199, 2200, '2026-07-15', '2026-06-01', '2026-07-01') AS after,
       on_track(0, 2200, '2026-06-01', '2026-06-01', '2026-07-01', '{2026-06-01}') AS holiday,
       on_track(200, 2200, '2026-06-02', '2026-06-01', '2026-07-01', weekend => '{}') AS calendar_days;

-- What is left for the days that are left: 1700 for 17 days. When it is reached, so much may be lost a day.
SELECT on_day, required_per_day(2200, 500, on_day, '2026-07-01'),
       required_per_day(2200, 500, on_day, '2026-07-01', holidays => '{2026-06-30}') AS holiday,
       required_per_day(2200, 500, on_day, '2026-07-01', weekend => '{}') AS calendar_days,
       required_per_day(2200, 2300, on_day, '2026-07-01') AS reached
FROM unnest('{2026-05-31,2026-06-05,2026-06-06,2026-06-07,2026-06-26,2026-06-28,2026-06-29,2026-06-30,2026-07-01,infinity}'::date[]) AS on_day;
-- Who does so every day to come ends with the target.
SELECT actual, round(actual + working_days('2026-06-06', '2026-07-01')
                      * required_per_day(target => 2200, actual => actual, on_day => '2026-06-05', last => '2026-07-01'), 9) AS total
FROM unnest('{0,500,2200,2220}'::numeric[]) AS actual;

-- A NULL anywhere gives NULL.
SELECT pace(NULL, '2026-06-05', '2026-06-01', '2026-07-01') IS NULL AND pace(1, NULL, '2026-06-01', '2026-07-01') IS NULL
   AND pace(1, '2026-06-05', NULL, '2026-07-01') IS NULL AND pace(1, '2026-06-05', '2026-06-01', NULL) IS NULL
   AND pace(1, '2026-06-05', '2026-06-01', '2026-07-01', NULL) IS NULL AND on_track(1, NULL, '2026-06-05', '2026-06-01', '2026-07-01') IS NULL
   AND required_per_day(1, NULL, '2026-06-05', '2026-07-01') IS NULL AS all_null;

-- Wrong arguments.
SELECT attainment('NaN', 1);
SELECT attainment(1, 'Infinity');
SELECT attainment(1e+400, 1e-400);
SELECT pace('-Infinity', '2026-06-05', '2026-06-01', '2026-07-01');
SELECT on_track('NaN', 1, '2026-06-05', '2026-06-01', '2026-07-01');
SELECT required_per_day(1, 'NaN', '2026-06-05', '2026-07-01');
SELECT pace(1, '2026-06-05', '-infinity', '2026-07-01');
SELECT pace(1, '2026-06-05', '2026-06-01', 'infinity');
SELECT required_per_day(1, 1, '-infinity', '2026-07-01');
SELECT pace(1, '2026-06-05', '2026-06-01', '2026-07-01', '{NULL}');
SELECT pace(1, '2026-06-05', '2026-06-01', '2026-07-01', weekend => '{0}');
