import type { Draft, Drafts } from "../../app/ports/draft.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface DraftRow {
  readonly draft_id: string;
  readonly person_id: string;
  readonly item_code: string;
  readonly item_version: number;
  readonly answers_sealed: string;
  readonly updated_at: Date;
  readonly generation: number;
}

const draftOf = (row: DraftRow): Draft => ({
  id: row.draft_id,
  personId: trusted(row.person_id),
  item: trusted(row.item_code),
  itemVersion: row.item_version,
  sealed: row.answers_sealed,
  updatedAt: row.updated_at.getTime(),
  generation: row.generation,
});

const LIST_MAX = 100;

export function drafts(sql: Sql, pool: PoolId): Drafts {
  const columns = sql`draft_id, person_id, item_code, item_version, answers_sealed, updated_at, generation`;
  return {
    async get(id) {
      const [row] = await sql<DraftRow[]>`select ${columns} from pool.drafts where pool_id = ${pool} and draft_id = ${id}`;
      return row && draftOf(row);
    },
    async listOf(person) {
      const rows = await sql<DraftRow[]>`
        select ${columns} from pool.drafts where pool_id = ${pool} and person_id = ${person} order by updated_at desc, draft_id limit ${LIST_MAX}`;
      return rows.map(draftOf);
    },
    async insert(draft) {
      const [row] = await sql<DraftRow[]>`
        insert into pool.drafts (pool_id, person_id, item_code, item_version, answers_sealed, updated_at)
        values (${pool}, ${draft.personId}, ${draft.item}, ${draft.itemVersion}, ${draft.sealed}, ${new Date(draft.updatedAt)})
        returning ${columns}`;
      return draftOf(row as DraftRow);
    },
    async save(id, generation, change) {
      const [row] = await sql<DraftRow[]>`
        update pool.drafts
        set answers_sealed = ${change.sealed}, item_version = ${change.itemVersion}, updated_at = ${new Date(change.updatedAt)}, generation = generation + 1
        where pool_id = ${pool} and draft_id = ${id} and generation = ${generation}
        returning ${columns}`;
      return row && draftOf(row);
    },
    async remove(id) {
      const rows = await sql`delete from pool.drafts where pool_id = ${pool} and draft_id = ${id} returning 1`;
      return rows.length > 0;
    },
  };
}
