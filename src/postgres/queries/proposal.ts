import { pageOf } from "../../app/ports/page.js";
import type { Proposals, StoredProposal } from "../../app/ports/proposal.js";
import { trusted, type PersonId, type PoolId } from "../../domain/id.js";
import type { KeptProposalState, ProposalContent } from "../../domain/quota/proposal.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface ProposalRow {
  readonly proposal_id: number;
  readonly state: KeptProposalState;
  readonly content: ProposalContent;
  readonly content_hash: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly expires_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly reason: string | null;
}

const proposalOf = (row: ProposalRow): StoredProposal => ({
  id: row.proposal_id,
  state: row.state,
  content: row.content,
  hash: row.content_hash,
  proposed: { by: trusted<PersonId>(row.proposed_by), at: row.proposed_at.getTime() },
  expiresAt: row.expires_at.getTime(),
  decided: row.decided_by === null || row.decided_at === null ? null : { by: trusted<PersonId>(row.decided_by), at: row.decided_at.getTime(), reason: row.reason },
});

export function proposals(sql: Sql, pool: PoolId): Proposals {
  const columns = sql`proposal_id, state, content, content_hash, proposed_by, proposed_at, expires_at, decided_by, decided_at, reason`;
  const one = async (id: number, lock: boolean): Promise<StoredProposal | null> => {
    // Beyond the column there is none.
    if (!Number.isInteger(id) || id < 1 || id > 2_147_483_647) return null;
    const [row] = await sql<ProposalRow[]>`select ${columns} from pool.proposals where pool_id = ${pool} and proposal_id = ${id} ${lock ? sql`for update` : sql``}`;
    return row ? proposalOf(row) : null;
  };
  return {
    // Acts of declaring wait for each other, so no two take one number.
    async insert({ content, hash, by, at, expiresAt }) {
      const [row] = await sql<{ proposal_id: number }[]>`
        insert into pool.proposals (pool_id, proposal_id, content, content_hash, proposed_by, proposed_at, expires_at)
        select ${pool}, coalesce(max(proposal_id), 0) + 1, ${sql.json(content as never)}, ${hash}, ${by}, ${new Date(at)}, ${new Date(expiresAt)}
        from pool.proposals where pool_id = ${pool}
        returning proposal_id`;
      return row!.proposal_id;
    },
    get: (id) => one(id, false),
    lock: (id) => one(id, true),
    async list({ state }, { limit, after }) {
      const [before] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<ProposalRow[]>`
        select ${columns} from pool.proposals
        where pool_id = ${pool} ${state === undefined ? sql`` : sql`and state = ${state}`} ${before === undefined ? sql`` : sql`and proposal_id < ${before}::bigint`}
        order by proposal_id desc limit ${limit + 1}`;
      return pageOf(rows.map(proposalOf), limit, ({ id }) => cursorOf(id));
    },
    async open(hash, now) {
      const [row] = await sql<{ proposal_id: number }[]>`
        select proposal_id from pool.proposals where pool_id = ${pool} and state = 'proposed' and content_hash = ${hash} and expires_at > ${new Date(now)} limit 1`;
      return row?.proposal_id ?? null;
    },
    async decide(id, as, by, at, reason) {
      await sql`
        update pool.proposals set state = ${as}, decided_by = ${by}, decided_at = ${new Date(at)}, reason = ${reason}
        where pool_id = ${pool} and proposal_id = ${id}`;
    },
  };
}
