-- src/calendar.sql: periods of dates and of instants, and working days

CREATE FUNCTION period_start(period text, at date, fiscal_start int DEFAULT 1, week_start int DEFAULT 1)
RETURNS date
AS 'MODULE_PATHNAME', 'period_start'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period_start(text, date, int, int) IS
    'first day of the day, week, month, quarter or year that a date lies in';

CREATE FUNCTION period_end(period text, at date, fiscal_start int DEFAULT 1, week_start int DEFAULT 1)
RETURNS date
AS 'MODULE_PATHNAME', 'period_end'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period_end(text, date, int, int) IS
    'first day after the day, week, month, quarter or year that a date lies in';

-- STABLE, like the server's date_trunc with a zone: the rules of zones change from time to time.
CREATE FUNCTION period_start(period text, at timestamptz, zone text, fiscal_start int DEFAULT 1, week_start int DEFAULT 1)
RETURNS date
AS 'MODULE_PATHNAME', 'period_start_zone'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period_start(text, timestamptz, text, int, int) IS
    'first day of the day, week, month, quarter or year that an instant lies in, on the calendar of a time zone';

CREATE FUNCTION period_end(period text, at timestamptz, zone text, fiscal_start int DEFAULT 1, week_start int DEFAULT 1)
RETURNS date
AS 'MODULE_PATHNAME', 'period_end_zone'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period_end(text, timestamptz, text, int, int) IS
    'first day after the day, week, month, quarter or year that an instant lies in, on the calendar of a time zone';

CREATE FUNCTION period_series(period text, first date, last date, fiscal_start int DEFAULT 1, week_start int DEFAULT 1)
RETURNS SETOF date
AS 'MODULE_PATHNAME', 'period_series'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION period_series(text, date, date, int, int) IS
    'first days of the periods that overlap the days from first to last, both included';

CREATE FUNCTION working_days(first date, last date, holidays date[] DEFAULT '{}', weekend int[] DEFAULT '{6,7}')
RETURNS int
AS 'MODULE_PATHNAME', 'working_days'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION working_days(date, date, date[], int[]) IS
    'days from first up to, but without, last that are neither weekend nor holiday';
