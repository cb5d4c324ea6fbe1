-- Salesforce as Heroku Connect lands it: names in lower case, moments without a zone, an sfid once the row is synchronised.
CREATE TABLE "user" (id serial, sfid varchar(18), name varchar(121), isactive boolean);
INSERT INTO "user" (sfid, name, isactive) VALUES ('005A', 'Ann', true), ('005B', 'Bob', false);

CREATE TABLE account (id serial, sfid varchar(18), name varchar(255), ownerid varchar(18), isdeleted boolean, masterrecordid varchar(18),
                      createddate timestamp);
INSERT INTO account (sfid, name, ownerid, isdeleted, masterrecordid, createddate) VALUES
    ('001A', 'Acme', '005A', false, NULL, '2026-01-01 23:30'),
    ('001B', 'Acme Ltd', '005A', true, '001A', '2026-01-02 12:00');

-- one currency: the table has no column for it
CREATE TABLE opportunity (id serial, sfid varchar(18), accountid varchar(18), ownerid varchar(18), stagename varchar(255), iswon boolean,
                          isclosed boolean, isdeleted boolean, amount double precision, closedate date, createddate timestamp,
                          _hc_lastop varchar(32), _hc_err text);
INSERT INTO opportunity (sfid, accountid, ownerid, stagename, iswon, isclosed, isdeleted, amount, closedate, createddate, _hc_lastop) VALUES
    ('006A', '001B', '005A', 'Closed Won', true, true, false, 0.1, '2026-01-31', '2026-01-01 23:30', 'SYNCED'),
    ('006B', '001A', '005B', 'Closed Lost', false, true, false, 100, '2026-01-01', '2026-01-10 10:00', 'UPDATED'),  -- closed first
    ('006C', NULL, NULL, 'Proposal', false, false, false, NULL, '2026-06-30', '2026-02-01 10:00', 'SYNCED'),
    ('006D', '001A', '005A', 'Closed Won', true, true, true, 999, '2026-01-31', '2026-01-01 10:00', 'SYNCED'),
    (NULL, '001A', '005A', 'Closed Won', true, true, false, 999, '2026-01-31', '2026-01-01 10:00', 'FAILED');         -- never arrived

CREATE TABLE opportunityhistory (id serial, sfid varchar(18), opportunityid varchar(18), stagename varchar(255), amount double precision,
                                 createddate timestamp, isdeleted boolean);
INSERT INTO opportunityhistory (sfid, opportunityid, stagename, amount, createddate, isdeleted) VALUES
    ('008A', '006A', 'Proposal', 5, '2026-01-01 23:30', false), ('008B', '006A', 'Proposal', 7, '2026-01-10 10:00', false),
    ('008C', '006A', 'Closed Won', 0.1, '2026-01-31 10:00', false);

CREATE TABLE lead (id serial, sfid varchar(18), ownerid varchar(18), leadsource varchar(255), isconverted boolean, converteddate date,
                   convertedopportunityid varchar(18), isdeleted boolean, createddate timestamp);
INSERT INTO lead (sfid, ownerid, leadsource, isconverted, converteddate, convertedopportunityid, isdeleted, createddate) VALUES
    ('00QA', '005A', 'Web', true, '2026-01-05', '006A', false, '2026-01-31 23:30'),
    ('00QB', '005A', 'Web', false, NULL, NULL, true, '2026-01-31 10:00');

CREATE TABLE contact (id serial, sfid varchar(18), accountid varchar(18), ownerid varchar(18), isdeleted boolean, createddate timestamp);
INSERT INTO contact (sfid, accountid, ownerid, isdeleted, createddate) VALUES
    ('003A', '001B', '005A', false, '2026-01-03 10:00'), ('003B', '001A', '005A', true, '2026-01-03 10:00');

CREATE TABLE task (id serial, sfid varchar(18), ownerid varchar(18), whoid varchar(18), whatid varchar(18), type varchar(255),
                   tasksubtype varchar(255), isclosed boolean, isdeleted boolean, calltype varchar(255), calldisposition varchar(255),
                   calldurationinseconds integer, activitydate date, completeddatetime timestamp);
INSERT INTO task (sfid, ownerid, whoid, whatid, type, tasksubtype, isclosed, isdeleted, calltype, calldisposition, calldurationinseconds,
                  activitydate, completeddatetime) VALUES
    ('00TA', '005A', '003A', '006A', 'Call', 'Call', true, false, 'Outbound', 'Talked', 90, '2026-01-09', '2026-01-09 23:30'),
    ('00TB', '005A', '00QA', '001A', 'LinkedIn', 'Task', true, false, NULL, NULL, NULL, '2026-01-10', NULL),
    ('00TC', '005A', NULL, NULL, 'Call', 'Call', false, false, NULL, NULL, NULL, '2026-01-13', NULL);

CREATE TABLE event (id serial, sfid varchar(18), ownerid varchar(18), createdbyid varchar(18), whatid varchar(18), activitydate date,
                    activitydatetime timestamp, ischild boolean, isrecurrence boolean, isdeleted boolean, createddate timestamp);
INSERT INTO event (sfid, ownerid, createdbyid, whatid, activitydate, activitydatetime, ischild, isrecurrence, isdeleted, createddate) VALUES
    ('00UA', '005A', '005B', '006A', '2026-01-20', '2026-01-20 23:30', false, false, false, '2026-01-15 10:00'),
    ('00UB', '005A', '005B', NULL, '2026-03-30', NULL, false, false, false, '2026-01-15 10:00'),
    ('00UC', '005B', '005B', '006A', '2026-01-20', '2026-01-20 23:30', true, false, false, '2026-01-15 10:00');
