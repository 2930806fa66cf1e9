import type { AlertRule } from "../../domain/pool/alert.js";
import { problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import type { DeclaredRow, DeclaringAct, RowOutcome } from "../pool/declaring.js";
import { writeAll } from "../pool/write-basics.js";
import { RULES_MAX } from "./rules.js";

const factsOf = ({ id: _, ...facts }: AlertRule): Readonly<Record<string, unknown>> => ({ ...facts });

/** Compares declared thresholds with those that are there, and writes what differs. One that has not changed keeps what is known of its standing. */
export async function writeAlertRules(act: DeclaringAct, rows: readonly DeclaredRow<AlertRule>[]): Promise<Result<readonly RowOutcome[]>> {
  if (rows.length === 0) return ok([]);
  const there = await act.tx.alerts.rules();
  const known = new Map(there.map(({ generation, checkedAt: _checkedAt, measured: _measured, overSince: _overSince, ...rule }) => [rule.id, { facts: factsOf(rule), generation }]));
  const fresh = rows.filter(({ declaration }) => !known.has(declaration.id));
  const problems = there.length + fresh.length > RULES_MAX ? [problem("alert.too_many_rules", { max: RULES_MAX }, fresh[Math.max(0, RULES_MAX - there.length)]?.place ?? {})] : [];
  const put = async (rules: readonly AlertRule[]): Promise<void> => {
    for (const rule of rules) await act.tx.alerts.saveRule(rule);
  };
  return writeAll(act, rows, { kind: "alert-rule", action: "alert.declare", known, keyOf: ({ id }) => id, factsOf, put, command: null, problems });
}
