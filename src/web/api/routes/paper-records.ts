import { z } from "@hono/zod-openapi";
import { recordPaperTable } from "../../../app/request/record-paper-table.js";
import { recordPaper } from "../../../app/request/record-paper.js";
import { statusCodeOf } from "../../../app/request/status-code.js";
import { newPaperRecord, receiptSchema, recordedSheets } from "../../../contract/schemas/request.js";
import { parseUnitId } from "../../../domain/id.js";
import { ok } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import { defineRoute, type Call, type Route } from "../route.js";
import { shownReceipt } from "../shown-request.js";

type KeptReceipt = z.output<typeof receiptSchema>;
/** As on every receipt: the code is not kept, and worked out anew for whoever asks again. */
const withoutCode = (receipt: KeptReceipt): KeptReceipt => ({ ...receipt, statusCode: "" });
const withCode = (receipt: KeptReceipt, { deps }: Pick<Call<unknown, unknown, unknown>, "deps">): KeptReceipt => ({ ...receipt, statusCode: statusCodeOf(deps.vault, receipt.request) });

const record = defineRoute({
  method: "post",
  path: "/paper-records",
  access: "request.record-paper",
  tag: "requests",
  summary: "Enter what somebody asked on paper: dates count from now, the place in the queue from when it was asked",
  body: newPaperRecord,
  status: 201,
  response: receiptSchema,
  again: { without: withoutCode, made: withCode },
  problems: ["paper.in_future", "paper.too_old", "paper.serial_taken", "paper.other_desk", "request.no_competent_unit", "request.audience_wrong", "input.missing", "input.unknown_reference", "identity.number_invalid", "identity.phone_invalid"],
  async handle({ deps, actor, pool, body }) {
    const unit = parseUnitId(body.unit, "unit");
    if (!unit.ok) return unit;
    const receipt = await recordPaper(deps, actor, pool, { ...body, unit: unit.value, occurredAt: Date.parse(body.occurredAt) });
    return receipt.ok ? ok({ body: shownReceipt(receipt.value), location: `/requests/${receipt.value.publicId}`, generation: 1 }) : receipt;
  },
});

const recordTable = defineRoute({
  method: "post",
  path: "/paper-record-tables",
  access: "request.record-paper",
  tag: "requests",
  summary: "Enter a table of sheets (CSV or XLSX): each row stands by itself, a refused one stops none",
  query: z.object({ unit: z.string(), fileName: z.string() }),
  upload: true,
  status: 201,
  response: recordedSheets,
  again: {
    without: ({ rows }) => ({ rows: rows.map((row) => ({ ...row, receipt: row.receipt && withoutCode(row.receipt) })) }),
    made: ({ rows }, call) => ({ rows: rows.map((row) => ({ ...row, receipt: row.receipt && withCode(row.receipt, call) })) }),
  },
  problems: ["input.out_of_range"],
  async handle({ deps, actor, pool, query, table, language }) {
    try {
      const unit = parseUnitId(query.unit, "unit");
      if (!unit.ok) return unit;
      const recorded = await recordPaperTable(deps, actor, pool, unit.value, table);
      if (!recorded.ok) return recorded;
      const rows = recorded.value.map(({ receipt, problems, ...row }) => ({
        ...row,
        receipt: receipt && shownReceipt(receipt),
        problems: problems.map((one) => ({ code: one.code, title: problemTitle(language, one), detail: problemTodo(language, one), ...(one.field === undefined ? {} : { field: one.field }) })),
      }));
      return ok({ body: { rows } });
    } finally {
      await deps.tables.drop(table);
    }
  },
});

export const paperRecordRoutes: readonly Route[] = [record, recordTable];
