/** A bug as an edit: the one place where `find` stands, and what would stand there. */
export interface PlantedBug {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Played instead of seeds, where what a run says twice hides the bug: a file of `test/scheduler/scenes`. */
  readonly scenes?: string;
}

/**
 * Bugs somebody could write, each to be caught: who watches the watchers. They are applied to what is bundled, never
 * to the tree. Those of the fence and of row locks are planted in the model of the database, which the conformance
 * suite holds to PostgreSQL.
 */
export const PLANTED: readonly PlantedBug[] = [
  {
    name: "the epoch is not checked",
    file: "test/simulator/database.ts",
    find: "if (writer.epoch !== batch.epoch || writer.lastSeq !== batch.fromSeq) return",
    replace: "if (writer.lastSeq !== batch.fromSeq) return",
  },
  {
    name: "the last number is not checked",
    file: "test/simulator/database.ts",
    find: "if (writer.epoch !== batch.epoch || writer.lastSeq !== batch.fromSeq) return",
    replace: "if (writer.epoch !== batch.epoch) return",
  },
  {
    name: "revocations are not checked",
    file: "test/simulator/database.ts",
    find: "if (writer.revocations !== batch.revocations) return",
    replace: "if (writer.revocations < 0) return",
  },
  {
    name: "row locks are taken in no order",
    file: "test/simulator/database.ts",
    find: "sort((a, b) => a.requestId! - b.requestId! || a.id - b.id);",
    replace: "sort((a, b) => b.requestId! - a.requestId! || b.id - a.id);\n      for (const { id } of mayClose) await this.locks.take(holder, `step/${id}`);",
  },
  {
    name: "one more than fits is given",
    file: "src/scheduler/state.ts",
    find: "if (free >= amount) {\n        inRow += 1;",
    replace: "if (free >= amount - 1) {\n        inRow += 1;",
  },
  {
    name: "what fits exactly is not given",
    file: "src/scheduler/state.ts",
    find: "if (free >= amount) {\n        inRow += 1;",
    replace: "if (free > amount) {\n        inRow += 1;",
  },
  {
    name: "unstarted holds never lapse",
    file: "src/scheduler/intake.ts",
    find: ".sort((a, b) => steps.ids[a]! - steps.ids[b]!)\n        .forEach((step) => assume.lapse(step, now));",
    replace: ".forEach(() => {});",
  },
  {
    name: "work that has begun this moment is taken back by the end of its period",
    file: "test/simulator/database.ts",
    find: 'return row?.state === "ready" && row.attempt === from;',
    replace: "return row !== undefined && row.attempt === from;",
  },
  {
    name: "the shape's key leaves out the traits",
    file: "src/scheduler/rules/static-rules.ts",
    find: "const value = claim[field];\n    if",
    replace: 'const value = field === "traits" ? [] : claim[field];\n    if',
  },
  {
    name: "the shape's key leaves out the unit",
    file: "src/scheduler/rules/static-rules.ts",
    find: "const value = claim[field];\n    if",
    replace: 'const value = field === "unitId" ? "" : claim[field];\n    if',
  },
  {
    name: "after a revocation the old policy goes on",
    file: "src/app/scheduling/pool-turns.ts",
    find: "if (this.#lease.revocations !== revocations) {",
    replace: "if (revocations < 0) {",
  },
  {
    name: "answers of an older policy are taken for the new one's",
    file: "src/scheduler/policy-answers.ts",
    find: "this.told.clear();",
    replace: "",
  },
  {
    name: "a forgotten batch keeps one of its differences",
    file: "src/scheduler/assume.ts",
    find: "for (const { r, period, held, settled, lent, borrowed } of draft.deltas.values()) this.resources.use(",
    replace: "for (const { r, period, held, settled, lent, borrowed } of [...draft.deltas.values()].slice(1)) this.resources.use(",
  },
  {
    name: "the last command of a batch is taken twice",
    file: "src/app/scheduling/number-batch.ts",
    find: "const numberedCommands = commands.map(",
    replace: "const numberedCommands = (batch.decisions.length > 0 ? commands.slice(0, -1) : commands).map(",
  },
  {
    name: "a step that lapsed keeps its attempt",
    file: "src/scheduler/assume.ts",
    find: "this.steps.setAttempt(step, from + 1);\n    this.queue.enqueue",
    replace: "this.steps.setAttempt(step, from);\n    this.queue.enqueue",
  },
  {
    name: "nobody is woken by what is given back",
    file: "src/scheduler/assume.ts",
    find: "if (kept < amount) this.queue.freed(r, period);",
    replace: "",
  },
  {
    name: "the second of a lane is served first",
    file: "src/scheduler/sorted-steps.ts",
    find: "const first = this.chunks[0]?.[0];\n    return this.early",
    replace: "const first = this.chunks[0]?.[1] ?? this.chunks[0]?.[0];\n    return this.early",
  },
  {
    name: "one leg of a gang is left out",
    file: "src/scheduler/cycle.ts",
    find: "for (let claim = 0; claim < lane.claims.length; claim += 1) {\n    for (let at = 0; at < chooser.taken",
    replace: "for (let claim = 0; claim < Math.max(1, lane.claims.length - 1); claim += 1) {\n    for (let at = 0; at < chooser.taken",
  },
  {
    name: "claims that are together begin each on its own",
    file: "src/scheduler/queue.ts",
    find: "together: claim.together,",
    replace: "together: false,",
  },
  {
    name: "a hold is closed twice",
    file: "src/scheduler/assume.ts",
    find: "this.draft.closings.push({ allocation, state: kept > 0 ? \"settled\" : otherwise, settled: kept });",
    replace: "this.draft.closings.push({ allocation, state: kept > 0 ? \"settled\" : otherwise, settled: kept });\n    if (allocation.step % 7 === 0) this.draft.closings.push({ allocation, state: \"released\", settled: 0 });",
  },
  {
    name: "a lost reply is taken for a commit",
    file: "src/app/scheduling/batch-fate.ts",
    find: 'if (known === "committed") return { kind: "durable" };',
    replace: 'return { kind: "durable" };',
  },
  {
    name: "commands about one step are answered in one batch",
    file: "src/app/scheduling/command-events.ts",
    find: "if (steps.some((step) => seen.has(step) || touched.has(step))) return taken.slice(0, index);",
    replace: "if (steps.some((step) => touched.has(step))) return taken.slice(0, index);",
  },
  {
    name: "a command is taken though its step's batch is still on its way",
    file: "src/app/scheduling/command-events.ts",
    find: "if (steps.some((step) => seen.has(step) || touched.has(step))) return taken.slice(0, index);",
    replace: "if (steps.some((step) => seen.has(step))) return taken.slice(0, index);",
  },
  {
    name: "a command on its way is taken once more",
    file: "src/app/scheduling/pool-turns.ts",
    find: "this.#deps.writer.takeCommands(limit, onTheWay)",
    replace: "this.#deps.writer.takeCommands(limit, [])",
  },
  {
    name: "what was loaded is not sent again after the batch it went with was thrown away",
    file: "src/app/scheduling/pool-turns.ts",
    find: "this.#loaded = [...this.#open.flatMap(({ loaded }) => loaded), ...this.#loaded];",
    replace: "",
  },
  {
    name: "a new day brings no new periods",
    file: "src/app/scheduling/declared-supply.ts",
    find: "if (dayNumberOf(now) > this.#supplied.today) {",
    replace: "if (dayNumberOf(now) > this.#supplied.today + 1_000) {",
  },
  {
    name: "an officer who must not takes part",
    file: "src/scheduler/shape.ts",
    find: "out.add(r);\n      if (!this.shape.has(r)) continue;",
    replace: "if (!this.shape.has(r)) continue;",
  },
  {
    name: "an unconfirmed hold never ends",
    file: "src/scheduler/special.ts",
    find: "return Math.min(holdUntil, lastEnd);",
    replace: "return lastEnd;",
  },
  {
    name: "a hold that was confirmed this moment expires",
    file: "test/simulator/database.ts",
    find: 'state !== "released" && state !== (outcome === "expired" ? "held" : "confirmed")',
    replace: 'state === "asked"',
  },
  {
    name: "a step is moved for emergencies again and again",
    file: "src/scheduler/assume.ts",
    find: "if (movedFor !== null) this.steps.setMoved(step, true);\n    this.steps.setPicked(step, false);",
    replace: "this.steps.setPicked(step, false);",
    // An emergency must be blocked twice by what one step holds: one run in seven hundred.
    scenes: "lawful-order.scene",
  },
  {
    name: "a time that was picked is moved for an emergency",
    file: "src/scheduler/make-room.ts",
    find: "if (steps.isPicked(other) || steps.special.has(other)) continue;",
    replace: "if (steps.special.has(other)) continue;",
    // Of what is picked, little stands in the way of an emergency: one run in three thousand.
    scenes: "lawful-order.scene",
  },
  {
    name: "of two officers only one is given the time that was picked",
    file: "src/scheduler/named.ts",
    find: "if (found >= count) return { rs: FOUND.r.slice(0, count)",
    replace: "if (found > 0) return { rs: FOUND.r.slice(0, 1)",
  },
  {
    name: "what is named need not be of one unit",
    file: "src/scheduler/direct.ts",
    find: "if (!lane.grouped) return answerAmong(",
    replace: "if (lane.claims.length > 0) return answerAmong(",
  },
  {
    name: "a number is taken from who was accepted before",
    file: "src/scheduler/make-room.ts",
    find: "if (holdsNumber(parts, other)) continue;",
    replace: "",
  },
  {
    name: "numbers go by due date",
    file: "src/scheduler/cycle.ts",
    find: "if (lane.numbers.length > 0 && !impossible(lane) && ",
    replace: "if (lane.numbers.length > 99 && ",
  },
  {
    name: "a delegation that ended while nobody wrote goes on",
    file: "src/scheduler/delegations.ts",
    find: "any = true;\n\n  declare",
    replace: "any = false;\n\n  declare",
    // Somebody nearly always writes: one run in two thousand.
    scenes: "authority.scene",
  },
  {
    name: "a delegation counts before its day",
    file: "src/scheduler/delegations.ts",
    find: "if (one.validFrom > now || ",
    replace: "if (",
  },
  {
    name: "two picks of one step are both answered",
    file: "src/scheduler/intake.ts",
    find: "forgetPick(parts, ask.id);\n  const picked",
    replace: "const picked",
  },
  {
    name: "what was picked in vain loses what was held",
    file: "src/scheduler/direct.ts",
    find: "if (steps.phaseOf(of) !== HOLDING) return;",
    replace: "if (steps.phaseOf(of) !== WAITING) return;",
  },
  {
    name: "a recusal that ended keeps the officer out",
    file: "src/scheduler/intake.ts",
    find: "  queue.bar(step, barred);\n  if (steps.phaseOf(step) !== HOLDING",
    replace: "  if (barred.length > 0) queue.bar(step, barred);\n  if (steps.phaseOf(step) !== HOLDING",
    // A command that says who takes no part also names the step as one to be read anew.
    scenes: "persons.scene",
  },
  {
    name: "a batch given up after conflicts had arrived",
    file: "src/app/scheduling/pool-turns.ts",
    find: "if (this.#lease.epoch !== epoch || this.#lease.lastSeq !== numbered.fromSeq) return",
    replace: "if (this.#lease.epoch !== epoch) return",
  },
];
