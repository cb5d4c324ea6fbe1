-- Frappe CRM's own tables: names with spaces, moments in the zone of the system, here Asia/Kolkata (five and a half hours ahead of UTC).
CREATE TABLE "tabUser" (name varchar(140), full_name varchar(140), enabled smallint, user_type varchar(140));
INSERT INTO "tabUser" VALUES
    ('ann@example.com', 'Ann', 1, 'System User'), ('bob@example.com', 'Bob', 0, 'System User'), ('web@example.com', 'Web', 1, 'Website User');

CREATE TABLE "tabCRM Deal Status" (name varchar(140), type varchar(140));
INSERT INTO "tabCRM Deal Status" VALUES
    ('Qualification', 'Open'), ('Negotiation', 'Ongoing'), ('Won', 'Won'), ('Lost', 'Lost'), ('Strange', 'Else');
CREATE TABLE "tabCRM Deal" (name varchar(140), creation timestamp, status varchar(140), deal_value numeric(21,9), currency varchar(140),
                            closed_date date, expected_closure_date date, organization varchar(140), deal_owner varchar(140), lead varchar(140));
INSERT INTO "tabCRM Deal" VALUES
    ('D-1', '2026-01-02 05:00', 'Won', 0.1, 'EUR', '2026-01-31', NULL, 'Acme', 'ann@example.com', 'L-1'),
    ('D-2', '2026-01-02 04:00', 'Lost', 100, 'USD', NULL, NULL, 'Acme', 'ann@example.com', NULL),          -- still the first of January here
    ('D-3', '2026-01-02 10:00', 'Negotiation', 0, NULL, '2026-01-15', '2026-06-30', NULL, NULL, NULL),     -- reopened; no value
    ('D-4', '2026-01-02 10:00', 'Strange', 5, 'EUR', NULL, NULL, NULL, NULL, NULL);

CREATE TABLE "tabCRM Lead Status" (name varchar(140), type varchar(140));
INSERT INTO "tabCRM Lead Status" VALUES ('New', 'Open'), ('Qualified', 'Won'), ('Converted', 'Won'), ('Junk', 'Lost');
CREATE TABLE "tabCRM Lead" (name varchar(140), creation timestamp, status varchar(140), lead_owner varchar(140), source varchar(140), converted smallint);
INSERT INTO "tabCRM Lead" VALUES
    ('L-1', '2026-01-01 10:00', 'Converted', 'ann@example.com', 'Web', 1), ('L-2', '2026-01-01 10:00', 'Junk', NULL, NULL, 0);
CREATE TABLE "tabCRM Status Change Log" (parent varchar(140), parenttype varchar(140), "from" varchar(140), from_date timestamp,
                                         "to" varchar(140), to_date timestamp);
INSERT INTO "tabCRM Status Change Log" VALUES
    ('D-1', 'CRM Deal', 'Qualification', '2026-01-02 05:00', 'Won', '2026-01-31 12:00'), ('D-1', 'CRM Deal', 'Won', '2026-01-31 12:00', '', NULL),
    ('D-2', 'CRM Deal', 'Qualification', '2026-01-02 04:00', 'Lost', '2026-01-10 04:00'),
    ('D-2', 'CRM Deal', 'Lost', '2026-01-10 04:00', 'Qualification', '2026-01-11 10:00'),
    ('D-2', 'CRM Deal', 'Qualification', '2026-01-11 10:00', 'Lost', '2026-01-15 04:00'),
    ('D-2', 'CRM Deal', 'Lost', '2026-01-15 04:00', '', NULL),                                            -- lost twice: the last time counts
    ('L-1', 'CRM Lead', 'Qualified', '2026-01-03 10:00', 'Converted', '2026-01-04 10:00'),
    ('L-1', 'CRM Lead', 'Converted', '2026-01-04 10:00', '', NULL), ('L-2', 'CRM Lead', 'Junk', '2026-01-05 10:00', '', NULL);

CREATE TABLE "tabCRM Organization" (name varchar(140), organization_name varchar(140), creation timestamp, owner varchar(140));
INSERT INTO "tabCRM Organization" VALUES ('Acme', 'Acme', '2026-01-02 04:00', 'ann@example.com');
CREATE TABLE "tabContact" (name varchar(140), company_name varchar(140), creation timestamp, owner varchar(140));
INSERT INTO "tabContact" VALUES ('Carl', 'Acme', '2026-01-02 04:00', 'ann@example.com'), ('Dora', '', '2026-01-02 10:00', 'ann@example.com');

CREATE TABLE "tabCRM Call Log" (name varchar(140), status varchar(140), type varchar(140), duration numeric(21,9), start_time timestamp,
                                caller varchar(140), receiver varchar(140), reference_doctype varchar(140), reference_docname varchar(140));
INSERT INTO "tabCRM Call Log" VALUES
    ('K-1', 'Completed', 'Outgoing', 90, '2026-01-10 04:00', 'ann@example.com', NULL, 'CRM Deal', 'D-1'),
    ('K-2', 'No Answer', 'Incoming', NULL, '2026-01-10 10:00', NULL, 'bob@example.com', 'CRM Lead', 'L-1'),
    ('K-3', 'Ringing', 'Outgoing', NULL, '2026-01-10 10:00', 'ann@example.com', NULL, NULL, NULL);
CREATE TABLE "tabCommunication" (name varchar(140), communication_type varchar(140), communication_medium varchar(140), sent_or_received varchar(140),
                                 communication_date timestamp, owner varchar(140), reference_doctype varchar(140), reference_name varchar(140));
INSERT INTO "tabCommunication" VALUES
    ('E-1', 'Communication', 'Email', 'Sent', '2026-01-11 10:00', 'ann@example.com', 'CRM Deal', 'D-1'),
    ('E-2', 'Communication', 'Email', 'Received', '2026-01-11 10:00', 'Administrator', NULL, NULL),
    ('E-3', 'Automated Message', 'Email', 'Sent', '2026-01-11 10:00', 'Administrator', NULL, NULL),
    ('E-4', 'Communication', 'SMS', 'Sent', '2026-01-11 10:00', 'ann@example.com', NULL, NULL);
CREATE TABLE "tabEvent" (name varchar(140), event_category varchar(140), status varchar(140), starts_on timestamp, all_day smallint,
                         creation timestamp, owner varchar(140), reference_doctype varchar(140), reference_docname varchar(140));
INSERT INTO "tabEvent" VALUES
    ('M-1', 'Meeting', 'Completed', '2026-01-21 04:00', 0, '2026-01-15 10:00', 'ann@example.com', 'CRM Deal', 'D-1'),
    ('M-2', 'Meeting', 'Cancelled', '2026-01-21 10:00', 0, '2026-01-15 10:00', 'ann@example.com', 'CRM Lead', 'L-1'),
    ('M-3', 'Meeting', 'Open', '2026-01-22 00:00', 1, '2026-01-15 10:00', 'ann@example.com', NULL, NULL),      -- a whole day
    ('M-4', 'Meeting', 'Open', '2026-03-30 10:00', 0, '2026-01-15 10:00', 'ann@example.com', NULL, NULL),
    ('M-5', 'Call', 'Open', '2026-01-22 10:00', 0, '2026-01-15 10:00', 'ann@example.com', NULL, NULL);
