import { parseItemCode } from "../id.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { ApplicantLimit, Sharing } from "./quota.js";

export type SharingDeclaration = Omit<Sharing, "generation">;

const HALF_LIFE_DAYS_MAX = 365;
const HALF_LIFE_DAYS = 7;
const LIMIT_MAX = 1_000_000;
const OPEN_REQUESTS = 200;

/** `{ halfLifeDays?, applicants?: { openRequests?, holds?, items?: [{ item, openRequests?, holds? }] } }` What is left out is as it was before anybody said anything. */
export function declareSharing(record: unknown): Result<SharingDeclaration> {
  const reader = new RecordReader(record, []);
  const halfLifeDays = reader.optionalAmount("halfLifeDays", { min: 1, max: HALF_LIFE_DAYS_MAX }) ?? HALF_LIFE_DAYS;
  const applicants = reader.record("applicants");
  const limits = applicants ? limitsAt(applicants) : { openRequests: null, holds: null };
  const items = (applicants?.records("items") ?? []).map((one) => {
    const declared = { item: one.id("item", parseItemCode), ...limitsAt(one) };
    if (declared.openRequests === null && declared.holds === null) one.refuse(problem("input.missing", {}, one.at("openRequests")));
    one.end();
    return declared;
  });
  items.forEach(({ item }, at) => {
    if (items.findIndex((other) => other.item === item) < at) reader.refuse(problem("input.duplicate", { kind: "item", id: item }, reader.at(`applicants.items.${at}.item`)));
  });
  applicants?.end();
  reader.end();
  const sorted = [...items].sort((a, b) => (a.item < b.item ? -1 : 1));
  return unlessRefused(reader.problems, { halfLifeDays, applicants: { ...limits, openRequests: limits.openRequests ?? OPEN_REQUESTS }, items: sorted });
}

const limitsAt = (reader: RecordReader): ApplicantLimit => ({
  openRequests: reader.optionalAmount("openRequests", { min: 1, max: LIMIT_MAX }),
  holds: reader.optionalAmount("holds", { min: 1, max: LIMIT_MAX }),
});
