-- install: the extension comes and goes without a trace, for a user who is no superuser, in any schema

-- Every catalogue in which an extension could leave something, with its size.
CREATE VIEW catalog_size AS
SELECT 'pg_proc' AS catalog, count(*) FROM pg_proc
UNION ALL SELECT 'pg_aggregate', count(*) FROM pg_aggregate
UNION ALL SELECT 'pg_type', count(*) FROM pg_type
UNION ALL SELECT 'pg_cast', count(*) FROM pg_cast
UNION ALL SELECT 'pg_operator', count(*) FROM pg_operator
UNION ALL SELECT 'pg_opclass', count(*) FROM pg_opclass
UNION ALL SELECT 'pg_opfamily', count(*) FROM pg_opfamily
UNION ALL SELECT 'pg_amop', count(*) FROM pg_amop
UNION ALL SELECT 'pg_amproc', count(*) FROM pg_amproc
UNION ALL SELECT 'pg_class', count(*) FROM pg_class
UNION ALL SELECT 'pg_namespace', count(*) FROM pg_namespace
UNION ALL SELECT 'pg_extension', count(*) FROM pg_extension
UNION ALL SELECT 'pg_depend', count(*) FROM pg_depend
UNION ALL SELECT 'pg_description', count(*) FROM pg_description;
-- The extension's objects that lie in another schema than itself; casts lie in none.
CREATE VIEW elsewhere AS
SELECT object.type, object.identity
FROM pg_extension AS e
JOIN pg_depend ON refclassid = 'pg_extension'::regclass AND refobjid = e.oid AND deptype = 'e',
     pg_identify_object(classid, objid, 0) AS object
WHERE extname = 'salesvelocity' AND object.type <> 'cast'
  AND object.schema IS DISTINCT FROM extnamespace::regnamespace::text;
GRANT SELECT ON elsewhere TO public;
CREATE TABLE size_before (LIKE catalog_size);
INSERT INTO size_before TABLE catalog_size;

-- Create and drop, as a superuser.
CREATE EXTENSION salesvelocity;
SELECT extnamespace::regnamespace AS schema, extrelocatable FROM pg_extension WHERE extname = 'salesvelocity';
DROP EXTENSION salesvelocity;
SELECT * FROM catalog_size EXCEPT SELECT * FROM size_before;

-- The extension is trusted: the right to create in the database is enough, and without it there is none.
CREATE ROLE regress_sv_user;
SET ROLE regress_sv_user;
\set VERBOSITY terse
CREATE EXTENSION salesvelocity;
\set VERBOSITY default
RESET ROLE;
SELECT current_database() AS db \gset
GRANT CREATE ON DATABASE :"db" TO regress_sv_user;
SET ROLE regress_sv_user;
CREATE SCHEMA sv;
CREATE EXTENSION salesvelocity SCHEMA sv;

-- All its objects lie in that schema.
SELECT extnamespace::regnamespace AS schema, extowner::regrole AS owner FROM pg_extension WHERE extname = 'salesvelocity';
SELECT * FROM elsewhere;

-- It works there by its full name, whatever the search path.
SET search_path = pg_catalog;
SELECT sv.hit_ratio(won) AS of_rows,
       sv.hit_ratio(sv.rollup(sv.sales_summary(num_won => 1) OPERATOR(sv.+) '{"version": 1, "lost": {"rows": 3}}')) AS of_summary
FROM unnest('{t,f,f,f}'::boolean[]) AS won;
RESET search_path;

-- What uses the type keeps it from being dropped.
CREATE TABLE sv.kept (summary sv.sales_summary);
DROP EXTENSION salesvelocity;
DROP TABLE sv.kept;

-- It can be moved.
RESET ROLE;
CREATE SCHEMA moved;
ALTER EXTENSION salesvelocity SET SCHEMA moved;
SELECT extnamespace::regnamespace AS schema FROM pg_extension WHERE extname = 'salesvelocity';
SELECT * FROM elsewhere;
SELECT moved.num_won(moved.sales_summary(num_won => 2));

-- Its owner drops it, and nothing is left.
SET ROLE regress_sv_user;
DROP EXTENSION salesvelocity;
DROP SCHEMA sv;
RESET ROLE;
DROP SCHEMA moved;
REVOKE CREATE ON DATABASE :"db" FROM regress_sv_user;
DROP ROLE regress_sv_user;
SELECT * FROM catalog_size EXCEPT SELECT * FROM size_before;
DROP TABLE size_before;
DROP VIEW catalog_size, elsewhere;

-- The tests that follow need it.
CREATE EXTENSION salesvelocity;
