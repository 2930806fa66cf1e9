import type { z } from "@hono/zod-openapi";
import type { QuotaEffect, QuotaWarning, ShareEffect } from "../../app/quota/preview-quota.js";
import type { QuotaLine } from "../../app/quota/quota-board.js";
import type { cohortShown, effectShown, quotaShown, sharingShown } from "../../contract/schemas/quota.js";
import { localDateOf } from "../../domain/instant.js";
import type { CapacityClass, Measure } from "../../domain/pool/class.js";
import { periodStart, type Period, type PeriodKind } from "../../domain/pool/period.js";
import { quotaKey, type Cohort, type Sharing } from "../../domain/quota/quota.js";
import type { Standing } from "../../domain/quota/standing.js";
import type { Promised } from "../../domain/quota/within-capacity.js";
import { quotaWarnings } from "../../text/quota.js";
import { say } from "../../text/text.js";
import { amountOf } from "./shown-register.js";
import { iso } from "./shown-request.js";

export const shownCohort = ({ id, parent, names, generation }: Cohort): z.input<typeof cohortShown> => ({ cohort: id, parent, names, generation });

/** A day as its date, a half-hour as its beginning, a year as its number. */
export function shownPeriod(kind: PeriodKind, period: Period): string {
  if (kind === "none") return "-";
  if (kind === "fiscal-year") return String(period);
  return kind === "day" ? localDateOf(period) : iso(periodStart("slot", period));
}

const shownStanding = (measure: Measure, { nominal, used, borrowed, lent, room }: Standing) => ({
  nominal: amountOf(measure, nominal),
  used: amountOf(measure, used),
  borrowed: amountOf(measure, borrowed),
  lent: amountOf(measure, lent),
  room: amountOf(measure, room),
});

export function shownQuota({ quota, standing, period, peak }: QuotaLine, { measure, period: kind }: CapacityClass): z.input<typeof quotaShown> {
  const { nominal: nominalNow, ...use } = shownStanding(measure, standing);
  const limit = (amount: number | null) => (amount === null ? null : amountOf(measure, amount));
  return {
    quota: quotaKey(quota),
    unit: quota.unitId,
    class: quota.classId,
    cohort: quota.cohort,
    nominal: quota.nominal === "own" ? "own" : amountOf(measure, quota.nominal),
    borrowingLimit: limit(quota.borrowingLimit),
    lendingLimit: limit(quota.lendingLimit),
    weight: quota.weight,
    generation: quota.generation,
    period: shownPeriod(kind, period),
    nominalNow,
    ...use,
    peak: peak && { period: shownPeriod(kind, peak.period), used: amountOf(measure, peak.used) },
  };
}

const shownWarnings = (warnings: readonly QuotaWarning[]): z.input<typeof effectShown>["classes"][number]["warnings"] =>
  warnings.map(({ code, ...facts }) => ({ code, words: { zh: say("zh", quotaWarnings[code], facts), en: say("en", quotaWarnings[code], facts) } }));

const shownPromised = (measure: Measure, one: Promised | null) => one && { nominal: amountOf(measure, one.nominal), capacity: one.capacity === null ? null : amountOf(measure, one.capacity) };

const shownClassEffect = ({ class: of, period, units, promised, warnings }: QuotaEffect): z.input<typeof effectShown>["classes"][number] => ({
  class: of.id,
  period: shownPeriod(of.period, period),
  units: units.map(({ unitId, names, before, after, waiting }) => ({
    unit: unitId,
    names,
    before: before && shownStanding(of.measure, before),
    after: after && shownStanding(of.measure, after),
    waiting: { ...waiting, amount: amountOf(of.measure, waiting.amount) },
  })),
  promised: promised.map(({ before, after }) => ({ cohort: (after ?? before)!.cohort, before: shownPromised(of.measure, before), after: shownPromised(of.measure, after) })),
  warnings: shownWarnings(warnings),
});

export const shownEffect = ({ classes, supplies }: ShareEffect): z.input<typeof effectShown> => ({
  classes: classes.map(shownClassEffect),
  supplies: supplies.map(({ resource, unitId, class: of, before, after, offersBefore, offersAfter, overdrawn }) => ({
    resource,
    unit: unitId,
    class: of.id,
    before,
    after,
    offersBefore: offersBefore === null ? null : amountOf(of.measure, offersBefore),
    offersAfter: offersAfter === null ? null : amountOf(of.measure, offersAfter),
    overdrawn,
  })),
});


export const shownSharing = ({ halfLifeDays, applicants, items, generation }: Sharing): z.input<typeof sharingShown> => ({ halfLifeDays, applicants: { ...applicants, items: items.map((one) => ({ ...one })) }, generation });
