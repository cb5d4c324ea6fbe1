-- funnel: how many get from step to step, and how long it takes

SET timezone = 'UTC';
CREATE TEMP TABLE event (rule text, entity int, step int, at date);
-- What a rule's events give; the arguments are the options of funnel_summary.
CREATE FUNCTION pg_temp.steps(rule text, as_of date DEFAULT NULL, entry text DEFAULT NULL, backfill boolean DEFAULT NULL,
                              windows interval[] DEFAULT NULL)
RETURNS TABLE (step int, entered bigint, converted bigint, conversion numeric, from_first numeric, median float8, avg float8,
               in_progress bigint, dropped bigint, skipped bigint)
BEGIN ATOMIC
    SELECT s.step, s.entered, s.converted, round(s.conversion::numeric, 3), round(s.conversion_from_first::numeric, 3),
           s.median_days, s.avg_days, s.in_progress, s.dropped, s.skipped
    FROM (SELECT funnel_summary(path, as_of, entry, backfill, windows) AS summary
          FROM (SELECT funnel_path(e.step, e.at) AS path FROM event AS e WHERE e.rule = steps.rule GROUP BY e.entity) AS p) AS f,
         funnel_steps(summary, 3) AS s;
END;
CREATE FUNCTION pg_temp.stays(rule text)
RETURNS TABLE (step int, stays bigint, median float8, avg float8, ongoing bigint, returned bigint, moved_back bigint)
BEGIN ATOMIC
    SELECT s.*
    FROM (SELECT funnel_summary(path) AS summary
          FROM (SELECT funnel_path(e.step, e.at) AS path FROM event AS e WHERE e.rule = stays.rule GROUP BY e.entity) AS p) AS f,
         funnel_stays(summary, 3) AS s;
END;

-- Four enter; two get to step 2 after 2 and 5 days, one of them to step 3 after 10 more.
INSERT INTO event VALUES
    ('plain', 1, 1, '2026-01-01'), ('plain', 1, 2, '2026-01-03'), ('plain', 1, 3, '2026-01-13'),
    ('plain', 2, 1, '2026-01-01'), ('plain', 2, 2, '2026-01-06'), ('plain', 2, 0, '2026-01-20'),
    ('plain', 3, 1, '2026-01-02'), ('plain', 4, 1, '2026-01-03'), ('plain', 4, 0, '2026-01-04');
SELECT * FROM pg_temp.steps('plain');
SELECT * FROM pg_temp.stays('plain');
SELECT entity, funnel_path(step, at) FROM event WHERE rule = 'plain' GROUP BY entity ORDER BY entity;
SELECT funnel_summary(path) FROM (SELECT funnel_path(step, at) AS path FROM event WHERE rule = 'plain' GROUP BY entity) AS _;

-- Rule 1, first entry or last: 1 2 1 2 on days 1, 4, 6, 13; 2 is entered after 3 days, or after 7 from the last time in 1.
INSERT INTO event VALUES ('entry', 1, 1, '2026-01-01'), ('entry', 1, 2, '2026-01-04'), ('entry', 1, 1, '2026-01-06'), ('entry', 1, 2, '2026-01-13');
SELECT step, entered, converted, median FROM pg_temp.steps('entry');
SELECT step, entered, converted, median FROM pg_temp.steps('entry', entry => 'last');

-- Rule 2, skipped steps: 1 3 skips step 2; 3 alone skips 1 and 2. Counted, and entered only if asked; then without a time.
INSERT INTO event VALUES ('skip', 1, 1, '2026-01-01'), ('skip', 1, 3, '2026-01-05'), ('skip', 2, 3, '2026-01-05'), ('skip', 3, 1, '2026-01-01');
SELECT * FROM pg_temp.steps('skip');
SELECT * FROM pg_temp.steps('skip', backfill => true);
-- What is entered later is not skipped.
INSERT INTO event VALUES ('late', 1, 3, '2026-01-01'), ('late', 1, 1, '2026-01-02'), ('late', 1, 2, '2026-01-03');
SELECT step, entered, converted, from_first, skipped FROM pg_temp.steps('late');

-- Rule 3, backward moves: 1 3 2. Going back is no conversion; step 3 was entered all the same, and the stay in it ended.
INSERT INTO event VALUES ('back', 1, 1, '2026-01-01'), ('back', 1, 3, '2026-01-05'), ('back', 1, 2, '2026-01-08');
SELECT * FROM pg_temp.steps('back');
SELECT * FROM pg_temp.stays('back');

-- Rule 4, re-entry: an entity counts once per step, its stays are two; a repeated step is the same stay.
INSERT INTO event VALUES ('again', 1, 1, '2026-01-01'), ('again', 1, 1, '2026-01-02'), ('again', 1, 2, '2026-01-04'), ('again', 1, 1, '2026-01-05'),
    ('again', 1, 1, '2026-01-06'), ('again', 1, 0, '2026-01-15');
SELECT step, entered, converted, median, in_progress, dropped FROM pg_temp.steps('again');
SELECT step, entered, converted, median, in_progress, dropped FROM pg_temp.steps('again', entry => 'last');
SELECT * FROM pg_temp.stays('again');
-- Who leaves and comes back is in progress again, and returned even to the same step.
INSERT INTO event VALUES ('reopened', 1, 2, '2026-01-01'), ('reopened', 1, 0, '2026-01-03'), ('reopened', 1, 0, '2026-01-04'), ('reopened', 1, 2, '2026-01-11');
SELECT step, entered, in_progress, dropped FROM pg_temp.steps('reopened');
SELECT step, stays, median, avg, ongoing, returned FROM pg_temp.stays('reopened');

-- Rule 5, equal times: the order of steps decides, and leaving is the last; not the order of the rows.
INSERT INTO event VALUES ('tie', 1, 3, '2026-01-01'), ('tie', 1, 0, '2026-01-01'), ('tie', 1, 1, '2026-01-01'), ('tie', 1, 2, '2026-01-01');
SELECT * FROM pg_temp.steps('tie');
SELECT funnel_path(step, at) FROM event WHERE rule = 'tie';

-- Rule 6, a window per step: 5 days for step 1, none for step 2. On day 5 is in time, on day 6 is not; step 2 was entered all the same.
INSERT INTO event VALUES ('window', 1, 1, '2026-01-01'), ('window', 1, 2, '2026-01-06'), ('window', 1, 3, '2026-12-01'),
    ('window', 2, 1, '2026-01-01'), ('window', 2, 2, '2026-01-07'), ('window', 3, 1, '2026-01-08');
SELECT step, entered, converted, median, in_progress, dropped FROM pg_temp.steps('window', windows => '{5 days}');
SELECT step, entered, converted, median, in_progress, dropped FROM pg_temp.steps('window', windows => '{NULL,300 days}');
SELECT step, entered, converted, median, in_progress, dropped FROM pg_temp.steps('window', windows => '{143:59:59.999999}');
-- A window of nothing: only what happens at once; a back-filled step is always left in time.
SELECT step, entered, converted, dropped FROM pg_temp.steps('tie', windows => '{0,0}');
SELECT step, entered, converted, dropped FROM pg_temp.steps('skip', backfill => true, windows => '{0,0}');

-- Rule 7, as of a day: what comes after it has not happened; who may still go on in time is in progress, not dropped.
SELECT step, entered, converted, in_progress, dropped, skipped FROM pg_temp.steps('plain', '2026-01-03');
SELECT step, entered, converted, in_progress, dropped, skipped FROM pg_temp.steps('plain', '2026-01-19');
SELECT step, entered, converted, in_progress, dropped, skipped FROM pg_temp.steps('plain', '2026-01-20');
SELECT as_of, in_progress, dropped FROM (VALUES (date '2026-01-06'), ('2026-01-07'), ('2026-01-13'), ('2026-01-14'), ('infinity')) AS _(as_of),
       pg_temp.steps('window', as_of, windows => '{5 days}') AS s WHERE step = 1;
SELECT step, entered FROM pg_temp.steps('plain', '-infinity');

-- Rule 8, without a time: counted, and nothing else. Without a step a row is no event; who has no step is nobody.
SELECT num_missing_times(s) AS missing, s
FROM (SELECT funnel_summary(path) AS s FROM (VALUES
    ((SELECT funnel_path(step, at) FROM (VALUES (1, date '2026-01-01'), (2, NULL), (2, 'infinity'), (NULL, '2026-01-01')) AS _(step, at))),
    ((SELECT funnel_path(step, at) FROM (VALUES (0, NULL::date), (3, '-infinity')) AS _(step, at))),
    ((SELECT funnel_path(0, date '2026-01-01'))), ('{}'), (NULL)) AS _(path)) AS _;
SELECT funnel_path(NULL, date '2026-01-01') AS no_step, funnel_path(1, date '2026-01-01') FILTER (WHERE false) AS no_rows,
       (SELECT funnel_summary(path) FROM (VALUES (NULL::bigint[])) AS _(path)) AS no_path;

-- The last step has nowhere to go on to, so it matters how many the funnel has.
SELECT n, s.* FROM generate_series(0, 3) AS n,
       (SELECT funnel_summary(funnel_path) AS f FROM (SELECT funnel_path(1, date '2026-01-01')) AS _) AS _, funnel_steps(f, n) AS s;
SELECT * FROM funnel_steps('{"version":1}');
SELECT * FROM funnel_steps('{"version":1}', 2);
SELECT * FROM funnel_stays('{"version":1}', 1);
SELECT * FROM funnel_steps(NULL, 3);

-- Dates are whole days; instants are exact, whatever the clocks in Berlin did that night.
SELECT funnel_path(step, at) FROM (VALUES (2, timestamptz '2026-03-30 09:00 Europe/Berlin'), (1, '2026-03-28 09:00 Europe/Berlin')) AS _(step, at);
SELECT median_days, avg_days FROM (SELECT funnel_summary(path) AS f FROM (SELECT funnel_path(step, at) AS path
    FROM (VALUES (2, timestamptz '2026-03-30 09:00 Europe/Berlin'), (1, '2026-03-28 09:00 Europe/Berlin')) AS _(step, at)) AS _) AS _, funnel_steps(f) WHERE step = 1;
SELECT median_days, avg_days FROM (SELECT funnel_summary(path, '2026-03-30 07:00+00', NULL, NULL, NULL) AS f FROM (SELECT funnel_path(step, at) AS path
    FROM (VALUES (2, date '2026-03-30'), (1, '2026-03-28')) AS _(step, at)) AS _) AS _, funnel_steps(f) WHERE step = 1;
-- From end to end of time.
SELECT avg_days FROM (SELECT funnel_summary(path) AS f FROM (SELECT funnel_path(step, at) AS path
    FROM (VALUES (32, timestamptz '294276-12-31 23:59:59.999999+00'), (1, '4714-11-24 00:00+00 BC')) AS _(step, at)) AS _) AS _, funnel_steps(f) WHERE step = 1;
SELECT funnel_path(1, '294276-12-31'::date) = funnel_path(1, '294276-12-31 00:00+00'::timestamptz) AS last;
SELECT funnel_path(1, '294277-01-01'::date);

-- Summaries add up, and what was added can be taken away; over rows, groups and their total agree.
WITH path AS (SELECT rule, entity, funnel_path(step, at) AS path FROM event GROUP BY 1, 2),
     per_rule AS (SELECT rule, funnel_summary(path) AS s FROM path GROUP BY 1)
SELECT (SELECT rollup(s) FROM per_rule) = (SELECT funnel_summary(path) FROM path) AS rolled_up,
       (SELECT rollup(s) - (SELECT s FROM per_rule WHERE rule = 'plain') FROM per_rule)
       = (SELECT funnel_summary(path) FROM path WHERE rule <> 'plain') AS taken_away,
       (SELECT s - s FROM per_rule WHERE rule = 'plain') = funnel_summary('{}'::bigint[]) AS nothing_left,
       (SELECT bool_and(s::text::funnel_summary = s AND s::jsonb::funnel_summary = s) FROM per_rule) AS read_back;
-- A difference: conversion of one more and two fewer.
SELECT step, entered, converted, conversion, median_days, avg_days, in_progress, dropped
FROM funnel_steps('{"version":1,"step 1":{"entered":-2,"converted":-1,"from_first":-2,"days":-3,"times":[[3,-1]]},"step 2":{"entered":-1}}');
-- Windows of events move exactly.
SELECT n, step, funnel_path(step, at) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)
FROM (VALUES (1, 1, date '2000-01-03'), (2, 2, '2000-01-02'), (3, 1, '2000-01-03'), (4, NULL, '2000-01-04'), (5, 0, NULL)) AS _(n, step, at) ORDER BY n;

-- Errors
SELECT funnel_path(33, date '2026-01-01');
SELECT funnel_path(-1, timestamptz '2026-01-01 00:00+00');
SELECT funnel_summary('{1}'::bigint[]);
SELECT funnel_summary('{1,NULL}'::bigint[]);
SELECT funnel_summary('{{1,2},{3,4}}'::bigint[]);
SELECT funnel_summary('{33,0}'::bigint[]);
SELECT funnel_summary('{1,9223372036854775807}'::bigint[]);
SELECT funnel_summary('{2,0,1,0}'::bigint[]);
SELECT funnel_path_accum('{1}', 1, date '2026-01-01');
SELECT funnel_path_accum_inv('{1,0}', 1, date '2026-01-01');
SELECT * FROM pg_temp.steps('plain', entry => 'every');
SELECT * FROM pg_temp.steps('plain', windows => '{1 month}');
SELECT * FROM pg_temp.steps('plain', windows => '{NULL,-1 day}');
SELECT * FROM pg_temp.steps('plain', windows => '{{1 day}}');
SELECT * FROM pg_temp.steps('plain', windows => array_fill(interval '1 day', '{33}'));
SELECT funnel_steps('{"version":1}', 33);
SELECT funnel_stays('{"version":1}', -1);
SELECT '{"version":1,"step 33":{"entered":1}}'::funnel_summary;
SELECT '{"version":1,"step 1":{"ongoing":1}}'::funnel_summary;
SELECT '{"version":1,"step 1":{"amount":1}}'::funnel_summary;
SELECT * FROM funnel_steps('{"version":1,"step 1":{"entered":-9223372036854775808,"converted":1}}');
-- The functions of the aggregates, called by hand, give what can be read.
SELECT funnel_path_accum(NULL, 1, date '2000-01-02') AS one, funnel_path_accum('{1,0}', NULL, date '2000-01-02') AS same,
       funnel_path_accum_inv('{1,0}', 1, date '2000-01-01') AS none, funnel_path_combine('{2,5}', '{1,5,0,5}') AS both,
       funnel_path_combine(NULL, NULL) AS nothing, funnel_path_combine('{1,0}', NULL) AS first, funnel_path_final('{2,5,1,5}') AS sorted;
