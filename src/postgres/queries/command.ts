import type { CommandLog } from "../../app/ports/commands.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/** Writers listen here; PostgreSQL folds equal notices of one transaction and delivers them at commit. */
export const COMMAND_CHANNEL = "govpool_command";

/** @param announce tells the writer; unless somebody will after the commit, a notice goes with the transaction. */
export const commandLog = (sql: Sql, pool: PoolId, announce: () => unknown = () => sql`select pg_notify(${COMMAND_CHANNEL}, ${pool})`): CommandLog => ({
  async append(actorId, occurredAt, ...commands) {
    if (commands.length === 0) return;
    const rows = commands.map((command) => ({
      pool_id: pool,
      command: sql.json(command as never),
      occurred_at: new Date(occurredAt),
      actor_id: actorId,
    }));
    await sql`insert into pool.commands ${sql(rows)}`;
    await announce();
  },
});
