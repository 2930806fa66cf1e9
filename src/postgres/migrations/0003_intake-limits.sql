ALTER TABLE "pool"."pools" ADD COLUMN "open_requests_max" integer DEFAULT 200 NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD COLUMN "waits_for" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
CREATE INDEX "requests_open" ON "pool"."requests" USING btree ("pool_id","applicant_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "requests_bundle" ON "pool"."requests" USING btree ("pool_id","bundle_request_id") WHERE bundle_request_id is not null;--> statement-breakpoint
CREATE INDEX "requests_item" ON "pool"."requests" USING btree ("pool_id","item_code","unit_id","closed_at");--> statement-breakpoint
CREATE INDEX "steps_automatic" ON "pool"."steps" USING btree ("pool_id","step_id") WHERE state = 'ready' and mode = 'automatic';