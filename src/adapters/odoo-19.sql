-- adapter: odoo
-- version: 19
-- tested on: Odoo 19.0, a database with its demo data
-- option: base_currency text required  code of the currency of the KPIs, such as EUR
-- option: language text DEFAULT 'en_US'  the language of the names of stages, teams and activities
-- option: email_types list DEFAULT '["Email"]'  names of the activity types that are e-mails
-- option: linkedin_types list DEFAULT '[]'  names of the activity types that are LinkedIn messages
-- option: all_meetings boolean DEFAULT 'false'  count also meetings that are linked to no opportunity

-- Timestamps are without zone, in UTC. A name is jsonb by language, or text in old versions.

-- relation: owner
SELECT u.id::text,
       p.name::text,
       (SELECT coalesce(pg_catalog.to_jsonb(t.name) ->> {option:language}, pg_catalog.to_jsonb(t.name) ->> 'en_US'::text,
                        pg_catalog.to_jsonb(t.name) #>> '{}'::text[])
        FROM {source}.crm_team_member AS m JOIN {source}.crm_team AS t ON t.id::bigint = m.crm_team_id::bigint
        WHERE m.user_id::bigint = u.id::bigint AND m.active::boolean
        ORDER BY t.sequence::bigint, t.id::bigint LIMIT 1),
       u.active::boolean
FROM {source}.res_users AS u JOIN {source}.res_partner AS p ON p.id::bigint = u.partner_id::bigint
WHERE NOT u.share::boolean

-- relation: opportunity
-- The lost ones are archived, so there is no filter on active. What is archived and not lost is void.
-- An amount that is not set is 0. It has no currency of its own, but that of the company, or of the first company.
SELECT l.id::text,
       p.commercial_partner_id::text,
       l.user_id::text,
       l.company_id::text,
       (l.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (coalesce(l.date_conversion::timestamp, l.create_date::timestamp) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN l.won_status::text IN ('won', 'lost') OR NOT l.active::boolean
            THEN (l.date_closed::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END,
       l.date_deadline::date,
       CASE WHEN l.won_status::text IN ('won', 'lost') THEN l.won_status::text
            WHEN l.active::boolean THEN 'open'
            ELSE 'void' END,
       coalesce(pg_catalog.to_jsonb(s.name) ->> {option:language}, pg_catalog.to_jsonb(s.name) ->> 'en_US'::text,
                pg_catalog.to_jsonb(s.name) #>> '{}'::text[]),
       nullif(l.expected_revenue::numeric, 0::numeric),
       c.name::text
FROM {source}.crm_lead AS l
LEFT JOIN {source}.crm_stage AS s ON s.id::bigint = l.stage_id::bigint
LEFT JOIN {source}.res_partner AS p ON p.id::bigint = l.partner_id::bigint
LEFT JOIN {source}.res_company AS o
    ON o.id::bigint = coalesce(l.company_id::bigint, (SELECT pg_catalog.min(f.id::bigint) FROM {source}.res_company AS f))
LEFT JOIN {source}.res_currency AS c ON c.id::bigint = o.currency_id::bigint
WHERE l.type::text = 'opportunity'

-- relation: lead
-- Leads are in the same table. One that became an opportunity keeps its row, and has a date of conversion.
SELECT l.id::text,
       (l.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (l.date_conversion::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN l.type::text = 'lead' AND NOT l.active::boolean
            THEN (l.date_closed::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END,
       CASE WHEN l.type::text = 'opportunity' THEN l.id::text END,
       l.user_id::text,
       s.name::text
FROM {source}.crm_lead AS l
LEFT JOIN {source}.utm_source AS s ON s.id::bigint = l.source_id::bigint
WHERE l.type::text = 'lead' OR l.date_conversion::timestamp IS NOT NULL

-- relation: company
-- One's own companies are partners too.
SELECT p.id::text,
       p.name::text,
       (p.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       coalesce(p.user_id::text, p.create_uid::text)
FROM {source}.res_partner AS p
WHERE p.is_company::boolean
  AND NOT EXISTS (SELECT FROM {source}.res_company AS o WHERE o.partner_id::bigint = p.id::bigint)

-- relation: contact
-- Addresses, users and one's own companies are partners too.
SELECT p.id::text,
       nullif(p.commercial_partner_id::text, p.id::text),
       (p.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       coalesce(p.user_id::text, p.create_uid::text)
FROM {source}.res_partner AS p
WHERE NOT coalesce(p.is_company::boolean, false) AND coalesce(p.type::text, 'contact') = 'contact'
  AND NOT EXISTS (SELECT FROM {source}.res_users AS u WHERE u.partner_id::bigint = p.id::bigint)
  AND NOT EXISTS (SELECT FROM {source}.res_company AS o WHERE o.partner_id::bigint = p.id::bigint)

-- relation: activity
-- What is done, and is not also a meeting of the calendar; and e-mails that were written on opportunities.
SELECT 'mail_activity,' || a.id::text,
       CASE WHEN t.category::text = 'phonecall' THEN 'call'
            WHEN t.label = ANY ({option:email_types}) THEN 'email'
            WHEN t.label = ANY ({option:linkedin_types}) THEN 'linkedin'
            ELSE 'other' END,
       a.date_done::date,
       a.user_id::text,
       'out',
       NULL::boolean,
       NULL::numeric,
       CASE WHEN a.res_model::text = 'crm.lead' THEN a.res_id::text END,
       CASE WHEN a.res_model::text = 'res.partner' THEN a.res_id::text END
FROM {source}.mail_activity AS a
LEFT JOIN (SELECT c.id, c.category, coalesce(pg_catalog.to_jsonb(c.name) ->> {option:language},
                                             pg_catalog.to_jsonb(c.name) ->> 'en_US'::text,
                                             pg_catalog.to_jsonb(c.name) #>> '{}'::text[]) AS label
           FROM {source}.mail_activity_type AS c) AS t ON t.id::bigint = a.activity_type_id::bigint
WHERE NOT a.active::boolean AND a.date_done::date IS NOT NULL AND a.calendar_event_id::bigint IS NULL
UNION ALL
SELECT 'mail_message,' || m.id::text,
       'email',
       (m.date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       u.id::text,
       'out',
       NULL::boolean,
       NULL::numeric,
       m.res_id::text,
       NULL::text
FROM {source}.mail_message AS m
LEFT JOIN {source}.res_users AS u ON u.partner_id::bigint = m.author_id::bigint
WHERE m.model::text = 'crm.lead' AND m.message_type::text IN ('comment', 'email_outgoing')
  AND EXISTS (SELECT FROM {source}.mail_notification AS n
              WHERE n.mail_message_id::bigint = m.id::bigint AND n.notification_type::text = 'email')

-- relation: email
-- Mailings. A reply and a click imply that it was opened, whether or not that was noticed.
SELECT t.id::text,
       (coalesce(t.sent_datetime::timestamp, m.sent_date::timestamp, t.create_date::timestamp)
           AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       m.user_id::text,
       t.trace_status::text = 'bounce',
       true,
       t.trace_status::text IN ('open', 'reply')
           OR coalesce(t.open_datetime::timestamp, t.reply_datetime::timestamp, t.links_click_datetime::timestamp) IS NOT NULL,
       t.links_click_datetime::timestamp IS NOT NULL,
       t.trace_status::text = 'reply' OR t.reply_datetime::timestamp IS NOT NULL
FROM {source}.mailing_trace AS t
LEFT JOIN {source}.mailing_mailing AS m ON m.id::bigint = t.mass_mailing_id::bigint
WHERE t.trace_type::text = 'mail' AND t.trace_status::text IN ('sent', 'open', 'reply', 'bounce')
  AND coalesce(pg_catalog.to_jsonb(t) ->> 'is_test_trace'::text, 'false') = 'false'

-- relation: meeting
-- The calendar knows that a meeting is over, not that anybody came; only appointments of the Enterprise edition do.
SELECT e.id::text,
       (e.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       d.scheduled_on,
       CASE WHEN e.outcome = 'attended' THEN 'held'
            WHEN e.outcome = 'no_show' THEN 'no_show'
            WHEN e.outcome = 'cancelled' OR NOT e.active::boolean THEN 'cancelled'
            WHEN a.everybody_declined THEN 'declined'
            WHEN d.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       e.create_uid::text,
       e.user_id::text,
       e.opportunity_id::text,
       NULL::boolean
FROM (SELECT c.*, pg_catalog.to_jsonb(c) ->> 'appointment_status'::text AS outcome FROM {source}.calendar_event AS c) AS e
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.allday::boolean THEN e.start_date::date
                ELSE (e.start::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END) AS d(scheduled_on)
LEFT JOIN (SELECT i.event_id::bigint AS event_id, pg_catalog.bool_and(i.state::text = 'declined') AS everybody_declined
           FROM {source}.calendar_attendee AS i
           WHERE NOT EXISTS (SELECT FROM {source}.res_users AS u WHERE u.partner_id::bigint = i.partner_id::bigint)
           GROUP BY i.event_id::bigint) AS a ON a.event_id = e.id::bigint
WHERE e.opportunity_id::bigint IS NOT NULL OR {option:all_meetings}

-- relation: stage_change
-- What the chatter tracked; the first stage is not tracked. A loss is no stage, and comes from the opportunity itself.
SELECT m.res_id::text,
       m.date::timestamp AT TIME ZONE 'UTC',
       t.old_value_char::text,
       t.new_value_char::text,
       CASE WHEN s.is_won::boolean THEN 'won' ELSE 'open' END,
       NULL::numeric
FROM {source}.mail_tracking_value AS t
JOIN {source}.ir_model_fields AS f ON f.id::bigint = t.field_id::bigint AND f.name::text = 'stage_id'
JOIN {source}.mail_message AS m ON m.id::bigint = t.mail_message_id::bigint AND m.model::text = 'crm.lead'
JOIN {source}.crm_lead AS l ON l.id::bigint = m.res_id::bigint AND l.type::text = 'opportunity'
LEFT JOIN {source}.crm_stage AS s ON s.id::bigint = t.new_value_integer::bigint
UNION ALL
SELECT l.id::text,
       l.date_closed::timestamp AT TIME ZONE 'UTC',
       n.stage,
       n.stage,
       'lost',
       nullif(l.expected_revenue::numeric, 0::numeric)
FROM {source}.crm_lead AS l
LEFT JOIN (SELECT s.id, coalesce(pg_catalog.to_jsonb(s.name) ->> {option:language}, pg_catalog.to_jsonb(s.name) ->> 'en_US'::text,
                                 pg_catalog.to_jsonb(s.name) #>> '{}'::text[]) AS stage
           FROM {source}.crm_stage AS s) AS n ON n.id::bigint = l.stage_id::bigint
WHERE l.type::text = 'opportunity' AND l.won_status::text = 'lost' AND l.date_closed::timestamp IS NOT NULL

-- relation: customer_revenue
-- Invoices and refunds, without tax, in the currency of the company.
SELECT i.commercial_partner_id::text,
       i.invoice_date::date,
       i.amount_untaxed_signed::numeric,
       c.name::text,
       NULL::double precision
FROM {source}.account_move AS i
LEFT JOIN {source}.res_company AS o ON o.id::bigint = i.company_id::bigint
LEFT JOIN {source}.res_currency AS c ON c.id::bigint = o.currency_id::bigint
WHERE i.move_type::text IN ('out_invoice', 'out_refund') AND i.state::text = 'posted'

-- relation: fx_rate
-- A rate is units for one of the company's currency; the rates of the first company are taken, and those of all.
-- A currency has a new rate when its own changes, and when that of the base currency does.
SELECT c.name::text,
       d.day,
       coalesce(b.rate, CASE WHEN k.is_base THEN 1::numeric END) / r.rate
FROM {source}.res_currency AS c
CROSS JOIN (SELECT DISTINCT x.name::date FROM {source}.res_currency_rate AS x) AS d(day)
CROSS JOIN (SELECT o.id::bigint, n.name::text = {option:base_currency}
            FROM {source}.res_company AS o JOIN {source}.res_currency AS n ON n.id::bigint = o.currency_id::bigint
            ORDER BY o.id::bigint LIMIT 1) AS k(company, is_base)
JOIN LATERAL (SELECT x.rate::numeric FROM {source}.res_currency_rate AS x
              WHERE x.currency_id::bigint = c.id::bigint AND coalesce(x.company_id::bigint, k.company) = k.company AND x.name::date <= d.day
              ORDER BY x.name::date DESC LIMIT 1) AS r(rate) ON true
LEFT JOIN LATERAL (SELECT x.rate::numeric
                   FROM {source}.res_currency_rate AS x JOIN {source}.res_currency AS n ON n.id::bigint = x.currency_id::bigint
                   WHERE n.name::text = {option:base_currency}
                     AND coalesce(x.company_id::bigint, k.company) = k.company AND x.name::date <= d.day
                   ORDER BY x.name::date DESC LIMIT 1) AS b(rate) ON true
WHERE c.name::text <> {option:base_currency}
