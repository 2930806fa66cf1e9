import { defineText } from "./text.js";

/** The public register (公示). */
export const publicRegisterText = defineText({
  title: { zh: "资源分配公示", en: "Public register of allocations" },
  lead: { zh: "资源池为办件、为单位自用分配了什么，由谁提供。不含办件编号、申请人、占用用途、县级以下地点，时间只到日。", en: "What the pool gave to requests and to units for their own use, and who provided it. No request number, no applicant, no purpose of a unit, no place below the county, no time of day." },
  decided: { zh: "决定日期", en: "Decided" },
  item: { zh: "事项", en: "Service" },
  direct: { zh: "单位自用", en: "A unit's own use" },
  "direct.by": { zh: "单位自用（{unit}）", en: "{unit}, for its own use" },
  county: { zh: "地区", en: "Place" },
  class: { zh: "资源", en: "Resource" },
  amount: { zh: "数量", en: "Amount" },
  period: { zh: "时段", en: "When" },
  unit: { zh: "提供单位", en: "Provided by" },
  state: { zh: "状态", en: "State" },
  lead_of: { zh: "{unit}（专班办件，责任机关：{lead}）", en: "{unit} (case of a task force; responsible: {lead})" },
  asked: { zh: "纸质申请", en: "On paper" },
  "asked.paper": { zh: "{occurred} 提出，{recorded} 录入", en: "asked {occurred}, entered {recorded}" },
  empty: { zh: "还没有分配记录", en: "Nothing was allocated yet" },
  "empty.text": { zh: "有办件获得资源后，会在这里公示。", en: "Allocations appear here as soon as a request is given something." },
});
