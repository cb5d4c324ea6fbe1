-- Twenty's own tables, in the schema of a workspace: quoted names, money in millionths, deletedAt.
CREATE TYPE opportunity_stage_enum AS ENUM ('NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER', 'LOST', 'PARKED');
CREATE TABLE "workspaceMember" (id uuid, "nameFirstName" text, "nameLastName" text, "userEmail" text, "deletedAt" timestamptz);
INSERT INTO "workspaceMember" VALUES
    ('00000000-0000-0000-0000-000000000011', 'Ann', 'A', 'ann@example.com', NULL),
    ('00000000-0000-0000-0000-000000000012', '', '', 'bob@example.com', '2026-01-01 10:00+00');

CREATE TABLE opportunity (id uuid, "companyId" uuid, stage opportunity_stage_enum, "amountAmountMicros" numeric, "amountCurrencyCode" text,
                          "closeDate" timestamptz, "createdAt" timestamptz, "deletedAt" timestamptz, "ownerId" uuid);
INSERT INTO opportunity VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000021', 'CUSTOMER', 1234560001, 'EUR', '2026-01-31 23:30+00',
     '2026-01-01 23:30+00', NULL, '00000000-0000-0000-0000-000000000011'),
    ('00000000-0000-0000-0000-000000000002', NULL, 'LOST', 100000000, 'USD', '2026-01-15 10:00+00', '2026-01-01 10:00+00', NULL, NULL),
    ('00000000-0000-0000-0000-000000000003', NULL, 'NEW', NULL, '', '2026-06-30 10:00+00', '2026-01-01 10:00+00', NULL, NULL),
    ('00000000-0000-0000-0000-000000000004', NULL, 'PARKED', 5000000, 'EUR', NULL, '2026-01-01 10:00+00', NULL, NULL),
    ('00000000-0000-0000-0000-000000000005', NULL, 'CUSTOMER', 999000000, 'EUR', NULL, '2026-01-01 10:00+00', '2026-01-02 10:00+00', NULL);

CREATE TABLE company (id uuid, name text, "accountOwnerId" uuid, "createdAt" timestamptz, "deletedAt" timestamptz);
INSERT INTO company VALUES
    ('00000000-0000-0000-0000-000000000021', 'Acme', '00000000-0000-0000-0000-000000000011', '2026-01-01 23:30+00', NULL),
    ('00000000-0000-0000-0000-000000000022', 'Gone', NULL, '2026-01-01 10:00+00', '2026-01-02 10:00+00');
CREATE TABLE person (id uuid, "companyId" uuid, "createdAt" timestamptz, "deletedAt" timestamptz);
INSERT INTO person VALUES ('00000000-0000-0000-0000-000000000031', '00000000-0000-0000-0000-000000000021', '2026-01-01 23:30+00', NULL);

CREATE TABLE message (id uuid, "receivedAt" timestamptz, "deletedAt" timestamptz);
INSERT INTO message VALUES
    ('00000000-0000-0000-0000-000000000041', '2026-01-09 23:30+00', NULL), ('00000000-0000-0000-0000-000000000042', '2026-01-10 10:00+00', NULL),
    ('00000000-0000-0000-0000-000000000043', '2026-01-11 10:00+00', NULL);
CREATE TABLE "messageParticipant" ("messageId" uuid, role text, "personId" uuid, "workspaceMemberId" uuid, "deletedAt" timestamptz);
INSERT INTO "messageParticipant" VALUES
    ('00000000-0000-0000-0000-000000000041', 'FROM', NULL, '00000000-0000-0000-0000-000000000011', NULL),
    ('00000000-0000-0000-0000-000000000041', 'TO', '00000000-0000-0000-0000-000000000031', NULL, NULL),
    ('00000000-0000-0000-0000-000000000042', 'from', '00000000-0000-0000-0000-000000000031', NULL, NULL),
    ('00000000-0000-0000-0000-000000000042', 'to', NULL, '00000000-0000-0000-0000-000000000011', NULL),
    ('00000000-0000-0000-0000-000000000043', 'FROM', NULL, '00000000-0000-0000-0000-000000000011', NULL);     -- to nobody of the CRM

CREATE TABLE "calendarEvent" (id uuid, "startsAt" timestamptz, "isCanceled" boolean, "isFullDay" boolean, "externalCreatedAt" timestamptz,
                              "deletedAt" timestamptz);
INSERT INTO "calendarEvent" VALUES
    ('00000000-0000-0000-0000-000000000051', '2026-01-20 23:30+00', false, false, '2026-01-15 23:30+00', NULL),
    ('00000000-0000-0000-0000-000000000052', '2026-01-21 00:00+00', true, true, '2026-01-15 10:00+00', NULL),      -- a whole day
    ('00000000-0000-0000-0000-000000000053', '2026-01-22 10:00+00', false, false, '2026-01-15 10:00+00', NULL),
    ('00000000-0000-0000-0000-000000000054', '2026-03-30 10:00+00', false, false, '2026-01-15 10:00+00', NULL),
    ('00000000-0000-0000-0000-000000000055', '2026-01-23 10:00+00', false, false, '2026-01-15 10:00+00', NULL);
CREATE TABLE "calendarEventParticipant" ("calendarEventId" uuid, "personId" uuid, "workspaceMemberId" uuid, "isOrganizer" boolean,
                                         "responseStatus" text, "deletedAt" timestamptz);
INSERT INTO "calendarEventParticipant"
SELECT ('00000000-0000-0000-0000-0000000000' || e)::uuid, '00000000-0000-0000-0000-000000000031'::uuid, NULL::uuid, false,
       CASE e WHEN 53 THEN 'DECLINED' ELSE 'ACCEPTED' END, NULL::timestamptz FROM generate_series(51, 54) AS e
UNION ALL
SELECT ('00000000-0000-0000-0000-0000000000' || e)::uuid, NULL, '00000000-0000-0000-0000-000000000011', true, 'ACCEPTED', NULL
FROM generate_series(51, 55) AS e;                                                  -- 55: with nobody but Ann

CREATE TABLE "timelineActivity" (id uuid, name text, "happensAt" timestamptz, properties jsonb, "targetOpportunityId" uuid, "deletedAt" timestamptz);
INSERT INTO "timelineActivity" VALUES
    ('00000000-0000-0000-0000-000000000061', 'opportunity.updated', '2026-01-31 23:30+00',
     '{"diff": {"stage": {"before": "PROPOSAL", "after": "CUSTOMER"}}}', '00000000-0000-0000-0000-000000000001', NULL),
    ('00000000-0000-0000-0000-000000000062', 'opportunity.updated', '2026-01-31 23:30+00', '{"diff": {"name": {"before": "a", "after": "b"}}}',
     '00000000-0000-0000-0000-000000000001', NULL);
