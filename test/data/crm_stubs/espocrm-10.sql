-- EspoCRM's own tables: moments in UTC, money in double precision, deleted rows stay.
CREATE TABLE team (id varchar(24), name varchar(100), deleted boolean);
INSERT INTO team VALUES ('t1', 'North', false);
CREATE TABLE "user" (id varchar(24), user_name varchar(100), first_name varchar(100), last_name varchar(100), type varchar(24),
                     is_active boolean, default_team_id varchar(24), deleted boolean);
INSERT INTO "user" VALUES
    ('u1', 'ann', 'Ann', 'A', 'regular', true, 't1', false), ('u2', 'bob', NULL, NULL, 'admin', false, NULL, false),
    ('u3', 'portal', NULL, NULL, 'portal', true, NULL, false), ('u4', 'old', NULL, NULL, 'regular', true, NULL, true);

CREATE TABLE opportunity (id varchar(24), account_id varchar(24), assigned_user_id varchar(24), stage varchar(255), amount double precision,
                          amount_currency varchar(3), probability integer, close_date date, created_at timestamp, deleted boolean);
INSERT INTO opportunity VALUES
    ('o1', 'a1', 'u1', 'Closed Won', 0.1, 'EUR', 100, '2026-01-31', '2026-01-01 23:30', false),
    ('o2', 'a1', 'u1', 'Closed Lost', 100.5, 'USD', 0, '2026-01-15', '2026-01-01 10:00', false),
    ('o3', NULL, NULL, 'Proposal', NULL, NULL, 50, '2026-06-30', '2026-01-01 10:00', false),
    ('o4', 'a1', 'u1', 'No budget', 5, 'EUR', 10, '2026-01-16', '2026-01-01 10:00', false),     -- named by the option lost_stages
    ('o5', 'a1', 'u1', 'Duplicate', 5, 'EUR', 0, '2026-01-17', '2026-01-01 10:00', false),      -- and void_stages
    ('o6', 'a1', 'u1', 'On ice', 5, 'EUR', 10, '2026-06-30', '2026-01-01 10:00', false),        -- by none
    ('o7', 'a1', 'u1', 'Closed Won', 999, 'EUR', 100, '2026-01-31', '2026-01-01 10:00', true);

CREATE TABLE lead (id varchar(24), status varchar(255), source varchar(255), assigned_user_id varchar(24), created_opportunity_id varchar(24),
                   converted_at timestamp, created_at timestamp, deleted boolean);
INSERT INTO lead VALUES
    ('l1', 'Converted', 'Web', 'u1', 'o1', '2026-01-31 23:30', '2026-01-01 23:30', false),
    ('l2', 'Dead', NULL, 'u1', NULL, NULL, '2026-01-02 10:00', false), ('l3', 'New', NULL, 'u1', NULL, NULL, '2026-01-02 10:00', true);
CREATE TABLE account (id varchar(24), name varchar(255), assigned_user_id varchar(24), created_at timestamp, deleted boolean);
INSERT INTO account VALUES ('a1', 'Acme', 'u1', '2026-01-01 23:30', false), ('a2', 'Gone', 'u1', '2026-01-01 10:00', true);
CREATE TABLE contact (id varchar(24), account_id varchar(24), assigned_user_id varchar(24), created_at timestamp, deleted boolean);
INSERT INTO contact VALUES ('c1', 'a1', 'u1', '2026-01-01 23:30', false), ('c2', 'a1', 'u1', '2026-01-01 10:00', true);

CREATE TABLE call (id varchar(24), status varchar(255), direction varchar(255), date_start timestamp, date_end timestamp,
                   parent_id varchar(24), parent_type varchar(100), assigned_user_id varchar(24), deleted boolean);
INSERT INTO call VALUES
    ('k1', 'Held', 'Outbound', '2026-01-09 23:30', '2026-01-09 23:45', 'o1', 'Opportunity', 'u1', false),
    ('k2', 'Not Held', 'Inbound', '2026-01-10 10:00', '2026-01-10 10:05', 'c1', 'Contact', 'u1', false),
    ('k3', 'Planned', 'Outbound', '2026-01-11 10:00', '2026-01-11 10:05', 'a1', 'Account', 'u1', false),
    ('k4', 'Held', 'Outbound', '2026-01-11 10:00', '2026-01-11 10:05', NULL, NULL, 'u1', true);
CREATE TABLE email (id varchar(24), status varchar(255), date_sent timestamp, sent_by_id varchar(24), assigned_user_id varchar(24),
                    parent_id varchar(24), parent_type varchar(100), deleted boolean);
INSERT INTO email VALUES
    ('e1', 'Sent', '2026-01-09 23:30', 'u1', NULL, 'o1', 'Opportunity', false), ('e2', 'Archived', '2026-01-10 10:00', NULL, 'u2', NULL, NULL, false),
    ('e3', 'Draft', NULL, 'u1', NULL, NULL, NULL, false), ('e4', 'Failed', '2026-01-10 10:00', 'u1', NULL, NULL, NULL, false);
CREATE TABLE campaign_log_record (id varchar(24), action varchar(50), action_date timestamp, queue_item_id varchar(24), is_test boolean, deleted boolean);
INSERT INTO campaign_log_record VALUES
    ('r1', 'Sent', '2026-01-09 23:30', 'q1', false, false), ('r2', 'Clicked', '2026-01-10 10:00', 'q1', false, false),
    ('r3', 'Sent', '2026-01-10 10:00', 'q2', false, false), ('r4', 'Bounced', '2026-01-10 10:00', 'q2', false, false),
    ('r5', 'Sent', '2026-01-10 10:00', 'q3', true, false), ('r6', 'Opened', '2026-01-10 10:00', 'q3', true, false);      -- a test
CREATE TABLE meeting (id varchar(24), status varchar(255), date_start timestamp, date_start_date date, created_by_id varchar(24),
                      assigned_user_id varchar(24), parent_id varchar(24), parent_type varchar(100), created_at timestamp, deleted boolean);
INSERT INTO meeting VALUES
    ('m1', 'Held', '2026-01-20 23:30', NULL, 'u2', 'u1', 'o1', 'Opportunity', '2026-01-15 23:30', false),
    ('m2', 'Not Held', '2026-01-21 10:00', NULL, 'u2', 'u1', 'a1', 'Account', '2026-01-15 10:00', false),
    ('m3', 'Planned', '2026-01-22 23:00', '2026-01-22', 'u2', 'u1', NULL, NULL, '2026-01-15 10:00', false),              -- a whole day
    ('m4', 'Planned', '2026-03-30 10:00', NULL, 'u2', 'u1', NULL, NULL, '2026-01-15 10:00', false),
    ('m5', 'Held', '2026-01-20 10:00', NULL, 'u2', 'u1', NULL, NULL, '2026-01-15 10:00', true);
CREATE TABLE note (id varchar(24), type varchar(24), data text, parent_id varchar(24), parent_type varchar(100), created_at timestamp, deleted boolean);
INSERT INTO note VALUES
    ('n1', 'Update', '{"fields": ["stage"], "attributes": {"was": {"stage": "Proposal"}, "became": {"stage": "Closed Won"}}}', 'o1',
     'Opportunity', '2026-01-31 23:30', false),
    ('n2', 'Update', '{"fields": ["amount"], "attributes": {"was": {"amount": 1}, "became": {"amount": 2}}}', 'o1', 'Opportunity',
     '2026-01-30 10:00', false),
    ('n3', 'Update', '{"fields": ["stage"], "attributes": {"was": {"stage": "Proposal"}, "became": {"stage": "On ice"}}}', 'o6',
     'Opportunity', '2026-01-30 10:00', false),
    ('n4', 'Post', NULL, 'o1', 'Opportunity', '2026-01-30 10:00', false);
CREATE TABLE currency_record (id varchar(24), code varchar(3), deleted boolean);
INSERT INTO currency_record VALUES ('x1', 'USD', false);
CREATE TABLE currency_record_rate (id varchar(24), record_id varchar(24), base_code varchar(3), date date, rate numeric(20, 8), deleted boolean);
INSERT INTO currency_record_rate VALUES
    ('y1', 'x1', 'EUR', '2026-01-01', 0.4, false), ('y2', 'x1', 'EUR', '2026-01-15', 0.5, false),
    ('y3', 'x1', 'GBP', '2026-01-15', 0.9, false), ('y4', 'x1', 'EUR', '2026-01-15', 0.9, true);   -- another base, deleted
