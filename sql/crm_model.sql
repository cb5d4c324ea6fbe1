-- crm_model: the same relations over the tables of any CRM, as text that is run with the caller's rights

-- Every line of an adapter file that starts like an option is one, and no placeholder is left over.
SELECT crm, version, name, content FROM crm_adapter_parts()
WHERE part = 'option' AND content !~ '^\w+ (text|list|number|boolean|identifier|map)( required)?( DEFAULT ''[^'']*'')?  \S';
SELECT crm, version, relation FROM crm_sources() AS s,
       LATERAL crm_queries(crm, 'source', 'target', 'UTC', jsonb_build_object('version', version)) AS q
WHERE query ~ '\{(source|target|zone|option)' OR query ~ ';';
