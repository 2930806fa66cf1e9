import type { RefusalRule, Rule, ScoreTerms, WaitingRule } from "../domain/pool/decision.js";
import type { PassingGround } from "../domain/pool/order.js";
import { defineText } from "./text.js";

/** How the pool treated a step, in sentences anybody can read. Spoken by `app/scheduling/tell.ts`. */
export const explainText = defineText({
  "not-yet": { zh: "要等前面的环节办完：{steps}。", en: "It follows these steps, which are not done yet: {steps}." },
  paused: { zh: "正在等您补充材料，名次保留，补充后继续安排。", en: "It waits for what we asked of you. Its place is kept and it goes on as soon as you have supplied it." },
  ended: { zh: "还没有安排就已结束。", en: "It ended before anything was arranged." },
  "nothing-needed": { zh: "这一环节不占用任何资源，随时可以办理。", en: "This step needs nothing from the pool and can be done at any time." },

  "granted.at": { zh: "{at}按第 {policy} 版策略安排好，{start}可以开始办理。", en: "Arranged on {at} under policy version {policy}; the work can begin {start}." },
  "granted.given": { zh: "{class}：由{unit}提供，{amount}，{when}。", en: "{class}: from {unit}, {amount}, {when}." },
  "granted.authority": { zh: "{class}：由{unit}依职权办理。", en: "{class}: {unit} has the authority." },
  "granted.number": { zh: "数量由法律规定（{basis}），只按受理先后发放。", en: "Its number is set by law ({basis}) and given in the order of acceptance alone." },
  "granted.in-name-of": { zh: "受委托办理，以{unit}的名义，由{unit}负责：{documents}。", en: "Done by delegation in the name of {unit}, which answers for it: {documents}." },
  "granted.resource": { zh: "具体资源：{resources}。", en: "Resource: {resources}." },
  "granted.periods": { zh: "{first}起共 {count} 个时段", en: "{count|period|periods} from {first}" },
  "amount.each": { zh: "{count} 个，各{amount}", en: "{count} different ones, {amount} each" },
  "granted.lapsed": { zh: "原定时段已过、工作没有开始，已退回。", en: "The period passed before work began, so it was given back." },
  "granted.settled": { zh: "实际使用{used}，其余已退回。", en: "{used} was used; the rest was given back." },
  "granted.annulled": { zh: "该法定名额后来被撤销，已退回，按受理先后发给下一件；时间、依据和理由见办理进度。", en: "The number was annulled later and went to whoever is next in the order of acceptance; when, on what basis and why stands in the record of the request." },
  "granted.released": { zh: "已退回资源池。", en: "It was given back to the pool." },

  funnel: { zh: "资源池中同类资源共 {considered} 个，其中 {left} 个可以办理。", en: "The pool has {considered|resource|resources} of this kind; {left} could do it." },
  "funnel.dropped": { zh: "资源池中同类资源共 {considered} 个：{dropped}；余下 {left} 个可以办理。", en: "The pool has {considered|resource|resources} of this kind: {dropped}. {left} could do it." },
  "funnel.one": { zh: "{count} 个{why}", en: "{count} {why}" },
  "dynamic": { zh: "选定的时段里，{dropped}。", en: "In the period chosen, {dropped}." },
  "dynamic.nearest": { zh: "选定的时段里，就近的 {of} 个当中，{dropped}。", en: "In the period chosen, of the {of} nearest, {dropped}." },

  "because.only-one": { zh: "当时只有这一处能够提供。", en: "Nobody else could give it then." },
  "because.runner-up": { zh: "其次是{unit}；{why}。", en: "Next would have been {unit}; {why}." },

  "waiting.nobody": { zh: "正在排队。调度服务暂时没有回应，稍后刷新可以看到名次和预计时间。", en: "It is in the queue. The scheduler does not answer at the moment; reload in a while to see its rank and expected date." },
  "waiting.needs": { zh: "正在等{class}：需要{asked}。", en: "It waits for {class}: it needs {asked}." },
  "waiting.most-free": { zh: "目前一个时段内最多空出{free}。", en: "The most that anybody has free in one period is {free}." },
  "waiting.rank": { zh: "同样需求的 {waiting} 件中排第 {rank}。", en: "It is number {rank} of {waiting} that need the same." },
  "waiting.expected": { zh: "预计{at}前后安排，八成把握在{from}至{to}之间。", en: "Expected around {at}; four times in five between {from} and {to}." },
  "waiting.no-date": { zh: "目前没有可以推算日期的依据：要等新的资源加入，或有人退回。", en: "There is nothing to estimate a date from: it waits until something is added or given back." },
  "waiting.as-of": { zh: "这是{at}的情况，调度服务暂时没有回应。", en: "As of {at}; the scheduler does not answer at the moment." },

  "change.capacity": { zh: "如果{unit}在{when}再多出{amount}（{class}），现在就能安排。", en: "It would be arranged now if {unit} had {amount} more of {class}: {when}." },
  "change.ahead-leave": { zh: "前面 {count} 件退出后，现在就能安排。", en: "It would be arranged now if the {count} before it left." },
  "change.rule": { zh: "另有 {count} 个同类资源现在就有余量，只因{why}而不能用于此事。", en: "Room enough now, but ruled out for one thing alone: {count|resource|resources} {why}." },

  "refused.at": { zh: "{at}按第 {policy} 版策略作出答复：目前没有办法安排。", en: "Answered on {at} under policy version {policy}: it cannot be arranged at present." },
  "refused.needs": { zh: "需要{class}（{asked}）。", en: "It needs {class} ({asked})." },
  "refused.too-few-officers": {
    zh: "需要 {count} 名不同的经办人，除去应当回避的（本人案件、回避名单或审办分离），只剩 {most} 名。",
    en: "It needs {count} different officers; without those who must take no part (their own case, a recusal, or a duty kept apart) {most|is|are} left.",
  },
  "refused.basis": { zh: "事项依据：{basis}。", en: "The item rests on: {basis}." },
  "refused.remedy": {
    zh: "管理员已收到提醒，补充资源或调整后会重新安排，名次和期限不变；您不用重新提交，也可以随时撤回。",
    en: "An administrator has been told and can put it back in the queue once the pool has been changed; its place and dates are kept. You need not apply again, and may withdraw at any time.",
  },
  "refused.remedy.head": {
    zh: "这件事现在由{unit}负责人处理：指定代办人，或者报请上级指定其他单位办理；之后会重新安排，名次和期限不变。您不用重新提交，也可以随时撤回。",
    en: "The case now lies with the head of {unit}, who names a deputy or asks the superior unit to name another one; it then goes back into the queue, and its place and dates are kept. You need not apply again, and may withdraw at any time.",
  },
  "refused.contact": { zh: "有疑问可以联系{unit}（{phone}）。", en: "If you have questions, ask {unit} ({phone})." },
});

/** Why resources were passed over, after a number of them. */
export const droppedWords = defineText<Rule>({
  class: { zh: "是另一类资源", en: "of another class" },
  validity: { zh: "未投用、已过期或单次额度不符", en: "not in service, out of date or outside their limits" },
  traits: { zh: "缺少所需特征", en: "without a required trait" },
  jurisdiction: { zh: "不管辖该地", en: "without jurisdiction there" },
  scope: { zh: "不属于主管单位", en: "not the competent unit's own" },
  automation: { zh: "的职权不得由机器行使", en: "whose authority no machine may exercise" },
  persons: { zh: "因经办人回避", en: "whose officer takes no part in this matter" },
  agreement: { zh: "不在购买服务协议的范围或期限内", en: "outside the scope or term of its agreement" },
  earmark: { zh: "资金用途不符", en: "earmarked for another purpose" },
  policy: { zh: "政策不允许", en: "not allowed by policy" },
  calendar: { zh: "不上班", en: "closed" },
  capacity: { zh: "余量不足", en: "without enough left" },
});

/** The rule that left nobody. */
export const refusalWords = defineText<RefusalRule>({
  class: { zh: "资源池里还没有这类资源。", en: "The pool has no resource of this class." },
  validity: { zh: "这类资源都未投用、已过有效期，或单次额度不符。", en: "All resources of this class are out of service, out of date, or outside their limits for one request." },
  traits: { zh: "没有一处同时具备所需特征：{traits}。", en: "None has all the traits required: {traits}." },
  jurisdiction: { zh: "没有一处管辖申请所在地。", en: "None has jurisdiction over the place of this matter." },
  scope: { zh: "只能由主管单位自己办理，而它没有登记这类资源，也没有委托其他单位。", en: "Only the competent unit may do this; it has registered no resource of this class and delegated the act to nobody." },
  automation: { zh: "这一步的职权须由人行使，没有一处声明可以自动办理。", en: "This authority must be exercised by a person: nobody has declared that it may be automated." },
  persons: { zh: "能办这件事的经办人都应当回避（本人案件、回避名单或审办分离）。", en: "Every officer who could do it must take no part (their own case, a recusal, or a duty kept apart)." },
  agreement: { zh: "这类资源都由购买服务协议提供，而此事不在协议的期限、区划、事项或辅助性工作范围之内。", en: "All resources of this class serve under agreements, and this matter is outside their term, places, items or assisting acts." },
  earmark: { zh: "没有用途相符的资金。", en: "No money is earmarked for this purpose." },
  policy: { zh: "现行政策不允许其他单位的资源用于此事。", en: "The policy in force does not allow what is left to be used for this." },
  calendar: { zh: "所有可办的资源在任何一天都不开放。", en: "Nobody who could do it is ever open." },
  capacity: { zh: "需要{asked}，而一个时段内最多只能提供{most}。", en: "It needs {asked}, and the most that anybody could ever give in one period is {most}." },
  count: { zh: "需要几个不同的资源同时来办，能办的没有这么多。", en: "It needs several different resources at one time, and there are not that many that could do it." },
  group: { zh: "几项需求必须出自同一个单位或同一个资源，而没有一处样样都能提供。", en: "Several claims must be served by one unit, or by one resource, and none could serve them all." },
  quota: { zh: "需要{asked}，而按配额，本单位一个时段内连借用在内最多只能用{most}。", en: "It needs {asked}; by its quota the unit may never use more than {most} in one period, borrowing included." },
  generation: { zh: "所指定的资源在查看之后有了变更，或原来的占用已经结束。", en: "What was named has been changed since it was looked at, or the hold it was to replace has ended." },
});

/** What is to happen before a waiting step can go on, where no single change is known to be enough. */
export const changeWords = defineText<WaitingRule>({
  calendar: { zh: "有单位开放后续日期，就会安排。", en: "It goes on when somebody opens a day that lies ahead." },
  capacity: { zh: "排在前面的先安排；再有足够的余量，就会轮到。", en: "Those before it are arranged first; it goes on when enough becomes free after them." },
  together: { zh: "所需的几项在同一时间都空出来，就会安排。", en: "It goes on when all that it needs is free at one time." },
  number: { zh: "名额由法律规定，只按受理先后发放；轮到就会安排。", en: "Law sets the number, and it is given in the order of acceptance; it goes on when its turn comes." },
  reserved: { zh: "余量留给排在前面、已到办理时点的件；它们安排之后就会轮到。", en: "What is free is kept for overdue cases before it; it goes on when they have been arranged." },
  quota: { zh: "本单位的配额有了余量，或者其他单位有闲置配额可借，就会安排。", en: "It goes on when the unit's quota has room again, or others have idle quota to lend." },
  policy: { zh: "正在核对政策，马上就有结果。", en: "The policy is being asked; the answer is on its way." },
  turn: { zh: "没有发现障碍，轮到就会安排。", en: "Nothing is known to block it; it goes on when its turn comes." },
});

/** Why the winner went before the runner-up. */
export const becauseWords = defineText<keyof ScoreTerms | "listed-first">({
  period: { zh: "选中的一处开始更早", en: "the one chosen begins earlier" },
  distance: { zh: "选中的一处更近", en: "the one chosen is nearer" },
  otherUnit: { zh: "选中的一处属于本单位", en: "the one chosen belongs to the unit itself" },
  loadPercent: { zh: "选中的一处负荷更轻", en: "the one chosen has less work" },
  "listed-first": { zh: "两处条件相同，按登记先后", en: "both were equal, and it was registered later" },
});

/** Why somebody later was served before one who waits. */
export const passingWords = defineText<PassingGround>({
  priority: { zh: "后一件有经确认的法定优先事由", en: "the other has a confirmed lawful ground to be served first" },
  elsewhere: { zh: "给出的资源办不了前一件（地域、特征或单位不符）", en: "what was given could not serve it: another place, trait or unit" },
  "needs-more": { zh: "前一件需要的量大于当时的余量", en: "it needs more than was free" },
  closed: { zh: "能办前一件的资源在它可用的时段都不开放", en: "nobody who could serve it is open when it can use it" },
  together: { zh: "前一件所需的几项凑不到同一时间", en: "all it needs could not be had at one time" },
  "other-class": { zh: "前一件还在等另一类资源", en: "it waits for something else it needs" },
  number: { zh: "法定名额只按受理先后发放", en: "a number set by law is given in the order of acceptance alone" },
  recusal: { zh: "按回避规定，当时没有人可以办理前一件", en: "rules on conflict of interest left nobody for it" },
  quota: { zh: "前一件的单位已用完自有配额，后一件在自有配额之内", en: "its unit has used its own quota, and the other stays within its own" },
  share: { zh: "两件都要借用配额，后一件的单位按权重借用得更少", en: "both borrow, and the other's unit has borrowed less by its weight" },
  "in-time": { zh: "两件都要借用配额，后一件已不能再等，当时安排还能按期办结", en: "both borrow, and the other could wait no longer and still be in time" },
});

/** One short phrase for a list. */
export const waitingWords = defineText<WaitingRule>({
  calendar: { zh: "等开放日", en: "waits for an open day" },
  capacity: { zh: "等容量", en: "waits for capacity" },
  together: { zh: "等同一时间", en: "waits for one common time" },
  number: { zh: "按受理先后等名额", en: "waits for a number, in the order of acceptance" },
  reserved: { zh: "余量留给已到办理时点的件", en: "what is free is kept for an overdue case" },
  quota: { zh: "等配额", en: "waits for quota" },
  policy: { zh: "核对政策中", en: "policy is being asked" },
  turn: { zh: "等轮次", en: "waits for its turn" },
});
