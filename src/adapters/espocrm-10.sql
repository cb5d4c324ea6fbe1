-- adapter: espocrm
-- version: 10
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: won_stages list DEFAULT '[]'  stages that mean won, whatever their probability
-- option: lost_stages list DEFAULT '[]'  stages that mean lost
-- option: void_stages list DEFAULT '[]'  stages that mean neither, as duplicate
-- option: stage_probability map DEFAULT '{"Prospecting": 10, "Qualification": 20, "Proposal": 50, "Negotiation": 80, "Closed Won": 100, "Closed Lost": 0}'  the probability of each stage: 100 is won, 0 lost, the others are open
-- option: not_held text DEFAULT 'no_show'  what the status Not Held of a meeting means: no_show or cancelled

-- Moments are timestamps in UTC. Money is double precision, or numeric where the field is set so; the text of a double
-- precision is the shortest decimal that stands for it.

-- relation: owner
SELECT u.id::text,
       coalesce(nullif(pg_catalog.concat_ws(' ', u.first_name::text, u.last_name::text), ''), u.user_name::text),
       t.name::text,
       u.is_active::boolean
FROM {source}."user" AS u
LEFT JOIN {source}.team AS t ON t.id::text = u.default_team_id::text AND NOT t.deleted::boolean
WHERE NOT u.deleted::boolean AND coalesce(u.type::text, 'regular') IN ('regular', 'admin', 'super-admin')

-- relation: opportunity
-- Which stages are won and lost is not in the database. A stage that no option names is no status, and stays as it is.
-- The close date is the expected one until the opportunity is closed.
SELECT o.id::text,
       o.account_id::text,
       o.assigned_user_id::text,
       NULL::text,
       (o.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (o.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN o.status IN ('won', 'lost', 'void') THEN o.close_date::date END,
       CASE WHEN o.status IN ('won', 'lost', 'void') THEN NULL ELSE o.close_date::date END,
       coalesce(o.status, o.stage::text),
       o.stage::text,
       o.amount::text::numeric,
       o.amount_currency::text
FROM (SELECT t.*, CASE WHEN t.stage::text = ANY ({option:won_stages}) THEN 'won'
                       WHEN t.stage::text = ANY ({option:lost_stages}) THEN 'lost'
                       WHEN t.stage::text = ANY ({option:void_stages}) THEN 'void'
                       WHEN ({option:stage_probability} ->> t.stage::text)::numeric = 100::numeric THEN 'won'
                       WHEN ({option:stage_probability} ->> t.stage::text)::numeric = 0::numeric THEN 'lost'
                       WHEN {option:stage_probability} ? t.stage::text THEN 'open' END AS status
      FROM {source}.opportunity AS t) AS o
WHERE NOT o.deleted::boolean

-- relation: lead
-- When a lead died is not stored.
SELECT l.id::text,
       (l.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (l.converted_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       NULL::date,
       l.created_opportunity_id::text,
       l.assigned_user_id::text,
       l.source::text
FROM {source}.lead AS l
WHERE NOT l.deleted::boolean

-- relation: company
SELECT a.id::text,
       a.name::text,
       (a.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       a.assigned_user_id::text
FROM {source}.account AS a
WHERE NOT a.deleted::boolean

-- relation: contact
SELECT c.id::text,
       c.account_id::text,
       (c.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       c.assigned_user_id::text
FROM {source}.contact AS c
WHERE NOT c.deleted::boolean

-- relation: activity
-- A call that was held is a conversation, one that was not an attempt. The length is the planned one. What it is about
-- is an id of any kind of record, whose kind stands beside it. An archived e-mail may have gone either way.
SELECT c.id::text,
       'call',
       (c.date_start::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       c.assigned_user_id::text,
       CASE c.direction::text WHEN 'Inbound' THEN 'in' WHEN 'Outbound' THEN 'out' END,
       c.status::text = 'Held',
       pg_catalog.date_part('epoch', c.date_end::timestamp - c.date_start::timestamp)::numeric,
       CASE WHEN c.parent_type::text = 'Opportunity' THEN c.parent_id::text END,
       CASE WHEN c.parent_type::text = 'Contact' THEN c.parent_id::text END
FROM {source}.call AS c
WHERE NOT c.deleted::boolean AND c.status::text IN ('Held', 'Not Held')
UNION ALL
SELECT e.id::text,
       'email',
       (e.date_sent::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       coalesce(e.sent_by_id::text, e.assigned_user_id::text),
       CASE WHEN e.status::text = 'Sent' THEN 'out' END,
       NULL::boolean,
       NULL::numeric,
       CASE WHEN e.parent_type::text = 'Opportunity' THEN e.parent_id::text END,
       CASE WHEN e.parent_type::text = 'Contact' THEN e.parent_id::text END
FROM {source}.email AS e
WHERE NOT e.deleted::boolean AND e.status::text IN ('Sent', 'Archived')

-- relation: email
-- Campaign e-mails, from their log: what belongs to one mail has the same queue item. A click is an open.
SELECT s.id::text,
       (s.action_date::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       NULL::text,
       coalesce(l.is_bounced, false),
       true,
       coalesce(l.is_opened, false),
       coalesce(l.is_clicked, false),
       NULL::boolean
FROM {source}.campaign_log_record AS s
LEFT JOIN (SELECT t.queue_item_id::text AS queue_item_id,
                  pg_catalog.bool_or(t.action::text = 'Bounced') AS is_bounced,
                  pg_catalog.bool_or(t.action::text IN ('Opened', 'Clicked')) AS is_opened,
                  pg_catalog.bool_or(t.action::text = 'Clicked') AS is_clicked
           FROM {source}.campaign_log_record AS t
           WHERE NOT t.deleted::boolean
           GROUP BY t.queue_item_id::text) AS l ON l.queue_item_id = s.queue_item_id::text
WHERE s.action::text = 'Sent' AND NOT s.deleted::boolean AND NOT coalesce(s.is_test::boolean, false)

-- relation: meeting
-- A meeting of a whole day has a date instead of a moment.
SELECT m.id::text,
       (m.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE m.status::text
            WHEN 'Held' THEN 'held'
            WHEN 'Not Held' THEN {option:not_held}
            WHEN 'Planned' THEN CASE WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held' ELSE 'booked' END
            ELSE m.status::text END,
       m.created_by_id::text,
       m.assigned_user_id::text,
       CASE WHEN m.parent_type::text = 'Opportunity' THEN m.parent_id::text END,
       NULL::boolean
FROM (SELECT t.*, coalesce(t.date_start_date::date,
                           (t.date_start::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date) AS scheduled_on
      FROM {source}.meeting AS t) AS m
WHERE NOT m.deleted::boolean

-- relation: stage_change
-- From the notes in the stream, which hold what a field was and what it became.
SELECT n.opportunity_id,
       n.created_at::timestamp AT TIME ZONE 'UTC',
       n.from_stage,
       n.to_stage,
       CASE WHEN n.to_stage = ANY ({option:won_stages}) THEN 'won'
            WHEN n.to_stage = ANY ({option:lost_stages}) THEN 'lost'
            WHEN n.to_stage = ANY ({option:void_stages}) THEN 'void'
            WHEN ({option:stage_probability} ->> n.to_stage)::numeric = 100::numeric THEN 'won'
            WHEN ({option:stage_probability} ->> n.to_stage)::numeric = 0::numeric THEN 'lost'
            WHEN {option:stage_probability} ? n.to_stage THEN 'open'
            ELSE n.to_stage END,
       NULL::numeric
FROM (SELECT t.parent_id::text AS opportunity_id, t.created_at,
             t.data::jsonb #>> '{attributes,was,stage}'::text[] AS from_stage,
             t.data::jsonb #>> '{attributes,became,stage}'::text[] AS to_stage
      FROM {source}.note AS t
      WHERE t.type::text = 'Update' AND t.parent_type::text = 'Opportunity' AND NOT t.deleted::boolean) AS n
WHERE n.to_stage IS NOT NULL AND n.from_stage IS DISTINCT FROM n.to_stage

-- relation: fx_rate
-- Rates of one day, to the base currency of that time. Older versions have no such table: then it is one to fill.
SELECT c.code::text, r.date::date, r.rate::numeric
FROM {source}.currency_record_rate AS r
JOIN {source}.currency_record AS c ON c.id::text = r.record_id::text
WHERE r.base_code::text = {option:base_currency} AND NOT r.deleted::boolean
