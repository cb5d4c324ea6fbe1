-- surface: everything that the extension makes, one line per object
\pset format unaligned
\pset tuples_only on

SELECT CASE classid
       WHEN 'pg_proc'::regclass THEN
           (SELECT concat_ws(' ', CASE prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
                             format('%s(%s)', proname, pg_get_function_arguments(oid)), '-> ' || pg_get_function_result(oid),
                             CASE WHEN prokind <> 'a' THEN (ARRAY['immutable', 'stable', 'volatile'])[strpos('isv', provolatile::text)] END,
                             CASE WHEN proisstrict THEN 'strict' END)
            FROM pg_proc WHERE oid = objid)
       WHEN 'pg_operator'::regclass THEN
           (SELECT concat_ws(' ', 'operator', nullif(oprleft, 0)::regtype, oprname, oprright::regtype, '->', oprresult::regtype)
            FROM pg_operator WHERE oid = objid)
       WHEN 'pg_cast'::regclass THEN
           (SELECT format('cast (%s AS %s) %s', castsource::regtype, casttarget::regtype,
                          CASE castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'assignment' ELSE 'implicit' END)
            FROM pg_cast WHERE oid = objid)
       ELSE pg_describe_object(classid, objid, 0)
       END COLLATE "C" AS object
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')
  AND (classid, objid) NOT IN (SELECT 'pg_type'::regclass, typarray FROM pg_type)  -- members from 18 on only
ORDER BY object;
