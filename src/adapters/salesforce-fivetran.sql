-- adapter: salesforce
-- version: fivetran
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: conversation_dispositions list DEFAULT '[]'  the call results that mean that somebody talked; without them nobody knows
-- option: held_column identifier  a column of event that is true if the meeting was held
-- option: no_show_column identifier  a column of event that is true if nobody came

-- A column that not every table has is a column of "absent" as well: a name without a table is looked up there last.
-- Moments are timestamps in UTC or timestamptz; both have the same epoch. Money is double precision; its text is the
-- shortest decimal that stands for it.

-- relation: owner
SELECT u.id::text, u.name::text, r.name::text, u.is_active::boolean
FROM (SELECT NULL::boolean AS _fivetran_active) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row FROM {source}."user" AS t) AS u
LEFT JOIN (SELECT t.* FROM (SELECT NULL::text AS id, NULL::text AS name) AS absent,
                                LATERAL (SELECT id, name FROM {optional:user_role}) AS t) AS r
    ON r.id::text = u.user_role_id::text
WHERE coalesce(u.current_row::boolean, true)

-- relation: opportunity
-- The close date is the expected one until the opportunity is closed, and a calendar date, which no zone shifts.
SELECT o.id::text,
       coalesce(m.master_record_id::text, o.account_id::text),
       o.owner_id::text,
       NULL::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', o.created_date)) AT TIME ZONE {zone})::date,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', o.created_date)) AT TIME ZONE {zone})::date,
       CASE WHEN o.is_won::boolean OR o.is_closed::boolean
            THEN (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', o.close_date)) AT TIME ZONE 'UTC')::date END,
       CASE WHEN o.is_won::boolean OR o.is_closed::boolean THEN NULL
            ELSE (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', o.close_date)) AT TIME ZONE 'UTC')::date END,
       CASE WHEN o.is_won::boolean THEN 'won' WHEN o.is_closed::boolean THEN 'lost' ELSE 'open' END,
       o.stage_name::text,
       o.amount::text::numeric,
       o.row_currency::text
FROM (SELECT NULL::boolean AS _fivetran_active, NULL::text AS currency_iso_code) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row, currency_iso_code AS row_currency
              FROM {source}.opportunity AS t) AS o
-- an account that was merged into another
LEFT JOIN (SELECT t.id::text AS id, pg_catalog.min(t.master_record_id::text) AS master_record_id
           FROM (SELECT NULL::text AS id, NULL::text AS master_record_id) AS absent,
                LATERAL (SELECT id, master_record_id FROM {optional:account}) AS t
           GROUP BY t.id::text) AS m ON m.id = o.account_id::text
WHERE NOT coalesce(o.is_deleted::boolean, false) AND coalesce(o.current_row::boolean, true)

-- relation: lead
-- One that was merged into another is deleted, and says into which.
SELECT l.id::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', l.created_date)) AT TIME ZONE {zone})::date,
       CASE WHEN l.is_converted::boolean
            THEN (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', l.converted_date)) AT TIME ZONE 'UTC')::date END,
       NULL::date,
       l.converted_opportunity_id::text,
       l.owner_id::text,
       l.lead_source::text
FROM (SELECT NULL::boolean AS _fivetran_active) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row FROM {source}.lead AS t) AS l
WHERE NOT coalesce(l.is_deleted::boolean, false) AND l.master_record_id IS NULL AND coalesce(l.current_row::boolean, true)

-- relation: company
-- When an account was created is no column that is always there.
SELECT a.id::text,
       a.name::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', a.created_at)) AT TIME ZONE {zone})::date,
       a.owner_id::text
FROM (SELECT NULL::boolean AS _fivetran_active, NULL::timestamptz AS created_date) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row, created_date AS created_at FROM {source}.account AS t) AS a
WHERE NOT coalesce(a.is_deleted::boolean, false) AND a.master_record_id IS NULL AND coalesce(a.current_row::boolean, true)

-- relation: contact
SELECT c.id::text,
       coalesce(m.master_record_id::text, c.account_id::text),
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', c.created_at)) AT TIME ZONE {zone})::date,
       c.owner_id::text
FROM (SELECT NULL::boolean AS _fivetran_active, NULL::timestamptz AS created_date) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row, created_date AS created_at FROM {source}.contact AS t) AS c
LEFT JOIN (SELECT t.id::text AS id, pg_catalog.min(t.master_record_id::text) AS master_record_id
           FROM (SELECT NULL::text AS id, NULL::text AS master_record_id) AS absent,
                LATERAL (SELECT id, master_record_id FROM {optional:account}) AS t
           GROUP BY t.id::text) AS m ON m.id = c.account_id::text
WHERE NOT coalesce(c.is_deleted::boolean, false) AND c.master_record_id IS NULL AND coalesce(c.current_row::boolean, true)

-- relation: activity
-- Tasks that are done. What they are about is an id of any kind of record; its first three letters tell which.
SELECT t.id::text,
       t.kind,
       coalesce((pg_catalog.to_timestamp(pg_catalog.date_part('epoch', t.completed_date_time)) AT TIME ZONE {zone})::date,
                (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', t.activity_date)) AT TIME ZONE 'UTC')::date),
       t.owner_id::text,
       CASE t.call_type::text WHEN 'Inbound' THEN 'in' WHEN 'Outbound' THEN 'out' END,
       CASE WHEN t.kind = 'call' AND pg_catalog.cardinality({option:conversation_dispositions}) > 0
            THEN coalesce(t.call_disposition::text = ANY ({option:conversation_dispositions}), false) END,
       t.call_duration_in_seconds::text::numeric,
       CASE WHEN pg_catalog.starts_with(t.what_id::text, '006') THEN t.what_id::text END,
       CASE WHEN pg_catalog.starts_with(t.who_id::text, '003') THEN t.who_id::text END
FROM (SELECT NULL::boolean AS _fivetran_active) AS absent,
     LATERAL (SELECT s.*, _fivetran_active AS current_row,
                     CASE WHEN 'Call' IN (s.task_subtype::text, s.type::text) THEN 'call'
                          WHEN s.task_subtype::text IN ('Email', 'ListEmail') OR s.type::text = 'Email' THEN 'email'
                          WHEN s.type::text = 'LinkedIn' THEN 'linkedin'
                          ELSE 'other' END AS kind
              FROM {source}.task AS s) AS t
WHERE t.is_closed::boolean AND NOT coalesce(t.is_deleted::boolean, false) AND coalesce(t.current_row::boolean, true)

-- relation: meeting
-- Without the copies that invited colleagues get, and without the patterns of recurring meetings. A meeting of a whole
-- day has a date and no time.
SELECT e.id::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', e.created_date)) AT TIME ZONE {zone})::date,
       e.scheduled_on,
       CASE WHEN e.no_show THEN 'no_show'
            WHEN e.held THEN 'held'
            WHEN e.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       e.created_by_id::text,
       e.owner_id::text,
       CASE WHEN pg_catalog.starts_with(e.what_id::text, '006') THEN e.what_id::text END,
       NULL::boolean
FROM (SELECT NULL::boolean AS _fivetran_active) AS absent,
     LATERAL (SELECT t.*, _fivetran_active AS current_row,
                     {option:held_column}::boolean AS held, {option:no_show_column}::boolean AS no_show,
                     coalesce((pg_catalog.to_timestamp(pg_catalog.date_part('epoch', t.activity_date_time))
                               AT TIME ZONE {zone})::date,
                              (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', t.activity_date))
                               AT TIME ZONE 'UTC')::date) AS scheduled_on
              FROM {source}.event AS t) AS e
WHERE NOT coalesce(e.is_child::boolean, false) AND NOT coalesce(e.is_recurrence::boolean, false)
  AND NOT coalesce(e.is_deleted::boolean, false) AND coalesce(e.current_row::boolean, true)

-- relation: stage_change
-- Salesforce's own history has a row for each change of amount, probability, stage or close date: those of the stage
-- are kept. Whether a stage is won or lost is what opportunities in it say.
SELECT h.opportunity_id::text,
       pg_catalog.to_timestamp(pg_catalog.date_part('epoch', h.created_date)),
       h.from_stage,
       h.stage_name::text,
       CASE WHEN s.is_won THEN 'won' WHEN s.is_closed THEN 'lost' WHEN NOT s.is_closed THEN 'open' END,
       h.amount::text::numeric
FROM (SELECT t.*, pg_catalog.lag(t.stage_name::text)
                      OVER (PARTITION BY t.opportunity_id::text ORDER BY t.created_date, t.id::text) AS from_stage
      FROM {source}.opportunity_history AS t WHERE NOT coalesce(t.is_deleted::boolean, false)) AS h
LEFT JOIN (SELECT t.stage_name::text AS stage_name, pg_catalog.bool_or(t.is_won::boolean) AS is_won,
                  pg_catalog.bool_or(t.is_closed::boolean) AS is_closed
           FROM {source}.opportunity AS t GROUP BY t.stage_name::text) AS s ON s.stage_name = h.stage_name::text
WHERE h.from_stage IS DISTINCT FROM h.stage_name::text
