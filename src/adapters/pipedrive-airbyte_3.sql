-- adapter: pipedrive
-- version: airbyte_3
-- tested on: the documented schema only, of connector version 3, with a row for each trap
-- like: pipedrive airbyte

-- Moments are timestamptz; archived deals are in a table of their own.

-- relation: opportunity
-- A deal that was won, reopened and lost keeps all three moments; that of its status counts. A value that was not given
-- is 0.
SELECT d.id::text,
       d.org_id::text,
       d.owner_id::text,
       d.pipeline_id::text,
       (d.add_time::timestamptz AT TIME ZONE {zone})::date,
       (d.add_time::timestamptz AT TIME ZONE {zone})::date,
       (CASE WHEN d.status::text = 'won' THEN coalesce(d.won_time::timestamptz, d.close_time::timestamptz)
             WHEN d.status::text = 'lost' THEN coalesce(d.lost_time::timestamptz, d.close_time::timestamptz)
        END AT TIME ZONE {zone})::date,
       d.expected_close_date::date,
       d.status::text,
       coalesce(s.name::text, d.stage_id::text),
       nullif(d.value::text::numeric, 0::numeric),
       d.currency::text
FROM (SELECT t.id, t.org_id, t.owner_id, t.pipeline_id, t.add_time, t.won_time, t.lost_time, t.close_time, t.expected_close_date,
             t.status, t.stage_id, t.value, t.currency, t.is_deleted
      FROM {source}.deals AS t
      UNION ALL
      SELECT t.id, t.org_id, t.owner_id, t.pipeline_id, t.add_time, t.won_time, t.lost_time, t.close_time, t.expected_close_date,
             t.status, t.stage_id, t.value, t.currency, t.is_deleted
      FROM {source}.deals_archived AS t) AS d
LEFT JOIN (SELECT t.* FROM (SELECT NULL::bigint AS id, NULL::text AS name) AS absent,
                                LATERAL (SELECT id, name FROM {optional:stages}) AS t) AS s ON s.id::bigint = d.stage_id::bigint
WHERE NOT coalesce(d.is_deleted::boolean, false) AND d.status::text IS DISTINCT FROM 'deleted'

-- relation: company
SELECT o.id::text, o.name::text, (o.add_time::timestamptz AT TIME ZONE {zone})::date, o.owner_id::text
FROM {source}.organizations AS o
WHERE NOT coalesce(o.is_deleted::boolean, false)

-- relation: contact
SELECT p.id::text, p.org_id::text, (p.add_time::timestamptz AT TIME ZONE {zone})::date, p.owner_id::text
FROM {source}.persons AS p
WHERE NOT coalesce(p.is_deleted::boolean, false)

-- relation: activity
-- A due time is in UTC; a due date without a time is a calendar date. The length is the planned one, as hours:minutes.
SELECT a.id::text,
       CASE WHEN a.type::text IN ('call', 'email') THEN a.type::text ELSE 'other' END,
       CASE WHEN {option:activity_day} = 'done' AND a.marked_as_done_time IS NOT NULL
            THEN (a.marked_as_done_time::timestamptz AT TIME ZONE {zone})::date
            WHEN nullif(a.due_time::text, '') IS NULL THEN a.due_date::date
            ELSE ((a.due_date::date + a.due_time::time) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END,
       a.owner_id::text,
       NULL::text,
       NULL::boolean,
       pg_catalog.date_part('epoch', nullif(a.duration::text, '')::interval)::numeric,
       a.deal_id::text,
       a.person_id::text
FROM {source}.activities AS a
WHERE a.done::boolean AND NOT coalesce(a.is_deleted::boolean, false) AND NOT a.type::text = ANY ({option:meeting_types})

-- relation: meeting
-- Done is held. Nobody came, or called off, is nowhere.
SELECT m.id::text,
       (m.add_time::timestamptz AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.done::boolean THEN 'held'
            WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       m.creator_user_id::text,
       m.owner_id::text,
       m.deal_id::text,
       NULL::boolean
FROM (SELECT a.*,
             CASE WHEN nullif(a.due_time::text, '') IS NULL THEN a.due_date::date
                  ELSE ((a.due_date::date + a.due_time::time) AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date END AS scheduled_on
      FROM {source}.activities AS a) AS m
WHERE NOT coalesce(m.is_deleted::boolean, false) AND m.type::text = ANY ({option:meeting_types})
