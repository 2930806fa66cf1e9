/** A person's data key, sealed by the master key. What the database holds. */
export type WrappedKey = string;

/** Seals personal values. Nothing it returns can be read without the master key, which is not in the database. */
export interface Vault {
  /** A new data key for one person. */
  newKey(): WrappedKey;
  /**
   * Seals one value under a person's key.
   * @param purpose where the value stands, such as `persons.name`: a value moved elsewhere does not open.
   */
  seal(key: WrappedKey, purpose: string, value: string): string;
  /** Opens what `seal` sealed for the same purpose; throws when it was altered or belongs to another key. */
  open(key: WrappedKey, purpose: string, sealed: string): string;
  /** A keyed hash by which a value can be found and not read. */
  blindIndex(kind: string, value: string): string;
}
