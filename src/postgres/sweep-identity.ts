import type { Connection } from "./connection.js";

/** Removes what nobody can use any more: sessions, links and half-done sign-ins past their time, emptied counters. */
export async function sweepIdentity({ sql }: Pick<Connection, "sql">): Promise<void> {
  await sql`delete from identity.sessions where expires_at < clock_timestamp() or created_at < clock_timestamp() - interval '1 day'`;
  await sql`delete from identity.verifications where expires_at < clock_timestamp()`;
  await sql`delete from identity.password_links where least(used_at, expires_at) < clock_timestamp() - interval '1 day'`;
  await sql`delete from identity.sign_in_attempts where window_ends_at < clock_timestamp()`;
}
