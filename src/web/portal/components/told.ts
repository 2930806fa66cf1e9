import type { Names } from "../../../domain/catalogue/item.js";
import { parseLocalDate, type LocalDate } from "../../../domain/instant.js";
import type { Voice } from "../../../text/voice.js";

/** Its name in the reader's language; of what is not there any more, its id. */
export const said = ({ name }: Voice, names: ReadonlyMap<string, Names>, id: string): string => name(names.get(id) ?? { zh: id, en: id });

/** A date as people write it. */
export const day = (voice: Voice, date: LocalDate): string => voice.day(parseLocalDate(date) ?? 0);
