-- adapter: odoo
-- version: 16
-- tested on: the demo data of Odoo 19.0 with the columns of Odoo 16
-- like: odoo 19

-- relation: opportunity
-- The lost ones are archived, so there is no filter on active. What is archived and not lost is void.
-- The status is not stored: won has probability 100 in a stage that is won, lost has probability 0 and is archived.
-- An amount that is not set is 0. It has no currency of its own, but that of the company, or of the first company.
SELECT l.id::text,
       p.commercial_partner_id::text,
       l.user_id::text,
       l.company_id::text,
       (l.create_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (coalesce(l.date_conversion::timestamp, l.create_date::timestamp) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN l.probability::numeric = 100::numeric AND s.is_won::boolean OR NOT l.active::boolean
            THEN (l.date_closed::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END,
       l.date_deadline::date,
       CASE WHEN l.probability::numeric = 100::numeric AND s.is_won::boolean THEN 'won'
            WHEN l.probability::numeric = 0::numeric AND NOT l.active::boolean THEN 'lost'
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

-- relation: activity
-- What is done is deleted, and leaves a message with the type of the activity; and e-mails that were written on opportunities.
SELECT m.id::text,
       CASE WHEN t.category::text = 'phonecall' THEN 'call'
            WHEN t.id::bigint IS NULL OR t.label = ANY ({option:email_types}) THEN 'email'
            WHEN t.label = ANY ({option:linkedin_types}) THEN 'linkedin'
            ELSE 'other' END,
       (m.date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       u.id::text,
       'out',
       NULL::boolean,
       NULL::numeric,
       CASE WHEN m.model::text = 'crm.lead' THEN m.res_id::text END,
       CASE WHEN m.model::text = 'res.partner' THEN m.res_id::text END
FROM {source}.mail_message AS m
LEFT JOIN {source}.res_users AS u ON u.partner_id::bigint = m.author_id::bigint
LEFT JOIN (SELECT c.id, c.category, coalesce(pg_catalog.to_jsonb(c.name) ->> {option:language},
                                             pg_catalog.to_jsonb(c.name) ->> 'en_US'::text,
                                             pg_catalog.to_jsonb(c.name) #>> '{}'::text[]) AS label
           FROM {source}.mail_activity_type AS c) AS t ON t.id::bigint = m.mail_activity_type_id::bigint
WHERE t.category::text <> 'meeting'
   OR t.id::bigint IS NULL AND m.model::text = 'crm.lead' AND m.message_type::text = 'comment'
      AND EXISTS (SELECT FROM {source}.mail_notification AS n
                  WHERE n.mail_message_id::bigint = m.id::bigint AND n.notification_type::text = 'email')

-- relation: stage_change
-- What the chatter tracked; the first stage is not tracked. A loss is no stage, and comes from the opportunity itself.
SELECT m.res_id::text,
       m.date::timestamp AT TIME ZONE 'UTC',
       t.old_value_char::text,
       t.new_value_char::text,
       CASE WHEN s.is_won::boolean THEN 'won' ELSE 'open' END,
       NULL::numeric
FROM {source}.mail_tracking_value AS t
JOIN {source}.ir_model_fields AS f ON f.id::bigint = t.field::bigint AND f.name::text = 'stage_id'
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
WHERE l.type::text = 'opportunity' AND NOT l.active::boolean AND l.probability::numeric = 0::numeric AND l.date_closed::timestamp IS NOT NULL
