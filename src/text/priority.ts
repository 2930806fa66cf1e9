import type { PriorityState } from "../domain/request/priority.js";
import { defineText } from "./text.js";

/** Grounds to be served before others: the page of a request. */
export const priorityText = defineText({
  "page.title": { zh: "优先办理事由", en: "Grounds to be served first" },
  "page.lead": {
    zh: "法律规定可以优先办理的，提出事由并说明依据，由另一名工作人员确认。工作人员只看到事由名称，您写的情况会立即加密。",
    en: "If a law says that this request is to be served first, claim the ground and say what proves it; another officer confirms it. Staff see the name of the ground alone: what you write is sealed at once.",
  },
  "page.none": { zh: "尚未提出优先事由。", en: "No ground has been claimed." },
  "page.link": { zh: "优先办理事由", en: "Grounds to be served first" },
  "claim.title": { zh: "提出事由", en: "Claim a ground" },
  "claim.ground": { zh: "事由", en: "Ground" },
  "claim.evidence": { zh: "具体情况和证明", en: "Circumstances and proof" },
  "claim.evidence.hint": { zh: "例如证件名称和编号。加密保存，打开查看须说明理由并留痕。", en: "For example the certificate and its number. Kept sealed; whoever opens it says why and is on record." },
  "claim.send": { zh: "提出", en: "Claim it" },
  "decide.confirm": { zh: "确认", en: "Confirm" },
  "decide.decline": { zh: "不予确认", en: "Decline" },
  "withdraw.send": { zh: "撤回", en: "Withdraw" },
  "row.line": { zh: "{ground}：{state}（{basis}）", en: "{ground}: {state} ({basis})" },
});

export const priorityStateWords = defineText<PriorityState>({
  claimed: { zh: "待确认", en: "waits to be confirmed" },
  confirmed: { zh: "已确认，已计入名次", en: "confirmed, its place reckons with it" },
  declined: { zh: "未予确认", en: "declined" },
  withdrawn: { zh: "已撤回", en: "withdrawn" },
});
