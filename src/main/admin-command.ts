import { grantRole } from "../app/identity/grant-role.js";
import { invitePerson } from "../app/identity/invite-person.js";
import { trusted, type PoolId } from "../domain/id.js";
import { isPoolRole, POOL_ROLES, type Actor } from "../domain/policy/subject.js";
import type { Problem } from "../domain/problem.js";
import type { Result } from "../domain/result.js";
import { mainText } from "../text/main.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { say, type Bilingual, type Facts } from "../text/text.js";
import { baseUrlOf, type Composition } from "./compose.js";
import { ConfigError, type Config } from "./config.js";

export interface AdminOptions {
  readonly name: string;
  readonly login: string;
  readonly role: string;
  readonly pool?: string;
}

/** `govpool admin create`: outside demo mode nobody can sign in before this was done. */
export async function createAdmin({ deps }: Composition, { name, login, role, pool: wished }: AdminOptions, config: Config, print: (line: string) => void): Promise<number> {
  const t = (entry: Bilingual, facts?: Facts): string => say(config.language, entry, facts);
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) print(`${one.field === undefined ? "" : `${one.field}: `}${problemTitle(config.language, one)} ${problemTodo(config.language, one)}`);
    return 1;
  };
  if (!isPoolRole(role)) throw new ConfigError(t(mainText["admin.role_unknown"], { role, roles: POOL_ROLES.join(", ") }));
  const pools = (await deps.pools.list()).filter(({ sandbox }) => !sandbox);
  const pool = wished ?? (pools.length === 1 ? pools[0]?.id : undefined);
  if (pool === undefined || !pools.some(({ id }) => id === pool)) throw new ConfigError(t(mainText["admin.no_pool"], { pools: pools.map(({ id }) => id).join(", ") }));

  const poolId = trusted<PoolId>(pool);
  const operator: Actor = { kind: "system", poolId, task: "admin create" };
  const invited = await invitePerson(deps, operator, poolId, { name, loginName: login });
  if (!invited.ok) return refuse(invited.problems);
  const granted: Result<unknown> = await grantRole(deps, operator, poolId, invited.value.personId, { role });
  if (!granted.ok) return refuse(granted.problems);
  print(t(mainText["admin.created"], { name, role, login }));
  print(t(mainText["admin.link"]));
  print(`${baseUrlOf(config)}/set-password/${invited.value.secret}`);
  return 0;
}
