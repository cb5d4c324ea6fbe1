-- adapter: odoo
-- version: 19
-- tested on: Odoo 19.0, a database with its demo leads
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: language text DEFAULT 'en_US'  the language of stage and team names

-- relation: owner
SELECT u.id::text,
       p.name::text,
       (SELECT coalesce(t.name::jsonb ->> {option:language}, t.name::jsonb ->> 'en_US'::text)
        FROM {source}.crm_team_member AS m JOIN {source}.crm_team AS t ON t.id::bigint = m.crm_team_id::bigint
        WHERE m.user_id::bigint = u.id::bigint AND m.active::boolean
        ORDER BY t.sequence::bigint, t.id::bigint LIMIT 1),
       u.active::boolean
FROM {source}.res_users AS u JOIN {source}.res_partner AS p ON p.id::bigint = u.partner_id::bigint
WHERE NOT u.share::boolean

-- relation: opportunity
-- Lost ones are archived, so no filter on active. What is archived and not lost is neither: void.
-- The amount has no currency of its own: it is that of the company, and of the first company where there is none.
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
       coalesce(s.name::jsonb ->> {option:language}, s.name::jsonb ->> 'en_US'::text),
       nullif(l.expected_revenue::numeric, 0::numeric),
       c.name::text
FROM {source}.crm_lead AS l
LEFT JOIN {source}.crm_stage AS s ON s.id::bigint = l.stage_id::bigint
LEFT JOIN {source}.res_partner AS p ON p.id::bigint = l.partner_id::bigint
LEFT JOIN {source}.res_company AS o
    ON o.id::bigint = coalesce(l.company_id::bigint, (SELECT pg_catalog.min(f.id::bigint) FROM {source}.res_company AS f))
LEFT JOIN {source}.res_currency AS c ON c.id::bigint = o.currency_id::bigint
WHERE l.type::text = 'opportunity'
