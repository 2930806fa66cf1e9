CREATE TABLE "pool"."priority_classes" (
	"pool_id" text NOT NULL,
	"code" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"advance_minutes" integer,
	"legal_basis" text NOT NULL,
	"evidence_required" boolean NOT NULL,
	CONSTRAINT "priority_classes_pool_id_code_pk" PRIMARY KEY("pool_id","code")
);
--> statement-breakpoint
CREATE TABLE "pool"."request_priorities" (
	"pool_id" text NOT NULL,
	"request_id" bigint NOT NULL,
	"code" text NOT NULL,
	"state" text NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL,
	"claimed_by" text NOT NULL,
	"evidence_sealed" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	CONSTRAINT "request_priorities_pool_id_request_id_code_pk" PRIMARY KEY("pool_id","request_id","code"),
	CONSTRAINT "request_priorities_decided" CHECK ((state in ('confirmed', 'declined')) <= (decided_at is not null and decided_by is not null)),
	CONSTRAINT "request_priorities_two_persons" CHECK (state <> 'confirmed' or decided_by <> claimed_by)
);
--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD COLUMN "order_key" bigint;--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD COLUMN "passed_step_id" bigint;--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD COLUMN "passed_ground" text;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "moved_ground" text;--> statement-breakpoint
ALTER TABLE "pool"."request_priorities" ADD CONSTRAINT "request_priorities_request_fk" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_priorities_claimed" ON "pool"."request_priorities" USING btree ("pool_id","claimed_at") WHERE state = 'claimed';--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD CONSTRAINT "decisions_passed" CHECK ((passed_step_id is null) = (passed_ground is null));