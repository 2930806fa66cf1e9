import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseAllDocuments } from "yaml";
import type { AppDeps } from "../app/deps.js";
import { preparePerson } from "../app/identity/prepare-person.js";
import { trusted, type PoolId, type UnitId } from "../domain/id.js";
import { POOL_ROLES, UNIT_ROLES } from "../domain/policy/subject.js";
import { problemTitle } from "../text/problems.js";
import { ConfigError } from "./config.js";

const FILE = "persons.yaml";

const names = z.strictObject({ zh: z.string(), en: z.string() });
const declaration = z.strictObject({
  apiVersion: z.literal("govpool/v1"),
  kind: z.literal("Person"),
  person: z.string(),
  role: z.enum(["applicant", "agent", ...UNIT_ROLES, ...POOL_ROLES]),
  unit: z.string().optional(),
  enterprise: z.strictObject({ code: z.string(), names }).optional(),
  names,
  note: names.optional(),
});

/** Demo mode only: makes the invented persons of `persons.yaml` known, wherever in the folder it lies. Again changes nothing. */
export async function preparePersons(deps: AppDeps, pool: PoolId, folder: string): Promise<number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name === FILE);
  let prepared = 0;
  for (const { parentPath } of files) {
    const file = join(parentPath, FILE);
    for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
      const parsed = declaration.safeParse(document.toJS());
      if (!parsed.success) throw new ConfigError(`${file}: ${z.prettifyError(parsed.error)}`);
      const { person, role, unit, enterprise, names: both, note } = parsed.data;
      const made = await preparePerson(deps, { kind: "system", poolId: pool, task: "demo" }, pool, {
        person,
        role,
        names: both,
        ...(unit === undefined ? {} : { unit: trusted<UnitId>(unit) }),
        ...(enterprise === undefined ? {} : { enterprise: { code: enterprise.code, nameZh: enterprise.names.zh, nameEn: enterprise.names.en } }),
        ...(note === undefined ? {} : { note }),
      });
      if (!made.ok) throw new ConfigError(`${file}: ${person}: ${problemTitle("en", made.problems[0])}`);
      prepared += 1;
    }
  }
  return prepared;
}
