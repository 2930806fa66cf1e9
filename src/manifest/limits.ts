/** What one apply may bring; a prefecture of a hundred thousand resources is a tenth of it. */
export const MANIFEST_LIMITS = {
  fileBytesMax: 20 * 1024 * 1024,
  filesMax: 2_000,
  /** Uses of YAML anchors in one document: enough for shared blocks, far from an alias bomb. */
  aliasesMax: 100,
  documentsMax: 20_000,
} as const;
