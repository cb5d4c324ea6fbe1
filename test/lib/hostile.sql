-- hostile.sql: a schema of operators and functions of others, which take exactly what uncast columns and unqualified calls
-- would give them. Whatever reaches one of them ends with an error.
CREATE SCHEMA hostile;
DO $$
DECLARE
    types text[] := '{text,varchar,name,uuid,int2,int4,int8,numeric,float8,date,time,timestamp,timestamptz,interval,bool,json,jsonb,text[],name[]}';
    body text := 'RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''trapped''; END $f$';
    op text;
    f record;
BEGIN
    FOR f IN SELECT * FROM unnest(types) AS a, unnest(types) AS b LOOP
        EXECUTE format('CREATE FUNCTION hostile.trap(%s, %s) %s', f.a, f.b, body);
        FOREACH op IN ARRAY '{=,<>,<,>,<=,>=,||,+,-,*,/,?,->,->>,#>>,~}'::text[] LOOP
            EXECUTE format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.trap, LEFTARG = %s, RIGHTARG = %s)', op, f.a, f.b);
        END LOOP;
    END LOOP;
    FOR f IN SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p' AND proname ~ '^[a-z_]+$'
             AND (proname IN ('format', 'jsonb_each_text', 'length', 'now', 'num_nulls', 'quote_ident')
                  OR proname ~ 'trim|lower|upper|split|concat|starts|part|trunc|round|to_|timezone|lag|min|max|sum|bool_|series|cardinality') LOOP
        FOREACH op IN ARRAY types || '{"text, text","text, name","varchar, text","text, timestamp","text, timestamptz","text, date"}'::text[] LOOP
            EXECUTE format('CREATE FUNCTION hostile.%I(%s) %s', f.proname, op, body);
        END LOOP;
    END LOOP;
END $$;
