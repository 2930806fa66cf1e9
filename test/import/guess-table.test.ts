import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { GUESS_RULES, type GuessRule } from "../../src/domain/catalogue/guess-recipe.js";

/** `accept 15 · review 60 · site-check 2 × ½ h · decide 15` */
const work = ({ steps }: GuessRule): string =>
  steps
    .map(({ step, claims }) => {
      const minutes = claims.find((claim) => claim.class.startsWith("staff.") && claim.slots === undefined)?.amount;
      const slots = claims.find((claim) => claim.slots !== undefined)?.slots;
      return `${step}${slots === undefined ? "" : ` ${slots} × ½ h`}${minutes === undefined ? "" : ` ${minutes} min`}`;
    })
    .join(" · ");

const line = (rule: GuessRule): string => {
  const words = rule.words?.source.replaceAll("|", " ") ?? "any";
  return `| ${rule.shape} | ${rule.names.zh} ${rule.names.en} | ${rule.types?.join(", ") ?? "any"} | ${words} | ${work(rule)} | ${rule.statutoryDays} / ${rule.promisedDays} | ${rule.perYear} |`;
};

test("the guide prints every rule recipes are guessed by, in order", () => {
  const guide = readFileSync(fileURLToPath(new URL("../../docs/guide/import.md", import.meta.url)), "utf8");
  const rows = guide.split("\n").filter((row) => /^\| [a-z-]+ \| \p{Script=Han}/u.test(row));
  expect(rows).toEqual(GUESS_RULES.map(line));
});
