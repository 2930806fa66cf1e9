import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";
import type { Resource } from "./resource.js";

/**
 * One life for every kind of resource (P11): register → publish → allocate → use → release → retire.
 *
 * `registered` is known and gives nothing · `published` is offered · `retired` gives nothing new; work that was
 * begun on it is used and released to its end.
 */
export type ResourceState = Resource["state"];

export const RESOURCE_EVENTS = ["declare", "publish", "allocate", "use", "release", "retire"] as const;
export type ResourceEvent = (typeof RESOURCE_EVENTS)[number];

/** Every state and every event; null is a refusal. */
export const RESOURCE_TRANSITIONS: Readonly<Record<ResourceState, Readonly<Record<ResourceEvent, ResourceState | null>>>> = {
  registered: { declare: "registered", publish: "published", allocate: null, use: null, release: null, retire: "retired" },
  published: { declare: "published", publish: null, allocate: "published", use: "published", release: "published", retire: "retired" },
  retired: { declare: null, publish: null, allocate: null, use: "retired", release: "retired", retire: null },
};

export function nextResourceState(state: ResourceState, event: ResourceEvent): Result<ResourceState> {
  const next = RESOURCE_TRANSITIONS[state][event];
  return next === null ? refused(problem("object.transition_illegal", { kind: "resource", state, event })) : ok(next);
}

/** An asset's life: in service and out of it as often as need be, retired once. */
export const ASSET_EVENTS = ["declare", "put-out-of-service", "return-to-service", "retire"] as const;
export type AssetEvent = (typeof ASSET_EVENTS)[number];
export type AssetState = "in-service" | "out-of-service" | "retired";

export const ASSET_TRANSITIONS: Readonly<Record<AssetState, Readonly<Record<AssetEvent, AssetState | null>>>> = {
  "in-service": { declare: "in-service", "put-out-of-service": "out-of-service", "return-to-service": null, retire: "retired" },
  "out-of-service": { declare: "out-of-service", "put-out-of-service": null, "return-to-service": "in-service", retire: "retired" },
  retired: { declare: null, "put-out-of-service": null, "return-to-service": null, retire: null },
};

export function nextAssetState(state: AssetState, event: AssetEvent): Result<AssetState> {
  const next = ASSET_TRANSITIONS[state][event];
  return next === null ? refused(problem("object.transition_illegal", { kind: "asset", state, event })) : ok(next);
}
