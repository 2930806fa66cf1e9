CREATE TABLE "pool"."movement_pages" (
	"pool_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"claims" bigint[] NOT NULL,
	"attempts" integer[] NOT NULL,
	"resources" bigint[] NOT NULL,
	"periods" integer[] NOT NULL,
	"amounts" bigint[] NOT NULL,
	CONSTRAINT "movement_pages_pool_id_seq_kind_pk" PRIMARY KEY("pool_id","seq","kind"),
	CONSTRAINT "movement_pages_amounts" CHECK (0 < all (amounts)),
	CONSTRAINT "movement_pages_lengths" CHECK (cardinality(claims) > 0 and array[cardinality(attempts), cardinality(resources), cardinality(periods), cardinality(amounts)] = array_fill(cardinality(claims), array[4]))
);
--> statement-breakpoint
-- Nothing compresses to be found: what is given back is mostly different each time, and packing it would cost more than writing it.
ALTER TABLE "pool"."movement_pages" ALTER COLUMN "claims" SET STORAGE EXTERNAL, ALTER COLUMN "attempts" SET STORAGE EXTERNAL, ALTER COLUMN "resources" SET STORAGE EXTERNAL, ALTER COLUMN "periods" SET STORAGE EXTERNAL, ALTER COLUMN "amounts" SET STORAGE EXTERNAL;--> statement-breakpoint
INSERT INTO "pool"."movement_pages" (pool_id, seq, kind, debit, credit, occurred_at, claims, attempts, resources, periods, amounts)
SELECT pool_id, seq, kind, debit, credit, occurred_at,
       array_agg(claim_id ORDER BY claim_id, resource_id, period), array_agg(attempt ORDER BY claim_id, resource_id, period),
       array_agg(resource_id ORDER BY claim_id, resource_id, period), array_agg(period ORDER BY claim_id, resource_id, period),
       array_agg(amount ORDER BY claim_id, resource_id, period)
FROM "pool"."movements"
GROUP BY pool_id, seq, kind, debit, credit, occurred_at;--> statement-breakpoint
DROP TABLE "pool"."movements";--> statement-breakpoint
-- The ledger as it is read: one row a movement.
CREATE VIEW "pool"."movements" AS
SELECT p.pool_id, m.claim_id, m.attempt, m.resource_id, m.period, p.kind, p.debit, p.credit, m.amount, p.seq, p.occurred_at
FROM "pool"."movement_pages" p
  CROSS JOIN LATERAL unnest(p.claims, p.attempts, p.resources, p.periods, p.amounts) AS m (claim_id, attempt, resource_id, period, amount);
