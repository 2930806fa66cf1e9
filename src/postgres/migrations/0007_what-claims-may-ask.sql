ALTER TABLE "pool"."claims" DROP CONSTRAINT "claims_amount";--> statement-breakpoint
ALTER TABLE "pool"."claims" ALTER COLUMN "claim_id" DROP IDENTITY;--> statement-breakpoint
ALTER TABLE "pool"."steps" ALTER COLUMN "request_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "automatic" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "same_unit" integer;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "same_resource" integer;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "named_resource_id" bigint;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "named_generation" bigint;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD COLUMN "named_period" integer;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "priority_ground" text;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "priority_minutes" integer;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "waits" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "replaces_step_id" bigint;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "hold_until" timestamp (3) with time zone;--> statement-breakpoint
-- A claim's id is its step's and its ordinal. New ids overlap old ones, so they are negative until all are made.
UPDATE "pool"."decisions" d SET reasons = (
  SELECT jsonb_agg(jsonb_set(r.value, '{claim}', to_jsonb(c.step_id * 64 + c.ordinal)) ORDER BY r.n)
  FROM jsonb_array_elements(d.reasons) WITH ORDINALITY r (value, n)
    JOIN "pool"."claims" c ON c.pool_id = d.pool_id AND c.claim_id = (r.value ->> 'claim')::int8)
WHERE d.reasons <> '[]';--> statement-breakpoint
UPDATE "pool"."commands" k SET command = jsonb_set(k.command, '{settle}', (
  SELECT jsonb_agg(jsonb_set(u.value, '{claim}', to_jsonb(c.step_id * 64 + c.ordinal)) ORDER BY u.n)
  FROM jsonb_array_elements(k.command -> 'settle') WITH ORDINALITY u (value, n)
    JOIN "pool"."claims" c ON c.pool_id = k.pool_id AND c.claim_id = (u.value ->> 'claim')::int8))
WHERE k.command ->> 'kind' = 'step.ended' AND k.command -> 'settle' <> '[]';--> statement-breakpoint
UPDATE "pool"."movements" m SET claim_id = -(c.step_id * 64 + c.ordinal)
FROM "pool"."claims" c WHERE c.pool_id = m.pool_id AND c.claim_id = m.claim_id;--> statement-breakpoint
UPDATE "pool"."movements" SET claim_id = -claim_id WHERE claim_id < 0;--> statement-breakpoint
UPDATE "pool"."allocations" a SET claim_id = -(c.step_id * 64 + c.ordinal)
FROM "pool"."claims" c WHERE c.pool_id = a.pool_id AND c.claim_id = a.claim_id;--> statement-breakpoint
UPDATE "pool"."allocations" SET claim_id = -claim_id WHERE claim_id < 0;--> statement-breakpoint
UPDATE "pool"."claims" SET claim_id = -(step_id * 64 + ordinal);--> statement-breakpoint
UPDATE "pool"."claims" SET claim_id = -claim_id;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD CONSTRAINT "claims_id" CHECK (claim_id = step_id * 64 + ordinal);--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD CONSTRAINT "claims_amount" CHECK (amount between 1 and 9007199254740991 and slots between 1 and 48 and count between 1 and 64);