/** Kept with a failure that nobody reported in words, and so in both languages. */
export const outageReason = { out: "资产停用 · Put out of service", back: "资产恢复使用 · Returned to service" } as const;
