import type { Names } from "../../../../domain/catalogue/item.js";
import type { Kind, Measure } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import { deskText } from "../../../../text/portal-desk.js";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import { kindWords, measureNames } from "../../../../text/words.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface RegisterView {
  /** Undefined: a new one. */
  readonly code: string | undefined;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly units: readonly { readonly id: string; readonly names: Names }[];
  readonly classes: readonly { readonly id: string; readonly names: Names; readonly kind: Kind; readonly measure: Measure }[];
  readonly calendars: readonly { readonly id: string; readonly names: Names }[];
  /** As typed, or as declared. */
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** A resource as its unit declares it. The name of each input is the name of the declared field. */
export const RegisterPage = ({ frame, view }: { frame: Frame; view: RegisterView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { values } = view;
  const errors = fieldErrors(voice, view.problems);
  const editing = view.code !== undefined;
  const title = editing ? t(deskText["register.edit"], { code: view.code ?? "" }) : t(deskText["register.title"]);
  const labels: Record<string, string> = {
    resource: t(deskText["register.code"]),
    unit: t(deskText["register.unit"]),
    class: t(deskText["register.class"]),
    total: t(deskText["register.total"]),
    reserved: t(deskText["register.reserved"]),
    overcommit: t(deskText["register.overcommit"]),
    jurisdiction: t(deskText["register.jurisdiction"]),
    traits: t(deskText["register.traits"]),
    calendar: t(deskText["register.calendar"]),
    valid_from: t(deskText["register.valid-from"]),
    valid_to: t(deskText["register.valid-to"]),
    earmark: t(deskText["register.earmark"]),
    legal_basis: t(deskText["register.legal-basis"]),
    number_basis: t(deskText["register.number-basis"]),
    source: t(deskText["register.source"]),
  };
  const text = (id: string, options: { hint?: string; optional?: boolean; width?: "short" | "medium" | "full"; type?: "text" | "number" | "date" } = {}) => (
    <TextField
      voice={voice}
      id={id}
      label={labels[id] ?? id}
      hint={options.hint}
      error={errors[id]}
      value={values[id]}
      optional={options.optional ?? false}
      width={options.width ?? "medium"}
      type={options.type ?? "text"}
      autocomplete="off"
      spellcheck={false}
    />
  );
  return (
    <Layout frame={frame} title={title} hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/desk/resources"), label: t(portalText["nav.resources"]) }]} />}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
        <Heading title={title} lead={editing ? undefined : t(deskText["register.lead"])} />
        <form class="form" method="post" action={inPool(frame, editing ? `/desk/resources/${view.code ?? ""}` : "/desk/resources")} novalidate>
          <input type="hidden" name="key" value={view.idempotencyKey} />
          {editing ? (
            <>
              <input type="hidden" name="generation" value={String(view.generation)} />
              <input type="hidden" name="resource" value={view.code ?? ""} />
              <input type="hidden" name="unit" value={values["unit"] ?? ""} />
              <input type="hidden" name="class" value={values["class"] ?? ""} />
            </>
          ) : (
            <>
              <SelectField voice={voice} id="unit" label={labels["unit"] ?? ""} error={errors["unit"]} value={values["unit"]} none={view.units.length > 1 ? t(hallText["apply.place.choose"]) : undefined} options={view.units.map((unit) => ({ value: unit.id, label: name(unit.names) }))} />
              <SelectField
                voice={voice}
                id="class"
                label={labels["class"] ?? ""}
                error={errors["class"]}
                value={values["class"]}
                none={t(hallText["apply.place.choose"])}
                options={view.classes.map((one) => ({ value: one.id, label: `${t(kindWords[one.kind])} · ${name(one.names)}（${t(measureNames[one.measure])}）` }))}
              />
              {text("resource", { hint: t(deskText["register.code.hint"]), width: "full" })}
            </>
          )}
          {text("total", { hint: t(deskText["register.total.hint"]), width: "short", type: "number" })}
          {text("jurisdiction", { hint: t(deskText["register.jurisdiction.hint"]), optional: true, width: "full" })}
          <Details summary={t(deskText["register.more"])} open={editing || ["reserved", "overcommit", "traits", "calendar", "valid_from", "valid_to", "earmark", "legal_basis", "number_basis", "source"].some((id) => errors[id] !== undefined)}>
            {text("reserved", { optional: true, width: "short", type: "number" })}
            {text("overcommit", { hint: t(deskText["register.overcommit.hint"]), optional: true, width: "short", type: "number" })}
            {text("traits", { hint: t(deskText["register.traits.hint"]), optional: true, width: "full" })}
            <SelectField voice={voice} id="calendar" label={labels["calendar"] ?? ""} optional error={errors["calendar"]} value={values["calendar"]} none={t(deskText["register.calendar.none"])} options={view.calendars.map((one) => ({ value: one.id, label: name(one.names) }))} />
            {text("valid_from", { optional: true, type: "date" })}
            {text("valid_to", { optional: true, type: "date" })}
            {text("earmark", { optional: true })}
            {text("legal_basis", { optional: true, width: "full" })}
            {text("number_basis", { optional: true, width: "full", hint: t(deskText["register.number-basis.hint"]) })}
            {text("source", { optional: true, width: "full" })}
          </Details>
          <div class="actions">
            <button class="button">{t(deskText[editing ? "register.save.edit" : "register.save"])}</button>
            <a href={inPool(frame, editing ? `/desk/resources/${view.code ?? ""}` : "/desk/resources")}>{t(hallText["apply.back"])}</a>
          </div>
        </form>
      </div>
    </Layout>
  );
};
