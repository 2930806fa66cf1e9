import type { ClassId, ResourceId } from "../domain/id.js";
import type { Funnel, StaticRule } from "../domain/pool/decision.js";
import { ClassSupply, type Catchment, type Survey } from "./catchment.js";
import type { ClaimAsk, Indexing, Kept } from "./contract.js";
import { FieldBook, type Field } from "./field.js";
import type { Profile } from "./profiles.js";
import type { ShapeFacts, World } from "./rule.js";
import { RULES, shapeFacts } from "./rules/static-rules.js";
import { Ask, Shape } from "./shape.js";
import type { ResourceTable } from "./state.js";

/** Moves up to which a shape's counts are mended; of more, they are made anew. */
const MENDED_MAX = 32;

/** The supply of a class, and the shapes that ask for it. */
interface OfClass {
  readonly shapes: Set<Shape>;
  readonly supply: ClassSupply;
}

/** Who may serve a shape. O(units of its catchment): once per shape and declared state, never per decision. */
export class ShapeBook {
  private readonly byKey = new Map<string, Shape>();
  private readonly byClass = new Map<ClassId, OfClass>();
  private readonly fields: FieldBook;
  /** Asks nobody waits or holds with, those of longest ago first. */
  private readonly idle = new Set<Ask>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly world: World,
    private readonly digest: (text: string) => string,
    private readonly version: () => number,
    indexing: Indexing,
    private readonly idleMax: number,
  ) {
    this.fields = new FieldBook(resources, indexing);
  }

  shape(key: string, claim: ClaimAsk): Shape {
    let shape = this.byKey.get(key);
    if (!shape) {
      this.byKey.set(key, (shape = new Shape(key, shapeFacts(claim), this)));
      this.ofClass(claim.classId).shapes.add(shape);
    }
    return shape;
  }

  /** The shape of claims that somebody asks, if it is compiled. */
  compiled(key: string): Shape | undefined {
    const shape = this.byKey.get(key);
    return shape?.state === "compiled" ? shape : undefined;
  }

  all(): Iterable<Shape> {
    return this.byKey.values();
  }

  resourceOf(id: ResourceId): number | undefined {
    return this.resources.indexOf(id);
  }

  /** Of claims nobody waits with: not among those that are kept up to date. */
  apart(key: string, claim: ClaimAsk): Shape {
    return new Shape(key, shapeFacts(claim), this);
  }

  /** Somebody waits or holds with the ask. */
  use(ask: Ask): void {
    ask.users += 1;
    this.idle.delete(ask);
  }

  /** One lane less has the ask, or none had it yet. */
  rest(ask: Ask): void {
    ask.users = Math.max(0, ask.users - 1);
    if (ask.users > 0) return;
    ask.unread();
    this.idle.add(ask);
  }

  /** So many rest that it is worth while to let the oldest go. */
  get isFull(): boolean {
    return this.idle.size > this.idleMax + (this.idleMax >> 2);
  }

  /**
   * What claimants write (amounts, purposes) must not grow the engine for ever: of what nobody asks, only what was asked
   * last is kept, compiled, for whoever asks it next. Compiling anew finds the same, so nothing is decided otherwise.
   * `open`: a batch that may yet be taken back brings them back.
   */
  letGoIdle(open: ReadonlySet<Ask>): void {
    for (const ask of this.idle) {
      if (this.idle.size <= this.idleMax) return;
      if (open.has(ask)) continue;
      this.idle.delete(ask);
      ask.gone = true;
      const { shape } = ask;
      shape.asks.delete(ask.key);
      if (shape.asks.size > 0) continue;
      this.byKey.delete(shape.key);
      this.ofClass(shape.facts.classId).shapes.delete(shape);
      this.letGo(shape);
    }
  }

  /** What is kept, by kind. */
  sizes(): Omit<Kept, "told"> {
    const fields = new Set<Field>();
    let asks = 0;
    for (const shape of this.byKey.values()) {
      asks += shape.asks.size;
      for (const field of [shape.field, shape.own]) if (field) fields.add(field);
    }
    let caught = 0;
    for (const { supply } of this.byClass.values()) caught += supply.caughtCount;
    return { shapes: this.byKey.size, asks, fits: [...fields].reduce((sum, { fitCount }) => sum + fitCount, 0), caught };
  }

  /** A shape apart, or one that nobody asks, is needed no more. */
  letGo(shape: Shape): void {
    shape.field?.shapes.delete(shape);
    if (shape.field) this.fields.leave(shape.field);
    if (shape.own) this.fields.leave(shape.own);
  }

  idOf(r: number): ResourceId {
    return this.resources.idOf(r);
  }

  shapesOf(classId: ClassId): Iterable<Shape> {
    return this.ofClass(classId).shapes;
  }

  /** The static rules let the resource serve the shape. O(rules). */
  couldServe(shape: Shape, r: number): boolean {
    return firstToDrop(this.resources.profileOf(r), shape.facts, this.world) === -1;
  }

  /** Profiles that one static rule alone keeps from the shape. O(profiles of the class). */
  *nearMisses(shape: Shape): Iterable<{ readonly rule: StaticRule; readonly profile: Profile }> {
    for (const profile of this.ofClass(shape.facts.classId).supply.profiles) {
      if (profile.size === 0) continue;
      const answers = RULES.map((rule) => rule.keeps(profile.facts, shape.facts, this.world));
      if (answers.includes(undefined)) continue;
      const at = answers.indexOf(false);
      if (at >= 0 && answers.lastIndexOf(false) === at) yield { rule: RULES[at]!.name, profile };
    }
  }

  /** Whether some resource may serve both. */
  meet(a: Shape, b: Shape): boolean {
    if (a === b || a.state !== "compiled" || b.state !== "compiled") return true;
    const [few, many] = a.field!.profiles.length < b.field!.profiles.length ? [a.field!, b.field!] : [b.field!, a.field!];
    return few.profiles.some((profile) => profile.size > 0 && profile.fields.includes(many));
  }

  /**
   * A resource came from one profile into another. Answers the shapes that must be compiled anew because they may take
   * it and never heard of its profile.
   */
  moved(from: Profile | undefined, to: Profile): Shape[] {
    const { supply, shapes } = this.ofClass(to.facts.classId);
    const concerned: Shape[] = [];
    if (supply.add(to)) {
      for (const shape of shapes) {
        if (shape.state !== "compiled") continue;
        const at = firstToDrop(to, shape.facts, this.world);
        if (at === undefined || at < 0) concerned.push(shape);
      }
    }
    supply.move(from, to, this.world);
    for (const field of from?.fields ?? []) field.changed();
    for (const field of to.fields) field.changed();
    return concerned;
  }

  /** Many resources came, of these profiles: whatever was compiled for their classes is to be compiled anew. Answers those shapes. */
  came(profiles: readonly Profile[]): Shape[] {
    const byClass = new Map<ClassId, Profile[]>();
    let last: { readonly classId: ClassId; readonly some: Profile[] } | undefined;
    for (const profile of profiles) {
      const { classId } = profile.facts;
      if (last?.classId !== classId) {
        let some = byClass.get(classId);
        if (!some) byClass.set(classId, (some = []));
        last = { classId, some };
      }
      last.some.push(profile);
    }
    const classes = [...byClass].map(([classId, some]) => {
      const of = this.ofClass(classId);
      of.supply.addMany(some);
      return of;
    });
    for (const { supply } of classes) supply.moveMany();
    return classes.flatMap(({ shapes }) => [...shapes]);
  }

  /** About to change: wherever the resource counts as able, it counts no more. */
  takeOut(r: number): void {
    for (const field of this.resources.profileOf(r).fields) for (const fit of field.allFits()) fit.countAble(r, -1);
  }

  /** Changed: it counts as what it is now. Answers nothing; `Field.isExhausted` does. */
  putIn(r: number): void {
    for (const field of this.resources.profileOf(r).fields) for (const fit of field.allFits()) fit.countAble(r, 1);
  }

  /** Runs the rules over what the shape's catchment has. False: policy answers are missing. */
  compile(shape: Shape, world = this.world): boolean {
    if (shape.state === "compiled") return true;
    const { facts } = shape;
    const catchment = this.catchment(facts, world);
    const survey = catchment.survey(facts, world);
    this.resources.looks += survey.looked;
    if (survey.open) {
      shape.state = "open";
      return false;
    }
    this.recount(shape, survey);
    this.setFields(shape, catchment.fieldsOf(facts, survey.parts, world.divisions, this.fields));
    shape.state = "compiled";
    shape.edition += 1;
    return true;
  }

  /** Reads what moved since the counts were made. */
  catchUp(shape: Shape): void {
    if (shape.state !== "compiled") return;
    const { supply } = this.ofClass(shape.facts.classId);
    if (shape.cursor === supply.moved) return;
    const moves = supply.movesSince(shape.cursor);
    if (!moves || moves.length > 2 * MENDED_MAX) return this.recount(shape, this.catchment(shape.facts, this.world).survey(shape.facts, this.world));
    for (let at = 0; at < moves.length; at += 2) {
      const from = this.resources.profiles.all[moves[at]!];
      if (from) this.count(shape, from, -1);
      this.count(shape, this.resources.profiles.all[moves[at + 1]!]!, 1);
    }
    shape.cursor = supply.moved;
    shape.recounted();
  }

  /** A class, or the divisions (no class is named), are declared anew. */
  redeclared(classId?: ClassId): void {
    if (classId !== undefined) this.ofClass(classId).supply.forget();
    else for (const { supply } of this.byClass.values()) supply.forget();
  }

  hashOf(shape: Shape, funnel: Funnel): string {
    return this.digest(JSON.stringify([shape.key, this.version(), funnel]));
  }

  private catchment(facts: ShapeFacts, world: World): Catchment {
    return this.ofClass(facts.classId).supply.catchment(facts, world, (profiles) => (this.resources.looks += profiles));
  }

  private recount(shape: Shape, { dropped, left }: Survey): void {
    shape.dropped = dropped;
    shape.left = left;
    shape.cursor = this.ofClass(shape.facts.classId).supply.moved;
    shape.recounted();
  }

  private count(shape: Shape, profile: Profile, by: number): void {
    const at = firstToDrop(profile, shape.facts, this.world);
    if (at === undefined || at < 0) shape.left += by;
    else shape.dropped[at] = shape.dropped[at]! + by;
  }

  private setFields(shape: Shape, next: { readonly field: Field; readonly own: Field | undefined }): void {
    const { field, own } = shape;
    shape.field = next.field;
    shape.own = next.own;
    shape.field.shapes.add(shape);
    for (const ask of shape.asks.values()) if (ask.parked.size > 0) shape.field.parked.add(ask);
    if (field && field !== shape.field) {
      field.shapes.delete(shape);
      for (const ask of shape.asks.values()) field.parked.delete(ask);
    }
    if (field) this.fields.leave(field);
    if (own) this.fields.leave(own);
  }

  private ofClass(classId: ClassId): OfClass {
    let of = this.byClass.get(classId);
    if (!of) this.byClass.set(classId, (of = { shapes: new Set(), supply: new ClassSupply() }));
    return of;
  }
}

/** The index of the rule that drops the profile; -1: none does; undefined: an answer is missing. */
function firstToDrop(profile: Profile, facts: ShapeFacts, world: World): number | undefined {
  for (let at = 0; at < RULES.length; at += 1) {
    const keeps = RULES[at]!.keeps(profile.facts, facts, world);
    if (keeps === undefined) return undefined;
    if (!keeps) return at;
  }
  return -1;
}
