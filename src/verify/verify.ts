import postgres from "postgres";
import type { Check } from "./check.js";
import { agreementChecks } from "./checks/agreements.js";
import { auditChecks } from "./checks/audit.js";
import { capacityChecks } from "./checks/capacity.js";
import { claimChecks } from "./checks/claims.js";
import { directClaimChecks } from "./checks/direct-claims.js";
import { loanChecks } from "./checks/loans.js";
import { emergencyChecks } from "./checks/emergency.js";
import { numberChecks } from "./checks/numbers.js";
import { drainChecks } from "./checks/drains.js";
import { orderChecks } from "./checks/order.js";
import { personChecks } from "./checks/persons.js";
import { quotaChecks } from "./checks/quotas.js";
import { requestChecks } from "./checks/requests.js";
import { schemaChecks } from "./checks/schema.js";
import { sequenceChecks } from "./checks/sequence.js";

export const CHECKS: readonly Check[] = [
  ...capacityChecks,
  ...claimChecks,
  ...directClaimChecks,
  ...loanChecks,
  ...agreementChecks,
  ...emergencyChecks,
  ...numberChecks,
  ...orderChecks,
  ...drainChecks,
  ...personChecks,
  ...requestChecks,
  ...quotaChecks,
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

export interface Verified extends Verdict {
  /** Tables whose statistics were made first, because there were none. */
  readonly analysed: readonly string[];
}

/** Offending rows shown of one check: enough to see the pattern, few enough to read. */
export const ROWS_MAX = 100;

/**
 * Checks read tables whole, through one step of a query after another, of which PostgreSQL cannot know how many rows come out: where it guesses few, it
 * compares each row with each, or sorts both sides by the pool alone and then compares each with each, and a check of seconds takes many minutes. A hash
 * join always takes every column that must be equal, and costs little more where the guess was right.
 */
const WHOLE_TABLES = { enable_nestloop: "off", enable_mergejoin: "off" };

/**
 * Reads the tables and compares them with the rules. All checks see one snapshot, so a running system is no
 * reason for a difference.
 *
 * @param pool Only this pool; all pools when absent.
 */
export async function verify(url: string, pool?: string): Promise<Verified> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "govpool-verify", TimeZone: "UTC", ...WHOLE_TABLES } });
  try {
    const analysed = await makeStatistics(sql);
    return { ...(await sql.begin("isolation level repeatable read read only", (t) => runChecks(t, pool))), analysed };
  } finally {
    await sql.end();
  }
}

/**
 * A database that was restored or filled a moment ago has no statistics: PostgreSQL then takes every join for one of a
 * few rows, and a check of minutes takes hours. Made only where there are none, and where whoever reads may make them.
 */
async function makeStatistics(sql: postgres.Sql): Promise<readonly string[]> {
  const bare = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('pool', 'identity') and c.relkind = 'r' and c.reltuples < 0 and pg_relation_size(c.oid) > 0
      and pg_has_role(c.relowner, 'USAGE') and not pg_is_in_recovery()
    order by 1`;
  const names = bare.map(({ name }) => name);
  if (names.length > 0) await sql.unsafe(`analyze ${names.join(", ")}`);
  return names;
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
