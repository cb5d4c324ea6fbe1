-- lead_velocity_rate: how fast the number of qualified leads grows from month to month

-- The formula.
SELECT current, previous, lead_velocity_rate(current, previous)
FROM (VALUES (12, 10), (10, 12), (0, 7), (7, 0), (0, 0), (NULL, 7), (9223372036854775807, 1), (9223372036854775807, 9223372036854775806))
    AS v (current, previous);
SELECT lead_velocity_rate(-1, 10);
SELECT lead_velocity_rate(10, -1);

-- 4 leads in January, none in February, 2 in March, 3 in April, 1 in the May that is not over; 2 without a day.
CREATE TEMP TABLE lead (id int, qualified date);
INSERT INTO lead VALUES
    (1, '2026-01-01'), (2, '2026-01-15'), (3, '2026-01-31'), (4, '2026-01-31'), (5, '2026-03-01'), (6, '2026-03-31'),
    (7, '2026-04-01'), (8, '2026-04-15'), (9, '2026-04-30'), (10, '2026-05-01'), (11, NULL), (12, 'infinity');
CREATE TEMP VIEW summary AS SELECT lead_summary(qualified) AS s FROM lead;
SELECT s, num_leads(s), num_unqualified(s) FROM summary;

-- The rate of rows and of a summary; a month enters on the first day after it.
SELECT as_of, of_rows, lead_velocity_rate(s, as_of) AS of_summary, lead_increase(s, as_of)
FROM summary, LATERAL (SELECT as_of, lead_velocity_rate(qualified, as_of) AS of_rows
                       FROM lead, unnest('{2026-01-31,2026-02-01,2026-03-15,2026-04-01,2026-04-30,2026-05-01,2026-05-31,2026-07-01}'::date[]) AS as_of
                       GROUP BY as_of) AS _
ORDER BY as_of;
-- Over 3 months from 4 to 3: a rate per month of which the third power is 3/4; and at once.
SELECT round((lead_velocity_rate(s, '2026-05-20', 3) + 1)::numeric ^ 3, 12) AS three_quarters,
       lead_velocity_rate(qualified, '2026-05-20', 3) = lead_velocity_rate(s, '2026-05-20', 3) AS same_of_rows,
       lead_velocity_rate(s, '2026-05-20', lag => 3), lead_increase(s, '2026-05-20', lag => 3)
FROM lead, summary GROUP BY s;
-- Year over year, and two years at once: from 2 over none to 8 is twice as many per year.
SELECT lead_velocity_rate(s, '2026-02-01', lag => 12), round(lead_velocity_rate(s, '2026-02-01', 2, 12)::numeric, 12) AS two_years
FROM (SELECT lead_summary(day) AS s FROM unnest('{2024-01-03,2024-01-04}'::date[] || array_fill(date '2026-01-31', '{8}')) AS day) AS _;
-- Per day: March has 22 working days, April too; by calendar days 3 / 30 against 2 / 31; with a holiday 3 / 21 against 2 / 22.
SELECT lead_velocity_rate_per_day(s, '2026-05-01') AS working_days, lead_velocity_rate_per_day(s, '2026-05-01', weekend => '{}') AS calendar_days,
       3 * 31 / (2 * 30)::float8 - 1 AS expected, lead_velocity_rate_per_day(s, '2026-05-01', '{2026-04-06}') AS holiday, 3 * 22 / (2 * 21)::float8 - 1 AS expected,
       lead_velocity_rate_per_day(s, '2026-05-01', weekend => '{1,2,3,4,5,6,7}') AS never
FROM summary;
-- Every month, gaps being months without leads.
SELECT series.* FROM summary, lead_velocity_series(s, '2026-06-15') AS series;
SELECT series.* FROM summary, lead_velocity_series(s, '2026-01-31') AS series;
SELECT series.* FROM lead_velocity_series('{"version":1,"leads":{"months":[["2026-01-05",2],["2026-01-20",3],["2026-02-28",-1]]}}', '2026-04-01') AS series;

-- No rows, no leads, nothing known.
SELECT lead_summary(qualified) AS empty, lead_velocity_rate(qualified, '2026-05-01'), num_leads(lead_summary(qualified)) FROM lead WHERE false;
SELECT lead_velocity_rate(qualified, NULL) AS no_day, lead_velocity_rate(qualified, '2026-05-01', NULL) AS no_periods FROM lead;
SELECT lead_velocity_rate(s, '2026-05-01'), lead_increase(s, '2026-05-01'), lead_velocity_rate_per_day(s, '2026-05-01'),
       lead_velocity_interval(s, '2026-05-01'), (SELECT count(*) FROM lead_velocity_series(s, '2026-05-01')) AS months
FROM (SELECT lead_summary(NULL) AS s) AS _;
SELECT rollup(part) = s AS rolled_up FROM (SELECT lead_summary(qualified) AS part FROM lead GROUP BY id % 3) AS _, summary GROUP BY s;
SELECT s - one + one = s AS linear, - s AS negative, lead_velocity_rate(- s, '2026-05-01') AS no_leads,
       s::text::lead_summary = s AND s::jsonb::lead_summary = s AS text_leads_back
FROM summary, (SELECT lead_summary(qualified) AS one FROM lead WHERE id < 6) AS _;

-- The window function looks at the month before, whatever the frame and the day of the month.
SELECT month, leads, lead_velocity_rate(month, leads) OVER (ORDER BY month ROWS CURRENT ROW)
FROM (VALUES (date '2025-12-31', 10), ('2026-01-01', 15), ('2026-03-01', 6), ('2026-04-30', 0), ('2026-05-01', 5), ('2026-06-01', NULL), ('2026-07-01', 3))
    AS v (month, leads) ORDER BY month;
SELECT rep, month, lead_velocity_rate(month, leads) OVER (PARTITION BY rep ORDER BY month)
FROM (VALUES ('Ann', date '2026-01-01', 10), ('Ann', '2026-02-01', 15), ('Bob', '2026-02-01', 2), ('Bob', '2026-03-01', 1)) AS v (rep, month, leads)
ORDER BY rep, month;
SELECT lead_velocity_rate(month, 1) OVER (ORDER BY month) FROM unnest('{2026-01-01,2026-01-31}'::date[]) AS month;
SELECT lead_velocity_rate(month, 1) OVER (ORDER BY month DESC) FROM unnest('{2026-01-01,2026-02-01}'::date[]) AS month;
SELECT lead_velocity_rate(month, 1) OVER (ORDER BY month) FROM unnest('{2026-01-01,NULL}'::date[]) AS month;
SELECT lead_velocity_rate(month, 1) OVER (ORDER BY month) FROM unnest('{2026-01-01,infinity}'::date[]) AS month;
SELECT lead_velocity_rate(month, -1) OVER (ORDER BY month) FROM unnest('{2026-01-01}'::date[]) AS month;

-- The interval.  Of 1 against 0 the share p is at least 0.025, so the odds are 1/39; of 0 against 1 they are 39 at most.
SELECT current, previous, round((lower + 1)::numeric, 12) AS lower, round((upper + 1)::numeric, 10) AS upper, round(1 / 39.0, 12) AS "1/39"
FROM (VALUES (1, 0), (0, 1), (0, 0)) AS v (current, previous), lead_velocity_interval(current, previous);
-- 7 of 10: R's binom.test gives 0.3475471 and 0.9332605.
SELECT round(((lower + 1) / (lower + 2))::numeric, 7) AS lower, round(((upper + 1) / (upper + 2))::numeric, 7) AS upper FROM lead_velocity_interval(7, 3);
SELECT round(interval.lower::numeric, 12) AS lower, of_counts.lower = interval.lower AND of_counts.upper = interval.upper AS same, round(((per_month.lower + 1) ^ 3 - of_counts.lower)::numeric, 12) AS compound
FROM summary, lead_velocity_interval(s, '2026-05-01', 0.9, lag => 3) AS interval, lead_velocity_interval(3, 4, 0.9) AS of_counts,
     lead_velocity_interval(s, '2026-05-01', 0.9, periods => 3) AS per_month;
-- From 10^10 leads to 1 in ten months is a rate of -0.9; the lower bound for 10^9 leads is what R computes by qbeta.
SELECT round(lead_velocity_rate(many, '2026-05-01', 10)::numeric, 12) AS rate, round(lower::numeric, 12) AS lower
FROM (SELECT '{"version":1,"leads":{"months":[["2025-06-01",10000000000],["2026-04-01",1]]}}'::lead_summary AS many) AS _,
     lead_velocity_interval(many - '{"version":1,"leads":{"months":[["2025-06-01",9000000000]]}}', '2026-05-01', periods => 10);
-- Many of them: the rate is known to 1.96 * sqrt(2 / n), and less confidence makes a narrower interval.
SELECT confidence, round((upper * 1e6)::numeric) AS upper, round((lower * 1e6)::numeric) AS lower
FROM unnest('{0.5,0.95,0.999999}'::float8[]) AS confidence, lead_velocity_interval(1000000000, 1000000000, confidence);

-- Errors.
SELECT lead_velocity_rate(s, 'infinity') FROM summary;
SELECT lead_velocity_rate(qualified, '-infinity') FROM lead;
SELECT lead_velocity_rate(s, '2026-05-01', 0) FROM summary;
SELECT lead_velocity_rate(s, '2026-05-01', lag => -1) FROM summary;
SELECT lead_velocity_rate(qualified, '2026-05-01', 0) FROM lead;
SELECT lead_velocity_rate(qualified, '2026-05-01', CASE id WHEN 9 THEN 1 ELSE 3 END) FROM lead;
SELECT lead_velocity_interval(1, 1, 0);
SELECT lead_velocity_interval(1, 1, 1);
SELECT lead_velocity_interval(1, 1, 'NaN');
SELECT lead_velocity_interval(-1, 1);
SELECT lead_velocity_interval(1, 1000000001);
SELECT lead_velocity_series('{"version":1}', 'infinity');
SELECT '{"version":1,"won":{"rows":1}}'::lead_summary;
SELECT '{"version":1,"leads":{"microseconds":1}}'::lead_summary;
SELECT lead_increase('{"version":1,"leads":{"months":[["2026-03-01",1],["2026-04-01",-9223372036854775808]]}}', '2026-05-01');

-- The limits of dates: the first month has no first day.
SELECT lead_summary(day), lead_velocity_rate(lead_summary(day), '5874897-12-31') AS latest
FROM unnest('{4714-11-24 BC,4714-11-30 BC,0001-12-31 BC,5874897-11-30,5874897-10-30,5874897-12-31}'::date[]) AS day;
SELECT month, leads, rate FROM lead_velocity_series('{"version":1,"leads":{"months":[["4714-11-24 BC",2],["4714-12-01 BC",1]]}}', '4713-02-01 BC');
SELECT lead_velocity_rate('{"version":1,"leads":{"months":[["2026-04-01",1]]}}', '2026-05-01', 2147483647, 2147483647);
-- As many leads as a cell can hold, in 20 working days and in 22.
SELECT lead_velocity_rate_per_day('{"version":1,"leads":{"months":[["2026-02-01",9223372036854775807],["2026-03-01",9223372036854775807]]}}'::lead_summary, '2026-04-01');
