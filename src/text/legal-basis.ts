import { defineText } from "./text.js";
import type { Voice } from "./voice.js";

const words = defineText({
  article: { zh: "{law}第{article}条", en: "{law}, article {article}" },
  other: { zh: "{law}{article}", en: "{law}, {article}" },
});

/** A law and its article. One given as a bare number is read out as one; anything else stands as the catalogue has it. */
export function basisText(voice: Voice, { law, article }: { readonly law: { readonly zh: string; readonly en: string }; readonly article: string }): string {
  return voice.t(/^\d+$/.test(article) ? words.article : words.other, { law: voice.name(law), article }).replace(/,? $/, "");
}
