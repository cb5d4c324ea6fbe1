-- adapter: stripe
-- version: fivetran
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: statuses list DEFAULT '["paid"]'  the statuses of invoices that count; add open to count them when they are issued
-- option: gross_margin number  the part of revenue that is margin, from 0 to 1
-- option: zero_decimal_currencies list DEFAULT '["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]'  currencies whose amounts are whole units, not hundredths
-- option: three_decimal_currencies list DEFAULT '["BHD", "JOD", "KWD", "OMR", "TND"]'  currencies whose amounts are thousandths

-- relation: customer_revenue
-- What was invoiced, net of tax and discounts, spread over the days that its lines are for, less credit notes and refunds.
-- A row per invoice and month, and one per credit note and refund. Amounts are whole numbers of the smallest unit, and
-- what an invoice is spread into adds up to it. A column that not every table has is a column of "absent" as well: a
-- name without a table is looked up there last.
WITH invoice AS (
    SELECT i.id::text AS id, i.customer_id::text AS customer_id, pg_catalog.upper(i.currency::text) AS currency,
           i.total::numeric AS total, i.total::numeric - coalesce(i.tax::numeric, 0::numeric) AS net,
           (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', i.created)) AT TIME ZONE {zone})::date AS created_on
    FROM {source}.invoice AS i
    WHERE i.status::text = ANY ({option:statuses}) AND coalesce(i.livemode::boolean, true)
      AND NOT coalesce(i.is_deleted::boolean, false) AND i.customer_id IS NOT NULL),
line AS (
    SELECT l.invoice_id::text AS invoice_id, l.amount::numeric AS amount,
           (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', l.period_start)) AT TIME ZONE {zone})::date AS first,
           (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', l.period_end)) AT TIME ZONE {zone})::date AS last
    FROM (SELECT NULL::text AS invoice_id, NULL::numeric AS amount, NULL::timestamptz AS period_start,
                 NULL::timestamptz AS period_end) AS absent,
         LATERAL (SELECT invoice_id, amount, period_start, period_end FROM {optional:invoice_line_item}) AS l),
-- the part of each line in each month that it touches; one without days is of the month in which it starts
share AS (
    SELECT l.invoice_id, d.month::date AS month,
           pg_catalog.sum(CASE WHEN l.last > l.first
                               THEN l.amount * (LEAST(l.last, (d.month + '1 month'::interval)::date)
                                                - GREATEST(l.first, d.month::date))::numeric / (l.last - l.first)::numeric
                               ELSE l.amount END) AS weight
    FROM line AS l,
         LATERAL pg_catalog.generate_series(pg_catalog.date_trunc('month', l.first::timestamp),
                                            GREATEST(l.first, l.last - 1)::timestamp, '1 month'::interval) AS d(month)
    GROUP BY l.invoice_id, d.month::date),
spread AS (
    SELECT i.*, s.month,
           pg_catalog.sum(s.weight) OVER (PARTITION BY i.id ORDER BY s.month) AS so_far,
           pg_catalog.sum(s.weight) OVER (PARTITION BY i.id) AS whole
    FROM invoice AS i LEFT JOIN share AS s ON s.invoice_id = i.id),
credit AS (
    SELECT c.invoice_id::text AS invoice_id, c.total::numeric AS total, c.created, c.refund_id::text AS refund_id
    FROM (SELECT NULL::text AS invoice_id, NULL::numeric AS total, NULL::timestamptz AS created, NULL::text AS refund_id,
                 NULL::text AS status, NULL::boolean AS livemode) AS absent,
         LATERAL (SELECT invoice_id, total, created, refund_id, status, livemode FROM {optional:credit_note}) AS c
    WHERE c.status::text = 'issued' AND coalesce(c.livemode::boolean, true)),
-- a refund with a credit note is the same money
refund AS (
    SELECT h.invoice_id::text AS invoice_id, r.amount::numeric AS total, r.created
    FROM (SELECT NULL::text AS id, NULL::text AS charge_id, NULL::numeric AS amount, NULL::timestamptz AS created,
                 NULL::text AS status, NULL::text AS invoice_id) AS absent,
         LATERAL (SELECT id, charge_id, amount, created, status FROM {optional:refund}) AS r,
         LATERAL (SELECT id, invoice_id FROM {optional:charge}) AS h
    WHERE h.id::text = r.charge_id::text AND r.status::text = 'succeeded'
      AND NOT EXISTS (SELECT 1 FROM credit AS c WHERE c.refund_id = r.id::text)),
revenue AS (
    SELECT s.customer_id, s.currency, coalesce(s.month, s.created_on) AS period_on,
           CASE WHEN s.whole IS NULL THEN s.net
                ELSE pg_catalog.round(s.net * s.so_far / s.whole)
                     - coalesce(pg_catalog.lag(pg_catalog.round(s.net * s.so_far / s.whole)) OVER (PARTITION BY s.id ORDER BY s.month),
                                0::numeric) END AS amount
    FROM spread AS s WHERE s.whole IS NULL OR s.whole <> 0::numeric
    UNION ALL
    -- lines that cancel each other out say nothing
    SELECT i.customer_id, i.currency, i.created_on, i.net
    FROM invoice AS i WHERE EXISTS (SELECT 1 FROM spread AS s WHERE s.id = i.id AND s.whole = 0::numeric)
    UNION ALL
    SELECT i.customer_id, i.currency,
           (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', c.created)) AT TIME ZONE {zone})::date,
           -pg_catalog.round(c.total * i.net / i.total)
    FROM (SELECT c.invoice_id, c.total, c.created FROM credit AS c UNION ALL TABLE refund) AS c
    JOIN invoice AS i ON i.id = c.invoice_id
    WHERE i.total <> 0::numeric)
SELECT r.customer_id,
       r.period_on,
       r.amount * CASE WHEN r.currency = ANY ({option:zero_decimal_currencies}) THEN 1::numeric
                       WHEN r.currency = ANY ({option:three_decimal_currencies}) THEN 0.001
                       ELSE 0.01 END,
       r.currency,
       {option:gross_margin}::double precision
FROM revenue AS r
WHERE r.amount <> 0::numeric
