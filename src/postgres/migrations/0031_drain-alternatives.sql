CREATE TABLE "pool"."drain_alternatives" (
	"pool_id" text NOT NULL,
	"claim_id" uuid NOT NULL,
	"drain_id" bigint NOT NULL,
	"step_id" bigint NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"offered_at" timestamp (3) with time zone NOT NULL,
	"chosen_at" timestamp (3) with time zone,
	CONSTRAINT "drain_alternatives_pool_id_claim_id_pk" PRIMARY KEY("pool_id","claim_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."drain_alternatives" ADD CONSTRAINT "drain_alternatives_drain_fk" FOREIGN KEY ("pool_id","drain_id") REFERENCES "pool"."drains"("pool_id","drain_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."drain_alternatives" ADD CONSTRAINT "drain_alternatives_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."drain_alternatives" ADD CONSTRAINT "drain_alternatives_claim_fk" FOREIGN KEY ("pool_id","claim_id") REFERENCES "pool"."direct_claims"("pool_id","public_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "drain_alternatives_step" ON "pool"."drain_alternatives" USING btree ("pool_id","step_id");