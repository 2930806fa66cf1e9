-- Opened circumstances and the codes of receipts lay in clear among the answers kept for retries. An opening is asked anew;
-- a code is worked out again when the call is repeated.
DELETE FROM "pool"."idempotency_keys" WHERE "route" ~ '^post .*/priorities/[^/]+/opening$';
--> statement-breakpoint
UPDATE "pool"."idempotency_keys" SET "body" = regexp_replace("body", '"statusCode":"[^"]*"', '"statusCode":""', 'g')
WHERE "route" ~ '^post .*/(bundle-)?requests$' AND "body" LIKE '%"statusCode":"%';
