import { defineText } from "./text.js";

/** What a heat map can show of each cell. */
export const PRESSURE_FIGURES = ["pressure", "utilisation", "waiting", "wait-p90", "breaches", "overdrawn"] as const;
export type PressureFigure = (typeof PRESSURE_FIGURES)[number];

export const pressureWords = defineText<PressureFigure>({
  pressure: { zh: "压力", en: "Pressure" },
  utilisation: { zh: "使用率", en: "Utilisation" },
  waiting: { zh: "排队环节", en: "Steps waiting" },
  "wait-p90": { zh: "等待（九成以内）", en: "Wait, 90th percentile" },
  breaches: { zh: "逾期（已有＋预计）", en: "Late, now and expected" },
  overdrawn: { zh: "透支的资源", en: "Overdrawn resources" },
});

/** What each number counts. */
export const pressureDefinitions = defineText<PressureFigure>({
  pressure: {
    zh: "（正在排队的量＋今天起预计新来的量）÷ 今天起的容量。超过 100% 就是办不完。需求按主管单位和事发地计，容量按资源所属单位和所在地计。",
    en: "(what waits now + what is expected from today on) ÷ capacity from today on. Above 100% not all of it can be done. Demand goes by the unit that answers for it and where the matter is, capacity by whose resource it is and where.",
  },
  utilisation: { zh: "今天以前：（已占用＋已结算）÷ 容量。容量按现在的登记计算，含借入、不含借出。", en: "Of the days before today: (held + settled) ÷ capacity. Capacity is what is declared now, with what is borrowed and without what is lent." },
  waiting: { zh: "此刻已就绪、还没有调度决定的办件环节，与时间范围无关。", en: "Steps of requests that are ready and have no decision at this moment, whatever the range." },
  "wait-p90": { zh: "范围内获得安排的办件环节，从就绪到决定的自然分钟数，九成不超过此数。", en: "Of the steps of requests granted a place in the range: clock minutes from ready to decided. Nine in ten waited no longer." },
  breaches: {
    zh: "排队环节中已过期限的，加上预计轮到时已过期限的。预计日期：同一格内按期限先后，每个工作日办掉最近 28 天的平均获批量。28 天内没有批过的，无法预计，另计。",
    en: "Of the steps that wait: those past their date, and those whose forecast date lies past it. Forecast date: within a cell in order of due date, each working day as much as was granted a working day over the last 28 days. Where nothing was granted there is no date; those are counted apart.",
  },
  overdrawn: { zh: "范围内有一天已用超过容量的资源数（背后和前方取多者）。", en: "Resources of which more is used than there is on a day of the range (the larger of behind and ahead)." },
});

export const pressureText = defineText({
  title: { zh: "压力", en: "Pressure" },
  lead: { zh: "{from} 至 {to}；排队为 {now} 的情况，今天起为预测。", en: "{from} to {to}; the queue as of {now}, from today on a forecast." },
  class: { zh: "资源类", en: "Class" },
  unit: { zh: "单位", en: "Unit" },
  division: { zh: "县市", en: "County" },
  by: { zh: "细分", en: "Rows" },
  "by.division": { zh: "按县市", en: "Counties" },
  "by.unit": { zh: "按单位", en: "Units" },
  show: { zh: "显示", en: "Show" },
  all: { zh: "全部", en: "All" },
  heat: { zh: "{figure}：{what} × 资源类", en: "{figure}: {what} × class" },
  "heat.note": { zh: "▲ 表示超过 100% 或者没有容量。点开格子看背后的环节。", en: "▲ marks what is above 100%, or has no capacity at all. A cell opens the steps behind it." },
  "heat.more": { zh: "只列压力最大的 {shown} 个单位，共 {all} 个；其余在下表和导出文件中。", en: "The {shown} units pressed hardest of {all}; the others are in the file." },
  map: { zh: "各县市：{figure}", en: "Counties: {figure}" },
  "map.note": { zh: "同一县市取各资源类中最大的。点开只看该县市。", en: "Of each county the class that is highest. A tile narrows the page to it." },
  trend: { zh: "{class}：需求与容量", en: "{class}: demand and capacity" },
  "trend.note": { zh: "竖线右侧是预测；阴影内是五天中四天的范围。", en: "Right of the line it is forecast; four of five days lie within the band." },
  "trend.narrow": { zh: "量按资源类计，不能相加：这里是压力最大的一类，选定资源类可换。", en: "Amounts of different classes have no sum: this is the class pressed hardest. Choose another above." },
  "trend.asked": { zh: "收到", en: "Asked" },
  "trend.due": { zh: "到期", en: "Due" },
  "trend.expected": { zh: "预计", en: "Expected" },
  "trend.band": { zh: "预计范围", en: "Interval" },
  "trend.capacity": { zh: "容量", en: "Capacity" },
  "trend.used": { zh: "已用", en: "Used" },
  "trend.day": { zh: "日期", en: "Day" },
  "trend.today": { zh: "今天", en: "Today" },
  method: { zh: "怎样预测", en: "How it is forecast" },
  "method.text": {
    zh: "工作日轮廓（最近 91 天，每个星期几的平均；调休上班日按星期一，节假日按星期日）× 最近 28 天的水平 × 季节（有一年以上历史时，去年同期与其前 28 天之比） × 日历里申报的截止日期系数。单日超过同类日中位数三倍的，按三倍计。",
    en: "Weekday profile (mean of each weekday over 91 days; a make-up day counts as a Monday, a holiday as a Sunday) × level of the last 28 days × season (with more than a year of history: the same days a year ago against the 28 before them) × factor of the deadlines declared in the pool's calendar. A day beyond three times the median of its kind counts as that.",
  },
  "method.error": {
    zh: "误差：对最近八周逐周按当时所知重做预测并与实际比较。MAPE {mape}（有需求的 {mapeDays} 天）；WAPE {wape}（全部 {days} 天，误差之和 ÷ 实际之和，没有需求的日子也算）。",
    en: "Error: each of the last eight weeks forecast again from what was known then, against what came. MAPE {mape} (the {mapeDays} days on which something came); WAPE {wape} (all {days} days: errors summed ÷ what came summed, so that days of nothing count too).",
  },
  "method.none": { zh: "历史不足四周，或者没有人申请：还不能预测，也没有误差可说。", en: "Less than four weeks are known, or nothing was asked: there is no forecast yet, and no error to state." },
  table: { zh: "明细", en: "In figures" },
  "table.note": { zh: "量按各资源类的计量单位。", en: "Amounts are in each class's unit of measure." },
  "table.first": { zh: "共 {all} 行，这里是有需求或有使用的 {shown} 行（最多 200）；导出文件是全部。量按各资源类的计量单位。", en: "Of {all} rows the {shown} in which something is asked or used, at most 200; the file has all. Amounts are in each class's unit of measure." },
  asked: { zh: "收到", en: "Asked" },
  due: { zh: "到期", en: "Due" },
  expected: { zh: "预计新来", en: "Expected" },
  "capacity-ahead": { zh: "今后容量", en: "Capacity ahead" },
  "wait-p50": { zh: "等待中位", en: "Wait p50" },
  now: { zh: "已逾期", en: "Late now" },
  ahead: { zh: "预计逾期", en: "Late, expected" },
  undated: { zh: "无法预计", en: "No date" },
  mape: { zh: "MAPE", en: "MAPE" },
  none: { zh: "—", en: "—" },
  "no-capacity": { zh: "▲ 无容量", en: "▲ none" },
  "empty.title": { zh: "没有压力可看", en: "Nothing is pressed" },
  "empty.text": { zh: "这个范围里没有人申请，也没有按日登记的容量。登记资源、受理办件以后再来看。", en: "Nobody asks for anything in this range and no daily capacity is declared. Register resources and take requests, then look again." },
  "empty.action": { zh: "看全部", en: "See everything" },
  "cli.header": { zh: "{from} 至 {to}，按压力从大到小；今天起为预测", en: "{from} to {to}, hardest pressed first; from today on a forecast" },
});
