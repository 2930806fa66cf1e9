import type { Names } from "../../domain/catalogue/item.js";
import type { Dimension } from "../../domain/disparity/reading.js";
import { applicantGroups, languageGroups } from "../../text/disparity.js";
import { channelWords } from "../../text/words.js";
import type { Reading } from "../ports/store.js";

export type GroupNames = (dimension: Dimension, group: string) => Names;

const WORDS: Readonly<Record<Exclude<Dimension, "district">, Readonly<Record<string, Names>>>> = { language: languageGroups, channel: channelWords, applicant: applicantGroups };

/** What the groups are called; a district that is no longer declared goes by its code. */
export async function groupNames(read: Pick<Reading, "divisions">): Promise<GroupNames> {
  const districts = new Map<string, Names>((await read.divisions.all()).map(({ code, names }) => [code, names]));
  return (dimension, group) => (dimension === "district" ? districts.get(group) : WORDS[dimension][group]) ?? { zh: group, en: group };
}
