-- activities: shares of activities, and activities per day

SET datestyle = 'ISO';

-- Ann: 4 e-mails, 1 bounced; of the 3 delivered ones 2 were tracked and 1 of these was opened. Bob: 2, of which
-- nothing more is known. Cleo: one that bounced.
CREATE TEMP TABLE email (id int, owner text, bounced boolean, opened boolean, replied boolean);
INSERT INTO email VALUES
    (1, 'ann', false, true, true), (2, 'ann', false, false, false), (3, 'ann', false, NULL, true),
    (4, 'ann', true, false, false), (5, 'bob', false, NULL, false), (6, 'bob', NULL, NULL, NULL), (7, 'cleo', true, NULL, false);

-- bounced / sent, opened / delivered and tracked, replied / delivered; the team is no mean of its people.
SELECT coalesce(owner, 'all') AS owner, bounce_ratio(bounced), open_ratio(opened, NOT bounced), reply_ratio(replied, NOT bounced)
FROM email GROUP BY GROUPING SETS ((owner), ()) ORDER BY grouping(owner), owner;

-- The formulas on counts divide the same numbers.
SELECT bounce_ratio(bounced => 2, sent => 6), open_ratio(opened => 1, delivered => 2), reply_ratio(replied => 2, delivered => 4),
       connect_ratio(conversations => 1, calls => 4), share(numerator => 1, denominator => 4);
SELECT connect_ratio(conversation), share(conversation) FROM unnest('{t,f,f,f}'::boolean[]) AS conversation;

-- A row counts only if both are known and it was delivered.
SELECT opened, delivered, open_ratio(opened, delivered), reply_ratio(opened, delivered), share(opened) FILTER (WHERE delivered)
FROM unnest('{t,f,NULL}'::boolean[]) AS opened, unnest('{t,f,NULL}'::boolean[]) AS delivered
GROUP BY 1, 2 ORDER BY 1, 2;

-- No rows, none known, none delivered: no ratio, which is not the same as 0.
SELECT share(bounced) AS no_rows, open_ratio(bounced, bounced) AS also FROM email WHERE false;
SELECT share(NULL) AS not_known, share(false) AS nothing, share(true) AS everything,
       open_ratio(true, false) AS not_delivered, open_ratio(false, true) AS not_opened;
SELECT share(0, 0) AS none, share(1, 0) AS of_none, share(0, 1) AS nothing, share(NULL, 1::bigint) AS unknown, share(1, NULL) AS also,
       bounce_ratio(0, 0), connect_ratio(0, 0), open_ratio(0, 0), reply_ratio(0, 0), activities_per_day(3, 0);

-- Rounded once, also beyond 2^53.
SELECT share(1, 3) AS third, share(2, 3) AS two_thirds, share(9007199254740993, 9007199254740994) AS ours,
       9007199254740993::float8 / 9007199254740994::float8 AS of_doubles;
SELECT share(9223372036854775807, 9223372036854775807) AS one, share(1, 9223372036854775807) AS least, share(-3, 4) AS of_a_delta;

-- As a moving window, filtered, distinct, and of other orders.
SELECT id, bounced, bounce_ratio(bounced) OVER two AS of_two, open_ratio(opened, NOT bounced) OVER two AS open_of_two,
       bounce_ratio(bounced) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
FROM email WINDOW two AS (ORDER BY id ROWS 1 PRECEDING) ORDER BY id;
SELECT bounce_ratio(bounced) FILTER (WHERE owner = 'bob') AS bob, bounce_ratio(DISTINCT bounced) AS one_of_two,
       bounce_ratio(bounced ORDER BY id DESC) AS backwards FROM email;

-- Counts per day that are kept roll up as sums.
SELECT owner, share(sum(bounced)::bigint, sum(sent)::bigint), share(sum(bounced)::bigint, sum(sent)::bigint) = min(ratio) AS same
FROM (SELECT owner, id % 2 AS day, count(*) FILTER (WHERE bounced) AS bounced, count(bounced) AS sent FROM email GROUP BY 1, 2) AS kept
JOIN (SELECT owner, bounce_ratio(bounced) AS ratio FROM email GROUP BY 1) AS whole USING (owner)
GROUP BY owner ORDER BY owner;

-- Per day: on working days, half of them in a week with a day off.
SELECT activities_per_day(6, working_days('2026-06-22', '2026-06-29')) AS week,
       activities_per_day(6, working_days('2026-06-22', '2026-06-29', '{2026-06-24}')) AS day_off,
       activities_per_day(6, working_days('2026-06-27', '2026-06-29')) AS weekend,
       activities_per_day(count => 0, days => 5) AS nothing_done;
SELECT activities_per_day(9223372036854775807, 1) AS most, activities_per_day(9223372036854775807, 2147483647) AS also,
       activities_per_day(NULL, 1) AS no_count, activities_per_day(1, NULL) AS no_days;

-- A week without a row is a 0, a week without working days is none.
SELECT week, count(id), activities_per_day(count(id), working_days(week, week + 7, '{2026-06-15,2026-06-16,2026-06-17,2026-06-18,2026-06-19}'))
FROM period_series('week', '2026-06-01', '2026-06-22') AS week
LEFT JOIN (VALUES (1, date '2026-06-02'), (2, '2026-06-05'), (3, '2026-06-21'), (4, '2026-06-22')) AS call (id, day)
    ON period_start('week', day) = week
GROUP BY week ORDER BY week;

-- The support functions, called by anybody with any array.
SELECT share_accum('{1,2}', true) AS adds, share_accum_inv('{1,2}', true) AS takes_away, share_accum('{1,2}', true, false) AS ignores,
       share_combine('{1,2}', '{3,4}') AS combines, share_final('{1,2}') AS final;
SELECT share_accum('{}', true);
SELECT share_accum('{1}', true);
SELECT share_accum_inv('{1,2,3}', true);
SELECT share_accum('{{1}}', true, true);
SELECT share_accum_inv('{{1,2}}', true, true);
SELECT share_combine('{1,2}', '{1,NULL}');
SELECT share_final('{NULL,NULL}');
-- An array that starts elsewhere holds the same two counts.
SELECT share_accum('[5:6]={1,2}'::bigint[], false);
-- They leave what they are given as it is.
SELECT state, share_accum(state, true) AS accum, share_combine(state, state) AS combine, state AS same FROM (VALUES ('{1,2}'::bigint[])) AS _(state);
-- Counts do not wrap.
SELECT share_accum('{0,9223372036854775807}', false);
SELECT share_accum_inv('{-9223372036854775808,0}', true);
SELECT share_combine('{0,9223372036854775807}', '{0,1}');
