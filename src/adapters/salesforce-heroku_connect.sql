-- adapter: salesforce
-- version: heroku_connect
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: conversation_dispositions list DEFAULT '[]'  the call results that mean that somebody talked; without them nobody knows
-- option: held_column identifier  a column of event that is true if the meeting was held
-- option: no_show_column identifier  a column of event that is true if nobody came

-- Rows without an sfid were written here and have not reached Salesforce (yet); they are left out. Moments are
-- timestamps in UTC. A column that not every table has is a column of "absent" as well: a name without a table is looked
-- up there last. Money is double precision; its text is the shortest decimal that stands for it.

-- relation: owner
SELECT u.sfid::text, u.name::text, NULL::text, u.isactive::boolean
FROM {source}."user" AS u
WHERE u.sfid IS NOT NULL

-- relation: opportunity
-- The close date is the expected one until the opportunity is closed, and a calendar date, which no zone shifts.
SELECT o.sfid::text,
       coalesce(a.masterrecordid::text, o.accountid::text),
       o.ownerid::text,
       NULL::text,
       (o.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       (o.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN o.iswon::boolean OR o.isclosed::boolean THEN o.closedate::date END,
       CASE WHEN o.iswon::boolean OR o.isclosed::boolean THEN NULL ELSE o.closedate::date END,
       CASE WHEN o.iswon::boolean THEN 'won' WHEN o.isclosed::boolean THEN 'lost' ELSE 'open' END,
       o.stagename::text,
       o.amount::text::numeric,
       o.row_currency::text
FROM (SELECT NULL::text AS currencyisocode) AS absent,
     LATERAL (SELECT t.*, currencyisocode AS row_currency FROM {source}.opportunity AS t) AS o
LEFT JOIN (SELECT t.* FROM (SELECT NULL::text AS sfid, NULL::text AS masterrecordid) AS absent,
                                LATERAL (SELECT sfid, masterrecordid FROM {optional:account}) AS t) AS a
    ON a.sfid::text = o.accountid::text
WHERE o.sfid IS NOT NULL AND NOT coalesce(o.isdeleted::boolean, false)

-- relation: lead
SELECT l.sfid::text,
       (l.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       CASE WHEN l.isconverted::boolean THEN l.converteddate::date END,
       NULL::date,
       l.convertedopportunityid::text,
       l.ownerid::text,
       l.leadsource::text
FROM (SELECT NULL::text AS masterrecordid) AS absent,
     LATERAL (SELECT t.*, masterrecordid AS master FROM {source}.lead AS t) AS l
WHERE l.sfid IS NOT NULL AND NOT coalesce(l.isdeleted::boolean, false) AND l.master IS NULL

-- relation: company
SELECT a.sfid::text, a.name::text, (a.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date, a.ownerid::text
FROM (SELECT NULL::text AS masterrecordid) AS absent,
     LATERAL (SELECT t.*, masterrecordid AS master FROM {source}.account AS t) AS a
WHERE a.sfid IS NOT NULL AND NOT coalesce(a.isdeleted::boolean, false) AND a.master IS NULL

-- relation: contact
SELECT c.sfid::text,
       coalesce(a.masterrecordid::text, c.accountid::text),
       (c.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       c.ownerid::text
FROM (SELECT NULL::text AS masterrecordid) AS absent,
     LATERAL (SELECT t.*, masterrecordid AS master FROM {source}.contact AS t) AS c
LEFT JOIN (SELECT t.* FROM (SELECT NULL::text AS sfid, NULL::text AS masterrecordid) AS absent,
                                LATERAL (SELECT sfid, masterrecordid FROM {optional:account}) AS t) AS a
    ON a.sfid::text = c.accountid::text
WHERE c.sfid IS NOT NULL AND NOT coalesce(c.isdeleted::boolean, false) AND c.master IS NULL

-- relation: activity
-- Tasks that are done. What they are about is an id of any kind of record; its first three letters tell which.
SELECT t.sfid::text,
       t.kind,
       coalesce((t.completeddatetime::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date, t.activitydate::date),
       t.ownerid::text,
       CASE t.calltype::text WHEN 'Inbound' THEN 'in' WHEN 'Outbound' THEN 'out' END,
       CASE WHEN t.kind = 'call' AND pg_catalog.cardinality({option:conversation_dispositions}) > 0
            THEN coalesce(t.calldisposition::text = ANY ({option:conversation_dispositions}), false) END,
       t.calldurationinseconds::text::numeric,
       CASE WHEN pg_catalog.starts_with(t.whatid::text, '006') THEN t.whatid::text END,
       CASE WHEN pg_catalog.starts_with(t.whoid::text, '003') THEN t.whoid::text END
FROM (SELECT s.*, CASE WHEN 'Call' IN (s.tasksubtype::text, s.type::text) THEN 'call'
                       WHEN s.tasksubtype::text IN ('Email', 'ListEmail') OR s.type::text = 'Email' THEN 'email'
                       WHEN s.type::text = 'LinkedIn' THEN 'linkedin'
                       ELSE 'other' END AS kind
      FROM {source}.task AS s) AS t
WHERE t.sfid IS NOT NULL AND t.isclosed::boolean AND NOT coalesce(t.isdeleted::boolean, false)

-- relation: meeting
-- Without the copies that invited colleagues get, and without the patterns of recurring meetings. A meeting of a whole
-- day has a date and no time.
SELECT e.sfid::text,
       (e.createddate::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
       e.scheduled_on,
       CASE WHEN e.no_show THEN 'no_show'
            WHEN e.held THEN 'held'
            WHEN e.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       e.createdbyid::text,
       e.ownerid::text,
       CASE WHEN pg_catalog.starts_with(e.whatid::text, '006') THEN e.whatid::text END,
       NULL::boolean
FROM (SELECT t.*, {option:held_column}::boolean AS held, {option:no_show_column}::boolean AS no_show,
             coalesce((t.activitydatetime::timestamp AT TIME ZONE 'UTC' AT TIME ZONE {zone})::date,
                      t.activitydate::date) AS scheduled_on
      FROM {source}.event AS t) AS e
WHERE e.sfid IS NOT NULL AND NOT coalesce(e.ischild::boolean, false) AND NOT coalesce(e.isrecurrence::boolean, false)
  AND NOT coalesce(e.isdeleted::boolean, false)

-- relation: stage_change
-- Salesforce's own history has a row for each change of amount, probability, stage or close date: those of the stage
-- are kept. Whether a stage is won or lost is what opportunities in it say.
SELECT h.opportunityid::text,
       h.createddate::timestamp AT TIME ZONE 'UTC',
       h.from_stage,
       h.stagename::text,
       CASE WHEN s.is_won THEN 'won' WHEN s.is_closed THEN 'lost' WHEN NOT s.is_closed THEN 'open' END,
       h.amount::text::numeric
FROM (SELECT t.*, pg_catalog.lag(t.stagename::text)
                      OVER (PARTITION BY t.opportunityid::text ORDER BY t.createddate, t.sfid::text) AS from_stage
      FROM {source}.opportunityhistory AS t WHERE NOT coalesce(t.isdeleted::boolean, false)) AS h
LEFT JOIN (SELECT t.stagename::text AS stage_name, pg_catalog.bool_or(t.iswon::boolean) AS is_won,
                  pg_catalog.bool_or(t.isclosed::boolean) AS is_closed
           FROM {source}.opportunity AS t GROUP BY t.stagename::text) AS s ON s.stage_name = h.stagename::text
WHERE h.from_stage IS DISTINCT FROM h.stagename::text
