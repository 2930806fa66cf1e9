ALTER TABLE "pool"."bundles" ADD COLUMN "form" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."bundles" ADD COLUMN "source" text;