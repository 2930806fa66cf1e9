import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 bits that is shown once and kept only as its hash. Random ones need no slow hash. */
export const newSecret = (prefix = ""): string => `${prefix}${randomBytes(32).toString("base64url")}`;

export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
