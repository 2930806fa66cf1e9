import type { PoolId } from "../../domain/id.js";
import { NO_POOL, type HeldRole, type Mandate } from "../../domain/policy/subject.js";
import type { AppDeps } from "../deps.js";
import { openName } from "./load-actor.js";

/** One of the prepared persons, as the page that lets you choose shows them. */
export interface PreparedChoice {
  readonly preparedAs: string;
  readonly names: { readonly zh: string; readonly en: string };
  readonly note: { readonly zh: string; readonly en: string } | null;
  readonly roles: readonly HeldRole[];
  readonly mandates: readonly Mandate[];
}

/** The prepared persons with what they are in `pool`. Nobody, outside demo mode. */
export async function listPrepared(deps: AppDeps, pool: PoolId | null): Promise<readonly PreparedChoice[]> {
  if (!deps.identity.demo) return [];
  const { people } = deps.store.read(pool ?? NO_POOL);
  return await Promise.all(
    (await people.listPrepared()).map(async (person) => {
      const subject = await people.subject(person.personId, pool ?? NO_POOL);
      const zh = openName(deps.vault, person, "name") ?? "—";
      return {
        preparedAs: person.preparedAs ?? "",
        names: { zh, en: openName(deps.vault, person, "latinName") ?? zh },
        note: person.preparedNote,
        roles: subject?.roles ?? [],
        mandates: subject?.mandates ?? [],
      };
    }),
  );
}
