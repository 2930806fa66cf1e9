import type { CapacityClass } from "../../domain/pool/class.js";
import type { ClassDeclaration } from "../../domain/pool/declare-class.js";
import type { Trait } from "../../domain/pool/register.js";

/** A pool has dozens of classes and traits: they are read together. */
export interface Classes {
  all(): Promise<readonly CapacityClass[]>;
  /** Creates or changes; a change raises the generation. */
  put(classes: readonly ClassDeclaration[]): Promise<void>;
}

export interface Traits {
  all(): Promise<readonly Trait[]>;
  put(traits: readonly Trait[]): Promise<void>;
}
