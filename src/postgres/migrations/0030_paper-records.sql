CREATE TABLE "pool"."paper_records" (
	"pool_id" text NOT NULL,
	"request_id" bigint NOT NULL,
	"serial" text NOT NULL,
	"division_code" text NOT NULL,
	"village" text NOT NULL,
	"unit_id" text NOT NULL,
	"entered_by" uuid NOT NULL,
	CONSTRAINT "paper_records_pool_id_request_id_pk" PRIMARY KEY("pool_id","request_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD COLUMN "occurred_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "ranks_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "pool"."paper_records" ADD CONSTRAINT "paper_records_request_fk" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "paper_records_serial" ON "pool"."paper_records" USING btree ("pool_id","division_code","serial");--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD CONSTRAINT "requests_occurred" CHECK ((channel = 'paper') = (occurred_at is not null) and occurred_at <= received_at);