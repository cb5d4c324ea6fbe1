-- adapter: salesloft
-- version: airbyte
-- tested on: the documented schema only, with a row for each trap
-- option: owners map DEFAULT '{}'  who Salesloft's users are in the CRM: {"6970": "its owner_id", ...}; others keep the id they have here
-- option: conversation_dispositions list DEFAULT '["Connected"]'  the call results that mean that somebody talked

-- References are documents that hold an id.

-- relation: activity
SELECT 'call '::text || c.id::text,
       'call',
       (c.created_at::timestamptz AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> (c."user"::jsonb ->> 'id'::text), c."user"::jsonb ->> 'id'::text),
       NULL::text,
       c.disposition::text = ANY ({option:conversation_dispositions}),
       c.duration::text::numeric,
       NULL::text,
       c.called_person::jsonb ->> 'id'::text
FROM {source}.calls AS c
UNION ALL
SELECT 'email '::text || e.id::text,
       'email',
       (e.sent_at::timestamptz AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> (e."user"::jsonb ->> 'id'::text), e."user"::jsonb ->> 'id'::text),
       'out',
       NULL::boolean,
       NULL::numeric,
       NULL::text,
       e.recipient::jsonb ->> 'id'::text
FROM {source}.emails AS e
WHERE e.sent_at IS NOT NULL

-- relation: email
-- A click or an answer is an open. Where views are not tracked, nobody knows.
SELECT e.id::text,
       (e.sent_at::timestamptz AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> (e."user"::jsonb ->> 'id'::text), e."user"::jsonb ->> 'id'::text),
       coalesce(e.bounced::boolean, false),
       coalesce(e.view_tracking::boolean, false),
       CASE WHEN (e.counts::jsonb ->> 'views'::text)::bigint > 0 OR (e.counts::jsonb ->> 'clicks'::text)::bigint > 0
                 OR (e.counts::jsonb ->> 'replies'::text)::bigint > 0 THEN true
            WHEN e.view_tracking::boolean THEN false END,
       CASE WHEN (e.counts::jsonb ->> 'clicks'::text)::bigint > 0 THEN true WHEN e.click_tracking::boolean THEN false END,
       coalesce((e.counts::jsonb ->> 'replies'::text)::bigint > 0, false)
FROM {source}.emails AS e
WHERE e.sent_at IS NOT NULL

-- relation: meeting
-- That somebody did not come is said, that somebody came is not. Who booked is named by a guid, which the users have
-- beside their id. A meeting of a whole day starts at midnight UTC.
SELECT m.id::text,
       (m.created_at::timestamptz AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.no_show::boolean THEN 'no_show'
            WHEN m.canceled_at IS NOT NULL THEN 'cancelled'
            WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       coalesce({option:owners} ->> u.id::text, u.id::text, m.booked_by_user::jsonb ->> 'id'::text),
       NULL::text,
       NULL::text,
       NULL::boolean
FROM (SELECT t.*, (t.start_time::timestamptz AT TIME ZONE CASE WHEN t.all_day::boolean THEN 'UTC' ELSE {zone} END)::date
                      AS scheduled_on
      FROM {source}.meetings AS t) AS m
LEFT JOIN {source}.users AS u ON u.guid::text = m.booked_by_user::jsonb ->> 'id'::text
