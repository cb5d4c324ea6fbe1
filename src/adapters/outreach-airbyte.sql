-- adapter: outreach
-- version: airbyte
-- tested on: the documented schema only, with a row for each trap
-- option: owners map DEFAULT '{}'  who Outreach's users are in the CRM: {"12": "its owner_id", ...}; others keep the id they have here

-- References are lists of ids, or one id: [12] or 12.

-- relation: activity
-- A conversation is a call that was answered; it lasts until it is completed. Inbound calls are not dialled.
SELECT 'call '::text || c.id::text,
       'call',
       (coalesce(c."dialedAt"::timestamptz, c."answeredAt"::timestamptz, c."createdAt"::timestamptz) AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> c.owner, c.owner),
       CASE c.direction::text WHEN 'inbound' THEN 'in' WHEN 'outbound' THEN 'out' END,
       c."answeredAt" IS NOT NULL,
       CASE WHEN c."answeredAt" IS NOT NULL
            THEN pg_catalog.date_part('epoch', c."completedAt"::timestamptz - c."answeredAt"::timestamptz)::numeric END,
       nullif(pg_catalog.split_part(pg_catalog.btrim(c.opportunity::text, '[] '), ',', 1), ''),
       nullif(pg_catalog.split_part(pg_catalog.btrim(c.prospect::text, '[] '), ',', 1), '')
FROM (SELECT t.*, nullif(pg_catalog.split_part(pg_catalog.btrim(t."user"::text, '[] '), ',', 1), '') AS owner
      FROM {source}.calls AS t) AS c
UNION ALL
SELECT 'mailing '::text || m.id::text,
       'email',
       (coalesce(m."deliveredAt"::timestamptz, m."bouncedAt"::timestamptz) AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> m.owner, m.owner),
       'out',
       NULL::boolean,
       NULL::numeric,
       nullif(pg_catalog.split_part(pg_catalog.btrim(m.opportunity::text, '[] '), ',', 1), ''),
       nullif(pg_catalog.split_part(pg_catalog.btrim(m.prospect::text, '[] '), ',', 1), '')
FROM (SELECT t.*, nullif(pg_catalog.split_part(pg_catalog.btrim(t."user"::text, '[] '), ',', 1), '') AS owner
      FROM {source}.mailings AS t) AS m
WHERE m."deliveredAt" IS NOT NULL OR m."bouncedAt" IS NOT NULL
UNION ALL
-- calls and e-mails have tables of their own
SELECT 'task '::text || k.id::text,
       CASE WHEN pg_catalog.starts_with(k.action::text, 'linkedin') THEN 'linkedin' ELSE 'other' END,
       (k."completedAt"::timestamptz AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> k.person, k.person),
       'out',
       NULL::boolean,
       NULL::numeric,
       nullif(pg_catalog.split_part(pg_catalog.btrim(k.opportunity::text, '[] '), ',', 1), ''),
       nullif(pg_catalog.split_part(pg_catalog.btrim(k.prospect::text, '[] '), ',', 1), '')
FROM (SELECT NULL::bigint AS id, NULL::text AS action, NULL::timestamptz AS "completedAt", NULL::jsonb AS owner,
             NULL::jsonb AS opportunity, NULL::jsonb AS prospect) AS absent,
     LATERAL (SELECT id, action, "completedAt", opportunity, prospect,
                     nullif(pg_catalog.split_part(pg_catalog.btrim(owner::text, '[] '), ',', 1), '') AS person
              FROM {optional:tasks}) AS k
WHERE k."completedAt" IS NOT NULL AND k.action::text NOT IN ('call', 'email')

-- relation: email
-- What was neither delivered nor came back was not sent. A click or an answer is an open. Where opens are not tracked,
-- nobody knows.
SELECT m.id::text,
       (coalesce(m."deliveredAt"::timestamptz, m."bouncedAt"::timestamptz) AT TIME ZONE {zone})::date,
       coalesce({option:owners} ->> m.owner, m.owner),
       m."bouncedAt" IS NOT NULL,
       coalesce(m."trackOpens"::boolean, false),
       CASE WHEN m."openedAt" IS NOT NULL OR m."openCount"::bigint > 0 OR m."clickedAt" IS NOT NULL OR m."repliedAt" IS NOT NULL
            THEN true
            WHEN m."trackOpens"::boolean THEN false END,
       CASE WHEN m."clickedAt" IS NOT NULL THEN true WHEN m."trackLinks"::boolean THEN false END,
       m."repliedAt" IS NOT NULL
FROM (SELECT t.*, nullif(pg_catalog.split_part(pg_catalog.btrim(t."user"::text, '[] '), ',', 1), '') AS owner
      FROM {source}.mailings AS t) AS m
WHERE m."deliveredAt" IS NOT NULL OR m."bouncedAt" IS NOT NULL
