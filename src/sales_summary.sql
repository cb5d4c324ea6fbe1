-- src/sales_summary.sql: the type sales_summary, its aggregates, operators and counts

CREATE TYPE sales_summary;

CREATE FUNCTION sales_summary_in(text_form cstring)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_in(cstring) IS
    'I/O';

CREATE FUNCTION sales_summary_out(summary sales_summary)
RETURNS cstring
AS 'MODULE_PATHNAME', 'sales_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_out(sales_summary) IS
    'I/O';

CREATE FUNCTION sales_summary_recv(binary_form internal)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_recv(internal) IS
    'I/O';

CREATE FUNCTION sales_summary_send(summary sales_summary)
RETURNS bytea
AS 'MODULE_PATHNAME', 'sales_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_send(sales_summary) IS
    'I/O';

CREATE TYPE sales_summary (
    INPUT = sales_summary_in,
    OUTPUT = sales_summary_out,
    RECEIVE = sales_summary_recv,
    SEND = sales_summary_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE sales_summary IS
    'exact sums, counts and day histograms of a set of opportunities, from which every sales KPI can be read; summaries can be added and subtracted';

CREATE CAST (sales_summary AS jsonb) WITH INOUT;
COMMENT ON CAST (sales_summary AS jsonb) IS
    'the text form of a summary as jsonb';
CREATE CAST (jsonb AS sales_summary) WITH INOUT;
COMMENT ON CAST (jsonb AS sales_summary) IS
    'a summary from its text form, keys in any order';

-- Comparison is over the bytes of the stored form: equal content, equal bytes.

CREATE FUNCTION sales_summary_eq(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_eq(sales_summary, sales_summary) IS
    'implementation of = operator';

CREATE FUNCTION sales_summary_ne(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_ne(sales_summary, sales_summary) IS
    'implementation of <> operator';

CREATE FUNCTION sales_summary_lt(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_lt(sales_summary, sales_summary) IS
    'implementation of < operator';

CREATE FUNCTION sales_summary_le(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_le(sales_summary, sales_summary) IS
    'implementation of <= operator';

CREATE FUNCTION sales_summary_gt(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_gt(sales_summary, sales_summary) IS
    'implementation of > operator';

CREATE FUNCTION sales_summary_ge(a sales_summary, b sales_summary)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sales_summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_ge(sales_summary, sales_summary) IS
    'implementation of >= operator';

CREATE OPERATOR = (
    FUNCTION = sales_summary_eq,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = =,
    NEGATOR = <>,
    RESTRICT = eqsel,
    JOIN = eqjoinsel,
    HASHES,
    MERGES
);
COMMENT ON OPERATOR = (sales_summary, sales_summary) IS
    'equal, by the bytes of the stored form';

CREATE OPERATOR <> (
    FUNCTION = sales_summary_ne,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = <>,
    NEGATOR = =,
    RESTRICT = neqsel,
    JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (sales_summary, sales_summary) IS
    'not equal, by the bytes of the stored form';

CREATE OPERATOR < (
    FUNCTION = sales_summary_lt,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = >,
    NEGATOR = >=,
    RESTRICT = scalarltsel,
    JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (sales_summary, sales_summary) IS
    'less than, by the bytes of the stored form';

CREATE OPERATOR <= (
    FUNCTION = sales_summary_le,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = >=,
    NEGATOR = >,
    RESTRICT = scalarlesel,
    JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (sales_summary, sales_summary) IS
    'less than or equal, by the bytes of the stored form';

CREATE OPERATOR > (
    FUNCTION = sales_summary_gt,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = <,
    NEGATOR = <=,
    RESTRICT = scalargtsel,
    JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (sales_summary, sales_summary) IS
    'greater than, by the bytes of the stored form';

CREATE OPERATOR >= (
    FUNCTION = sales_summary_ge,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = <=,
    NEGATOR = <,
    RESTRICT = scalargesel,
    JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (sales_summary, sales_summary) IS
    'greater than or equal, by the bytes of the stored form';

CREATE FUNCTION sales_summary_cmp(a sales_summary, b sales_summary)
RETURNS integer
AS 'MODULE_PATHNAME', 'sales_summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_cmp(sales_summary, sales_summary) IS
    'less-equal-greater';

CREATE FUNCTION sales_summary_hash(summary sales_summary)
RETURNS integer
AS 'MODULE_PATHNAME', 'sales_summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_hash(sales_summary) IS
    'hash';

CREATE FUNCTION sales_summary_hash_extended(summary sales_summary, seed bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'sales_summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_hash_extended(sales_summary, bigint) IS
    'hash';

CREATE OPERATOR CLASS sales_summary_ops
DEFAULT FOR TYPE sales_summary USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 sales_summary_cmp(sales_summary, sales_summary);
COMMENT ON OPERATOR CLASS sales_summary_ops USING btree IS
    'order of summaries, by the bytes of the stored form';

CREATE OPERATOR CLASS sales_summary_ops
DEFAULT FOR TYPE sales_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 sales_summary_hash(sales_summary),
    FUNCTION 2 sales_summary_hash_extended(sales_summary, bigint);
COMMENT ON OPERATOR CLASS sales_summary_ops USING hash IS
    'equality of summaries, by the bytes of the stored form';

-- Aggregates.  The state is a sales_summary, changed in place, so partial
-- states need no serialization.  Transition functions are not strict: a row
-- counts whatever of it is NULL.

CREATE FUNCTION sales_summary_combine(state sales_summary, summary sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_combine(sales_summary, sales_summary) IS
    'adds a summary to the state of an aggregate';

CREATE FUNCTION sales_summary_combine_inv(state sales_summary, summary sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_combine_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_combine_inv(sales_summary, sales_summary) IS
    'takes a summary away from the state of an aggregate';

CREATE FUNCTION sales_summary_final(state sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_final(sales_summary) IS
    'the state of an aggregate in its stored form';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, numeric, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, numeric, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount numeric, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, numeric, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, numeric, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, double precision, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, double precision, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount double precision, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, double precision, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_won_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(won boolean, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(boolean, double precision, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, numeric, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount numeric, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, numeric, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount numeric, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, numeric, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_numeric_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, numeric, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount numeric, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, numeric, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, double precision, date, date) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount double precision, opened date, closed date)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_date_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, double precision, date, date) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount double precision, opened date, closed date) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, double precision, date, date) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE FUNCTION sales_summary_accum(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_timestamptz'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'adds one row to the state of sales_summary()';

CREATE FUNCTION sales_summary_accum_inv(state sales_summary, status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_accum_status_float8_timestamptz_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_accum_inv(sales_summary, text, double precision, timestamp with time zone, timestamp with time zone) IS
    'takes one row away from the state of sales_summary()';

CREATE AGGREGATE sales_summary(status text, amount double precision, opened timestamp with time zone, closed timestamp with time zone) (
    SFUNC = sales_summary_accum,
    STYPE = sales_summary,
    SSPACE = 2048,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_accum,
    MINVFUNC = sales_summary_accum_inv,
    MSTYPE = sales_summary,
    MSSPACE = 2048,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_summary(text, double precision, timestamp with time zone, timestamp with time zone) IS
    'summary of opportunities: outcome (NULL is still open), amount, day or moment of opening and closing (ignored while open)';

CREATE AGGREGATE rollup(summary sales_summary) (
    SFUNC = sales_summary_combine,
    STYPE = sales_summary,
    SSPACE = 4096,
    FINALFUNC = sales_summary_final,
    COMBINEFUNC = sales_summary_combine,
    MSFUNC = sales_summary_combine,
    MINVFUNC = sales_summary_combine_inv,
    MSTYPE = sales_summary,
    MSSPACE = 4096,
    MFINALFUNC = sales_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(sales_summary) IS
    'sum of summaries: the summary of all their opportunities; NULLs are ignored';

CREATE FUNCTION sales_summary_add(a sales_summary, b sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_add'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_add(sales_summary, sales_summary) IS
    'implementation of + operator';

CREATE FUNCTION sales_summary_sub(a sales_summary, b sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_sub'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_sub(sales_summary, sales_summary) IS
    'implementation of - operator';

CREATE FUNCTION sales_summary_uminus(summary sales_summary)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_uminus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary_uminus(sales_summary) IS
    'implementation of - operator';

CREATE OPERATOR + (
    FUNCTION = sales_summary_add,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary,
    COMMUTATOR = +
);
COMMENT ON OPERATOR + (sales_summary, sales_summary) IS
    'the opportunities of both summaries';

CREATE OPERATOR - (
    FUNCTION = sales_summary_sub,
    LEFTARG = sales_summary,
    RIGHTARG = sales_summary
);
COMMENT ON OPERATOR - (sales_summary, sales_summary) IS
    'the opportunities of the first summary without those of the second';

CREATE OPERATOR - (
    FUNCTION = sales_summary_uminus,
    RIGHTARG = sales_summary
);
COMMENT ON OPERATOR - (NONE, sales_summary) IS
    'what, added to the summary, leaves the empty one';

-- Not strict: a NULL amount or number of days is unknown.
CREATE FUNCTION sales_summary(
    num_won bigint DEFAULT 0, won_amount numeric DEFAULT NULL, won_days numeric DEFAULT NULL,
    num_lost bigint DEFAULT 0, lost_amount numeric DEFAULT NULL, lost_days numeric DEFAULT NULL,
    num_void bigint DEFAULT 0, void_amount numeric DEFAULT NULL,
    num_open bigint DEFAULT 0, open_amount numeric DEFAULT NULL)
RETURNS sales_summary
AS 'MODULE_PATHNAME', 'sales_summary_from_sums'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sales_summary(bigint, numeric, numeric, bigint, numeric, numeric, bigint, numeric, bigint, numeric) IS
    'summary from counts, amounts and days (of all cycles together) that are kept elsewhere; NULL is unknown';

CREATE FUNCTION num_opportunities(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_opportunities'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_opportunities(sales_summary) IS
    'number of opportunities, of every outcome';

CREATE FUNCTION num_won(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_won'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_won(sales_summary) IS
    'number of won opportunities';

CREATE FUNCTION num_lost(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_lost'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_lost(sales_summary) IS
    'number of lost opportunities';

CREATE FUNCTION num_void(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_void'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_void(sales_summary) IS
    'number of opportunities that are neither won nor lost, such as duplicates';

CREATE FUNCTION num_open(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_open(sales_summary) IS
    'number of opportunities that are still open';

CREATE FUNCTION num_closed(summary sales_summary)
RETURNS bigint
AS 'MODULE_PATHNAME', 'num_closed'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION num_closed(sales_summary) IS
    'number of won and lost opportunities';
