import type { RefusalKind } from "../domain/pool/decision.js";
import type { DirectClaimState } from "../domain/pool/direct-claim.js";
import { defineText } from "./text.js";

/** Capacity that is claimed without a request: bookings, projects, agencies called together. */
export const directStateWords = defineText<DirectClaimState>({
  asked: { zh: "等待答复", en: "asked" },
  held: { zh: "待确认", en: "to be confirmed" },
  confirmed: { zh: "已确认", en: "confirmed" },
  released: { zh: "已释放", en: "released" },
  refused: { zh: "未获占用", en: "refused" },
  expired: { zh: "逾期未确认", en: "expired" },
  ended: { zh: "已结束", en: "over" },
});

/** What kind of a no it is, and so what helps. */
export const refusalKindWords = defineText<RefusalKind>({
  invalid: { zh: "任何时候都无法满足，请改变要求。", en: "Nobody could ever give it; ask for something else." },
  short: { zh: "目前余量不足，可换时段、减少数量，或选择等待。", en: "Not enough is free now; another time, less of it, or waiting may help." },
  stale: { zh: "所指定的资源在查看之后有了变更，请重新查看。", en: "What was named has changed since it was looked at; look again." },
  "in-use": { zh: "所指定的资源在该时段已被占用，请另选。", en: "What was named is taken at that time; choose another." },
  forbidden: { zh: "现行政策不允许用于此事。", en: "The policy in force does not allow it to be used for this." },
});

export const directText = defineText({
  claim: { zh: "单位直接占用", en: "Direct claim" },

  "explain.granted": { zh: "{class}：给到{resource}（{unit}）。", en: "{class}: given by {resource} ({unit})." },
  "explain.refused": { zh: "{class}：未获占用。{kind}", en: "{class}: refused. {kind}" },
  "explain.waits": { zh: "还没有答复：排在更急的需求之后，或所指定的正被占用。", en: "Not answered yet: more urgent demand comes first, or what it names is taken." },

  "page.title": { zh: "占用资源", en: "Book capacity" },
  "page.lead": { zh: "会议室、车辆、人员等不必经过办件，本单位可以直接占用。先查可选方案，再占用，最后确认。", en: "Halls, vehicles and people your unit needs for its own work are booked here, without a request: find what is free, hold it, confirm it." },
  "page.unit": { zh: "单位", en: "Unit" },
  "find.heading": { zh: "查找可选方案", en: "Find what is free" },
  "find.class": { zh: "资源类", en: "Class" },
  "find.amount": { zh: "数量", en: "Amount" },
  "find.amount.hint": { zh: "按资源类后面所写的单位填写；资金以分为单位。", en: "In the unit written beside the class; money in fen." },
  "find.slots": { zh: "连续半小时数", en: "Half-hours in a row" },
  "find.slots.hint": { zh: "只用于按半小时占用的资源，例如两小时填 4。", en: "For what is booked by the half-hour: two hours are 4." },
  "find.day": { zh: "不早于", en: "Not before" },
  "find.submit": { zh: "查找", en: "Find" },
  "find.none": { zh: "没有可选方案。可换一天、减少数量，或改变资源类。", en: "Nothing is free. Try another day, a smaller amount or another class." },
  "find.unanswered": { zh: "调度程序暂时没有答复，请稍后再试。", en: "The scheduler did not answer; try again in a moment." },
  "offers.heading": { zh: "可选方案", en: "Offers" },
  "offers.when": { zh: "时间", en: "When" },
  "offers.where": { zh: "资源", en: "Resource" },
  "offers.title": { zh: "用途", en: "What for" },
  "offers.title.hint": { zh: "例如“开放日”。本单位的人会看到。", en: "For example “Open day”. Your unit sees it." },
  "offers.take": { zh: "占用：{when}，{unit}", en: "Hold {when}, {unit}" },
  "offers.more": { zh: "还有其他方案未列出。", en: "There are others beyond these." },
  "list.heading": { zh: "本单位的占用", en: "Your unit's bookings" },
  "list.state": { zh: "状态", en: "State" },
  "list.empty": { zh: "还没有占用。", en: "No bookings yet." },
  "list.until": { zh: "请在{at}前确认，逾期自动释放。", en: "Confirm by {at}, or it is given back." },
  "list.confirm": { zh: "确认“{title}”", en: "Confirm “{title}”" },
  "list.release": { zh: "释放“{title}”", en: "Release “{title}”" },
  "list.more": { zh: "更早的占用", en: "Earlier bookings" },
  "done.held": { zh: "已占用，请确认。", en: "Held. Please confirm it." },
  "done.asked": { zh: "已提交，还没有答复。", en: "Sent; there is no answer yet." },
  "done.confirmed": { zh: "已确认。", en: "Confirmed." },
  "done.released": { zh: "已释放。", en: "Released." },

  "appointment.heading": { zh: "选择来办时间", en: "Choose when to come" },
  "appointment.lead": { zh: "“{step}”需要您到场。现在安排在{when}；也可以另选：", en: "“{step}” needs you there. It is arranged for {when}; you may choose another time:" },
  "appointment.lead.open": { zh: "“{step}”需要您到场，请选择时间：", en: "“{step}” needs you there. Choose a time:" },
  "appointment.held.was": { zh: "原定{when}的时间因窗口或人员停用无法保留。", en: "You were to come {when}, but whoever was to serve you then is out of service." },
  "appointment.held": { zh: "已为您保留以下时间，请在{until}前选一个。不选，您的排队位置也不变。", en: "These times are held for you; choose one by {until}. If you choose none, you keep your place all the same." },
  "appointment.held.ended": { zh: "为您保留的时间已于{until}到期。您的排队位置不变，仍可另选时间。", en: "The times held for you ended {until}. You keep your place, and may still choose another time." },
  "appointment.other": { zh: "另选时间", en: "Choose another time" },
  "appointment.late": { zh: "承诺办结日期是{date}；选更晚的时间，办结会相应推后。", en: "It is promised by {date}; if you come later, it will be finished later." },
  "appointment.unanswered": { zh: "暂时查不到可选时间，请稍后再看。原安排不变。", en: "Free times cannot be shown just now; look again in a moment. Nothing has changed." },
  "appointment.pick": { zh: "选{when}", en: "Come {when}" },
  "appointment.none": { zh: "近期没有可选时间，系统会自动安排。", en: "No time is free soon; one will be arranged for you." },
  "appointment.cancel": { zh: "退回所选时间，由系统安排", en: "Give this time back and let it be arranged for me" },
  "appointment.done": { zh: "已改到您选的时间。", en: "You come at the time you chose." },
  "appointment.taken": { zh: "您选的时间刚被占用，原安排不变。下面是现在的空闲时间，请另选。", en: "That time was just taken; nothing has changed. These are the times free now: choose another." },
  "appointment.asked": { zh: "已提交，还没有答复。答复前原安排不变。", en: "Sent; there is no answer yet. Until then what was arranged stays." },
  "appointment.cancelled": { zh: "已交由系统安排。", en: "It will be arranged for you." },
});
