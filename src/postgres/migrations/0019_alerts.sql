CREATE TABLE "pool"."alert_rules" (
	"pool_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"figure" text NOT NULL,
	"class_id" text,
	"unit_id" text,
	"division_code" text,
	"comparison" text NOT NULL,
	"value" double precision NOT NULL,
	"clear" double precision NOT NULL,
	"window_days" integer NOT NULL,
	"for_minutes" integer NOT NULL,
	"interval_minutes" integer NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"checked_at" timestamp (3) with time zone,
	"measured" double precision,
	"over_since" timestamp (3) with time zone,
	CONSTRAINT "alert_rules_pool_id_rule_id_pk" PRIMARY KEY("pool_id","rule_id"),
	CONSTRAINT "alert_rules_times" CHECK (window_days between 1 and 31 and for_minutes between 0 and 10080 and interval_minutes between 1 and 1440),
	CONSTRAINT "alert_rules_values" CHECK (value >= 0 and clear >= 0 and case comparison when 'above' then clear <= value when 'below' then clear >= value end)
);
--> statement-breakpoint
CREATE TABLE "pool"."alerts" (
	"pool_id" text NOT NULL,
	"alert_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"rule_id" text NOT NULL,
	"rule" jsonb NOT NULL,
	"figures" jsonb NOT NULL,
	"measured" double precision NOT NULL,
	"from_day" text NOT NULL,
	"to_day" text NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_by" uuid,
	CONSTRAINT "alerts_pool_id_alert_id_pk" PRIMARY KEY("pool_id","alert_id"),
	CONSTRAINT "alerts_acknowledged" CHECK ((acknowledged_at is null) = (acknowledged_by is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."webhook_deliveries" (
	"pool_id" text NOT NULL,
	"delivery_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"webhook_id" text NOT NULL,
	"alert_id" uuid NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_pool_id_delivery_id_pk" PRIMARY KEY("pool_id","delivery_id"),
	CONSTRAINT "webhook_deliveries_ended" CHECK ((state = 'pending') = (ended_at is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."webhooks" (
	"pool_id" text NOT NULL,
	"webhook_id" text NOT NULL,
	"url" text NOT NULL,
	"wrapped_key" text NOT NULL,
	"secret_sealed" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "webhooks_pool_id_webhook_id_pk" PRIMARY KEY("pool_id","webhook_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_fk" FOREIGN KEY ("pool_id","webhook_id") REFERENCES "pool"."webhooks"("pool_id","webhook_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_alert_fk" FOREIGN KEY ("pool_id","alert_id") REFERENCES "pool"."alerts"("pool_id","alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "pool"."alerts" USING btree ("pool_id","rule_id") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "alerts_raised" ON "pool"."alerts" USING btree ("pool_id","raised_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_pending" ON "pool"."webhook_deliveries" USING btree ("pool_id","next_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_created" ON "pool"."webhook_deliveries" USING btree ("pool_id","created_at");