-- src/pipeline.sql: the pipeline as of any day

-- The changes of a summary that opportunities make.  Functions that get a row are
-- not strict: a row counts, whatever of it is NULL.

CREATE FUNCTION opportunity_events(won boolean, amount numeric, opened date, closed date)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_won_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(boolean, numeric, date, date) IS
    'the changes that an opportunity makes to the summary as of a day: on the days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone, zone text)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_won_numeric_timestamptz'
LANGUAGE C STABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(boolean, numeric, timestamp with time zone, timestamp with time zone, text) IS
    'the changes that an opportunity makes to the summary as of a day: on the local days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(won boolean, amount double precision, opened date, closed date)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_won_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(boolean, double precision, date, date) IS
    'the changes that an opportunity makes to the summary as of a day: on the days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone, zone text)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_won_float8_timestamptz'
LANGUAGE C STABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(boolean, double precision, timestamp with time zone, timestamp with time zone, text) IS
    'the changes that an opportunity makes to the summary as of a day: on the local days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(status text, amount numeric, opened date, closed date)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_status_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(text, numeric, date, date) IS
    'the changes that an opportunity makes to the summary as of a day: on the days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone, zone text)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_status_numeric_timestamptz'
LANGUAGE C STABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(text, numeric, timestamp with time zone, timestamp with time zone, text) IS
    'the changes that an opportunity makes to the summary as of a day: on the local days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(status text, amount double precision, opened date, closed date)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_status_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(text, double precision, date, date) IS
    'the changes that an opportunity makes to the summary as of a day: on the days of opening and closing; day is NULL where the one that it takes is missing';

CREATE FUNCTION opportunity_events(status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone, zone text)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_status_float8_timestamptz'
LANGUAGE C STABLE PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION opportunity_events(text, double precision, timestamp with time zone, timestamp with time zone, text) IS
    'the changes that an opportunity makes to the summary as of a day: on the local days of opening and closing; day is NULL where the one that it takes is missing';

-- With the history of an opportunity; not strict, for the opening day may be unknown.
CREATE FUNCTION opportunity_events(statuses text[], amounts numeric[], days date[], opened date)
RETURNS TABLE (day date, delta sales_summary)
AS 'MODULE_PATHNAME', 'opportunity_events_history'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION opportunity_events(text[], numeric[], date[], date) IS
    'the changes that an opportunity made to the summary as of a day, by its history: statuses and amounts, in the order of the days on which they came to hold';

CREATE FUNCTION average_open(before sales_summary, before_day date, after sales_summary, after_day date)
RETURNS double precision
AS 'MODULE_PATHNAME', 'average_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION average_open(sales_summary, date, sales_summary, date) IS
    'mean number of opportunities that were open at the end of each day from before_day up to, but without, after_day, from the summaries as of these two; NULL if there is no such day';

CREATE FUNCTION num_stale(summary sales_summary, as_of date, days int)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_stale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_stale(sales_summary, date, int) IS
    'number of open opportunities that were opened more than so many days before as_of';

CREATE FUNCTION pipeline_coverage(open_amount numeric, target numeric, booked numeric DEFAULT 0)
RETURNS double precision
AS 'MODULE_PATHNAME', 'pipeline_coverage'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_coverage(numeric, numeric, numeric) IS
    'pipeline coverage: open amount / (target - booked); NULL once the target is reached';
