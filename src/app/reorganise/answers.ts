import type { ItemCode, DivisionCode, UnitId } from "../../domain/id.js";
import { liesIn, parentsOf, type Division } from "../../domain/org/division.js";
import type { Unit } from "../../domain/org/unit.js";
import { competentUnit, type Office } from "../../domain/request/competence.js";
import type { Reading } from "../ports/store.js";

/** Active units that are open to the public. */
export const officesOf = (units: readonly Unit[]): readonly Office[] =>
  units.filter(({ state, published }) => state === "active" && published).map(({ id, names, line, level, division }) => ({ id, names, line, level, division }));

/** Who answers for which published item in each division of its level; null: nobody. Read past every copy, so also of what is only tried. */
export async function competenceAnswers(reading: Pick<Reading, "duties" | "units" | "divisions" | "pools" | "reorganisations">): Promise<ReadonlyMap<string, UnitId | null>> {
  const [duties, units, divisions, pool, routing] = [await reading.duties.items(), await reading.units.all(), await reading.divisions.all(), await reading.pools.get(), await reading.reorganisations.routing()];
  const [offices, parents] = [officesOf(units), parentsOf(divisions)];
  const within = (one: Division): boolean => pool !== null && pool !== undefined && liesIn(parents, one.code, pool.division);
  const answers = new Map<string, UnitId | null>();
  for (const { item, line, level, unit } of duties) {
    for (const { code } of divisions.filter((one) => one.level === level && within(one))) {
      const office = competentUnit({ item, line, level, ...(unit === null ? {} : { unit }) }, code, offices, parents, routing);
      answers.set(answerKey(item, code), office.ok ? office.value.id : null);
    }
  }
  return answers;
}

export const answerKey = (item: ItemCode, division: DivisionCode): string => `${item} ${division}`;
