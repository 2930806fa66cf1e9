CREATE TABLE "pool"."what_ifs" (
	"pool_id" text NOT NULL,
	"what_if_id" uuid NOT NULL,
	"name" text NOT NULL,
	"scenario" jsonb NOT NULL,
	"state" text NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"problems" jsonb,
	"result" jsonb,
	"result_hash" text,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"worked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "what_ifs_pool_id_what_if_id_pk" PRIMARY KEY("pool_id","what_if_id"),
	CONSTRAINT "what_ifs_state" CHECK ("pool"."what_ifs"."state" in ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')),
	CONSTRAINT "what_ifs_result" CHECK (("pool"."what_ifs"."state" = 'done') = ("pool"."what_ifs"."result" is not null)),
	CONSTRAINT "what_ifs_ended" CHECK (("pool"."what_ifs"."state" in ('waiting', 'running')) = ("pool"."what_ifs"."ended_at" is null))
);
--> statement-breakpoint
CREATE INDEX "what_ifs_asked" ON "pool"."what_ifs" USING btree ("pool_id","asked_at");