import { applyManifest } from "../../../app/pool/apply-manifest.js";
import { applyReport, manifestBody, manifestQuery } from "../../../contract/schemas/manifest.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";

/** A prefecture with a hundred thousand resources as text. */
const BYTES_MAX = 32 * 1024 * 1024;

const apply = defineRoute({
  method: "post",
  path: "/manifests",
  access: "pool.declare",
  tag: "manifests",
  summary: "Apply a folder of declarations: all of it or nothing; the same folder again changes nothing",
  query: manifestQuery,
  body: manifestBody,
  bodyBytesMax: BYTES_MAX,
  response: applyReport,
  problems: ["input.unknown_reference", "input.duplicate", "manifest.no_pool"],
  async handle({ deps, actor, pool, body, query }) {
    const records = deps.manifests.read(body.files.map(({ path, content }) => ({ path, bytes: Buffer.from(content) })));
    if (!records.ok) return records;
    const applied = await applyManifest(deps, actor, pool, records.value, { dryRun: query.dryRun === "true" });
    if (!applied.ok) return applied;
    const { poolId, dryRun, nouns, proposed, changes } = applied.value;
    return ok({ body: { pool: poolId, dryRun, nouns: nouns.map((one) => ({ ...one })), proposed: proposed && { ...proposed, changes: proposed.changes.map((one) => ({ ...one })) }, changes: changes.map((one) => ({ ...one })) } });
  },
});

export const manifestRoutes: readonly Route[] = [apply];
