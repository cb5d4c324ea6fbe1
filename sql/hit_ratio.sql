-- hit_ratio: which share of the opportunities is won

-- Three won, one lost, one void, two open: 3 / 4 of the closed ones.
CREATE TEMP TABLE deal (id int, owner text, status text, amount numeric);
INSERT INTO deal VALUES
    (1, 'ann', 'won', 100), (2, 'ann', 'lost', 500), (3, 'ann', 'won', 50), (4, 'ann', 'void', 900),
    (5, 'bob', 'open', 700), (6, 'bob', 'won', NULL), (7, 'bob', NULL, 400);
SELECT hit_ratio(status) AS of_status, hit_ratio(won) AS of_won, hit_ratio(won => 3, closed => 4) AS of_counts
FROM (SELECT status, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal) AS _;

-- Void and open ones are not closed; nothing closed has no ratio, nothing won has 0.
SELECT hit_ratio(status) FILTER (WHERE owner = 'bob') AS one_won_two_open,
       hit_ratio(status) FILTER (WHERE id IN (2, 4)) AS lost_and_void,
       hit_ratio(status) FILTER (WHERE id IN (4, 5, 7)) AS nothing_closed, hit_ratio(status) FILTER (WHERE false) AS no_rows,
       hit_ratio(NULL::boolean) AS open, hit_ratio(false) AS lost, hit_ratio(won => 0, closed => 0) AS formula
FROM deal;
SELECT hit_ratio(NULL, 4::bigint) AS won, hit_ratio(3, NULL) AS closed, hit_ratio(NULL::sales_summary) AS summary,
       hit_ratio(sales_summary(num_won => 1), NULL) AS basis;

-- Of a summary: won / (won + lost), / (won + lost + void), / all, and won amount / (won + lost amount).
SELECT hit_ratio(s), hit_ratio(s, 'closed') AS closed, hit_ratio(s, 'decided') AS decided, hit_ratio(s, 'created') AS created,
       hit_ratio(s, basis => 'value') AS value
FROM (SELECT sales_summary(status, amount, NULL::date, NULL) AS s FROM deal) AS _;
-- A zero denominator has no ratio, whatever the basis.
SELECT what, hit_ratio(s) AS closed, hit_ratio(s, 'decided') AS decided, hit_ratio(s, 'created') AS created, hit_ratio(s, 'value') AS value
FROM (VALUES ('no rows', sales_summary()),
             ('open', sales_summary(num_open => 2, open_amount => 5)),
             ('void', sales_summary(num_void => 2, void_amount => 5)),
             ('lost', sales_summary(num_lost => 2, lost_amount => 5)),
             ('won, amounts unknown', sales_summary(num_won => 2)),
             ('won and lost for nothing', sales_summary(1, 0, num_lost => 3, lost_amount => 0)),
             ('amounts cancel', sales_summary(1, 8, num_lost => 1, lost_amount => -8)),
             ('a credit', sales_summary(1, -2, num_lost => 1, lost_amount => 10)),
             ('one won less', sales_summary(num_won => -1)),
             ('one won and taken away', sales_summary(num_won => 1) - sales_summary(num_won => 1))) AS _(what, s);
SELECT hit_ratio(sales_summary(), 'win');
SELECT hit_ratio(sales_summary(), 'Closed');
SELECT hit_ratio(sales_summary(), '');
SELECT hit_ratio(status) FROM (VALUES ('won'), ('closed won')) AS _(status);
SELECT hit_ratio('won ');

-- Four deals by which a package for dashboards shows 0 % for Ann, who has lost none, 150 % for the team, where her losses
-- are not 0 but NULL, and -40 days, as it subtracts the wrong way round.  It goes by value: 140 of 140, 10 of 100, 150 of 240.
SELECT coalesce(rep, 'team') AS rep, hit_ratio(sales_summary(status, amount, opened, closed), 'value') AS by_value,
       hit_ratio(status) AS by_count, avg_sales_cycle(status, opened, closed) AS days
FROM (VALUES ('Ann', 'won', 100, '2026-01-01'::date, '2026-02-10'::date), ('Ann', 'won', 40, '2026-01-01', '2026-02-10'),
             ('Bob', 'won', 10, '2026-01-01', '2026-02-10'), ('Bob', 'lost', 90, '2026-01-01', '2026-02-10'))
     AS deal (rep, status, amount, opened, closed)
GROUP BY ROLLUP (rep) ORDER BY rep;

-- What changed it.  The whole goes from 5 of 10 to 14 of 20, by 0.2, and is 0.6 in the mean.  "better" goes from 2 of 4 to
-- 3 of 4 with 0.3 of the whole in the mean, 0.3 * 0.25, and has 0.2 less of it after, -0.2 * (0.625 - 0.6); "larger" is twice
-- what it was, and the whole too; "gone" had 0.2 of it and nothing won, -0.2 * (0 - 0.6); "new" has 0.4, 0.4 * (5 / 8 - 0.6).
CREATE TEMP VIEW segment AS
SELECT *, rollup(before) OVER () AS whole_before, rollup(after) OVER () AS whole_after
FROM (VALUES ('better', sales_summary(2, 0, 0, 2), sales_summary(3, 0, 0, 1)),
             ('larger', sales_summary(3, 0, 0, 1), sales_summary(6, 0, 0, 2)),
             ('gone', sales_summary(num_lost => 2), sales_summary()),
             ('new', sales_summary(), sales_summary(5, 0, 0, 3)),
             ('open', sales_summary(), sales_summary(num_open => 9))) AS _(name, before, after);
SELECT name, (hit_ratio_change(before, after, whole_before, whole_after)).* FROM segment;
SELECT coalesce(name, 'all') AS name, round(sum(within)::numeric, 14) AS within, round(sum(mix)::numeric, 14) AS mix
FROM segment, hit_ratio_change(after, before, whole_after, whole_before) GROUP BY ROLLUP (name) ORDER BY grouping(name), 1;
-- On each basis; 0.5 to 0.625 by count, and by value 80 of 100 to 60 of 100.
SELECT basis, round(sum(within)::numeric, 14) AS within, round(sum(mix)::numeric, 14) AS mix, hit_ratio(b, basis) AS before, hit_ratio(a, basis) AS after
FROM (SELECT *, rollup(before) OVER () AS b, rollup(after) OVER () AS a
      FROM (VALUES (sales_summary(1, 40, 0, 2, 20, 0, 1), sales_summary(3, 30, 0, 1, 0, 0)),
                   (sales_summary(2, 40, 0, 1, 0, 0, 3), sales_summary(2, 30, 0, 2, 40, 0, 2, 7, num_open => 2))) AS _(before, after)) AS _,
     unnest('{closed,decided,created,value}'::text[]) AS basis, hit_ratio_change(before, after, b, a, basis)
GROUP BY basis, a, b ORDER BY basis;
-- A whole without a ratio has no change; nor has a segment of which it cannot be told: 8 won and -8 lost.
SELECT what, (hit_ratio_change(before, after, whole_before, whole_after, 'value')).*
FROM (VALUES ('nothing', sales_summary(), sales_summary(), sales_summary(), sales_summary(1, 5)),
             ('nothing any more', sales_summary(), sales_summary(), sales_summary(1, 5), sales_summary()),
             ('cancels before', sales_summary(1, 8, 0, 1, -8), sales_summary(1, 5), sales_summary(1, 5), sales_summary(1, 5)),
             ('cancels after', sales_summary(1, 5), sales_summary(1, 8, 0, 1, -8), sales_summary(1, 5), sales_summary(1, 5)),
             ('cancels, for nothing', sales_summary(1, 0, 0, 1, 0), sales_summary(1, 5), sales_summary(1, 10), sales_summary(1, 5, 0, 1, 5)))
     AS _(what, before, after, whole_before, whole_after);
SELECT hit_ratio_change(NULL, sales_summary(), sales_summary(), sales_summary());
SELECT hit_ratio_change(sales_summary(), sales_summary(), sales_summary(), sales_summary(), 'won');

-- Rounded once, also beyond 2^53, where no double is the count: as doubles, 2^53 + 1 and 2^53 + 2 would be two apart.
SELECT hit_ratio(1, 3) AS third, hit_ratio(2, 3) AS two_thirds, hit_ratio(9007199254740993, 9007199254740994) AS ours,
       9007199254740993::float8 / 9007199254740994::float8 AS of_doubles;
SELECT hit_ratio(9223372036854775807, 9223372036854775807) AS one, hit_ratio(1, 9223372036854775807) AS least,
       hit_ratio(-9223372036854775808, 1) AS greatest, hit_ratio(-3, 4) AS of_a_delta;
SELECT hit_ratio(sales_summary(1, 1e-30, num_lost => 1, lost_amount => 2e-30), 'value') AS third,
       hit_ratio(sales_summary(1, 1e+40, num_lost => 1, lost_amount => 2e+40), 'value') AS also,
       hit_ratio(sales_summary(1, 0.1, num_lost => 1, lost_amount => 0.9), 'value') AS tenth,
       hit_ratio(sales_summary(1, 1e-10000, num_lost => 1, lost_amount => 1e+10000), 'value') AS too_small_for_a_double;
SELECT hit_ratio(sales_summary(1, 1e+120000, num_lost => 1, lost_amount => 1e-16000 - 1e+120000), 'value');

-- Groups and their total, the mean of which is something else; a moving window; rows, summary and counts agree.
SELECT coalesce(owner, 'all') AS owner, hit_ratio(status), hit_ratio(sales_summary(status, amount, NULL::date, NULL)) AS of_summary,
       hit_ratio(count(*) FILTER (WHERE status = 'won'), count(*) FILTER (WHERE status IN ('won', 'lost'))) AS of_counts
FROM deal GROUP BY GROUPING SETS ((owner), ()) ORDER BY grouping(owner), owner;
SELECT id, status, hit_ratio(status) OVER (ORDER BY id ROWS 1 PRECEDING) AS of_two,
       hit_ratio(won) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
FROM (SELECT *, CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END AS won FROM deal) AS _ ORDER BY id;
SELECT hit_ratio(DISTINCT status) AS one_won_one_lost, hit_ratio(status ORDER BY id DESC) AS in_another_order FROM deal;

-- Where a rep has only wins, a LEFT JOIN of sums gives 0 % for the rep, and 150 % for the team; dates taken the wrong way round,
-- -40 days. It is all, 1500 of 2400, and 40 days.
CREATE TEMP TABLE booking (rep text, status text, amount numeric, created date, closed date);
INSERT INTO booking VALUES
    ('ann', 'won', 800, '2026-01-01', '2026-02-10'), ('ann', 'won', 600, '2026-01-01', '2026-02-10'),
    ('bob', 'won', 100, '2026-01-01', '2026-02-10'), ('bob', 'lost', 900, '2026-01-01', '2026-02-10');
SELECT rep, hit_ratio(s, 'value') AS by_value, hit_ratio(s) AS by_count, avg_sales_cycle(s) AS days
FROM (SELECT rep, sales_summary(status, amount, created, closed) AS s FROM booking GROUP BY ROLLUP (rep)) AS _ ORDER BY rep;
SELECT hit_ratio(rollup(s), 'value') AS team, rollup(s) = (SELECT sales_summary(status, amount, created, closed) FROM booking) AS exactly
FROM (SELECT sales_summary(status, amount, created, closed) AS s FROM booking GROUP BY rep) AS _;
