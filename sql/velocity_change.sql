-- velocity_change: what each lever has added to the change of sales velocity

-- 8 opportunities * 2/4 * 200 / 20 days = 40 a day; the others differ from that as they are called.
CREATE TEMP TABLE state (what text, s sales_summary);
INSERT INTO state VALUES
    ('base', sales_summary(2, 400, 40, 2, 100, 160, num_open => 4)),
    ('twice the opportunities', sales_summary(2, 400, 40, 2, 100, 160, num_open => 12)),
    ('twice the hit ratio', sales_summary(4, 800, 80, num_open => 4)),
    ('twice the deal size', sales_summary(2, 800, 40, 2, 100, 160, num_open => 4)),
    ('half the cycle', sales_summary(2, 400, 20, 2, 100, 160, num_open => 4)),
    ('all of these', sales_summary(4, 1600, 40, num_open => 12)),
    ('twice the opportunities and cycle', sales_summary(2, 400, 80, 2, 100, 160, num_open => 12)),
    ('one more is open', sales_summary(2, 400, 40, 2, 100, 160, num_open => 5)),
    ('the same in thirds', sales_summary(3, 600, 60, 3, 150, 240, num_open => 2)),
    ('a cent more', sales_summary(2, 400.01, 40, 2, 100, 160, num_open => 4)),
    ('none is won', sales_summary(num_lost => 4, lost_days => 160, num_open => 4)),
    ('none is open', sales_summary(2, 400, 40, 2, 100, 160)),
    ('a loss', sales_summary(2, -400, 40, 2, 100, 160, num_open => 4)),
    ('nothing', sales_summary());
CREATE TEMP VIEW change AS
SELECT a.what AS a, b.what AS b, opportunities, cycle, sales_velocity(b.s, opportunities, cycle) - sales_velocity(a.s, opportunities, cycle) AS change, c.*
FROM state AS a, state AS b, unnest('{all,closed,open}'::text[]) AS opportunities, unnest('{won,closed,decided}'::text[]) AS cycle,
     sales_velocity_change(a.s, b.s, opportunities, cycle) WITH ORDINALITY AS c(lever, before, after, contribution, method, n);

-- One lever: all of the change is its own.  All four twice as good: 40 becomes 640, and each has added 150.  Two that
-- cancel out: 40 * ln(2) and as much less.
SELECT c.* FROM state AS a, state AS b, sales_velocity_change(a.s, b.s) AS c WHERE a.what = 'base' AND b.what = 'all of these';
SELECT b, method, round(change, 6) AS change,
       string_agg(CASE WHEN contribution = 0 THEN '0' ELSE round(contribution, 14)::text END, ' | ' ORDER BY n) AS contributions
FROM change WHERE a = 'base' AND opportunities = 'all' AND cycle = 'won' GROUP BY b, method, change ORDER BY b;

-- From none open to 4, which are worth 20: all of it.  If the ratio doubles as well, they are worth 20 before it does and
-- 40 after that, in the mean 30; the ratio itself is worth nothing before they come, and 20 after that: 10.
SELECT c.* FROM state AS a, state AS b, sales_velocity_change(a.s, b.s, 'open') AS c WHERE a.what = 'none is open' AND b.what = 'base';
SELECT c.* FROM state AS a, state AS b, sales_velocity_change(a.s, b.s, 'open') AS c WHERE a.what = 'none is open' AND b.what = 'twice the hit ratio';
-- Nothing won has no deal size, which therefore has not changed.
SELECT c.* FROM state AS a, state AS b, sales_velocity_change(a.s, b.s, 'open', 'closed') AS c WHERE a.what = 'none is won' AND b.what = 'base';
-- Without a velocity the levers are shown, and nothing is said of them.
SELECT c.* FROM state AS a, state AS b, sales_velocity_change(a.s, b.s) AS c WHERE a.what = 'base' AND b.what = 'nothing';
SELECT count(*) AS rows FROM sales_velocity_change(NULL, sales_summary());

-- Whatever is compared: four rows in their order, which add up to the change to the last digit; no change has no
-- contributions, and the way back is the opposite.
SELECT count(*) AS compared,
       count(*) FILTER (WHERE levers <> '{opportunities,hit_ratio,avg_deal_size,sales_cycle}') AS in_another_order,
       count(*) FILTER (WHERE change IS NOT NULL AND (total = change) IS NOT TRUE) AS do_not_add_up,
       count(*) FILTER (WHERE change IS NULL AND (total IS NOT NULL OR method IS NOT NULL)) AS without_a_change,
       count(*) FILTER (WHERE a = b AND least <> greatest) AS from_itself,
       count(method) AS methods, count(*) FILTER (WHERE method = 'LMDI') AS lmdi
FROM (SELECT a, b, change, method, array_agg(lever ORDER BY n) AS levers, sum(contribution) AS total,
             min(contribution) AS least, max(contribution) AS greatest
      FROM change GROUP BY a, b, opportunities, cycle, change, method) AS _;
SELECT count(*) AS compared, count(*) FILTER (WHERE there.contribution <> - back.contribution OR there.method <> back.method) AS differ
FROM change AS there JOIN change AS back ON (there.a, there.b, there.opportunities, there.cycle, there.n) = (back.b, back.a, back.opportunities, back.cycle, back.n);
-- A lever that has not changed contributes nothing, unless it has to take what the rounding of both velocities leaves.
SELECT a, b, lever, contribution FROM change
WHERE before = after AND contribution <> 0 ORDER BY a, b, n, opportunities, cycle LIMIT 3;

-- Stock and flow: open ones of one, the rest of the other, with the void ones in ratio and cycle unless the cycle says otherwise.
SELECT cycle, string_agg(format('%s: %s -> %s, %s', lever, round(before, 4), round(after, 4), round(contribution, 4)), '; ') AS levers
FROM (VALUES (sales_summary(num_open => 4), sales_summary(3, 30000, 90, 3, 24000, 150),
              (SELECT sales_summary('void', 100, '2026-01-01'::date, '2026-03-02'::date) FROM generate_series(1, 2)))) AS _(stock, flow, void),
     unnest('{won,closed,decided}'::text[]) AS cycle, sales_velocity_change(stock, flow, stock + stock, flow + void, cycle)
GROUP BY cycle ORDER BY cycle;
SELECT (SELECT array_agg(c) FROM sales_velocity_change(a.s, a.s, b.s, b.s) AS c)
       = (SELECT array_agg(c) FROM sales_velocity_change(a.s, b.s, 'open', 'decided') AS c) AS of_one_summary_each
FROM state AS a, state AS b WHERE a.what = 'base' AND b.what = 'all of these';

-- Levers keep their digits where they are almost equal, 3e25 / ln(2) * ln(1 + 1e10 / 3e25), and where they are far apart,
-- 2 * 300 * ln(10) / (300 * ln(10) + ln(2)).  Past a thousand decimals a velocity is 0.
SELECT lever, contribution FROM sales_velocity_change(sales_summary(1, 3e25, 1), sales_summary(1, 3e25 + 1e10, 1, num_open => 1));
SELECT lever, round(contribution, 16) AS contribution FROM sales_velocity_change(sales_summary(1, 1e-300, 1), sales_summary(1, 1, 1, num_open => 1));
SELECT lever, round(contribution, 4) AS contribution, method FROM sales_velocity_change(sales_summary(1, 1e-1100, 1), sales_summary(1, 1, 1));
-- From 1/3 to 2e12: a third has few digits when it is printed, and the contributions have all of theirs.
SELECT lever, contribution - round((6e12 - 1)::numeric(60, 40) / 3 / ln(6e12::numeric(60, 40)) * ln(factor::numeric(60, 40)), 20) AS off
FROM sales_velocity_change(sales_summary(1, 1, 3), sales_summary(1, 1e12, 1, num_open => 1)), (VALUES ('opportunities', 2), ('sales_cycle', 3)) AS _(name, factor)
WHERE lever = name;
-- Deltas have levers too, of either sign.
SELECT lever, before, after, contribution, method FROM sales_velocity_change(sales_summary(-1, -100, -10), sales_summary(-2, -300, -20));
-- A won one whose amount was corrected: the sums changed, no row was won, and nothing multiplies to the velocity.
SELECT sales_velocity(s, 'closed', 'closed') AS velocity, contribution
FROM (SELECT sales_summary(1, 150, 10, 1, 100, 20) - sales_summary(1, 100, 10) AS s) AS _, sales_velocity_change(s, s, 'closed', 'closed') LIMIT 1;

SELECT sales_velocity_change(sales_summary(), sales_summary(), 'won');
SELECT sales_velocity_change(sales_summary(), sales_summary(), cycle => 'lost');
SELECT sales_velocity_change(sales_summary(), sales_summary(), sales_summary(), sales_summary(), 'all');
