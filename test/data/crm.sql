-- crm.sql: make the CRM of a company that does not exist, for the demo, the tests and the benchmark
--
--   psql -qX -f test/data/crm.sql                                 a small one: 2,000 opportunities
--   psql -qX -v scale=2500 -v only=opportunity -v persistence=unlogged -f test/data/crm.sql     5 million
--
-- The tables are made in the current schema (set search_path first); the extension is not needed.
-- Options, each with -v name=value:
--   seed         another company, of the same kind                    (1)
--   scale        opportunities in units of 2,000                      (1)
--   today        the last day that has happened                       (2026-06-30); four years of history end on it
--   zone         the time zone in which the company works             (Europe/Amsterdam)
--   only         opportunity: make rep, company and opportunity only  (all)
--   persistence  unlogged: tables without WAL                         ()
--
-- The same options give the same rows: chance is a function of (seed, stream, row), see draw() below, and
-- neither random() nor the clock is read. Money is in EUR throughout.
--
-- The data is dirty on purpose, as real data is: about 1 to 3 % each of opportunities without amount, with
-- amount 0, closed before they were opened, closed without a date, without owner and re-opened, 0.6 % with a
-- negative amount, 9 % void, and open rows whose expected close has passed.

\set ON_ERROR_STOP on
\if :{?seed}        \else \set seed 1                     \endif
\if :{?scale}       \else \set scale 1                    \endif
\if :{?today}       \else \set today 2026-06-30           \endif
\if :{?zone}        \else \set zone Europe/Amsterdam      \endif
\if :{?only}        \else \set only all                   \endif
\if :{?persistence} \else \set persistence ''             \endif

-- How many rows there are. The reps grow slowly: 8 at scale 1, 200 at scale 2500.
SELECT greatest(1, round(2000 * :scale))::bigint AS opportunities,
       greatest(2, round(8 * power(:scale, ln(25) / ln(2500))))::int AS reps,
       greatest(1, round(300 * :scale))::bigint AS companies,           -- added in the four years
       greatest(1, round(150 * :scale))::bigint AS old_companies,       -- known before them
       :'only' <> 'opportunity' AS everything
\gset

-- A number in (0, 1) that depends on the seed, the name of a stream and a row, and on nothing else.
CREATE FUNCTION pg_temp.draw(stream text, id bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ((hashint8extended(id, hashtextextended(stream COLLATE "C", :seed)) & 4503599627370495)::float8 + 0.5)
       / 4503599627370496;      -- the low 52 bits

-- The same for the standard normal distribution (Box and Muller).
CREATE FUNCTION pg_temp.normal(stream text, id bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN sqrt(-2 * ln(pg_temp.draw(stream, id))) * cos(2 * pi() * pg_temp.draw(stream || ' angle', id));

-- The instant at which clocks in the company's zone show this many hours of that day.
CREATE FUNCTION pg_temp.instant(day date, hours double precision) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (day + make_interval(secs => floor(hours * 3600))) AT TIME ZONE :'zone';

---------------------------------------------------------------------------------------------------------------
-- Days
---------------------------------------------------------------------------------------------------------------

CREATE :persistence TABLE holiday (
    holiday_on date PRIMARY KEY,            -- nobody works on this day
    name       text NOT NULL
);
INSERT INTO holiday
SELECT holiday_on, min(name)
FROM generate_series(extract(year FROM date :'today')::int - 4, extract(year FROM date :'today')::int + 1) AS year,
     LATERAL (SELECT (19 * (year % 19) + 24) % 30 AS moon) AS m,
     LATERAL (SELECT make_date(year, 3, 22) + moon + (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
              AS easter) AS e,              -- Gauss; right from 1982 to 2048
     LATERAL (VALUES (make_date(year, 1, 1), 'New Year''s Day'), (easter + 1, 'Easter Monday'),
                     (easter + 39, 'Ascension Day'), (easter + 50, 'Whit Monday'),
                     (make_date(year, 12, 25), 'Christmas Day'), (make_date(year, 12, 26), 'Boxing Day')
             ) AS v (holiday_on, name)
GROUP BY holiday_on;

-- How busy each day of the four years was: growth of 25 % a year, the season, the weekday, and chance.
-- Of n rows a table gives the day those numbered n * before / total + 1 to n * upto / total, so that
-- identifiers ascend with time; n * before / total is also the number of rows that existed that morning.
CREATE TEMP TABLE crm_day AS
SELECT day,
       greatest(1, round(:reps * (0.5 + 0.5 * (day - first) / (date :'today' - first))))::int AS reps, -- hired so far
       sum(weight) OVER (ORDER BY day) - weight AS before,
       sum(weight) OVER (ORDER BY day) AS upto,
       sum(weight) OVER () AS total
FROM (SELECT day::date, first,
             (1000 * power(1.25, (day::date - first) / 365.25)
              * (ARRAY[1.05, 1, 1.1, 1, 0.95, 1, 0.8, 0.7, 1.1, 1.15, 1.1, 0.75])[extract(month FROM day)::int]
              * CASE WHEN extract(isodow FROM day) > 5 OR day::date IN (SELECT holiday_on FROM holiday)
                     THEN 0.03 ELSE 1 END
              * exp(0.35 * pg_temp.normal('day', day::date - date '2000-01-01')))::bigint AS weight
      FROM (SELECT (date :'today' - interval '4 years')::date + 1 AS first) AS f,
           generate_series(first::timestamp, timestamp :'today', '1 day') AS day) AS w;
ANALYZE crm_day;

---------------------------------------------------------------------------------------------------------------
-- People and companies
---------------------------------------------------------------------------------------------------------------

CREATE :persistence TABLE rep (
    rep_id   bigint PRIMARY KEY,
    name     text NOT NULL,
    team     text NOT NULL,
    hired_on date NOT NULL,
    quota    numeric NOT NULL               -- won amount asked of the rep per month
);
INSERT INTO rep
SELECT id,
       (ARRAY['Anna', 'Bram', 'Clara', 'Daan', 'Emma', 'Finn', 'Greta', 'Hugo', 'Iris', 'Jonas', 'Karin', 'Lars',
              'Mila', 'Noah', 'Olga', 'Pieter', 'Rosa', 'Sven', 'Tess', 'Willem'])[1 + (id - 1) % 20] || ' '
       || (ARRAY['Bakker', 'Costa', 'Dupont', 'Fischer', 'Jansen', 'Kowalski', 'Larsen', 'Meyer', 'Novak',
                 'Visser'])[1 + (7 * id + (id - 1) / 20) % 10],
       (ARRAY['North', 'South', 'Partners', 'Key accounts'])[1 + (id - 1) % 4],
       (SELECT min(day) FROM crm_day WHERE reps >= id),
       1000 * round(8 + 10 * pg_temp.draw('quota', id))
FROM generate_series(1, :reps) AS id;

CREATE :persistence TABLE company (
    company_id bigint PRIMARY KEY,
    name       text NOT NULL,
    industry   text NOT NULL,
    created_on date NOT NULL,               -- when it was entered
    owner_id   bigint                       -- rep who looks after it
);
INSERT INTO company
SELECT id, 'Company ' || id,
       (ARRAY['Manufacturing', 'Retail', 'Logistics', 'Software', 'Health', 'Finance'])
           [1 + floor(6 * pg_temp.draw('industry', id))],
       day, ceil(reps * pg_temp.draw('company owner', id))
FROM (SELECT id, (SELECT min(day) FROM crm_day) - (3 * (:old_companies + 1 - id) * 365 / :old_companies)::int AS day,
             (SELECT min(reps) FROM crm_day) AS reps
      FROM generate_series(1, :old_companies) AS id
      UNION ALL
      SELECT :old_companies + id, day, reps
      FROM crm_day, generate_series((:companies * before / total)::bigint + 1,
                                    (:companies * upto / total)::bigint) AS id
     ) AS c;

---------------------------------------------------------------------------------------------------------------
-- Opportunities
---------------------------------------------------------------------------------------------------------------

CREATE :persistence TABLE opportunity (
    opportunity_id    bigint NOT NULL,
    company_id        bigint NOT NULL,
    owner_id          bigint,               -- rep; NULL: nobody took it
    status            text NOT NULL,        -- open, won, lost, void (duplicate, cancelled, no decision)
    stage             text NOT NULL,        -- new, qualified, proposal, negotiation; the status once closed
    amount            numeric,              -- value of the deal; NULL: unknown, as a rule 0 too; < 0: a credit
    currency          text NOT NULL,
    won               boolean               -- for the boolean form of the aggregates, in which a void row
        GENERATED ALWAYS AS                 -- reads as an open one: leave void out there, or use status
        (CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) STORED,
    created_on        date NOT NULL,        -- day on which it was opened
    qualified_on      date,                 -- day on which sales accepted it; NULL: not (yet)
    expected_close_on date,                 -- a forecast; open opportunities have one too
    closed_on         date,                 -- day on which it was won, lost or made void; NULL: open, or not noted
    opened_at         timestamptz NOT NULL, -- the instants of created_on and closed_on
    closed_at         timestamptz
);

-- Four steps, each on the columns of the one inside it. OFFSET 0 keeps the planner from merging them, which would
-- repeat every draw wherever its column is read.
INSERT INTO opportunity (opportunity_id, company_id, owner_id, status, stage, amount, currency,
                         created_on, qualified_on, expected_close_on, closed_on, opened_at, closed_at)
SELECT id, company_id,
       CASE WHEN pg_temp.draw('no owner', id) > 0.02 THEN owner_id END,
       status,
       CASE status WHEN 'open'
            THEN (ARRAY['new', 'qualified', 'proposal', 'negotiation'])[1 + 4 * (date :'today' - day) / (closed - day)]
            ELSE status END,
       CASE WHEN odd_amount < 0.025 THEN NULL
            WHEN odd_amount < 0.040 THEN 0
            WHEN odd_amount < 0.046 THEN -amount
            ELSE amount END,
       'EUR',
       day,
       CASE WHEN fate = 'won' OR qualified <= closed AND pg_temp.draw('qualified', id) < 0.75
            THEN CASE WHEN least(qualified, closed) <= date :'today' THEN least(qualified, closed) END END,
       forecast,
       closed_on,
       pg_temp.instant(day, 8 + 5 * pg_temp.draw('opened at', id)),
       pg_temp.instant(closed_on, 13 + 5 * pg_temp.draw('closed at', id))
FROM (SELECT *,                                             -- 4. as known today, with the mistakes of data entry
             CASE WHEN closed > date :'today' THEN 'open' ELSE fate END AS status,
             CASE WHEN closed > date :'today' OR odd_date < 0.013 THEN NULL
                  WHEN odd_date < 0.026 THEN day - ceil(1500 * odd_date - 19)::int        -- 1 to 20 days too early
                  ELSE closed END AS closed_on,
             day + greatest(7, (days * exp(0.4 * pg_temp.normal('forecast', id)))::int) AS forecast,
             day + round(exp(1.2 + 0.8 * pg_temp.normal('qualified after', id)))::int AS qualified,
             pg_temp.draw('odd amount', id) AS odd_amount
      FROM (SELECT *,                                       -- 3. when it ends: not on weekends
                   pg_temp.draw('odd date', id) AS odd_date,
                   day + days + CASE WHEN extract(isodow FROM day + days) > 5
                                     THEN 8 - extract(isodow FROM day + days)::int + id % 5 ELSE 0 END::int AS closed
            FROM (SELECT *,                                 -- 2. how long it takes: losing takes longer, big deals too
                         greatest(1, round((amount / 5000) ^ 0.1 * exp(
                             CASE fate WHEN 'won' THEN 3.45 + 0.65 * pg_temp.normal('days', id)
                                       WHEN 'lost' THEN 3.75 + 0.85 * pg_temp.normal('days', id)
                                       ELSE 3.4 + 0.8 * pg_temp.normal('days', id) END)))::int AS days
                  FROM (SELECT *,                           -- 1. what it is, and how it will end
                               CASE WHEN pg_temp.draw('fate', id) < 0.15 + 0.2 * pg_temp.draw('skill', owner_id)
                                    THEN 'won'
                                    WHEN pg_temp.draw('fate', id) < 0.90 THEN 'lost' ELSE 'void' END AS fate,
                               round(exp(8.4 + pg_temp.normal('amount', id))::numeric, 2) AS amount
                        FROM (SELECT id, day,
                                     ceil(reps * pg_temp.draw('owner', id))::bigint AS owner_id,
                                     -- recent companies buy more often
                                     ceil(companies * pg_temp.draw('company', id) ^ 0.7)::bigint AS company_id
                              FROM (SELECT *, :old_companies + (:companies * before / total)::bigint AS companies
                                    FROM crm_day) AS d,
                                   generate_series((:opportunities * before / total)::bigint + 1,
                                                   (:opportunities * upto / total)::bigint) AS id
                              OFFSET 0) AS opened
                        OFFSET 0) AS fated
                  OFFSET 0) AS timed
            OFFSET 0) AS ended
      OFFSET 0) AS known;
ALTER TABLE opportunity ADD PRIMARY KEY (opportunity_id);

\if :everything

-- What happened to each opportunity, in order. One that was closed and opened again shows it here only.
CREATE :persistence TABLE stage_change (
    opportunity_id bigint NOT NULL,
    changed_at     timestamptz NOT NULL,
    from_stage     text,                    -- NULL: the opportunity was entered
    to_stage       text NOT NULL,           -- as in opportunity.stage
    to_status      text NOT NULL            -- as in opportunity.status
);
INSERT INTO stage_change
SELECT opportunity_id, opened_at + make_interval(secs => floor(seconds * share)),
       lag(entered) OVER (PARTITION BY opportunity_id ORDER BY share), entered,
       CASE WHEN entered IN ('won', 'lost', 'void') THEN entered ELSE 'open' END
FROM (SELECT *, ARRAY['new', 'qualified', 'proposal', 'negotiation'] AS stages,
             extract(epoch FROM CASE WHEN status = 'open' THEN pg_temp.instant(date :'today', 18) - opened_at
                                     WHEN closed_at > opened_at THEN closed_at - opened_at
                                     ELSE interval '10 days' END) AS seconds,   -- no usable date was noted
             pg_temp.draw('re-opened', opportunity_id) < 0.025 AND status IN ('open', 'won', 'lost') AS reopened
      FROM opportunity) AS o,
     LATERAL (SELECT CASE status WHEN 'open' THEN array_position(stages, stage)
                                 WHEN 'won' THEN 4
                                 ELSE ceil(4 * pg_temp.draw('reached', opportunity_id)) END AS reached) AS r,
     LATERAL (SELECT (k - 1) * 0.6 / reached, stages[k] FROM generate_series(1, reached::int) AS k
              UNION ALL SELECT 0.7, 'lost' WHERE reopened
              UNION ALL SELECT 0.8, stages[reached::int] WHERE reopened
              UNION ALL SELECT 1, status WHERE status <> 'open') AS change (share, entered);

---------------------------------------------------------------------------------------------------------------
-- Contacts and leads
---------------------------------------------------------------------------------------------------------------

CREATE :persistence TABLE contact (
    contact_id bigint PRIMARY KEY,
    company_id bigint NOT NULL,
    name       text NOT NULL,
    email      text,
    created_on date NOT NULL,               -- when it was entered
    owner_id   bigint                       -- rep who entered it
);
INSERT INTO contact
SELECT id, company_id, 'Contact ' || id, 'contact' || id || '@company' || company_id || '.example', created_on,
       ceil(reps * pg_temp.draw('contact owner', id))
FROM (SELECT 4 * company_id - k AS id, company_id, created_on, (SELECT min(reps) FROM crm_day) AS reps
      FROM company, generate_series(0, 3) AS k
      WHERE company_id <= :old_companies
      UNION ALL
      SELECT 4 * :old_companies + id, ceil(known * pg_temp.draw('contact company', id) ^ 0.5), day, reps
      FROM (SELECT *, :old_companies + (:companies * before / total)::bigint AS known FROM crm_day) AS d,
           generate_series((4 * :companies * before / total)::bigint + 1,
                           (4 * :companies * upto / total)::bigint) AS id) AS c;

CREATE :persistence TABLE lead (
    lead_id                  bigint PRIMARY KEY,
    created_on               date NOT NULL,
    qualified_on             date,          -- became sales-qualified; NULL: not (yet)
    disqualified_on          date,          -- given up; NULL: not (yet)
    converted_opportunity_id bigint,        -- the opportunity that it became
    owner_id                 bigint,        -- rep
    source                   text NOT NULL  -- the marketing channel, as in spend.category
);
INSERT INTO lead
SELECT row_number() OVER (ORDER BY created_on, opportunity_id, id), created_on, qualified_on, disqualified_on,
       opportunity_id, owner_id,
       CASE WHEN source < 0.35 THEN 'search' WHEN source < 0.60 THEN 'content' WHEN source < 0.75 THEN 'events'
            WHEN source < 0.90 THEN 'social' ELSE 'referral' END
FROM (SELECT opportunity_id AS id, opportunity_id, owner_id, created_on AS qualified_on, NULL::date AS disqualified_on,
             created_on - round(exp(2.3 + 0.9 * pg_temp.normal('lead age', opportunity_id)))::int AS created_on,
             pg_temp.draw('source', opportunity_id) AS source
      FROM opportunity
      WHERE pg_temp.draw('from a lead', opportunity_id) < 0.6       -- the others were found by the reps themselves
      UNION ALL
      SELECT id, NULL, owner_id, NULL, CASE WHEN given_up <= date :'today' THEN given_up END, day,
             pg_temp.draw('source', -id)
      FROM (SELECT id, day, ceil(reps * pg_temp.draw('lead owner', id))::bigint AS owner_id,
                   day + round(exp(2.8 + 0.8 * pg_temp.normal('given up', id)))::int AS given_up
            FROM crm_day, generate_series((2 * :opportunities * before / total)::bigint + 1,
                                          (2 * :opportunities * upto / total)::bigint) AS id) AS l) AS m;

---------------------------------------------------------------------------------------------------------------
-- Activities. A rep is away one week in twelve: no rows at all, which is a 0 and not "no data".
---------------------------------------------------------------------------------------------------------------

-- So many rows for each opportunity of the four years, spread over the days: number, day, who did it, to whom.
CREATE FUNCTION pg_temp.activity(stream text, per_opportunity int, OUT id bigint, OUT day date, OUT owner_id bigint,
                                 OUT contact_id bigint, OUT opportunity_id bigint) RETURNS SETOF record
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT *
    FROM (SELECT n.id, day,
                 ceil(reps * pg_temp.draw(stream || ' owner', n.id))::bigint AS owner_id,
                 ceil(contacts * pg_temp.draw(stream || ' contact', n.id))::bigint AS contact_id,
                 -- one in four is about an opportunity, a recent one
                 CASE WHEN pg_temp.draw(stream || ' about', n.id) < 0.25 AND opportunities > 0
                      THEN ceil(opportunities * pg_temp.draw(stream || ' which', n.id) ^ 0.05)::bigint END
          FROM (SELECT *, 4 * :old_companies + (4 * :companies * before / total)::bigint AS contacts,
                       (:opportunities * before / total)::bigint AS opportunities FROM crm_day) AS d,
               generate_series((:opportunities * per_opportunity * before / total)::bigint + 1,
                               (:opportunities * per_opportunity * upto / total)::bigint) AS n (id)) AS a
    WHERE pg_temp.draw('away', owner_id * 10000 + (day - date '2000-01-03') / 7) > 0.08;
END;

CREATE :persistence TABLE call (
    call_id         bigint NOT NULL,
    occurred_on     date NOT NULL,          -- the day of occurred_at in the company's zone
    occurred_at     timestamptz NOT NULL,
    owner_id        bigint NOT NULL,        -- rep who called or was called
    contact_id      bigint NOT NULL,
    opportunity_id  bigint,                 -- NULL: about none in particular
    direction       text NOT NULL,          -- outbound, inbound
    is_conversation boolean NOT NULL,       -- a human answered and talked
    duration_s      int NOT NULL            -- seconds on the phone, without ringing
);
INSERT INTO call
SELECT id, day, pg_temp.instant(day, 8.5 + 9 * pg_temp.draw('call at', id)), owner_id, contact_id, opportunity_id,
       CASE WHEN pg_temp.draw('direction', id) < 0.92 THEN 'outbound' ELSE 'inbound' END,
       talked,
       CASE WHEN talked THEN 30 + exp(5 + 0.9 * pg_temp.normal('talk', id))
            ELSE greatest(0, 60 * pg_temp.draw('voice mail', id) - 25) END::int
FROM (SELECT *, pg_temp.draw('answered', id) < 0.15 + 0.2 * pg_temp.draw('skill', owner_id) AS talked
      FROM pg_temp.activity('call', 40)) AS c;

CREATE :persistence TABLE email (
    email_id     bigint NOT NULL,
    sent_on      date NOT NULL,             -- the day of sent_at in the company's zone
    sent_at      timestamptz NOT NULL,
    owner_id     bigint NOT NULL,           -- rep who sent it
    contact_id   bigint NOT NULL,
    bounced      boolean NOT NULL,          -- not delivered
    open_tracked boolean NOT NULL,          -- false: whether it was opened cannot be known
    opened       boolean NOT NULL,
    clicked      boolean NOT NULL,
    replied      boolean NOT NULL           -- may be true of one that was not seen to be opened
);
INSERT INTO email
SELECT id, day, pg_temp.instant(day, 8 + 10 * pg_temp.draw('email at', id)), owner_id, contact_id,
       fate < 0.035,
       tracked,
       tracked AND fate BETWEEN 0.035 AND 0.40,
       tracked AND fate BETWEEN 0.035 AND 0.09,
       fate BETWEEN 0.035 AND 0.40 AND pg_temp.draw('replied', id) < 0.12
FROM (SELECT *, pg_temp.draw('email fate', id) AS fate, pg_temp.draw('tracked', id) < 0.85 AS tracked
      FROM pg_temp.activity('email', 50)) AS e;

CREATE :persistence TABLE meeting (
    meeting_id     bigint PRIMARY KEY,
    booked_on      date NOT NULL,           -- when it was agreed
    scheduled_on   date NOT NULL,           -- when it was to take place
    status         text NOT NULL,           -- booked, held, presumed_held, no_show, cancelled, rescheduled,
                                            -- declined, unknown
    booked_by      bigint,                  -- rep who gets the credit
    host           bigint,                  -- rep who was there
    opportunity_id bigint,                  -- NULL: it led to none (yet)
    is_qualified   boolean                  -- held, and worth an opportunity; NULL: not known (yet)
);
INSERT INTO meeting
SELECT row_number() OVER (ORDER BY booked_on, opportunity_id, id), booked_on, scheduled_on, status, owner_id, owner_id,
       opportunity_id, CASE WHEN status = 'held' THEN opportunity_id IS NOT NULL END
FROM (SELECT *,
             CASE WHEN first THEN 'held'            -- the opportunity was opened there
                  WHEN scheduled_on > date :'today' THEN CASE WHEN fate < 0.93 THEN 'booked' ELSE 'cancelled' END
                  WHEN fate < 0.68 THEN 'held'        WHEN fate < 0.80 THEN 'no_show'
                  WHEN fate < 0.89 THEN 'cancelled'   WHEN fate < 0.94 THEN 'rescheduled'
                  WHEN fate < 0.96 THEN 'declined'    WHEN fate < 0.98 THEN 'presumed_held'
                  ELSE 'unknown' END AS status
      FROM (SELECT opportunity_id AS id, opportunity_id, owner_id, true AS first, created_on AS scheduled_on,
                   created_on - 1 - (13 * pg_temp.draw('first meeting', opportunity_id))::int AS booked_on, 0 AS fate
            FROM opportunity
            UNION ALL
            SELECT 10 * opportunity_id + k, opportunity_id, owner_id, false, booked_on + 1 + (13 * delay)::int,
                   booked_on, pg_temp.draw('meeting fate', 10 * opportunity_id + k)
            FROM opportunity, generate_series(1, 2) AS k,
                 LATERAL (SELECT created_on + (20 * k * pg_temp.draw('next meeting', 10 * opportunity_id + k))::int,
                                 pg_temp.draw('meeting delay', 10 * opportunity_id + k)) AS m (booked_on, delay)
            WHERE booked_on < coalesce(closed_on, date :'today' + 1)
            UNION ALL
            SELECT id, NULL, owner_id, false, day + 1 + (13 * pg_temp.draw('meeting delay', -id))::int, day,
                   pg_temp.draw('meeting fate', -id)
            FROM pg_temp.activity('meeting', 2)) AS m) AS m
WHERE booked_on <= date :'today' AND extract(isodow FROM scheduled_on) < 6;

---------------------------------------------------------------------------------------------------------------
-- Money: what customers pay, what marketing costs, what was promised
---------------------------------------------------------------------------------------------------------------

-- A won deal runs as a subscription: a twelfth of its amount each month from the month after, until given up.
CREATE :persistence TABLE customer_revenue (
    customer_id  bigint NOT NULL,           -- a company
    period_on    date NOT NULL,             -- first day of the month; a month without a row: no longer a customer
    amount       numeric NOT NULL,          -- of that month, net of refunds and tax
    currency     text NOT NULL,
    gross_margin numeric NOT NULL           -- the part of it that remains after cost of delivery, 0 to 1
);
INSERT INTO customer_revenue
SELECT company_id, month::date, sum(round(amount / 12, 2)), 'EUR',
       0.65 + round(0.20 * pg_temp.draw('margin', company_id)::numeric, 2)
FROM (SELECT *, date_trunc('month', closed_on::timestamp) + interval '1 month' AS starts FROM opportunity) AS o,
     generate_series(starts, least(timestamp :'today',
                                   -- 2.5 % give up each month
                                   starts + make_interval(months => floor(ln(pg_temp.draw('churn', opportunity_id))
                                                                          / ln(1 - 0.025))::int)), '1 month') AS month
WHERE status = 'won' AND amount > 0
GROUP BY company_id, month;

CREATE :persistence TABLE spend (
    spent_on date NOT NULL,                 -- first day of the month that it belongs to
    category text NOT NULL,                 -- the channels of lead.source, and salaries
    amount   numeric NOT NULL,
    currency text NOT NULL
);
INSERT INTO spend
SELECT month, category,
       round((:scale * amount * (0.5 + busy)
              * (0.8 + 0.4 * pg_temp.draw(category, month - date '2000-01-01')))::numeric, 2), 'EUR'
FROM (SELECT date_trunc('month', day)::date AS month, 48 * sum((upto - before) / total) AS busy
      FROM crm_day GROUP BY 1) AS m,
     (VALUES ('search', 2200), ('content', 1100), ('events', 1500), ('social', 900), ('referral', 300),
             ('salaries', 14000)) AS c (category, amount);

CREATE :persistence TABLE target (
    kpi      text NOT NULL,                 -- calls, conversations, emails: per working day; the others: per month
    owner_id bigint NOT NULL,               -- rep
    period   daterange NOT NULL,            -- the month for which it holds
    value    numeric NOT NULL
);
INSERT INTO target
SELECT kpi, rep_id, daterange(month::date, (month + interval '1 month')::date),
       CASE kpi WHEN 'won_amount' THEN quota ELSE value END
FROM rep,
     generate_series(date_trunc('month', hired_on + interval '1 month'), timestamp :'today', '1 month') AS month,
     (VALUES ('calls', 15), ('conversations', 4), ('emails', 20), ('meetings_held', 20), ('opportunities_created', 8),
             ('won_amount', NULL)) AS k (kpi, value);

DROP FUNCTION pg_temp.activity;
\endif

-- Left: the tables, with statistics.
DROP TABLE crm_day;
DROP FUNCTION pg_temp.instant, pg_temp.normal, pg_temp.draw;
ANALYZE holiday, rep, company, opportunity;
\if :everything
ANALYZE stage_change, contact, lead, call, email, meeting, customer_revenue, spend, target;
\endif
