import postgres from "postgres";
import type { Check } from "./check.js";
import { auditChecks } from "./checks/audit.js";
import { capacityChecks } from "./checks/capacity.js";
import { claimChecks } from "./checks/claims.js";
import { directClaimChecks } from "./checks/direct-claims.js";
import { numberChecks } from "./checks/numbers.js";
import { orderChecks } from "./checks/order.js";
import { personChecks } from "./checks/persons.js";
import { requestChecks } from "./checks/requests.js";
import { schemaChecks } from "./checks/schema.js";
import { sequenceChecks } from "./checks/sequence.js";

export const CHECKS: readonly Check[] = [
  ...capacityChecks,
  ...claimChecks,
  ...directClaimChecks,
  ...numberChecks,
  ...orderChecks,
  ...personChecks,
  ...requestChecks,
  ...sequenceChecks,
  ...auditChecks,
  ...schemaChecks,
];

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** The first offending rows, at most `ROWS_MAX`; amounts as text. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** There are more. */
  readonly more: boolean;
}

export interface Verdict {
  readonly ok: boolean;
  readonly checks: readonly Finding[];
}

/** Offending rows shown of one check: enough to see the pattern, few enough to read. */
export const ROWS_MAX = 100;

/**
 * Reads the tables and compares them with the rules. All checks see one snapshot, so a running system is no
 * reason for a difference.
 *
 * @param pool Only this pool; all pools when absent.
 */
export async function verify(url: string, pool?: string): Promise<Verdict> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "govpool-verify", TimeZone: "UTC" } });
  try {
    return await sql.begin("isolation level repeatable read read only", (t) => runChecks(t, pool));
  } finally {
    await sql.end();
  }
}

/** In whatever transaction is given. */
export async function runChecks(t: Pick<postgres.TransactionSql, "unsafe">, pool?: string): Promise<Verdict> {
  const checks: Finding[] = [];
  for (const { name, sql } of CHECKS) {
    const rows = await t.unsafe(`select * from (${sql}) as found limit ${ROWS_MAX + 1}`, [pool ?? null]);
    checks.push({ name, ok: rows.length === 0, rows: rows.slice(0, ROWS_MAX), more: rows.length > ROWS_MAX });
  }
  return { ok: checks.every(({ ok }) => ok), checks };
}
