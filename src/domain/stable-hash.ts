/** FNV-1a, 32 bits: the same text gives the same number on every machine and in every release. */
export function stableHash(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    for (const char of `${part}\u0000`) {
      hash ^= char.codePointAt(0) ?? 0;
      hash = Math.imul(hash, 0x01000193);
    }
  }
  // Short texts that differ in the last character would lie close together without a last stir (murmur3's finaliser).
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** In [0, 1), from the text alone. */
export const stableShare = (...parts: readonly (string | number)[]): number => stableHash(...parts) / 2 ** 32;

/** One of `options` in proportion to its weight, chosen by `share` in [0, 1). */
export function weighted<T>(options: readonly T[], weight: (option: T) => number, share: number): T | undefined {
  const total = options.reduce((sum, option) => sum + weight(option), 0);
  let left = share * total;
  for (const option of options) {
    left -= weight(option);
    if (left < 0) return option;
  }
  return options.at(-1);
}
