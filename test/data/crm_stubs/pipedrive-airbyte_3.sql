-- Pipedrive as Airbyte's connector lands it from version 3 on (API v2): timestamptz, and archived deals in a table of their own.
CREATE TABLE users (id bigint, name text, active_flag boolean);
INSERT INTO users VALUES (11, 'Ann', true);

CREATE TABLE deals (id bigint, owner_id bigint, person_id bigint, org_id bigint, stage_id bigint, pipeline_id bigint, value numeric, currency text,
                    status text, is_deleted boolean, add_time timestamptz, close_time timestamptz, won_time timestamptz, lost_time timestamptz,
                    expected_close_date date);
CREATE TABLE deals_archived (LIKE deals);
INSERT INTO deals VALUES
    (1, 11, 31, 21, 2, 1, 0.10, 'EUR', 'won', false, '2026-01-01 23:30+00', '2026-01-31 23:30+00', '2026-01-31 23:30+00', NULL, '2026-02-01'),
    (2, 11, NULL, 21, 2, 1, 0, 'EUR', 'open', false, '2026-01-01 10:00+00', NULL, NULL, NULL, '2026-06-30'),
    (3, 11, NULL, 21, 2, 1, 999, 'EUR', 'won', true, '2026-01-01 10:00+00', NULL, NULL, NULL, NULL);
INSERT INTO deals_archived VALUES
    (4, 12, NULL, NULL, 1, 1, 100, 'USD', 'lost', false, '2026-01-01 10:00+00', NULL, NULL, '2026-01-15 10:00+00', NULL);

CREATE TABLE leads (id text, owner_id bigint, source_name text, is_archived boolean, add_time timestamptz);
INSERT INTO leads VALUES ('a-1', 11, 'Web', false, '2026-01-31 23:30+00');
CREATE TABLE organizations (id bigint, name text, owner_id bigint, is_deleted boolean, add_time timestamptz);
INSERT INTO organizations VALUES (21, 'Acme', 11, false, '2026-01-01 23:30+00'), (22, 'Gone', 11, true, '2026-01-02 10:00+00');
CREATE TABLE persons (id bigint, org_id bigint, owner_id bigint, is_deleted boolean, add_time timestamptz);
INSERT INTO persons VALUES (31, 21, 11, false, '2026-01-01 23:30+00'), (32, 21, 11, true, '2026-01-02 10:00+00');

CREATE TABLE activities (id bigint, owner_id bigint, creator_user_id bigint, type text, done boolean, is_deleted boolean, due_date date, due_time text,
                         duration text, add_time timestamptz, marked_as_done_time timestamptz, deal_id bigint, person_id bigint);
INSERT INTO activities VALUES
    (41, 11, 12, 'call', true, false, '2026-01-09', '23:30', '01:30', '2026-01-05 10:00+00', '2026-02-22 23:30+00', 1, 31),
    (42, 11, 12, 'task', true, false, '2026-01-10', NULL, NULL, '2026-01-05 10:00+00', NULL, NULL, NULL),
    (43, 11, 12, 'call', true, true, '2026-01-10', NULL, NULL, '2026-01-05 10:00+00', NULL, NULL, NULL),
    (51, 11, 12, 'meeting', true, false, '2026-01-20', '23:30', '01:00', '2026-01-15 23:30+00', '2026-01-22 10:00+00', 1, 31),
    (52, 11, 12, 'lunch', false, false, '2026-03-30', '10:00', NULL, '2026-01-15 10:00+00', NULL, NULL, NULL);
