CREATE TABLE "pool"."plan_searches" (
	"pool_id" text NOT NULL,
	"search_id" uuid NOT NULL,
	"goal" jsonb NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"progress" jsonb NOT NULL,
	"outcome" jsonb,
	"begun_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"worked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "plan_searches_pool_id_search_id_pk" PRIMARY KEY("pool_id","search_id"),
	CONSTRAINT "plan_searches_outcome" CHECK ("pool"."plan_searches"."outcome" is null or "pool"."plan_searches"."outcome" ->> 'state' in ('found', 'nothing', 'failed'))
);
--> statement-breakpoint
CREATE INDEX "plan_searches_begun" ON "pool"."plan_searches" USING btree ("pool_id","begun_at");