import type { FormField, Item } from "../../domain/catalogue/item.js";
import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { DivisionCode, ItemCode, PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { isPersonal } from "../../domain/request/answers.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { Instant } from "../../domain/instant.js";
import type { AppDeps } from "../deps.js";
import type { PoolMap } from "../ports/catalogue.js";
import type { Reading, Transaction } from "../ports/store.js";
import { mergedForm } from "./form-of-request.js";
import { mayBeOutdated, placeOf, prepareRequest, type Prepared } from "./prepare-request.js";
import { maySubmit, store, type Receipt } from "./submit-request.js";

export interface SubmitBundleInput {
  readonly bundle: string;
  readonly division: string;
  /** Each question once, whichever items ask it. */
  readonly answers: Readonly<Record<string, unknown>>;
  readonly materials?: readonly string[] | undefined;
  readonly enterprise?: string | undefined;
}

export interface BundleReceipt {
  /** What ties the requests together. */
  readonly bundleRequest: string;
  /** In an order in which each comes after those it waits for. */
  readonly receipts: readonly Receipt[];
}

/** One application for one thing in life (一件事): a request for each item, linked, in the order the bundle states. */
export async function submitBundle(deps: AppDeps, actor: Actor, pool: PoolId, input: SubmitBundleInput): Promise<Result<BundleReceipt>> {
  const allowed = await maySubmit(deps, actor, pool, input.enterprise);
  if (!allowed.ok) return allowed;
  const { permission, person } = allowed.value;
  const receivedAt = await deps.clock.now(pool);
  const id = deps.requestIds.unguessable();
  return await deps.store.transact(pool, async (tx): Promise<Result<BundleReceipt>> => {
    for (let again = false; ; again = true) {
      const map = await tx.catalogue.poolMap(again);
      const prepared = await prepareBundle(tx, map, input, receivedAt);
      if (!prepared.ok && !again && mayBeOutdated(prepared.problems)) continue;
      if (!prepared.ok) return prepared;
      const bundle = { code: input.bundle, id };
      const receipts = await store(deps, tx, map, { person, permission, enterprise: input.enterprise, receivedAt, bundle }, prepared.value);
      if (receipts === "changed" && !again) continue;
      if (receipts === "changed") return refused(problem("input.unknown_reference", { kind: "bundle", id: input.bundle }, { field: "bundle" }));
      return receipts.ok ? ok({ bundleRequest: id, receipts: receipts.value }) : receipts;
    }
  });
}

/** A bundle with its items, and its questions, each once. */
export interface OpenBundle {
  readonly bundle: Bundle;
  /** Predecessors first. */
  readonly items: readonly Item[];
  readonly form: readonly FormField[];
}

export async function openBundle(tx: Pick<Reading, "bundles" | "items">, code: string): Promise<OpenBundle | undefined> {
  const bundle = await tx.bundles.get(code);
  if (!bundle) return undefined;
  const items = await Promise.all(inOrder(bundle).map((item) => tx.items.published(item)));
  const found = items.filter((item) => item !== null);
  if (found.length !== bundle.members.length) return undefined;
  const form = found.reduce((fields, { guide }) => mergedForm(fields, guide.form), bundle.form);
  return { bundle, items: found, form };
}

async function prepareBundle(tx: Transaction, map: PoolMap, input: SubmitBundleInput, receivedAt: Instant): Promise<Result<readonly Prepared[]>> {
  const opened = await openBundle(tx, input.bundle);
  if (!opened) return refused(problem("input.unknown_reference", { kind: "bundle", id: input.bundle.slice(0, 80) }, { field: "bundle" }));
  const place = placeOf(map, input.division);
  if (!place.ok) return place;
  const problems: Problem[] = unknownGiven(opened, input);
  const prepared: Prepared[] = [];
  for (const item of opened.items) {
    const one = prepareMember(map, opened, item, input, place.value, receivedAt);
    if (one.ok) prepared.push(one.value);
    else problems.push(...one.problems);
  }
  return unlessRefused(distinct(problems), prepared);
}

/** Answers and papers no member asks for. Those of other members are no mistake. */
function unknownGiven({ items, form }: OpenBundle, input: SubmitBundleInput): Problem[] {
  const fields = new Set(form.map(({ field }) => field));
  const papers = new Set(items.flatMap(({ guide }) => guide.materials.map(({ material }) => material)));
  return [
    ...Object.keys(input.answers)
      .filter((name) => !fields.has(name))
      .map((name) => problem("input.unknown_field", { name: name.slice(0, 80) }, { field: `answers.${name.slice(0, 80)}` })),
    ...(input.materials ?? []).flatMap((name, index) =>
      papers.has(name) ? [] : [problem("input.unknown_reference", { kind: "material", id: name.slice(0, 80) }, { field: `materials.${index}` })],
    ),
  ];
}

function prepareMember(map: PoolMap, opened: OpenBundle, item: Item, input: SubmitBundleInput, division: DivisionCode, receivedAt: Instant): Result<Prepared> {
  const { guide } = item;
  const asked = mergedForm(guide.form, opened.bundle.form);
  const own = new Set(guide.form.map(({ field }) => field));
  // A member that does not ask for it gets no personal value: each office reads what its own decision needs.
  const form = asked.filter((field) => own.has(field.field) || !isPersonal(field));
  const names = new Set(form.map(({ field }) => field));
  const papers = new Set(guide.materials.map(({ material }) => material));
  return prepareRequest(map, {
    item,
    division,
    enterprise: input.enterprise,
    form,
    answers: Object.fromEntries(Object.entries(input.answers).filter(([name]) => names.has(name))),
    materials: (input.materials ?? []).filter((name) => papers.has(name)),
    receivedAt,
    waitsFor: opened.bundle.members.find((member) => member.item === item.code)?.after ?? [],
    limits: wayTo(opened, item.code),
  });
}

/** The limits of a member with those of the longest way to it: the date named before it begins. */
function wayTo(opened: OpenBundle, code: ItemCode): { readonly promisedDays: number; readonly statutoryDays: number } {
  const guide = opened.items.find((item) => item.code === code)?.guide;
  const before = (opened.bundle.members.find(({ item }) => item === code)?.after ?? []).map((item) => wayTo(opened, item));
  return {
    promisedDays: (guide?.promisedDays ?? 0) + Math.max(0, ...before.map(({ promisedDays }) => promisedDays)),
    statutoryDays: (guide?.statutoryDays ?? 0) + Math.max(0, ...before.map(({ statutoryDays }) => statutoryDays)),
  };
}

/** Members with their predecessors first; the declaration has seen to it that there is no circle. */
function inOrder({ members }: Bundle): readonly ItemCode[] {
  const placed: ItemCode[] = [];
  while (placed.length < members.length) {
    const free = members.filter(({ item, after }) => !placed.includes(item) && after.every((before) => placed.includes(before)));
    if (free.length === 0) throw new Error(`the items of a bundle wait for one another: ${members.map(({ item }) => item).join(", ")}`);
    placed.push(...free.map(({ item }) => item));
  }
  return placed;
}

/** The same question fails once, however many items ask it. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.code} ${one.field ?? ""} ${JSON.stringify(one.facts)}`, one])).values(),
];
