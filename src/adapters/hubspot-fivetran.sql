-- adapter: hubspot
-- version: fivetran
-- tested on: the documented schema, with a row for each trap; a public sample of an export
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: lost_stages list required  names or ids of the deal stages that mean lost; [] if is_closed is filled for them
-- option: void_stages list DEFAULT '[]'  those that mean neither won nor lost, as duplicate
-- option: zero_probability_is_lost boolean DEFAULT 'false'  stages with probability 0 mean lost as well
-- option: currency_column identifier  the column of deal with the currency
-- option: conversation_dispositions list DEFAULT '["f240bbac-87c9-4f6e-bf70-924b57d47db7"]'  the call results that mean that somebody talked; this is the id of Connected

-- Which properties are columns differs. A column that not every table has is a column of "absent" as well: a name without
-- a table is looked up there last. Moments are timestamps in UTC or timestamptz; both have the same epoch. Money may be
-- double precision; its text is the shortest decimal that stands for it.

-- relation: owner
-- Who left the company has no user any more.
SELECT o.owner_id::text,
       coalesce(nullif(pg_catalog.concat_ws(' ', o.first_name::text, o.last_name::text), ''), o.email::text),
       NULL::text,
       o.active_user_id IS NOT NULL
FROM {source}.owner AS o

-- relation: opportunity
-- The close date is the expected one until the deal is closed. A stage that the table of stages does not know is no
-- status, and stays as it is.
SELECT d.deal_id::text,
       c.company_id,
       d.owner_id::text,
       d.deal_pipeline_id::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', d.property_createdate)) AT TIME ZONE {zone})::date,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', d.property_createdate)) AT TIME ZONE {zone})::date,
       CASE WHEN s.status IN ('won', 'lost', 'void')
            THEN (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', d.property_closedate)) AT TIME ZONE {zone})::date END,
       CASE WHEN s.status IN ('won', 'lost', 'void') THEN NULL
            ELSE (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', d.property_closedate)) AT TIME ZONE {zone})::date END,
       coalesce(s.status, d.deal_pipeline_stage_id::text, 'open'),
       coalesce(s.label::text, d.deal_pipeline_stage_id::text),
       nullif(d.property_amount::text, '')::numeric,
       d.currency::text
FROM (SELECT t.*, {option:currency_column}::text AS currency FROM {source}.deal AS t) AS d
LEFT JOIN (SELECT t.stage_id, t.pipeline_id, t.label,
                  CASE WHEN t.closed_won::boolean THEN 'won'
                       WHEN t.label::text = ANY ({option:void_stages}) OR t.stage_id::text = ANY ({option:void_stages}) THEN 'void'
                       WHEN t.label::text = ANY ({option:lost_stages}) OR t.stage_id::text = ANY ({option:lost_stages})
                            OR t.is_closed::boolean
                            OR {option:zero_probability_is_lost} AND t.probability::double precision = 0::double precision THEN 'lost'
                       ELSE 'open' END AS status
           FROM {source}.deal_pipeline_stage AS t) AS s
    ON s.stage_id::text = d.deal_pipeline_stage_id::text AND s.pipeline_id::text = d.deal_pipeline_id::text
-- a deal may have many companies; one of them has to do
LEFT JOIN (SELECT t.deal_id::text AS deal_id, pg_catalog.min(t.company_id::text) AS company_id
           FROM (SELECT NULL::text AS deal_id, NULL::text AS company_id) AS absent,
                LATERAL (SELECT deal_id, company_id FROM {optional:deal_company}) AS t
           GROUP BY t.deal_id::text) AS c ON c.deal_id = d.deal_id::text
WHERE NOT coalesce(d.is_deleted::boolean, false)
  AND NOT EXISTS (SELECT 1 FROM (SELECT NULL::text AS merged_deal_id) AS absent,
                                LATERAL (SELECT merged_deal_id FROM {optional:merged_deal}) AS t
                  WHERE t.merged_deal_id::text = d.deal_id::text)

-- relation: company
SELECT c.id::text,
       c.property_name::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', c.property_createdate)) AT TIME ZONE {zone})::date,
       c.owner::text
FROM (SELECT NULL::text AS property_hubspot_owner_id) AS absent,
     LATERAL (SELECT t.*, property_hubspot_owner_id AS owner FROM {source}.company AS t) AS c
WHERE NOT coalesce(c.is_deleted::boolean, false)

-- relation: contact
-- One that lives on lists the ids of those that were merged into it, with or without the moment when: 12;34 or 12:99;34:99.
SELECT c.id::text,
       c.company::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', c.property_createdate)) AT TIME ZONE {zone})::date,
       c.owner::text
FROM (SELECT NULL::text AS property_hubspot_owner_id, NULL::text AS property_associatedcompanyid) AS absent,
     LATERAL (SELECT t.*, property_hubspot_owner_id AS owner, property_associatedcompanyid AS company
              FROM {source}.contact AS t) AS c
WHERE NOT coalesce(c._fivetran_deleted::boolean, false)
  AND NOT EXISTS (SELECT 1
                  FROM (SELECT NULL::text AS property_hs_calculated_merged_vids, NULL::text AS property_hs_merged_object_ids)
                           AS absent,
                       LATERAL (SELECT pg_catalog.concat_ws(' ', property_hs_calculated_merged_vids::text,
                                                                 property_hs_merged_object_ids::text) AS ids
                                FROM {source}.contact AS t) AS t,
                       LATERAL pg_catalog.regexp_split_to_table(t.ids, '[^0-9:]+') AS a(id)
                  WHERE pg_catalog.split_part(a.id, ':', 1) = c.id::text)

-- relation: activity
-- Calls last milliseconds.
SELECT a.id,
       a.kind,
       a.occurred_on,
       a.owner,
       a.direction,
       a.is_conversation,
       a.duration,
       d.deal_id,
       p.contact_id
FROM (SELECT c.engagement_id::text AS id, 'call'::text AS kind,
             (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', c.property_hs_timestamp)) AT TIME ZONE {zone})::date
                 AS occurred_on,
             c.owner::text AS owner,
             CASE c.direction::text WHEN 'INBOUND' THEN 'in' WHEN 'OUTBOUND' THEN 'out' END AS direction,
             c.disposition::text = ANY ({option:conversation_dispositions}) AS is_conversation,
             nullif(c.duration::text, '')::numeric * 0.001 AS duration
      FROM (SELECT NULL::text AS property_hubspot_owner_id, NULL::text AS property_hs_call_direction,
                   NULL::text AS property_hs_call_disposition, NULL::text AS property_hs_call_duration,
                   NULL::boolean AS _fivetran_deleted) AS absent,
           LATERAL (SELECT t.*, property_hubspot_owner_id AS owner, property_hs_call_direction AS direction,
                           property_hs_call_disposition AS disposition, property_hs_call_duration AS duration,
                           _fivetran_deleted AS deleted
                    FROM {source}.engagement_call AS t) AS c
      WHERE NOT coalesce(c.deleted::boolean, false)
      UNION ALL
      SELECT e.engagement_id::text, 'email',
             (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', e.property_hs_timestamp)) AT TIME ZONE {zone})::date,
             e.owner::text,
             CASE e.direction::text WHEN 'INCOMING_EMAIL' THEN 'in' WHEN 'EMAIL' THEN 'out' END,
             NULL, NULL
      FROM (SELECT NULL::text AS engagement_id, NULL::timestamptz AS property_hs_timestamp,
                   NULL::text AS property_hubspot_owner_id, NULL::text AS property_hs_email_direction,
                   NULL::boolean AS _fivetran_deleted) AS absent,
           LATERAL (SELECT engagement_id, property_hs_timestamp, property_hubspot_owner_id AS owner,
                           property_hs_email_direction AS direction, _fivetran_deleted AS deleted
                    FROM {optional:engagement_email}) AS e
      WHERE NOT coalesce(e.deleted::boolean, false)) AS a
LEFT JOIN (SELECT t.engagement_id::text AS engagement_id, pg_catalog.min(t.deal_id::text) AS deal_id
           FROM (SELECT NULL::text AS engagement_id, NULL::text AS deal_id) AS absent,
                LATERAL (SELECT engagement_id, deal_id FROM {optional:engagement_deal}) AS t
           GROUP BY t.engagement_id::text) AS d ON d.engagement_id = a.id
LEFT JOIN (SELECT t.engagement_id::text AS engagement_id, pg_catalog.min(t.contact_id::text) AS contact_id
           FROM (SELECT NULL::text AS engagement_id, NULL::text AS contact_id) AS absent,
                LATERAL (SELECT engagement_id, contact_id FROM {optional:engagement_contact}) AS t
           GROUP BY t.engagement_id::text) AS p ON p.engagement_id = a.id

-- relation: email
-- Marketing e-mails, from their events: each refers to the event with which the mail was sent. Filtered events are of
-- robots. A click is an open.
SELECT s.id::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', s.created)) AT TIME ZONE {zone})::date,
       NULL::text,
       coalesce(e.is_bounced, false),
       true,
       coalesce(e.is_opened, false),
       coalesce(e.is_clicked, false),
       NULL::boolean
FROM {source}.email_event AS s
LEFT JOIN (SELECT t.sent_by_id::text AS sent_by_id,
                  pg_catalog.bool_or(t.type::text = 'BOUNCE') AS is_bounced,
                  pg_catalog.bool_or(t.type::text IN ('OPEN', 'CLICK')) AS is_opened,
                  pg_catalog.bool_or(t.type::text = 'CLICK') AS is_clicked
           FROM {source}.email_event AS t
           WHERE NOT coalesce(t.filtered_event::boolean, false)
           GROUP BY t.sent_by_id::text) AS e ON e.sent_by_id = s.id::text
WHERE s.type::text = 'SENT'

-- relation: meeting
-- Two generations of the table: with columns of its own, and with properties. Who books is a user, and users have owners.
SELECT m.engagement_id::text,
       (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', m.booked)) AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.outcome IS NULL OR m.outcome = 'SCHEDULED'
            THEN CASE WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held' ELSE 'booked' END
            WHEN m.outcome = 'COMPLETED' THEN 'held'
            WHEN m.outcome IN ('NO_SHOW', 'NO SHOW') THEN 'no_show'
            WHEN m.outcome IN ('CANCELED', 'CANCELLED') THEN 'cancelled'
            WHEN m.outcome = 'RESCHEDULED' THEN 'rescheduled'
            ELSE m.outcome END,
       b.owner_id,
       m.host::text,
       d.deal_id,
       NULL::boolean
FROM (SELECT NULL::timestamptz AS start_time, NULL::timestamptz AS property_hs_meeting_start_time,
             NULL::text AS meeting_outcome, NULL::text AS property_hs_meeting_outcome,
             NULL::timestamptz AS property_hs_createdate, NULL::text AS property_hubspot_owner_id,
             NULL::text AS property_hs_created_by_user_id, NULL::boolean AS _fivetran_deleted) AS absent,
     LATERAL (SELECT t.engagement_id, property_hs_createdate AS booked, property_hubspot_owner_id AS host,
                     property_hs_created_by_user_id AS booked_by, _fivetran_deleted AS deleted,
                     nullif(coalesce(property_hs_meeting_outcome::text, meeting_outcome::text), '') AS outcome,
                     coalesce((pg_catalog.to_timestamp(pg_catalog.date_part('epoch', property_hs_meeting_start_time))
                               AT TIME ZONE {zone})::date,
                              (pg_catalog.to_timestamp(pg_catalog.date_part('epoch', start_time))
                               AT TIME ZONE {zone})::date) AS scheduled_on
              FROM {source}.engagement_meeting AS t) AS m
LEFT JOIN (SELECT t.active_user_id::text AS user_id, pg_catalog.min(t.owner_id::text) AS owner_id
           FROM (SELECT NULL::text AS active_user_id, NULL::text AS owner_id) AS absent,
                LATERAL (SELECT active_user_id, owner_id FROM {optional:owner}) AS t
           GROUP BY t.active_user_id::text) AS b ON b.user_id = m.booked_by::text
LEFT JOIN (SELECT t.engagement_id::text AS engagement_id, pg_catalog.min(t.deal_id::text) AS deal_id
           FROM (SELECT NULL::text AS engagement_id, NULL::text AS deal_id) AS absent,
                LATERAL (SELECT engagement_id, deal_id FROM {optional:engagement_deal}) AS t
           GROUP BY t.engagement_id::text) AS d ON d.engagement_id = m.engagement_id::text
WHERE NOT coalesce(m.deleted::boolean, false)

-- relation: stage_change
-- History mode: the rows that are not valid any more are the history.
SELECT h.deal_id::text,
       pg_catalog.to_timestamp(pg_catalog.date_part('epoch', h.date_entered)),
       h.from_stage,
       h.to_stage,
       h.to_status,
       NULL::numeric
FROM (SELECT t.deal_id, t.date_entered, coalesce(s.label::text, t.value::text) AS to_stage,
             pg_catalog.lag(coalesce(s.label::text, t.value::text))
                 OVER (PARTITION BY t.deal_id::text ORDER BY t.date_entered, t._fivetran_start) AS from_stage,
             CASE WHEN s.closed_won::boolean THEN 'won'
                  WHEN s.label::text = ANY ({option:void_stages}) OR s.stage_id::text = ANY ({option:void_stages}) THEN 'void'
                  WHEN s.label::text = ANY ({option:lost_stages}) OR s.stage_id::text = ANY ({option:lost_stages})
                       OR s.is_closed::boolean
                       OR {option:zero_probability_is_lost} AND s.probability::double precision = 0::double precision THEN 'lost'
                  WHEN s.stage_id IS NOT NULL THEN 'open'
                  ELSE t.value::text END AS to_status
      FROM {source}.deal_stage AS t
      LEFT JOIN {source}.deal_pipeline_stage AS s ON s.stage_id::text = t.value::text
      WHERE NOT EXISTS (SELECT 1 FROM {source}.deal AS d
                        WHERE d.deal_id::text = t.deal_id::text AND d.is_deleted::boolean)) AS h
WHERE h.from_stage IS DISTINCT FROM h.to_stage
