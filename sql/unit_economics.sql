-- unit_economics: what a customer costs, how long he stays, what he is worth

-- As of July 1: two ended, after 2 and 4 months; two running, for 3 and 6 months. Customer-months: 2 + 4 + 3 + 6 = 15.
CREATE TEMP TABLE customer (id int, started date, ended date, monthly_revenue numeric, acquisition_cost numeric);
INSERT INTO customer VALUES
    (1, '2026-01-01', '2026-03-01', 100, 300), (2, '2026-02-15', '2026-06-15', 150, 500),
    (3, '2026-04-01', NULL, 200, 0), (4, '2026-01-01', 'infinity', 50, 400);
CREATE TEMP VIEW four AS SELECT customer_summary(started, ended, monthly_revenue, acquisition_cost) AS s FROM customer;
SELECT num_customers(s), num_ended(s), num_running(s), customer_months(s, '2026-07-01'),
       churn_rate(s, '2026-07-01'), 2 / 15::float8 AS expected, arpa(s), arpa(s, 'running') AS running, arpa(s, 'ended') AS ended, cac(s)
FROM four;
-- 125 a month, of which 80 % is margin, for 7.5 months: 750; that is 2.5 times 300.
SELECT ltv(s, '2026-07-01', 0.8), ltv_cac_ratio(s, '2026-07-01', 0.8),
       ltv(arpa(s), 0.8, churn_rate(s, '2026-07-01')) AS formula, ltv_cac_ratio(750, 300) AS ratio_formula
FROM four;
SELECT ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 0.8) AS of_rows,
       ltv_cac_ratio(started, ended, monthly_revenue::float8, acquisition_cost::float8, '2026-07-01', 0.8) AS of_doubles,
       customer_summary(started, ended, monthly_revenue::float8, acquisition_cost::float8)
           = customer_summary(started, ended, monthly_revenue, acquisition_cost) AS same_of_doubles,
       customer_summary(started, ended, monthly_revenue::float8) = customer_summary(started, ended, monthly_revenue) AS without_cost
FROM customer;
-- The curve: at 2 months 1 of 4 ended; at 4 months 1 of 2, since one is known for 3 months only.
SELECT survival.* FROM four, customer_survival(s, '2026-07-01') AS survival;
-- So a customer stays 1 + 1 of the first 2 months, 0.75 + 0.75 of the next 2, 0.375 + 0.375 of the last 2.
SELECT horizon, ltv(s, '2026-07-01', 1, horizon, lifetime => 'survival') / 125 AS months,
       ltv_cac_ratio(s, '2026-07-01', 1, horizon, lifetime => 'survival') * 300 / 125 AS by_ratio
FROM four, unnest('{0,1,2,3,4,5,6,7,8}'::int[]) AS horizon ORDER BY horizon;
-- A discount of 0.5 a month: 1 + 1 / 1.5 + 0.75 / 2.25.
SELECT round(ltv(s, '2026-07-01', 1, 3, 0.5, 'survival') / 125, 12) AS discounted FROM four;
-- As of another day only the running ones count for longer or less; who starts later counts for nothing.
SELECT as_of, customer_months(s, as_of), churn_rate(s, as_of), (SELECT max(month) FROM customer_survival(s, as_of)) AS oldest
FROM four, unnest('{2026-03-31,2026-07-01,2027-07-01}'::date[]) AS as_of ORDER BY as_of;

-- A month ends on the day on which it began, or on the month's last day; parts of it count by their days.
SELECT started, ended, customer_months(s, ended), s::jsonb #>> '{ended,lifetimes,0,0}' AS whole
FROM (SELECT started, ended, customer_summary(started, ended, 1) AS s
      FROM (VALUES (date '2026-01-15', date '2026-04-15'), ('2026-01-15', '2026-04-14'), ('2026-01-31', '2026-02-27'),
                   ('2026-01-31', '2026-02-28'), ('2026-01-31', '2026-03-15'), ('2024-02-29', '2025-02-28'), ('2026-02-28', '2026-03-28'),
                   ('2025-12-10', '2026-01-01'), ('2026-03-05', '2026-03-05'), ('4714-11-24 BC', '5874897-12-31')) AS v (started, ended)
      GROUP BY 1, 2) AS _
ORDER BY 1, 2;

-- Nothing is repaired: no start, an end before it, no revenue, no cost.
CREATE TEMP TABLE dirt (started date, ended date, monthly_revenue numeric, acquisition_cost numeric);
INSERT INTO dirt VALUES (NULL, NULL, 10, 1), ('-infinity', '2026-03-01', 10, NULL), ('infinity', NULL, NULL, 'NaN'),
    ('2026-03-01', '2026-02-01', 'NaN', 'Infinity'), ('2026-03-01', '-infinity', '-Infinity', NULL), ('2026-01-01', '2026-02-01', 10, 2);
SELECT num_customers(s), num_ended(s), num_missing_start(s), num_ended_early(s), num_missing_revenue(s), num_missing_cost(s),
       customer_months(s, '2026-07-01'), churn_rate(s, '2026-07-01'), arpa(s), cac(s), s
FROM (SELECT customer_summary(started, ended, monthly_revenue, acquisition_cost) AS s FROM dirt) AS _;
SELECT ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 1) AS of_rows, 10 / 1.5 AS expected,
       ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, NULL, 1) AS ended_need_no_day,
       ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', NULL) AS no_margin
FROM dirt;

-- No rows, no customer-months, nobody ended: no data is NULL, no churn is 0.
SELECT s AS empty, num_customers(s), customer_months(s, '2026-07-01'), churn_rate(s, '2026-07-01'), arpa(s), cac(s),
       ltv(s, '2026-07-01', 1), ltv(s, '2026-07-01', 1, 12) AS horizon, ltv(s, '2026-07-01', 1, 12, lifetime => 'survival') AS curve,
       ltv_cac_ratio(s, '2026-07-01', 1), (SELECT count(*) FROM customer_survival(s, '2026-07-01')) AS months
FROM (SELECT customer_summary(started, ended, monthly_revenue) AS s FROM customer WHERE false) AS _;
SELECT churn_rate(s, '2026-07-01'), ltv(s, '2026-07-01', 0.5), ltv(s, '2026-07-01', 0.5, 24) AS two_years,
       ltv(s, '2026-07-01', 0.5, discount => 0.01) AS discounted, churn_rate(s, '2026-01-01') AS on_the_first_day, cac(s)
FROM (SELECT customer_summary(started, ended, monthly_revenue) AS s FROM customer WHERE id = 4) AS _;
SELECT ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 1) FILTER (WHERE id = 4) AS nobody_ended,
       ltv_cac_ratio(started, ended, monthly_revenue, 0, '2026-07-01', 1) AS cost_nothing,
       ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 1) FILTER (WHERE false) AS no_rows
FROM customer;
-- Someone who stayed for a tenth of a month: the rate is 10 a month. With a horizon a month is the least that counts.
SELECT churn_rate(s, '2026-07-01'), ltv(s, '2026-07-01', 1), ltv(s, '2026-07-01', 1, 12) AS one_month
FROM (SELECT customer_summary('2026-06-01', '2026-06-04', 100::numeric) AS s) AS _;

-- Summaries add up and take away; a delta has no curve.
SELECT rollup(s) = (TABLE four) AS rolled_up, rollup(s) - rollup(s) FILTER (WHERE id > 2)
           = (SELECT customer_summary(started, ended, monthly_revenue, acquisition_cost) FROM customer WHERE id <= 2) AS without
FROM (SELECT id, customer_summary(started, ended, monthly_revenue, acquisition_cost) AS s FROM customer GROUP BY id) AS _;
SELECT churn_rate(-s, '2026-07-01'), ltv(-s, '2026-07-01', 0.8), ltv_cac_ratio(-s, '2026-07-01', 0.8), num_customers(-s),
       ltv(-s, '2026-07-01', 0.8, 3, lifetime => 'survival') AS curve, (SELECT count(*) FROM customer_survival(-s, '2026-07-01')) AS months
FROM four;
SELECT id, num_customers(customer_summary(started, ended, monthly_revenue) OVER w) AS n,
       ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 0.8) OVER w
FROM customer WINDOW w AS (ORDER BY id ROWS 1 PRECEDING) ORDER BY id;
SELECT s::text::customer_summary = s AS text, s::jsonb::customer_summary = s AS jsonb, s::text FROM four;
SELECT '{"version": 1, "open": {"rows": 1}}'::customer_summary;
SELECT '{"version": 1, "ended": {"lifetimes": [[-1, 1]]}}'::customer_summary;
SELECT '{"version": 1, "ended": {"started": []}}'::customer_summary;
SELECT '{"version": 1, "ended": {"days": 1}}'::customer_summary;

-- The formulas.
SELECT cac(1000, 4), cac(1000, 0) AS nobody, cac(1000, 2.5) AS shares, cac(sum(n), sum(n)) AS sums, cac(NULL, 1) AS no_spend
FROM unnest('{1,2}'::bigint[]) AS n;
SELECT ltv(100, 0.8, 0.05), ltv(100, 0.8, 0.03) AS thirds, ltv(100, -0.2, 0.05) AS loss, ltv(100, 0.8, 1) AS one_period,
       ltv(100, 0.8, 0) AS no_churn, ltv(100, 0.8, -0.02) AS negative_churn;
SELECT ltv(100, 0.8, 0, 36) AS horizon, ltv(100, 0.8, 0, discount => 0.01) AS discount, ltv(100, 0.8, -0.5, 3) AS grows,
       ltv(100, 0.8, 1, 12) AS one, ltv(100, 0.8, 0.5, 0) AS none, ltv(100, 0.8, -0.1, discount => 0.1) AS endless;
-- The closed form is the sum of the periods, also for tiny rates and long horizons.
SELECT count(*), bool_and(abs(ltv(100, 0.8, churn, horizon, discount) / by_period - 1) < 1e-12) AS agree
FROM unnest('{0,0.000000001,0.03,0.999,-0.02}'::float8[]) AS churn, unnest('{0,0.000000001,0.01}'::float8[]) AS discount,
     unnest('{1,2,240}'::int[]) AS horizon,
     LATERAL (SELECT 80 * sum(((1 - churn::numeric) / (1 + discount::numeric)) ^ t) AS by_period FROM generate_series(0, horizon - 1) AS t) AS _;
SELECT ltv_cac_ratio(3600, 1200), ltv_cac_ratio(3600, 0) AS free, ltv_cac_ratio(3600, -1) AS negative, ltv_cac_ratio(-100, 50) AS loss,
       cac_payback_months(1200, 100, 0.8), cac_payback_months(1200, 100, 0) AS never, cac_payback_months(1200, -100, 0.8) AS nor,
       revenue_per_lead(1000, 8), revenue_per_lead(1000, 0) AS no_leads;
SELECT magic_number(1200, 1000, 400), magic_number(1200, 1000, 400, 12) AS monthly, magic_number(1200, 1000, 0) AS no_spend,
       net_revenue_retention(1000, 200, 50, 100), net_revenue_retention(0, 200, 0, 0) AS no_start,
       gross_revenue_retention(1000, 50, 100), gross_revenue_retention(0, 0, 0) AS nor;

-- Credit by shares that sum to 1 per customer: channels add up to the total.
CREATE TEMP TABLE credit (customer int, channel text, weight numeric);
INSERT INTO credit VALUES (1, 'ads', 1), (2, 'ads', 0.25), (2, 'fair', 0.75), (3, 'fair', 0.5), (3, 'mail', 0.5), (4, 'mail', 1);
CREATE TEMP TABLE spend (channel text, amount numeric);
INSERT INTO spend VALUES ('ads', 500), ('fair', 600), ('mail', 100);
SELECT coalesce(channel, 'all') AS channel, sum(amount) AS spend, sum(customers) AS customers, cac(sum(amount), sum(customers)),
       sum(revenue) AS revenue
FROM spend
JOIN (SELECT channel, sum(weight) AS customers, sum(weight * monthly_revenue) AS revenue
      FROM credit JOIN customer ON id = customer GROUP BY channel) AS won USING (channel)
GROUP BY ROLLUP (channel) ORDER BY spend.channel;
SELECT cac((SELECT sum(amount) FROM spend), count(*)) AS of_customers, sum(monthly_revenue) AS revenue FROM customer;

-- Wrong arguments.
SELECT ltv(100, 0.8, 5);
SELECT ltv(100, 0.8, 'NaN');
SELECT ltv(100, 80, 0.05);
SELECT ltv(100, '-Infinity', 0.05);
SELECT ltv('NaN'::numeric, 0.8, 0.05);
SELECT ltv(100, 0.8, 0.05, -1);
SELECT ltv(100, 0.8, 0.05, 12, 8);
SELECT ltv(100, 0.8, -1, 100000);
SELECT ltv(s, '2026-07-01', 1, lifetime => 'survival') FROM four;
SELECT ltv(s, '2026-07-01', 1, lifetime => 'forever') FROM four;
SELECT ltv(s, 'infinity', 1) FROM four;
SELECT churn_rate(s, '-infinity') FROM four;
SELECT arpa(s, 'open') FROM four;
SELECT ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, 'infinity', 1) FROM customer;
SELECT ltv_cac_ratio(started, ended, monthly_revenue, acquisition_cost, '2026-07-01', 1.5) FROM customer;
SELECT ltv_cac_ratio(100, 'Infinity');
SELECT cac_payback_months(1200, 100, 'NaN');
SELECT magic_number(1200, 1000, 400, 0);
SELECT net_revenue_retention(1000, 200, -50, 100);
SELECT gross_revenue_retention(1000, 50, -100);
