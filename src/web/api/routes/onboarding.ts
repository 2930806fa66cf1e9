import { z } from "@hono/zod-openapi";
import { unitChecklist } from "../../../app/onboarding/checklist.js";
import { importUnitWorkbook } from "../../../app/onboarding/import-workbook.js";
import { unitWorkbook } from "../../../app/onboarding/export-workbook.js";
import { publishUnit } from "../../../app/org/declare-unit.js";
import { checklistShown, workbookReportShown } from "../../../contract/schemas/onboarding.js";
import { unitShown } from "../../../contract/schemas/register.js";
import { ok } from "../../../domain/result.js";
import { pointTodo, pointWords } from "../../../text/onboarding.js";
import { defineRoute, TABLE_TYPES, type Route } from "../route.js";
import { shownUnit } from "../shown-register.js";

const unitParam = z.object({ pool: z.string(), unit: z.string().max(120) });

const checklist = defineRoute({
  method: "get",
  path: "/units/{unit}/onboarding",
  access: "onboarding.read",
  tag: "units",
  summary: "What keeps the unit off the public catalogue, and what is done",
  params: unitParam,
  response: checklistShown,
  async handle({ deps, actor, pool, params, language }) {
    const found = await unitChecklist(deps, actor, pool, params.unit);
    if (!found.ok) return found;
    const { unit, entries } = found.value;
    return ok({
      body: {
        unit: unit.id,
        public: unit.published,
        complete: entries.every(({ done }) => done),
        points: entries.map(({ point, done, gaps }) => ({
          point,
          title: pointWords[point][language],
          done,
          todo: done ? null : pointTodo[point][language],
          gaps: gaps.map(({ object, names, classes }) => ({ object, names, classes: [...classes] })),
        })),
      },
      generation: unit.generation,
    });
  },
});

const publication = defineRoute({
  method: "post",
  path: "/units/{unit}/publication",
  access: "unit.publish",
  tag: "units",
  summary: "Open the unit to the public; refused with everything its checklist still lacks",
  params: unitParam,
  ifMatch: true,
  response: unitShown,
  problems: ["unit.incomplete", "object.transition_illegal"],
  async handle({ deps, actor, pool, params, ifMatch }) {
    const done = await publishUnit(deps, actor, pool, params.unit, ifMatch);
    return done.ok ? ok({ body: shownUnit(done.value), generation: done.value.generation }) : done;
  },
});

const workbook = defineRoute({
  method: "get",
  path: "/units/{unit}/workbook",
  access: "onboarding.read",
  tag: "units",
  summary: "The unit's workbook: every sheet with its headings and what is there already",
  params: unitParam,
  file: true,
  response: z.unknown(),
  problems: ["table.too_many_rows"],
  async handle({ deps, actor, pool, params, language }) {
    const written = await unitWorkbook(deps, actor, pool, params.unit, language);
    return written.ok ? ok({ body: null, file: { name: `${params.unit}.xlsx`, type: TABLE_TYPES[1], content: whole(written.value) } }) : written;
  },
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const submission = defineRoute({
  method: "post",
  path: "/units/{unit}/workbook",
  access: "onboarding.submit",
  tag: "units",
  summary: "Take the unit's workbook in: people, posts, counters, hours, resources and items, all of it or nothing",
  params: unitParam,
  query: z.object({ fileName: z.string(), dryRun: z.enum(["true", "false"]).default("false") }),
  upload: true,
  secrets: ["links"],
  response: workbookReportShown,
  problems: ["table.not_a_workbook", "table.sheet_missing", "table.missing_columns", "table.unknown_column", "import.outside_scope", "identity.login_name_taken", "unit.two_heads", "input.missing", "input.duplicate", "input.unknown_reference"],
  async handle({ deps, actor, pool, params, query, table }) {
    try {
      const taken = await importUnitWorkbook(deps, actor, pool, params.unit, table, { dryRun: query.dryRun === "true" });
      if (!taken.ok) return taken;
      const { links, nouns, changes, ...rest } = taken.value;
      return ok({ body: { ...rest, nouns: [...nouns], changes: [...changes], links: links.map(({ name, loginName, secret }) => ({ name, loginName, link: `/set-password/${secret}` })) } });
    } finally {
      await deps.tables.drop(table);
    }
  },
});

export const onboardingRoutes: readonly Route[] = [checklist, publication, workbook, submission];
