-- HubSpot as Fivetran lands it: properties are columns, and which there are differs.
CREATE TABLE owner (owner_id bigint, active_user_id bigint, email text, first_name text, last_name text);
INSERT INTO owner VALUES (11, 91, 'ann@example.com', 'Ann', 'A'), (12, NULL, 'bob@example.com', NULL, NULL);

CREATE TABLE deal_pipeline_stage (stage_id text, pipeline_id text, label text, closed_won boolean, is_closed boolean, probability double precision);
INSERT INTO deal_pipeline_stage VALUES
    ('appt', 'default', 'Appointment', false, false, 0.2), ('won', 'default', 'Closed won', true, true, 1),
    ('lost', 'default', 'Closed lost', false, false, 0),                          -- is_closed is not filled
    ('dup', 'default', 'Duplicate', false, true, 0), ('new', 'default', 'New', false, false, 0);

CREATE TABLE deal (deal_id bigint, is_deleted boolean, deal_pipeline_id text, deal_pipeline_stage_id text, owner_id bigint,
                   property_amount double precision, property_deal_currency_code text, property_createdate timestamptz,
                   property_closedate timestamptz);
INSERT INTO deal VALUES
    (1, false, 'default', 'won', 11, 0.1, 'EUR', '2026-01-01 23:30+00', '2026-01-31 23:30+00'),     -- both on the next day here
    (2, false, 'default', 'lost', NULL, 100.5, 'USD', '2026-01-01 10:00+00', '2026-01-15 10:00+00'),
    (3, false, 'default', 'appt', 12, NULL, NULL, '2026-01-01 10:00+00', '2026-06-30 10:00+00'),     -- expected to close then
    (4, false, 'default', 'dup', 11, 7, 'EUR', '2026-01-01 10:00+00', '2026-01-16 10:00+00'),
    (5, false, 'default', 'gone', 11, 7, 'EUR', '2026-01-01 10:00+00', NULL),                        -- a stage that is not there any more
    (6, true, 'default', 'won', 11, 999, 'EUR', '2026-01-01 10:00+00', '2026-01-31 10:00+00'),
    (7, false, 'default', 'won', 11, 999, 'EUR', '2026-01-01 10:00+00', '2026-01-31 10:00+00'),      -- merged into 1
    (8, false, 'default', 'new', 11, 5, 'EUR', '2026-01-01 10:00+00', NULL);                         -- new, with probability 0
CREATE TABLE merged_deal (deal_id bigint, merged_deal_id bigint);
INSERT INTO merged_deal VALUES (1, 7);
CREATE TABLE deal_company (deal_id bigint, company_id bigint, type_id bigint, category text);
INSERT INTO deal_company VALUES (1, 21, 5, 'HUBSPOT_DEFINED'), (1, 22, 341, 'HUBSPOT_DEFINED'), (2, 22, 5, 'HUBSPOT_DEFINED');
CREATE TABLE deal_stage (deal_id bigint, value text, date_entered timestamptz, _fivetran_start timestamptz, _fivetran_active boolean);
INSERT INTO deal_stage VALUES
    (1, 'appt', '2026-01-01 23:30+00', '2026-01-02 00:00+00', false), (1, 'appt', '2026-01-05 10:00+00', '2026-01-05 11:00+00', false),
    (1, 'won', '2026-01-31 23:30+00', '2026-02-01 00:00+00', true), (2, 'lost', '2026-01-15 10:00+00', '2026-01-15 11:00+00', true),
    (6, 'won', '2026-01-31 10:00+00', '2026-01-31 11:00+00', true);

CREATE TABLE company (id bigint, is_deleted boolean, property_name text, property_createdate timestamptz);
INSERT INTO company VALUES (21, false, 'Acme', '2026-01-01 23:30+00'), (22, false, 'Bell', '2026-01-02 10:00+00'),
                           (23, true, 'Gone', '2026-01-02 10:00+00');
CREATE TABLE contact (id bigint, _fivetran_deleted boolean, property_createdate timestamptz, property_hubspot_owner_id bigint,
                      property_associatedcompanyid bigint, property_hs_calculated_merged_vids text);
INSERT INTO contact VALUES
    (31, false, '2026-01-01 23:30+00', 11, 21, '33:1661707291575;34:1661707931852'), (32, false, '2026-01-02 10:00+00', NULL, NULL, NULL),
    (33, false, '2026-01-01 10:00+00', 11, 21, NULL), (34, true, '2026-01-01 10:00+00', 11, 21, NULL);

-- calls have a length in milliseconds; some connectors send none of these properties
CREATE TABLE engagement_call (engagement_id bigint, _fivetran_deleted boolean, property_hs_timestamp timestamptz,
                              property_hubspot_owner_id bigint, property_hs_call_direction text, property_hs_call_disposition text,
                              property_hs_call_duration bigint);
INSERT INTO engagement_call VALUES
    (41, false, '2026-01-09 23:30+00', 11, 'OUTBOUND', 'f240bbac-87c9-4f6e-bf70-924b57d47db7', 90500),
    (42, false, '2026-01-10 10:00+00', 11, 'INBOUND', '73a0d17f-1163-4015-bdd5-ec830791da20', 0),
    (43, false, '2026-01-11 10:00+00', NULL, NULL, NULL, NULL), (44, true, '2026-01-11 10:00+00', 11, NULL, NULL, NULL);
CREATE TABLE engagement_email (engagement_id bigint, _fivetran_deleted boolean, property_hs_timestamp timestamptz,
                               property_hubspot_owner_id bigint);
INSERT INTO engagement_email VALUES (45, false, '2026-01-12 10:00+00', 12);
CREATE TABLE engagement_deal (deal_id bigint, engagement_id bigint);
INSERT INTO engagement_deal VALUES (1, 41), (2, 41), (1, 51);                     -- a call about two deals
CREATE TABLE engagement_contact (contact_id bigint, engagement_id bigint);
INSERT INTO engagement_contact VALUES (31, 41);

CREATE TABLE engagement_meeting (engagement_id bigint, start_time timestamptz, meeting_outcome text, property_hs_createdate timestamptz,
                                 property_hubspot_owner_id bigint, property_hs_created_by_user_id bigint);
INSERT INTO engagement_meeting VALUES
    (51, '2026-01-20 23:30+00', 'COMPLETED', '2026-01-15 10:00+00', 12, 91), (52, '2026-01-21 10:00+00', 'NO_SHOW', NULL, NULL, NULL),
    (53, '2026-01-22 10:00+00', NULL, NULL, NULL, 99), (54, '2026-01-23 10:00+00', 'SCHEDULED', NULL, NULL, NULL),
    (55, '2026-03-30 10:00+00', 'SCHEDULED', NULL, NULL, NULL), (56, '2026-01-24 10:00+00', 'CANCELED', NULL, NULL, NULL),
    (57, '2026-01-25 10:00+00', 'RESCHEDULED', NULL, NULL, NULL), (58, '2026-01-26 10:00+00', 'Went well', NULL, NULL, NULL),
    (59, '1970-01-18 05:00+00', NULL, NULL, NULL, NULL);                          -- milliseconds that were read as seconds

CREATE TABLE email_event (id text, type text, created timestamptz, sent_by_id text, filtered_event boolean);
INSERT INTO email_event VALUES
    ('s1', 'SENT', '2026-01-09 23:30+00', NULL, false), ('o1', 'OPEN', '2026-01-10 10:00+00', 's1', true),    -- a robot
    ('s2', 'SENT', '2026-01-10 10:00+00', NULL, false), ('o2', 'OPEN', '2026-01-11 10:00+00', 's2', false),
    ('s3', 'SENT', '2026-01-10 10:00+00', NULL, false), ('c3', 'CLICK', '2026-01-11 10:00+00', 's3', false),  -- without an open
    ('s4', 'SENT', '2026-01-10 10:00+00', NULL, false), ('b4', 'BOUNCE', '2026-01-11 10:00+00', 's4', false);
