import type { ClassId, DivisionCode, ItemCode, UnitId } from "../id.js";
import type { Instant, LocalDate } from "../instant.js";
import { ancestorsOf } from "./tree.js";

/** What a unit says of the matter: that it is its own, or that it is not. */
export const STANCES = ["claims", "declines"] as const;
export type Stance = (typeof STANCES)[number];

/** `open` the units try to agree · `escalated` they had their days, the coordinator decides · `agreed` · `ruled` */
export const CONTEST_STATES = ["open", "escalated", "agreed", "ruled"] as const;
export type ContestState = (typeof CONTEST_STATES)[number];

/**
 * How long units may argue, where no other law says: seven working days, and as many for the coordinator. That they settle it between
 * them first, and that the common superior decides then or at once, is the Law on Administrative Penalties (2021), art. 25; it names no days. The
 * seven are this product's choice. Another number comes with the law it rests on.
 */
export const CONTEST_TERM = {
  workingDays: 7,
  basis: "《行政处罚法》第二十五条：管辖争议应当协商，协商不成的报请共同的上一级行政机关指定管辖，也可以直接指定；该条未规定天数，这里取七个工作日",
} as const;
export const CONTEST_DAYS_MAX = 60;

export interface ContestMatter {
  /** Either an item or a class of functions: every item that asks it of its competent unit. */
  readonly item: ItemCode | null;
  readonly classId: ClassId | null;
  readonly division: DivisionCode;
  /** Only this case, by its public id. */
  readonly request: string | null;
}

export interface Statement {
  readonly stance: Stance;
  readonly statement: string;
  readonly basis: string;
  readonly by: string;
  readonly at: Instant;
}

/** A unit that was called and has not answered has said nothing. */
export interface ContestParty {
  readonly unitId: UnitId;
  readonly said: Statement | null;
}

export interface ContestRuling {
  readonly ordinal: number;
  /** Null: as it would be without a ruling. */
  readonly unitId: UnitId | null;
  readonly grounds: string;
  readonly basis: string;
  /** Both included; null: until another ruling. */
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate | null;
  readonly inNameOf: UnitId | null;
  readonly by: string;
  readonly at: Instant;
  readonly beganAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly replaced: boolean;
  readonly referred: number;
}

export interface Contest {
  readonly id: number;
  readonly matter: ContestMatter;
  readonly state: ContestState;
  readonly parties: readonly ContestParty[];
  readonly openedBy: string;
  readonly openedAt: Instant;
  readonly workingDays: number;
  readonly termBasis: string;
  readonly dueAt: Instant;
  /** Null: no unit stands above all of them, and the centre decides. */
  readonly coordinator: UnitId | null;
  readonly escalatedAt: Instant | null;
  readonly rulingDueAt: Instant | null;
  readonly rulings: readonly ContestRuling[];
  readonly generation: number;
}

/** `positive` more than one claims it (积极争议) · `negative` nobody does (消极争议) · `undecided` some have not answered · `none` one claims it and all others decline. */
export type ContestKind = "positive" | "negative" | "undecided" | "none";

export function contestKind(parties: readonly ContestParty[]): ContestKind {
  const claiming = parties.filter(({ said }) => said?.stance === "claims").length;
  if (claiming > 1) return "positive";
  if (parties.some(({ said }) => said === null)) return "undecided";
  return claiming === 0 ? "negative" : "none";
}

/** The one that claims it when all others decline. */
export const agreedUnit = (parties: readonly ContestParty[]): UnitId | undefined =>
  contestKind(parties) === "none" ? parties.find(({ said }) => said?.stance === "claims")?.unitId : undefined;

/** The nearest unit above all parties that may decide and is no party itself; null: there is none. */
export function coordinatorOf(parents: ReadonlyMap<UnitId, UnitId | null>, parties: readonly UnitId[], mayDecide: (unit: UnitId) => boolean): UnitId | null {
  const chains = parties.map((unit) => ancestorsOf(parents, unit));
  const [first = [], ...others] = chains;
  return first.find((unit) => !parties.includes(unit) && mayDecide(unit) && others.every((chain) => chain.includes(unit))) ?? null;
}

/** The ruling that stands or waits for its first day. */
export const presentRuling = ({ rulings }: Pick<Contest, "rulings">): ContestRuling | undefined => rulings.findLast(({ endedAt }) => endedAt === null);
