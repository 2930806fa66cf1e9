ALTER TABLE "identity"."persons" ALTER COLUMN "prepared_note" SET DATA TYPE jsonb USING prepared_note::jsonb;--> statement-breakpoint
ALTER TABLE "identity"."password_links" ADD COLUMN "pool_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."import_changes" ADD COLUMN "seen_generation" bigint;--> statement-breakpoint
ALTER TABLE "pool"."import_changes" ADD COLUMN "generation" bigint;--> statement-breakpoint
ALTER TABLE "pool"."imports" ADD COLUMN "options" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."imports" ADD COLUMN "problems" jsonb;--> statement-breakpoint
ALTER TABLE "pool"."imports" ADD COLUMN "worked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL;