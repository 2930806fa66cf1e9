import { ofPool, type Check } from "../check.js";

/** A decision is its own audit record, an allocation its own hold movement; acts of people and changes of requests are here. */
export const auditChecks: readonly Check[] = [
  {
    name: "audit.requests-recorded",
    sql: `
      select r.pool_id, r.request_id, r.number, r.state
      from pool.requests r
      where ${ofPool("r")}
        and not exists (
          select from pool.audit_records a
          where a.pool_id = r.pool_id and a.object_kind = 'request' and a.object_id = r.public_id::text and a.act = 'request.submit'
        )
      order by r.pool_id, r.request_id`,
  },
  {
    // An acknowledged request that is gone: its receipt is in the record, its row is not.
    name: "audit.no-request-lost",
    sql: `
      select a.pool_id, a.audit_id, a.act, a.object_id, a.occurred_at
      from pool.audit_records a
      where ${ofPool("a")} and a.object_kind = 'request' and a.act = 'request.submit'
        and not exists (select from pool.requests r where r.pool_id = a.pool_id and r.public_id::text = a.object_id)
      order by a.pool_id, a.audit_id`,
  },
  {
    name: "audit.unservable-recorded",
    sql: `
      select r.pool_id, r.request_id, r.number
      from pool.requests r
      where ${ofPool("r")} and r.state = 'unservable'
        and not exists (
          select from pool.audit_records a
          where a.pool_id = r.pool_id and a.object_kind = 'request' and a.object_id = r.public_id::text and a.act = 'request.unservable'
        )
      order by r.pool_id, r.request_id`,
  },
];
