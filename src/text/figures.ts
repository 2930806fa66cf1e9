import type { Figure, FiguresBy } from "../domain/pool/figures.js";
import { defineText } from "./text.js";

export const figureWords = defineText<Figure>({
  utilisation: { zh: "使用率", en: "Utilisation" },
  queue: { zh: "排队环节", en: "Steps waiting" },
  "wait-p50": { zh: "等待（中位）", en: "Wait, median" },
  "wait-p90": { zh: "等待（九成以内）", en: "Wait, 90th percentile" },
  "deadline-rate": { zh: "按期办结率", en: "Closed in time" },
  breaches: { zh: "逾期办件", en: "Dates broken" },
});

/** What each number counts, over which time, out of what. */
export const figureDefinitions = defineText<Figure>({
  utilisation: {
    zh: "（已占用＋已结算）÷ 容量，范围内逐日相加；资金按年度只算一次；没有上限的和不限时段的不算。几类资源时，每类同等计重取平均。容量按各日当天的登记计算；今天和以后按现在的登记。",
    en: "(held + settled) ÷ capacity, added up day by day over the range; money once for its year; what has no limit or no period is left out. Of several classes: the mean, each class weighed alike. Capacity is what was declared on each day; of today and later, what is declared now.",
  },
  queue: { zh: "此刻已就绪、还没有调度决定的环节数，与时间范围无关。含单位为自用提出的占用。", en: "Steps that are ready and have no decision at this moment, whatever the range. Includes what units claim for themselves." },
  "wait-p50": { zh: "范围内获得安排的办件环节，从就绪到决定的自然分钟数（舍去秒），一半不超过此数。", en: "Of the steps of requests that were granted a place in the range: clock minutes from ready to decided, seconds cut off. Half waited no longer." },
  "wait-p90": { zh: "范围内获得安排的办件环节，从就绪到决定的自然分钟数（舍去秒），九成不超过此数。", en: "Of the steps of requests that were granted a place in the range: clock minutes from ready to decided, seconds cut off. Nine in ten waited no longer." },
  "deadline-rate": { zh: "范围内办结或不予办理的办件中，在承诺日期内的占比。撤回和移送的不算。", en: "Of the requests completed or rejected in the range, the share that was so by its promised date. Withdrawn and referred ones do not count." },
  breaches: { zh: "承诺日期落在范围内、到期时没有办结也没有暂停（补正）的办件数。撤回和移送的不算。", en: "Requests whose promised date fell in the range and passed while they were neither closed nor paused for a supplement. Withdrawn and referred ones do not count." },
});

export const figuresByWords = defineText<FiguresBy>({
  pool: { zh: "不细分", en: "Nothing" },
  class: { zh: "按资源类", en: "Class" },
  unit: { zh: "按单位", en: "Unit" },
  division: { zh: "按县市", en: "County" },
});

export const figuresText = defineText({
  title: { zh: "指标", en: "Figures" },
  lead: { zh: "{from} 至 {to}；排队为 {now} 的情况。", en: "{from} to {to}; the queue as of {now}." },
  by: { zh: "细分", en: "Told apart by" },
  class: { zh: "资源类", en: "Class" },
  unit: { zh: "单位", en: "Unit" },
  division: { zh: "县市", en: "County" },
  all: { zh: "全部", en: "All" },
  "of-decisions": { zh: "{count} 个决定", en: "{count|decision|decisions}" },
  "of-closed": { zh: "{closed} 件中 {hit} 件", en: "{hit} of {closed}" },
  closed: { zh: "办结", en: "Closed" },
  none: { zh: "—", en: "—" },
  "table.note": { zh: "单位按主管单位计；使用率按资源所属单位和所在县市计。一个环节或办件要几类资源，在每类各算一次。", en: "Units are the competent ones; utilisation goes by whose resource it is and where. A step or request that asks several classes counts once in each." },
  "none.title": { zh: "没有可列的", en: "Nothing to tell apart" },
  "none.text": { zh: "这段时间没有容量、决定、办结或逾期。", en: "No capacity, decision, closing or broken date in this range." },
  "rows.waits": { zh: "等待：逐个决定", en: "Waits, decision by decision" },
  "rows.closed": { zh: "范围内办结的办件", en: "Requests closed in the range" },
  "rows.missed": { zh: "其中超过承诺日期的", en: "Of these, later than promised" },
  "rows.breaches": { zh: "范围内逾期的办件", en: "Requests whose date was broken" },
  "rows.none.title": { zh: "没有这样的行", en: "There are none" },
  "rows.none.text": { zh: "这段时间没有，换一段时间看看。", en: "None in this range; try another." },
  "rows.number": { zh: "办件", en: "Request" },
  "rows.item": { zh: "事项", en: "Service" },
  "rows.step": { zh: "环节", en: "Step" },
  "rows.unit": { zh: "主管单位", en: "Competent unit" },
  "rows.ready": { zh: "就绪", en: "Ready" },
  "rows.decided": { zh: "决定", en: "Decided" },
  "rows.wait": { zh: "等待", en: "Waited" },
  "rows.state": { zh: "状态", en: "State" },
  "rows.received": { zh: "收件", en: "Received" },
  "rows.due": { zh: "承诺日期", en: "Promised" },
  "rows.closed-at": { zh: "办结", en: "Closed" },
});
