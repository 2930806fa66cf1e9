import type { CohortId } from "../id.js";
import type { Amount } from "../quantity.js";
import type { Cohort } from "./quota.js";

/** One unit's quota of a class in one period, its nominal in numbers, and what it uses. */
export interface Member {
  readonly cohort: CohortId;
  readonly nominal: Amount;
  readonly borrowingLimit: Amount | null;
  readonly lendingLimit: Amount | null;
  readonly used: Amount;
}

/** How a unit stands with its quota in one period. */
export interface Standing {
  readonly nominal: Amount;
  readonly used: Amount;
  /** Of `used`, above nominal. */
  readonly borrowed: Amount;
  /** Of what it leaves idle, others use so much: its part of all that is borrowed in its tree, by what each could lend. */
  readonly lent: Amount;
  /** What it may still take, of its own and of what its cohorts leave idle. */
  readonly room: Amount;
}

/** A cohort's account: what its members lend it, and what they use of it. */
interface Node {
  readonly parent: CohortId | null;
  quota: Amount;
  usage: Amount;
}

/**
 * Quotas of one class in one period, as members of their cohorts. What a member keeps for itself it alone may use; what it lends goes
 * to its cohort, and from there, by the same rule, up the tree.
 */
export function standings(members: readonly Member[], cohorts: readonly Pick<Cohort, "id" | "parent">[]): readonly Standing[] {
  const nodes = new Map(cohorts.map(({ id, parent }): [CohortId, Node] => [id, { parent, quota: 0, usage: 0 }]));
  const topOf = (id: CohortId): CohortId => {
    let top = id;
    for (let up = nodes.get(id)?.parent; up; up = nodes.get(up)?.parent) top = up;
    return top;
  };
  const leaves = members.map((member) => {
    const lends = Math.min(member.nominal, member.lendingLimit ?? member.nominal);
    const keeps = member.nominal - lends;
    return { member, lends, keeps, above: Math.max(0, member.used - keeps) };
  });
  for (const { member, lends, above } of leaves) {
    // A cohort keeps nothing for itself: all that reaches it goes on to the top.
    for (let node = nodes.get(member.cohort); node; node = node.parent === null ? undefined : nodes.get(node.parent)) {
      node.quota += lends;
      node.usage += above;
    }
  }
  const trees = new Map<CohortId, { borrowed: Amount; idle: Amount }>();
  for (const { member, lends, above } of leaves) {
    const top = topOf(member.cohort);
    const tree = trees.get(top) ?? { borrowed: 0, idle: 0 };
    tree.borrowed += Math.max(0, member.used - member.nominal);
    tree.idle += Math.max(0, lends - above);
    trees.set(top, tree);
  }
  return leaves.map(({ member, lends, keeps, above }): Standing => {
    const top = topOf(member.cohort);
    const root = nodes.get(top);
    const { borrowed, idle } = trees.get(top)!;
    const left = Math.max(0, (root?.quota ?? 0) - (root?.usage ?? 0));
    const mayTake = member.borrowingLimit === null ? left : Math.max(0, Math.min(left, lends + member.borrowingLimit - above));
    const own = Math.max(0, lends - above);
    return {
      nominal: member.nominal,
      used: member.used,
      borrowed: Math.max(0, member.used - member.nominal),
      lent: idle === 0 ? 0 : Math.min(own, Math.floor((own * Math.min(borrowed, idle)) / idle)),
      room: Math.max(0, keeps - member.used) + mayTake,
    };
  });
}
