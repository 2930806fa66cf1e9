import type { RoleGrant, RoleGrants } from "../../app/ports/role-grant.js";
import { trusted, type PoolId, type UnitId } from "../../domain/id.js";
import type { GrantedRole } from "../../domain/policy/subject.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly grant_id: string;
  readonly person_id: string;
  readonly role: GrantedRole;
  readonly unit_id: string | null;
  readonly granted_by: string;
  readonly granted_at: Date;
}

const grantOf = (row: Row): RoleGrant => ({
  grantId: Number(row.grant_id),
  personId: trusted(row.person_id),
  role: row.role,
  unitId: row.unit_id === null ? null : trusted<UnitId>(row.unit_id),
  grantedBy: trusted(row.granted_by),
  grantedAt: row.granted_at.getTime(),
});

export function roleGrants(sql: Sql, pool: PoolId): RoleGrants {
  const columns = sql`grant_id, person_id, role, unit_id, granted_by, granted_at`;
  const living = sql`pool_id = ${pool} and revoked_at is null`;
  return {
    async get(grantId) {
      const [row] = await sql<Row[]>`select ${columns} from pool.role_grants where ${living} and grant_id = ${grantId}`;
      return row ? grantOf(row) : null;
    },
    async of(person) {
      const rows = await sql<Row[]>`select ${columns} from pool.role_grants where ${living} and person_id = ${person} order by grant_id`;
      return rows.map(grantOf);
    },
    async list({ unitId }) {
      const rows = await sql<Row[]>`
        select ${columns} from pool.role_grants
        where ${living} ${unitId === undefined ? sql`` : sql`and unit_id = ${unitId}`}
        order by unit_id nulls first, role, grant_id`;
      return rows.map(grantOf);
    },
    async lockPerson(person) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`role grants of ${person} in ${pool}`}, 0))`;
    },
    async insert(held, person, by, at) {
      const [row] = await sql<Row[]>`
        insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at)
        values (${pool}, ${person}, ${held.role}, ${"unitId" in held ? held.unitId : null}, ${by}, ${new Date(at)})
        on conflict (pool_id, person_id, role, coalesce(unit_id, '')) where revoked_at is null do nothing
        returning ${columns}`;
      return row ? grantOf(row) : null;
    },
    async revoke(grantId, by, at) {
      const rows = await sql`
        update pool.role_grants set revoked_by = ${by}, revoked_at = ${new Date(at)}
        where ${living} and grant_id = ${grantId} returning 1`;
      return rows.length > 0;
    },
  };
}
