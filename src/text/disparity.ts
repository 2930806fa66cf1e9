import type { Dimension, Measure } from "../domain/disparity/reading.js";
import type { ReadingPeriod } from "../domain/disparity/period.js";
import { defineText } from "./text.js";

export const dimensionWords = defineText<Dimension>({
  district: { zh: "县（市、区）", en: "District" },
  language: { zh: "办理语言", en: "Language" },
  channel: { zh: "申请渠道", en: "Channel" },
  applicant: { zh: "申请人类型", en: "Kind of applicant" },
});

export const measureWords = defineText<Measure>({
  refusal: { zh: "不予许可", en: "Refusals" },
  wait: { zh: "等候时间", en: "Waits" },
});

export const languageGroups = defineText<"zh" | "en" | "unknown">({
  zh: { zh: "中文", en: "Chinese" },
  en: { zh: "英文", en: "English" },
  unknown: { zh: "未记录", en: "Not recorded" },
});

/** By the first digits of the unified social credit code (GB 32100-2015). */
export const applicantGroups = defineText<"person" | "company" | "sole-trader" | "cooperative" | "institution" | "social-organisation" | "other-organisation">({
  person: { zh: "自然人", en: "Persons" },
  company: { zh: "企业", en: "Companies" },
  "sole-trader": { zh: "个体工商户", en: "Sole traders" },
  cooperative: { zh: "农民专业合作社", en: "Farmers' cooperatives" },
  institution: { zh: "机关和事业单位", en: "Public institutions" },
  "social-organisation": { zh: "社会组织", en: "Social organisations" },
  "other-organisation": { zh: "其他组织", en: "Other organisations" },
});

export const periodWords = defineText<ReadingPeriod>({
  month: { zh: "月", en: "Month" },
  quarter: { zh: "季度", en: "Quarter" },
  year: { zh: "年", en: "Year" },
});

export const disparityText = defineText({
  "title": { zh: "差异监测", en: "Disparity watch" },
  "lead": {
    zh: "同一事项，不同县、语言、渠道、申请人类型的人，是否更常被拒、等得更久。",
    en: "Whether people of some district, language, channel or kind are refused more often, or wait longer, for the same service.",
  },
  "period": { zh: "时段", en: "Period" },
  "period.running": { zh: "{name}（尚未结束）", en: "{name} (still running)" },
  "period.show": { zh: "查看", en: "Show" },
  "cases": { zh: "已办结件", en: "Decided cases" },
  "cases.definition": { zh: "本时段内办结的件：办成和不予许可。撤回的、移送的、在办的不计。", en: "Cases completed or rejected in the period. Withdrawn, referred and open ones are not counted." },
  "alarms": { zh: "警示", en: "Alarms" },
  "alarms.definition": {
    zh: "本时段内，扣除偶然之后，比值仍高于 {ratio} 的组。",
    en: "Groups whose ratio lies above {ratio} in this period even after chance is taken off.",
  },
  "none.title": { zh: "办结件太少", en: "Too few decided cases" },
  "none.text": { zh: "本时段办结不足 {min} 件，不作比较。请另选时段。", en: "Fewer than {min} cases were decided in this period, so nothing is compared. Choose another one." },
  "group": { zh: "组", en: "Group" },
  "refused": { zh: "不予许可", en: "Refused" },
  "refused.share": { zh: "{count}（{share}）", en: "{count} ({share})" },
  "refusal.ratio": { zh: "被拒之比", en: "Refusal ratio" },
  "wait.days": { zh: "平均等候", en: "Mean wait" },
  "wait.days.value": { zh: "{days} 个工作日", en: "{days} working days" },
  "wait.ratio": { zh: "等候之比", en: "Wait ratio" },
  "interval": { zh: "{ratio}（{low}–{high}）", en: "{ratio} ({low}–{high})" },
  "withheld": { zh: "隐去（<{min} 或连带）", en: "withheld (<{min}, or with one)" },
  "alarm": { zh: "警示", en: "Alarm" },
  "chart.caption": { zh: "{dimension}：与其他各组之比", en: "{dimension}: ratio to everybody else" },
  "chart.note": { zh: "点为比值，横线为 95% 区间；竖实线为 1，竖虚线为警示线 {ratio}。超出两端的画在端点。", en: "Dot: ratio. Bar: 95 % interval. Solid upright: 1. Dashed upright: the alarm at {ratio}. What lies beyond an edge is drawn at it." },
  "chart.row": { zh: "{group} · {measure}", en: "{group} · {measure}" },
  "chart.said": { zh: "{group}，{measure}：{ratio}（{low}–{high}）", en: "{group}, {measure}: {ratio} ({low}–{high})" },
  "method": { zh: "怎么算的", en: "How this is worked out" },
  "method.alike": {
    zh: "只在同一事项之内比较，再合并：某组常办难办的事项，不算它吃亏。每组都与其余所有人比。",
    en: "Groups are compared within each service and then taken together, so that asking for harder things counts as no disadvantage. Each group is held against everybody else.",
  },
  "method.refusal": {
    zh: "被拒之比：Mantel–Haenszel 风险比；区间依 Greenland 与 Robins（1985）。",
    en: "Refusal ratio: the Mantel–Haenszel risk ratio; interval by Greenland and Robins (1985).",
  },
  "method.wait": {
    zh: "等候：自收件至办结，工作日的钟点时间，扣除请申请人补正的工作日。等候之比：实际等候合计，除以每件按其余人同一事项的平均等候计的合计；区间按对数正态。",
    en: "Wait: from receipt to decision, clock time of working days, less the working days in which the applicant was asked for something. Wait ratio: what the group waited, over what it would have waited at everybody else's mean for each service; log-normal interval.",
  },
  "method.interval": {
    zh: "每个区间单看是 95% 的区间。警示按 Holm 法一并检验所有比值：没有哪组超过警示线时，一次读数误报的机会不超过 2.5%。",
    en: "Each interval alone is a 95 % one. For alarms all ratios are tested together by Holm's procedure: where no group is above the threshold, a reading raises a false alarm at most 2.5 % of the time.",
  },
  "method.withheld": {
    zh: "少于 {min} 的数（件数、不予许可数、办成数）隐去，并连带隐去足够多的其他组，使总数相减也算不出来。时段首尾相接、不重叠，同样是为此。",
    en: "Counts below {min} (cases, refused, granted) are withheld, and as many others with them as it takes that nothing comes out by subtraction. Periods do not overlap for the same reason.",
  },
  "method.limits": {
    zh: "差异不等于歧视：材料是否齐全、事项之内的难易，这里看不见。在办的件不计，压着不办看总览的超期件。警示是请人去看个案。",
    en: "A disparity is not yet discrimination: missing papers, and how hard a case is within its service, are not seen here. Open cases are not counted; what is left lying shows as overdue in the overview. An alarm asks somebody to look at the cases.",
  },
  "table": { zh: "下载 CSV", en: "Download CSV" },
  "kept": { zh: "警示记录", en: "Alarms on record" },
  "kept.none": { zh: "还没有警示。", en: "No alarm so far." },
  "kept.what": { zh: "对象", en: "About" },
  "kept.raised": { zh: "发出", en: "Raised" },
  "kept.seen": { zh: "最近一次成立", en: "Last seen" },
  "kept.resolved": { zh: "解除", en: "Resolved" },
  "kept.open": { zh: "未解除", en: "open" },
  "cases.title": { zh: "{group}：办结的件", en: "{group}: decided cases" },
  "cases.lead": { zh: "{dimension} · {period}。不列申请人和理由。", en: "{dimension} · {period}. Applicants and grounds are not listed." },
  "cases.number": { zh: "编号", en: "Number" },
  "cases.item": { zh: "事项", en: "Service" },
  "cases.unit": { zh: "主管单位", en: "Unit" },
  "cases.outcome": { zh: "结果", en: "Outcome" },
  "cases.closed": { zh: "办结", en: "Decided" },
  "cases.wait": { zh: "等候（工作日）", en: "Wait (working days)" },
  "settings": { zh: "设置", en: "Settings" },
  "settings.period": { zh: "时段长度", en: "Length of a period" },
  "settings.period.hint": { zh: "改动后的时段会与已公布的交叠，可相减出小数；改动记入审计。", en: "New periods overlap those read before, and small counts may come out by subtraction; the change stands in the audit trail." },
  "settings.min": { zh: "最少件数", en: "Fewest cases" },
  "settings.ratio": { zh: "警示线（百分之几）", en: "Alarm threshold (hundredths)" },
  "settings.save": { zh: "保存", en: "Save" },
});

/** Columns of the table as a file. */
export const disparityColumns = defineText({
  dimension: { zh: "分组依据", en: "Dimension" },
  group: { zh: "组代码", en: "Group" },
  group_name: { zh: "组", en: "Name" },
  cases: { zh: "已办结件", en: "Decided cases" },
  refused: { zh: "不予许可", en: "Refused" },
  refusal_ratio: { zh: "被拒之比", en: "Refusal ratio" },
  refusal_low: { zh: "被拒之比下限", en: "Refusal ratio, lower end" },
  refusal_high: { zh: "被拒之比上限", en: "Refusal ratio, upper end" },
  wait_days: { zh: "平均等候（工作日）", en: "Mean wait (working days)" },
  wait_ratio: { zh: "等候之比", en: "Wait ratio" },
  wait_low: { zh: "等候之比下限", en: "Wait ratio, lower end" },
  wait_high: { zh: "等候之比上限", en: "Wait ratio, upper end" },
  alarms: { zh: "警示", en: "Alarms" },
});
