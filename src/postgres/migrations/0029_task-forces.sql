CREATE TABLE "pool"."task_force_consents" (
	"pool_id" text NOT NULL,
	"task_force_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"consented_by" uuid NOT NULL,
	"consented_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "task_force_consents_pool_id_task_force_id_unit_id_pk" PRIMARY KEY("pool_id","task_force_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."task_forces" (
	"pool_id" text NOT NULL,
	"task_force_id" text NOT NULL,
	"state" text NOT NULL,
	"content" jsonb NOT NULL,
	"until_day" date NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approved_by" uuid,
	"approved_at" timestamp (3) with time zone,
	"closed_by" text,
	"closed_at" timestamp (3) with time zone,
	"closed_reason" text,
	"dissolved_at" timestamp (3) with time zone,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "task_forces_pool_id_task_force_id_pk" PRIMARY KEY("pool_id","task_force_id"),
	CONSTRAINT "task_forces_state" CHECK (state in ('proposed', 'active', 'dissolving', 'dissolved', 'refused', 'withdrawn')),
	CONSTRAINT "task_forces_two_persons" CHECK (approved_by is distinct from proposed_by or approved_by is null),
	CONSTRAINT "task_forces_approved" CHECK ((state in ('active', 'dissolving', 'dissolved')) = (approved_by is not null)),
	CONSTRAINT "task_forces_closed" CHECK ((state in ('proposed', 'active')) = (closed_by is null)),
	CONSTRAINT "task_forces_dissolved" CHECK ((state = 'dissolved') = (dissolved_at is not null))
);
--> statement-breakpoint
ALTER TABLE "pool"."loans" ADD COLUMN "task_force_id" text;--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD COLUMN "lead_unit_id" text;--> statement-breakpoint
ALTER TABLE "pool"."units" ADD COLUMN "kind" text DEFAULT 'organ' NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."task_force_consents" ADD CONSTRAINT "task_force_consents_task_force" FOREIGN KEY ("pool_id","task_force_id") REFERENCES "pool"."task_forces"("pool_id","task_force_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."task_force_consents" ADD CONSTRAINT "task_force_consents_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "task_forces_living" ON "pool"."task_forces" USING btree ("pool_id","until_day") WHERE state in ('active', 'dissolving');--> statement-breakpoint
ALTER TABLE "pool"."loans" ADD CONSTRAINT "loans_task_force_fk" FOREIGN KEY ("pool_id","task_force_id") REFERENCES "pool"."task_forces"("pool_id","task_force_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "requests_lead" ON "pool"."requests" USING btree ("pool_id","lead_unit_id") WHERE lead_unit_id is not null;--> statement-breakpoint
ALTER TABLE "pool"."loans" ADD CONSTRAINT "loans_of_task_force" CHECK (task_force_id is null or borrower_unit_id = task_force_id);--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD CONSTRAINT "requests_lead_another" CHECK (lead_unit_id <> unit_id);--> statement-breakpoint
ALTER TABLE "pool"."units" ADD CONSTRAINT "units_kind" CHECK (kind in ('organ', 'task-force', 'supplier'));