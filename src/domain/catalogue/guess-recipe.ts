import type { Names, RecipeStep, Stage, StepMode } from "./item.js";
import { ENFORCEMENT_CERTIFICATE } from "./lawful-recipe.js";

/** What the columns of a foreign catalogue tell about an item. */
export interface GuessFacts {
  readonly name: string;
  /** 1 行政许可 … 20 公共服务, the common numbering of task types. */
  readonly taskTypeNumber: number;
}

/** A claim before the department is known: `authority` and `funds` become its own classes. */
interface GuessClaim {
  readonly class: string;
  readonly amount: number;
  readonly scope: "competent" | "pool";
  readonly slots?: number;
  readonly together?: true;
  readonly traits?: readonly string[];
}

export interface GuessStep {
  readonly step: string;
  readonly stage: Stage;
  readonly names: Names;
  readonly mode: StepMode;
  readonly claims: readonly GuessClaim[];
  readonly alone?: RecipeStep["alone"];
}

export interface GuessRule {
  /** Public: reports and docs name it. */
  readonly shape: string;
  readonly names: Names;
  /** Task types it is for; absent: any. */
  readonly types?: readonly number[];
  /** Words of the item's name; absent: any. */
  readonly words?: RegExp;
  /** One after the other. */
  readonly steps: readonly GuessStep[];
  readonly statutoryDays: number;
  readonly promisedDays: number;
  readonly visits: number;
  /** Requests a year of a usual item of this shape in a district of half a million people. */
  readonly perYear: number;
}

const step = (name: string, stage: Stage, zh: string, en: string, mode: StepMode, ...claims: GuessClaim[]): GuessStep => ({ step: name, stage, names: { zh, en }, mode, claims });
const minutes = (staff: string, amount: number): GuessClaim => ({ class: `staff.${staff}`, amount, scope: staff === "decision" ? "competent" : "pool" });
const data = (register: string): GuessClaim => ({ class: `data.${register}`, amount: 1, scope: "pool" });
const together = (what: string, amount: number, slots: number, scope: "competent" | "pool" = "pool"): GuessClaim => ({ class: what, amount, slots, scope, together: true });
const authority: GuessClaim = { class: "authority", amount: 1, scope: "competent" };

const accept = (amount: number): GuessStep => step("accept", "accept", "收件受理", "Accept the application", "human", minutes("intake", amount));
const counter = (...claims: GuessClaim[]): GuessStep =>
  step("accept", "accept", "窗口办理", "Serve at the counter", "human", { class: "material.counter", amount: 1, scope: "pool", slots: 1 }, ...claims);
const verify = (...registers: string[]): GuessStep => step("verify", "review", "自动核验", "Check against government data", "automatic", ...registers.map(data));
const review = (amount: number): GuessStep => step("review", "review", "审查", "Review the case", "human", minutes("review", amount));
/** Technicians who say what they found: no officers, so not two of them. */
const siteCheck = (slots: number): GuessStep => ({
  ...step("site-check", "inspect", "现场核查", "Check the site", "human", together("staff.site-check", 30, slots), together("material.vehicle", 1, slots)),
  alone: {
    reason: { zh: "由技术人员查明事实，不是执法检查，不作出处理（推测，待单位核实）", en: "Specialists establish facts; it is no enforcement and decides nothing (guessed; the unit has to confirm it)" },
    law: { zh: "中华人民共和国行政处罚法", en: "Administrative Penalty Law" },
    article: "第四十二条",
  },
});
const inspector = (slots: number): GuessClaim => ({ ...together("staff.inspection", 30, slots, "competent"), traits: [ENFORCEMENT_CERTIFICATE] });
/** Two officers with a certificate (Administrative Penalty Law, article 42, for enforcement; used for every inspection) and a vehicle. */
const inspect = (slots: number): GuessStep =>
  step("inspect", "inspect", "两名执法人员现场检查", "Inspection by two officers", "human", inspector(slots), inspector(slots), together("material.vehicle", 1, slots));
const panel = (slots: number): GuessStep =>
  step("hearing", "review", "听证或评审", "Hearing or panel", "human", together("material.meeting-room", 1, slots), together("staff.appointment", 30, slots));
const decide = (amount: number): GuessStep => step("decide", "decide", "作出决定", "Decide", "human", minutes("decision", amount), authority);
const pay = (fen: number): GuessStep => step("pay", "pay", "拨付资金", "Pay", "automatic", { class: "funds", amount: fen, scope: "competent" });
const deliver: GuessStep = step("deliver", "deliver", "制证送达", "Issue and deliver", "human", minutes("intake", 5));

/**
 * How a recipe is guessed: the first rule that fits the task type and the words of the name. Rules stand from the
 * particular to the general; the last five catch every task type citizens apply for. All amounts are assumptions, and
 * every item made from them is flagged *guessed* until its unit confirms it. `docs/guide/import.md` prints this table.
 */
export const GUESS_RULES: readonly GuessRule[] = [
  { shape: "adjudication", names: { zh: "行政裁决", en: "Adjudication" }, types: [9], steps: [accept(20), review(120), panel(4), decide(60)], statutoryDays: 60, promisedDays: 40, visits: 1, perYear: 8 },
  { shape: "award", names: { zh: "行政奖励", en: "Award" }, types: [8], steps: [accept(10), review(60), panel(2), decide(30)], statutoryDays: 40, promisedDays: 30, visits: 0, perYear: 12 },
  { shape: "enquiry", names: { zh: "咨询查询", en: "Enquiry" }, types: [20, 10], words: /咨询|查询|指引|公示|信息发布|信息公开|宣传/, steps: [accept(10), verify("e-licence")], statutoryDays: 1, promisedDays: 1, visits: 0, perYear: 900 },
  { shape: "record-print", names: { zh: "证明打印", en: "Record or certificate printed" }, types: [20, 7], words: /打印|证明|出具|开具/, steps: [verify("population", "e-licence"), deliver], statutoryDays: 2, promisedDays: 1, visits: 0, perYear: 700 },
  { shape: "booking", names: { zh: "预约报到", en: "Booking" }, types: [20], words: /预约|报名|报到|开班|活动/, steps: [step("meet", "accept", "预约接待", "Meet by appointment", "human", { class: "staff.appointment", amount: 30, scope: "pool", slots: 1 })], statutoryDays: 5, promisedDays: 3, visits: 1, perYear: 250 },
  { shape: "quarantine", names: { zh: "检疫检定", en: "Quarantine or testing" }, words: /检疫|检定|检测|检验/, steps: [accept(10), siteCheck(2), decide(5), deliver], statutoryDays: 15, promisedDays: 5, visits: 0, perYear: 90 },
  { shape: "completion-check", names: { zh: "验收核实", en: "Completion check" }, words: /验收|核实|竣工/, steps: [accept(20), review(120), inspect(4), decide(30)], statutoryDays: 20, promisedDays: 15, visits: 0, perYear: 20 },
  { shape: "cancellation", names: { zh: "注销终止", en: "Cancellation" }, words: /注销|终止|歇业|停业|撤销|撤回|清算/, steps: [accept(10), review(20), decide(5)], statutoryDays: 20, promisedDays: 3, visits: 0, perYear: 60 },
  { shape: "reissue", names: { zh: "补证换证", en: "Reissue" }, words: /补办|补领|补发|换证|换发|换领|遗失|损毁|挂失/, steps: [accept(10), verify("e-licence"), decide(5), deliver], statutoryDays: 10, promisedDays: 2, visits: 0, perYear: 80 },
  { shape: "change", names: { zh: "变更延续", en: "Change or renewal" }, words: /变更|延续|续期|更名|变动|更正|校验/, steps: [accept(15), review(40), decide(10)], statutoryDays: 20, promisedDays: 7, visits: 0, perYear: 90 },
  { shape: "filing", names: { zh: "备案", en: "Filing" }, words: /备案|报备|备查/, steps: [accept(10), review(30), decide(5)], statutoryDays: 10, promisedDays: 3, visits: 0, perYear: 110 },
  { shape: "dangerous-goods", names: { zh: "危险物品与矿山", en: "Dangerous goods and mines" }, types: [1, 10], words: /危险|爆炸|烟花|易制毒|剧毒|放射|麻醉|毒性|矿|尾矿/, steps: [accept(20), review(120), inspect(4), decide(30), deliver], statutoryDays: 20, promisedDays: 14, visits: 0, perYear: 25 },
  { shape: "benefit", names: { zh: "待遇补贴", en: "Benefit" }, types: [5, 20, 7], words: /报销|待遇|补贴|津贴|补助|救助|抚恤|资助|扶助|奖励|保障金|生活费|养老金|给付|给予|理赔|支付/, steps: [accept(10), verify("population", "civil-status"), review(30), decide(10), pay(60_000)], statutoryDays: 30, promisedDays: 15, visits: 0, perYear: 320 },
  { shape: "transfer", names: { zh: "参保转移", en: "Insurance record or transfer" }, types: [20, 7, 10], words: /转移|接续|参保|缴费|社会保险|社保|医保|养老保险|失业|工伤|职业年金/, steps: [accept(10), verify("social-insurance"), review(20)], statutoryDays: 15, promisedDays: 5, visits: 0, perYear: 600 },
  { shape: "tax-report", names: { zh: "涉税申报", en: "Report or declaration" }, types: [20, 10, 7], words: /申报|报告|采集|发票|退税|抵|涉税|信息/, steps: [verify("legal-person"), review(15)], statutoryDays: 10, promisedDays: 2, visits: 0, perYear: 500 },
  { shape: "civil-registration", names: { zh: "窗口登记", en: "Registration at the counter" }, types: [7, 20, 1], words: /户口|婚姻|身份证|居住证|护照|通行证|出生|收养|不动产|住宿/, steps: [counter(data("population")), review(15), decide(5), deliver], statutoryDays: 15, promisedDays: 5, visits: 1, perYear: 650 },
  { shape: "person-licence", names: { zh: "人员资格", en: "Personal qualification" }, types: [1, 7, 20], words: /资格|执业|职称|医师|护士|教师|从业|驾驶员|船员|技术等级/, steps: [accept(10), verify("population", "e-licence"), review(30), decide(10), deliver], statutoryDays: 20, promisedDays: 8, visits: 0, perYear: 110 },
  { shape: "resource-use", names: { zh: "占用采伐取水", en: "Use of land, forest or water" }, types: [1, 10], words: /占用|采伐|取水|捕捞|采集|猎捕|挖掘|排污|使用林地|使用草原|河道|围垦|砍伐|利用|采砂/, steps: [accept(15), review(60), siteCheck(3), decide(15)], statutoryDays: 20, promisedDays: 12, visits: 0, perYear: 30 },
  { shape: "construction", names: { zh: "工程建设", en: "Construction" }, types: [1, 10], words: /建设|施工|工程|规划|用地|公路|桥梁|建筑|设计|初步设计|招标|管线/, steps: [accept(20), review(120), siteCheck(2), decide(20)], statutoryDays: 20, promisedDays: 14, visits: 0, perYear: 40 },
  { shape: "premises", names: { zh: "场所经营", en: "Premises" }, types: [1], words: /场所|经营|开办|设立|机构|学校|医院|影院|网吧|印刷|出版|营业|举办/, steps: [accept(15), review(60), siteCheck(2), decide(15), deliver], statutoryDays: 20, promisedDays: 10, visits: 0, perYear: 70 },
  { shape: "licence", names: { zh: "一般许可", en: "Licence" }, types: [1], steps: [accept(15), review(60), decide(15), deliver], statutoryDays: 20, promisedDays: 10, visits: 0, perYear: 60 },
  { shape: "payment", names: { zh: "一般给付", en: "Payment" }, types: [5], steps: [accept(10), verify("population"), review(30), decide(10), pay(60_000)], statutoryDays: 30, promisedDays: 15, visits: 0, perYear: 200 },
  { shape: "confirmation", names: { zh: "一般确认", en: "Confirmation" }, types: [7], steps: [accept(10), review(40), decide(15)], statutoryDays: 20, promisedDays: 8, visits: 0, perYear: 90 },
  { shape: "other-power", names: { zh: "其他职权", en: "Other power" }, types: [10], steps: [accept(10), review(40), decide(10)], statutoryDays: 20, promisedDays: 8, visits: 0, perYear: 50 },
  { shape: "public-service", names: { zh: "一般服务", en: "Public service" }, types: [20], steps: [accept(10), review(20)], statutoryDays: 10, promisedDays: 3, visits: 0, perYear: 300 },
];

/** Undefined: a task type nobody applies for (punishment, coercion, levy, inspection). */
export const guessRule = ({ name, taskTypeNumber }: GuessFacts): GuessRule | undefined =>
  GUESS_RULES.find(({ types, words }) => (types?.includes(taskTypeNumber) ?? [1, 5, 7, 8, 9, 10, 20].includes(taskTypeNumber)) && (words?.test(name) ?? true));
