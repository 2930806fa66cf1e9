import { z } from "@hono/zod-openapi";

/**
 * An amount as it is sent: a whole number, or the same in digits. Money, whose last digit a JSON number may lose, is
 * best sent in digits. What is wrong with it is for the register's own rules to say.
 */
export const amountSent = z.union([z.number(), z.string().max(40)]).openapi({ description: "A whole number in the class's unit of measure; money in fen, as a string of digits.", example: 300 });

/** An amount as it is shown: a whole number, or for money a string of digits. Sums may pass 2^53 and are then rounded. */
export const amountShown = z.union([z.number(), z.string()]).openapi({ description: "In the class's unit of measure; money in fen, as a string of digits." });
