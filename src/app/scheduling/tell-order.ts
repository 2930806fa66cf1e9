import { passingWords } from "../../text/explain.js";
import { orderText } from "../../text/order.js";
import type { Voice } from "../../text/voice.js";
import type { BetweenOrder, OwnOrder, RequestLine, StepOrder } from "./explain-order.js";
import type { PairOrder, Which } from "./pair-order.js";

/** Where a request stands, in sentences for the one whose request it is. */
export function tellOwnOrder(voice: Voice, { steps, unanswered }: OwnOrder): readonly string[] {
  const { t } = voice;
  if (steps.length === 0) return [t(orderText[unanswered > 0 ? "own.unanswered" : "own.none-waiting"])];
  return [...steps.flatMap((step) => tellStepOrder(voice, step)), t(orderText["own.privacy"])];
}

function tellStepOrder(voice: Voice, { names, class: wanted, ahead, own, passed, fresh, at }: StepOrder): string[] {
  const { t, name } = voice;
  const facts = { step: name(names), class: name(wanted.names), total: ahead.total };
  const parts = [
    ahead.dueEarlier > 0 ? t(orderText["own.due"], { count: ahead.dueEarlier }) : "",
    ahead.filedEarlier > 0 ? t(orderText["own.filed"], { count: ahead.filedEarlier }) : "",
    ...ahead.priority.map(({ ground, names: words, count }) => (ground === null ? t(orderText["own.priority.few"], { count }) : t(orderText["own.priority"], { count, ground: words ? name(words) : ground }))),
  ].filter((part) => part !== "");
  const sentences = [ahead.total === 0 ? t(orderText["own.first"], facts) : t(orderText["own.total"], { ...facts, parts: list(voice, parts) })];
  if (own) sentences.push(t(orderText["own.ground"], { ground: own.names ? name(own.names) : own.ground }));
  const total = passed.grounds.reduce((sum, { count }) => sum + count, 0);
  const from = voice.dateTime(passed.from);
  const why = passed.grounds.map(({ ground, count }) => (ground === null ? t(orderText["own.passed.few"], { count }) : t(orderText["own.passed.one"], { count, why: t(passingWords[ground]) })));
  sentences.push(total === 0 ? t(orderText["own.passed.none"], { from }) : t(orderText["own.passed"], { from, total, parts: list(voice, why) }));
  if (!fresh) sentences.push(t(orderText["own.as-of"], { at: voice.dateTime(at) }));
  return sentences;
}

/** How two requests stand to one another, for those who may read both. */
export function tellBetween(voice: Voice, { one, other, pairs }: BetweenOrder): readonly string[] {
  if (pairs.length === 0) return [voice.t(orderText["between.nothing"])];
  return pairs.flatMap((pair) => tellPair(voice, pair, { one, other }));
}

export function tellPair(voice: Voice, pair: PairOrder, lines: Readonly<Record<Which, RequestLine>>): readonly string[] {
  const { t, name } = voice;
  const classes = list(voice, pair.classes.map(({ names }) => name(names)));
  const { first } = pair;
  if (first === null) return [t(orderText["between.apart"], { classes })];
  const number = (which: Which): string => lines[which].number;
  const second = theOther(first);
  const sentences = [t(orderText["between.first"], { classes, first: number(first), second: number(second), why: why(voice, pair, first) })];
  if (pair.sameAsk === true) sentences.push(t(orderText["between.same-ask"]));
  if (pair.from === "books") sentences.push(t(orderText["between.books"]));
  return [...sentences, ...tellServed(voice, pair, first, number)];
}

const theOther = (which: Which): Which => (which === "one" ? "other" : "one");

function why(voice: Voice, pair: PairOrder, first: Which): string {
  const { t } = voice;
  const [mine, its] = [pair[first], pair[theOther(first)]];
  switch (pair.by) {
    case "key":
      return t(orderText["by.key"], { first: voice.dateTime(mine.keyAt), second: voice.dateTime(its.keyAt) });
    case "priority": {
      const ground = mine.ground && (mine.ground.names ? voice.name(mine.ground.names) : mine.ground.code);
      return t(orderText["by.priority"], { ground: ground ? (voice.language === "zh" ? `（${ground}）` : ` (${ground})`) : "" });
    }
    case "arrival":
    case "acceptance":
      return t(orderText[`by.${pair.by}`], { first: voice.dateTime(mine.arrivedAt), second: voice.dateTime(its.arrivedAt) });
    case "quota":
    case "share":
      return t(orderText[`by.${pair.by}`]);
    case "id":
    case null:
      return t(orderText["by.id"]);
  }
}

function tellServed(voice: Voice, pair: PairOrder, first: Which, number: (which: Which) => string): string[] {
  const { t } = voice;
  const { served } = pair;
  const decided = served && pair[served.first].decided;
  if (!served || !decided) return [];
  const facts = { which: number(served.first), other: number(theOther(served.first)), seq: decided.seq, at: voice.dateTime(decided.at) };
  if (served.first === first) return [t(orderText["between.served"], facts)];
  if (served.ground === null) return [t(orderText["between.passed.none"], facts)];
  return [t(orderText["between.passed"], { ...facts, why: t(passingWords[served.ground]) }), ...(served.direct ? [t(orderText["between.passed.direct"], facts)] : [])];
}

const list = (voice: Voice, parts: readonly string[]): string => parts.join(voice.language === "zh" ? "；" : "; ");
