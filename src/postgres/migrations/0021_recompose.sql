CREATE TABLE "pool"."lead_exceptions" (
	"pool_id" text NOT NULL,
	"exception_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."lead_exceptions_exception_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"class_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date NOT NULL,
	"basis" text NOT NULL,
	"declared_by" text NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_by" text,
	"withdrawn_at" timestamp (3) with time zone,
	CONSTRAINT "lead_exceptions_pool_id_exception_id_pk" PRIMARY KEY("pool_id","exception_id"),
	CONSTRAINT "lead_exceptions_dates" CHECK (valid_to >= valid_from),
	CONSTRAINT "lead_exceptions_withdrawn" CHECK ((withdrawn_at is null) = (withdrawn_by is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."reorganisations" (
	"pool_id" text NOT NULL,
	"reorganisation_id" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"basis" text NOT NULL,
	"changes" jsonb NOT NULL,
	"state" text NOT NULL,
	"effective_at" timestamp (3) with time zone,
	"declared_by" text NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"committed_by" text,
	"applied_at" timestamp (3) with time zone,
	"undo" jsonb,
	"problems" jsonb,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "reorganisations_pool_id_reorganisation_id_pk" PRIMARY KEY("pool_id","reorganisation_id"),
	CONSTRAINT "reorganisations_state" CHECK (state in ('draft', 'scheduled', 'applied', 'rolled-back', 'withdrawn')),
	CONSTRAINT "reorganisations_scheduled" CHECK (state = 'draft' or state = 'withdrawn' or (effective_at is not null and committed_by is not null)),
	CONSTRAINT "reorganisations_applied" CHECK ((state in ('applied', 'rolled-back')) = (applied_at is not null))
);
--> statement-breakpoint
CREATE TABLE "pool"."routing_rules" (
	"pool_id" text NOT NULL,
	"rule_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."routing_rules_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_unit_id" text NOT NULL,
	"to_unit_id" text NOT NULL,
	"item_code" text,
	"basis" text NOT NULL,
	"reorganisation_id" text,
	"request_id" bigint,
	"declared_by" text NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"ended_by" text,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "routing_rules_pool_id_rule_id_pk" PRIMARY KEY("pool_id","rule_id"),
	CONSTRAINT "routing_rules_to_another" CHECK (from_unit_id <> to_unit_id),
	CONSTRAINT "routing_rules_ended" CHECK ((ended_at is null) = (ended_by is null))
);
--> statement-breakpoint
ALTER TABLE "pool"."lead_exceptions" ADD CONSTRAINT "lead_exceptions_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."lead_exceptions" ADD CONSTRAINT "lead_exceptions_class_fk" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD CONSTRAINT "routing_rules_from" FOREIGN KEY ("pool_id","from_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD CONSTRAINT "routing_rules_to" FOREIGN KEY ("pool_id","to_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."routing_rules" ADD CONSTRAINT "routing_rules_reorganisation" FOREIGN KEY ("pool_id","reorganisation_id") REFERENCES "pool"."reorganisations"("pool_id","reorganisation_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "lead_exceptions_class" ON "pool"."lead_exceptions" USING btree ("pool_id","class_id") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE INDEX "reorganisations_due" ON "pool"."reorganisations" USING btree ("pool_id","effective_at") WHERE state = 'scheduled';--> statement-breakpoint
CREATE UNIQUE INDEX "routing_rules_once" ON "pool"."routing_rules" USING btree ("pool_id","from_unit_id",coalesce(item_code, '')) WHERE ended_at is null;