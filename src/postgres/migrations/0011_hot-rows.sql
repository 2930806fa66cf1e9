CREATE TABLE "pool"."asks" (
	"pool_id" text NOT NULL,
	"ask_id" uuid NOT NULL,
	"claims" jsonb NOT NULL,
	CONSTRAINT "asks_pool_id_ask_id_pk" PRIMARY KEY("pool_id","ask_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."decisions" DROP CONSTRAINT "decisions_step_fk";
--> statement-breakpoint
DROP INDEX "pool"."commands_seq";--> statement-breakpoint
DROP INDEX "pool"."allocations_step";--> statement-breakpoint
DROP INDEX "pool"."movements_seq";--> statement-breakpoint
ALTER TABLE "pool"."allocations" DROP CONSTRAINT "allocations_pool_id_claim_id_attempt_resource_id_period_pk";--> statement-breakpoint
ALTER TABLE "pool"."movements" DROP CONSTRAINT "movements_pool_id_claim_id_attempt_resource_id_period_kind_pk";--> statement-breakpoint
ALTER TABLE "pool"."decisions" RENAME COLUMN "reasons" TO "told";--> statement-breakpoint
ALTER TABLE "pool"."decisions" ALTER COLUMN "told" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."allocations" ADD CONSTRAINT "allocations_pool_id_step_id_attempt_claim_id_resource_id_period_pk" PRIMARY KEY("pool_id","step_id","attempt","claim_id","resource_id","period");--> statement-breakpoint
ALTER TABLE "pool"."movements" ADD CONSTRAINT "movements_pool_id_seq_claim_id_resource_id_period_kind_pk" PRIMARY KEY("pool_id","seq","claim_id","resource_id","period","kind");--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD COLUMN "grounds" integer[];--> statement-breakpoint
ALTER TABLE "pool"."shapes" ADD COLUMN "shape_no" integer;--> statement-breakpoint
UPDATE "pool"."shapes" s SET shape_no = n.no
FROM (SELECT pool_id, shape_hash, row_number() OVER (PARTITION BY pool_id ORDER BY first_seq, shape_hash) AS no FROM "pool"."shapes") n
WHERE n.pool_id = s.pool_id AND n.shape_hash = s.shape_hash;--> statement-breakpoint
ALTER TABLE "pool"."shapes" ALTER COLUMN "shape_no" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "ask_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "shapes_no" ON "pool"."shapes" USING btree ("pool_id","shape_no");--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD CONSTRAINT "decisions_reasons" CHECK ((grounds is null) <> (told is null));--> statement-breakpoint
-- Room beside each row for its second writing: an update that finds it touches no index.
ALTER TABLE "pool"."allocations" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "pool"."balances" SET (fillfactor = 70);--> statement-breakpoint
-- Both forms of a decision's reasons as one: what src/postgres/reason-codes.ts wrote, read back.
CREATE FUNCTION pool.reasons(d pool.decisions) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(d.told, (
    SELECT jsonb_agg(
             jsonb_build_object(
               'claim', d.step_id * 64 + g.ordinal, 'class', s.class_id, 'shape', s.shape_hash, 'outcome', 'granted',
               'dynamic',
                 CASE WHEN g.n[2] > 0 THEN jsonb_build_array(jsonb_build_object('rule', 'calendar', 'count', g.n[2])) ELSE '[]' END
                 || CASE WHEN g.n[3] > 0 THEN jsonb_build_array(jsonb_build_object('rule', 'capacity', 'count', g.n[3])) ELSE '[]' END,
               'winner', jsonb_build_object('resource', g.n[4], 'terms', jsonb_build_object(
                 'period', g.n[5], 'distance', g.n[6] / 2, 'otherUnit', g.n[6] % 2, 'loadPercent', g.n[7])))
             || CASE WHEN g.n[8] > 0 THEN jsonb_build_object(
                 'runnerUp', jsonb_build_object('resource', g.n[8], 'terms', jsonb_build_object(
                   'period', g.n[9], 'distance', g.n[10] / 2, 'otherUnit', g.n[10] % 2, 'loadPercent', g.n[11]))) ELSE '{}' END
             ORDER BY g.ordinal)
    FROM (
      SELECT o AS ordinal, d.grounds[o * 11 + 1 : o * 11 + 11] AS n
      FROM generate_series(0, cardinality(d.grounds) / 11 - 1) o
    ) g
    JOIN pool.shapes s ON s.pool_id = d.pool_id AND s.shape_no = g.n[1]
  ), CASE WHEN d.step_id IS NOT NULL THEN '[]'::jsonb END)
$$;--> statement-breakpoint
-- What a step asks, as the engine reads it, and the name that follows from it.
CREATE FUNCTION pool.ask_of(pool_id text, step_id bigint) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'classId', c.class_id, 'amount', c.amount, 'count', c.count, 'traits', c.traits, 'scope', c.scope,
           'division', c.division_code, 'unitId', c.unit_id, 'together', c.together, 'slots', c.slots,
           'spread', c.spread, 'purpose', c.purpose,
           'earliest', (extract(epoch FROM c.earliest_at) * 1000)::int8,
           'automatic', c.automatic, 'sameUnit', c.same_unit, 'sameResource', c.same_resource,
           'named', CASE WHEN c.named_resource_id IS NOT NULL OR c.named_period IS NOT NULL THEN jsonb_build_object(
             'resource', c.named_resource_id, 'generation', c.named_generation, 'period', c.named_period) END) ORDER BY c.ordinal), '[]')
  FROM pool.claims c
  WHERE c.pool_id = ask_of.pool_id AND c.step_id = ask_of.step_id
$$;--> statement-breakpoint
CREATE FUNCTION pool.ask_id(claims jsonb) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(encode(sha256(convert_to(claims::text, 'UTF8')), 'hex'), 32)::uuid
$$;--> statement-breakpoint
-- What names a date, a resource or a half-hour is asked by one step alone: it stays with its claims.
WITH told AS MATERIALIZED (
  SELECT s.pool_id, s.step_id, pool.ask_of(s.pool_id, s.step_id) AS claims
  FROM pool.steps s
  WHERE s.state IN ('blocked', 'ready', 'working')
    AND NOT EXISTS (SELECT FROM pool.claims c WHERE c.pool_id = s.pool_id AND c.step_id = s.step_id
                    AND (c.earliest_at IS NOT NULL OR c.named_resource_id IS NOT NULL OR c.named_period IS NOT NULL))
), asked AS (
  INSERT INTO pool.asks (pool_id, ask_id, claims) SELECT DISTINCT pool_id, pool.ask_id(claims), claims FROM told
)
UPDATE pool.steps s SET ask_id = pool.ask_id(told.claims) FROM told WHERE s.pool_id = told.pool_id AND s.step_id = told.step_id;
