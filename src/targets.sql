-- src/targets.sql: how much of a target is reached, and how much is due by a day

CREATE FUNCTION attainment(actual numeric, target numeric)
RETURNS double precision
AS 'MODULE_PATHNAME', 'attainment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION attainment(numeric, numeric) IS
    'attainment: actual / target, 1 where the target is reached; NULL if the target is 0';

CREATE FUNCTION pace(target numeric, on_day date, first date, last date, holidays date[] DEFAULT '{}', weekend int[] DEFAULT '{6,7}')
RETURNS numeric
AS 'MODULE_PATHNAME', 'pace'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pace(numeric, date, date, date, date[], int[]) IS
    'what is due when on_day is over, of a target for the days from first up to, but without, last: target * working days over / working days; NULL if there are no working days';

CREATE FUNCTION on_track(actual numeric, target numeric, on_day date, first date, last date, holidays date[] DEFAULT '{}', weekend int[] DEFAULT '{6,7}')
RETURNS boolean
AS 'MODULE_PATHNAME', 'on_track'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION on_track(numeric, numeric, date, date, date, date[], int[]) IS
    'has actual reached what is due when on_day is over: actual >= pace(target, on_day, first, last, holidays, weekend), without rounding';

CREATE FUNCTION required_per_day(target numeric, actual numeric, on_day date, last date, holidays date[] DEFAULT '{}', weekend int[] DEFAULT '{6,7}')
RETURNS numeric
AS 'MODULE_PATHNAME', 'required_per_day'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION required_per_day(numeric, numeric, date, date, date[], int[]) IS
    'what has to be reached on each working day after on_day and before last: (target - actual) / working days; NULL if there are none';
