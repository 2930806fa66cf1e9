import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId } from "../domain/id.js";
import type { ClaimAsk, OffersAsked, PolicyQuestion } from "./contract.js";
import { questionKey, type PolicyAnswers } from "./policy-answers.js";
import type { World } from "./rule.js";
import { RULES, shapeFacts, shapeKey } from "./rules/static-rules.js";
import { nearness } from "./score.js";
import { Ask, Shape, type ShapeBook } from "./shape.js";
import type { ResourceTable } from "./state.js";

export interface OfferParts {
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly classes: ReadonlyMap<ClassId, CapacityClass>;
  readonly answers: PolicyAnswers;
  readonly world: World;
  readonly offerShapes: OfferShapes;
}

/** Shapes that only questions have had, compiled; a stranger's question must not grow the engine for ever. */
const SHAPES_MAX = 64;

/** Of asks that nobody has in the queue: kept until anything a static rule reads changes. */
export class OfferShapes {
  readonly #shapes = new Map<string, Shape>();

  get(key: string): Shape | undefined {
    return this.#shapes.get(key);
  }

  put(key: string, shape: Shape): void {
    this.#shapes.set(key, shape);
    if (this.#shapes.size > SHAPES_MAX) this.#shapes.delete(this.#shapes.keys().next().value!);
  }

  forget(): void {
    this.#shapes.clear();
  }
}

interface Compiled {
  readonly asks: readonly Ask[];
  readonly questions: readonly PolicyQuestion[];
}

/** Who could ever serve each claim. Nothing of it is put where decisions look. */
export function compileForOffers(parts: OfferParts, { claims, answers }: OffersAsked): Compiled {
  const given = new Map(answers.map((answer) => [questionKey(answer), answer.allowed]));
  const open = new Map<string, PolicyQuestion>();
  const world: World = {
    ...parts.world,
    policyAllows(question) {
      const key = questionKey(question);
      const answer = given.get(key) ?? parts.answers.known(key);
      if (answer === undefined) open.set(key, question);
      return answer;
    },
  };
  const asks = claims.map((claim) => {
    const ask = new Ask(shapeOf(parts, claim, world), claim.amount, claim.slots, claim.spread);
    ask.refresh(parts.classes.get(claim.classId), parts.resources);
    return ask;
  });
  return { asks, questions: [...open.values()] };
}

function shapeOf({ resources, shapes, offerShapes }: OfferParts, claim: ClaimAsk, world: World): Shape {
  const key = shapeKey(claim);
  const known = shapes.compiled(key) ?? offerShapes.get(key);
  if (known) return known;
  const shape = new Shape(key, shapeFacts(claim));
  const dropped = RULES.map(() => 0);
  const kept: { r: number; near: number; id: number }[] = [];
  let open = false;
  for (const r of shapes.ofClass(claim.classId).resources) {
    const supply = resources.supplies[r]!;
    let at = -1;
    for (let nth = 0; nth < RULES.length; nth += 1) {
      const keeps = RULES[nth]!.keeps(supply, shape.facts, world);
      if (keeps === true) continue;
      open ||= keeps === undefined;
      at = nth;
      break;
    }
    if (at >= 0) dropped[at] = dropped[at]! + 1;
    else kept.push({ r, near: nearness(supply, shape.facts, world.divisions), id: supply.id });
  }
  kept.sort((a, b) => a.near - b.near || a.id - b.id);
  shape.candidates = kept.map(({ r }) => r);
  shape.near = kept.map(({ near }) => near);
  shape.funnel = {
    considered: kept.length + dropped.reduce((sum, count) => sum + count, 0),
    dropped: RULES.flatMap(({ name }, at) => (dropped[at]! > 0 ? [{ rule: name, count: dropped[at]! }] : [])),
    left: kept.length,
  };
  shape.edition = 1;
  shape.state = "compiled";
  if (!open) offerShapes.put(key, shape);
  return shape;
}
