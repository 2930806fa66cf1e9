import { declareDrain, declareDrains } from "../../app/drain/declare-drain.js";
import { liftDrain } from "../../app/drain/lift-drain.js";
import { readDrain } from "../../app/drain/read-drains.js";
import { getRequest } from "../../app/request/get-request.js";
import { applyPlan } from "../../app/rebalance/apply-plan.js";
import { returnLoan } from "../../app/rebalance/bring-back-loan.js";
import { approvePlan, consentToPlan } from "../../app/rebalance/decide-plan.js";
import { draftPlan, proposePlan } from "../../app/rebalance/plans.js";
import { readPlan } from "../../app/rebalance/read-plans.js";
import { commitReorganisation, draftReorganisation } from "../../app/reorganise/reorganisations.js";
import { listLoans } from "../../app/rebalance/read-loans.js";
import { trusted, type UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant, type LocalDate } from "../../domain/instant.js";
import type { PersonActor } from "../../domain/policy/subject.js";
import { reformNames, type storyText } from "../../text/story.js";
import type { Facts } from "../../text/text.js";
import { done } from "./done.js";
import { actsInNames, leftovers, sheetsBehind, storyFigures, type StoryFigures } from "./figures.js";
import { AT_ONCE_OFFICERS, Headquarters, type ToldUse } from "./headquarters.js";
import { momentOf, Player, workdays } from "./player.js";
import { FloodSuppliers } from "./suppliers.js";
import { FloodForce } from "./task-force.js";
import { ALONE, POOLED, type StoryWorld } from "./world.js";

export type StoryKey = keyof typeof storyText;

/** Who listens while it is told. */
export interface Teller {
  tell(at: Instant, key: StoryKey, facts?: Facts): void;
  check(key: StoryKey, holds: boolean): void;
  figures(figures: StoryFigures): void;
  /** Between two moments of the story: whoever plays it for people to watch rests here. */
  rest(): Promise<void>;
}

export interface StorySize {
  /** Days of the normal week that are played. */
  readonly calmDays: number;
  /** Requests for help a day in the flooded county, day by day from the first day of the flood. */
  readonly helps: readonly number[];
}

const FLOODED = "522327";
const CEHENG = "522327001";
/** Who answers in law for relief in the flooded county. */
const LEAD = "ceheng-civil-affairs";
const ANLONG = "522328001";
const CALM = { help: 4, proofs: 6 };
const FACTOR = 20;
const AWAY = [...Array.from({ length: 8 }, (_, n) => `ceheng-relief-${String(n + 1).padStart(2, "0")}`), ...Array.from({ length: 4 }, (_, n) => `ceheng-emergency-relief-${String(n + 1).padStart(2, "0")}`)];
const OFFICERS = 10;
const POST_MINUTES = 300;
const SHEETS = 12;
/** Visits booked for the morning on which the hall is under water. */
const BOOKED = 6;
const MONDAY: LocalDate = "2026-07-20";

export const FULL: StorySize = { calmDays: 5, helps: [80, 80, 80, 40, 10, 4, 4] };
/** The same story in days that a test can wait for. */
export const SHORT: StorySize = { calmDays: 1, helps: [80, 24, 4] };

export const storyDays = ({ calmDays, helps }: StorySize) => {
  const days = workdays(MONDAY, calmDays + helps.length);
  return { calm: days.slice(0, calmDays), flood: days.slice(calmDays) };
};

/** Plays the flood in one of the two pools. Each scene says what must have come of it. */
export async function playFlood(world: StoryWorld, column: "pooled" | "alone", size: StorySize, teller: Teller): Promise<StoryFigures> {
  const story = new Flood(world, column, size, teller);
  return await story.play();
}

class Flood {
  readonly #player: Player;
  readonly #days: { readonly calm: readonly LocalDate[]; readonly flood: readonly LocalDate[] };
  readonly #pooled: boolean;
  readonly #headquarters: Headquarters;
  readonly #force: FloodForce;
  readonly #suppliers: FloodSuppliers;
  #away: readonly number[] = [];
  #hall: number | undefined;
  #granted = 0;

  constructor(
    readonly world: StoryWorld,
    readonly column: "pooled" | "alone",
    readonly size: StorySize,
    readonly teller: Teller,
  ) {
    this.#pooled = column === "pooled";
    this.#player = new Player(world, this.#pooled ? POOLED : ALONE);
    this.#days = storyDays(size);
    this.#headquarters = new Headquarters(this.#player);
    this.#force = new FloodForce(this.#player);
    this.#suppliers = new FloodSuppliers(this.#player);
    this.#player.meanwhile = async () => {
      await this.#headquarters.follow();
      await this.#force.follow();
      await this.#suppliers.follow();
    };
  }

  async play(): Promise<StoryFigures> {
    await this.calmWeek();
    const { flood } = this.#days;
    const recedes = Math.max(2, flood.length - 3);
    const since = momentOf(flood[0]!, 0);
    for (const [index, day] of flood.entries()) {
      await this.#player.day(day, async (tick) => {
        if (index === 0 && tick === 0) await this.waterRises();
        if (this.#pooled && index === 0 && tick === 0) await this.buy(day, flood[recedes]!);
        if (this.#pooled && index === 0 && tick === 0) await this.compose(flood.at(-1)!);
        if (this.#pooled && index === 0 && tick === 2) await this.lend(flood);
        if (index === 1 && tick === 1) await this.sheetsCome(flood[0]!);
        if (this.#pooled && index === 1 && tick === 2) await this.reform();
        if (index === recedes && tick === 0) await this.waterFalls();
        await this.ask(index, tick);
        if (this.#pooled && index === 0 && tick === 3) await this.order(flood.at(-1)!);
        if (this.#pooled && index === recedes && tick === 1) await this.dissolve();
        await this.tellFigures(since);
        await this.teller.rest();
      });
      await this.evening(since);
    }
    await this.ending(since);
    return await this.tellFigures(since);
  }

  private tell(key: StoryKey, facts?: Facts): void {
    this.teller.tell(this.#player.now, key, facts);
  }

  private check(key: StoryKey, holds: boolean): void {
    this.teller.check(key, holds);
  }

  private get deps() {
    return this.#player.deps;
  }
  private get pool() {
    return this.#player.pool;
  }

  private async calmWeek(): Promise<void> {
    const { calm } = this.#days;
    for (const day of calm) {
      await this.#player.day(day, async (tick) => {
        await this.#player.file("flood-help", CEHENG, CALM.help / 4);
        if (tick < 2) await this.#player.file("residence-proof", CEHENG, CALM.proofs / 2);
        if (tick === 0) await this.#player.file("flood-help", ANLONG, 2);
        await this.teller.rest();
      });
    }
    // Who comes after the counters have closed is given the next working day.
    const views = await this.views(this.#player.filed.map(({ publicId }) => publicId));
    const late = views.filter(({ deadline }) => deadline.kind === "overdue" || deadline.kind === "missed").length;
    this.tell("scene.week", { asked: views.length, closed: views.filter(({ state }) => state === "completed").length, late });
    if (this.#pooled) this.check("check.week", late === 0);
    await this.#player.clock(this.#player.now + 15 * 60_000);
    await this.#player.file("residence-proof", CEHENG, BOOKED);
    await this.#player.settle();
  }

  /** The hall and a dozen officers are lost before anybody has asked. */
  private async waterRises(): Promise<void> {
    const [planner, now] = [await this.#player.as("story-planner"), this.size.helps[0]!];
    this.tell("scene.flood", { before: CALM.help, now, factor: FACTOR });
    const targets = AWAY.map((target) => ({ targetKind: "asset" as const, target }));
    const away = done(await declareDrains(this.deps, planner, this.pool, { kind: "drain", targets, reason: this.#player.say("reason.away"), ground: this.#player.say("reason.response") }));
    this.#away = away.map(({ id }) => id);
    this.tell("scene.officers", { count: away.length });
    const booked = this.#player.filed.slice(-BOOKED);
    const before = await this.views(booked.map(({ publicId }) => publicId));
    this.#player.closeDesk("ceheng-hall");
    const kind = this.#pooled ? "drain" : "cordon";
    this.#hall = done(await declareDrain(this.deps, planner, this.pool, { kind, targetKind: "unit", target: "ceheng-hall", reason: this.#player.say("reason.hall"), ground: this.#player.say("reason.response") })).id;
    await this.#player.settle();
    if (!this.#pooled) return this.tell("scene.hall_alone", { count: before.filter(({ state }) => state !== "completed").length });
    const read = done(await readDrain(this.deps, planner, this.pool, this.#hall));
    const kept = read.notices.filter(({ state }) => state === "kept").length;
    const after = await this.views(booked.map(({ publicId }) => publicId));
    this.tell("scene.hall", { kept, open: read.notices.filter(({ state }) => state !== "kept").length });
    const same = after.every((view, n) => view.number === before[n]!.number && view.promisedDueAt === before[n]!.promisedDueAt && view.statutoryDueAt === before[n]!.statutoryDueAt);
    this.check("check.numbers", same && kept > 0);
  }

  /** An association and a bank join for the days of the flood. */
  private async buy(from: LocalDate, until: LocalDate): Promise<void> {
    await this.#suppliers.sign(from, until, this.#player.say("reason.response"));
    await this.#player.settle();
    this.tell("scene.bought", { count: this.#suppliers.count, from, until, proposer: await this.nameOf("story-planner"), approver: await this.nameOf("story-approver") });
  }

  /** What is asked for in the flooded county from now on is an office's of several agencies, in the name of the organ that is responsible. */
  private async compose(until: LocalDate): Promise<void> {
    const heads = await this.#force.compose(FLOODED, this.#headquarters.document, until);
    await this.#player.settle();
    this.tell("scene.force", { members: this.#force.members, officers: this.#force.officers, heads, proposer: await this.nameOf("story-commander"), approver: await this.nameOf("story-approver"), until });
    const { force, loans } = await this.#force.view();
    this.check("check.force", force.state === "active" && loans.length > 0 && loans.every(({ state }) => state === "active"));
  }

  /** Nobody's case is lost with the office that had it. */
  private async dissolve(): Promise<void> {
    await this.#player.settle();
    const open = (await this.openCases()).filter(({ unit }) => unit.id === this.#force.id);
    await this.#force.dissolve(this.#player.say("reason.falls"));
    await this.#player.settle();
    const after = await this.views(open.map(({ publicId }) => publicId));
    const { acts, inName } = await actsInNames(this.world.sql, this.pool, this.#force.id, LEAD);
    this.tell("scene.force_over", { acts, open: open.length });
    this.check("check.force_name", acts > 0 && inName === acts);
    this.check("check.force_cases", open.length > 0 && after.every((view, n) => view.unit.id === LEAD && view.lead === null && view.number === open[n]!.number && view.promisedDueAt === open[n]!.promisedDueAt && view.statutoryDueAt === open[n]!.statutoryDueAt));
  }

  /** Every emergency power hangs on one order; two are used at once. */
  private async order(until: LocalDate): Promise<void> {
    await this.#player.settle();
    await this.#headquarters.raiseLevel(FLOODED, until);
    this.tell("scene.order", { document: this.#headquarters.document, proposer: await this.nameOf("story-planner"), approver: await this.nameOf("story-approver"), until });
    const waiting = (await this.openHelps()).filter(({ division, steps }) => division === CEHENG && steps[0]?.answer === "none");
    if (waiting.length > 0) this.tell("scene.first", { count: await this.#headquarters.firstOf(waiting.slice(-3).map(({ publicId }) => publicId)) });
    await this.#headquarters.lendAtOnce("anlong-emergency", "ceheng-civil-affairs");
    this.tell("scene.at_once", { officers: AT_ONCE_OFFICERS });
    await this.#player.settle();
  }

  private async nameOf(person: string): Promise<string> {
    return ((await this.#player.as(person)) as PersonActor).displayName;
  }

  /** Draft, consent and approval by three people; then the loan is booked. */
  private async lend(flood: readonly LocalDate[]): Promise<void> {
    const [planner, head, approver] = [await this.#player.as("story-planner"), await this.#player.as("anlong-civil-affairs-head"), await this.#player.as("story-approver")];
    const loan = { class: "staff.relief", lender: "anlong-civil-affairs", borrower: "ceheng-civil-affairs", amount: OFFICERS * POST_MINUTES, from: flood[1]!, to: flood.at(-1)! };
    const { id } = done(await draftPlan(this.deps, planner, this.pool, { title: this.#player.say("plan.title"), loans: [loan] }));
    const { hash } = done(await proposePlan(this.deps, planner, this.pool, id));
    done(await consentToPlan(this.deps, head, this.pool, id, trusted<UnitId>("anlong-civil-affairs"), hash));
    done(await approvePlan(this.deps, approver, this.pool, id, hash));
    done(await applyPlan(this.deps, planner, this.pool, id, hash));
    await this.#player.settle();
    this.tell("scene.loan", { officers: OFFICERS, plan: id, proposer: await this.nameOf("story-planner"), lender: await this.nameOf("anlong-civil-affairs-head"), approver: await this.nameOf("story-approver") });
    const { loans } = done(await readPlan(this.deps, planner, this.pool, id));
    const left = await leftovers(this.world.sql, this.pool, dayNumberOf(this.#player.now));
    this.check("check.loan", loans.every(({ state }) => state === "active") && left.lent === left.borrowed && left.lent > 0);
  }

  /** Villages without a network wrote down what people asked on the first day; it is entered on the second. */
  private async sheetsCome(day: LocalDate): Promise<void> {
    const sheets = Array.from({ length: SHEETS }, (_, n) => ({ serial: `2026-X-${n + 1}`, village: this.#player.say(n % 2 ? "village.upper" : "village.lower"), occurredAt: momentOf(day, 10 * 60 + 5 * n), division: CEHENG, resident: this.#player.say("villager", { n: n + 1 }) }));
    const receipts = [];
    for (const sheet of sheets) receipts.push(await this.#player.enterSheet(sheet));
    this.tell("scene.paper", { count: receipts.length, from: `${day} 10:00` });
    const asked = done(await getRequest(this.deps, await this.#player.as("ceheng-civil-affairs-clerk"), this.pool, receipts[0]!.number));
    this.check("check.sheets", receipts.every(({ occurredAt, receivedAt }, n) => occurredAt === sheets[n]!.occurredAt && receivedAt > sheets[n]!.occurredAt) && asked.channel === "paper");
  }

  /** An agency goes into another while its people are at the doors. */
  private async reform(): Promise<void> {
    const planner = await this.#player.as("story-planner");
    const before = await this.openHelps();
    const record = { reorganisation: "flood-reform", names: reformNames, basis: this.#player.say("reform.basis"), changes: [{ merge: { from: ["ceheng-emergency"], into: "ceheng-civil-affairs" } }] };
    const draft = done(await draftReorganisation(this.deps, planner, this.pool, { record, expected: null }));
    done(await commitReorganisation(this.deps, await this.#player.as("story-approver"), this.pool, draft.id, null, draft.generation));
    this.#player.closeDesk("ceheng-emergency");
    await this.#player.settle();
    const after = await this.views(before.map(({ publicId }) => publicId));
    this.tell("scene.reform", { open: before.length });
    this.check("check.reform", after.length === before.length && after.every((view, n) => view.number === before[n]!.number && view.promisedDueAt === before[n]!.promisedDueAt));
  }

  private async ask(index: number, tick: number): Promise<void> {
    const helps = this.size.helps[index]!;
    await this.#player.file("flood-help", CEHENG, Math.round((helps * (tick + 1)) / 4) - Math.round((helps * tick) / 4));
    if (tick === 0) await this.#player.file("flood-help", ANLONG, 2);
    // Every second household that was helped applies for the grant.
    const due = Math.floor(this.#player.helped.length / 2) - this.#granted;
    if (tick > 0 && due > 0) {
      await this.#player.file("flood-grant", CEHENG, due);
      this.#granted += due;
    }
  }

  private async waterFalls(): Promise<void> {
    const planner = await this.#player.as("story-planner");
    this.#player.openDesk("ceheng-hall");
    for (const id of [...this.#away, this.#hall!]) done(await liftDrain(this.deps, planner, this.pool, id, this.#player.say("reason.falls")));
    await this.#player.settle();
    this.tell("scene.falls");
  }

  private async evening(since: Instant): Promise<void> {
    const { asked, helped } = await storyFigures(this.world.sql, this.pool, since, this.#player.now);
    this.tell("scene.day", { asked, helped, waiting: asked - helped });
  }

  private async ending(since: Instant): Promise<void> {
    const { filed } = this.#player;
    if (this.#pooled) {
      const head = await this.#player.as("ceheng-civil-affairs-head");
      const planner = await this.#player.as("story-planner");
      const { rows } = done(await listLoans(this.deps, planner, this.pool, { limit: 50 }));
      await this.#headquarters.end();
      await this.#player.settle();
      for (const loan of rows) if (loan.state === "active" && loan.plan !== null) done(await returnLoan(this.deps, head, this.pool, loan.id, { grounds: this.#player.say("reason.falls") }));
      await this.#player.settle();
      const stranger = filed.find(({ publicId, division }) => this.#player.helpedBy.get(publicId) === "anlong-civil-affairs" && division === CEHENG);
      const seen = stranger && done(await getRequest(this.deps, await this.#player.as(stranger.resident), this.pool, stranger.publicId));
      if (seen) this.tell("scene.unseen", { number: seen.number, desk: seen.steps[0]?.serving[0]?.names[this.world.config.language] ?? "", organ: (seen.lead ?? seen.unit).names[this.world.config.language] });
      this.check("check.unseen", (seen?.lead?.unitId ?? seen?.unit.id) === LEAD && seen?.state === "completed");
    }
    const grants = filed.filter(({ item }) => item === "flood-grant");
    const paid = (await this.views(grants.map(({ publicId }) => publicId))).filter(({ state }) => state === "completed").length;
    const { fenSpent } = await storyFigures(this.world.sql, this.pool, since, this.#player.now);
    this.tell("scene.grants", { count: grants.length, calls: paid, fen: fenSpent });
    this.check("check.funds", fenSpent === paid * 80_000);
    this.check("check.paper", (await sheetsBehind(this.world.sql, this.pool)) === 0);
    // What was begun on borrowed time goes back when the day is over.
    await this.#player.clock(momentOf(localDateOf(dayNumberOf(this.#player.now) + 1), 8 * 60));
    await this.#player.settle();
    if (this.#pooled) {
      const { force, loans } = await this.#force.view();
      this.check("check.force_back", force.state === "dissolved" && loans.every(({ state }) => state === "ended"));
      const { uses, outside, fen, ledgerFen } = await this.#suppliers.used(this.world.sql);
      this.tell("scene.owed", { uses, fen: String(fen) });
      this.check("check.bought", uses > 0 && outside === 0 && fen > 0n && fen === ledgerFen);
      await this.review();
    }
    const left = await leftovers(this.world.sql, this.pool, dayNumberOf(this.#player.now));
    this.tell("scene.end", { lent: left.lent, drains: left.drains, open: left.lost });
    this.check("check.returned", left.lent === 0 && left.borrowed === 0 && left.drains === 0 && left.loans === 0);
    if (this.#pooled) this.check("check.lost", left.lost === 0);
  }

  private async review(): Promise<void> {
    const { uses, settled } = await this.#headquarters.review();
    const of = (power: string): number => uses.filter(({ use }) => use.power === power).length;
    this.tell("scene.review", { document: this.#headquarters.document, count: uses.length, loans: of("lend"), first: of("priority") });
    for (const use of uses) this.tellUse(use);
    this.check("check.order", settled && of("lend") === 1 && of("priority") > 0 && uses.every(({ use: { owed, toldAt, endedAt } }) => endedAt !== null && (owed === null || toldAt !== null)));
  }

  /** One line: who, what, for which case or loan, when, and who made it good. */
  private tellUse({ use, who, lender, borrower, madeGoodBy }: ToldUse): void {
    const told = { when: storyDate(use.at), who, goodAt: use.toldAt === null ? "" : storyDate(use.toldAt), goodBy: madeGoodBy ?? "" };
    if (use.loan) this.tell("use.lend", { ...told, loan: use.loan.id, lender, borrower, minutes: use.loan.amount });
    if (use.request) this.tell("use.priority", { ...told, number: use.request.number });
  }

  private async openHelps() {
    return (await this.views(this.#player.filed.slice(-80).map(({ publicId }) => publicId))).filter(({ closedAt }) => closedAt === null);
  }

  private async openCases() {
    return (await this.views(this.#player.filed.map(({ publicId }) => publicId))).filter(({ closedAt }) => closedAt === null);
  }

  private async views(ids: readonly string[]) {
    const auditor = await this.#player.as("story-auditor");
    return await Promise.all(ids.map(async (id) => done(await getRequest(this.deps, auditor, this.pool, id))));
  }

  private async tellFigures(since: Instant): Promise<StoryFigures> {
    const figures = await storyFigures(this.world.sql, this.pool, since, this.#player.now);
    this.teller.figures(figures);
    return figures;
  }
}

export const storyBegins = (): Instant => momentOf(MONDAY, 8 * 60);
export const storyDate = (at: Instant): string => `${localDateOf(dayNumberOf(at))} ${new Date(at + 8 * 3_600_000).toISOString().slice(11, 16)}`;
