import { reorganiseText } from "../../../../text/reorganise.js";
import type { Voice } from "../../../../text/voice.js";
import { TextField } from "../../components/field.js";

export const CHANGE_KINDS = ["merge", "rename", "split", "move"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What each field of one change is called, for the list of what is wrong. */
export const changeLabels = ({ t }: Voice, kind: ChangeKind): Readonly<Record<string, string>> => ({
  [fromId(kind)]: t(reorganiseText[`new.from.${kind}`]),
  [intoId(kind)]: t(reorganiseText[`new.into.${kind}`]),
  [`changes-0-${kind}-names-zh`]: t(reorganiseText["new.unit-zh"]),
  [`changes-0-${kind}-names-en`]: t(reorganiseText["new.unit-en"]),
  [`changes-0-${kind}-resources`]: t(reorganiseText["new.resources"]),
  [`changes-0-${kind}-items`]: t(reorganiseText["new.items"]),
});

const fromId = (kind: ChangeKind): string => `changes-0-${kind}-${kind === "rename" ? "unit" : "from"}`;
const intoId = (kind: ChangeKind): string => `changes-0-${kind}-${kind === "merge" ? "into" : "to"}`;

/** The fields of one change of a reform, by its kind. */
export const ChangeFields = ({ voice, kind, typed, errors }: { readonly voice: Voice; readonly kind: ChangeKind; readonly typed: Readonly<Record<string, string>>; readonly errors: Readonly<Record<string, string>> }) => {
  const { t } = voice;
  const field = (name: string) => `changes-0-${kind}-${name}`;
  const [makesUnit, movesParts] = [kind === "rename" || kind === "split", kind === "split" || kind === "move"];
  return (
    <>
      <TextField voice={voice} id={fromId(kind)} name="from" label={t(reorganiseText[`new.from.${kind}`])} value={typed["from"]} maxlength={800} spellcheck={false} list="units" error={errors[fromId(kind)]} />
      <TextField voice={voice} id={intoId(kind)} name="into" label={t(reorganiseText[`new.into.${kind}`])} value={typed["into"]} maxlength={63} spellcheck={false} {...(makesUnit ? {} : { list: "units" })} error={errors[intoId(kind)]} />
      {makesUnit ? (
        <>
          <TextField voice={voice} id={field("names-zh")} name="unit-zh" optional={kind === "rename"} label={t(reorganiseText["new.unit-zh"])} value={typed["unit-zh"]} maxlength={200} error={errors[field("names-zh")]} />
          <TextField voice={voice} id={field("names-en")} name="unit-en" optional={kind === "rename"} label={t(reorganiseText["new.unit-en"])} value={typed["unit-en"]} maxlength={200} error={errors[field("names-en")]} />
        </>
      ) : null}
      {movesParts ? (
        <>
          <TextField voice={voice} id={field("resources")} name="resources" optional label={t(reorganiseText["new.resources"])} value={typed["resources"]} maxlength={8_000} spellcheck={false} error={errors[field("resources")]} />
          <TextField voice={voice} id={field("items")} name="items" optional label={t(reorganiseText["new.items"])} value={typed["items"]} maxlength={8_000} spellcheck={false} error={errors[field("items")]} />
        </>
      ) : null}
    </>
  );
};
