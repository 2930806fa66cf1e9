/**
 * Every component on one page, for looking at. Run `npx tsx test/portal/gallery.tsx OUT` to write it as
 * pictures in both languages, three widths and all appearances.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CapacityBars } from "../../src/web/charts/capacity-bars.js";
import { Cartogram } from "../../src/web/charts/cartogram.js";
import { HeatMap } from "../../src/web/charts/heat-map.js";
import { PeriodColumns } from "../../src/web/charts/period-columns.js";
import { WaitStrip } from "../../src/web/charts/wait-strip.js";
import type { Language } from "../../src/text/text.js";
import { voiceOf } from "../../src/text/voice.js";
import { problem } from "../../src/domain/problem.js";
import { assets, fontFile } from "../../src/web/portal/assets.js";
import { Answers, Facts } from "../../src/web/portal/components/answers.js";
import { Breadcrumbs } from "../../src/web/portal/components/breadcrumbs.js";
import { DataTable } from "../../src/web/portal/components/data-table.js";
import { DeadlineLight } from "../../src/web/portal/components/deadline.js";
import { ErrorSummary } from "../../src/web/portal/components/error-summary.js";
import { Choices, SelectField, TextArea, TextField } from "../../src/web/portal/components/field.js";
import { Heading } from "../../src/web/portal/components/heading.js";
import { Details, Empty, Notice, Progress, Receipt, Seal, Stat, Tabs, TaskList } from "../../src/web/portal/components/panels.js";
import { SearchBox } from "../../src/web/portal/components/search-box.js";
import { RequestTag, StepTag } from "../../src/web/portal/components/tag.js";
import { Timeline } from "../../src/web/portal/components/timeline.js";
import type { Frame } from "../../src/web/portal/frame.js";
import { Layout } from "../../src/web/portal/layout.js";
import type { Preferences } from "../../src/web/portal/preferences.js";
import { launchBrowser } from "../support/browser.js";

/** Height of one picture: what an eye takes in at once. */
const SHEET_PX = 1500;

const counties = [
  ["522301", "兴义市", "Xingyi", 812], ["522302", "兴仁市", "Xingren", 402], ["522323", "普安县", "Pu'an", 188],
  ["522324", "晴隆县", "Qinglong", 96], ["522325", "贞丰县", "Zhenfeng", 260], ["522326", "望谟县", "Wangmo", 0],
  ["522327", "册亨县", "Ceheng", 74], ["522328", "安龙县", "Anlong", 333],
] as const;

function page(preferences: Preferences): string {
  const voice = voiceOf(preferences.language);
  const zh = voice.language === "zh";
  const two = (a: string, b: string): string => (zh ? a : b);
  const frame: Frame = {
    voice, preferences, path: "/gallery", version: "0.1.0",
    pool: { id: "qianxinan", names: { zh: "黔西南州", en: "Qianxinan" }, sandbox: false },
    person: { name: two("王小梅", "Wang Xiaomei") },
    rooms: ["hall", "desk", "centre"], room: "hall", here: "items",
  };
  return String(
    <Layout frame={frame} title={two("组件", "Components")} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: "#", label: two("首页", "Home") }, { href: "#", label: two("餐饮", "Food") }]} />}>
      <div class="stack-l">
        <Heading over={two("行政许可 · 县级", "Licence · County")} title={two("食品经营许可（新办）", "Food business licence (new)")} lead={two("开餐馆、小吃店、食品超市之前要办。办好之后五年有效。", "You need it before you open a restaurant, a snack bar or a food shop. It is valid for five years.")} facts={<><RequestTag voice={voice} state="in_progress" /><DeadlineLight voice={voice} deadline={{ kind: "on_time", days: 6 }} /></>} />
        <SearchBox voice={voice} action="#" large placeholderHint={two("例如：开餐馆、生孩子、低保", "For example: open a restaurant, newborn, allowance")} />
        <div class="row">{(["received", "in_progress", "supplement", "unservable", "completed", "rejected", "withdrawn"] as const).map((state) => <RequestTag voice={voice} state={state} />)}</div>
        <div class="row">{(["blocked", "ready", "working", "done", "rejected", "cancelled"] as const).map((state) => <StepTag voice={voice} state={state} />)}</div>
        <div class="row">
          <DeadlineLight voice={voice} deadline={{ kind: "on_time", days: 12 }} /><DeadlineLight voice={voice} deadline={{ kind: "soon", days: 2 }} />
          <DeadlineLight voice={voice} deadline={{ kind: "today" }} /><DeadlineLight voice={voice} deadline={{ kind: "overdue", days: 3 }} />
          <DeadlineLight voice={voice} deadline={{ kind: "paused" }} /><DeadlineLight voice={voice} deadline={{ kind: "kept" }} />
        </div>
        <div class="row">
          <a class="button button--start" href="#">{two("开始办理", "Start now")}</a><button class="button">{two("继续", "Continue")}</button>
          <button class="button button--quiet">{two("存为草稿", "Save and return later")}</button><button class="button button--grave">{two("作出不予决定", "Decide: refuse")}</button>
        </div>
        <ErrorSummary voice={voice} problems={[problem("input.missing", {}, { field: "answers.name" }), problem("input.out_of_range", { min: 1, max: 500 }, { field: "answers.area" })]} labels={{ "answers-name": two("店铺名称", "Name of the shop"), "answers-area": two("面积", "Area") }} />
        <form class="column">
          <TextField voice={voice} id="answers-name" label={two("店铺名称", "Name of the shop")} hint={two("与营业执照上的一致", "As on the business licence")} error={two("缺少必填内容。", "A required value is missing.")} />
          <TextField voice={voice} id="area" label={two("经营面积（平方米）", "Floor area (m²)")} type="number" width="short" value="68" />
          <SelectField voice={voice} id="place" label={two("在哪里经营", "Where")} options={counties.map(([value, a, b]) => ({ value, label: two(a, b) }))} none={two("请选择", "Choose")} />
          <Choices voice={voice} id="kind" label={two("经营方式", "Kind of business")} options={[{ value: "a", label: two("堂食", "Eating in"), hint: two("顾客在店内用餐", "Customers eat on the premises") }, { value: "b", label: two("外卖", "Delivery only") }]} values={["a"]} />
          <Choices voice={voice} id="also" type="checkbox" optional label={two("还做这些", "Also")} options={[{ value: "a", label: two("凉菜", "Cold dishes") }, { value: "b", label: two("生食", "Raw food") }]} values={["b"]} />
          <TextArea voice={voice} id="note" label={two("补充说明", "Remarks")} optional />
        </form>
        <Receipt title={two("申请已收到", "Your request has arrived")} label={two("办件编号", "Request number")} number="522301-20261122-000417">
          <p>{two("最迟 2026年12月3日 周四 给您结果。", "You will have an answer by Thu 3 Dec 2026.")}</p>
        </Receipt>
        <div class="row"><Seal>{two("准予", "GRANTED")}</Seal><Seal>{two("不予", "REFUSED")}</Seal></div>
        <Answers voice={voice} answers={[{ label: two("店铺名称", "Name"), value: two("老街羊肉粉", "Old Street Noodles"), changeHref: "#" }, { label: two("补充说明", "Remarks"), value: undefined, changeHref: "#" }]} />
        <Timeline entries={[
          { title: two("收件", "Received"), kind: "done", meta: [voice.dateTime(1795315200000)] },
          { title: two("受理", "Acceptance"), kind: "done", meta: [two("兴义市市场监督管理局", "Xingyi Market Regulation Bureau"), voice.date(1795315200000)] },
          { title: two("现场核查", "Inspection"), kind: "now", state: <StepTag voice={voice} state="working" />, meta: [two("兴义市市场监督管理局", "Xingyi Market Regulation Bureau"), two("应于 2026年11月26日 周四 前完成", "due Thu 26 Nov 2026")], body: <Details summary={two("为什么安排给这个单位", "Why this unit")}>{two("共有 12 个资源可用，其中 7 个不管辖该地，2 个当天已满。", "12 resources were considered; 7 have no jurisdiction there, 2 were full that day.")}</Details> },
          { title: two("决定", "Decision"), kind: "later", meta: [] },
          { title: two("送达", "Delivery"), kind: "later", meta: [] },
        ]} />
        <Timeline entries={[{ title: two("请补正材料", "Something is missing"), kind: "needs-you", meta: [] }, { title: two("不予许可", "Refused"), kind: "decided", meta: [] }, { title: two("已超期", "Overdue"), kind: "alarm", meta: [] }]} />
        <TaskList tasks={[{ href: "#", label: two("经营场所", "Premises"), state: <StepTag voice={voice} state="done" /> }, { href: "#", label: two("材料", "Papers"), hint: two("3 份，其中 1 份免交", "3 papers, 1 of them waived"), state: <StepTag voice={voice} state="working" /> }, { label: two("声明与提交", "Declaration"), state: <StepTag voice={voice} state="blocked" /> }]} />
        <Notice><p>{two("这里没有您需要做的事。", "There is nothing you need to do.")}</p></Notice>
        <Notice kind="warning"><p>{two("撤回后不能恢复。", "A withdrawn request cannot be restored.")}</p></Notice>
        <Notice kind="alarm"><p>{two("有 3 个环节已超期。", "3 steps are overdue.")}</p></Notice>
        <Empty title={two("还没有办件", "No requests yet")} text={two("从“全部事项”里找到要办的事，点“开始办理”。", "Find what you need under All services and press Start.")} action={{ href: "#", label: two("查看全部事项", "See all services") }} />
        <Tabs label="x" tabs={[{ href: "#", label: two("待办", "To do"), count: "12", current: true }, { href: "#", label: two("办理中", "Working"), count: "3", current: false }]} />
        <div class="stats">
          <Stat voice={voice} label={two("等待中的环节", "Steps waiting")} figure="2,165" href="#" definition={two("此刻处于“等待安排”的环节数。", "Steps in the state “waiting for a place” right now.")} />
          <Stat voice={voice} label={two("今日人员容量", "Staff capacity today")} figure="48,300" unit={two("分钟", "minutes")} note={two("已用 84%", "84% used")} definition={two("今天各单位在池人员资源的容量之和。", "Sum of the capacity of all staff resources today.")} />
          <Stat voice={voice} label={two("超期办件", "Overdue requests")} figure="7" href="#" definition="…" />
        </div>
        <Progress voice={voice} label={two("正在读取表格", "Reading the table")} done={43120} total={100000} />
        <Facts facts={[[two("事项编码", "Code"), <code>QXN-FOOD-001</code>], [two("法定时限", "Statutory limit"), two("20 个工作日", "20 working days")]]} />
        <DataTable voice={voice} caption={two("资源", "Resources")} note={two("共 1,284 条", "1,284 rows")} cards columns={[
          { key: "code", label: two("编号", "Code"), header: true, cell: (row: { c: string; n: number }) => <a href="#">{row.c}</a>, sort: { href: "#", now: "ascending" } },
          { key: "n", label: two("容量", "Capacity"), number: true, cell: (row) => voice.number(row.n), sort: { href: "#" } },
          { key: "s", label: two("状态", "State"), cell: () => <StepTag voice={voice} state="working" /> },
        ]} rows={[{ c: "xingyi-review-01", n: 420 }, { c: "xingyi-review-02", n: 12600 }]} next="#" exports={{ csv: "#", xlsx: "#" }} />
        <HeatMap voice={voice} caption={two("等待环节：资源类 × 县市", "Steps waiting: class × county")} corner={two("资源类", "Class")} columns={counties.map(([, a, b]) => two(a, b))} rows={[two("审查", "Review"), two("核查", "Inspection"), two("窗口", "Counter")].map((label, r) => ({ label, cells: counties.map(([, , , v], i) => ({ value: (r + i) % 5 === 0 ? undefined : Math.round(v / (r + 1)), href: "#" })) }))} say={(v) => voice.number(v)} />
        <div class="split split--half">
          <Cartogram voice={voice} prefecture="522300" caption={two("等待环节：各县市", "Steps waiting by county")} tiles={counties.map(([code, a, b, value]) => ({ code, label: two(a, b), value, href: "#" }))} say={(v) => voice.number(v)} />
          <CapacityBars voice={voice} id="bars" caption={two("今日容量：各类人员", "Capacity today: staff")} bars={[
            { label: two("审查", "Review"), capacity: 12600, held: 5000, settled: 4200, say: (n) => voice.amount(n, "minute") },
            { label: two("现场核查", "Inspection"), capacity: 4200, held: 3000, settled: 1600, say: (n) => voice.amount(n, "minute") },
            { label: two("窗口", "Counter"), capacity: 120, held: 12, settled: 0, say: (n) => voice.amount(n, "piece") },
          ]} />
        </div>
        <WaitStrip voice={voice} caption={two("等待时间", "Waits")} rows={[{ label: two("受理", "Acceptance"), p50: 12, p90: 60, p99: 200 }, { label: two("审查", "Review"), p50: 90, p90: 400, p99: 900 }]} />
        <PeriodColumns voice={voice} id="periods" caption={two("未来 14 天", "Next 14 days")} columns={Array.from({ length: 14 }, (_, i) => ({ label: String(23 + i), capacity: i % 7 > 4 ? 0 : 420, held: i % 7 > 4 ? 0 : Math.max(0, 300 - i * 30), settled: i === 0 ? 200 : 0 }))} />
      </div>
    </Layout>,
  );
}

export async function main(out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  let html = "";
  const server = createServer((request, response) => {
    const asset = assets.find((one) => one.path === request.url);
    const font = request.url?.startsWith("/assets/fonts/") ? fontFile(request.url.slice("/assets/fonts/".length)) : undefined;
    response.setHeader("content-security-policy", "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:");
    response.setHeader("content-type", asset?.type ?? (font === undefined ? "text/html; charset=utf-8" : "font/woff2"));
    response.end(asset?.body ?? font ?? html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gallery`;
  const browser = await launchBrowser();
  const looks: readonly (readonly [string, Preferences, number])[] = [
    ["zh-light-1280", { language: "zh", large: false, theme: "light" }, 1280],
    ["en-light-1280", { language: "en", large: false, theme: "light" }, 1280],
    ["zh-light-360", { language: "zh", large: false, theme: "light" }, 360],
    ["en-light-360", { language: "en", large: false, theme: "light" }, 360],
    ["zh-dark-1280", { language: "zh", large: false, theme: "dark" }, 1280],
    ["zh-large-1280", { language: "zh", large: true, theme: "light" }, 1280],
    ["zh-large-360", { language: "zh", large: true, theme: "light" }, 360],
  ];
  for (const [name, preferences, width] of looks) {
    html = page(preferences);
    writeFileSync(join(out, `${name}.html`), html);
    const tab = await browser.newPage({ viewport: { width, height: 900 } });
    tab.on("console", (message) => console.log(name, message.text()));
    await tab.goto(url, { waitUntil: "load" });
    await tab.evaluate("document.fonts.ready");
    const overflow = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (overflow !== 0) console.log(name, "scrolls sideways by", overflow);
    if (overflow !== 0) console.log(await tab.evaluate(`[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-wrap, .chart__scroll")).slice(0, 8).map((e) => e.outerHTML.slice(0, 120))`));
    const height = Number(await tab.evaluate("document.documentElement.scrollHeight"));
    for (let part = 0, y = 0; y < height; part += 1, y += SHEET_PX) {
      const clip = { x: 0, y, width, height: Math.min(SHEET_PX, height - y) };
      await tab.screenshot({ path: join(out, `${name}-${part}.png`), fullPage: true, clip });
    }
    await tab.close();
  }
  await browser.close();
  server.close();
}

const out = process.argv[2];
if (out !== undefined) await main(out);
