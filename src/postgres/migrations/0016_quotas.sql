CREATE TABLE "pool"."applicant_limits" (
	"pool_id" text NOT NULL,
	"item_code" text NOT NULL,
	"open_requests_max" integer,
	"holds_max" integer,
	CONSTRAINT "applicant_limits_pool_id_item_code_pk" PRIMARY KEY("pool_id","item_code"),
	CONSTRAINT "applicant_limits_something" CHECK (open_requests_max > 0 or holds_max > 0)
);
--> statement-breakpoint
CREATE TABLE "pool"."cohorts" (
	"pool_id" text NOT NULL,
	"cohort_id" text NOT NULL,
	"parent_id" text,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "cohorts_pool_id_cohort_id_pk" PRIMARY KEY("pool_id","cohort_id"),
	CONSTRAINT "cohorts_not_own_parent" CHECK (parent_id is distinct from cohort_id)
);
--> statement-breakpoint
CREATE TABLE "pool"."quota_use" (
	"pool_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"class_id" text NOT NULL,
	"period" integer NOT NULL,
	"settled" bigint NOT NULL,
	CONSTRAINT "quota_use_pool_id_unit_id_class_id_period_pk" PRIMARY KEY("pool_id","unit_id","class_id","period"),
	CONSTRAINT "quota_use_settled" CHECK (settled >= 0)
);
--> statement-breakpoint
CREATE TABLE "pool"."quotas" (
	"pool_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"class_id" text NOT NULL,
	"cohort_id" text NOT NULL,
	"nominal" bigint,
	"borrowing_limit" bigint,
	"lending_limit" bigint,
	"weight" integer NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"counted_seq" bigint,
	CONSTRAINT "quotas_pool_id_unit_id_class_id_pk" PRIMARY KEY("pool_id","unit_id","class_id"),
	CONSTRAINT "quotas_amounts" CHECK (nominal >= 0 and borrowing_limit >= 0 and lending_limit >= 0 and weight between 0 and 1000)
);
--> statement-breakpoint
ALTER TABLE "pool"."pools" ADD COLUMN "holds_max" integer;--> statement-breakpoint
ALTER TABLE "pool"."pools" ADD COLUMN "quota_half_life_days" integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."pools" ADD COLUMN "sharing_generation" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."cohorts" ADD CONSTRAINT "cohorts_parent" FOREIGN KEY ("pool_id","parent_id") REFERENCES "pool"."cohorts"("pool_id","cohort_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."quota_use" ADD CONSTRAINT "quota_use_quota" FOREIGN KEY ("pool_id","unit_id","class_id") REFERENCES "pool"."quotas"("pool_id","unit_id","class_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."quotas" ADD CONSTRAINT "quotas_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."quotas" ADD CONSTRAINT "quotas_class" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."quotas" ADD CONSTRAINT "quotas_cohort" FOREIGN KEY ("pool_id","cohort_id") REFERENCES "pool"."cohorts"("pool_id","cohort_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quotas_cohort" ON "pool"."quotas" USING btree ("pool_id","cohort_id");