import { createHash } from "node:crypto";
import type { DBAdapter, DBTransactionAdapter, Where } from "@better-auth/core/db/adapter";

const PREFIX = "sha256:";

const hash = (token: string): string => `${PREFIX}${createHash("sha256").update(token).digest("base64url")}`;

type Row = Record<string, unknown>;

/**
 * Keeps session secrets out of the database: the library's adapter, with every session token hashed on its way in.
 * The library hands out the token it made and asks with the token it was shown, so both sides are met here.
 *
 * A value that already is a hash is left alone, so that lists read from the table can be deleted again. Nobody signs
 * in with a stolen hash: the cookie carries a signature over the token itself.
 */
export function hashSessions(adapter: DBAdapter): DBAdapter {
  return { ...wrap(adapter), transaction: (work) => adapter.transaction((trx) => work(wrap(trx))) };
}

function wrap<A extends DBTransactionAdapter>(adapter: A): A {
  const where = <W extends Where[] | undefined>(model: string, conditions: W): W =>
    (model === "session" ? conditions?.map((one) => (one.field === "token" ? { ...one, value: hashed(one.value) } : one)) : conditions) as W;
  const row = (model: string, data: Row): Row => (model === "session" && "token" in data ? { ...data, token: hashed(data["token"]) } : data);
  /** Gives back the token that was asked with; the table only knows its hash. */
  const shown = <T>(model: string, found: T, asked: readonly unknown[]): T => {
    if (model !== "session" || !found || typeof found !== "object" || !("token" in found)) return found;
    const token = asked.find((one) => typeof one === "string" && hashed(one) === found.token);
    return token === undefined ? found : { ...found, token };
  };
  const tokensIn = (conditions: readonly Where[] | undefined): unknown[] =>
    (conditions ?? []).flatMap((one) => (one.field === "token" ? (Array.isArray(one.value) ? one.value : [one.value]) : []));

  return {
    ...adapter,
    create: async (input) => shown(input.model, await adapter.create({ ...input, data: row(input.model, input.data) as never }), [(input.data as Row)["token"]]) as never,
    findOne: async (input) => shown(input.model, await adapter.findOne({ ...input, where: where(input.model, input.where) }), tokensIn(input.where)) as never,
    findMany: async (input) => {
      const found = await adapter.findMany({ ...input, where: where(input.model, input.where) });
      return found.map((one) => shown(input.model, one, tokensIn(input.where))) as never;
    },
    count: (input) => adapter.count({ ...input, where: where(input.model, input.where) }),
    update: async (input) =>
      shown(input.model, await adapter.update({ ...input, where: where(input.model, input.where), update: row(input.model, input.update) }), tokensIn(input.where)) as never,
    updateMany: (input) => adapter.updateMany({ ...input, where: where(input.model, input.where), update: row(input.model, input.update) }),
    delete: (input) => adapter.delete({ ...input, where: where(input.model, input.where) }),
    deleteMany: (input) => adapter.deleteMany({ ...input, where: where(input.model, input.where) }),
    consumeOne: (input) => adapter.consumeOne({ ...input, where: where(input.model, input.where) }),
    incrementOne: (input) => adapter.incrementOne({ ...input, where: where(input.model, input.where) }),
  };
}

function hashed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(hashed) as T;
  return (typeof value === "string" && !value.startsWith(PREFIX) ? hash(value) : value) as T;
}
