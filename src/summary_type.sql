-- src/summary_type.sql: a type of summaries, for the install script to fill in
--
-- A line "-- type: NAME" in a family's script stands for all of this, with the
-- type's name in place of @type@.

CREATE TYPE @type@;

CREATE FUNCTION @type@_in(text_form cstring)
RETURNS @type@
AS 'MODULE_PATHNAME', '@type@_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_in(cstring) IS
    'I/O';

CREATE FUNCTION @type@_out(summary @type@)
RETURNS cstring
AS 'MODULE_PATHNAME', 'sv_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_out(@type@) IS
    'I/O';

CREATE FUNCTION @type@_recv(binary_form internal)
RETURNS @type@
AS 'MODULE_PATHNAME', '@type@_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_recv(internal) IS
    'I/O';

CREATE FUNCTION @type@_send(summary @type@)
RETURNS bytea
AS 'MODULE_PATHNAME', 'sv_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_send(@type@) IS
    'I/O';

CREATE TYPE @type@ (
    INPUT = @type@_in,
    OUTPUT = @type@_out,
    RECEIVE = @type@_recv,
    SEND = @type@_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE @type@ IS
    'exact counts, sums and histograms of a set of rows, from which KPIs are read; summaries can be added and subtracted';

CREATE FUNCTION @type@_json(summary @type@)
RETURNS json
AS 'MODULE_PATHNAME', 'sv_summary_json'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_json(@type@) IS
    'the text form of a summary as json';

-- A cast to json by a function is what to_jsonb(), json_agg() and the like look for.
CREATE CAST (@type@ AS json) WITH FUNCTION @type@_json(@type@);
COMMENT ON CAST (@type@ AS json) IS
    'the text form of a summary as json';
CREATE CAST (@type@ AS jsonb) WITH INOUT;
COMMENT ON CAST (@type@ AS jsonb) IS
    'the text form of a summary as jsonb';
CREATE CAST (jsonb AS @type@) WITH INOUT;
COMMENT ON CAST (jsonb AS @type@) IS
    'a summary from its text form, keys in any order';

-- Comparison is over the bytes of the stored form: equal content, equal bytes.

CREATE FUNCTION @type@_eq(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_eq(@type@, @type@) IS
    'implementation of = operator';

CREATE FUNCTION @type@_ne(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_ne(@type@, @type@) IS
    'implementation of <> operator';

CREATE FUNCTION @type@_lt(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_lt(@type@, @type@) IS
    'implementation of < operator';

CREATE FUNCTION @type@_le(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_le(@type@, @type@) IS
    'implementation of <= operator';

CREATE FUNCTION @type@_gt(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_gt(@type@, @type@) IS
    'implementation of > operator';

CREATE FUNCTION @type@_ge(a @type@, b @type@)
RETURNS boolean
AS 'MODULE_PATHNAME', 'sv_summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_ge(@type@, @type@) IS
    'implementation of >= operator';

CREATE OPERATOR = (
    FUNCTION = @type@_eq,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = =,
    NEGATOR = <>,
    RESTRICT = eqsel,
    JOIN = eqjoinsel,
    HASHES,
    MERGES
);
COMMENT ON OPERATOR = (@type@, @type@) IS
    'equal, by the bytes of the stored form';

CREATE OPERATOR <> (
    FUNCTION = @type@_ne,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = <>,
    NEGATOR = =,
    RESTRICT = neqsel,
    JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (@type@, @type@) IS
    'not equal, by the bytes of the stored form';

CREATE OPERATOR < (
    FUNCTION = @type@_lt,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = >,
    NEGATOR = >=,
    RESTRICT = scalarltsel,
    JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (@type@, @type@) IS
    'less than, by the bytes of the stored form';

CREATE OPERATOR <= (
    FUNCTION = @type@_le,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = >=,
    NEGATOR = >,
    RESTRICT = scalarlesel,
    JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (@type@, @type@) IS
    'less than or equal, by the bytes of the stored form';

CREATE OPERATOR > (
    FUNCTION = @type@_gt,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = <,
    NEGATOR = <=,
    RESTRICT = scalargtsel,
    JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (@type@, @type@) IS
    'greater than, by the bytes of the stored form';

CREATE OPERATOR >= (
    FUNCTION = @type@_ge,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = <=,
    NEGATOR = <,
    RESTRICT = scalargesel,
    JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (@type@, @type@) IS
    'greater than or equal, by the bytes of the stored form';

CREATE FUNCTION @type@_cmp(a @type@, b @type@)
RETURNS integer
AS 'MODULE_PATHNAME', 'sv_summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_cmp(@type@, @type@) IS
    'less-equal-greater';

CREATE FUNCTION @type@_hash(summary @type@)
RETURNS integer
AS 'MODULE_PATHNAME', 'sv_summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_hash(@type@) IS
    'hash';

CREATE FUNCTION @type@_hash_extended(summary @type@, seed bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'sv_summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_hash_extended(@type@, bigint) IS
    'hash';

CREATE OPERATOR CLASS @type@_ops
DEFAULT FOR TYPE @type@ USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 @type@_cmp(@type@, @type@);
COMMENT ON OPERATOR CLASS @type@_ops USING btree IS
    'order of summaries, by the bytes of the stored form';

CREATE OPERATOR CLASS @type@_ops
DEFAULT FOR TYPE @type@ USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 @type@_hash(@type@),
    FUNCTION 2 @type@_hash_extended(@type@, bigint);
COMMENT ON OPERATOR CLASS @type@_ops USING hash IS
    'equality of summaries, by the bytes of the stored form';

-- Aggregates.  The state is a summary, changed in place.

CREATE FUNCTION @type@_combine(state @type@, summary @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', '@type@_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @type@_combine(@type@, @type@) IS
    'adds a summary to the state of an aggregate';

CREATE FUNCTION @type@_combine_inv(state @type@, summary @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', '@type@_combine_inv'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @type@_combine_inv(@type@, @type@) IS
    'takes a summary away from the state of an aggregate';

CREATE FUNCTION @type@_final(state @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', '@type@_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @type@_final(@type@) IS
    'the state of an aggregate in its stored form';

CREATE AGGREGATE rollup(summary @type@) (
    SFUNC = @type@_combine,
    STYPE = @type@,
    SSPACE = 4096,
    FINALFUNC = @type@_final,
    COMBINEFUNC = @type@_combine,
    MSFUNC = @type@_combine,
    MINVFUNC = @type@_combine_inv,
    MSTYPE = @type@,
    MSSPACE = 4096,
    MFINALFUNC = @type@_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(@type@) IS
    'sum of summaries: the summary of all their rows; NULLs are ignored';

CREATE FUNCTION @type@_add(a @type@, b @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', 'sv_summary_add'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_add(@type@, @type@) IS
    'implementation of + operator';

CREATE FUNCTION @type@_sub(a @type@, b @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', 'sv_summary_sub'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_sub(@type@, @type@) IS
    'implementation of - operator';

CREATE FUNCTION @type@_uminus(summary @type@)
RETURNS @type@
AS 'MODULE_PATHNAME', 'sv_summary_uminus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @type@_uminus(@type@) IS
    'implementation of - operator';

CREATE OPERATOR + (
    FUNCTION = @type@_add,
    LEFTARG = @type@,
    RIGHTARG = @type@,
    COMMUTATOR = +
);
COMMENT ON OPERATOR + (@type@, @type@) IS
    'the rows of both summaries';

CREATE OPERATOR - (
    FUNCTION = @type@_sub,
    LEFTARG = @type@,
    RIGHTARG = @type@
);
COMMENT ON OPERATOR - (@type@, @type@) IS
    'the rows of the first summary without those of the second';

CREATE OPERATOR - (
    FUNCTION = @type@_uminus,
    RIGHTARG = @type@
);
COMMENT ON OPERATOR - (NONE, @type@) IS
    'what, added to the summary, leaves the empty one';
