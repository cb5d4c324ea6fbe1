-- Outreach as Airbyte lands it: references are lists of ids, or an id.
CREATE TABLE calls (id bigint, direction text, outcome text, state text, "dialedAt" timestamptz, "answeredAt" timestamptz,
                    "completedAt" timestamptz, "createdAt" timestamptz, "user" jsonb, prospect jsonb, opportunity jsonb);
INSERT INTO calls VALUES
    (1, 'outbound', 'completed', 'completed', '2026-01-09 23:30+00', '2026-01-09 23:30:10+00', '2026-01-09 23:31:40.5+00', '2026-01-10 10:00+00',
     '[12]', '[31, 32]', '[1]'),
    (2, 'outbound', 'no_answer', 'completed', '2026-01-10 10:00+00', NULL, '2026-01-10 10:01+00', '2026-01-10 10:00+00', '13', '33', '[]'),
    (3, 'inbound', NULL, 'completed', NULL, NULL, '2026-01-11 10:00+00', '2026-01-11 10:00+00', NULL, NULL, NULL);

CREATE TABLE mailings (id bigint, state text, "deliveredAt" timestamptz, "bouncedAt" timestamptz, "openedAt" timestamptz, "openCount" bigint,
                       "clickedAt" timestamptz, "repliedAt" timestamptz, "trackOpens" boolean, "trackLinks" boolean, "user" jsonb, prospect jsonb,
                       opportunity jsonb);
INSERT INTO mailings VALUES
    (1, 'opened', '2026-01-09 23:30+00', NULL, '2026-01-10 10:00+00', 1, NULL, NULL, true, true, '[12]', '[31]', '[1]'),
    (2, 'delivered', '2026-01-10 10:00+00', NULL, NULL, 0, NULL, NULL, true, false, '[12]', NULL, NULL),
    (3, 'delivered', '2026-01-10 10:00+00', NULL, NULL, 0, NULL, NULL, false, false, '[12]', NULL, NULL),          -- opens are not tracked
    (4, 'replied', '2026-01-10 10:00+00', NULL, NULL, 0, NULL, '2026-01-11 10:00+00', false, false, '[13]', NULL, NULL),  -- nor here
    (5, 'bounced', NULL, '2026-01-10 10:00+00', NULL, 0, NULL, NULL, true, true, '[13]', NULL, NULL),
    (6, 'failed', NULL, NULL, NULL, 0, NULL, NULL, true, true, '[13]', NULL, NULL);

CREATE TABLE tasks (id bigint, action text, "completedAt" timestamptz, owner jsonb, prospect jsonb, opportunity jsonb);
INSERT INTO tasks VALUES
    (1, 'linkedin_view_profile', '2026-01-12 10:00+00', '12', '31', NULL), (2, 'action_item', '2026-01-12 10:00+00', '12', NULL, NULL),
    (3, 'call', '2026-01-12 10:00+00', '12', NULL, NULL), (4, 'linkedin_send_message', NULL, '12', NULL, NULL);
