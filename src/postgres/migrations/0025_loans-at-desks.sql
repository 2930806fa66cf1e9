ALTER TABLE "pool"."resources" ADD COLUMN "serving_unit_id" text;--> statement-breakpoint
CREATE INDEX "resources_lender" ON "pool"."resources" USING btree ("pool_id","lender_resource_id") WHERE lender_resource_id is not null;--> statement-breakpoint
CREATE INDEX "resources_serving" ON "pool"."resources" USING btree ("pool_id","serving_unit_id") WHERE serving_unit_id is not null;