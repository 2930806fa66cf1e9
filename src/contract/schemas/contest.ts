import { z } from "@hono/zod-openapi";
import { CONTEST_DAYS_MAX, CONTEST_STATES, STANCES } from "../../domain/org/contest.js";
import { instant, localDate, pageQuery, text, whole } from "./common.js";

const said = {
  stance: z.enum(STANCES).openapi({ description: "`claims`: the matter is the unit's own; `declines`: it is not." }),
  statement: text(2_000, 1),
  basis: text(2_000, 1).openapi({ description: "Law and article." }),
};

export const newContest = z
  .strictObject({
    unit: text(63, 1).openapi({ description: "Who speaks." }),
    against: z.array(text(63, 1)).min(1).max(11).openapi({ description: "The other units, which are called to answer." }),
    item: text(120, 1).optional(),
    class: text(160, 1).optional().openapi({ description: "A class of functions: every item that asks it of its competent unit." }),
    division: text(12, 1).optional(),
    request: text(63, 1).optional().openapi({ description: "Only this case; then neither item nor division." }),
    ...said,
    workingDays: whole(0, CONTEST_DAYS_MAX).optional().openapi({ description: "Absent: seven." }),
    termBasis: text(2_000, 1).optional().openapi({ description: "The law that sets another number of days." }),
  })
  .openapi("NewContest");

export const contestStatement = z.strictObject({ unit: text(63, 1), ...said });

export const newRuling = z.strictObject({
  unit: text(63, 1).nullable().openapi({ description: "Whose it is; null, with `replaces`: as it would be without a ruling." }),
  grounds: text(2_000, 1),
  basis: text(2_000, 1).openapi({ description: "Law and article." }),
  from: localDate.optional().openapi({ description: "First day; absent: today." }),
  to: localDate.optional().openapi({ description: "Last day; absent: until another ruling." }),
  replaces: whole(1, 10_000).optional().openapi({ description: "The number of the ruling this one replaces." }),
});

export const contestParam = z.object({ pool: z.string(), contest: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const contestQuery = z.strictObject({ ...pageQuery, unit: z.string().max(63).optional(), state: z.enum(CONTEST_STATES).optional() });

export const contestShown = z
  .object({
    contest: z.number().int(),
    item: z.string().nullable(),
    class: z.string().nullable(),
    division: z.string(),
    request: z.string().nullable(),
    kind: z.enum(["positive", "negative", "undecided", "none"]).openapi({ description: "`positive`: more than one claims it; `negative`: nobody does; `undecided`: some have not answered; `none`: one alone claims it." }),
    state: z.enum(CONTEST_STATES),
    parties: z.array(z.object({ unit: z.string(), stance: z.enum(STANCES).nullable(), statement: z.string().nullable(), basis: z.string().nullable(), at: instant.nullable() })),
    openedAt: instant,
    workingDays: z.number().int(),
    termBasis: z.string(),
    dueAt: instant.openapi({ description: "When it goes to the coordinator unless the units agree." }),
    coordinator: z.string().nullable().openapi({ description: "The nearest unit above all parties that is none of them; null: the centre decides." }),
    escalatedAt: instant.nullable(),
    rulingDueAt: instant.nullable(),
    rulings: z.array(
      z.object({
        ruling: z.number().int(),
        unit: z.string().nullable(),
        grounds: z.string(),
        basis: z.string(),
        from: z.string(),
        to: z.string().nullable(),
        inNameOf: z.string().nullable(),
        at: instant,
        beganAt: instant.nullable(),
        endedAt: instant.nullable(),
        replaced: z.boolean(),
        referred: z.number().int().openapi({ description: "Open cases that went to the unit." }),
      }),
    ),
    generation: z.number().int(),
  })
  .openapi("Contest");
