import { DAY_MS } from "../instant.js";

/*
 * The lawful order of the queue, in words both people and `verify` read.
 *
 * A step's key is its due date minus the work still before it, minus what a confirmed ground moves it ahead; then
 * arrival; then id. A ground of an absolute class comes before everybody without one. Everything else that goes
 * before what stands before it carries one of these codes.
 */

/** A ground moves a step ahead by at most this: whoever waits longer than that goes first, whatever grounds others have. */
export const ADVANCE_MS_MAX = 30 * DAY_MS;

/**
 * Why a more urgent step that asks the same class was passed, public:
 * `priority` the one that passed has a confirmed ground · `elsewhere` what was given could not serve the one passed (place,
 * trait, unit, rule) · `needs-more` it asks more than was free · `closed` nobody who may serve it is open in the time it can
 * use · `together` its claims could not all be met at one time · `other-class` it waits for something else it needs ·
 * `number` a number set by law is given in the order of acceptance · `recusal` rules about persons left nobody for it ·
 * `quota` its unit has used its own quota, and the one that passed stays within its own or has none · `share` both borrow, and the
 * unit of the one that passed has borrowed less, by its weight · `in-time` both borrow, and the one that passed could wait no longer
 * and still be in time.
 */
export const PASSING_GROUNDS = ["priority", "elsewhere", "needs-more", "closed", "together", "other-class", "number", "recusal", "quota", "share", "in-time"] as const;
export type PassingGround = (typeof PASSING_GROUNDS)[number];

/** Beside the codes of grounds, what holds are moved for: its unit had borrowed them, and whoever lent them needs them. */
export const RECLAIMED = "reclaimed";

/** And what they are moved for when nobody can serve them there: a drain, or a loan that ends before its term. */
export const forcedGround = (kind: "drain" | "loan", id: number): string => `${kind}:${id}`;
export const forcedKind = (ground: string): "drain" | "loan" | null => (/^(drain|loan):\d+$/.exec(ground)?.[1] as "drain" | "loan" | undefined) ?? null;
