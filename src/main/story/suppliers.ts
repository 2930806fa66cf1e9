import { publishResource } from "../../app/pool/move-resource.js";
import { approveAgreement, followAgreements, proposeAgreement } from "../../app/rebalance/agreements.js";
import { owedInAll, readAgreement } from "../../app/rebalance/read-agreements.js";
import type { LocalDate } from "../../domain/instant.js";
import type { Sql } from "../../postgres/connection.js";
import { agreementNames } from "../../text/story.js";
import { done } from "./done.js";
import type { Player } from "./player.js";

const COUNTY = "522327";
/** Volunteers help at the door, and nothing else; the bank lends clerks' windows to the hall. */
const BOUGHT = [
  { id: "story-help", provider: "story-volunteers", purchaser: "ceheng-civil-affairs", resource: "volunteers-relief", items: ["flood-help"], class: { class: "staff.relief", perPeriod: 300, priceFen: 50 } },
  { id: "story-windows", provider: "story-bank", purchaser: "ceheng-civil-affairs", resource: "bank-counters", items: [], class: { class: "material.counter", perPeriod: 2, priceFen: 800 } },
] as const;

/** The association and the bank, for the days of the flood, in the flooded county. */
export class FloodSuppliers {
  #term: { readonly from: LocalDate; readonly until: LocalDate } | undefined;

  constructor(readonly player: Player) {}

  readonly count = BOUGHT.length;

  /** Proposed by one person, approved by another; what each has is offered from then on. */
  async sign(from: LocalDate, until: LocalDate, instrument: string): Promise<void> {
    const { deps, pool } = this.player;
    this.#term = { from, until };
    const planner = await this.player.as("story-planner");
    for (const { id, provider, purchaser, resource, items, class: bought } of BOUGHT) {
      const { version } = done(await proposeAgreement(deps, planner, pool, { agreement: id, names: agreementNames[id], provider, purchaser, instrument, from, until, divisions: [COUNTY], items: [...items], classes: [bought] }));
      done(await approveAgreement(deps, await this.player.as("story-approver"), pool, id, version));
      const { generation } = (await deps.store.read(pool).resources.byCode(resource))!;
      done(await publishResource(deps, planner, pool, resource, generation));
      this.player.openDesk(provider);
    }
  }

  /** What is over is closed as `serve` closes it. */
  async follow(): Promise<void> {
    await followAgreements(this.player.deps, this.player.pool);
  }

  /**
   * What was used of theirs, and how much of it outside days, county and items of their agreements: read from the books alone. `fen` is
   * what their pages say is owed, `ledgerFen` what the movements do.
   */
  async used(sql: Sql): Promise<{ readonly uses: number; readonly outside: number; readonly fen: bigint; readonly ledgerFen: bigint }> {
    const { deps, pool } = this.player;
    const { from, until } = this.#term!;
    const [row] = await sql<{ uses: number; outside: number }[]>`
      with given as (
        select date '1970-01-01' + a.period / case c.period when 'slot' then 48 else 1 end as day, k.division_code, q.item_code, r.unit_id
        from pool.allocations a
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
          join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id and u.kind = 'supplier'
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
          join pool.claims k on k.pool_id = a.pool_id and k.claim_id = a.claim_id
          join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
          left join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
        where a.pool_id = ${pool} and a.state in ('held', 'settled')
      )
      select count(*)::int as uses,
        (count(*) filter (where day < ${from} or day >= ${until} or division_code not like ${`${COUNTY}%`} or (unit_id = 'story-volunteers' and item_code is distinct from 'flood-help')))::int as outside
      from given`;
    const auditor = await this.player.as("story-auditor");
    let fen = 0n;
    for (const { id } of BOUGHT) fen += owedInAll(done(await readAgreement(deps, auditor, pool, id)).use);
    const prices = Object.fromEntries(BOUGHT.map(({ provider, class: { priceFen } }) => [provider, priceFen]));
    const [ledger] = await sql<{ fen: string }[]>`
      select coalesce(sum(m.amount * (${sql.json(prices)}::jsonb ->> r.unit_id)::int8), 0)::text as fen
      from pool.movements m join pool.resources r on r.pool_id = m.pool_id and r.resource_id = m.resource_id
      where m.pool_id = ${pool} and m.kind = 'settle' and r.unit_id in ('story-volunteers', 'story-bank')`;
    return { uses: row!.uses, outside: row!.outside, fen, ledgerFen: BigInt(ledger!.fen) };
  }
}
