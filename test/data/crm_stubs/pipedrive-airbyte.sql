-- Pipedrive as Airbyte lands it (API v1): moments are text in UTC, '' is none.
CREATE TABLE users (id bigint, name text, active_flag boolean);
INSERT INTO users VALUES (11, 'Ann', true), (12, 'Bob', false);
CREATE TABLE stages (id bigint, name text, pipeline_id bigint);
INSERT INTO stages VALUES (1, 'Qualified', 1), (2, 'Offer', 1);

CREATE TABLE deals (id bigint, user_id bigint, person_id bigint, org_id bigint, stage_id bigint, pipeline_id bigint, value numeric, currency text,
                    status text, deleted boolean, add_time text, close_time text, won_time text, first_won_time text, lost_time text,
                    expected_close_date text);
INSERT INTO deals VALUES
    (1, 11, 31, 21, 2, 1, 0.10, 'EUR', 'won', false, '2026-01-01 23:30:00', '2026-01-31 23:30:00', '2026-01-31 23:30:00',
     '2026-01-05 10:00:00', '2026-01-10 10:00:00', '2026-02-01'),                   -- won, reopened, lost, reopened, won
    (2, 12, NULL, NULL, 1, 1, 100, 'USD', 'lost', false, '2026-01-01 10:00:00', '2026-01-15 10:00:00', '2026-01-12 10:00:00',
     '2026-01-12 10:00:00', '2026-01-15 10:00:00', ''),                             -- lost after it was won
    (3, 11, NULL, 21, 9, 1, NULL, 'EUR', 'open', false, '2026-01-01 10:00:00', '', '', '2026-01-12 10:00:00', '', '2026-06-30'),
    (4, 11, NULL, 21, 1, 1, 999, 'EUR', 'deleted', false, '2026-01-01 10:00:00', '', '', NULL, '', NULL),
    (5, 11, NULL, 21, 1, 1, 999, 'EUR', 'won', true, '2026-01-01 10:00:00', '', '', NULL, '', NULL),
    (6, 11, NULL, 21, 1, 1, 5, 'EUR', 'parked', false, '2026-01-01 10:00:00', '', '', NULL, '', NULL);   -- a status of another version

CREATE TABLE leads (id text, title text, owner_id bigint, person_id bigint, source_name text, is_archived boolean, value jsonb, add_time text);
INSERT INTO leads VALUES
    ('a-1', 'Lead', 11, 31, 'Web', false, '{"amount": 100, "currency": "EUR"}', '2026-01-31T23:30:00.255Z'),
    ('a-2', 'Lead', 12, NULL, NULL, true, NULL, '2026-02-01T10:00:00Z');

CREATE TABLE organizations (id bigint, name text, owner_id jsonb, active_flag boolean, add_time text);
INSERT INTO organizations VALUES
    (21, 'Acme', '11', true, '2026-01-01 23:30:00'), (22, 'Bell', '{"id": 12, "name": "Bob"}', true, '2026-01-02 10:00:00'),
    (23, 'Gone', '11', false, '2026-01-02 10:00:00');
CREATE TABLE persons (id bigint, org_id bigint, owner_id bigint, active_flag boolean, add_time text);
INSERT INTO persons VALUES (31, 21, 11, true, '2026-01-01 23:30:00'), (32, 21, 11, false, '2026-01-02 10:00:00');

CREATE TABLE activities (id bigint, user_id bigint, created_by_user_id bigint, type text, done boolean, active_flag boolean, due_date text,
                         due_time text, duration text, add_time text, marked_as_done_time text, deal_id bigint, person_id bigint);
INSERT INTO activities VALUES
    (41, 11, 12, 'call', true, true, '2026-01-09', '23:30', '01:30', '2026-01-05 10:00:00', '2026-02-22 08:25:45', 1, 31),
    (42, 11, 12, 'email', true, true, '2026-01-10', '', '', '2026-01-05 10:00:00', '2026-01-10 23:30:00', NULL, NULL),
    (43, 11, 12, 'lunch', true, true, '2026-01-11', NULL, NULL, '2026-01-05 10:00:00', '', NULL, NULL),
    (44, 11, 12, 'call', false, true, '2026-01-12', '10:00', '00:30', '2026-01-05 10:00:00', '', NULL, NULL),       -- to do
    (45, 11, 12, 'call', true, false, '2026-01-12', '10:00', '00:30', '2026-01-05 10:00:00', '', NULL, NULL),       -- deleted
    (51, 11, 12, 'meeting', true, true, '2026-01-20', '23:30', '01:00', '2026-01-15 23:30:00', '2026-01-22 10:00:00', 1, 31),
    (52, 11, 12, 'meeting', false, true, '2026-01-21', '', '', '2026-01-15 10:00:00', '', NULL, NULL),
    (53, 11, 12, 'meeting', false, true, '2026-03-30', '10:00', '', '2026-01-15 10:00:00', '', NULL, NULL);
