CREATE TABLE "pool"."proposals" (
	"pool_id" text NOT NULL,
	"proposal_id" integer NOT NULL,
	"state" text DEFAULT 'proposed' NOT NULL,
	"content" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"reason" text,
	CONSTRAINT "proposals_pool_id_proposal_id_pk" PRIMARY KEY("pool_id","proposal_id"),
	CONSTRAINT "proposals_state" CHECK (state in ('proposed', 'approved', 'refused', 'withdrawn')),
	CONSTRAINT "proposals_two_persons" CHECK (state not in ('approved', 'refused') or decided_by <> proposed_by),
	CONSTRAINT "proposals_decided" CHECK ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
	CONSTRAINT "proposals_reason" CHECK (state <> 'refused' or reason is not null)
);
--> statement-breakpoint
CREATE INDEX "proposals_open" ON "pool"."proposals" USING btree ("pool_id","expires_at") WHERE state = 'proposed';