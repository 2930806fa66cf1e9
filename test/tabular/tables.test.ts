import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Cell, SheetLayout, TableEvent } from "../../src/app/ports/tables.js";
import { readHeader } from "../../src/tabular/header.js";
import { createTables } from "../../src/tabular/tables.js";

const directory = mkdtempSync(join(tmpdir(), "govpool-tabular-"));
const tables = createTables({ directory });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const layout: SheetLayout = {
  sheet: "resources",
  zh: "资源",
  en: "Resources",
  columns: [
    { key: "resource", zh: "编号", en: "Resource", required: true },
    { key: "name", zh: "名称", en: "Name" },
    { key: "total", zh: "总量", en: "Total", type: "number", required: true },
  ],
};

async function* once(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function read(body: AsyncIterable<Uint8Array>, name = "t.csv"): Promise<TableEvent[]> {
  const kept = await tables.keep(body, name);
  if (!kept.ok) return [{ kind: "broken", problems: kept.problems }];
  const events: TableEvent[] = [];
  for await (const event of tables.read(kept.value, layout)) events.push(event);
  await tables.drop(kept.value);
  return events;
}

const rowsOf = (events: TableEvent[]) => events.flatMap((event) => (event.kind === "row" ? [{ line: event.line, ...event.cells }] : []));
const wrong = (events: TableEvent[]) => events.flatMap((event) => (event.kind === "expect" ? [] : event.problems.map(({ code, line }) => `${code}@${line ?? "-"}`)));

const TABLE = "编号,名称,总量\r\nnorth-1,审查岗,420\r\n";
const gb18030 = (text: string): Buffer => execFileSync("iconv", ["-f", "UTF-8", "-t", "GB18030"], { input: text });

describe("a table is read", () => {
  test.each([
    ["UTF-8", Buffer.from(TABLE)],
    ["UTF-8 with a byte order mark", Buffer.from(`﻿${TABLE}`)],
    ["UTF-16 little endian, as spreadsheets save Unicode text with tabs", Buffer.from(`﻿${TABLE.replaceAll(",", "\t")}`, "utf16le")],
    ["UTF-16 big endian", Buffer.from(`﻿${TABLE}`, "utf16le").swap16()],
    ["GB18030, as Chinese spreadsheets save CSV", Buffer.from("b1e0bac52cc3fbb3c62cd7dcc1bf0d0a6e6f7274682d312cc9f3b2e9b8da2c3432300d0a", "hex")],
    ["line feeds only", Buffer.from(TABLE.replaceAll("\r", ""))],
    ["no line end at the end", Buffer.from(TABLE.trimEnd())],
    ["semicolons", Buffer.from(TABLE.replaceAll(",", ";"))],
  ])("in %s", async (_name, bytes) => {
    const events = await read(once(bytes));
    expect(wrong(events)).toEqual([]);
    expect(rowsOf(events)).toEqual([{ line: 2, resource: "north-1", name: "审查岗", total: "420" }]);
  });

  test("in GB18030 when the first Chinese character comes after a megabyte of ASCII", async () => {
    const many = "resource,name,total\n" + "a1,x,1\n".repeat(200_000);
    const events = await read(once(many, Buffer.from([0x7a, 0x31, 0x2c, 0xc9, 0xf3, 0x2c, 0x35, 0x0a])));
    expect(wrong(events)).toEqual([]);
    expect(rowsOf(events).at(-1)).toEqual({ line: 200_002, resource: "z1", name: "审", total: "5" });
  });

  test("with a character cut in two by a chunk", async () => {
    const bytes = Buffer.from(TABLE);
    expect(rowsOf(await read(once(...[...bytes].map((byte) => Buffer.from([byte])))))).toHaveLength(1);
  });

  test("with English, Chinese and mixed header names, a star for required, and the problem column of an error report", async () => {
    for (const header of ["resource,name,total", "Resource,Name,Total", "编号*, 名称 ,TOTAL", "编号,名称,总量,问题", "problem,编号,name,总量"]) {
      const cells = header.split(",").map((name) => (/resource|编号/i.test(name) ? "n1" : /total|总量/i.test(name) ? "3" : "x"));
      expect(rowsOf(await read(once(`${header}\n${cells.join(",")}\n`)))).toEqual([{ line: 2, resource: "n1", name: "x", total: "3" }]);
    }
  });

  test("and its lines are those of an editor, across quoted line breaks and empty rows", async () => {
    const events = await read(once('resource,name,total\na1,"two\r\nlines",1\r\n\r\n\r\n,,\r\nb2,x,2\r\n'));
    expect(rowsOf(events).map(({ line }) => line)).toEqual([2, 7]);
  });
});

describe("a broken table says what and where", () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ["nothing in it", "", ["table.empty@-"]],
    ["only line ends", "\r\n\r\n", ["table.empty@-"]],
    ["a missing column", "resource,name\na1,x\n", ["table.missing_columns@1"]],
    ["an unknown column", "resource,total,colour\na1,1,red\n", ["table.unknown_column@1"]],
    ["a column twice, by two names", "resource,total,总量\na1,1,1\n", ["table.duplicate_column@1"]],
    ["a quote left open", 'resource,name,total\na1,x,1\nb2,"y,2\nc3,z,3\n', ["table.quote_open@3"]],
    ["a quote left open for longer than any row", `resource,name,total\na1,"${"y,2\n".repeat(100_000)}`, ["table.quote_open@2"]],
    ["a quote in the middle of a cell", 'resource,name,total\na1,x"y",1\n', ["table.quote_misplaced@2"]],
    ["text after a closing quote", 'resource,name,total\na1,"x"y,1\n', ["table.quote_misplaced@2"]],
    ["one endless line", `resource,name,total\na1,${"y".repeat(300_000)}`, ["table.row_too_long@2"]],
    ["one endless line of commas", `resource,name,total\na1${",".repeat(300_000)}`, ["table.row_too_long@2"]],
    ["a row with too many cells", "resource,name,total\na1,x,1\nb2,y,z,2\n", ["table.too_many_cells@3"]],
    ["a header of a thousand columns", `${Array.from({ length: 1000 }, (_, i) => `c${i}`).join(",")}\n`, ["table.too_many_cells@1"]],
    ["bytes of no encoding", Buffer.from([...Buffer.from("resource,name,total\na1,"), 0xff, 0xff, 0x2c, 0x31, 0x0a]), ["table.encoding_unknown@1"]],
    ["a binary file named .csv", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 1]), ["table.encoding_unknown@1"]],
  ])("%s", async (_name, body, expected) => {
    expect(wrong(await read(once(body)))).toEqual(expected);
  });

  test("a column whose name cannot be kept is told of by what can be", () => {
    const { problems } = readHeader(["resource", "total", `\u0000${"y".repeat(58)}😀`], layout, { line: 1 });
    expect(problems.map(({ code, facts }) => [code, facts])).toEqual([["table.unknown_column", { column: `\ufffd${"y".repeat(58)}\ufffd` }]]);
  });

  test("rows before the break were read", async () => {
    expect(rowsOf(await read(once('resource,name,total\na1,x,1\nb2,"y,2\n')))).toHaveLength(1);
  });

  test("another format is refused by content and by name", async () => {
    expect(wrong(await read(once("%PDF-1.7"), "t.pdf"))).toEqual(["table.format_unknown@-"]);
    expect(wrong(await read(once("PK\x03\x04xxxx"), "t.csv"))).toEqual(["table.format_unknown@-"]);
    expect(wrong(await read(once("PK\x03\x04xxxx"), "t.xlsx"))).toEqual(["table.not_a_workbook@-"]);
    expect(wrong(await read(once("resource,total\n"), "t.xlsx"))).toEqual(["table.format_unknown@-"]);
  });

  test("endless rows end at the limit, with memory flat", async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("resource,name,total\n");
      const block = Buffer.from("a-name-1,b,1\n".repeat(10_000));
      for (let i = 0; i < 110; i += 1) yield block;
    }
    const kept = await tables.keep(endless(), "endless.csv");
    if (!kept.ok) throw new Error("kept");
    let rows = 0;
    const before = process.memoryUsage().arrayBuffers;
    let most = before;
    const problems: string[] = [];
    for await (const event of tables.read(kept.value, layout)) {
      if (event.kind === "row") rows += 1;
      if (rows % 50_000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
      if (event.kind === "broken") problems.push(...event.problems.map(({ code }) => code));
    }
    await tables.drop(kept.value);
    expect(problems).toEqual(["table.too_many_rows"]);
    expect(rows).toBe(1_000_000);
    expect(most - before).toBeLessThan(64 * 1024 * 1024);
  });
});

async function* rows(...all: Cell[][]): AsyncGenerator<Cell[]> {
  yield* all;
}
const csvOf = async (...all: Cell[][]): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of tables.writeCsv(layout, rows(...all), "zh")) parts.push(part);
  return Buffer.concat(parts);
};
const xlsxOf = async (...all: Cell[][]): Promise<Buffer> => {
  const written = await tables.writeXlsx([{ layout, rows: rows(...all) }], "zh");
  if (!written.ok) throw new Error(written.problems[0].code);
  return Buffer.from(written.value);
};

describe("an export", () => {
  test("of CSV has a byte order mark, quotes everything and disarms formulas", async () => {
    const text = (await csvOf(["a1", '=HYPERLINK("http://x")', 5], ["b2", " ＝1+1", null])).toString("utf8");
    expect(text).toBe('﻿"编号","名称","总量"\r\n"a1","\'=HYPERLINK(""http://x"")","5"\r\n"b2","\' ＝1+1",""\r\n');
  });

  test.each(["=1+1", "+1", "-1", "@x", "＝1", "'quoted", "''", "普通", "a,b\"c\nd", "00012", "𠀀𪚥"])("of %j comes back as it was, by CSV and XLSX", async (name) => {
    for (const [bytes, file] of [[await csvOf(["a1", name, 7]), "t.csv"], [await xlsxOf(["a1", name, 7]), "t.xlsx"]] as const) {
      expect(rowsOf(await read(once(bytes), file))).toEqual([{ line: 2, resource: "a1", name, total: "7" }]);
    }
  });

  test("of any text comes back as it was by CSV", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" }).map((s) => s.replace(/[\0\r\uD800-\uDFFF]/g, "").trim()), { minLength: 1, maxLength: 8 }), async (names) => {
        const back = rowsOf(await read(once(await csvOf(...names.map((name, i): Cell[] => [`r${i}`, name, i])))));
        expect(back.map((row) => (row as unknown as { name: string }).name)).toEqual(names);
      }),
      { numRuns: 60 },
    );
  });

  test("of XLSX holds no formula cell", async () => {
    const bytes = await xlsxOf(["a1", "=1+1", 5]);
    expect(bytes.includes("<f>")).toBe(false);
  });

  test("of a hundred thousand rows streams as CSV and is refused as XLSX", async () => {
    async function* many(): AsyncGenerator<Cell[]> {
      for (let i = 0; i < 100_000; i += 1) yield [`r-${i}`, "x", i];
    }
    let bytes = 0;
    for await (const part of tables.writeCsv(layout, many(), "en")) bytes += part.length;
    expect(bytes).toBeGreaterThan(1_000_000);
    const refusal = await tables.writeXlsx([{ layout, rows: many() }], "en");
    expect(refusal.ok ? "" : refusal.problems[0].code).toBe("table.too_many_rows");
  });

  test("closes its rows when the reader leaves early", async () => {
    let closed = false;
    async function* watched(): AsyncGenerator<Cell[]> {
      try {
        for (;;) yield ["r", "x".repeat(1000), 1];
      } finally {
        closed = true;
      }
    }
    for await (const part of tables.writeCsv(layout, watched(), "en")) if (part.length > 0) break;
    await expect.poll(() => closed).toBe(true);
  });
});

/** A ZIP archive written by hand, so that it can lie. */
function zip(parts: { name: string; content: Buffer; claim?: number }[]): Buffer {
  const locals: Buffer[] = [];
  const directoryParts: Buffer[] = [];
  let at = 0;
  for (const { name, content, claim } of parts) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(claim ?? content.length, 22);
    local.writeUInt16LE(title.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claim ?? content.length, 24);
    entry.writeUInt16LE(title.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, title, packed);
    directoryParts.push(entry, title);
    at += 30 + title.length + packed.length;
  }
  const list = Buffer.concat(directoryParts);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}

describe("a workbook that would not stay small", () => {
  const sheet = (cells: string): Buffer => Buffer.from(`<worksheet><sheetData>${cells}</sheetData></worksheet>`);
  const BOMB = 130 * 1024 * 1024;
  test.each<[string, { name: string; content: Buffer; claim?: number }[], string]>([
    ["unpacks to gigabytes", [{ name: "xl/workbook.xml", content: Buffer.alloc(BOMB) }], "table.workbook_too_large"],
    ["lies about its size", [{ name: "xl/workbook.xml", content: Buffer.alloc(BOMB), claim: 100 }], "table.workbook_too_large"],
    ["claims a size it has not", [{ name: "xl/workbook.xml", content: Buffer.from("x"), claim: 0xffffffff }], "table.workbook_too_large"],
    ["has thousands of parts", Array.from({ length: 1000 }, (_, i) => ({ name: `xl/p${i}.xml`, content: Buffer.from("x") })), "table.workbook_too_large"],
    ["names a cell in the millionth row", [{ name: "xl/worksheets/sheet1.xml", content: sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>') }], "table.too_many_rows"],
    ["names a cell in the last column", [{ name: "xl/worksheets/sheet1.xml", content: sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>') }], "table.too_many_cells"],
    ["is another kind of archive", [{ name: "readme.txt", content: Buffer.from("x") }], "table.not_a_workbook"],
    ["is a workbook in name only", [{ name: "xl/workbook.xml", content: Buffer.from("<not-xml") }], "table.not_a_workbook"],
  ])("%s", async (_name, parts, code) => {
    expect(wrong(await read(once(zip(parts)), "t.xlsx"))).toEqual([`${code}@-`]);
  });

  test("a long code typed as a number is a problem of its cell", async () => {
    const written = await tables.writeXlsx([{ layout: { ...layout, columns: layout.columns.map((c) => ({ ...c, type: "number" as const })) }, rows: rows([1234567890123456789, 5, 1e15]) }], "en");
    if (!written.ok) throw new Error("written");
    const events = await read(once(written.value), "t.xlsx");
    expect(wrong(events)).toEqual(["table.number_imprecise@2", "table.number_imprecise@2"]);
  });
});

test.runIf(hasIconv())("iconv's GB18030 is read, four-byte characters included", async () => {
  expect(rowsOf(await read(once(gb18030("resource,name,total\na1,䶮𠀀龘,1\n"))))).toEqual([{ line: 2, resource: "a1", name: "䶮𠀀龘", total: "1" }]);
});

function hasIconv(): boolean {
  try {
    execFileSync("iconv", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
