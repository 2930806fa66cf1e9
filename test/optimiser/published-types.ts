import type { Dice } from "../bench/random.js";

/** Types A to E as Chu and Beasley (1997) and Laguna et al. (1995) publish their rules; `max`: gap1 to gap12 (Cattrysse et al. 1994). */
export type InstanceType = "a" | "b" | "c" | "d" | "e" | "max";

/** The numbers of one instance in the order of the file: agents, jobs, costs, amounts, capacities. */
export function published(type: InstanceType, agents: number, jobs: number, roll: Dice): number[] {
  const whole = (from: number, to: number): number => from + Math.floor(roll() * (to - from + 1));
  const takes: number[] = [];
  const cost: number[] = [];
  for (let cell = 0; cell < agents * jobs; cell += 1) {
    if (type === "d") {
      takes.push(whole(1, 100));
      cost.push(Math.max(1, 111 - takes[cell]! + whole(-10, 10)));
    } else if (type === "e") {
      takes.push(Math.max(1, Math.floor(1 - 10 * Math.log(1 - roll()))));
      cost.push(Math.max(1, Math.floor(1_000 / takes[cell]! - 10 * roll())));
    } else {
      takes.push(whole(5, 25));
      cost.push(type === "max" ? whole(15, 25) : whole(10, 50));
    }
  }
  const capacity = Array.from({ length: agents }, (_, agent) => {
    const all = takes.slice(agent * jobs, (agent + 1) * jobs).reduce((sum, one) => sum + one, 0);
    return Math.floor((0.8 * all) / agents);
  });
  if (type === "a" || type === "b") {
    // 9 (n/m) + 0.4 R, R being what would be asked of the busiest agent were every job with its cheapest; of B seven tenths.
    const asked = new Array<number>(agents).fill(0);
    for (let job = 0; job < jobs; job += 1) {
      let best = 0;
      for (let agent = 1; agent < agents; agent += 1) if (cost[agent * jobs + job]! < cost[best * jobs + job]!) best = agent;
      asked[best]! += takes[best * jobs + job]!;
    }
    capacity.fill(Math.floor((9 * (jobs / agents) + 0.4 * Math.max(...asked)) * (type === "b" ? 0.7 : 1)));
    // R of a draw so small may leave nothing that fits.
    if (type === "a") capacity.forEach((one, agent) => (capacity[agent] = Math.max(one, Math.ceil((15 * jobs) / agents))));
  }
  return [agents, jobs, ...cost, ...takes, ...capacity];
}

/** As OR-Library writes them: how many, then one after another, twenty numbers a line. */
export function fileOf(instances: readonly (readonly number[])[]): string {
  const lines = [` ${instances.length}`];
  for (const [agents, jobs, ...rest] of instances) {
    lines.push(` ${agents} ${jobs}`);
    for (let at = 0; at < rest.length; at += 20) lines.push(` ${rest.slice(at, at + 20).join(" ")}`);
  }
  return `${lines.join("\n")}\n`;
}
