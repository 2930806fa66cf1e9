import type { SignInAttempts } from "../../app/ports/sign-in-attempts.js";
import type { Connection } from "../connection.js";

export const signInAttempts = ({ sql }: Connection): SignInAttempts => ({
  async take(budgets) {
    // Counted and judged in one statement, rows in one order: a thousand tries at once are counted a thousand times.
    const rows = await sql<{ wait: number }[]>`
      with asked as (
        select subject, max, window_ms
        from jsonb_to_recordset(${sql.json(budgets.map(({ subject, max, windowMs }) => ({ subject, max, window_ms: windowMs })))})
          as b(subject text, max integer, window_ms bigint)
        order by subject
      ), counted as (
        insert into identity.sign_in_attempts as a (subject, count, window_ends_at)
        select subject, 1, clock_timestamp() + window_ms * interval '1 millisecond' from asked
        on conflict (subject) do update set
          count = case when a.window_ends_at <= clock_timestamp() then 1 else least(a.count + 1, 1000000) end,
          window_ends_at = case when a.window_ends_at <= clock_timestamp() then excluded.window_ends_at else a.window_ends_at end
        returning subject, count, window_ends_at
      )
      select coalesce(max(ceil(extract(epoch from c.window_ends_at - clock_timestamp()) * 1000)) filter (where c.count > asked.max), 0)::float8 as wait
      from counted c join asked using (subject)`;
    return Math.max(0, rows[0]?.wait ?? 0);
  },
  async clear(subject) {
    await sql`delete from identity.sign_in_attempts where subject = ${subject}`;
  },
});
