import { defineText } from "./text.js";

/** Goals by their names, in the weights of a plan. */
export const PLAN_GOALS = {
  breaches: { breaches: 10, wait: 1, evenness: 5 },
  wait: { breaches: 2, wait: 10, evenness: 2 },
  evenness: { breaches: 2, wait: 1, evenness: 20 },
} as const;

/** Plans that the optimiser looks for: progress, reasons, and why nothing is proposed. */
export const planSearchText = defineText({
  title: { zh: "优化建议：{from} 起 {n} 项调剂", en: "Optimised: {n|loan|loans} from {from}" },
  why: { zh: "期内借入单位的需求为其能力的 {borrower}%，出借单位为 {lender}%（均按不调剂计）。", en: "In the term the borrower is asked for {borrower} % of what it has, the lender for {lender} % (both without this loan)." },
  "why.nothing": { zh: "借入单位期内没有这类能力；出借单位的需求为其能力的 {lender}%。", en: "The borrower has none of it in the term; the lender is asked for {lender} % of what it has." },
  without: { zh: "不调剂：预计多 {late} 件逾期，累计多等 {days} 件·日。", en: "Without it: {late} more {late|breach|breaches} expected, and {days} more case-days of waiting." },
  "without.waits": { zh: "不调剂：预计累计多等 {days} 件·日。", en: "Without it: {days} more case-days of waiting expected." },
  heading: { zh: "由系统提出方案", en: "Let the optimiser propose" },
  lead: {
    zh: "系统按未来四周的需求预测和现有积压寻找值得的调剂，再用同一分派引擎与“不调剂”对照试算；比不调剂差的一律舍去。结果只是草稿，之后的提出、同意和批准不变。",
    en: "Looks for loans that are worth it, from the forecast of four weeks and what waits, then plays them by the scheduler's own engine beside doing nothing; what would be worse is left out. The result is a draft: proposing, consent and approval stay as they are.",
  },
  goal: { zh: "目标", en: "Goal" },
  "goal.breaches": { zh: "逾期最少", en: "Fewest expected breaches" },
  "goal.wait": { zh: "等候最短（第 90 百分位）", en: "Shortest waits (90th percentile)" },
  "goal.evenness": { zh: "利用最均衡", en: "Most even utilisation" },
  "goal.own": { zh: "自定权重", en: "Weights of my own" },
  "weights.hint": { zh: "0 到 100 的整数；选“自定权重”时有效。", en: "Whole numbers from 0 to 100; used with “weights of my own”." },
  begin: { zh: "寻找方案", en: "Look for a plan" },
  "phase.reading": { zh: "正在读取需求、能力和积压", en: "Reading demand, capacity and what waits" },
  "phase.searching": { zh: "正在寻找调剂", en: "Looking for loans" },
  "phase.trying": { zh: "正在与“不调剂”对照试算", en: "Playing it beside doing nothing" },
  "phase.drafting": { zh: "正在存为草稿", en: "Keeping it as a draft" },
  classes: { zh: "资源类 {solved}/{classes} · 调剂 {moves} 项", en: "{solved} of {classes} classes · {moves} {moves|loan|loans}" },
  gap: { zh: " · 与理论上限相差 {gap}%", en: " · {gap} % from the bound" },
  found: { zh: "已存为草稿：第 {plan} 号方案。试算：逾期 {before} → {after} 件，等候第 90 百分位 {p90before} → {p90after} 工作分钟。", en: "Kept as a draft: plan {plan}. As played: breaches {before} → {after}, 90th percentile of waits {p90before} → {p90after} working minutes." },
  dropped: { zh: "试算中变差的 {n} 项已舍去。", en: "{n|loan|loans} left out: all was worse with more." },
  "open-plan": { zh: "查看方案", en: "Open the plan" },
  "nothing.title": { zh: "没有值得的调剂", en: "Nothing is worth moving" },
  "nothing.no-class": { zh: "没有可调剂的资源类，或可调剂的资源类只有一个单位。", en: "No class may be lent, or no class that may is in more than one unit." },
  "nothing.nobody-waits": { zh: "预计四周内没有积压，也没有逾期，无需调剂。", en: "Nobody is expected to wait or be late in the next four weeks: nothing has to move." },
  "nothing.nobody-spares": { zh: "各单位留足自身预计需求和积压所需后，没有可以出借的余力。", en: "After what each unit is expected to need itself, with a margin, nobody has anything to spare." },
  "nothing.budget-spent": { zh: "一周内已调剂或已提出的数量达到上限，请等现有方案处理完毕。", en: "As many loans as a week may have were made or are proposed already: let the open plans be decided first." },
  "nothing.not-worth": { zh: "找到的调剂节省的等候和逾期抵不上移交的代价，或有关单位刚有过调剂、正在冷却期。", en: "No loan saves enough breaches and waiting to be worth its disruption, or the units concerned had one lately and are in their cool-down." },
  "nothing.not-free": { zh: "找到的调剂所需的能力已有安排，腾不出来。", en: "What the loans would need is promised already and not free." },
  "nothing.tried-worse": { zh: "试算表明，找到的调剂并不比不调剂好，已全部舍去。", en: "Played by the scheduler's engine, the loans that were found were no better than doing nothing, and were left out." },
  figures: { zh: "最后一次试算：逾期 {before} → {after} 件，等候第 90 百分位 {p90before} → {p90after} 工作分钟。", en: "As played last: breaches {before} → {after}, 90th percentile of waits {p90before} → {p90after} working minutes." },
  failed: { zh: "没有完成。", en: "It was not finished." },
});
