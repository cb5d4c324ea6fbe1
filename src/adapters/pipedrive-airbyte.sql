-- adapter: pipedrive
-- version: airbyte
-- tested on: the documented schema only, of connector versions 1 and 2, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: activity_day text DEFAULT 'due'  when a finished activity counts: on the day it was due, or when it was marked as "done"
-- option: meeting_types list DEFAULT '["meeting"]'  the types of activities that are meetings

-- Moments are text, in UTC and without saying so; '' is none.

-- relation: owner
SELECT u.id::text, u.name::text, NULL::text, u.active_flag::boolean
FROM {source}.users AS u

-- relation: opportunity
-- A deal that was won, reopened and lost keeps all three moments; that of its status counts. A value that was not given
-- is 0.
SELECT d.id::text,
       d.org_id::text,
       d.user_id::text,
       d.pipeline_id::text,
       (nullif(d.add_time::text, '')::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (nullif(d.add_time::text, '')::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (CASE WHEN d.status::text = 'won' THEN coalesce(nullif(d.won_time::text, ''), nullif(d.close_time::text, ''))
             WHEN d.status::text = 'lost' THEN coalesce(nullif(d.lost_time::text, ''), nullif(d.close_time::text, ''))
        END::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       nullif(d.expected_close_date::text, '')::date,
       d.status::text,
       coalesce(s.name::text, d.stage_id::text),
       nullif(d.value::text::numeric, 0::numeric),
       d.currency::text
FROM {source}.deals AS d
LEFT JOIN (SELECT t.* FROM (SELECT NULL::bigint AS id, NULL::text AS name) AS absent,
                                LATERAL (SELECT id, name FROM {optional:stages}) AS t) AS s ON s.id::bigint = d.stage_id::bigint
WHERE NOT coalesce(d.deleted::boolean, false) AND d.status::text IS DISTINCT FROM 'deleted'

-- relation: lead
-- An archived lead was either converted or given up; the table does not say which.
SELECT l.id::text,
       (nullif(l.add_time::text, '')::timestamptz AT TIME ZONE {zone})::date,
       NULL::date,
       NULL::date,
       NULL::text,
       l.owner_id::text,
       l.source_name::text
FROM {source}.leads AS l

-- relation: company
-- The owner is an id, or a document that holds it.
SELECT o.id::text,
       o.name::text,
       (nullif(o.add_time::text, '')::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       coalesce(pg_catalog.to_jsonb(o.owner_id) ->> 'id'::text, o.owner_id::text)
FROM {source}.organizations AS o
WHERE coalesce(o.active_flag::boolean, true)

-- relation: contact
SELECT p.id::text,
       p.org_id::text,
       (nullif(p.add_time::text, '')::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       p.owner_id::text
FROM {source}.persons AS p
WHERE coalesce(p.active_flag::boolean, true)

-- relation: activity
-- A due time is in UTC; a due date without a time is a calendar date. The length is the planned one, as hours:minutes.
SELECT a.id::text,
       CASE WHEN a.type::text IN ('call', 'email') THEN a.type::text ELSE 'other' END,
       CASE WHEN {option:activity_day} = 'done' AND nullif(a.marked_as_done_time::text, '') IS NOT NULL
            THEN (a.marked_as_done_time::text::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date
            WHEN nullif(a.due_time::text, '') IS NULL THEN nullif(a.due_date::text, '')::date
            ELSE ((a.due_date::date + a.due_time::time) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END,
       a.user_id::text,
       NULL::text,
       NULL::boolean,
       pg_catalog.date_part('epoch', nullif(a.duration::text, '')::interval)::numeric,
       a.deal_id::text,
       a.person_id::text
FROM {source}.activities AS a
WHERE a.done::boolean AND coalesce(a.active_flag::boolean, true) AND NOT a.type::text = ANY ({option:meeting_types})

-- relation: meeting
-- Done is held. Nobody came, or called off, is nowhere.
SELECT m.id::text,
       (nullif(m.add_time::text, '')::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.done::boolean THEN 'held'
            WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       m.created_by_user_id::text,
       m.user_id::text,
       m.deal_id::text,
       NULL::boolean
FROM (SELECT a.*,
             CASE WHEN nullif(a.due_time::text, '') IS NULL THEN nullif(a.due_date::text, '')::date
                  ELSE ((a.due_date::date + a.due_time::time) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END AS scheduled_on
      FROM {source}.activities AS a) AS m
WHERE coalesce(m.active_flag::boolean, true) AND m.type::text = ANY ({option:meeting_types})
