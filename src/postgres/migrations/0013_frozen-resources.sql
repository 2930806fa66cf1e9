CREATE TABLE "pool"."frozen_resources" (
	"pool_id" text NOT NULL,
	"resource_id" bigint NOT NULL,
	"frozen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "frozen_resources_pool_id_resource_id_pk" PRIMARY KEY("pool_id","resource_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."frozen_resources" ADD CONSTRAINT "frozen_resources_fk" FOREIGN KEY ("pool_id","resource_id") REFERENCES "pool"."resources"("pool_id","resource_id") ON DELETE no action ON UPDATE no action;