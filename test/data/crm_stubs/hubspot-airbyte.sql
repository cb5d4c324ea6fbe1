-- HubSpot as Airbyte lands it: every property is a text in a JSON document.
CREATE TABLE owners (id text, email text, "firstName" text, "lastName" text, "userId" bigint, archived boolean, teams jsonb);
INSERT INTO owners VALUES
    ('11', 'ann@example.com', 'Ann', 'A', 91, false, '[{"id": "1", "name": "North"}]'), ('12', 'bob@example.com', NULL, NULL, NULL, true, NULL);

CREATE TABLE deals (id text, properties jsonb, archived boolean, companies jsonb, contacts jsonb);
INSERT INTO deals VALUES
    ('1', '{"amount": "0.10", "deal_currency_code": "EUR", "createdate": "2026-01-01T23:30:00.000Z", "closedate": "2026-01-31T23:30:00Z",
            "dealstage": "closedwon", "pipeline": "default", "hubspot_owner_id": "11", "hs_is_closed": "true", "hs_is_closed_won": "true",
            "hs_merged_object_ids": "6;7"}', false, '[21, 22]', '[]'),
    ('2', '{"amount": "", "createdate": "2026-01-01T10:00:00Z", "closedate": "2026-01-15T10:00:00Z", "dealstage": "closedlost",
            "hubspot_owner_id": "", "hs_is_closed": "true", "hs_is_closed_won": "false"}', false, NULL, NULL),
    ('3', '{"amount": "100", "createdate": "2026-01-01T10:00:00Z", "closedate": "2026-06-30T10:00:00Z", "dealstage": "appt",
            "hs_is_closed": "false", "hs_is_closed_won": "false"}', false, '[]', NULL),
    ('4', '{"amount": "5", "createdate": "2026-01-01T10:00:00Z", "closedate": "2026-01-16T10:00:00Z", "dealstage": "no_budget",
            "hs_is_closed": "false", "hs_is_closed_won": "false"}', false, NULL, NULL),
    ('5', '{"amount": "999", "createdate": "2026-01-01T10:00:00Z", "dealstage": "closedwon", "hs_is_closed_won": "true"}', true, NULL, NULL),
    ('6', '{"amount": "999", "createdate": "2026-01-01T10:00:00Z", "dealstage": "closedwon", "hs_is_closed_won": "true"}', false, NULL, NULL);

CREATE TABLE companies (id text, properties jsonb, archived boolean);
INSERT INTO companies VALUES
    ('21', '{"name": "Acme", "createdate": "2026-01-01T23:30:00Z", "hubspot_owner_id": "11", "hs_merged_object_ids": "22"}', false),
    ('22', '{"name": "Acme Ltd", "createdate": "2026-01-01T10:00:00Z"}', false);
CREATE TABLE contacts (id text, properties jsonb, archived boolean, companies jsonb);
INSERT INTO contacts VALUES
    ('31', '{"createdate": "2026-01-01T23:30:00Z", "hubspot_owner_id": "11", "associatedcompanyid": ""}', false, '["21"]'),
    ('32', '{"createdate": "2026-01-01T10:00:00Z"}', true, NULL);

CREATE TABLE engagements_calls (id text, properties jsonb, archived boolean, deals jsonb, contacts jsonb);
INSERT INTO engagements_calls VALUES
    ('41', '{"hs_timestamp": "2026-01-09T23:30:00Z", "hubspot_owner_id": "11", "hs_call_direction": "OUTBOUND", "hs_call_duration": 90500,
             "hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7"}', false, '["1", "2"]', '["31"]'),
    ('42', '{"hs_timestamp": "2026-01-10T10:00:00Z", "hs_call_direction": "INBOUND", "hs_call_duration": "",
             "hs_call_disposition": "73a0d17f-1163-4015-bdd5-ec830791da20"}', false, NULL, NULL),
    ('43', '{"hs_timestamp": "2026-01-10T10:00:00Z"}', true, NULL, NULL);
CREATE TABLE engagements_emails (id text, properties jsonb, archived boolean, deals jsonb, contacts jsonb);
INSERT INTO engagements_emails VALUES
    ('44', '{"hs_timestamp": "2026-01-12T10:00:00Z", "hubspot_owner_id": "11", "hs_email_direction": "EMAIL"}', false, NULL, NULL),
    ('45', '{"hs_timestamp": "2026-01-12T10:00:00Z", "hubspot_owner_id": "11", "hs_email_direction": "INCOMING_EMAIL"}', false, NULL, NULL);

CREATE TABLE engagements_meetings (id text, properties jsonb, archived boolean, deals jsonb, contacts jsonb);
INSERT INTO engagements_meetings VALUES
    ('51', '{"hs_meeting_start_time": "2026-01-20T23:30:00Z", "hs_meeting_outcome": "COMPLETED", "hs_createdate": "2026-01-15T10:00:00Z",
             "hs_created_by_user_id": 91, "hubspot_owner_id": "12"}', false, '["1"]', NULL),
    ('52', '{"hs_meeting_start_time": "2026-01-21T10:00:00Z", "hs_meeting_outcome": "NO_SHOW"}', false, NULL, NULL),
    ('53', '{"hs_meeting_start_time": "2026-01-22T10:00:00Z", "hs_meeting_outcome": ""}', false, NULL, NULL),
    ('54', '{"hs_meeting_start_time": "2026-03-30T10:00:00Z"}', false, NULL, NULL);

-- moments are milliseconds since 1970
CREATE TABLE email_events (id text, type text, created bigint, "sentBy" jsonb, "filteredEvent" boolean);
INSERT INTO email_events VALUES
    ('s1', 'SENT', 1768001400000, NULL, false), ('o1', 'OPEN', 1768005000000, '{"id": "s1", "created": 1768001400000}', true),
    ('s2', 'SENT', 1767999599999, NULL, false), ('o2', 'OPEN', 1768005000000, '{"id": "s2", "created": 1767999599999}', false);
