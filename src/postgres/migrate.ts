import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as run } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const MIGRATIONS = fileURLToPath(new URL("../../src/postgres/migrations", import.meta.url));

/** Any number that only our migrations lock. */
const LOCK = 0x60f9001;

/** Brings the schema to this release. Several processes may call it at once: one works, the others wait. */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    await run(drizzle(sql), { migrationsFolder: MIGRATIONS, migrationsSchema: "pool_migrations" });
  } finally {
    await sql.end();
  }
}
