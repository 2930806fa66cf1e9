import { PoolGone, type Taken, type TakenCommand } from "../../app/ports/writer.js";
import { trusted, type CommandId, type PoolId } from "../../domain/id.js";
import type { Command } from "../../domain/pool/command.js";
import type { Sql } from "../connection.js";

interface Row {
  clock: "real" | "manual";
  now: Date;
  command_id: number | null;
  command: Command;
  occurred_at: Date;
}

/**
 * Unnumbered commands in id order, with the pool's clock as of the same snapshot: a sandbox whose clock was set
 * is never seen at its new time without the command that says so.
 *
 * It asks for what has no number, not for ids above the last one: an act that took its id early and committed
 * late would be skipped for ever.
 */
export async function takeCommands(sql: Sql, pool: PoolId, limit: number, onTheWay: readonly CommandId[]): Promise<Taken> {
  const rows = await sql<Row[]>`
    select p.clock,
           case p.clock when 'manual' then p.clock_at else date_trunc('milliseconds', clock_timestamp()) end as now,
           c.command_id, c.command, c.occurred_at
    from pool.pools p
      left join lateral (
        select command_id, command, occurred_at
        from pool.commands
        where pool_id = p.pool_id and seq is null
          and command_id <> all(${`{${onTheWay.join(",")}}`}::int8[])
        order by command_id
        limit ${limit}
      ) c on true
    where p.pool_id = ${pool}
    order by c.command_id`;
  const first = rows[0];
  if (!first) throw new PoolGone(`there is no pool ${pool}`);
  const commands: TakenCommand[] = [];
  for (const row of rows) {
    if (row.command_id === null) continue;
    commands.push({ id: trusted(row.command_id), command: row.command, occurredAt: row.occurred_at.getTime() });
  }
  return { commands, clock: first.clock, now: first.now.getTime() };
}
