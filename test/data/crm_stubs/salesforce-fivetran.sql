-- Salesforce as Fivetran lands it: documented tables, the columns that matter, a row for each trap.
-- Moments are timestamptz; the close date is a timestamp at midnight, as in a connector of old.
CREATE TABLE "user" (id text, name text, is_active boolean, user_role_id text);
INSERT INTO "user" VALUES ('005A', 'Ann', true, '00EA'), ('005B', 'Bob', false, NULL);
CREATE TABLE user_role (id text, name text);
INSERT INTO user_role VALUES ('00EA', 'North');

CREATE TABLE account (id text, name text, owner_id text, is_deleted boolean, master_record_id text, created_date timestamptz);
INSERT INTO account VALUES
    ('001A', 'Acme', '005A', false, NULL, '2026-01-01 23:30+00'),
    ('001B', 'Acme Ltd', '005A', true, '001A', '2026-01-02 12:00+00');           -- merged into 001A

-- history mode, and several currencies
CREATE TABLE opportunity (id text, account_id text, owner_id text, stage_name text, is_won boolean, is_closed boolean, is_deleted boolean,
                          amount double precision, currency_iso_code text, close_date timestamp, created_date timestamptz,
                          _fivetran_active boolean);
INSERT INTO opportunity VALUES
    ('006A', '001A', '005A', 'Prospecting', false, false, false, 5, 'EUR', '2026-02-28', '2026-01-01 23:30+00', false),  -- as it was
    ('006A', '001A', '005A', 'Closed Won', true, true, false, 0.1, 'EUR', '2026-01-31', '2026-01-01 23:30+00', true),    -- next day here
    ('006B', '001B', '005B', 'Closed Lost', false, true, false, 1234567890123456.78, 'USD', '2026-01-01', '2026-01-01 10:00+00', true),
    ('006C', NULL, NULL, 'Proposal', false, false, false, NULL, 'EUR', '2026-06-30', '2026-02-01 10:00+00', true),
    ('006D', '001A', '005A', 'Closed Won', true, true, true, 999, 'EUR', '2026-01-31', '2026-01-01 10:00+00', true);     -- deleted

CREATE TABLE opportunity_history (id text, opportunity_id text, stage_name text, amount double precision, created_date timestamptz,
                                  is_deleted boolean);
INSERT INTO opportunity_history VALUES
    ('008A', '006A', 'Prospecting', 5, '2026-01-01 23:30+00', false),
    ('008B', '006A', 'Prospecting', 7, '2026-01-10 10:00+00', false),             -- only the amount
    ('008C', '006A', 'Closed Won', 0.1, '2026-01-31 10:00+00', false),
    ('008D', '006A', 'Nowhere', 1, '2026-02-01 10:00+00', false);                -- a stage in which no opportunity is

CREATE TABLE lead (id text, owner_id text, lead_source text, is_converted boolean, converted_date date, converted_opportunity_id text,
                   is_deleted boolean, master_record_id text, created_date timestamptz);
INSERT INTO lead VALUES
    ('00QA', '005A', 'Web', true, '2026-01-05', '006A', false, NULL, '2026-01-01 10:00+00'),
    ('00QB', '005A', 'Fair', false, NULL, NULL, false, NULL, '2026-01-31 23:30+00'),
    ('00QC', '005A', 'Web', false, NULL, NULL, true, '00QB', '2026-01-31 10:00+00');

CREATE TABLE contact (id text, account_id text, owner_id text, is_deleted boolean, master_record_id text, created_date timestamptz);
INSERT INTO contact VALUES
    ('003A', '001B', '005A', false, NULL, '2026-01-03 10:00+00'),
    ('003B', '001A', '005A', true, '003A', '2026-01-03 10:00+00');

CREATE TABLE task (id text, owner_id text, who_id text, what_id text, type text, task_subtype text, is_closed boolean, is_deleted boolean,
                   call_type text, call_disposition text, call_duration_in_seconds bigint, activity_date date,
                   completed_date_time timestamptz);
INSERT INTO task VALUES
    ('00TA', '005A', '003A', '006A', NULL, 'Call', true, false, 'Outbound', 'Talked', 90, '2026-01-09', '2026-01-09 23:30+00'),
    ('00TB', '005A', '00QA', '001A', NULL, 'Call', true, false, 'Inbound', 'No answer', 0, '2026-01-10', NULL),     -- a lead, an account
    ('00TC', '005A', '003A', NULL, 'Email', 'Task', true, false, NULL, NULL, NULL, '2026-01-11', NULL),
    ('00TD', '005A', NULL, NULL, NULL, 'Task', true, false, NULL, NULL, NULL, '2026-01-12', NULL),
    ('00TE', '005A', NULL, NULL, NULL, 'Call', false, false, NULL, NULL, NULL, '2026-01-13', NULL),                 -- to do
    ('00TF', '005A', NULL, NULL, NULL, 'Call', true, true, NULL, NULL, NULL, '2026-01-13', NULL);

CREATE TABLE event (id text, owner_id text, created_by_id text, what_id text, activity_date date, activity_date_time timestamptz,
                    is_child boolean, is_recurrence boolean, is_deleted boolean, created_date timestamptz,
                    no_show_c boolean, first_meeting_held_c boolean);
INSERT INTO event VALUES
    ('00UA', '005A', '005B', '006A', '2026-01-20', '2026-01-20 23:30+00', false, false, false, '2026-01-15 10:00+00', false, true),
    ('00UB', '005A', '005B', '001A', '2026-01-21', '2026-01-21 10:00+00', false, false, false, '2026-01-15 10:00+00', true, false),
    ('00UC', '005A', '005B', NULL, '2026-01-22', NULL, false, false, false, '2026-01-15 10:00+00', false, false),    -- a whole day
    ('00UD', '005A', '005B', NULL, '2026-03-30', '2026-03-30 10:00+00', false, false, false, '2026-01-15 10:00+00', false, false),
    ('00UE', '005B', '005B', '006A', '2026-01-20', '2026-01-20 23:30+00', true, false, false, '2026-01-15 10:00+00', false, true),
    ('00UF', '005A', '005B', NULL, '2026-01-20', '2026-01-20 10:00+00', false, true, false, '2026-01-15 10:00+00', false, false),
    ('00UG', '005A', '005B', NULL, '2026-01-20', '2026-01-20 10:00+00', false, false, true, '2026-01-15 10:00+00', false, false);
