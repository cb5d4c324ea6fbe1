-- src/refresh.sql: refreshing the KPI views that are materialized

-- Found by their comment; what all others read comes first.
CREATE FUNCTION kpi_model_stores(target_schema text)
RETURNS TABLE (name text, is_populated boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relname::text, c.relispopulated
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = target_schema::name AND c.relkind = 'm' AND obj_description(c.oid, 'pg_class') LIKE '%; made by kpi\_model\_sql()'
    ORDER BY c.relname <> 'opportunity_day', c.relname;
END;
COMMENT ON FUNCTION kpi_model_stores(text) IS
    'the materialized views of a schema that kpi_model_sql() has made, in the order in which they are refreshed';

CREATE FUNCTION kpi_refresh_sql(target_schema text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT string_agg(pg_catalog.format('REFRESH MATERIALIZED VIEW %s%I.%I;', CASE WHEN s.is_populated THEN 'CONCURRENTLY ' ELSE '' END, target_schema, s.name),
                      E'\n' ORDER BY s.n)
           || pg_catalog.format(E'\n%sSELECT cron.schedule(%L, %L, %L);',
                     CASE WHEN EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'pg_cron') THEN '' ELSE '-- where pg_cron is installed: ' END,
                     'refresh the KPIs of ' || target_schema, '*/15 * * * *',
                     (SELECT pg_catalog.format('CALL %I.refresh_kpis(%L)', n.nspname, target_schema)
                      FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'salesvelocity'))
    FROM kpi_model_stores(target_schema) WITH ORDINALITY AS s (name, is_populated, n);
END;
COMMENT ON FUNCTION kpi_refresh_sql(text) IS
    'SQL that refreshes what kpi_model_sql() has materialized in a schema, and that has pg_cron do so; NULL if nothing is materialized';

-- It has a search path of its own, under which the statements run.
CREATE PROCEDURE refresh_kpis(target_schema text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sv text := (SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'salesvelocity');
    store record;
    began timestamptz;
    num_rows bigint;
    n int := 0;
BEGIN
    IF target_schema IS NULL THEN
        RAISE EXCEPTION 'the argument of refresh_kpis must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    FOR store IN EXECUTE format('SELECT name, is_populated FROM %s.kpi_model_stores($1)', sv) USING target_schema LOOP
        began := clock_timestamp();
        EXECUTE format('REFRESH MATERIALIZED VIEW %s%I.%I', CASE WHEN store.is_populated THEN 'CONCURRENTLY ' ELSE '' END, target_schema, store.name);
        EXECUTE format('ANALYZE %I.%I', target_schema, store.name);
        EXECUTE format('SELECT count(*) FROM %I.%I', target_schema, store.name) INTO num_rows;
        RAISE NOTICE '%: % rows, % ms', store.name, num_rows, round(1000 * extract(epoch FROM clock_timestamp() - began));
        n := n + 1;
    END LOOP;
    IF n = 0 THEN
        RAISE NOTICE 'nothing is materialized in schema "%"', target_schema;
    END IF;
END
$$;
COMMENT ON PROCEDURE refresh_kpis(text) IS
    'refreshes what kpi_model_sql() has materialized in a schema, and reports rows and time';
