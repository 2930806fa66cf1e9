DROP INDEX "pool"."drains_target";--> statement-breakpoint
ALTER TABLE "pool"."agreement_classes" ADD COLUMN "used_up_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "pool"."drains" ADD COLUMN "spares" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "drains_target" ON "pool"."drains" USING btree ("pool_id","target_kind","target") WHERE lifted_at is null and spares is null;