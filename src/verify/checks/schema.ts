import type { Check } from "../check.js";

export const schemaChecks: readonly Check[] = [
  {
    // No key may cross pools: what makes one pool one shard. ($1 is not used; naming it keeps one way to call.)
    name: "schema.pool-id-leads-every-key",
    sql: `
      select c.relname as "table", i.relname as key, a.attname as first
      from pg_index x
        join pg_class c on c.oid = x.indrelid
        join pg_class i on i.oid = x.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
      where n.nspname = 'pool' and x.indisunique and a.attname is distinct from 'pool_id' and ($1::text is null or true)
      union all
      select c.relname, k.conname, a.attname
      from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      where n.nspname = 'pool' and k.contype = 'f' and a.attname is distinct from 'pool_id'
      union all
      select c.relname, '(none)', null
      from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'pool' and c.relkind = 'r'
        and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,
  },
];
