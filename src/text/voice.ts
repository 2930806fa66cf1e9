import { dayNumberOf, localDateOf, weekdayOf, CHINA_OFFSET_MS, HALF_HOUR_MS, DAY_MS, type Instant } from "../domain/instant.js";
import type { Measure } from "../domain/pool/class.js";
import type { PeriodKind, Period } from "../domain/pool/period.js";
import { say, type Bilingual, type Facts, type Language } from "./text.js";
import { measureWords } from "./words.js";

const WEEKDAYS = {
  zh: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
  en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
} as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const groups = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");
const two = (value: number): string => String(value).padStart(2, "0");

/** How dates, amounts and names are said in one language. Dates are local dates of China. */
export interface Voice {
  readonly language: Language;
  /** A string of the catalogue. */
  t(entry: Bilingual, facts?: Facts): string;
  name(names: { readonly zh: string; readonly en: string }): string;
  /** `甲、乙` · `A, B` */
  list(words: readonly string[]): string;
  number(value: number): string;
  /** Whole percent. */
  percent(part: number, whole: number): string;
  /** `2026年11月22日 周日` · `Sun 22 Nov 2026` */
  date(at: Instant): string;
  /** With the time of day. */
  dateTime(at: Instant): string;
  day(day: number): string;
  /** The number alone, where month and year stand beside it. */
  dayOfMonth(day: number): string;
  /** `11月22日` · `22 Nov`: where the year is clear. */
  shortDay(day: number): string;
  time(at: Instant): string;
  /** `¥1,234.50`; fen as the database has them. */
  money(fen: number): string;
  amount(value: number, measure: Measure): string;
  period(kind: PeriodKind, period: Period): string;
  /** Working or plain minutes: `2 小时 5 分钟`. */
  minutes(minutes: number): string;
}

export function voiceOf(language: Language): Voice {
  const zh = language === "zh";
  const number = (value: number): string => {
    const [whole = "0", fraction] = String(Math.abs(value)).split(".");
    return `${value < 0 ? "−" : ""}${groups(whole)}${fraction === undefined ? "" : `.${fraction}`}`;
  };
  const parts = (day: number): { y: number; m: number; d: number; weekday: string } => {
    const [y = 0, m = 0, d = 0] = localDateOf(day).split("-").map(Number);
    return { y, m, d, weekday: WEEKDAYS[language][weekdayOf(day)] ?? "" };
  };
  const day = (value: number): string => {
    const { y, m, d, weekday } = parts(value);
    return zh ? `${y}年${m}月${d}日 ${weekday}` : `${weekday} ${d} ${MONTHS[m - 1] ?? ""} ${y}`;
  };
  const shortDay = (value: number): string => {
    const { m, d } = parts(value);
    return zh ? `${m}月${d}日` : `${d} ${MONTHS[m - 1] ?? ""}`;
  };
  const time = (at: Instant): string => {
    const minutes = Math.floor(((((at + CHINA_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  };
  const money = (fen: number): string => {
    const absolute = Math.abs(fen);
    const rest = absolute % 100;
    return `${fen < 0 ? "−" : ""}¥${groups(String(Math.floor(absolute / 100)))}${rest === 0 ? "" : `.${two(rest)}`}`;
  };
  return {
    language,
    t: (entry, facts) => say(language, entry, facts),
    name: (names) => names[language] || names.zh || names.en,
    list: (words) => words.join(zh ? "、" : ", "),
    number,
    percent: (part, whole) => (whole === 0 ? "—" : `${Math.round((part / whole) * 100)}%`),
    date: (at) => day(dayNumberOf(at)),
    dateTime: (at) => `${day(dayNumberOf(at))} ${time(at)}`,
    day,
    dayOfMonth: (value) => String(parts(value).d),
    shortDay,
    time,
    money,
    amount: (value, measure) =>
      measure === "fen"
        ? money(value)
        : // English plurals look at the number itself, so group digits only where no plural depends on it.
          say(language, measureWords[measure], { n: Math.abs(value) < 1000 ? value : number(value) }),
    period: (kind, period) => {
      switch (kind) {
        case "none":
          return zh ? "不限时段" : "Any time";
        case "day":
          return day(period);
        case "slot": {
          const at = period * HALF_HOUR_MS - CHINA_OFFSET_MS;
          return `${day(dayNumberOf(at))} ${time(at)}–${time(at + HALF_HOUR_MS)}`;
        }
        case "fiscal-year":
          return zh ? `${period} 年度` : `Year ${period}`;
      }
    },
    minutes: (minutes) => {
      const hours = Math.floor(minutes / 60);
      const rest = minutes % 60;
      if (hours === 0) return zh ? `${rest} 分钟` : `${rest} min`;
      if (rest === 0) return zh ? `${hours} 小时` : `${hours} h`;
      return zh ? `${hours} 小时 ${rest} 分钟` : `${hours} h ${rest} min`;
    },
  };
}
