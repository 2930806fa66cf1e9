import { pointWords } from "./onboarding.js";
import { defineText, type Facts, type Language } from "./text.js";

// Facts of problems that are words of the product: kinds of things, their states and what may happen to them.
// Programs read them as they are; people read them in their language.

const kinds = defineText({
  asset: { zh: "实体", en: "asset" },
  bundle: { zh: "“一件事”", en: "bundle" },
  calendar: { zh: "日历", en: "calendar" },
  claim: { zh: "需求", en: "claim" },
  class: { zh: "资源类", en: "class" },
  cohort: { zh: "共享组", en: "cohort" },
  column: { zh: "列", en: "column" },
  delegation: { zh: "委托", en: "delegation" },
  date: { zh: "日期", en: "date" },
  division: { zh: "行政区划", en: "division" },
  draft: { zh: "草稿", en: "draft" },
  enterprise: { zh: "企业", en: "enterprise" },
  field: { zh: "字段", en: "field" },
  "identity-provider": { zh: "身份认证平台", en: "identity provider" },
  import: { zh: "导入", en: "import" },
  item: { zh: "事项", en: "item" },
  loan: { zh: "调剂", en: "loan" },
  mandate: { zh: "委托", en: "mandate" },
  material: { zh: "材料", en: "material" },
  page: { zh: "页面", en: "page" },
  person: { zh: "人员", en: "person" },
  plan: { zh: "调度方案", en: "plan" },
  policy: { zh: "策略", en: "policy" },
  pool: { zh: "资源池", en: "pool" },
  quota: { zh: "配额", en: "quota" },
  request: { zh: "办件", en: "request" },
  recusal: { zh: "回避", en: "recusal" },
  referral: { zh: "移送", en: "referral" },
  resource: { zh: "资源", en: "resource" },
  "role-grant": { zh: "角色授予", en: "role grant" },
  row: { zh: "行", en: "row" },
  "plan-search": { zh: "方案寻找", en: "search for a plan" },
  agreement: { zh: "购买服务协议", en: "agreement" },
  "task-force": { zh: "专班", en: "task force" },
  "standing-limit": { zh: "常设限额", en: "standing limit" },
  step: { zh: "环节", en: "step" },
  token: { zh: "访问令牌", en: "access token" },
  trait: { zh: "特征", en: "trait" },
  unit: { zh: "单位", en: "unit" },
  zone: { zh: "功能区", en: "zone" },
});

const states = defineText({
  active: { zh: "有效", en: "active" },
  applied: { zh: "已应用", en: "applied" },
  applying: { zh: "应用中", en: "being applied" },
  approved: { zh: "已批准", en: "approved" },
  blocked: { zh: "未开始", en: "not yet" },
  cancelled: { zh: "已取消", en: "cancelled" },
  consented: { zh: "出借方已同意", en: "consented to" },
  completed: { zh: "已办结", en: "completed" },
  done: { zh: "已完成", en: "done" },
  draft: { zh: "草稿", en: "draft" },
  ended: { zh: "已结束", en: "ended" },
  expired: { zh: "已过期", en: "expired" },
  ending: { zh: "终止中", en: "coming back" },
  failed: { zh: "失败", en: "failed" },
  "in-service": { zh: "在用", en: "in service" },
  in_progress: { zh: "办理中", en: "in progress" },
  "out-of-service": { zh: "停用", en: "out of service" },
  previewed: { zh: "待确认", en: "waiting for a yes" },
  proposed: { zh: "待审批", en: "proposed" },
  published: { zh: "已发布", en: "published" },
  reading: { zh: "读取中", en: "being read" },
  ready: { zh: "等待安排", en: "waiting for a place" },
  received: { zh: "已收件", en: "received" },
  refused: { zh: "已否决", en: "refused" },
  registered: { zh: "已登记", en: "registered" },
  referred: { zh: "已移送", en: "referred" },
  rejected: { zh: "不予办理", en: "rejected" },
  retired: { zh: "已退出", en: "retired" },
  reverted: { zh: "已撤销", en: "taken back" },
  reverting: { zh: "撤销中", en: "being taken back" },
  superseded: { zh: "已被取代", en: "superseded" },
  supplement: { zh: "待补正", en: "waiting for the applicant" },
  unservable: { zh: "暂无法安排", en: "cannot be arranged yet" },
  withdrawn: { zh: "已撤回", en: "withdrawn" },
  working: { zh: "办理中", en: "in progress" },
});

const events = defineText({
  activate: { zh: "启用", en: "activate" },
  apply: { zh: "应用", en: "apply" },
  approve: { zh: "批准", en: "approve" },
  "ask-supplement": { zh: "要求补正", en: "ask for more" },
  book: { zh: "登账", en: "book" },
  cancel: { zh: "取消", en: "cancel" },
  complete: { zh: "办结", en: "complete" },
  confirm: { zh: "确认", en: "confirm" },
  consent: { zh: "同意", en: "consent" },
  declare: { zh: "修改", en: "change" },
  "find-unservable": { zh: "判为无法安排", en: "find unservable" },
  propose: { zh: "提出", en: "propose" },
  publish: { zh: "发布", en: "publish" },
  recall: { zh: "收回", en: "recall" },
  "put-out-of-service": { zh: "停用", en: "put out of service" },
  leave: { zh: "移送其他地区", en: "refer to another area" },
  refer: { zh: "移送", en: "refer" },
  reconsider: { zh: "重新安排", en: "reconsider" },
  refuse: { zh: "否决", en: "refuse" },
  register: { zh: "退回登记", en: "go back to registered" },
  reject: { zh: "不予办理", en: "reject" },
  requeue: { zh: "重新排队", en: "queue again" },
  retire: { zh: "退出", en: "retire" },
  return: { zh: "归还", en: "return" },
  "return-to-service": { zh: "恢复使用", en: "return to service" },
  revert: { zh: "撤销", en: "take back" },
  start: { zh: "开始办理", en: "start" },
  supply: { zh: "补正", en: "supply what is missing" },
  try: { zh: "试算", en: "try" },
  unblock: { zh: "解锁", en: "unblock" },
  withdraw: { zh: "撤回", en: "withdraw" },
  work: { zh: "办理", en: "work" },
});

const audiences = defineText({ person: { zh: "个人", en: "persons" }, enterprise: { zh: "法人", en: "enterprises" } });

const grounds = defineText({
  "own-case": { zh: "本人或所代理企业的事项", en: "it is their own matter, or of an enterprise they act for" },
  recusal: { zh: "在回避名单上", en: "on the recusal list" },
  separation: { zh: "已办理应当分离的环节", en: "they worked a step that is kept apart from this one" },
});

const levels = defineText({ prefecture: { zh: "州（市）级", en: "prefecture" }, county: { zh: "县级", en: "county" }, township: { zh: "乡镇（街道）级", en: "township" } });

const WORDS: Readonly<Record<string, Readonly<Record<string, { readonly zh: string; readonly en: string }>>>> = { kind: kinds, state: states, event: events, point: pointWords, audience: audiences, level: levels, ground: grounds };

/** The facts as people read them; what is no word of ours stays as it is. */
export const inWords = (language: Language, facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, (Object.hasOwn(WORDS, name) ? WORDS[name]?.[String(value)]?.[language] : undefined) ?? value]));
