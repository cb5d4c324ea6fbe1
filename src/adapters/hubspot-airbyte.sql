-- adapter: hubspot
-- version: airbyte
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: lost_stages list DEFAULT '[]'  ids of deal stages that mean lost, beside those that HubSpot calls closed
-- option: void_stages list DEFAULT '[]'  those that mean neither won nor lost, as duplicate
-- option: conversation_dispositions list DEFAULT '["f240bbac-87c9-4f6e-bf70-924b57d47db7"]'  the call results that mean that somebody talked; this is the id of Connected

-- Every property is a text in a JSON document, also numbers and moments; '' is none.

-- relation: owner
SELECT o.id::text,
       coalesce(nullif(pg_catalog.concat_ws(' ', o."firstName"::text, o."lastName"::text), ''), o.email::text),
       o.teams::jsonb -> 0 ->> 'name'::text,
       NOT coalesce(o.archived::boolean, false)
FROM {source}.owners AS o

-- relation: opportunity
-- The close date is the expected one until the deal is closed.
SELECT d.id::text,
       d.companies::jsonb ->> 0,
       nullif(d.p ->> 'hubspot_owner_id'::text, ''),
       nullif(d.p ->> 'pipeline'::text, ''),
       (nullif(d.p ->> 'createdate'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       (nullif(d.p ->> 'createdate'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       CASE WHEN d.status <> 'open' THEN (nullif(d.p ->> 'closedate'::text, '')::timestamptz AT TIME ZONE {zone})::date END,
       CASE WHEN d.status = 'open' THEN (nullif(d.p ->> 'closedate'::text, '')::timestamptz AT TIME ZONE {zone})::date END,
       d.status,
       nullif(d.p ->> 'dealstage'::text, ''),
       nullif(d.p ->> 'amount'::text, '')::numeric,
       nullif(d.p ->> 'deal_currency_code'::text, '')
FROM (SELECT t.id, t.companies, t.archived, t.properties::jsonb AS p,
             CASE WHEN t.properties::jsonb ->> 'hs_is_closed_won'::text = 'true' THEN 'won'
                  WHEN t.properties::jsonb ->> 'dealstage'::text = ANY ({option:void_stages}) THEN 'void'
                  WHEN t.properties::jsonb ->> 'dealstage'::text = ANY ({option:lost_stages})
                       OR t.properties::jsonb ->> 'hs_is_closed'::text = 'true' THEN 'lost'
                  ELSE 'open' END AS status
      FROM {source}.deals AS t) AS d
WHERE NOT coalesce(d.archived::boolean, false)
  -- one that lives on lists the ids of those that were merged into it
  AND NOT EXISTS (SELECT 1 FROM {source}.deals AS t,
                                LATERAL pg_catalog.regexp_split_to_table(t.properties::jsonb ->> 'hs_merged_object_ids'::text, '[^0-9]+')
                                    AS a(id)
                  WHERE a.id = d.id::text)

-- relation: company
SELECT c.id::text,
       c.properties::jsonb ->> 'name'::text,
       (nullif(c.properties::jsonb ->> 'createdate'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       nullif(c.properties::jsonb ->> 'hubspot_owner_id'::text, '')
FROM {source}.companies AS c
WHERE NOT coalesce(c.archived::boolean, false)
  AND NOT EXISTS (SELECT 1 FROM {source}.companies AS t,
                                LATERAL pg_catalog.regexp_split_to_table(t.properties::jsonb ->> 'hs_merged_object_ids'::text, '[^0-9]+')
                                    AS a(id)
                  WHERE a.id = c.id::text)

-- relation: contact
SELECT c.id::text,
       coalesce(nullif(c.properties::jsonb ->> 'associatedcompanyid'::text, ''), c.companies::jsonb ->> 0),
       (nullif(c.properties::jsonb ->> 'createdate'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       nullif(c.properties::jsonb ->> 'hubspot_owner_id'::text, '')
FROM {source}.contacts AS c
WHERE NOT coalesce(c.archived::boolean, false)
  AND NOT EXISTS (SELECT 1 FROM {source}.contacts AS t,
                                LATERAL pg_catalog.regexp_split_to_table(t.properties::jsonb ->> 'hs_merged_object_ids'::text, '[^0-9]+')
                                    AS a(id)
                  WHERE a.id = c.id::text)

-- relation: activity
-- Calls last milliseconds.
SELECT a.id::text,
       a.kind,
       (nullif(a.p ->> 'hs_timestamp'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       nullif(a.p ->> 'hubspot_owner_id'::text, ''),
       CASE WHEN a.p ->> 'hs_call_direction'::text = 'INBOUND' THEN 'in'
            WHEN a.p ->> 'hs_call_direction'::text = 'OUTBOUND' THEN 'out'
            WHEN a.p ->> 'hs_email_direction'::text = 'INCOMING_EMAIL' THEN 'in'
            WHEN a.p ->> 'hs_email_direction'::text = 'EMAIL' THEN 'out' END,
       nullif(a.p ->> 'hs_call_disposition'::text, '') = ANY ({option:conversation_dispositions}),
       nullif(a.p ->> 'hs_call_duration'::text, '')::numeric * 0.001,
       a.deals::jsonb ->> 0,
       a.contacts::jsonb ->> 0
FROM (SELECT 'call' AS kind, t.id, t.properties::jsonb AS p, t.deals, t.contacts, t.archived
      FROM {source}.engagements_calls AS t
      UNION ALL
      SELECT 'email', t.id, t.properties::jsonb, t.deals, t.contacts, t.archived
      FROM {source}.engagements_emails AS t) AS a
WHERE NOT coalesce(a.archived::boolean, false)

-- relation: email
-- Marketing e-mails, from their events, in milliseconds since 1970: each refers to the event with which the mail was
-- sent. Filtered events are of robots. A click is an open.
SELECT s.id::text,
       (pg_catalog.to_timestamp(s.created::double precision / 1000::double precision) AT TIME ZONE {zone})::date,
       NULL::text,
       coalesce(e.is_bounced, false),
       true,
       coalesce(e.is_opened, false),
       coalesce(e.is_clicked, false),
       NULL::boolean
FROM {source}.email_events AS s
LEFT JOIN (SELECT t."sentBy"::jsonb ->> 'id'::text AS sent_by_id,
                  pg_catalog.bool_or(t.type::text = 'BOUNCE') AS is_bounced,
                  pg_catalog.bool_or(t.type::text IN ('OPEN', 'CLICK')) AS is_opened,
                  pg_catalog.bool_or(t.type::text = 'CLICK') AS is_clicked
           FROM {source}.email_events AS t
           WHERE NOT coalesce(t."filteredEvent"::boolean, false)
           GROUP BY t."sentBy"::jsonb ->> 'id'::text) AS e ON e.sent_by_id = s.id::text
WHERE s.type::text = 'SENT'

-- relation: meeting
-- Who books is a user, and users have owners.
SELECT m.id::text,
       (nullif(m.p ->> 'hs_createdate'::text, '')::timestamptz AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.outcome IS NULL OR m.outcome = 'SCHEDULED'
            THEN CASE WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held' ELSE 'booked' END
            WHEN m.outcome = 'COMPLETED' THEN 'held'
            WHEN m.outcome IN ('NO_SHOW', 'NO SHOW') THEN 'no_show'
            WHEN m.outcome IN ('CANCELED', 'CANCELLED') THEN 'cancelled'
            WHEN m.outcome = 'RESCHEDULED' THEN 'rescheduled'
            ELSE m.outcome END,
       b.owner_id,
       nullif(m.p ->> 'hubspot_owner_id'::text, ''),
       m.deals::jsonb ->> 0,
       NULL::boolean
FROM (SELECT t.id, t.deals, t.archived, t.properties::jsonb AS p, nullif(t.properties::jsonb ->> 'hs_meeting_outcome'::text, '') AS outcome,
             (nullif(t.properties::jsonb ->> 'hs_meeting_start_time'::text, '')::timestamptz AT TIME ZONE {zone})::date AS scheduled_on
      FROM {source}.engagements_meetings AS t) AS m
LEFT JOIN (SELECT t."userId"::text AS user_id, pg_catalog.min(t.id::text) AS owner_id
           FROM {source}.owners AS t GROUP BY t."userId"::text) AS b ON b.user_id = m.p ->> 'hs_created_by_user_id'::text
WHERE NOT coalesce(m.archived::boolean, false)
