import type { Audience, Level, Stage, TaskType } from "../domain/catalogue/item.js";
import type { Kind, Measure } from "../domain/pool/class.js";
import type { Rule } from "../domain/pool/decision.js";
import { defineText } from "./text.js";

/** The words for states and types: the same for applicant, officer and administrator, on pages and in the CLI. */

export type RequestStateWord =
  | "received"
  | "in_progress"
  | "supplement"
  | "unservable"
  | "completed"
  | "rejected"
  | "withdrawn"
  | "referred";

export const requestStateWords = defineText<RequestStateWord>({
  received: { zh: "已收件", en: "Received" },
  in_progress: { zh: "办理中", en: "In progress" },
  supplement: { zh: "待补正", en: "Waiting for you" },
  unservable: { zh: "暂无法安排", en: "Cannot be arranged yet" },
  completed: { zh: "已办结", en: "Completed" },
  rejected: { zh: "不予办理", en: "Rejected" },
  withdrawn: { zh: "已撤回", en: "Withdrawn" },
  referred: { zh: "已移送", en: "Referred" },
});

/** One sentence under the state, for the applicant. */
export const requestStateMeaning = defineText<RequestStateWord>({
  received: { zh: "申请已收到，正在安排人员办理。", en: "Your request has arrived. It is being given to somebody." },
  in_progress: { zh: "已有单位在办理。", en: "A unit is working on it." },
  supplement: { zh: "需要您补充材料，办理期限暂停计算。", en: "We need something more from you. The clock is stopped until then." },
  unservable: { zh: "目前没有能办理这一环节的力量，管理员正在处理。您不用做任何事。", en: "Nobody in the pool can do the next step at present. An administrator is looking at it. You need not do anything." },
  completed: { zh: "已经办完，结果见下。", en: "It is finished. The result is below." },
  rejected: { zh: "依法不予办理，理由和救济途径见下。", en: "It was rejected by law. The grounds and your remedies are below." },
  withdrawn: { zh: "您已撤回申请，随时可以重新申请。", en: "You withdrew it. You may apply again at any time." },
  referred: { zh: "已移送有权办理的单位，编号、收件时间和查询码不变，您不用重新申请。", en: "It was referred to the body that is competent. Its number, its date of receipt and your code stay the same; you need not apply again." },
});

/** `arranged` is a ready step that was granted its place, `unarranged` one that was refused it. */
export type StepStateWord = "blocked" | "ready" | "arranged" | "unarranged" | "working" | "done" | "rejected" | "cancelled";

/** How a step stands, in a reader's word: ready says too little once the scheduler has answered. */
export const stepWordOf = (state: Exclude<StepStateWord, "arranged" | "unarranged">, answer: "granted" | "refused" | "none"): StepStateWord =>
  state !== "ready" || answer === "none" ? state : answer === "granted" ? "arranged" : "unarranged";

export const stepStateWords = defineText<StepStateWord>({
  blocked: { zh: "未开始", en: "Not yet" },
  ready: { zh: "等待安排", en: "Waiting for a place" },
  arranged: { zh: "已安排", en: "Arranged" },
  unarranged: { zh: "暂无法安排", en: "Cannot be arranged yet" },
  working: { zh: "办理中", en: "In progress" },
  done: { zh: "已完成", en: "Done" },
  rejected: { zh: "不予通过", en: "Rejected" },
  cancelled: { zh: "已取消", en: "Cancelled" },
});

export const stageWords = defineText<Stage>({
  accept: { zh: "受理", en: "Acceptance" },
  review: { zh: "审查", en: "Review" },
  inspect: { zh: "现场核查", en: "Inspection" },
  decide: { zh: "决定", en: "Decision" },
  pay: { zh: "支付", en: "Payment" },
  deliver: { zh: "送达", en: "Delivery" },
});

export const kindWords = defineText<Kind>({
  function: { zh: "职能", en: "Functions" },
  staff: { zh: "人员", en: "Staff" },
  funds: { zh: "资金", en: "Funds" },
  material: { zh: "物资", en: "Materials" },
  data: { zh: "信息", en: "Data" },
});

export const taskTypeWords = defineText<TaskType>({
  licence: { zh: "行政许可", en: "Licence" },
  confirmation: { zh: "行政确认", en: "Confirmation" },
  payment: { zh: "行政给付", en: "Payment" },
  "public-service": { zh: "公共服务", en: "Public service" },
  other: { zh: "其他", en: "Other" },
});

export const audienceWords = defineText<Audience>({
  person: { zh: "个人", en: "People" },
  enterprise: { zh: "法人", en: "Businesses and organisations" },
});

export const levelWords = defineText<Level>({
  prefecture: { zh: "州（市）级", en: "Prefecture" },
  county: { zh: "县级", en: "County" },
  township: { zh: "乡镇（街道）级", en: "Township" },
});

export const allocationStateWords = defineText<"held" | "settled" | "released" | "lapsed" | "annulled">({
  held: { zh: "已占用", en: "Held" },
  settled: { zh: "已结算", en: "Settled" },
  released: { zh: "已退回", en: "Released" },
  lapsed: { zh: "已过期退回", en: "Lapsed" },
  annulled: { zh: "已撤销退回", en: "Annulled" },
});

export const resourceStateWords = defineText<"registered" | "published" | "retired">({
  registered: { zh: "已登记，未投用", en: "Registered, not in use" },
  published: { zh: "在池", en: "In the pool" },
  retired: { zh: "已退出", en: "Retired" },
});

export const channelWords = defineText<"portal" | "api" | "cli" | "counter" | "paper" | "replay">({
  portal: { zh: "网上", en: "Online" },
  api: { zh: "接口", en: "API" },
  cli: { zh: "命令行", en: "Command line" },
  counter: { zh: "窗口", en: "Counter" },
  paper: { zh: "纸质补录", en: "Paper, entered later" },
  replay: { zh: "回放", en: "Replay" },
});

/** Units of measure after a number. */
export const measureWords = defineText<Measure>({
  minute: { zh: "{n} 分钟", en: "{n|minute|minutes}" },
  case: { zh: "{n} 件", en: "{n|case|cases}" },
  fen: { zh: "{n} 分", en: "{n} fen" },
  piece: { zh: "{n} 个", en: "{n|piece|pieces}" },
  call: { zh: "{n} 次", en: "{n|call|calls}" },
});

export const measureNames = defineText<Measure>({
  minute: { zh: "分钟", en: "minutes" },
  case: { zh: "件", en: "cases" },
  fen: { zh: "元", en: "yuan" },
  piece: { zh: "个", en: "pieces" },
  call: { zh: "次", en: "calls" },
});

export const ruleWords = defineText<Rule>({
  class: { zh: "资源类不同", en: "another class of resource" },
  validity: { zh: "不在有效期内", en: "not valid at that time" },
  traits: { zh: "缺少所需特征", en: "lacks a required trait" },
  jurisdiction: { zh: "不管辖该地", en: "has no jurisdiction there" },
  scope: { zh: "须由主管单位自己办理", en: "only the competent unit may do this" },
  automation: { zh: "须由人作出，不得自动办理", en: "a person must do it, no machine may" },
  persons: { zh: "经办人应当回避", en: "its officer takes no part in this matter" },
  agreement: { zh: "不在购买服务协议的期限或范围内", en: "outside the term or scope of its agreement" },
  earmark: { zh: "资金用途不符", en: "the money has another purpose" },
  policy: { zh: "策略不允许", en: "policy does not allow it" },
  calendar: { zh: "该时段不上班", en: "not working at that time" },
  capacity: { zh: "容量已用完", en: "no capacity left" },
});
