import type { ClaimId, CommandId, RequestId, ResourceId, StepId } from "../../src/domain/id.js";
import { trusted } from "../../src/domain/id.js";
import { DAY_MS, dayNumberOf, HALF_HOUR_MS, startOfDay, type Instant } from "../../src/domain/instant.js";
import { mayDelegate } from "../../src/domain/org/delegation.js";
import type { Calendar } from "../../src/domain/pool/calendar.js";
import { periodAt } from "../../src/domain/pool/period.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { Command, NumberUse } from "../../src/domain/pool/command.js";
import { askSupplement, completeStep, reconsiderStep, rejectAtStep, startStep, supply, withdraw, type Act, type CaseFile } from "../../src/domain/request/case.js";
import { ok, refused, type Result } from "../../src/domain/result.js";
import { problem } from "../../src/domain/problem.js";
import { PLAIN_STEP, type ClaimAsk } from "../../src/scheduler/contract.js";
import type { DeclaredResource } from "../../src/app/ports/writer.js";
import type { Database, DirectRow, StepRow } from "./database.js";
import { Dice, streamsOf } from "./dice.js";
import { Deadlock, type Holder } from "./locks.js";
import type { Operation } from "./operations.js";
import type { Process, Surroundings } from "./process.js";
import { declaredAs, delegable, drawClaims, drawResource, nextPolicy, UNITS, type World } from "./world.js";

/** What an act does once its rows are locked: all of it happens at the end of its transaction, or nothing. */
interface Writes {
  readonly apply: () => void;
  readonly commands: readonly Command[];
  readonly audit: { readonly act: string; readonly objectId: string };
  /** It withdraws an authority. */
  readonly revokes?: boolean;
}

export interface Deed {
  /** Row locks it takes, in the order in which it takes them. */
  readonly locks: readonly string[];
  readonly perform: (at: Instant) => Result<Writes>;
}

/** What the oracle hears of acts, when they become durable. */
export interface ActWatch {
  acted(commands: readonly { readonly id: CommandId; readonly command: Command }[]): void;
  declared(resource: DeclaredResource, command: CommandId): void;
}

const ROUND_THE_CLOCK: Calendar = {
  id: trusted("round-the-clock"),
  layer: "nation",
  base: null,
  names: { zh: "", en: "" },
  week: Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, [{ from: 0, to: 48 }]])),
  days: new Map(),
  breaks: null,
};

/**
 * What web processes write, as the use cases write it: rows, audit record and command in one transaction, the stored
 * answer with them. What an act makes of a case is the product's own (`domain/request/case.ts`).
 */
export class Web {
  #outOfOrder: CommandId | 0 = 0;
  /** For which a time was picked last: people change their minds. */
  #picked: StepId | undefined;

  constructor(
    private readonly around: Surroundings,
    private readonly world: World,
    private readonly bells: ReadonlySet<() => void>,
    private readonly watch: ActWatch,
  ) {}

  get #db(): Database {
    return this.around.database;
  }

  /** One transaction of one process. `again`: the key had its answer already. */
  async transact(process: Process, key: string, deed: Deed): Promise<"ok" | "refused" | "again"> {
    const { database, faults, scheduling, simulation } = this.around;
    for (let attempt = 1; ; attempt += 1) {
      const { holder, life } = database.begin(`${process.name} ${key}`);
      try {
        return await this.#attempt(process, key, deed, holder, life);
      } catch (error) {
        if (!(error instanceof Deadlock) || attempt > 5) throw error;
      } finally {
        database.locks.release(holder);
      }
      await simulation.pass(1 + scheduling.below(3) + (faults.strikes("delay") ? 50 : 0), "deadlock, again");
    }
  }

  async #attempt(process: Process, key: string, deed: Deed, holder: Holder, life: number): Promise<"ok" | "refused" | "again"> {
    const { database, faults, scheduling, simulation } = this.around;
    await database.locks.take(holder, `key/${key}`);
    if (database.answers.has(key)) {
      faults.sometimes.saw("retried act found by its key");
      return "again";
    }
    const at = database.poolNow();
    for (const lock of deed.locks) await database.locks.take(holder, lock);
    const done = deed.perform(at);
    if (!done.ok) return "refused";
    const { apply, commands, audit, revokes } = done.value;
    if (revokes) await database.locks.take(holder, "writer");
    // Ids are taken here and seen at COMMIT: another act may take a later one and be seen earlier.
    const numbered = commands.map((command) => ({ id: database.nextId<CommandId>(), command }));
    await simulation.pass(scheduling.below(6) + (faults.strikes("delay") ? faults.between(10, 2_000) : 0), `${process.name} commits ${key}`);
    process.struck();
    if (!process.alive || life !== database.lives || simulation.now < this.around.awayUntil) throw new Error("rolled back");

    apply();
    for (const { id, command } of numbered) database.commands.set(id, { id, command, occurredAt: database.poolNow(), seq: null });
    if (revokes) database.writer = { ...database.writer, revocations: database.writer.revocations + 1 };
    database.audit.push({ ...audit, at });
    database.answers.set(key, audit);
    const [first] = numbered;
    if (first) {
      if (first.id < this.#outOfOrder) faults.sometimes.saw("commands committed out of order");
      this.#outOfOrder = Math.max(this.#outOfOrder, first.id) as CommandId;
    }
    this.watch.acted(numbered);
    for (const { id, command } of numbered) {
      if (command.kind === "resource.declared") for (const each of command.resources) this.watch.declared(database.resources.get(each)!, id);
    }
    for (const bell of this.bells) if (!faults.strikes("bell-lost")) bell();
    return "ok";
  }

  /** What somebody does who looks at the pool now; undefined: there is nothing of the sort to do. */
  deedOf({ kind, a, b }: Operation): Deed | undefined {
    switch (kind) {
      case "submit":
        return this.#submission(a, b);
      case "start":
        return this.#onStep("ready", a, (file, step, at) => startStep(file, step, { by: "officer", at }));
      case "complete":
        return this.#onStep("working", a, (file, step, at) => completeStep(file, step, this.#uses(step, b), { by: "officer", at }));
      case "complete at once":
        return this.#onStep("ready", a, (file, step, at) => {
          const begun = startStep(file, step, { by: "officer", at });
          return begun.ok ? completeStep(begun.value.case, step, [], { by: "officer", at }) : begun;
        });
      case "reject at step":
        return this.#onStep("working", a, (file, step, at) => rejectAtStep(file, step, "no", this.#uses(step, b), { by: "officer", at }));
      case "withdraw":
        return this.#onRequest(a, (file, at) => withdraw(file, null, { by: "applicant", at }));
      case "ask supplement":
        return this.#onRequest(a, (file, at) => askSupplement(file, "more", { by: "officer", at }));
      case "supply":
        return this.#onRequest(a, (file, at) => supply(file, [ROUND_THE_CLOCK], { by: "applicant", at }), "supplement");
      case "reconsider":
        return this.#onRequest(
          a,
          (file) => {
            const step = file.steps.find(({ state, answer }) => state === "ready" && answer === "refused");
            return step ? reconsiderStep(file, step.id) : refused(problem("object.not_found", { kind: "step" }));
          },
          "unservable",
        );
      case "prioritise":
        return this.#prioritisation(a, b);
      case "bar":
        return this.#barring(a, b);
      case "end recusal":
        return this.#unbarring(a);
      case "delegate":
        return this.#delegating(a);
      case "withdraw delegation":
        return this.#withdrawing(a);
      case "annul":
        return this.#annulling(a);
      case "pick":
        return this.#picking(a, b);
      case "pick again":
        return this.#picking(a, b, this.#picked);
      case "pick nothing":
        return this.#picking(a, undefined);
      case "book":
        return this.#booking(a, b);
      case "rebook":
        return this.#onDirect(a, ["held", "confirmed"], (direct, at) => {
          if (direct.pending !== null) return refused(problem("object.not_found", { kind: "step" }));
          const step = this.#bookedStep(streamsOf(a ^ b).workload, direct.unitId, at, direct.step);
          return this.#directWrites({ ...direct, pending: step.id }, [step], { kind: "step.ready", steps: [step.id], turns: [1] });
        });
      case "shrink":
        return this.#onDirect(a, ["held", "confirmed"], (direct, at) => {
          if (direct.pending !== null) return refused(problem("object.not_found", { kind: "step" }));
          const step = this.#smaller(direct, at);
          return this.#directWrites({ ...direct, pending: step.id }, [step], { kind: "step.ready", steps: [step.id], turns: [1] });
        });
      case "confirm":
        return this.#onDirect(a, ["held"], (direct, at) => {
          const step = this.#db.steps.get(direct.step)!;
          const kept = { ...step, ask: { ...step.ask, holdUntil: null } };
          return this.#directWrites({ ...direct, state: "confirmed", confirmedAt: at }, [kept], { kind: "claim.confirmed", step: step.id });
        });
      case "release":
        return this.#onDirect(a, ["asked", "held", "confirmed"], (direct, at) => {
          const steps = [direct.step, ...(direct.pending === null ? [] : [direct.pending])];
          const over = steps.map((id): StepRow => ({ ...this.#db.steps.get(id)!, state: "cancelled", endedAt: at }));
          return this.#directWrites({ ...direct, state: "released", pending: null, endedAt: at }, over, { kind: "claim.released", steps });
        });
      case "resize":
        return this.#declaring(this.#one(a), ({ total }) => ({ total: total === null ? null : [Math.max(0, total - 1), total + 1, 1, 3, 5][b % 5]! }));
      case "flap":
        return this.#declaring(this.#one(a), ({ total }) => ({ total: total === null ? null : total === 0 ? 3 : 0 }));
      case "retire":
        return this.#declaring(this.#one(a), () => ({ state: "retired", offered: false }));
      case "drain":
        return this.#declaring(this.#ofUnit(a), () => ({ state: "retired", offered: false }));
      case "refill":
        return this.#declaring(this.#ofUnit(a), () => ({ state: "published", offered: true }));
      case "publish":
        return this.#declaring(this.#one(a), () => ({ state: "published", offered: true }));
      case "change traits":
        return this.#declaring(this.#one(a), ({ traits }) => ({ traits: traits.length > 0 ? [] : [trusted("seal")] }));
      case "add resource":
        return this.#addition(a);
      case "policy":
        return this.#activation(a);
      case "time":
        return this.#db.manualClock === null ? undefined : this.#clockSetting(a);
      default:
        return undefined;
    }
  }

  // — Requests.

  #submission(a: number, b: number): Deed {
    return {
      locks: [],
      perform: (at) => {
        const dice = streamsOf(a ^ b).workload;
        const db = this.#db;
        const unit = dice.pick(UNITS);
        const id = db.nextId<RequestId>();
        const dueAt = at + dice.pick([0, 1, 1, 2, 5]) * DAY_MS;
        const first = this.#newStep(id, "first", [], at, dueAt, dice, unit);
        const steps = dice.chance(0.25) ? [first, this.#newStep(id, "second", ["first"], at, dueAt, dice, unit)] : [first];
        return ok({
          apply: () => {
            db.requests.set(id, { id, unitId: unit, status: { state: "received" }, promisedDueAt: dueAt, statutoryDueAt: dueAt, pausedWorkingDays: 0 });
            for (const step of steps) db.steps.set(step.id, step);
          },
          commands: [{ kind: "step.ready", steps: [first.id], turns: [1] }],
          audit: { act: "request.submit", objectId: String(id) },
        });
      },
    };
  }

  #newStep(requestId: RequestId | null, name: string, after: readonly string[], at: Instant, dueAt: Instant, dice: Dice, unit: (typeof UNITS)[number]): StepRow {
    const id = this.#db.nextId<StepId>();
    const officers = [...this.#db.resources.keys()];
    const barred = dice.chance(0.12) ? [{ resource: dice.pick(officers), ground: "own-case" as const }] : [];
    const claims = drawClaims(dice, this.world.classes, unit, at);
    return {
      id,
      requestId,
      name,
      mode: "human",
      after,
      state: after.length === 0 ? "ready" : "blocked",
      attempt: 1,
      startedAt: null,
      startedBy: null,
      endedAt: null,
      endedBy: null,
      grounds: null,
      ask: { ...PLAIN_STEP, id, requestId, attempt: 1, arrivedAt: at, dueAt, expectedMinutes: dice.pick([0, 30, 60]), barred, claims },
    };
  }

  #onStep(state: StepRow["state"], a: number, act: (file: CaseFile, step: StepId, at: Instant) => Result<Act>): Deed | undefined {
    const found = [...this.#db.steps.values()].filter((step) => step.state === state && step.requestId !== null);
    const step = found[a % Math.max(1, found.length)];
    return step && this.#onCase(step.requestId!, (file, at) => act(file, step.id, at), "step");
  }

  #onRequest(a: number, act: (file: CaseFile, at: Instant) => Result<Act>, state?: string): Deed | undefined {
    const found = [...this.#db.requests.values()].filter(({ status }) => (state ? status.state === state : !("closedAt" in status)));
    const request = found[a % Math.max(1, found.length)];
    return request && this.#onCase(request.id, act, "request");
  }

  #onCase(id: RequestId, act: (file: CaseFile, at: Instant) => Result<Act>, kind: string): Deed {
    const db = this.#db;
    return {
      locks: [`request/${id}`, ...this.#stepsOf(id).map((step) => `step/${step.id}`)],
      perform: (at) => {
        const acted = act(this.#caseFile(id), at);
        if (!acted.ok) return acted;
        const { case: file, changed, commands } = acted.value;
        return ok({
          apply: () => {
            const request = db.requests.get(id)!;
            const { status, promisedDueAt, statutoryDueAt, pausedWorkingDays } = file;
            db.requests.set(id, { ...request, status, promisedDueAt, statutoryDueAt, pausedWorkingDays });
            for (const { answer: _, claims: __, ...step } of file.steps.filter((one) => changed.includes(one.id))) {
              const row = db.steps.get(step.id)!;
              db.steps.set(step.id, { ...row, ...step, ask: { ...row.ask, dueAt: promisedDueAt } });
            }
          },
          commands,
          audit: { act: kind, objectId: String(id) },
        });
      },
    };
  }

  #stepsOf(id: RequestId): readonly StepRow[] {
    return [...this.#db.steps.values()].filter(({ requestId }) => requestId === id).sort((x, y) => x.id - y.id);
  }

  #caseFile(id: RequestId): CaseFile {
    const { status, promisedDueAt, statutoryDueAt, pausedWorkingDays } = this.#db.requests.get(id)!;
    const steps = this.#stepsOf(id).map(({ requestId: _, ask, ...step }) => ({
      ...step,
      answer: this.#db.decisions.get(`${step.id}/${step.attempt}`)?.outcome ?? ("none" as const),
      claims: ask.claims.map((claim, ordinal) => ({ id: claimIdOf(step.id, ordinal), classId: claim.classId, held: this.#heldBy(step, claimIdOf(step.id, ordinal)) })),
    }));
    return { id, status, promisedDueAt, statutoryDueAt, pausedWorkingDays, steps };
  }

  #heldBy({ id, attempt }: { readonly id: StepId; readonly attempt: number }, claim: ClaimId): number {
    return this.#db
      .holdsOf(id)
      .filter((one) => one.claim === claim && one.attempt === attempt)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  #uses(step: StepId, b: number): readonly { claim: ClaimId; amount: number }[] {
    return b % 3 === 0 ? [] : [{ claim: claimIdOf(step, 0), amount: b % 3 }];
  }

  /** A ground was confirmed, or counts no longer: all open steps of the request carry it. */
  #prioritisation(a: number, b: number): Deed | undefined {
    const open = [...this.#db.requests.values()].filter(({ status }) => !("closedAt" in status));
    // Mostly of those who wait: whoever holds already needs no ground.
    const waiting = open.filter(({ id }) => this.#stepsOf(id).some((step) => step.state === "ready" && !this.#db.decisions.has(`${step.id}/${step.attempt}`)));
    const found = waiting.length > 0 && (a >> 8) % 4 > 0 ? waiting : open;
    const request = found[a % Math.max(1, found.length)];
    if (!request) return undefined;
    const minutes = [null, 60, null, 3 * 1_440][b % 4]!;
    const priority = b % 7 === 0 ? null : { ground: minutes === null ? "flood" : "age", advanceMs: minutes === null ? Infinity : minutes * 60_000 };
    return {
      locks: [`request/${request.id}`, ...this.#stepsOf(request.id).map((step) => `step/${step.id}`)],
      perform: () => {
        const steps = this.#stepsOf(request.id).filter(({ endedAt }) => endedAt === null);
        return ok({
          apply: () => steps.forEach(({ id }) => this.#change(id, ({ ask }) => ({ ask: { ...ask, priority } }))),
          commands: [
            {
              kind: "request.prioritised",
              request: request.id,
              steps: steps.map(({ id }) => id),
              priority: priority && { ground: priority.ground, advanceMinutes: minutes },
            },
          ],
          audit: { act: "request.prioritise", objectId: String(request.id) },
        });
      },
    };
  }

  /** A number that law sets was granted against the law: what was used of it goes back. */
  #annulling(a: number): Deed | undefined {
    const found = [...this.#db.steps.values()].filter((step) => this.#numbersUsed(step).length > 0 && "closedAt" in this.#db.requests.get(step.requestId!)!.status);
    const step = found[a % Math.max(1, found.length)];
    return (
      step && {
        locks: [`request/${step.requestId}`],
        perform: (at) => {
          const { id } = step;
          if (this.#db.annulments.has(id)) return refused(problem("number.annulled_already", { step: step.name }));
          return ok({
            apply: () => this.#db.annulments.set(id, at),
            commands: [{ kind: "number.annulled", step: id, uses: this.#numbersUsed(step) }],
            audit: { act: "step.annul", objectId: String(id) },
          });
        },
      }
    );
  }

  #numbersUsed({ id, requestId }: StepRow): NumberUse[] {
    if (requestId === null) return [];
    return [...this.#db.allocations.values()].flatMap(({ step, state, resource, claim, attempt, period, settled }) => {
      const { classId, total } = this.#db.resources.get(resource)!;
      return step === id && state === "settled" && classId.startsWith("function.") && total !== null ? [{ claim, attempt, resource, period, amount: settled }] : [];
    });
  }

  /** An officer takes no part from this moment on, or in a small bureau all but one. */
  #barring(a: number, b: number): Deed | undefined {
    const found = [...this.#db.steps.values()].filter(({ state, requestId }) => state === "ready" && requestId !== null);
    const step = found[a % Math.max(1, found.length)];
    if (!step) return undefined;
    const { classId } = step.ask.claims[b % step.ask.claims.length]!;
    const officers = this.#db.declared("all").flatMap((one) => (one.classId === classId ? [one.id] : []));
    const [spared] = officers.splice((b >> 4) % officers.length, 1);
    const out = (b >> 2) % 2 === 0 ? [spared!] : officers;
    return (
      step && {
        locks: ["writer", `request/${step.requestId}`],
        perform: () =>
          ok({
            apply: () => this.#change(step.id, ({ ask }) => ({ ask: { ...ask, barred: out.map((resource) => ({ resource, ground: "recusal" as const })) } })),
            commands: [{ kind: "persons.barred", steps: [step.id] }],
            audit: { act: "recusal.record", objectId: String(step.id) },
            revokes: true,
          }),
      }
    );
  }

  /** A recusal was taken back: nobody is kept out by it any more. */
  #unbarring(a: number): Deed | undefined {
    const found = [...this.#db.steps.values()].filter(({ state, requestId, ask }) => state === "ready" && requestId !== null && ask.barred.length > 0);
    const step = found[a % Math.max(1, found.length)];
    return (
      step && {
        locks: [],
        perform: () =>
          ok({
            apply: () => {
              const { id, attempt, state } = this.#db.steps.get(step.id)!;
              if (state === "ready" && !this.#db.decisions.has(`${id}/${attempt}`)) this.around.faults.sometimes.saw("recusal ended while its step waited");
              this.#change(step.id, ({ ask }) => ({ ask: { ...ask, barred: [] } }));
            },
            commands: [{ kind: "persons.barred", steps: [step.id] }],
            audit: { act: "recusal.withdraw", objectId: String(step.id) },
          }),
      }
    );
  }

  // — Authority.

  #delegating(a: number): Deed | undefined {
    const classes = delegable(this.world);
    const classId = classes[a % Math.max(1, classes.length)];
    if (classId === undefined) return undefined;
    return {
      locks: ["declaring"],
      perform: (at) => {
        const [from, to] = (a >> 4) % 2 === 0 ? [UNITS[0]!, UNITS[1]!] : [UNITS[1]!, UNITS[0]!];
        const day = dayNumberOf(at);
        const dates = { validFrom: (a >> 6) % 4 === 0 ? startOfDay(day + 1) : at, validTo: (a >> 8) % 2 === 0 ? startOfDay(day + 1 + ((a >> 10) % 3)) : null };
        if (dates.validTo !== null && dates.validTo <= dates.validFrom) return refused(problem("validity.reversed", {}));
        const declared = { from, to, classId, onward: false, ...dates };
        const lawful = mayDelegate(declared, this.#db.living());
        if (!lawful.ok) return lawful;
        const id = this.#db.nextId<number>();
        return ok({
          apply: () => this.#db.delegations.set(id, { id, ...declared, withdrawnAt: null }),
          commands: [{ kind: "delegation.declared" }],
          audit: { act: "delegation.declare", objectId: String(id) },
        });
      },
    };
  }

  #withdrawing(a: number): Deed | undefined {
    const found = this.#db.living();
    const seen = found[a % Math.max(1, found.length)];
    return (
      seen && {
        locks: ["writer", `delegation/${seen.id}`],
        perform: (at) => {
          const row = this.#db.delegations.get(seen.id)!;
          if (row.withdrawnAt !== null) return refused(problem("object.transition_illegal", { kind: "delegation", state: "withdrawn", event: "withdraw" }));
          return ok({
            apply: () => this.#db.delegations.set(row.id, { ...row, withdrawnAt: at }),
            commands: [{ kind: "delegation.declared" }],
            audit: { act: "delegation.withdraw", objectId: String(row.id) },
            revokes: true,
          });
        },
      }
    );
  }

  // — Appointments.

  /** The applicant says in which half-hour they come, or, without one, whenever it is arranged. */
  #picking(a: number, b: number | undefined, again?: StepId): Deed | undefined {
    const bySlot = (claim: ClaimAsk): boolean => this.world.classes.find(({ id }) => id === claim.classId)!.period === "slot" && !claim.spread;
    const found = [...this.#db.steps.values()].filter(({ state, requestId, ask }) => state === "ready" && requestId !== null && ask.claims.some(bySlot));
    const seen = found.find(({ id }) => id === again) ?? found[a % Math.max(1, found.length)];
    this.#picked = seen?.id;
    return (
      seen && {
        locks: [`request/${seen.requestId}`, `step/${seen.id}`],
        perform: (at) => {
          const step = this.#db.steps.get(seen.id)!;
          if (step.state !== "ready") return refused(problem("appointment.not_offered", { step: step.name }));
          const first = step.ask.claims.findIndex(bySlot);
          const named = step.ask.claims.flatMap((claim, ordinal) =>
            b !== undefined && bySlot(claim) && (ordinal === first || claim.together)
              ? [{ claim: claimIdOf(step.id, ordinal), resource: null, generation: null, period: periodAt("slot", at) + 1 + (b % 8) }]
              : [],
          );
          return ok({ apply: () => {}, commands: [{ kind: "step.picked", step: step.id, named }], audit: { act: "request.appoint", objectId: String(step.id) } });
        },
      }
    );
  }

  #change(id: StepId, change: (row: StepRow) => Partial<StepRow>): void {
    const row = this.#db.steps.get(id)!;
    this.#db.steps.set(id, { ...row, ...change(row) });
  }

  // — Direct claims.

  #booking(a: number, b: number): Deed {
    return {
      locks: [],
      perform: (at) => {
        const dice = streamsOf(a ^ b).workload;
        const unitId = dice.pick(UNITS);
        const step = this.#bookedStep(dice, unitId, at, null);
        const id = this.#db.nextId<number>();
        const direct: DirectRow = { id, unitId, state: "asked", step: step.id, pending: null, confirmedAt: null, endedAt: null };
        return this.#directWrites(direct, [step], { kind: "step.ready", steps: [step.id], turns: [1] });
      },
    };
  }

  #bookedStep(dice: Dice, unit: (typeof UNITS)[number], at: Instant, replaces: StepId | null): StepRow {
    const plain = this.#newStep(null, "direct", [], at, at + 30 * DAY_MS, dice, unit);
    const severalClaimants = dice.chance(0.5);
    const claims = plain.ask.claims.map((drawn): ClaimAsk => {
      const claim = severalClaimants ? { ...drawn, unitId: dice.pick(UNITS) } : drawn;
      const there = [...this.#db.resources.values()].filter(({ classId }) => classId === claim.classId);
      if (there.length === 0 || claim.spread || dice.chance(0.4)) return claim;
      const { id, generation } = dice.pick(there);
      const kind = this.world.classes.find((one) => one.id === claim.classId)!.period;
      const period = kind === "day" || kind === "slot" ? periodAt(kind, at) + 1 : null;
      return { ...claim, count: 1, named: { resource: id, generation: dice.chance(0.5) ? generation : null, period: dice.chance(0.5) ? period : null } };
    });
    const holdUntil = replaces === null && dice.chance(0.6) ? at + dice.pick([1, 20, 60]) * 60_000 : null;
    return { ...plain, ask: { ...plain.ask, claims, barred: [], waits: dice.chance(0.3), replaces, holdUntil } };
  }

  /** The same of the same supply, one less of each: what is held without asking for anything new. */
  #smaller(direct: DirectRow, at: Instant): StepRow {
    const before = this.#db.steps.get(direct.step)!;
    const id = this.#db.nextId<StepId>();
    const held = this.#db.holdsOf(before.id);
    const claims = before.ask.claims.map((claim, ordinal): ClaimAsk => {
      const mine = held.filter((one) => one.claim === claimIdOf(before.id, ordinal)).sort((x, y) => x.period - y.period);
      const amount = Math.max(1, claim.amount - 1);
      if (claim.spread || claim.count > 1 || mine.length === 0) return { ...claim, amount };
      const dated = ["day", "slot"].includes(this.world.classes.find((one) => one.id === claim.classId)!.period);
      return { ...claim, amount, named: { resource: mine[0]!.resource, generation: null, period: dated ? mine[0]!.period : null } };
    });
    return { ...before, id, attempt: 1, ask: { ...before.ask, id, attempt: 1, arrivedAt: at, waits: false, replaces: before.id, holdUntil: null, claims } };
  }

  #onDirect(a: number, states: readonly DirectRow["state"][], act: (direct: DirectRow, at: Instant) => Result<Writes>): Deed | undefined {
    const found = [...this.#db.directs.values()].filter(({ state }) => states.includes(state));
    const seen = found[a % Math.max(1, found.length)];
    return (
      seen && {
        locks: [`direct/${seen.id}`],
        perform: (at) => {
          const direct = this.#db.directs.get(seen.id)!;
          return states.includes(direct.state) ? act(direct, at) : refused(problem("object.not_found", { kind: "step" }));
        },
      }
    );
  }

  #directWrites(direct: DirectRow, steps: readonly StepRow[], command: Command): Result<Writes> {
    return ok({
      apply: () => {
        this.#db.directs.set(direct.id, direct);
        for (const step of steps) this.#db.steps.set(step.id, step);
      },
      commands: [command],
      audit: { act: "claim", objectId: String(direct.id) },
    });
  }

  // — Supply and policy.

  #one(a: number): readonly ResourceId[] {
    const all = [...this.#db.resources.keys()];
    return [all[a % all.length]!];
  }

  #ofUnit(a: number): readonly ResourceId[] {
    return this.#db.declared("all").flatMap(({ id, unitId }) => (unitId === UNITS[a % 2] ? [id] : []));
  }

  /** @param ids In id order, as they are locked. */
  #declaring(ids: readonly ResourceId[], change: (resource: DeclaredResource) => Partial<DeclaredResource>): Deed | undefined {
    if (ids.length === 0) return undefined;
    return {
      locks: ids.map((id) => `resource/${id}`),
      perform: () => {
        const before = ids.map((id) => this.#db.resources.get(id)!);
        const after = before.map((row): DeclaredResource => ({ ...row, ...change(row), generation: row.generation + 1 }));
        const holding = (id: ResourceId): boolean => [...this.#db.allocations.values()].some((one) => one.resource === id && one.state === "held");
        const retired = after.filter(({ id, offered }) => !offered && holding(id));
        if (retired.length > 0) this.around.faults.sometimes.saw(ids.length > 1 ? "unit drained while it held" : "resource retired while it held");
        return ok({
          apply: () => after.forEach((row) => this.#db.resources.set(row.id, row)),
          commands: [{ kind: "resource.declared", resources: ids }],
          audit: { act: "resource.declare", objectId: ids.join() },
          revokes: before.some(({ classId }) => classId.startsWith("function.")),
        });
      },
    };
  }

  #addition(a: number): Deed {
    return {
      locks: [],
      perform: () => {
        const id = this.#db.nextId<ResourceId>();
        const dice = streamsOf(a).workload;
        const row = declaredAs(id, drawResource(dice, dice.pick(this.world.classes).id));
        return ok({
          apply: () => this.#db.resources.set(id, row),
          commands: [{ kind: "resource.declared", resources: [id] }],
          audit: { act: "resource.register", objectId: String(id) },
        });
      },
    };
  }

  #activation(a: number): Deed {
    return {
      locks: ["policy"],
      perform: () => {
        const { version, withdraws } = nextPolicy(this.world, this.#db.policyVersion, a);
        return ok({
          apply: () => (this.#db.policyVersion = version),
          commands: [{ kind: "policy.activated", version }],
          audit: { act: "policy.activate", objectId: String(version) },
          revokes: withdraws,
        });
      },
    };
  }

  #clockSetting(a: number): Deed {
    return {
      locks: ["pool"],
      perform: () =>
        ok({
          apply: () => (this.#db.manualClock = nextMoment(this.#db.manualClock!, a)),
          commands: [{ kind: "clock.set" }],
          audit: { act: "clock.set", objectId: "pool" },
        }),
    };
  }
}

/** A moment on the edge of a period, or just beside it: boundaries are where counting goes wrong. */
export function nextMoment(now: Instant, draw: number): Instant {
  const edges = [HALF_HOUR_MS, HALF_HOUR_MS, 4 * HALF_HOUR_MS, DAY_MS / 2, DAY_MS, 2 * DAY_MS];
  const far = edges[draw % edges.length]!;
  const edge = Math.ceil((now + 8 * 3_600_000 + 1) / far) * far - 8 * 3_600_000;
  return Math.max(now + 1, edge + [-1, 0, 0, 1, 60_000][(draw >> 4) % 5]!);
}
