-- adapter: twenty
-- version: 1
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: lost_stages list required  stages that mean lost; Twenty comes with none, so [] if you have added none
-- option: won_stages list DEFAULT '["CUSTOMER"]'  stages that mean won
-- option: void_stages list DEFAULT '[]'  stages that mean neither, as duplicate
-- option: open_stages list DEFAULT '["NEW", "SCREENING", "MEETING", "PROPOSAL"]'  the stages of open opportunities

-- The source schema is that of the workspace. What is deleted stays there, with the moment when. A column that not every
-- table has is a column of "absent" as well: a name without a table is looked up there last.

-- relation: owner
SELECT m.id::text,
       coalesce(nullif(pg_catalog.concat_ws(' ', nullif(m."nameFirstName"::text, ''), nullif(m."nameLastName"::text, '')), ''),
                m."userEmail"::text),
       NULL::text,
       m."deletedAt" IS NULL
FROM {source}."workspaceMember" AS m

-- relation: opportunity
-- A stage that no option names is no status, and stays as it is. The close date is the expected one until then. Money
-- is in millionths.
SELECT o.id::text,
       o."companyId"::text,
       o.owner::text,
       NULL::text,
       (o."createdAt"::timestamptz AT TIME ZONE {zone})::date,
       (o."createdAt"::timestamptz AT TIME ZONE {zone})::date,
       CASE WHEN o.status IN ('won', 'lost', 'void') THEN (o."closeDate"::timestamptz AT TIME ZONE {zone})::date END,
       CASE WHEN o.status IN ('won', 'lost', 'void') THEN NULL ELSE (o."closeDate"::timestamptz AT TIME ZONE {zone})::date END,
       o.status,
       o.stage::text,
       pg_catalog.trim_scale(o."amountAmountMicros"::text::numeric * 0.000001),
       nullif(o."amountCurrencyCode"::text, '')
FROM (SELECT NULL::text AS "ownerId") AS absent,
     LATERAL (SELECT t.*, "ownerId" AS owner,
                     CASE WHEN t.stage::text = ANY ({option:won_stages}) THEN 'won'
                          WHEN t.stage::text = ANY ({option:lost_stages}) THEN 'lost'
                          WHEN t.stage::text = ANY ({option:void_stages}) THEN 'void'
                          WHEN t.stage::text = ANY ({option:open_stages}) THEN 'open'
                          ELSE t.stage::text END AS status
              FROM {source}.opportunity AS t) AS o
WHERE o."deletedAt" IS NULL

-- relation: company
SELECT c.id::text, c.name::text, (c."createdAt"::timestamptz AT TIME ZONE {zone})::date, c."accountOwnerId"::text
FROM {source}.company AS c
WHERE c."deletedAt" IS NULL

-- relation: contact
SELECT p.id::text, p."companyId"::text, (p."createdAt"::timestamptz AT TIME ZONE {zone})::date, NULL::text
FROM {source}.person AS p
WHERE p."deletedAt" IS NULL

-- relation: activity
-- E-mails with a person of the CRM. One from a colleague is outbound and theirs.
SELECT m.id::text,
       'email',
       (m."receivedAt"::timestamptz AT TIME ZONE {zone})::date,
       p.sender,
       CASE WHEN p.sender IS NULL THEN 'in' ELSE 'out' END,
       NULL::boolean,
       NULL::numeric,
       NULL::text,
       p.person
FROM {source}.message AS m
JOIN (SELECT t."messageId"::text AS message,
             pg_catalog.min(t."personId"::text) AS person,
             pg_catalog.min(t."workspaceMemberId"::text) FILTER (WHERE pg_catalog.lower(t.role::text) = 'from') AS sender
      FROM {source}."messageParticipant" AS t WHERE t."deletedAt" IS NULL
      GROUP BY t."messageId"::text) AS p ON p.message = m.id::text
WHERE m."deletedAt" IS NULL AND p.person IS NOT NULL

-- relation: meeting
-- Calendar events with a person of the CRM. Nobody says whether they took place. One of a whole day starts at midnight UTC.
SELECT e.id::text,
       (e."externalCreatedAt"::timestamptz AT TIME ZONE {zone})::date,
       e.scheduled_on,
       CASE WHEN e."isCanceled"::boolean THEN 'cancelled'
            WHEN p.is_declined THEN 'declined'
            WHEN e.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       NULL::text,
       p.host,
       NULL::text,
       NULL::boolean
FROM (SELECT t.*, (t."startsAt"::timestamptz AT TIME ZONE CASE WHEN t."isFullDay"::boolean THEN 'UTC' ELSE {zone} END)::date
                      AS scheduled_on
      FROM {source}."calendarEvent" AS t) AS e
-- declined: by all who are not colleagues
JOIN (SELECT t."calendarEventId"::text AS event,
             pg_catalog.bool_or(t."personId" IS NOT NULL AND t."workspaceMemberId" IS NULL) AS with_person,
             pg_catalog.bool_and(pg_catalog.upper(t."responseStatus"::text) = 'DECLINED')
                 FILTER (WHERE t."workspaceMemberId" IS NULL) AS is_declined,
             pg_catalog.min(t."workspaceMemberId"::text) FILTER (WHERE t."isOrganizer"::boolean) AS host
      FROM {source}."calendarEventParticipant" AS t WHERE t."deletedAt" IS NULL
      GROUP BY t."calendarEventId"::text) AS p ON p.event = e.id::text
WHERE e."deletedAt" IS NULL AND p.with_person

-- relation: stage_change
-- The column with the opportunity was renamed.
SELECT a.opportunity,
       a."happensAt"::timestamptz,
       a.from_stage,
       a.to_stage,
       CASE WHEN a.to_stage = ANY ({option:won_stages}) THEN 'won'
            WHEN a.to_stage = ANY ({option:lost_stages}) THEN 'lost'
            WHEN a.to_stage = ANY ({option:void_stages}) THEN 'void'
            WHEN a.to_stage = ANY ({option:open_stages}) THEN 'open'
            ELSE a.to_stage END,
       NULL::numeric
FROM (SELECT NULL::text AS "targetOpportunityId", NULL::text AS "opportunityId") AS absent,
     LATERAL (SELECT t.*, coalesce("targetOpportunityId"::text, "opportunityId"::text) AS opportunity,
                     t.properties::jsonb #>> '{diff,stage,before}'::text[] AS from_stage,
                     t.properties::jsonb #>> '{diff,stage,after}'::text[] AS to_stage
              FROM {source}."timelineActivity" AS t) AS a
WHERE a.name::text = 'opportunity.updated' AND a."deletedAt" IS NULL
  AND a.to_stage IS NOT NULL AND a.from_stage IS DISTINCT FROM a.to_stage
