import type { Priorities } from "../../app/ports/priority.js";
import { trusted, type PoolId, type StepId } from "../../domain/id.js";
import type { PriorityState } from "../../domain/request/priority.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

export const priorities = (sql: Sql, pool: PoolId): Priorities => ({
  async classes() {
    const rows = await sql<{ code: string; name_zh: string; name_en: string; advance_minutes: number | null; legal_basis: string; evidence_required: boolean }[]>`
      select code, name_zh, name_en, advance_minutes, legal_basis, evidence_required
      from pool.priority_classes where pool_id = ${pool} order by code`;
    return rows.map((row) => ({
      code: row.code,
      names: { zh: row.name_zh, en: row.name_en },
      advanceMinutes: row.advance_minutes,
      legalBasis: row.legal_basis,
      evidenceRequired: row.evidence_required,
    }));
  },
  async declare(declared) {
    const rows = declared.map(({ code, names, advanceMinutes, legalBasis, evidenceRequired }) => ({
      code,
      name_zh: names.zh,
      name_en: names.en,
      advance_minutes: advanceMinutes,
      legal_basis: legalBasis,
      evidence_required: evidenceRequired,
    }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.priority_classes (pool_id, code, name_zh, name_en, advance_minutes, legal_basis, evidence_required)
      select ${pool}, code, name_zh, name_en, advance_minutes, legal_basis, evidence_required
      from json_to_recordset(${json}) as t (code text, name_zh text, name_en text, advance_minutes integer, legal_basis text, evidence_required boolean)
      on conflict (pool_id, code) do update
        set name_zh = excluded.name_zh, name_en = excluded.name_en, advance_minutes = excluded.advance_minutes,
          legal_basis = excluded.legal_basis, evidence_required = excluded.evidence_required`);
  },
  async ofRequest(publicId) {
    const rows = await sql<{ code: string; state: PriorityState; claimed_at: Date; claimed_by: string; evidence_sealed: string | null; decided_at: Date | null; decided_by: string | null }[]>`
      select p.code, p.state, p.claimed_at, p.claimed_by, p.evidence_sealed, p.decided_at, p.decided_by
      from pool.request_priorities p
        join pool.requests r on r.pool_id = p.pool_id and r.request_id = p.request_id
      where p.pool_id = ${pool} and r.public_id = ${publicId}
      order by p.claimed_at, p.code`;
    return rows.map((row) => ({
      code: row.code,
      state: row.state,
      claimedAt: row.claimed_at.getTime(),
      claimedBy: row.claimed_by,
      evidenceSealed: row.evidence_sealed,
      decidedAt: row.decided_at && row.decided_at.getTime(),
      decidedBy: row.decided_by,
    }));
  },
  async claim(request, { code, by, at, evidenceSealed }) {
    await sql`
      insert into pool.request_priorities (pool_id, request_id, code, state, claimed_at, claimed_by, evidence_sealed)
      values (${pool}, ${request}, ${code}, 'claimed', ${new Date(at)}, ${by}, ${evidenceSealed})
      on conflict (pool_id, request_id, code) do update
        set state = 'claimed', claimed_at = excluded.claimed_at, claimed_by = excluded.claimed_by,
          evidence_sealed = excluded.evidence_sealed, decided_at = null, decided_by = null`;
  },
  async decide(request, code, { state, by, at }) {
    await sql`
      update pool.request_priorities set state = ${state}, decided_at = ${new Date(at)}, decided_by = ${by}
      where pool_id = ${pool} and request_id = ${request} and code = ${code}`;
  },
  async setOnSteps(request, priority) {
    const rows = await sql<{ step_id: number }[]>`
      update pool.steps
      set priority_ground = ${priority?.ground ?? null}, priority_minutes = ${priority?.advanceMinutes ?? null}
      where pool_id = ${pool} and request_id = ${request} and state in ('blocked', 'ready', 'working')
      returning step_id`;
    return rows.map(({ step_id }) => trusted<StepId>(step_id)).sort((a, b) => a - b);
  },
});
