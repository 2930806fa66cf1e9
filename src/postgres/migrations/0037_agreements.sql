CREATE TABLE "pool"."agreement_classes" (
	"pool_id" text NOT NULL,
	"agreement_id" text NOT NULL,
	"version" integer NOT NULL,
	"class_id" text NOT NULL,
	"provider_unit_id" text NOT NULL,
	"per_period" bigint NOT NULL,
	"in_total" bigint,
	"price_fen" bigint NOT NULL,
	"living" boolean DEFAULT false NOT NULL,
	CONSTRAINT "agreement_classes_pool_id_agreement_id_version_class_id_pk" PRIMARY KEY("pool_id","agreement_id","version","class_id"),
	CONSTRAINT "agreement_classes_amounts" CHECK (per_period >= 1 and (in_total is null or in_total >= 1) and price_fen >= 0)
);
--> statement-breakpoint
CREATE TABLE "pool"."agreements" (
	"pool_id" text NOT NULL,
	"agreement_id" text NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"provider_unit_id" text NOT NULL,
	"purchaser_unit_id" text NOT NULL,
	"content" jsonb NOT NULL,
	"from_day" date NOT NULL,
	"until_day" date NOT NULL,
	"ended_from" date,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	"suspensions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"closed_by" text,
	"closed_at" timestamp (3) with time zone,
	"closed_reason" text,
	CONSTRAINT "agreements_pool_id_agreement_id_version_pk" PRIMARY KEY("pool_id","agreement_id","version"),
	CONSTRAINT "agreements_state" CHECK (state in ('proposed', 'active', 'suspended', 'replaced', 'ended', 'refused', 'withdrawn')),
	CONSTRAINT "agreements_term" CHECK (from_day < until_day and (ended_from is null or ended_from <= until_day)),
	CONSTRAINT "agreements_two_persons" CHECK (approved_by is distinct from proposed_by or approved_by is null or proposed_by like 'system:%'),
	CONSTRAINT "agreements_approved" CHECK ((state in ('active', 'suspended', 'replaced', 'ended')) = (approved_by is not null)),
	CONSTRAINT "agreements_closed" CHECK ((state in ('proposed', 'active', 'suspended')) = (closed_by is null))
);
--> statement-breakpoint
ALTER TABLE "pool"."agreement_classes" ADD CONSTRAINT "agreement_classes_agreement" FOREIGN KEY ("pool_id","agreement_id","version") REFERENCES "pool"."agreements"("pool_id","agreement_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."agreement_classes" ADD CONSTRAINT "agreement_classes_class" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."agreements" ADD CONSTRAINT "agreements_provider" FOREIGN KEY ("pool_id","provider_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."agreements" ADD CONSTRAINT "agreements_purchaser" FOREIGN KEY ("pool_id","purchaser_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_classes_living" ON "pool"."agreement_classes" USING btree ("pool_id","provider_unit_id","class_id") WHERE living;--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_living" ON "pool"."agreements" USING btree ("pool_id","agreement_id") WHERE state in ('active', 'suspended');--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_proposed" ON "pool"."agreements" USING btree ("pool_id","agreement_id") WHERE state = 'proposed';--> statement-breakpoint
CREATE INDEX "agreements_provider_unit" ON "pool"."agreements" USING btree ("pool_id","provider_unit_id");