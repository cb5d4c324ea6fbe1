-- check_source: what is wrong with the data that a model reads

SET client_min_messages = warning;
SET datestyle = ISO;
CREATE SCHEMA crm;
CREATE TABLE crm.owner (owner_id int);
CREATE TABLE crm.opportunity (opportunity_id int, owner_id int, created_on date, closed_on date, status text, amount numeric, currency text);
CREATE TABLE crm.activity (activity_id int, kind text, occurred_on date, duration_s int, opportunity_id int);
CREATE TABLE crm.meeting (meeting_id int, scheduled_on timestamptz, booked_by int, status text);
CREATE TABLE crm.stage_change (opportunity_id int, changed_at timestamptz, to_status text);
CREATE TABLE crm.customer_revenue (customer_id int, period_on date, amount numeric, currency text, gross_margin float8);
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"base_currency": "EUR"}');
UPDATE kpi.kpi_clock SET as_of = '2026-06-30';

-- Of a source without rows it says just that; of one without a problem nothing.
SELECT * FROM check_source('kpi');
INSERT INTO crm.owner VALUES (1), (2);
INSERT INTO crm.opportunity VALUES
    (1, 1, '2026-06-01', '2026-06-30', 'won', 100, 'EUR'),
    (2, 2, '2026-06-01', '2026-06-02', 'lost', 100, NULL),
    (3, NULL, '2026-06-03', NULL, 'open', 100, 'USD'),
    (4, 1, '2026-06-03', '2026-06-03', 'void', NULL, 'EUR');
INSERT INTO kpi.fx_rate VALUES ('USD', '2026-01-01', 0.9);
SELECT * FROM check_source('kpi');

-- Each problem, in one row or two.
INSERT INTO crm.opportunity VALUES
    (11, 1, '2026-06-10', '2026-06-09', 'won', 1, NULL),
    (12, 1, '2026-06-10', NULL, 'lost', 1, NULL),
    (13, 1, '2026-06-10', '2026-07-01', 'won', 1, NULL),
    (14, 1, '2026-07-01', NULL, 'open', 1, NULL),
    (15, 1, '2026-06-10', NULL, 'Negotiation', 1, NULL),
    (16, 1, '2026-06-10', NULL, NULL, 1, NULL),
    (17, 1, '2026-06-10', '2026-06-10', 'won', NULL, NULL),
    (18, 1, '2026-06-10', '2026-06-10', 'won', 0, NULL),
    (19, 1, '2026-06-10', '2026-06-10', 'won', -1, NULL),
    (20, 1, '2026-06-10', '2026-06-10', 'won', 1, 'GBP'),
    (21, 1, '2025-12-01', '2025-12-31', 'won', 1, 'USD'),
    (22, 99, '2026-06-10', '2026-06-10', 'won', 1, NULL),
    (23, 1, '2026-06-10', '2026-06-10', 'won', 1, NULL), (23, 1, '2026-06-10', '2026-06-10', 'won', 1, NULL),
    (NULL, 1, '2026-06-10', '2026-06-10', 'won', 1, NULL),
    (25, 1, '1970-01-19', '2026-06-10', 'won', 1, NULL),
    (26, 1, '55970-01-19', NULL, 'open', 1, NULL);
INSERT INTO crm.activity VALUES (1, 'call', '2026-05-01', 60, 1), (2, 'Phone', '2026-05-01', 90000, NULL), (3, 'email', '2026-05-30', -1, 999);
INSERT INTO crm.meeting VALUES (1, '1970-01-18', 1, 'held'), (2, '2026-06-01', 98, 'Done');
INSERT INTO crm.stage_change VALUES (1, '1970-01-18', 'open'), (99, 'infinity', 'Won');
INSERT INTO crm.customer_revenue VALUES (1, '2026-06-01', 5, 'GBP', 0.8), (1, '2026-06-01', 5, 'EUR', 80);
INSERT INTO kpi.spend VALUES ('2026-06-01', 5, 'GBP', 'fair'), (NULL, 5, 'USD', 'fair');
SELECT relation, problem, rows, example FROM check_source('kpi');

-- No lost rows.
DELETE FROM crm.opportunity WHERE status = 'lost';
SELECT * FROM check_source('kpi') WHERE problem LIKE 'no lost%';
DELETE FROM crm.opportunity WHERE status = 'won';
SELECT * FROM check_source('kpi') WHERE problem LIKE 'no lost%';

-- A relation that cannot be read is one row, and what else would be asked of it is not.
ALTER TABLE crm.activity RENAME occurred_on TO day;
ALTER TABLE crm.opportunity ALTER COLUMN created_on TYPE text;
INSERT INTO crm.opportunity (created_on) VALUES ('soon');
DROP TABLE crm.meeting, crm.owner;
ALTER TABLE kpi.spend ALTER COLUMN amount TYPE text;
DROP TABLE kpi.target;
ALTER TABLE kpi.working_calendar DROP COLUMN name;
SELECT * FROM check_source('kpi');

-- It only reads, with the caller's rights.
BEGIN READ ONLY;
SELECT count(*) FROM check_source('kpi');
COMMIT;
CREATE ROLE regress_sv_reader;
SET ROLE regress_sv_reader;
SELECT relation, problem, rows, example FROM check_source('kpi');
RESET ROLE;
DROP ROLE regress_sv_reader;

-- Of what is no model, everything is missing.
SELECT count(*), count(DISTINCT relation), min(problem), max(problem) FROM check_source('nowhere');
SELECT * FROM check_source(NULL);
DROP SCHEMA crm, kpi CASCADE;
