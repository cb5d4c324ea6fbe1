-- summaries.sql: :n stored summaries of each kind, and what uses them
CREATE TABLE public.opportunity AS
SELECT i AS id, i % :n AS key, (ARRAY['won', 'lost', 'lost', 'void', 'open', NULL])[1 + i * 5 % 6] AS status,
       CASE WHEN i % 13 > 0 THEN (i * i::bigint % 99733)::numeric / 7 - i % 2 END AS amount,
       date '2020-01-01' + i * 7 % 1000 AS opened,
       CASE WHEN i % 17 > 0 THEN date '2020-01-01' + i * 7 % 1000 + i % 97 - i % 3 END AS closed
FROM generate_series(1, 4 * :n) AS i;

CREATE TABLE public.stored AS
SELECT key AS id, sales_summary(status, amount, opened, closed) AS sales, lead_summary(opened) AS leads,
       meeting_summary(CASE status WHEN 'won' THEN 'held' WHEN 'lost' THEN 'no_show' ELSE 'booked' END, closed, key % 2 = 0) AS meetings,
       customer_summary(opened, nullif(closed, opened), amount) AS customers, NULL::funnel_summary AS funnel
FROM public.opportunity GROUP BY key;
UPDATE public.stored SET funnel = (SELECT funnel_summary(path) FROM (SELECT funnel_path(step, date '2024-01-01' + step * (id % 90)) AS path
                                                                FROM generate_series(1, 2 + id % 4) AS step) AS _);
-- some that no row could make, wide ones and one that is stored out of line
INSERT INTO public.stored (id, sales)
VALUES (-1, sales_summary()), (-2, NULL), (-3, -sales_summary(3, 1e-1000 + 1e30, 7)),
       (-4, (SELECT sales_summary(i % 3 = 0, (i * 1000003::bigint % 999983)::numeric / 7, date '1990-01-01' + i * 3 % 9999, date '1990-01-01' + i * 3 % 9999 + i * i % 7919)
             FROM generate_series(1, 20000) AS i));
ALTER TABLE public.stored ADD PRIMARY KEY (id);
CREATE INDEX stored_btree ON public.stored (sales) WHERE id >= 0;
CREATE INDEX stored_hash ON public.stored USING hash (leads);
CREATE TABLE public.several AS SELECT id % 10 AS id, array_agg(sales ORDER BY id) AS of_sales FROM public.stored WHERE id BETWEEN 0 AND 99 GROUP BY 1;

CREATE MATERIALIZED VIEW public.by_month AS
SELECT period_start('month', opened) AS month, sales_summary(status, amount, opened, closed) AS summary FROM public.opportunity GROUP BY 1;
CREATE UNIQUE INDEX ON public.by_month (month);
CREATE VIEW public.kpis WITH (security_invoker = true) AS
SELECT month, hit_ratio(summary), avg_deal_size(summary), sales_velocity(summary, 'open', 'closed'), median_sales_cycle(summary) FROM public.by_month;
CREATE FUNCTION public.total() RETURNS sales_summary STABLE RETURN (SELECT rollup(sales) FROM public.stored);
CREATE VIEW public.totals AS SELECT public.total() AS summary, public.total() = rollup(summary) + (SELECT rollup(sales) FROM public.stored WHERE id < 0) AS agrees FROM public.by_month;
