-- sanity: the laws that every object of the extension obeys; each query returns what breaks one, so no row

CREATE TEMP VIEW members AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS object
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')
  AND (classid, objid) NOT IN (SELECT 'pg_type'::regclass, typarray FROM pg_type);  -- members from 18 on only
CREATE TEMP VIEW functions AS
SELECT object, p.* FROM members JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid;
CREATE TEMP VIEW aggregates AS
SELECT object, proname AS aggname, proargtypes, proargnames, a.* FROM functions AS f JOIN pg_aggregate AS a ON aggfnoid = f.oid;
CREATE TEMP VIEW operators AS
SELECT object, o.* FROM members JOIN pg_operator AS o ON classid = 'pg_operator'::regclass AND objid = o.oid;

-- There is something to look at.
SELECT count(*) > 100 AS members, count(*) FILTER (WHERE classid = 'pg_operator'::regclass) >= 9 AS operators,
       (SELECT count(*) >= 20 FROM aggregates) AS aggregates
FROM members;

-- Every object is commented (an operator family comes along with its class).
SELECT object FROM members
WHERE obj_description(objid, classid::regclass::name) IS NULL AND classid <> 'pg_opfamily'::regclass;

-- Every object lies in the extension's schema; casts lie in none.
SELECT object FROM members, pg_identify_object(classid, objid, 0)
WHERE schema <> (SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'salesvelocity');

-- Every argument of every function and aggregate has a name.
SELECT object FROM functions
WHERE pronargs > 0 AND (proargnames IS NULL OR cardinality(proargnames) < pronargs OR '' = ANY (proargnames));

-- Every function is parallel safe, runs with the caller's rights and settings, and always gives the same result;
-- with a time zone, as long as its rules are the same.
-- (A procedure is never used in a parallel query, and check_source, which catches errors, cannot be.)
SELECT object FROM functions WHERE proparallel <> CASE WHEN prokind = 'p' OR proname = 'check_source' THEN 'u' ELSE 's' END;
SELECT object FROM functions WHERE prosecdef OR proleakproof;
WITH exception (name, reason) AS
    (VALUES ('create\_crm\_model', 'it runs statements, with the caller''s rights, in a search path that nobody else can fill'),
            ('check\_source', 'the same'),
            ('create\_kpi\_views', 'the same'),
            ('refresh\_kpis', 'the same'),
            ('kpi\_model\_checked', 'its body is bound to names only when it runs')),
configured AS (SELECT object, proname FROM functions WHERE proconfig IS NOT NULL)
SELECT object FROM configured WHERE NOT EXISTS (SELECT FROM exception WHERE proname LIKE name)
UNION ALL SELECT 'no function ' || name FROM exception WHERE NOT EXISTS (SELECT FROM configured WHERE proname LIKE name);
WITH exception (name, volatility, reason) AS
    (VALUES ('crm\_queries', 's', 'it looks into the catalogs for what is there'),
            ('crm\_problems', 's', 'the same'),
            ('crm\_model\_statements', 's', 'the same'),
            ('crm\_model\_sql', 's', 'the same'),
            ('crm\_generic\_query', 's', 'the same'),
            ('crm\_generic\_column', 's', 'it raises errors'),
            ('crm\_amiss', 's', 'it looks into the catalogs for what is there'),
            ('check\_source', 's', 'it reads tables'),
            ('kpi\_model\_statements', 's', 'it looks into the catalogs for what is there'),
            ('kpi\_model\_sql', 's', 'the same'),
            ('kpi\_model\_stores', 's', 'the same'),
            ('kpi\_refresh\_sql', 's', 'the same'),
            ('create\_crm\_model', 'v', 'it makes objects'),
            ('create\_kpi\_views', 'v', 'the same'),
            ('refresh\_kpis', 'v', 'the same'),
            ('crm\_refuse', 'v', 'an error is raised only when its turn comes')),
expected AS
    (SELECT object, proname, provolatile,
            coalesce((SELECT volatility FROM exception WHERE proname LIKE name),
                     CASE WHEN 'zone' = ANY (proargnames) THEN 's' ELSE 'i' END) AS volatility
     FROM functions)
SELECT object FROM expected WHERE provolatile::text <> volatility
UNION ALL SELECT 'no function ' || name FROM exception WHERE NOT EXISTS (SELECT FROM expected WHERE proname LIKE name);

-- A C function is strict, except for these.
WITH exception (name, reason) AS
    (VALUES ('%\_accum', 'a row counts, whatever of it is NULL, and the first state is NULL'),
            ('%\_accum\_inv', 'the same'),
            ('%\_combine', 'the first state is NULL, and a NULL is no summary'),
            ('%\_combine\_inv', 'the same'),
            ('%\_final', 'no row at all gives the state NULL'),
            ('opportunity\_events', 'a row counts, whatever of it is NULL'),
            ('sales\_summary', 'a NULL amount or number of days is unknown'),
            ('ltv', 'a NULL horizon or discount is none'),
            ('ltv\_cac\_ratio', 'the same'),
            ('win\_probability', 'a NULL number of days is none')),
lax AS
    (SELECT object, proname FROM functions
     WHERE prokind = 'f' AND NOT proisstrict AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'c'))
SELECT object FROM lax WHERE NOT EXISTS (SELECT FROM exception WHERE proname LIKE name)
UNION ALL SELECT 'no function ' || name FROM exception WHERE NOT EXISTS (SELECT FROM lax WHERE proname LIKE name);

-- Every aggregate can be computed in parts, and as a moving window by exact inverse; its moving form is no other.
SELECT object FROM aggregates WHERE aggcombinefn = 0 OR aggminvtransfn = 0;
SELECT object FROM aggregates
WHERE (aggmtransfn, aggmfinalfn, aggmtranstype, aggmtransspace, aggmfinalextra, aggmfinalmodify, aggminitval)
    IS DISTINCT FROM (aggtransfn, aggfinalfn, aggtranstype, aggtransspace, aggfinalextra, aggfinalmodify, agginitval);
-- Its state is a value of an ordinary type, whose size the planner is told, and which the final function leaves alone.
-- It starts as NULL, unless the transition function is strict.
SELECT object FROM aggregates JOIN pg_type AS t ON t.oid = aggtranstype JOIN pg_proc AS f ON f.oid = aggtransfn
WHERE typtype = 'p' OR aggserialfn <> 0 OR aggtransspace = 0 OR aggfinalmodify <> 'r' OR f.proisstrict <> (agginitval IS NOT NULL);
-- Its functions take and return what they are given and should; one that is the aggregate's own has its argument names.
SELECT object FROM aggregates
JOIN pg_proc AS t ON t.oid = aggtransfn
JOIN pg_proc AS i ON i.oid = aggminvtransfn
JOIN pg_proc AS c ON c.oid = aggcombinefn
JOIN pg_proc AS f ON f.oid = aggfinalfn
WHERE t.proargtypes::text <> concat_ws(' ', aggtranstype, nullif(aggregates.proargtypes::text, ''))
   OR t.proname = aggname || '_accum' AND t.proargnames[2:] IS DISTINCT FROM aggregates.proargnames
   OR (i.proargtypes::text, i.proargnames) <> (t.proargtypes::text, t.proargnames)
   OR c.proargtypes::text <> concat_ws(' ', aggtranstype, aggtranstype)
   OR f.proargtypes::text <> aggtranstype::text
   OR (t.prorettype, i.prorettype, c.prorettype) <> (aggtranstype, aggtranstype, aggtranstype);

-- An operator has its function's arguments and result, and the function says so.
SELECT object FROM operators JOIN pg_proc AS p ON p.oid = oprcode
WHERE proargtypes::text <> concat_ws(' ', nullif(oprleft, 0), nullif(oprright, 0)) OR prorettype <> oprresult
   OR obj_description(p.oid, 'pg_proc') IS DISTINCT FROM format('implementation of %s operator', oprname);
-- Commutators and negators go both ways, and a comparison has both and its estimators.
SELECT o.object FROM operators AS o LEFT JOIN pg_operator AS c ON c.oid = o.oprcom
WHERE o.oprcom <> 0
  AND (c.oprcom, c.oprleft, c.oprright, c.oprresult) IS DISTINCT FROM (o.oid, o.oprright, o.oprleft, o.oprresult);
SELECT o.object FROM operators AS o LEFT JOIN pg_operator AS n ON n.oid = o.oprnegate
WHERE o.oprnegate <> 0
  AND (n.oprnegate, n.oprleft, n.oprright) IS DISTINCT FROM (o.oid, o.oprleft, o.oprright);
SELECT object FROM operators
WHERE CASE WHEN oprresult = 'boolean'::regtype THEN 0::oid IN (oprcom, oprnegate, oprrest, oprjoin)
      ELSE oprnegate <> 0 OR oprrest <> 0 OR oprjoin <> 0 END;
SELECT object FROM operators
WHERE (oprname = '=') <> oprcanhash OR (oprname = '=') <> oprcanmerge OR oprname = '+' AND oprcom <> oid;

-- Operator classes are what their access methods ask for.
SELECT object FROM members JOIN pg_opclass AS o ON classid = 'pg_opclass'::regclass AND objid = o.oid
WHERE NOT amvalidate(o.oid);

-- A type has a text, a binary and an array form; no cast is made that was not asked for.
SELECT object FROM members JOIN pg_type AS t ON classid = 'pg_type'::regclass AND objid = t.oid
WHERE NOT typisdefined OR typinput = 0 OR typoutput = 0 OR typreceive = 0 OR typsend = 0 OR typarray = 0;
SELECT object FROM members JOIN pg_cast AS c ON classid = 'pg_cast'::regclass AND objid = c.oid
WHERE castcontext <> 'e';
