import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId } from "../domain/id.js";
import type { ClaimAsk, PolicyQuestion } from "./contract.js";
import type { OffersAsked } from "./offers-asked.js";
import { questionKey, type PolicyAnswers } from "./policy-answers.js";
import type { QuotaBook } from "./quota-book.js";
import type { World } from "./rule.js";
import { shapeKey } from "./rules/static-rules.js";
import { Ask, type Shape } from "./shape.js";
import type { ShapeBook } from "./shape-book.js";
import type { ResourceTable } from "./state.js";

export interface OfferParts {
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly classes: ReadonlyMap<ClassId, CapacityClass>;
  readonly answers: PolicyAnswers;
  readonly world: World;
  readonly offerShapes: OfferShapes;
  readonly quota: QuotaBook;
}

/** Shapes that only questions have had, compiled; a stranger's question must not grow the engine for ever. */
const SHAPES_MAX = 64;

/** Of asks that nobody has in the queue: kept until anything a static rule reads changes. */
export class OfferShapes {
  readonly #shapes = new Map<string, Shape>();
  #book: ShapeBook | undefined;

  get(key: string): Shape | undefined {
    return this.#shapes.get(key);
  }

  put(key: string, shape: Shape, book: ShapeBook): void {
    this.#shapes.set(key, shape);
    this.#book = book;
    if (this.#shapes.size <= SHAPES_MAX) return;
    const [oldest, gone] = this.#shapes.entries().next().value!;
    this.#shapes.delete(oldest);
    book.letGo(gone);
  }

  forget(): void {
    for (const shape of this.#shapes.values()) this.#book!.letGo(shape);
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
      const answer = given.get(key) ?? parts.answers.known(question);
      if (answer === undefined) open.set(key, question);
      return answer;
    },
  };
  const asks = claims.map((claim) => {
    const shape = shapeOf(parts, claim, world);
    const ask = new Ask(shape, claim.amount, claim.slots, claim.spread);
    if (shape.state === "compiled") ask.refresh(parts.classes.get(claim.classId), true);
    return ask;
  });
  return { asks, questions: [...open.values()] };
}

function shapeOf({ shapes, offerShapes }: OfferParts, claim: ClaimAsk, world: World): Shape {
  const key = shapeKey(claim);
  const known = shapes.compiled(key) ?? offerShapes.get(key);
  if (known) return known;
  const shape = shapes.apart(key, claim);
  if (shapes.compile(shape, world)) offerShapes.put(key, shape, shapes);
  return shape;
}
