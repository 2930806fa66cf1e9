import { parseTraitId } from "../id.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { Trait } from "./register.js";

/** `{ trait, names }` */
export function declareTrait(record: unknown): Result<Trait> {
  const reader = new RecordReader(record, []);
  const trait = { id: reader.id("trait", parseTraitId), names: reader.names("names") };
  reader.end();
  return unlessRefused(reader.problems, trait);
}
