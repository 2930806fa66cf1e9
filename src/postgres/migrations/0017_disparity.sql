CREATE TABLE "pool"."disparity_alarms" (
	"pool_id" text NOT NULL,
	"alarm_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."disparity_alarms_alarm_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dimension" text NOT NULL,
	"group_key" text NOT NULL,
	"measure" text NOT NULL,
	"period_from" text NOT NULL,
	"ratio" double precision NOT NULL,
	"low" double precision NOT NULL,
	"high" double precision NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	CONSTRAINT "disparity_alarms_pool_id_alarm_id_pk" PRIMARY KEY("pool_id","alarm_id"),
	CONSTRAINT "disparity_alarms_interval" CHECK (low <= ratio and ratio <= high)
);
--> statement-breakpoint
CREATE TABLE "pool"."disparity_settings" (
	"pool_id" text NOT NULL,
	"period" text NOT NULL,
	"min_cases" integer NOT NULL,
	"ratio_percent" integer NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "disparity_settings_pool_id_pk" PRIMARY KEY("pool_id"),
	CONSTRAINT "disparity_settings_period" CHECK (period in ('month', 'quarter', 'year')),
	CONSTRAINT "disparity_settings_min_cases" CHECK (min_cases between 5 and 1000),
	CONSTRAINT "disparity_settings_ratio" CHECK (ratio_percent between 105 and 1000)
);
--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD COLUMN "language" text;--> statement-breakpoint
CREATE UNIQUE INDEX "disparity_alarms_open" ON "pool"."disparity_alarms" USING btree ("pool_id","dimension","group_key","measure") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "disparity_alarms_raised" ON "pool"."disparity_alarms" USING btree ("pool_id","raised_at");--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD CONSTRAINT "requests_language" CHECK (language in ('zh', 'en'));