CREATE SCHEMA "identity";
--> statement-breakpoint
CREATE TABLE "identity"."access_tokens" (
	"token_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"secret_hash" text NOT NULL,
	"person_id" uuid NOT NULL,
	"label" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "identity"."accounts" (
	"account_row_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password_hash" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "accounts_no_provider_tokens" CHECK (access_token is null and refresh_token is null and id_token is null)
);
--> statement-breakpoint
CREATE TABLE "identity"."enterprises" (
	"enterprise_code" text PRIMARY KEY NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text,
	"declared_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."mandates" (
	"mandate_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"enterprise_code" text NOT NULL,
	"granted_by" uuid NOT NULL,
	"granted_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "mandates_mandate_id_pk" PRIMARY KEY("mandate_id"),
	CONSTRAINT "mandates_not_to_oneself" CHECK (granted_by <> person_id)
);
--> statement-breakpoint
CREATE TABLE "identity"."password_links" (
	"secret_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "identity"."persons" (
	"person_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"wrapped_key" text,
	"name_sealed" text,
	"latin_name_sealed" text,
	"id_number_sealed" text,
	"phone_sealed" text,
	"id_number_index" text,
	"phone_index" text,
	"state" text DEFAULT 'active' NOT NULL,
	"prepared_as" text,
	"prepared_note" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	CONSTRAINT "persons_state" CHECK ((state = 'disabled') = (disabled_at is not null))
);
--> statement-breakpoint
CREATE TABLE "identity"."sessions" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."sign_in_attempts" (
	"subject" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"window_ends_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."users" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"login_name" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."verifications" (
	"verification_id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pool"."policy_rules" (
	"pool_id" text NOT NULL,
	"version" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"model" text NOT NULL,
	"cells" text[] NOT NULL,
	"effect" text NOT NULL,
	CONSTRAINT "policy_rules_pool_id_version_ordinal_pk" PRIMARY KEY("pool_id","version","ordinal"),
	CONSTRAINT "policy_rules_effect" CHECK (effect in ('allow', 'deny')),
	CONSTRAINT "policy_rules_cells" CHECK (array_position(cells, '') is null and array_position(cells, null) is null and cardinality(cells) >= 4)
);
--> statement-breakpoint
CREATE TABLE "pool"."policy_versions" (
	"pool_id" text NOT NULL,
	"version" integer NOT NULL,
	"base_version" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"content_hash" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"approved_by" uuid,
	"approved_at" timestamp (3) with time zone,
	"approved_hash" text,
	"activated_by" uuid,
	"activated_at" timestamp (3) with time zone,
	CONSTRAINT "policy_versions_pool_id_version_pk" PRIMARY KEY("pool_id","version"),
	CONSTRAINT "policy_versions_state" CHECK (state in ('proposed', 'approved', 'active', 'superseded', 'withdrawn')),
	CONSTRAINT "policy_versions_two_persons" CHECK (approved_by is distinct from proposed_by),
	CONSTRAINT "policy_versions_approved" CHECK (state not in ('approved', 'active', 'superseded') or proposed_by = '00000000-0000-0000-0000-000000000000' or (approved_by is not null and approved_hash = content_hash)),
	CONSTRAINT "policy_versions_approver" CHECK (approved_by is distinct from '00000000-0000-0000-0000-000000000000'::uuid)
);
--> statement-breakpoint
CREATE TABLE "pool"."role_grants" (
	"pool_id" text NOT NULL,
	"grant_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."role_grants_grant_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"unit_id" text,
	"granted_by" uuid NOT NULL,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"revoked_by" uuid,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "role_grants_pool_id_grant_id_pk" PRIMARY KEY("pool_id","grant_id"),
	CONSTRAINT "role_grants_role" CHECK (role in ('clerk', 'registrar', 'unit-head', 'pool-admin', 'policy-admin', 'auditor')),
	CONSTRAINT "role_grants_scope" CHECK ((role in ('clerk', 'registrar', 'unit-head')) = (unit_id is not null)),
	CONSTRAINT "role_grants_not_to_oneself" CHECK (granted_by <> person_id),
	CONSTRAINT "role_grants_revoked" CHECK ((revoked_at is null) = (revoked_by is null))
);
--> statement-breakpoint
ALTER TABLE "pool"."policy_rules" ADD CONSTRAINT "policy_rules_version_fk" FOREIGN KEY ("pool_id","version") REFERENCES "pool"."policy_versions"("pool_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "access_tokens_secret" ON "identity"."access_tokens" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "access_tokens_person" ON "identity"."access_tokens" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_subject" ON "identity"."accounts" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "accounts_user" ON "identity"."accounts" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mandates_once" ON "identity"."mandates" USING btree ("person_id","enterprise_code") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "mandates_enterprise" ON "identity"."mandates" USING btree ("enterprise_code") WHERE revoked_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "persons_id_number" ON "identity"."persons" USING btree ("id_number_index");--> statement-breakpoint
CREATE UNIQUE INDEX "persons_prepared" ON "identity"."persons" USING btree ("prepared_as");--> statement-breakpoint
CREATE INDEX "persons_phone" ON "identity"."persons" USING btree ("phone_index");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "identity"."sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "identity"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_age" ON "identity"."sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "identity"."users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "users_login_name" ON "identity"."users" USING btree ("login_name");--> statement-breakpoint
CREATE INDEX "verifications_identifier" ON "identity"."verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "verifications_age" ON "identity"."verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "policy_rules_model" ON "pool"."policy_rules" USING btree ("pool_id","version","model");--> statement-breakpoint
CREATE UNIQUE INDEX "policy_versions_active" ON "pool"."policy_versions" USING btree ("pool_id") WHERE state = 'active';--> statement-breakpoint
CREATE INDEX "role_grants_person" ON "pool"."role_grants" USING btree ("pool_id","person_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "role_grants_unit" ON "pool"."role_grants" USING btree ("pool_id","unit_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "role_grants_once" ON "pool"."role_grants" USING btree ("pool_id","person_id","role",coalesce(unit_id, '')) WHERE revoked_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "role_grants_separate" ON "pool"."role_grants" USING btree ("pool_id","person_id") WHERE revoked_at is null and role in ('pool-admin', 'policy-admin', 'auditor');