CREATE TABLE "pool"."contest_parties" (
	"pool_id" text NOT NULL,
	"contest_id" bigint NOT NULL,
	"unit_id" text NOT NULL,
	"stance" text,
	"statement" text,
	"basis" text,
	"stated_by" text,
	"stated_at" timestamp (3) with time zone,
	CONSTRAINT "contest_parties_pool_id_contest_id_unit_id_pk" PRIMARY KEY("pool_id","contest_id","unit_id"),
	CONSTRAINT "contest_parties_stance" CHECK (stance in ('claims', 'declines')),
	CONSTRAINT "contest_parties_stated" CHECK ((stance is null) = (statement is null) and (stance is null) = (basis is null) and (stance is null) = (stated_by is null) and (stance is null) = (stated_at is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."contest_rulings" (
	"pool_id" text NOT NULL,
	"contest_id" bigint NOT NULL,
	"ordinal" integer NOT NULL,
	"unit_id" text,
	"grounds" text NOT NULL,
	"basis" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"in_name_of" text,
	"ruled_by" text NOT NULL,
	"ruled_at" timestamp (3) with time zone NOT NULL,
	"began_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"replaced" boolean DEFAULT false NOT NULL,
	"referred" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "contest_rulings_pool_id_contest_id_ordinal_pk" PRIMARY KEY("pool_id","contest_id","ordinal"),
	CONSTRAINT "contest_rulings_dates" CHECK (valid_to is null or valid_to >= valid_from)
);
--> statement-breakpoint
CREATE TABLE "pool"."contests" (
	"pool_id" text NOT NULL,
	"contest_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."contests_contest_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"item_code" text,
	"class_id" text,
	"division_code" text NOT NULL,
	"request_id" bigint,
	"state" text DEFAULT 'open' NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"working_days" integer NOT NULL,
	"term_basis" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"coordinator_unit_id" text,
	"escalated_at" timestamp (3) with time zone,
	"ruling_due_at" timestamp (3) with time zone,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "contests_pool_id_contest_id_pk" PRIMARY KEY("pool_id","contest_id"),
	CONSTRAINT "contests_state" CHECK (state in ('open', 'escalated', 'agreed', 'ruled')),
	CONSTRAINT "contests_matter" CHECK ((item_code is null) <> (class_id is null) and (request_id is null or item_code is not null)),
	CONSTRAINT "contests_escalated" CHECK ((escalated_at is null) = (ruling_due_at is null) and (state <> 'escalated' or escalated_at is not null)),
	CONSTRAINT "contests_days" CHECK (working_days between 0 and 60)
);
--> statement-breakpoint
DROP INDEX "pool"."routing_rules_once";--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ALTER COLUMN "from_unit_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD COLUMN "division_code" text;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD COLUMN "contest_id" bigint;--> statement-breakpoint
ALTER TABLE "pool"."contest_parties" ADD CONSTRAINT "contest_parties_contest" FOREIGN KEY ("pool_id","contest_id") REFERENCES "pool"."contests"("pool_id","contest_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contest_parties" ADD CONSTRAINT "contest_parties_unit_fk" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contest_rulings" ADD CONSTRAINT "contest_rulings_contest" FOREIGN KEY ("pool_id","contest_id") REFERENCES "pool"."contests"("pool_id","contest_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contest_rulings" ADD CONSTRAINT "contest_rulings_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contests" ADD CONSTRAINT "contests_coordinator_fk" FOREIGN KEY ("pool_id","coordinator_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contests" ADD CONSTRAINT "contests_class" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contests" ADD CONSTRAINT "contests_division" FOREIGN KEY ("pool_id","division_code") REFERENCES "pool"."divisions"("pool_id","code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."contests" ADD CONSTRAINT "contests_request" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_parties_unit" ON "pool"."contest_parties" USING btree ("pool_id","unit_id");--> statement-breakpoint
CREATE INDEX "contest_rulings_waiting" ON "pool"."contest_rulings" USING btree ("pool_id","valid_from") WHERE began_at is null and ended_at is null;--> statement-breakpoint
CREATE INDEX "contest_rulings_standing" ON "pool"."contest_rulings" USING btree ("pool_id","valid_to") WHERE began_at is not null and ended_at is null and valid_to is not null;--> statement-breakpoint
CREATE INDEX "contests_due" ON "pool"."contests" USING btree ("pool_id","due_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "contests_coordinator" ON "pool"."contests" USING btree ("pool_id","coordinator_unit_id") WHERE state in ('open', 'escalated');--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD CONSTRAINT "routing_rules_contest" FOREIGN KEY ("pool_id","contest_id") REFERENCES "pool"."contests"("pool_id","contest_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "routing_rules_ruled_once" ON "pool"."routing_rules" USING btree ("pool_id","item_code","division_code") WHERE ended_at is null and contest_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "routing_rules_once" ON "pool"."routing_rules" USING btree ("pool_id","from_unit_id",coalesce(item_code, '')) WHERE ended_at is null and contest_id is null;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD CONSTRAINT "routing_rules_kinds" CHECK ((contest_id is null) = (from_unit_id is not null) and (contest_id is null) = (division_code is null) and (contest_id is null or item_code is not null));