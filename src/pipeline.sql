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
