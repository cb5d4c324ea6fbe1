-- adapter: tryton
-- version: 6.0
-- tested on: Tryton 6.0, a database of 676 opportunities that was filled through its API
-- option: base_currency text required  code of the currency of the KPIs, such as EUR
-- option: note_kinds map DEFAULT '{}'  the kind of activity of a note by its first words: {"Called": "call"}

-- Timestamps are without zone, in UTC. Dates that people type are in their company's zone, so its zone holds for
-- the timestamps as well; that of the model holds for a company without one.

-- relation: owner
-- Opportunities belong to employees, not to users. The team is the company that employs them.
SELECT e.id::text,
       p.name::text,
       o.name::text,
       coalesce(e.end_date::date >= {target}.as_of(), true)
FROM {source}.company_employee AS e
JOIN {source}.party_party AS p ON p.id::bigint = e.party::bigint
JOIN {source}.company_company AS c ON c.id::bigint = e.company::bigint
JOIN {source}.party_party AS o ON o.id::bigint = c.party::bigint

-- relation: opportunity
-- The end date of an open one is a forecast. Losing a quotation sets the amount to 0: its last other amount is in the history.
-- It is qualified on the day on which it first was more than a lead.
SELECT l.id::text,
       l.party::text,
       l.employee::text,
       l.company::text,
       l.start_date::date,
       (q.qualified_at AT TIME ZONE 'UTC' AT TIME ZONE coalesce(o.timezone::text, {zone}))::date,
       CASE WHEN l.state::text IN ('won', 'lost', 'cancelled') THEN l.end_date::date END,
       CASE WHEN l.state::text IN ('won', 'lost', 'cancelled') THEN NULL ELSE l.end_date::date END,
       CASE l.state::text WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' WHEN 'cancelled' THEN 'void' ELSE 'open' END,
       l.state::text,
       CASE WHEN l.state::text = 'lost' AND l.amount::numeric = 0::numeric THEN coalesce(a.amount, 0::numeric) ELSE l.amount::numeric END,
       c.code::text
FROM {source}.sale_opportunity AS l
JOIN {source}.company_company AS o ON o.id::bigint = l.company::bigint
JOIN {source}.currency_currency AS c ON c.id::bigint = o.currency::bigint
LEFT JOIN (SELECT h.id::bigint, pg_catalog.min(coalesce(h.write_date::timestamp, h.create_date::timestamp))
           FROM {source}.sale_opportunity__history AS h
           WHERE h.state::text IN ('opportunity', 'converted', 'won')
           GROUP BY h.id::bigint) AS q(id, qualified_at) ON q.id = l.id::bigint
LEFT JOIN (SELECT DISTINCT ON (h.id::bigint) h.id::bigint, h.amount::numeric
           FROM {source}.sale_opportunity__history AS h
           WHERE h.amount::numeric <> 0::numeric
           ORDER BY h.id::bigint, h.__id::bigint DESC) AS a(id, amount) ON a.id = l.id::bigint

-- relation: lead
-- Each opportunity starts as a lead, in the same row.
SELECT l.id::text,
       l.start_date::date,
       (q.qualified_at AT TIME ZONE 'UTC' AT TIME ZONE coalesce(o.timezone::text, {zone}))::date,
       CASE WHEN l.state::text IN ('lost', 'cancelled') AND q.id IS NULL THEN l.end_date::date END,
       CASE WHEN q.id IS NOT NULL THEN l.id::text END,
       l.employee::text,
       NULL::text
FROM {source}.sale_opportunity AS l
JOIN {source}.company_company AS o ON o.id::bigint = l.company::bigint
LEFT JOIN (SELECT h.id::bigint, pg_catalog.min(coalesce(h.write_date::timestamp, h.create_date::timestamp))
           FROM {source}.sale_opportunity__history AS h
           WHERE h.state::text IN ('opportunity', 'converted', 'won')
           GROUP BY h.id::bigint) AS q(id, qualified_at) ON q.id = l.id::bigint

-- relation: company
-- Parties are companies and people alike. One's own companies, employees, and what was merged into another are left out.
SELECT p.id::text,
       p.name::text,
       (p.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       u.employee::text
FROM {source}.party_party AS p
LEFT JOIN {source}.res_user AS u ON u.id::bigint = p.create_uid::bigint
WHERE p.replaced_by::bigint IS NULL
  AND NOT EXISTS (SELECT FROM {source}.company_company AS c WHERE c.party::bigint = p.id::bigint)
  AND NOT EXISTS (SELECT FROM {source}.company_employee AS e WHERE e.party::bigint = p.id::bigint)

-- relation: activity
-- There are none but notes and e-mails on opportunities; what a note is about, only its words say.
-- It is of the employee that its user is, else of that of the opportunity.
SELECT 'ir.note,' || n.id::text,
       coalesce((SELECT k.value FROM pg_catalog.jsonb_each_text({option:note_kinds}) AS k
                 WHERE pg_catalog.starts_with(n.message::text, k.key)
                 ORDER BY pg_catalog.length(k.key) DESC LIMIT 1), 'other'),
       (n.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE coalesce(o.timezone::text, {zone}))::date,
       coalesce(u.employee::text, l.employee::text),
       NULL::text,
       NULL::boolean,
       NULL::numeric,
       l.id::text,
       NULL::text
FROM {source}.ir_note AS n
JOIN {source}.sale_opportunity AS l ON n.resource::text = 'sale.opportunity,' || l.id::text
JOIN {source}.company_company AS o ON o.id::bigint = l.company::bigint
LEFT JOIN {source}.res_user AS u ON u.id::bigint = n.create_uid::bigint
UNION ALL
SELECT 'ir.email,' || m.id::text,
       'email',
       (m.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE coalesce(o.timezone::text, {zone}))::date,
       coalesce(u.employee::text, l.employee::text),
       'out',
       NULL::boolean,
       NULL::numeric,
       l.id::text,
       NULL::text
FROM {source}.ir_email AS m
JOIN {source}.sale_opportunity AS l ON m.resource::text = 'sale.opportunity,' || l.id::text
JOIN {source}.company_company AS o ON o.id::bigint = l.company::bigint
LEFT JOIN {source}.res_user AS u ON u.id::bigint = m.create_uid::bigint

-- relation: email
-- E-mails of marketing automation. It does not notice what comes back.
SELECT r.id::text,
       (r.at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       NULL::text,
       NULL::boolean,
       true,
       coalesce(r.email_opened::boolean, false) OR coalesce(r.email_clicked::boolean, false),
       coalesce(r.email_clicked::boolean, false),
       NULL::boolean
FROM {source}.marketing_automation_record_activity AS r
JOIN {source}.marketing_automation_activity AS a ON a.id::bigint = r.activity::bigint
WHERE a.action::text = 'send_email' AND r.state::text = 'done'

-- relation: stage_change
-- The history has a row per save. The tombstones of what was deleted have no state, and are left out with all of it.
SELECT h.id::text,
       h.changed_at AT TIME ZONE 'UTC',
       h.from_state,
       h.state,
       CASE h.state WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' WHEN 'cancelled' THEN 'void' ELSE 'open' END,
       h.amount
FROM (SELECT s.id::bigint, s.state::text, s.amount::numeric, coalesce(s.write_date::timestamp, s.create_date::timestamp),
             pg_catalog.lag(s.state::text) OVER (PARTITION BY s.id::bigint ORDER BY s.__id::bigint)
      FROM {source}.sale_opportunity__history AS s) AS h(id, state, amount, changed_at, from_state)
WHERE h.state IS DISTINCT FROM h.from_state
  AND EXISTS (SELECT FROM {source}.sale_opportunity AS l WHERE l.id::bigint = h.id)

-- relation: customer_revenue
-- Invoices, and credit notes with negative quantities; lines are without tax.
SELECT i.party::text,
       i.invoice_date::date,
       pg_catalog.sum(l.quantity::text::numeric * l.unit_price::numeric),
       c.code::text,
       NULL::double precision
FROM {source}.account_invoice AS i
JOIN {source}.account_invoice_line AS l ON l.invoice::bigint = i.id::bigint AND l.type::text = 'line'
JOIN {source}.currency_currency AS c ON c.id::bigint = i.currency::bigint
WHERE i.type::text = 'out' AND i.state::text IN ('posted', 'paid')
GROUP BY i.id, i.party, i.invoice_date, c.code

-- relation: fx_rate
-- A rate is units for one of the currency whose rate is 1, which need not be the base currency here.
-- A currency has a new rate when its own changes, and when that of the base currency does.
SELECT c.code::text,
       d.day,
       b.rate / r.rate
FROM {source}.currency_currency AS c
CROSS JOIN (SELECT DISTINCT x.date::date FROM {source}.currency_currency_rate AS x) AS d(day)
JOIN LATERAL (SELECT x.rate::numeric FROM {source}.currency_currency_rate AS x
              WHERE x.currency::bigint = c.id::bigint AND x.date::date <= d.day
              ORDER BY x.date::date DESC LIMIT 1) AS r(rate) ON r.rate > 0::numeric
JOIN LATERAL (SELECT x.rate::numeric
              FROM {source}.currency_currency_rate AS x JOIN {source}.currency_currency AS n ON n.id::bigint = x.currency::bigint
              WHERE n.code::text = {option:base_currency} AND x.date::date <= d.day
              ORDER BY x.date::date DESC LIMIT 1) AS b(rate) ON true
WHERE c.code::text <> {option:base_currency}
