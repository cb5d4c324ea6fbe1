-- src/kpi_model.sql: the KPI views that a BI tool reads, as SQL over the canonical relations

-- What the text of kpi_model_sql() makes, in this order: opportunity_day; for each family and period a store,
-- kpi_FAMILY_PERIOD, with a row per period and owner, and one per period for all of them; over each store the views
-- FAMILY_PERIOD and FAMILY_PERIOD_total.  With the option "materialized" the stores and opportunity_day are
-- materialized views, else views.  A unique index needs a key without NULL, so nobody has the owner_key ''.

CREATE FUNCTION kpi_model_options()
RETURNS TABLE (option text, kind text, default_value text, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT o.*
    FROM (VALUES
        ('materialized', 'boolean', 'false', 'true: rows are stored, and refreshed by refresh_kpis()'),
        ('periods', 'list', '["day", "week", "month"]', 'some of day, week, month, quarter and year'),
        ('week_start', 'integer', '1', 'the day on which weeks start, 1 (Monday) to 7 (Sunday)'),
        ('fiscal_start', 'integer', '1', 'the month in which quarters and years start, 1 to 12'),
        ('weekend', 'list', '[6, 7]', 'days of the week on which nobody works, 1 (Monday) to 7 (Sunday)'),
        ('first', 'date', NULL, 'the day with which the rows begin, YYYY-MM-DD'),
        ('history_years', 'integer', '5', 'without "first": rows begin with the first activity, but not longer ago than this; 1 or more'),
        ('trailing_days', 'integer', '90', 'days of the window of the sales velocity, 1 or more'),
        ('confidence', 'number', '0.95', 'of the interval of the hit ratio, between 0 and 1'),
        ('emails', 'text', 'email', 'the relation whose rows are the e-mails: email or activity'),
        ('cac_lag_months', 'integer', '0', 'months after which spend has its effect, 0 or more'),
        ('gross_margin', 'number', NULL, 'fraction of the revenue, where customer_revenue has none; at most 1'),
        ('ltv_horizon', 'integer', NULL, 'months after which a customer is worth nothing more, 1 or more')
    ) AS o (option, kind, default_value, meaning);
END;
COMMENT ON FUNCTION kpi_model_options() IS 'the options of kpi_model_sql()';

-- Not a BEGIN ATOMIC function, since it raises errors.  known is what kpi_model_options() has, by option.
CREATE FUNCTION kpi_model_checked(options jsonb, known jsonb)
RETURNS TABLE (option text, literal text)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given jsonb;
    value text;
    kind text;
    valid boolean;
BEGIN
    IF jsonb_typeof(options) <> 'object' THEN
        RAISE EXCEPTION 'options must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR option IN SELECT jsonb_object_keys(options) LOOP
        IF NOT known ? option THEN
            RAISE EXCEPTION 'unknown option "%"', option
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Options are ' || (SELECT string_agg(format('"%s"', key), ', ' ORDER BY key) FROM jsonb_object_keys(known) AS key) || '.';
        END IF;
    END LOOP;
    FOR option IN SELECT jsonb_object_keys(known) LOOP
        given := nullif(options -> option, 'null');
        value := coalesce(given #>> '{}', known -> option ->> 'default_value');
        kind := known -> option ->> 'kind';
        BEGIN
            valid := given IS NULL OR CASE
                WHEN kind = 'boolean' THEN jsonb_typeof(given) = 'boolean'
                WHEN option = 'periods' THEN given <@ '["day", "week", "month", "quarter", "year"]' AND jsonb_array_length(given) > 0
                WHEN option = 'weekend' THEN given <@ '[1, 2, 3, 4, 5, 6, 7]' AND jsonb_array_length(given) >= 0
                WHEN option = 'first' THEN value ~ '^\d{4}-\d\d-\d\d$' AND isfinite(value::date)
                WHEN option = 'emails' THEN value IN ('email', 'activity')
                WHEN jsonb_typeof(given) <> 'number' OR kind = 'integer' AND value::numeric % 1 <> 0 THEN false
                WHEN option = 'week_start' THEN value::numeric BETWEEN 1 AND 7
                WHEN option = 'fiscal_start' THEN value::numeric BETWEEN 1 AND 12
                WHEN option = 'confidence' THEN value::numeric > 0 AND value::numeric < 1
                WHEN option = 'gross_margin' THEN value::numeric <= 1
                WHEN option = 'history_years' THEN value::numeric BETWEEN 1 AND 100
                WHEN option = 'cac_lag_months' THEN value::numeric BETWEEN 0 AND 120
                ELSE value::numeric BETWEEN 1 AND 36500 END;
        EXCEPTION WHEN data_exception THEN
            valid := false;
        END;
        IF NOT valid THEN
            RAISE EXCEPTION 'invalid value for option "%": %', option, given
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = format('Kind %s: %s.', kind, known -> option ->> 'meaning');
        END IF;
        literal := CASE kind WHEN 'integer' THEN coalesce(value::numeric::int::text, 'NULL')
                             WHEN 'number' THEN coalesce(value, 'NULL')
                             ELSE quote_nullable(translate(value, CASE kind WHEN 'list' THEN '[]' ELSE '' END, '{}')) END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION kpi_model_checked(jsonb, jsonb) IS 'the options of kpi_model_sql() as SQL literals, checked, and with defaults';

CREATE FUNCTION kpi_model_columns()
RETURNS TABLE (family text, place int, name text, type text, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 90
BEGIN ATOMIC
    SELECT f.family, (row_number() OVER ())::int, c.name, c.type, c.meaning
    FROM (VALUES
        ('sales activity prospecting targets company', 'period_start', 'date', 'first day of the period'),
        ('targets', 'kpi', 'text', 'the KPI that the target is for'),
        ('sales activity prospecting targets', 'owner_id', 'text', 'the owner in the CRM; NULL: nobody'),
        ('sales activity prospecting targets', 'owner_name', 'text', 'name of the owner, else the owner_id; (no owner): nobody'),
        ('sales activity prospecting targets', 'team', 'text', 'team of the owner today'),
        ('activity', 'calls', 'bigint', 'calls made or taken'),
        ('activity', 'conversations', 'bigint', 'calls in which somebody talked'),
        ('activity', 'connect_ratio', 'double precision', 'conversations / calls of which it is known, 0 to 1; NULL without calls'),
        ('activity', 'call_seconds', 'numeric', 'time on the phone, in seconds'),
        ('activity', 'emails', 'bigint', 'e-mails sent'),
        ('activity', 'bounce_ratio', 'double precision', 'bounced e-mails / sent ones, 0 to 1; NULL if none was sent'),
        ('activity', 'open_ratio', 'double precision', 'opened e-mails / those delivered and tracked, 0 to 1; NULL if there were none'),
        ('activity', 'reply_ratio', 'double precision', 'answered e-mails / delivered ones, 0 to 1; NULL if there were none'),
        ('activity', 'linkedin', 'bigint', 'activities on LinkedIn'),
        ('activity', 'other_activities', 'bigint', 'activities of any other kind'),
        ('activity', 'working_days', 'integer', 'working days of the period up to as_of'),
        ('activity', 'calls_per_day', 'double precision', 'calls per working day; NULL without a working day'),
        ('activity', 'conversations_per_day', 'double precision', 'conversations per working day; NULL without a working day'),
        ('activity', 'emails_per_day', 'double precision', 'e-mails per working day; NULL without a working day'),
        ('prospecting', 'companies_added', 'bigint', 'companies entered'),
        ('prospecting', 'contacts_added', 'bigint', 'contacts entered'),
        ('prospecting', 'leads_created', 'bigint', 'leads that came in'),
        ('prospecting', 'leads_qualified', 'bigint', 'leads that became sales-qualified'),
        ('prospecting', 'meetings_booked', 'bigint', 'meetings agreed, by the day of booking; one that was moved counts once'),
        ('prospecting', 'meetings_due', 'bigint', 'meetings that were to take place, by the scheduled day'),
        ('prospecting', 'meetings_held', 'bigint', 'meetings held, by the scheduled day'),
        ('prospecting', 'meetings_presumed_held', 'bigint', 'meetings whose day has passed and of which nobody said that they were not held'),
        ('prospecting', 'meetings_no_show', 'bigint', 'meetings to which the other side did not come'),
        ('prospecting', 'show_ratio', 'double precision', 'meetings held / meetings due, 0 to 1; NULL if none was due'),
        ('prospecting', 'qualification_ratio', 'double precision', 'qualified meetings / meetings held of which it is known, 0 to 1; NULL if there were none'),
        ('prospecting', 'opportunities_qualified', 'bigint', 'opportunities that became sales-qualified'),
        ('prospecting', 'meeting_hit_ratio', 'double precision', 'deals won / meetings held in the period; NULL if none was held'),
        ('sales', 'created', 'bigint', 'opportunities opened'),
        ('sales', 'won', 'bigint', 'opportunities won'),
        ('sales', 'lost', 'bigint', 'opportunities lost'),
        ('sales', 'void', 'bigint', 'opportunities closed as neither won nor lost'),
        ('sales', 'won_amount', 'numeric', 'money: amount of the won ones, in the base currency'),
        ('sales', 'lost_amount', 'numeric', 'money: amount of the lost ones, in the base currency'),
        ('sales', 'open_opportunities', 'bigint', 'opportunities open at the end of the period'),
        ('sales', 'open_amount', 'numeric', 'money: amount of the ones open at the end of the period, in the base currency'),
        ('sales', 'hit_ratio', 'double precision', 'won / (won + lost), 0 to 1; NULL if none was closed'),
        ('sales', 'hit_ratio_lower', 'double precision', 'lower bound of the hit ratio that these numbers allow for'),
        ('sales', 'hit_ratio_upper', 'double precision', 'upper bound of the hit ratio that these numbers allow for'),
        ('sales', 'avg_deal_size', 'numeric', 'money: mean amount of the won ones, in the base currency; NULL if there are none'),
        ('sales', 'avg_sales_cycle', 'double precision', 'mean days from opening to winning; NULL if none was won'),
        ('sales', 'median_sales_cycle', 'double precision', 'median days from opening to winning; NULL if none was won'),
        ('sales', 'sales_velocity', 'numeric', 'money per day, in the base currency: the product of the next three / the fourth, as of the end of the period'),
        ('sales', 'velocity_opportunities', 'bigint', 'lever of sales_velocity: opportunities open at the end of the period'),
        ('sales', 'velocity_hit_ratio', 'double precision', 'lever of sales_velocity: won / (won + lost + void) in the trailing window'),
        ('sales', 'velocity_deal_size', 'numeric', 'lever of sales_velocity, money: mean amount of those won in the trailing window, in the base currency'),
        ('sales', 'velocity_sales_cycle', 'double precision', 'lever of sales_velocity: mean days from opening to closing of all closed in the trailing window'),
        ('sales', 'textbook_velocity', 'numeric', 'money, in the base currency: (open + closed) * hit ratio * mean won amount / mean won cycle, of the trailing window; compares owners, is not money per day'),
        ('targets', 'actual', 'numeric', 'what was reached up to as_of on the days that have a target, in the unit of the KPI; NULL for a KPI that is not known'),
        ('targets', 'target', 'numeric', 'what is to be reached in the whole period, in the unit of the KPI'),
        ('targets', 'due', 'numeric', 'part of the target that is due by as_of, by working days'),
        ('targets', 'attainment', 'double precision', 'actual / target, 1 when it is reached; NULL for a target of 0'),
        ('targets', 'on_track', 'boolean', 'actual is at least what is due'),
        ('targets', 'required_per_day', 'numeric', 'what is missing per working day left after as_of; NULL if none is left'),
        ('company', 'spend', 'numeric', 'money: spend of the month, in the base currency; NULL before the first spend, and if a part of it has no rate'),
        ('company', 'new_customers', 'bigint', 'companies that won their first deal'),
        ('company', 'cac', 'numeric', 'money per customer, in the base currency: spend, moved by the lag, / new customers; NULL if there are none, and where the spend is NULL'),
        ('company', 'customers', 'bigint', 'customers with revenue in the month; NULL before the first revenue, and in a month that is not over'),
        ('company', 'churn_rate', 'double precision', 'customers that ended / customer-months, of all customers up to the month; NULL in a month that is not over'),
        ('company', 'arpa', 'numeric', 'money per month, in the base currency: mean revenue of all customers up to the month; NULL in a month that is not over'),
        ('company', 'ltv', 'numeric', 'money per customer, in the base currency: mean gross profit per month / churn, up to the horizon; NULL in a month that is not over, without a margin, or without an end'),
        ('company', 'ltv_cac_ratio', 'double precision', 'LTV / CAC'),
        ('company', 'cac_payback_months', 'double precision', 'months in which the gross profit of a customer pays for the CAC'),
        ('company', 'leads', 'bigint', 'leads that came in'),
        ('company', 'leads_qualified', 'bigint', 'leads that became sales-qualified'),
        ('company', 'lead_velocity_rate', 'double precision', 'growth of qualified leads against the month before, 0.1 is 10 % more; NULL in a month that is not over'),
        ('company', 'won_amount', 'numeric', 'money: amount of the won opportunities, in the base currency'),
        ('company', 'revenue', 'numeric', 'money: revenue of customers, in the base currency; NULL before the first revenue, and if a part of it has no rate'),
        ('company', 'revenue_per_lead', 'numeric', 'money per lead, in the base currency: won amount / leads; NULL without leads'),
        ('sales activity prospecting targets company', 'is_complete', 'boolean', 'the period is over'),
        ('sales activity prospecting targets company', 'as_of', 'date', 'the day on whose evening all this was so')
    ) AS c (families, name, type, meaning), string_to_table(c.families, ' ') AS f (family);
END;
COMMENT ON FUNCTION kpi_model_columns() IS 'the columns of the views that kpi_model_sql() makes, with their comments';

-- The queries under the views.  Names in braces are filled in by kpi_model_sql(): {kpi} is the schema of the relations,
-- {sv} that of the extension, {at} the further arguments of period_start(), the others are options and the period.
--
-- Each has the rows of its relations up to as_of in event.  {spine} finds from these the first day, in span; the periods;
-- and everybody, with NULL for all of them together, in who.  A row for each of everybody and period makes those without
-- events a 0.
CREATE FUNCTION kpi_model_queries()
RETURNS TABLE (family text, query text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 7
BEGIN ATOMIC
    SELECT q.*
    FROM (VALUES
('spine', $query$span AS (
    SELECT c.as_of, coalesce({first}::date, greatest(coalesce(min(e.day), c.as_of), {sv}.period_start('month', (c.as_of - make_interval(years => {history_years}))::date))) AS first
    FROM clock AS c LEFT JOIN event AS e ON true GROUP BY c.as_of
), period AS (
    SELECT p.start, {sv}.period_end({period}, p.start{at}) AS next, s.as_of
    FROM span AS s, {sv}.period_series({period}, s.first, s.as_of{at}) AS p (start)
), who AS (
    SELECT coalesce(o.owner_id, '') AS owner_key FROM {kpi}.owner AS o UNION SELECT e.owner_key FROM event AS e UNION SELECT NULL
)$query$),

('opportunity_day', $query$
SELECT e.day, coalesce(e.owner_id, '') AS owner_key, sum(e.created)::bigint AS created, sum(e.qualified)::bigint AS qualified,
       {sv}.rollup(e.delta) AS delta
FROM (SELECT o.created_on AS day, o.owner_id, 1 AS created, 0 AS qualified, NULL::{sv}.sales_summary AS delta
      FROM {kpi}.opportunity AS o
      UNION ALL
      SELECT o.qualified_on, o.owner_id, 0, 1, NULL FROM {kpi}.opportunity AS o
      UNION ALL
      SELECT d.day, o.owner_id, 0, 0, d.delta
      FROM {kpi}.opportunity AS o, {sv}.opportunity_events(o.status, o.base_amount, o.created_on, o.closed_on) AS d) AS e
WHERE isfinite(e.day)
GROUP BY e.day, coalesce(e.owner_id, '')$query$),

('sales', $query$
-- day: the changes of a day, and the last day of each period in any case
-- flow: the changes of the period; trailing: those of the window up to its last evening; stock: what is open then
WITH clock AS (SELECT {kpi}.as_of() AS as_of), event AS (
    SELECT o.day, o.owner_key, o.created, o.delta FROM {kpi}.opportunity_day AS o JOIN clock AS c ON o.day <= c.as_of
), {spine}, day AS (
    SELECT grouping(e.owner_key) = 1 AS is_total, coalesce(e.owner_key, '') AS owner_key, e.day,
           {sv}.period_start({period}, e.day{at}) AS period_start, sum(e.created) AS created, {sv}.rollup(e.delta) AS delta,
           bool_or(e.is_last) AS is_last
    FROM (SELECT owner_key, day, created, delta, false AS is_last FROM event
          UNION ALL
          SELECT w.owner_key, least(p.next - 1, p.as_of), 0, NULL, true FROM who AS w, period AS p) AS e
    GROUP BY GROUPING SETS ((e.owner_key, e.day), (e.day))
    HAVING grouping(e.owner_key) = 1 OR e.owner_key IS NOT NULL
), flow AS (
    SELECT d.is_total, d.owner_key, d.period_start, sum(d.created)::bigint AS created, {sv}.rollup(d.delta) AS flow
    FROM day AS d GROUP BY d.is_total, d.owner_key, d.period_start
), state AS (
    SELECT d.is_total, d.owner_key, d.period_start, d.is_last, sum({sv}.num_open(d.delta)) OVER so_far AS num_open,
           sum({sv}.open_amount(d.delta)) OVER so_far AS open_amount,
           {sv}.rollup(d.delta) OVER (so_far RANGE BETWEEN make_interval(days => {trailing_days} - 1) PRECEDING AND CURRENT ROW) AS trailing
    FROM day AS d
    WINDOW so_far AS (PARTITION BY d.is_total, d.owner_key ORDER BY d.day)
)
SELECT f.is_total, f.owner_key, f.period_start, f.created, {sv}.num_won(f.flow) AS won, {sv}.num_lost(f.flow) AS lost,
       {sv}.num_void(f.flow) AS void, {sv}.won_amount(f.flow) AS won_amount, {sv}.lost_amount(f.flow) AS lost_amount,
       {sv}.num_open(k.stock) AS open_opportunities, {sv}.open_amount(k.stock) AS open_amount,
       {sv}.hit_ratio(f.flow) AS hit_ratio, h.lower AS hit_ratio_lower, h.upper AS hit_ratio_upper,
       {sv}.avg_deal_size(f.flow) AS avg_deal_size, {sv}.avg_sales_cycle(f.flow) AS avg_sales_cycle,
       {sv}.median_sales_cycle(f.flow) AS median_sales_cycle, v.sales_velocity, v.opportunities AS velocity_opportunities,
       v.hit_ratio AS velocity_hit_ratio, v.avg_deal_size AS velocity_deal_size, v.sales_cycle AS velocity_sales_cycle,
       -- as of the evening: the open ones of the stock, beside what the window has closed
       {sv}.sales_velocity({sv}.sales_summary_add(s.trailing, {sv}.sales_summary(
           num_open => {sv}.num_open(k.stock) - {sv}.num_open(s.trailing)))) AS textbook_velocity,
       p.next <= p.as_of + 1 AS is_complete, p.as_of
FROM state AS s JOIN period AS p ON p.start = s.period_start
JOIN flow AS f ON (f.is_total, f.owner_key, f.period_start) = (s.is_total, s.owner_key, s.period_start),
     LATERAL (SELECT {sv}.sales_summary(num_open => s.num_open::bigint, open_amount => s.open_amount) AS stock) AS k,
     {sv}.hit_ratio_interval({sv}.num_won(f.flow), {sv}.num_closed(f.flow), {confidence}) AS h,
     {sv}.sales_velocity_levers(k.stock, s.trailing) AS v
WHERE s.is_last$query$),

('activity', $query$
WITH clock AS (SELECT {kpi}.as_of() AS as_of), event AS (
    SELECT a.day, coalesce(a.owner_id, '') AS owner_key, a.kind, a.is_conversation, a.duration_s, a.bounced, a.opened, a.replied
    FROM clock AS c
    JOIN (SELECT a.occurred_on AS day, a.owner_id, CASE WHEN a.kind IN ('call', 'email', 'linkedin') THEN a.kind ELSE 'other' END AS kind,
                 a.is_conversation, a.duration_s, NULL::boolean AS bounced, NULL::boolean AS opened, NULL::boolean AS replied
          FROM {kpi}.activity AS a
          WHERE a.kind IS DISTINCT FROM 'email' OR {emails} = 'activity' AND a.direction IS DISTINCT FROM 'in'
          UNION ALL
          SELECT e.sent_on, e.owner_id, CASE {emails} WHEN 'email' THEN 'email' ELSE 'delivery' END, NULL, NULL, e.is_bounced IS TRUE,
                 CASE WHEN e.is_open_tracked THEN e.is_opened END, e.is_replied
          FROM {kpi}.email AS e) AS a ON a.day <= c.as_of AND isfinite(a.day)
), {spine}, total AS (
    SELECT grouping(e.owner_key) = 1 AS is_total, coalesce(e.owner_key, '') AS owner_key, e.period_start,
           count(*) FILTER (WHERE e.kind = 'call') AS calls,
           count(*) FILTER (WHERE e.kind = 'call' AND e.is_conversation) AS conversations,
           {sv}.connect_ratio(e.is_conversation) FILTER (WHERE e.kind = 'call') AS connect_ratio,
           coalesce(sum(e.duration_s) FILTER (WHERE e.kind = 'call'), 0) AS call_seconds,
           count(*) FILTER (WHERE e.kind = 'email') AS emails,
           {sv}.bounce_ratio(e.bounced) AS bounce_ratio,
           {sv}.open_ratio(e.opened, NOT e.bounced) AS open_ratio,
           {sv}.reply_ratio(e.replied, NOT e.bounced) AS reply_ratio,
           count(*) FILTER (WHERE e.kind = 'linkedin') AS linkedin,
           count(*) FILTER (WHERE e.kind = 'other') AS other_activities
    FROM (SELECT e.owner_key, {sv}.period_start({period}, e.day{at}) AS period_start, e.kind, e.is_conversation, e.duration_s, e.bounced,
                 e.opened, e.replied
          FROM event AS e
          UNION ALL
          SELECT w.owner_key, p.start, NULL, NULL, NULL, NULL, NULL, NULL FROM who AS w, period AS p) AS e
    GROUP BY GROUPING SETS ((e.owner_key, e.period_start), (e.period_start))
    HAVING grouping(e.owner_key) = 1 OR e.owner_key IS NOT NULL
), worked AS (
    SELECT p.*, {sv}.working_days(p.start, least(p.next, p.as_of + 1), ARRAY(SELECT h.holiday FROM {kpi}.working_calendar AS h), {weekend}) AS days
    FROM period AS p
)
SELECT t.*, w.days AS working_days, {sv}.activities_per_day(t.calls, w.days) AS calls_per_day,
       {sv}.activities_per_day(t.conversations, w.days) AS conversations_per_day, {sv}.activities_per_day(t.emails, w.days) AS emails_per_day,
       w.next <= w.as_of + 1 AS is_complete, w.as_of
FROM total AS t JOIN worked AS w ON w.start = t.period_start$query$),

('prospecting', $query$
-- of the columns only those count that the kind of the event names
WITH clock AS (SELECT {kpi}.as_of() AS as_of), event AS (
    SELECT e.day, coalesce(e.owner_id, '') AS owner_key, e.kind, e.n, e.status, e.is_qualified, e.delta
    FROM clock AS c
    JOIN (SELECT o.created_on AS day, o.owner_id, 'company' AS kind, 1::bigint AS n, NULL::text AS status, NULL::boolean AS is_qualified,
                 NULL::{sv}.sales_summary AS delta
          FROM {kpi}.company AS o
          UNION ALL SELECT o.created_on, o.owner_id, 'contact', 1, NULL, NULL, NULL FROM {kpi}.contact AS o
          UNION ALL SELECT l.created_on, l.owner_id, 'lead', 1, NULL, NULL, NULL FROM {kpi}.lead AS l
          UNION ALL SELECT l.qualified_on, l.owner_id, 'qualified lead', 1, NULL, NULL, NULL FROM {kpi}.lead AS l
          UNION ALL SELECT m.booked_on, coalesce(m.booked_by, m.host), 'booking', 1, m.status, m.is_qualified, NULL FROM {kpi}.meeting AS m
          UNION ALL SELECT m.scheduled_on, coalesce(m.booked_by, m.host), 'meeting', 1, m.status, m.is_qualified, NULL FROM {kpi}.meeting AS m
          UNION ALL SELECT o.day, o.owner_key, 'opportunity', o.qualified, NULL, NULL, o.delta FROM {kpi}.opportunity_day AS o
         ) AS e ON e.day <= c.as_of AND isfinite(e.day)
), {spine}, total AS (
    SELECT grouping(e.owner_key) = 1 AS is_total, coalesce(e.owner_key, '') AS owner_key, e.period_start,
           count(*) FILTER (WHERE e.kind = 'company') AS companies_added,
           count(*) FILTER (WHERE e.kind = 'contact') AS contacts_added,
           count(*) FILTER (WHERE e.kind = 'lead') AS leads_created,
           count(*) FILTER (WHERE e.kind = 'qualified lead') AS leads_qualified,
           {sv}.meeting_summary(e.status, e.day, e.is_qualified) FILTER (WHERE e.kind = 'booking') AS booked,
           {sv}.meeting_summary(e.status, e.day, e.is_qualified) FILTER (WHERE e.kind = 'meeting') AS due,
           coalesce(sum(e.n) FILTER (WHERE e.kind = 'opportunity'), 0)::bigint AS opportunities_qualified,
           {sv}.num_won({sv}.rollup(e.delta)) AS won
    FROM (SELECT e.owner_key, {sv}.period_start({period}, e.day{at}) AS period_start, e.day, e.kind, e.n, e.status, e.is_qualified, e.delta
          FROM event AS e
          UNION ALL
          SELECT w.owner_key, p.start, NULL, NULL, NULL, NULL, NULL, NULL FROM who AS w, period AS p) AS e
    GROUP BY GROUPING SETS ((e.owner_key, e.period_start), (e.period_start))
    HAVING grouping(e.owner_key) = 1 OR e.owner_key IS NOT NULL
)
SELECT t.is_total, t.owner_key, t.period_start, t.companies_added, t.contacts_added, t.leads_created, t.leads_qualified,
       {sv}.num_booked(t.booked) AS meetings_booked, {sv}.num_booked(t.due) AS meetings_due, {sv}.num_held(t.due) AS meetings_held,
       {sv}.num_presumed_held(t.due) AS meetings_presumed_held, {sv}.num_no_show(t.due) AS meetings_no_show,
       {sv}.show_ratio(t.due, p.as_of + 1) AS show_ratio, {sv}.qualification_ratio(t.due) AS qualification_ratio,
       t.opportunities_qualified, {sv}.meeting_hit_ratio({sv}.num_held(t.due), t.won) AS meeting_hit_ratio,
       p.next <= p.as_of + 1 AS is_complete, p.as_of
FROM total AS t JOIN period AS p ON p.start = t.period_start$query$),

('targets', $query$
-- due: what of a target falls due on a day, of several targets that of the shortest one; the team's is its own, else
-- the sum of its people's
WITH clock AS (
    SELECT {kpi}.as_of() AS as_of, ARRAY(SELECT h.holiday FROM {kpi}.working_calendar AS h) AS holidays
), reached AS (
    SELECT e.kpi, e.day, coalesce(e.owner_id, '') AS owner_key, e.n
    FROM clock AS c
    JOIN (SELECT 'calls' AS kpi, a.occurred_on AS day, a.owner_id, 1::numeric AS n FROM {kpi}.activity AS a WHERE a.kind = 'call'
          UNION ALL SELECT 'conversations', a.occurred_on, a.owner_id, 1 FROM {kpi}.activity AS a WHERE a.kind = 'call' AND a.is_conversation
          UNION ALL SELECT 'emails', e.sent_on, e.owner_id, 1 FROM {kpi}.email AS e WHERE {emails} = 'email'
          UNION ALL SELECT 'emails', a.occurred_on, a.owner_id, 1 FROM {kpi}.activity AS a WHERE a.kind = 'email' AND {emails} = 'activity' AND a.direction IS DISTINCT FROM 'in'
          UNION ALL SELECT 'companies_added', o.created_on, o.owner_id, 1 FROM {kpi}.company AS o
          UNION ALL SELECT 'contacts_added', o.created_on, o.owner_id, 1 FROM {kpi}.contact AS o
          UNION ALL SELECT 'leads_qualified', l.qualified_on, l.owner_id, 1 FROM {kpi}.lead AS l
          UNION ALL SELECT 'meetings_booked', m.booked_on, coalesce(m.booked_by, m.host), 1 FROM {kpi}.meeting AS m
                    WHERE m.status IS DISTINCT FROM 'rescheduled'
          UNION ALL SELECT 'meetings_held', m.scheduled_on, coalesce(m.booked_by, m.host), 1 FROM {kpi}.meeting AS m WHERE m.status = 'held'
          UNION ALL SELECT k.kpi, o.day, o.owner_key, k.n
                    FROM {kpi}.opportunity_day AS o,
                         LATERAL (VALUES ('opportunities_created', o.created::numeric), ('opportunities_qualified', o.qualified),
                                         ('opportunities_won', {sv}.num_won(o.delta)), ('won_amount', {sv}.won_amount(o.delta))
                                 ) AS k (kpi, n)
         ) AS e ON e.day <= c.as_of AND isfinite(e.day)
), target AS (
    SELECT t.kpi, nullif(t.owner_id, '') AS owner_key, t.first, t.last, t.value
    FROM {kpi}.target AS t
    WHERE t.kpi IS NOT NULL AND t.value IS NOT NULL AND isfinite(t.first) AND isfinite(t.last)
), event AS (            -- rows begin with the first target
    SELECT t.first AS day, t.owner_key FROM target AS t
), {spine}, due AS (
    SELECT DISTINCT ON (t.kpi, t.owner_key, d.day) t.kpi, t.owner_key, d.day, {sv}.period_start({period}, d.day{at}) AS start,
           {sv}.pace(t.value, d.day, t.first, t.last, c.holidays, {weekend})
           - {sv}.pace(t.value, d.day - 1, t.first, t.last, c.holidays, {weekend}) AS n
    FROM clock AS c CROSS JOIN target AS t CROSS JOIN (SELECT min(p.start) AS first, max(p.next) AS next FROM period AS p HAVING count(*) > 0) AS s,
         {sv}.period_series('day', greatest(t.first, s.first), least(t.last, s.next) - 1) AS d (day)
    ORDER BY t.kpi, t.owner_key, d.day, t.last - t.first, t.first, t.value
), done AS (
    SELECT grouping(e.owner_key) = 1 AS is_total, e.kpi, coalesce(e.owner_key, '') AS owner_key, e.day, sum(e.n) AS n
    FROM (SELECT e.kpi, e.owner_key, e.day, sum(e.n) AS n FROM reached AS e GROUP BY e.kpi, e.owner_key, e.day) AS e
    GROUP BY GROUPING SETS ((e.kpi, e.owner_key, e.day), (e.kpi, e.day))
), goal AS (
    SELECT t.is_total, t.kpi, t.owner_key, t.start, sum(t.n) AS target, sum(t.n) FILTER (WHERE t.day <= c.as_of) AS due, sum(d.n) AS done
    FROM clock AS c,
         (SELECT false AS is_total, d.kpi, d.owner_key, d.day, d.start, d.n FROM due AS d WHERE d.owner_key IS NOT NULL
          UNION ALL
          SELECT true, d.kpi, '', d.day, d.start, coalesce(sum(d.n) FILTER (WHERE d.owner_key IS NULL), sum(d.n))
          FROM due AS d GROUP BY d.kpi, d.day, d.start) AS t
    LEFT JOIN done AS d ON (d.is_total, d.kpi, d.owner_key, d.day) = (t.is_total, t.kpi, t.owner_key, t.day)
    GROUP BY t.is_total, t.kpi, t.owner_key, t.start
)
SELECT g.is_total, g.owner_key, p.start AS period_start, g.kpi, a.actual, trim_scale(g.target) AS target, trim_scale(coalesce(g.due, 0)) AS due,
       {sv}.attainment(a.actual, g.target) AS attainment, a.actual >= coalesce(g.due, 0) AS on_track,
       {sv}.required_per_day(g.target, a.actual, p.as_of, p.next, c.holidays, {weekend}) AS required_per_day,
       p.next <= p.as_of + 1 AS is_complete, p.as_of
FROM clock AS c CROSS JOIN goal AS g JOIN period AS p ON p.start = g.start,
     LATERAL (SELECT CASE WHEN g.kpi IN ('calls', 'conversations', 'emails', 'companies_added', 'contacts_added', 'leads_qualified',
                                         'meetings_booked', 'meetings_held', 'opportunities_created', 'opportunities_qualified',
                                         'opportunities_won', 'won_amount')
                          THEN coalesce(g.done, 0) END AS actual) AS a$query$),

('company', $query$
-- customer: as of each month that is over, since when and until when each has paid, and how much a month
-- A sum of money is not known if a part of it is not, for want of a rate.  Before the first row of its kind it is not
-- known either, from then on a month without one has 0.
WITH clock AS (SELECT {kpi}.as_of() AS as_of), event AS (
    SELECT e.day, NULL::text AS owner_key, e.kind, e.n, e.delta
    FROM clock AS c
    JOIN (SELECT s.spent_on AS day, 'spend' AS kind, {kpi}.to_base(s.amount, s.currency, s.spent_on) AS n, NULL::{sv}.sales_summary AS delta
          FROM {kpi}.spend AS s
          UNION ALL SELECT {sv}.period_start('month', (s.spent_on + make_interval(months => {cac_lag_months}))::date), 'effect',
                           {kpi}.to_base(s.amount, s.currency, s.spent_on), NULL
                    FROM {kpi}.spend AS s WHERE isfinite(s.spent_on) AND s.spent_on <= {kpi}.as_of()
          UNION ALL SELECT min(o.closed_on), 'customer', 1, NULL
                    FROM {kpi}.opportunity AS o WHERE o.status = 'won' AND o.company_id IS NOT NULL GROUP BY o.company_id
          UNION ALL SELECT l.created_on, 'lead', 1, NULL FROM {kpi}.lead AS l
          UNION ALL SELECT l.qualified_on, 'qualified lead', 1, NULL FROM {kpi}.lead AS l
          UNION ALL SELECT r.period_on, 'revenue', {kpi}.to_base(r.amount, r.currency, r.period_on), NULL FROM {kpi}.customer_revenue AS r
          UNION ALL SELECT o.day, 'opportunity', NULL, o.delta FROM {kpi}.opportunity_day AS o) AS e ON e.day <= c.as_of AND isfinite(e.day)
), {spine}, total AS (
    SELECT e.period_start, CASE WHEN count(*) FILTER (WHERE e.kind = 'spend' AND e.n IS NULL) = 0 THEN sum(e.n) FILTER (WHERE e.kind = 'spend') END AS spend,
           CASE WHEN count(*) FILTER (WHERE e.kind = 'effect' AND e.n IS NULL) = 0 THEN sum(e.n) FILTER (WHERE e.kind = 'effect') END AS effect,
           count(*) FILTER (WHERE e.kind = 'customer') AS new_customers, {sv}.won_amount({sv}.rollup(e.delta)) AS won_amount,
           count(*) FILTER (WHERE e.kind = 'lead') AS leads, count(*) FILTER (WHERE e.kind = 'qualified lead') AS leads_qualified,
           CASE WHEN count(*) FILTER (WHERE e.kind = 'revenue' AND e.n IS NULL) = 0 THEN sum(e.n) FILTER (WHERE e.kind = 'revenue') END AS revenue
    FROM (SELECT {sv}.period_start('month', e.day) AS period_start, e.kind, e.n, e.delta FROM event AS e
          UNION ALL
          SELECT p.start, k.kind, 0, NULL
          FROM period AS p LEFT JOIN (SELECT e.kind, min(e.day) AS first FROM event AS e WHERE e.kind IN ('spend', 'effect', 'revenue')
                                      GROUP BY e.kind) AS k ON k.first < p.next) AS e
    GROUP BY e.period_start
), paid AS (
    SELECT r.customer_id, r.month, sum(r.amount) AS revenue, sum(r.amount * coalesce(r.gross_margin, {gross_margin})::numeric) AS profit
    FROM (SELECT r.customer_id, {sv}.period_start('month', r.period_on) AS month, r.gross_margin,
                 {kpi}.to_base(r.amount, r.currency, r.period_on) AS amount
          FROM {kpi}.customer_revenue AS r WHERE isfinite(r.period_on) AND r.customer_id IS NOT NULL) AS r
    GROUP BY r.customer_id, r.month
), customer AS (     -- a month in between without revenue has 0
    SELECT c.start, c.started, CASE WHEN c.last < c.start THEN {sv}.period_end('month', c.last) END AS ended,
           c.revenue / (c.gaps + c.num_revenue)::numeric AS revenue, c.profit / (c.gaps + c.num_profit)::numeric AS profit
    FROM (SELECT p.start, min(r.month) AS started, max(r.month) AS last, sum(r.revenue) AS revenue, sum(r.profit) AS profit,
                 (12::float8 * (date_part('year', max(r.month)) - date_part('year', min(r.month))) + date_part('month', max(r.month))
                  - date_part('month', min(r.month)) + 1::float8)::bigint - count(*) AS gaps,
                 count(*) FILTER (WHERE r.revenue IS NOT NULL) AS num_revenue, count(*) FILTER (WHERE r.profit IS NOT NULL) AS num_profit
          FROM period AS p JOIN paid AS r ON r.month <= p.start
          WHERE p.next <= p.as_of + 1
          GROUP BY p.start, r.customer_id) AS c
), base AS (
    SELECT c.start, {sv}.customer_summary(c.started, c.ended, c.revenue) AS revenue, {sv}.customer_summary(c.started, c.ended, c.profit) AS profit
    FROM customer AS c GROUP BY c.start
), growth AS (
    SELECT g.month, g.rate
    FROM (SELECT {sv}.lead_summary(e.day) AS leads FROM event AS e WHERE e.kind = 'qualified lead') AS l,
         clock AS c, {sv}.lead_velocity_series(l.leads, c.as_of + 1) AS g
)
SELECT t.period_start, t.spend, t.new_customers, k.cac,
       {sv}.num_running(b.revenue) AS customers, {sv}.churn_rate(b.revenue, p.next) AS churn_rate, {sv}.arpa(b.revenue) AS arpa, v.ltv,
       {sv}.ltv_cac_ratio(v.ltv, k.cac) AS ltv_cac_ratio, {sv}.cac_payback_months(k.cac, {sv}.arpa(b.profit), 1) AS cac_payback_months,
       t.leads, t.leads_qualified, g.rate AS lead_velocity_rate, t.won_amount, t.revenue,
       {sv}.revenue_per_lead(t.won_amount, t.leads) AS revenue_per_lead, p.next <= p.as_of + 1 AS is_complete, p.as_of
FROM total AS t JOIN period AS p ON p.start = t.period_start
LEFT JOIN base AS b ON b.start = t.period_start
LEFT JOIN growth AS g ON g.month = t.period_start,
     LATERAL (SELECT {sv}.cac(t.effect, t.new_customers) AS cac) AS k,
     LATERAL (SELECT {sv}.ltv(b.profit, p.next, 1, {ltv_horizon}) AS ltv) AS v$query$)
    ) AS q (family, query);
END;
COMMENT ON FUNCTION kpi_model_queries() IS
    'the queries under the views that kpi_model_sql() makes, with names in braces to be filled in';

-- What was made before is found by its comment, so that nothing else is dropped.  The views of the BI tool stay there,
-- with their grants and whatever stands on them: they are emptied, until their stores are there again.
CREATE FUNCTION kpi_model_statements(target_schema text, options jsonb DEFAULT '{}')
RETURNS TABLE (subject text, statement text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 500
BEGIN ATOMIC
    WITH given AS (
        SELECT pg_catalog.jsonb_object_agg(c.option, c.literal)
               || pg_catalog.jsonb_build_object('kpi', pg_catalog.quote_ident(target_schema), 'maker', '; made by kpi_model_sql()',
                                     'sv', (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
                                            WHERE e.extname = 'salesvelocity')) AS names
        FROM (SELECT pg_catalog.jsonb_object_agg(o.option, pg_catalog.to_jsonb(o)) AS known FROM kpi_model_options() AS o) AS k,
             kpi_model_checked(kpi_model_statements.options, k.known) AS c
    ), store AS (           -- every one that there may be
        SELECT f.family, 'kpi_' || f.family || '_' || p.label AS name, f.family || '_' || p.label AS view_name,
               f.family = 'company' OR strpos(g.names ->> 'periods'::text, '"' || p.period || '"') > 0 AS is_wanted,
               g.names || pg_catalog.jsonb_build_object('period', quote_literal(p.period), 'by', p.period, 'subject', f.subject,
                                             'at', pg_catalog.concat(', ', g.names ->> 'fiscal_start'::text, ', ', g.names ->> 'week_start'::text)) AS names,
               f.place * 10 + p.place AS place
        FROM given AS g,
             (VALUES (1, 'sales', 'Opportunities, hit ratio and sales velocity'), (2, 'activity', 'Calls and e-mails'),
                     (3, 'prospecting', 'Leads, meetings and new opportunities'), (4, 'targets', 'Targets and what was reached of them'),
                     (5, 'company', 'Unit economics of the company')) AS f (place, family, subject),
             (VALUES (1, 'day', 'daily'), (2, 'week', 'weekly'), (3, 'month', 'monthly'), (4, 'quarter', 'quarterly'),
                     (5, 'year', 'yearly')) AS p (place, period, label)
        WHERE f.family <> 'company' OR p.period = 'month'
    ), bi_view AS (         -- two over each store, one over that of the company
        SELECT s.family, v.name, s.name AS store_name, s.is_wanted, s.names, s.place * 2 + v.is_total::int AS place,
               CASE WHEN v.is_total THEN ', of all together' WHEN s.family = 'company' THEN '' ELSE ', of each owner' END AS of_whom,
               CASE WHEN s.family = 'company' THEN '' WHEN v.is_total THEN E'\nWHERE s.is_total' ELSE E'\nWHERE NOT s.is_total' END AS condition
        FROM store AS s, LATERAL (VALUES (s.view_name, false), (s.view_name || '_total', true)) AS v (name, is_total)
        WHERE s.family <> 'company' OR NOT v.is_total
    ), bi_column AS (       -- lists of the columns of a view: as they are, of the right types, and with comments
        SELECT v.name AS view_name, string_agg(pg_catalog.format('s.%I', c.name), ', ' ORDER BY c.place) AS names,
               string_agg(pg_catalog.format('NULL::%s AS %I', c.type, c.name), ', ' ORDER BY c.place) AS nothing,
               string_agg(pg_catalog.format(E'\nCOMMENT ON COLUMN %I.%I.%I IS %L;', target_schema, v.name, c.name, c.meaning), '' ORDER BY c.place) AS comments
        FROM bi_view AS v JOIN kpi_model_columns() AS c USING (family)
        WHERE v.name NOT LIKE '%\_total' OR c.name NOT IN ('owner_id', 'owner_name', 'team')
        GROUP BY v.name
    ), there AS (
        SELECT c.relname AS name, c.relacl, c.relowner, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = target_schema::name AND c.relkind IN ('v', 'm')
          AND obj_description(c.oid, 'pg_class') LIKE '%; made by kpi\_model\_sql()'
    ), made AS (            -- opportunity_day and the stores
        SELECT 0 AS place, 'opportunity_day' AS name, g.names, q.query, 'day, owner_key' AS key,
               'Changes that opportunities make, by day and owner; the views are made of it, it is none for a BI tool' AS comment
        FROM given AS g, kpi_model_queries() AS q
        WHERE q.family = 'opportunity_day'
        UNION ALL
        SELECT s.place, s.name, s.names, CASE s.family WHEN 'company' THEN q.query ELSE pg_catalog.concat(
                   E'\nSELECT k.is_total, k.owner_key, ',
                   (SELECT string_agg(CASE c.name WHEN 'owner_id' THEN 'nullif(k.owner_key, '''') AS owner_id'
                                                  WHEN 'owner_name' THEN 'CASE k.owner_key WHEN '''' THEN ''(no owner)'' ELSE coalesce(o.name, k.owner_key) END AS owner_name'
                                                  WHEN 'team' THEN 'o.team'
                                                  ELSE pg_catalog.format('k.%I', c.name) END, ', ' ORDER BY c.place)
                    FROM kpi_model_columns() AS c WHERE c.family = s.family),
                   E'\nFROM (', q.query, E'\n) AS k\nLEFT JOIN (SELECT o.owner_id, min(o.name) AS name, min(o.team) AS team FROM {kpi}.owner AS o ',
                   'GROUP BY o.owner_id) AS o ON o.owner_id = k.owner_key') END,
               CASE s.family WHEN 'company' THEN 'period_start' WHEN 'targets' THEN 'period_start, kpi, is_total, owner_key'
                             ELSE 'period_start, is_total, owner_key' END,
               'Rows under the views ' || s.view_name
        FROM store AS s JOIN kpi_model_queries() AS q USING (family)
        WHERE s.is_wanted
    ), statement AS (       -- only what is made anew has a subject
        SELECT 1 AS step, v.place, NULL::text AS subject,
               CASE WHEN v.is_wanted THEN pg_catalog.format('CREATE OR REPLACE VIEW %I.%I WITH (security_invoker = true) AS SELECT %s WHERE false;',
                                                 target_schema, v.name, c.nothing)
                    ELSE pg_catalog.format('DROP VIEW %I.%I;', target_schema, v.name) END AS statement
        FROM bi_view AS v JOIN bi_column AS c ON c.view_name = v.name JOIN there AS t ON t.name = v.name
        UNION ALL
        SELECT 2, -s.place, NULL, pg_catalog.format('DROP %s %I.%I;', t.kind, target_schema, t.name)
        FROM there AS t JOIN (SELECT s.name, s.place FROM store AS s UNION ALL SELECT 'opportunity_day', 0) AS s USING (name)
        UNION ALL
        SELECT 3, m.place, lower(k.kind) || ' ' || m.name,
               pg_catalog.format(E'CREATE %s %I.%I%s AS%s;\n', k.kind, target_schema, m.name, k.setting,
                      crm_fill(m.query, m.names || pg_catalog.jsonb_build_object('spine', crm_fill(q.query, m.names))))
               || CASE k.kind WHEN 'VIEW' THEN '' ELSE pg_catalog.format(E'CREATE UNIQUE INDEX ON %1$I.%2$I (%3$s);\nANALYZE %1$I.%2$I;\n', target_schema, m.name, m.key) END
               || pg_catalog.format('COMMENT ON %s %I.%I IS %L;', k.kind, target_schema, m.name, m.comment || (m.names ->> 'maker'::text))
        FROM kpi_model_queries() AS q, made AS m,
             LATERAL (VALUES ('''true''', 'MATERIALIZED VIEW', ''), ('''false''', 'VIEW', ' WITH (security_invoker = true)')) AS k (materialized, kind, setting)
        WHERE q.family = 'spine' AND k.materialized = m.names ->> 'materialized'::text
        UNION ALL
        SELECT 4, 0, NULL, pg_catalog.format('GRANT %s ON %I.%I TO %s%s;', a.privilege_type, target_schema, t.name,
                                  CASE a.grantee WHEN 0::oid THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
                                  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM there AS t JOIN made AS m USING (name), aclexplode(t.relacl) AS a
        WHERE a.grantee <> t.relowner
        UNION ALL
        SELECT 5, v.place, 'view ' || v.name,
               pg_catalog.format(E'CREATE %8$sVIEW %1$I.%2$I WITH (security_invoker = true) AS\nSELECT %3$s\nFROM %1$I.%4$I AS s%5$s;\nCOMMENT ON VIEW %1$I.%2$I IS %6$L;%7$s',
                      target_schema, v.name, c.names, v.store_name, v.condition,
                      pg_catalog.concat(v.names ->> 'subject'::text, ', by ', v.names ->> 'by'::text, v.of_whom, v.names ->> 'maker'::text), c.comments, CASE WHEN t.name IS NOT NULL THEN 'OR REPLACE ' END)
        FROM bi_view AS v JOIN bi_column AS c ON c.view_name = v.name LEFT JOIN there AS t ON t.name = v.name
        WHERE v.is_wanted
    )
    SELECT s.subject, s.statement FROM statement AS s ORDER BY s.step, s.place, s.statement;
END;
COMMENT ON FUNCTION kpi_model_statements(text, jsonb) IS 'the statements of kpi_model_sql(), and what each of them makes';

CREATE FUNCTION kpi_model_sql(target_schema text, options jsonb DEFAULT '{}')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(s.statement, E'\n\n' ORDER BY s.n)
        FROM kpi_model_statements(target_schema, options) WITH ORDINALITY AS s (subject, statement, n));
COMMENT ON FUNCTION kpi_model_sql(text, jsonb) IS
    'SQL that makes the KPI views over the canonical relations of a schema, in that schema: to be reviewed and run, or run at once by create_kpi_views()';

-- It has a search path of its own, under which the statements run.
CREATE PROCEDURE create_kpi_views(target_schema text, options jsonb DEFAULT '{}')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sv text := (SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'salesvelocity');
    made record;
BEGIN
    IF num_nulls(target_schema, options) > 0 THEN
        RAISE EXCEPTION 'the arguments of create_kpi_views must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    FOR made IN EXECUTE format('SELECT subject, statement FROM %s.kpi_model_statements($1, $2)', sv) USING target_schema, options LOOP
        EXECUTE made.statement;
        IF made.subject IS NOT NULL THEN
            RAISE NOTICE 'made %', made.subject;
        END IF;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE create_kpi_views(text, jsonb) IS 'runs kpi_model_sql() and reports what it has made';
