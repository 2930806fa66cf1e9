import { grantRole } from "../../app/identity/grant-role.js";
import { dissolveDueTaskForces, dissolveTaskForce } from "../../app/rebalance/dissolve-task-force.js";
import { readTaskForce, type TaskForceView } from "../../app/rebalance/read-task-forces.js";
import { approveTaskForce, consentToTaskForce, proposeTaskForce } from "../../app/rebalance/task-forces.js";
import { trusted, type UnitId } from "../../domain/id.js";
import type { LocalDate } from "../../domain/instant.js";
import type { PersonActor } from "../../domain/policy/subject.js";
import { taskForceNames } from "../../text/story.js";
import { done } from "./done.js";
import type { Player } from "./player.js";

const FORCE = trusted<UnitId>("flood-force");
const OFFICER_MINUTES = 300;
/** What each member gives a day: relief officers, and of the organ in whose name it decides two who decide. */
const MEMBERS = [
  { unit: "ceheng-civil-affairs", resources: [{ resource: "ceheng-decision", amount: 2 * OFFICER_MINUTES }] },
  { unit: "ceheng-emergency", resources: [{ resource: "ceheng-emergency-relief", amount: 2 * OFFICER_MINUTES }] },
  { unit: "anlong-civil-affairs", resources: [{ resource: "anlong-relief", amount: 2 * OFFICER_MINUTES }] },
];

/** The flood office of several agencies: composed when the hall is lost, dissolved when the water falls. */
export class FloodForce {
  constructor(readonly player: Player) {}

  readonly id = FORCE;
  readonly members = MEMBERS.length;
  readonly officers = MEMBERS.flatMap(({ resources }) => resources).reduce((sum, { amount }) => sum + amount, 0) / OFFICER_MINUTES;

  /** Proposed by the commander, agreed to by every member's head, approved by somebody else. @returns how many heads were asked. */
  async compose(county: string, basis: string, until: LocalDate): Promise<number> {
    const { deps, pool, player } = this;
    const commander = await player.as("story-commander");
    const items = ["flood-help", "flood-grant"].map((item) => ({ item, divisions: [county] }));
    done(await proposeTaskForce(deps, commander, pool, { taskForce: FORCE, names: taskForceNames, basis, until, parent: "story-headquarters", members: MEMBERS, items }));
    const { asked } = await this.view();
    for (const unit of asked) done(await consentToTaskForce(deps, await player.as(`${unit}-head`), pool, FORCE, unit));
    done(await approveTaskForce(deps, await player.as("story-approver"), pool, FORCE));
    // Whoever leads it acts for it as any unit's head does.
    done(await grantRole(deps, await player.as("story-planner"), pool, (commander as PersonActor).personId, { role: "unit-head", unitId: FORCE }));
    return asked.length;
  }

  async dissolve(reason: string): Promise<void> {
    done(await dissolveTaskForce(this.deps, await this.player.as("story-commander"), this.pool, FORCE, reason));
  }

  /** What comes back to its members is looked at as `serve` looks at it. */
  async follow(): Promise<void> {
    await dissolveDueTaskForces(this.deps, this.pool);
  }

  async view(): Promise<TaskForceView> {
    return done(await readTaskForce(this.deps, await this.player.as("story-auditor"), this.pool, FORCE));
  }

  private get deps() {
    return this.player.deps;
  }
  private get pool() {
    return this.player.pool;
  }
}
