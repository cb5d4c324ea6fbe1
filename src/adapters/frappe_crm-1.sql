-- adapter: frappe_crm
-- version: 1
-- tested on: the documented schema only, with a row for each trap
-- option: base_currency text required  the currency of the KPIs, such as EUR
-- option: system_time_zone text  the time zone of Frappe's System Settings; without it the business time zone

-- Names of tables hold spaces. Moments are timestamps in the time zone of the system. Flags are numbers.

-- relation: owner
SELECT u.name::text, u.full_name::text, NULL::text, u.enabled::integer <> 0
FROM {source}."tabUser" AS u
WHERE u.user_type::text = 'System User'

-- relation: opportunity
-- Only won deals get a closed date, and keep it when they are reopened; when one was lost is in the log, where the last
-- row is the status it is in. Money that was not given is 0.
SELECT d.name::text,
       d.organization::text,
       d.deal_owner::text,
       NULL::text,
       (d.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       (d.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       CASE s.type::text
            WHEN 'Won' THEN coalesce(d.closed_date::date, (l.since AT TIME ZONE {zone})::date)
            WHEN 'Lost' THEN (l.since AT TIME ZONE {zone})::date END,
       d.expected_closure_date::date,
       CASE WHEN s.type::text IN ('Won', 'Lost') THEN pg_catalog.lower(s.type::text)
            WHEN s.type::text IN ('Open', 'Ongoing', 'On Hold') THEN 'open'
            ELSE d.status::text END,
       d.status::text,
       nullif(d.deal_value::text::numeric, 0::numeric),
       nullif(d.currency::text, '')
FROM {source}."tabCRM Deal" AS d
LEFT JOIN {source}."tabCRM Deal Status" AS s ON s.name::text = d.status::text
LEFT JOIN (SELECT t.parent::text AS parent, t."from"::text AS status,
                  pg_catalog.max(t.from_date::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone})) AS since
           FROM {source}."tabCRM Status Change Log" AS t
           WHERE t.parenttype::text = 'CRM Deal'
           GROUP BY t.parent::text, t."from"::text) AS l ON l.parent = d.name::text AND l.status = d.status::text

-- relation: lead
-- Qualified and converted are both of the type Won, lost ones are disqualified; since when is in the log.
SELECT l.name::text,
       (l.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       (c.qualified_at AT TIME ZONE {zone})::date,
       CASE WHEN s.type::text = 'Lost' THEN (c.disqualified_at AT TIME ZONE {zone})::date END,
       d.deal,
       l.lead_owner::text,
       l.source::text
FROM {source}."tabCRM Lead" AS l
LEFT JOIN {source}."tabCRM Lead Status" AS s ON s.name::text = l.status::text
LEFT JOIN (SELECT t.parent::text AS parent,
                  pg_catalog.min(t.from_date::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}))
                      FILTER (WHERE r.type::text = 'Won') AS qualified_at,
                  pg_catalog.max(t.from_date::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}))
                      FILTER (WHERE r.type::text = 'Lost') AS disqualified_at
           FROM {source}."tabCRM Status Change Log" AS t
           LEFT JOIN {source}."tabCRM Lead Status" AS r ON r.name::text = t."from"::text
           WHERE t.parenttype::text = 'CRM Lead'
           GROUP BY t.parent::text) AS c ON c.parent = l.name::text
LEFT JOIN (SELECT t.lead::text AS lead, pg_catalog.min(t.name::text) AS deal
           FROM {source}."tabCRM Deal" AS t GROUP BY t.lead::text) AS d ON d.lead = l.name::text

-- relation: company
SELECT o.name::text,
       o.organization_name::text,
       (o.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       o.owner::text
FROM {source}."tabCRM Organization" AS o

-- relation: contact
SELECT c.name::text,
       nullif(c.company_name::text, ''),
       (c.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       c.owner::text
FROM {source}."tabContact" AS c

-- relation: activity
-- Calls that are over, and e-mails. What they are about is an id of any kind of record, whose kind stands beside it.
SELECT c.name::text,
       'call',
       (c.start_time::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       CASE c.type::text WHEN 'Incoming' THEN c.receiver::text WHEN 'Outgoing' THEN c.caller::text END,
       CASE c.type::text WHEN 'Incoming' THEN 'in' WHEN 'Outgoing' THEN 'out' END,
       c.status::text = 'Completed',
       c.duration::text::numeric,
       CASE WHEN c.reference_doctype::text = 'CRM Deal' THEN c.reference_docname::text END,
       NULL::text
FROM {source}."tabCRM Call Log" AS c
WHERE c.status::text IN ('Completed', 'Failed', 'Busy', 'No Answer', 'Canceled')
UNION ALL
SELECT e.name::text,
       'email',
       (e.communication_date::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       CASE e.sent_or_received::text WHEN 'Sent' THEN e.owner::text END,
       CASE e.sent_or_received::text WHEN 'Sent' THEN 'out' WHEN 'Received' THEN 'in' END,
       NULL::boolean,
       NULL::numeric,
       CASE WHEN e.reference_doctype::text = 'CRM Deal' THEN e.reference_name::text END,
       NULL::text
FROM {source}."tabCommunication" AS e
WHERE e.communication_medium::text = 'Email' AND e.communication_type::text = 'Communication'

-- relation: meeting
SELECT m.name::text,
       (m.creation::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}) AT TIME ZONE {zone})::date,
       m.scheduled_on,
       CASE WHEN m.status::text = 'Cancelled' THEN 'cancelled'
            WHEN m.status::text IN ('Completed', 'Closed') THEN 'held'
            WHEN m.status::text <> 'Open' THEN m.status::text
            WHEN m.scheduled_on < {target}.as_of() THEN 'presumed_held'
            ELSE 'booked' END,
       m.owner::text,
       m.owner::text,
       m.deal,
       NULL::boolean
FROM (SELECT NULL::text AS reference_doctype, NULL::text AS reference_docname) AS absent,
     LATERAL (SELECT t.*, CASE WHEN reference_doctype::text = 'CRM Deal' THEN reference_docname::text END AS deal,
                     CASE WHEN t.all_day::integer <> 0 THEN t.starts_on::timestamp::date
                          ELSE (t.starts_on::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone})
                                AT TIME ZONE {zone})::date END AS scheduled_on
              FROM {source}."tabEvent" AS t) AS m
WHERE m.event_category::text = 'Meeting'

-- relation: stage_change
-- The last row of the log has no status that it changed to: it is the one that the deal is in.
SELECT t.parent::text,
       t.to_date::timestamp AT TIME ZONE coalesce({option:system_time_zone}, {zone}),
       t."from"::text,
       t."to"::text,
       CASE WHEN s.type::text IN ('Won', 'Lost') THEN pg_catalog.lower(s.type::text)
            WHEN s.type::text IN ('Open', 'Ongoing', 'On Hold') THEN 'open'
            ELSE t."to"::text END,
       NULL::numeric
FROM {source}."tabCRM Status Change Log" AS t
LEFT JOIN {source}."tabCRM Deal Status" AS s ON s.name::text = t."to"::text
WHERE t.parenttype::text = 'CRM Deal' AND t."to"::text <> '' AND t."from"::text IS DISTINCT FROM t."to"::text
