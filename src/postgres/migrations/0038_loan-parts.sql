CREATE TABLE "pool"."loan_parts" (
	"pool_id" text NOT NULL,
	"loan_id" bigint NOT NULL,
	"part_no" integer NOT NULL,
	"from_day" date NOT NULL,
	"amount" bigint NOT NULL,
	"brought_back_as" text NOT NULL,
	"grounds" text NOT NULL,
	"brought_back_by" uuid NOT NULL,
	"brought_back_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "loan_parts_pool_id_loan_id_part_no_pk" PRIMARY KEY("pool_id","loan_id","part_no"),
	CONSTRAINT "loan_parts_terms" CHECK (amount > 0 and part_no > 0),
	CONSTRAINT "loan_parts_as" CHECK (brought_back_as in ('recalled', 'returned'))
);
--> statement-breakpoint
ALTER TABLE "pool"."loan_parts" ADD CONSTRAINT "loan_parts_loan_fk" FOREIGN KEY ("pool_id","loan_id") REFERENCES "pool"."loans"("pool_id","loan_id") ON DELETE no action ON UPDATE no action;