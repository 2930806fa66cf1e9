import { declareItem } from "../../domain/catalogue/declare-item.js";
import type { ItemGuide } from "../../domain/catalogue/item.js";
import type { Register } from "../../domain/pool/register.js";
import { recipeProblems } from "../../domain/request/plan.js";
import { unlessRefused, type Result } from "../../domain/result.js";

/** Reads an item whose recipe a request can be worked by. */
export function readItem(record: unknown, register: Register): Result<ItemGuide> {
  const guide = declareItem(record, register);
  return guide.ok ? unlessRefused(recipeProblems(guide.value.recipe), guide.value) : guide;
}
