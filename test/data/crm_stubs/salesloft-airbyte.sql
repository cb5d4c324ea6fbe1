-- Salesloft as Airbyte lands it: references are documents; who booked a meeting is named by a guid.
CREATE TABLE users (id bigint, guid text, name text);
INSERT INTO users VALUES (6970, '54713f8f-6283-453f-84da-e27e28223e8c', 'Ann');

CREATE TABLE calls (id bigint, duration bigint, sentiment text, disposition text, created_at timestamptz, "user" jsonb, called_person jsonb);
INSERT INTO calls VALUES
    (1, 90, NULL, 'Connected', '2026-01-09 23:30+00', '{"id": 6970}', '{"id": 31}'), (2, NULL, NULL, 'No Answer', '2026-01-10 10:00+00', '{"id": 6971}', NULL),
    (3, NULL, NULL, NULL, '2026-01-10 10:00+00', NULL, NULL);
CREATE TABLE emails (id bigint, status text, bounced boolean, sent_at timestamptz, view_tracking boolean, click_tracking boolean, counts jsonb,
                     "user" jsonb, recipient jsonb);
INSERT INTO emails VALUES
    (1, 'sent', false, '2026-01-09 23:30+00', true, true, '{"views": 2, "clicks": 0, "replies": 0}', '{"id": 6970}', '{"id": 31}'),
    (2, 'sent', false, '2026-01-10 10:00+00', true, false, '{"views": 0, "clicks": 0, "replies": 1}', '{"id": 6970}', NULL),  -- an answer without a view
    (3, 'sent', false, '2026-01-10 10:00+00', false, false, '{"views": 0, "clicks": 0, "replies": 0}', '{"id": 6970}', NULL), -- not tracked
    (4, 'sent', true, '2026-01-10 10:00+00', true, true, '{"views": 0, "clicks": 0, "replies": 0}', '{"id": 6971}', NULL),
    (5, 'pending', false, NULL, true, true, NULL, '{"id": 6970}', NULL);
CREATE TABLE meetings (id bigint, start_time timestamptz, created_at timestamptz, canceled_at timestamptz, no_show boolean, status text,
                       all_day boolean, booked_by_user jsonb, person jsonb);
INSERT INTO meetings VALUES
    (1, '2026-01-20 23:30+00', '2026-01-15 23:30+00', NULL, false, 'booked', false, '{"id": "54713f8f-6283-453f-84da-e27e28223e8c"}', '{"id": 31}'),
    (2, '2026-01-21 10:00+00', '2026-01-15 10:00+00', NULL, true, 'booked', false, '{"id": "00000000-0000-0000-0000-000000000000"}', NULL),
    (3, '2026-01-22 10:00+00', '2026-01-15 10:00+00', '2026-01-20 10:00+00', false, 'booked', false, NULL, NULL),
    (4, '2026-03-30 00:00+00', '2026-01-15 10:00+00', NULL, false, 'booked', true, NULL, NULL);
