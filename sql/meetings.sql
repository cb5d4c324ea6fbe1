-- meetings: how many are booked, held and qualified

SET datestyle = 'ISO';

-- As of June 15 seven meetings were due, rescheduled ones not counted: 3 held, 1 presumed held, 1 no-show, 1 cancelled, 1 of which
-- nothing is known. One is to come. Of the held ones 1 is qualified, 1 not, 1 not known.
CREATE TEMP TABLE meeting (id int, owner text, status text, scheduled date, qualified boolean);
INSERT INTO meeting VALUES
    (1, 'ann', 'held', '2026-06-01', true), (2, 'ann', 'held', '2026-06-02', false), (3, 'bob', 'held', '2026-06-14', NULL),
    (4, 'ann', 'no_show', '2026-06-03', NULL), (5, 'bob', 'cancelled', '2026-06-08', NULL), (6, 'bob', 'presumed_held', '2026-06-08', NULL),
    (7, 'bob', 'booked', '2026-06-12', NULL), (8, 'ann', 'rescheduled', '2026-06-05', NULL), (9, 'ann', 'booked', '2026-06-15', NULL);
CREATE TEMP VIEW nine AS SELECT meeting_summary(status, scheduled, qualified) AS s FROM meeting;
SELECT num_booked(s), num_held(s), num_presumed_held(s) AS presumed, num_no_show(s), num_cancelled(s), num_declined(s), num_unknown(s),
       num_pending(s), num_rescheduled(s), num_qualified(s), num_not_qualified(s), num_missing_scheduled(s) AS no_day
FROM nine;
SELECT show_ratio(s, '2026-06-15'), 3 / 7::float8 AS expected, show_ratio(s, as_of => '2026-06-15', presumed => true) AS presumed, 4 / 7::float8 AS expected,
       qualification_ratio(s), meeting_hit_ratio(held => num_held(s), won => 1)
FROM nine;
-- The meetings of a day are due when it is over; those that are to come do not make the ratio low.
SELECT as_of, show_ratio(s, as_of), show_ratio(s, as_of, true) AS presumed
FROM nine, unnest('{-infinity,2026-06-01,2026-06-02,2026-06-09,2026-06-14,2026-06-16,infinity}'::date[]) AS as_of ORDER BY as_of;
-- The direct aggregates; the team is no mean of its people.
SELECT coalesce(owner, 'all') AS owner, show_ratio(status, scheduled, '2026-06-15'), qualification_ratio(status, qualified),
       show_ratio(status, scheduled, '2026-06-15') = show_ratio(meeting_summary(status, scheduled, qualified), '2026-06-15') AS same_show,
       qualification_ratio(status, qualified) IS NOT DISTINCT FROM qualification_ratio(meeting_summary(status, scheduled, qualified)) AS same
FROM meeting GROUP BY GROUPING SETS ((owner), ()) ORDER BY grouping(owner), owner;

-- Every status has its place. A meeting counts once: moved, it is the new appointment.
SELECT status, s, num_booked(s), show_ratio(s, '2026-07-01'), show_ratio(s, '2026-07-01', true) AS presumed, qualification_ratio(s)
FROM (SELECT status, meeting_summary(status, '2026-06-30', true) AS s
      FROM unnest('{booked,held,presumed_held,no_show,cancelled,rescheduled,declined,unknown,NULL}'::text[]) AS status GROUP BY status) AS _
ORDER BY array_position('{booked,held,presumed_held,no_show,cancelled,rescheduled,declined,unknown,NULL}', status);

-- Nothing is repaired: without a day a meeting is never due, and without a word on it neither qualified nor not.
SELECT num_booked(s), num_held(s), num_missing_scheduled(s), num_qualified(s), num_not_qualified(s), show_ratio(s, '2026-07-01'),
       qualification_ratio(s), s
FROM (SELECT meeting_summary(status, scheduled, qualified) AS s
      FROM (VALUES ('held', NULL::date, true), ('held', 'infinity', NULL), ('no_show', '-infinity', NULL), ('held', '2026-06-30', NULL),
                   ('declined', '2026-06-30', true), (NULL, NULL, NULL), ('rescheduled', NULL, NULL)) AS v (status, scheduled, qualified)) AS _;
SELECT show_ratio(status, scheduled, '2026-07-01') AS one, show_ratio(status, scheduled, NULL) AS no_as_of,
       show_ratio(status, scheduled, 'infinity') AS all_with_a_day, show_ratio(status, scheduled, '-infinity') AS none
FROM (VALUES ('held', NULL::date), ('held', 'infinity'), ('no_show', '-infinity'), ('held', '2026-06-30')) AS v (status, scheduled);

-- No rows, none due, none held, none known: no ratio, which is not the same as 0.
SELECT meeting_summary(status, scheduled, qualified) AS empty, num_booked(meeting_summary(status, scheduled, qualified)) AS n,
       show_ratio(meeting_summary(status, scheduled, qualified), '2026-07-01'), qualification_ratio(meeting_summary(status, scheduled, qualified)),
       show_ratio(status, scheduled, '2026-07-01') AS of_rows, qualification_ratio(status, qualified) AS of_rows, rollup(NULL::meeting_summary)
FROM meeting WHERE false;
SELECT show_ratio('no_show', date '2026-06-30', date '2026-07-01') AS nobody_came, show_ratio('held', date '2026-07-01', date '2026-07-01') AS not_due,
       qualification_ratio('held', false) AS nothing, qualification_ratio('held', NULL) AS not_known, qualification_ratio('no_show', true) AS not_held;
SELECT meeting_hit_ratio(0, 0) AS none, meeting_hit_ratio(4, 0) AS nothing_won, meeting_hit_ratio(4, 1) AS quarter,
       meeting_hit_ratio(NULL, 1) AS unknown, meeting_hit_ratio(1, NULL) AS also;

-- Summaries add up and take away; a delta has the ratios of what it takes away.
SELECT rollup(s) = (TABLE nine) AS rolled_up,
       rollup(s) - rollup(s) FILTER (WHERE id > 4) = (SELECT meeting_summary(status, scheduled, qualified) FROM meeting WHERE id <= 4) AS without
FROM (SELECT id, meeting_summary(status, scheduled, qualified) AS s FROM meeting GROUP BY id) AS _;
SELECT num_held(-s), show_ratio(-s, '2026-06-15') = show_ratio(s, '2026-06-15') AS same, qualification_ratio(-s), s - s AS nothing
FROM nine;
SELECT id, status, show_ratio(status, scheduled, '2026-06-15') OVER w, qualification_ratio(status, qualified) OVER w,
       num_held(meeting_summary(status, scheduled, qualified) OVER w) AS held
FROM meeting WINDOW w AS (ORDER BY id ROWS 1 PRECEDING) ORDER BY id;
SELECT show_ratio(status, scheduled, '2026-06-15') FILTER (WHERE owner = 'ann') AS ann,
       show_ratio(DISTINCT status, '2026-06-01', '2026-06-15') AS of_statuses FROM meeting;

-- The text form leads back, and refuses what is none.
SELECT s::text::meeting_summary = s AS same, s::jsonb::meeting_summary = s AS jsonb, jsonb_pretty(s::jsonb -> 'held') AS held FROM nine;
SELECT '{"version":1,"held":{"rows":1,"scheduled":[["2026-06-01",1]]},"booked":{}}'::meeting_summary;
SELECT '{"version":1,"won":{"rows":1}}'::meeting_summary;
SELECT '{"version":1,"held":{"scheduled":[[5,1]]}}'::meeting_summary;
SELECT '{"version":1,"held":{"cycles":[[5,1]]}}'::meeting_summary;
SELECT '{"version":1,"held":{"plain":1}}'::meeting_summary;
SELECT '{"version":1,"held":{"days":1}}'::meeting_summary;

-- A status is one of eight.
SELECT meeting_summary('Held', '2026-06-01', true);
SELECT show_ratio('canceled', date '2026-06-01', date '2026-06-02');
SELECT qualification_ratio('', true);
SELECT qualification_ratio('hold', true);
SELECT show_ratio(repeat('held', 4), '2026-06-01', '2026-06-02');

-- Counts do not wrap, and are rounded once.
SELECT show_ratio('{"version":1,"held":{"scheduled":[["2026-06-01",1]]},"no_show":{"scheduled":[["2026-06-01",2]]}}', '2026-06-02') AS third,
       qualification_ratio('{"version":1,"held":{"qualified":9007199254740993,"not_qualified":1}}') AS ours,
       9007199254740993::float8 / 9007199254740994::float8 AS of_doubles;
SELECT num_booked('{"version":1,"held":{"rows":9223372036854775807},"no_show":{"rows":1}}');
SELECT show_ratio('{"version":1,"held":{"scheduled":[["2026-06-01",9223372036854775807],["2026-06-02",1]]}}', '2026-07-01');
SELECT qualification_ratio('{"version":1,"held":{"qualified":9223372036854775807,"not_qualified":1}}');
SELECT meeting_summary_accum('{"version":1,"held":{"rows":9223372036854775807}}', 'held', NULL, NULL);

-- The support functions, called by anybody, leave what they are given as it is.
SELECT s, meeting_summary_accum(s, 'held', '2026-06-01', false) AS adds, meeting_summary_accum_inv(s, 'no_show', NULL, NULL) AS takes_away,
       show_ratio_accum(s, 'held', '2026-06-02', '2026-06-02') = s AS not_due, qualification_ratio_accum(NULL, 'held', true) AS first, s AS same
FROM (VALUES ('{"version":1,"held":{"rows":1}}'::meeting_summary)) AS _ (s);
SELECT show_ratio_final(NULL), qualification_ratio_final(NULL), meeting_summary_final(NULL);
