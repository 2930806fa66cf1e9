import type { Voice } from "../../text/voice.js";
import type { Preferences } from "./preferences.js";

/** 办事大厅 · 单位工作台 · 调度中心. */
export type Room = "hall" | "desk" | "centre";

export interface Frame {
  readonly voice: Voice;
  readonly preferences: Preferences;
  /** Path and query of this page: where preference switches and sign-in come back to. */
  readonly path: string;
  readonly pool?: { readonly id: string; readonly names: { readonly zh: string; readonly en: string }; readonly sandbox: boolean };
  readonly person?: { readonly name: string };
  /** Rooms this person may enter; the hall is open to everybody. */
  readonly rooms: readonly Room[];
  readonly room?: Room;
  /** The entry of the room's own navigation this page stands under. */
  readonly here?: string;
  /** Entries of the room that lead somewhere for this person; absent: all. */
  readonly entries?: readonly string[];
  /** What waits behind an entry to be seen, by the entry's key. */
  readonly badges?: Readonly<Record<string, number>>;
  readonly version: string;
}

/** Paths inside the frame's pool. */
export const inPool = (frame: Frame, path: string): string =>
  frame.pool === undefined ? "/" : `/pools/${frame.pool.id}${path}`;
