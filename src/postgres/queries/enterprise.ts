import type { Enterprises } from "../../app/ports/enterprise.js";
import { trusted } from "../../domain/id.js";
import type { Sql } from "../connection.js";

export const enterprises = (sql: Sql): Enterprises => ({
  async get(code) {
    const [row] = await sql<{ name_zh: string; name_en: string | null }[]>`
      select name_zh, name_en from identity.enterprises where enterprise_code = ${code}`;
    return row ? { code, nameZh: row.name_zh, nameEn: row.name_en } : null;
  },
  async declare({ code, nameZh, nameEn }) {
    const [row] = await sql<{ created: boolean }[]>`
      insert into identity.enterprises as e (enterprise_code, name_zh, name_en) values (${code}, ${nameZh}, ${nameEn})
      on conflict (enterprise_code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en
        where (e.name_zh, e.name_en) is distinct from (excluded.name_zh, excluded.name_en)
      returning (xmax = 0) as created`;
    if (!row) return "unchanged";
    return row.created ? "created" : "changed";
  },
  async agents(code) {
    const rows = await sql<{ person_id: string }[]>`
      select person_id from identity.mandates where enterprise_code = ${code} and revoked_at is null order by granted_at, person_id`;
    return rows.map((row) => trusted(row.person_id));
  },
  async grantMandate(code, person, by) {
    const rows = await sql`
      insert into identity.mandates (person_id, enterprise_code, granted_by) values (${person}, ${code}, ${by})
      on conflict (person_id, enterprise_code) where revoked_at is null do nothing returning 1`;
    return rows.length > 0;
  },
  async revokeMandate(code, person) {
    const rows = await sql`
      update identity.mandates set revoked_at = clock_timestamp()
      where person_id = ${person} and enterprise_code = ${code} and revoked_at is null returning 1`;
    return rows.length > 0;
  },
});
