import type { PolicySource, PolicyState, PolicyStore, PolicyVersion } from "../../app/ports/policy.js";
import { trusted, type ClassId, type DivisionCode, type PersonId, type PoolId, type UnitId } from "../../domain/id.js";
import type { Effect, PolicyModel, PolicyRule } from "../../domain/policy/rule.js";
import type { Act, Kind } from "../../domain/pool/class.js";
import type { Connection, Sql } from "../connection.js";
import { unitPlaces } from "../sql/unit-places.js";

interface VersionRow {
  readonly version: number;
  readonly base_version: number;
  readonly state: PolicyState;
  readonly reason: string;
  readonly content_hash: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly approved_hash: string | null;
  readonly activated_by: string | null;
  readonly activated_at: Date | null;
}

const person = (id: string | null): PersonId | null => (id === null ? null : trusted<PersonId>(id));

const versionOf = (row: VersionRow): PolicyVersion => ({
  version: row.version,
  baseVersion: row.base_version,
  state: row.state,
  reason: row.reason,
  contentHash: row.content_hash,
  proposedBy: trusted(row.proposed_by),
  proposedAt: row.proposed_at.getTime(),
  approvedBy: person(row.approved_by),
  approvedAt: row.approved_at?.getTime() ?? null,
  approvedHash: row.approved_hash,
  activatedBy: person(row.activated_by),
  activatedAt: row.activated_at?.getTime() ?? null,
});

/** The rules of a version; none: there is no such version. */
export async function readRules(sql: Sql, pool: PoolId, version: number): Promise<readonly PolicyRule[]> {
  return await sql<{ model: PolicyModel; cells: string[]; effect: Effect }[]>`
    select model, cells, effect from pool.policy_rules where pool_id = ${pool} and version = ${version} order by ordinal`;
}

/**
 * What authorizers read. Give it a connection of its own: it is asked inside transactions of others, and must not wait
 * for the connections they hold.
 */
export const policySource = ({ sql }: Connection): PolicySource => ({
  async activeVersion(pool) {
    const [row] = await sql<{ version: number }[]>`
      select version from pool.policy_versions where pool_id = ${pool} and state = 'active'`;
    return row?.version ?? 0;
  },
  async load(pool, version) {
    const [row] = await sql<{ content_hash: string }[]>`
      select content_hash from pool.policy_versions where pool_id = ${pool} and version = ${version}`;
    if (!row) throw new Error(`pool ${pool} has no policy ${version}`);
    return { contentHash: row.content_hash, rules: await readRules(sql, pool, version) };
  },
  async ancestorsOf(pool, unit) {
    // `union`, not `union all`: a cycle that slipped in ends instead of running on.
    const rows = await sql<{ unit_id: string }[]>`
      with recursive above as (
        select parent_id as unit_id, 1 as depth from pool.units where pool_id = ${pool} and unit_id = ${unit}
        union
        select u.parent_id, above.depth + 1
        from above join pool.units u on u.pool_id = ${pool} and u.unit_id = above.unit_id
        where above.depth < 32
      )
      select unit_id from above where unit_id is not null order by depth`;
    return rows.map((row) => trusted<UnitId>(row.unit_id));
  },
  async places(pool) {
    const [units, classes] = await Promise.all([
      unitPlaces(sql, pool),
      sql<{ classId: ClassId; kind: Kind; act: Act }[]>`select class_id as "classId", kind, act from pool.classes where pool_id = ${pool}`,
    ]);
    return {
      units: new Map(units.map((unit) => [unit.unitId, unit])),
      classes: new Map(classes.map(({ classId, kind, act }) => [classId, { kind, act }])),
    };
  },
});

export function policyStore(sql: Sql, pool: PoolId): PolicyStore {
  const columns = sql`
    version, base_version, state, reason, content_hash, proposed_by, proposed_at, approved_by, approved_at, approved_hash,
    activated_by, activated_at`;
  return {
    async lockActive() {
      // A pool's first version has no row to lock yet.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`policy of ${pool}`}, 0))`;
      const [row] = await sql<VersionRow[]>`select ${columns} from pool.policy_versions where pool_id = ${pool} and state = 'active'`;
      return row ? versionOf(row) : null;
    },
    async get(version) {
      const [row] = await sql<VersionRow[]>`select ${columns} from pool.policy_versions where pool_id = ${pool} and version = ${version}`;
      return row ? versionOf(row) : null;
    },
    async list() {
      const rows = await sql<VersionRow[]>`
        select ${columns} from pool.policy_versions where pool_id = ${pool} order by version desc limit 200`;
      return rows.map(versionOf);
    },
    rules: (version) => readRules(sql, pool, version),
    async activeRules() {
      const [row] = await sql<{ version: number }[]>`select version from pool.policy_versions where pool_id = ${pool} and state = 'active'`;
      return row ? await readRules(sql, pool, row.version) : null;
    },
    async actsHeard() {
      const rows = await sql<{ act: string }[]>`
        select distinct r.cells[2] || '.' || r.cells[3] as act
        from pool.policy_versions v join pool.policy_rules r on r.pool_id = v.pool_id and r.version = v.version and r.model = 'access'
        where v.pool_id = ${pool} and v.state in ('active', 'superseded')`;
      return new Set(rows.map(({ act }) => act));
    },
    async insert({ baseVersion, state, reason, contentHash, proposedBy, proposedAt, rules }) {
      const at = new Date(proposedAt);
      const [row] = await sql<{ version: number }[]>`
        insert into pool.policy_versions
          (pool_id, version, base_version, state, reason, content_hash, proposed_by, proposed_at, activated_by, activated_at)
        select ${pool}, coalesce(max(version), 0) + 1, ${baseVersion}, ${state}, ${reason}, ${contentHash}, ${proposedBy}, ${at},
          ${state === "active" ? proposedBy : null}, ${state === "active" ? at : null}
        from pool.policy_versions where pool_id = ${pool}
        returning version`;
      const { version } = row as { version: number };
      await sql`
        insert into pool.policy_rules (pool_id, version, ordinal, model, cells, effect)
        select ${pool}, ${version}, r.ordinal, r.model, array(select jsonb_array_elements_text(r.cells)), r.effect
        from jsonb_to_recordset(${sql.json(rules.map((rule, ordinal) => ({ ...rule, ordinal })) as never)})
          as r(ordinal integer, model text, cells jsonb, effect text)`;
      return version;
    },
    async approve(version, by, at, hash) {
      await sql`
        update pool.policy_versions set state = 'approved', approved_by = ${by}, approved_at = ${new Date(at)}, approved_hash = ${hash}
        where pool_id = ${pool} and version = ${version}`;
    },
    async activate(version, by, at) {
      // The former one first: only one may be active at any moment, inside the transaction too.
      await sql`update pool.policy_versions set state = 'superseded' where pool_id = ${pool} and state = 'active'`;
      await sql`
        update pool.policy_versions set state = 'active', activated_by = ${by}, activated_at = ${new Date(at)}
        where pool_id = ${pool} and version = ${version}`;
    },
    async withdraw(version) {
      await sql`update pool.policy_versions set state = 'withdrawn' where pool_id = ${pool} and version = ${version}`;
    },
    async raiseRevocations() {
      await sql`update pool.writers set revocations = revocations + 1 where pool_id = ${pool}`;
    },
  };
}
