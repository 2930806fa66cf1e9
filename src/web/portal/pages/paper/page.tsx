import type { RecordedSheet, SheetRow } from "../../../../app/request/record-paper-table.js";
import type { Receipt } from "../../../../app/request/submit-request.js";
import type { Item, Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Problem } from "../../../../domain/problem.js";
import { OLD_PAPER_DAYS_MAX, PAPER_DAYS_MAX } from "../../../../domain/request/paper.js";
import { paperText } from "../../../../text/portal-paper.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { Choices, Suggestions, TextField, type Choice } from "../../components/field.js";
import { answerId, FormFieldInput } from "../../components/form-field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { PlaceField, type Place } from "../../components/place-field.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface PaperView {
  readonly unit: { readonly id: string; readonly names: Names };
  readonly items: readonly Choice[];
  /** The service whose sheet is filled in; undefined: none is chosen. */
  readonly item: Item | undefined;
  readonly places: readonly Place[];
  readonly now: Instant;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly tried: Receipt | undefined;
  readonly seen: string | undefined;
  readonly isChanged: boolean;
  readonly entered: { readonly number: string; readonly code: string } | undefined;
  readonly rowsMax: number;
  readonly bytesMax: number;
  readonly key: string;
}

type Part = { readonly frame: Frame; readonly view: PaperView };

const ITEMS = "paper-items";
const here = (frame: Frame, path: string): string => inPool(frame, `/desk/paper${path}`);

/** Where sheets are entered: one, by its service, or many, by a table. */
export const PaperPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, number, name } = voice;
  const labels = {
    item: t(paperText.item), serial: t(paperText.serial), village: t(paperText.village), occurredAt: t(paperText.date), division: t(paperText.place), file: t(paperText.file), unit: t(paperText.place),
    "resident-name": t(paperText.name), "resident-idNumber": t(paperText.idNumber), "resident-phone": t(paperText.phone),
    ...Object.fromEntries((view.item?.guide.form ?? []).map((field) => [answerId(field.field), name(field.names)])),
  };
  return (
    <Layout frame={frame} title={t(paperText.title)} hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} links={{ unit: "#division" }} />
      <Heading over={name(view.unit.names)} title={t(paperText.title)} lead={t(paperText.lead)} />
      {view.entered === undefined ? null : (
        <Notice live>
          <p>
            <strong>{t(paperText["done.title"])}</strong>
          </p>
          <p>{t(paperText["done.number"], view.entered)}</p>
          <p class="soft">{t(paperText["done.wrong"])}</p>
        </Notice>
      )}
      <section class="section" aria-labelledby="one">
        <h2 id="one">{view.item === undefined ? t(paperText.one) : name(view.item.guide.names)}</h2>
        <p class="soft">{t(paperText.limits, { days: PAPER_DAYS_MAX, head: OLD_PAPER_DAYS_MAX })}</p>
        {view.item === undefined ? <Chooser frame={frame} view={view} /> : <SheetForm frame={frame} view={view} item={view.item} />}
      </section>
      {view.item === undefined ? (
        <section class="section" aria-labelledby="table">
          <h2 id="table">{t(paperText.table)}</h2>
          <form method="post" action={here(frame, "/table")} enctype="multipart/form-data">
            <input type="hidden" name="unit" value={view.unit.id} />
            <div class="field">
              <label class="field__label" for="file">
                {t(paperText.file)}
              </label>
              <p class="field__hint" id="file-hint">
                {t(paperText["table.hint"], { max: number(view.rowsMax), size: number(Math.floor(view.bytesMax / 1_048_576)) })}
              </p>
              <input class="input" type="file" id="file" name="file" accept=".csv,.xlsx,text/csv" aria-describedby="file-hint" required />
            </div>
            <div class="actions">
              <button class="button">{t(paperText["table.preview"])}</button>
            </div>
          </form>
        </section>
      ) : null}
    </Layout>
  );
};

const Chooser = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  return (
    <form method="get" action={here(frame, "")}>
      <input type="hidden" name="unit" value={view.unit.id} />
      <Suggestions id={ITEMS} options={view.items} />
      <TextField voice={voice} id="item" list={ITEMS} autocomplete="off" spellcheck={false} label={t(paperText.item)} hint={t(paperText["item.hint"])} value={view.typed["item"]} maxlength={160} error={errors["item"]} />
      <div class="actions">
        <button class="button">{t(paperText.choose)}</button>
      </div>
    </form>
  );
};

const SheetForm = ({ frame, view, item }: Part & { readonly item: Item }) => {
  const { voice } = frame;
  const { t, name, dateTime } = voice;
  const { typed } = view;
  const errors = fieldErrors(voice, view.problems);
  const materials = item.guide.materials.filter(({ waived }) => !waived);
  const text = (id: string, field: string) => ({ voice, id, name: field, value: typed[field], error: errors[id] });
  return (
    <form method="post" action={here(frame, "")}>
      <input type="hidden" name="key" value={view.key} />
      <input type="hidden" name="unit" value={view.unit.id} />
      <input type="hidden" name="item" value={item.code} />
      {view.seen === undefined ? null : <input type="hidden" name="seen" value={view.seen} />}
      <h3>{t(paperText["sheet.title"])}</h3>
      <TextField {...text("serial", "serial")} label={t(paperText.serial)} hint={t(paperText["serial.hint"])} width="medium" maxlength={40} spellcheck={false} />
      <TextField {...text("village", "village")} label={t(paperText.village)} width="medium" maxlength={80} />
      <TextField {...text("occurredAt", "date")} type="date" label={t(paperText.date)} width="medium" />
      <TextField {...text("time", "time")} label={t(paperText.time)} hint={t(paperText["time.hint"])} width="short" maxlength={5} />
      <div class="field">
        <p class="field__label">{t(paperText.recorded)}</p>
        <p>{dateTime(view.now)}</p>
      </div>
      <PlaceField voice={voice} label={t(paperText.place)} hint={t(paperText["place.hint"])} places={view.places} value={typed["division"]} error={errors["division"] ?? errors["unit"]} />
      <h3>{t(paperText.resident)}</h3>
      <TextField {...text("resident-name", "name")} label={t(paperText.name)} width="medium" maxlength={100} autocomplete="off" />
      <TextField {...text("resident-idNumber", "idNumber")} label={t(paperText.idNumber)} hint={t(paperText["idNumber.hint"])} width="medium" maxlength={18} autocomplete="off" spellcheck={false} optional />
      <TextField {...text("resident-phone", "phone")} type="tel" label={t(paperText.phone)} width="medium" maxlength={20} autocomplete="off" optional />
      {item.guide.form.length === 0 ? null : <h3>{t(paperText.answers)}</h3>}
      {item.guide.form.map((field) => (
        <FormFieldInput voice={voice} field={field} value={typed[`answers.${field.field}`]} error={errors[answerId(field.field)]} divisions={view.places} />
      ))}
      {materials.length === 0 ? null : (
        <Choices voice={voice} id="materials" type="checkbox" optional label={t(paperText.materials)} options={materials.map(({ material, names }) => ({ value: material, label: name(names) }))} values={(typed["materials"] ?? "").split(",")} />
      )}
      {view.tried === undefined ? null : <Tried frame={frame} view={view} tried={view.tried} />}
      <div class="actions">
        {view.tried === undefined ? null : (
          <button class="button" name="act" value="enter">
            {t(paperText.enter)}
          </button>
        )}
        <button class={view.tried === undefined ? "button" : "button button--quiet"} name="act" value="preview">
          {t(paperText.preview)}
        </button>
        <a href={here(frame, `?unit=${encodeURIComponent(view.unit.id)}`)}>{t(paperText.other)}</a>
      </div>
    </form>
  );
};

const Tried = ({ frame, view, tried }: Part & { readonly tried: Receipt }) => {
  const { t, dateTime, date, name, list } = frame.voice;
  const materialName = (code: string): string => {
    const found = view.item?.guide.materials.find(({ material }) => material === code);
    return found === undefined ? code : name(found.names);
  };
  return (
    <Notice live>
      {view.isChanged ? <p>{t(paperText.changed)}</p> : null}
      <p>
        <strong>{t(paperText["preview.title"])}</strong>
      </p>
      <ul>
        <li>{t(paperText["preview.occurred"], { occurred: dateTime(tried.occurredAt ?? tried.receivedAt) })}</li>
        <li>{t(paperText["preview.recorded"], { recorded: dateTime(tried.receivedAt), due: date(tried.promisedDueAt) })}</li>
        <li>{t(paperText["preview.unit"], { unit: name(tried.unit.names) })}</li>
        {tried.missingMaterials.length === 0 ? null : <li>{t(paperText["preview.missing"], { materials: list(tried.missingMaterials.map((code) => materialName(code))) })}</li>}
      </ul>
    </Notice>
  );
};

export interface PaperTableView {
  readonly unit: { readonly id: string; readonly names: Names };
  /** As they are written, for those that can be entered. */
  readonly rows: readonly SheetRow[];
  readonly outcomes: readonly RecordedSheet[];
  /** Null: they were only looked at. */
  readonly codes: ReadonlyMap<string, string> | null;
}

/** A table's rows: what would become of each, and then what became of it. */
export const PaperTablePage = ({ frame, view }: { readonly frame: Frame; readonly view: PaperTableView }) => {
  const { voice } = frame;
  const { t, number, name, date } = voice;
  const good = view.outcomes.filter(({ receipt }) => receipt !== null).length;
  const counts = { good: number(good), bad: number(view.outcomes.length - good) };
  const title = t(paperText[view.codes === null ? "table.result" : "table.done"], counts);
  return (
    <Layout frame={frame} title={title} wide>
      <Heading over={name(view.unit.names)} title={title} lead={view.codes === null ? t(paperText["table.lead"]) : undefined} />
      <Listing
        voice={voice}
        caption={title}
        rows={view.outcomes}
        columns={[
          { key: "line", label: t(paperText.line), number: true, cell: ({ line }) => number(line) },
          { key: "serial", label: t(paperText.serial), header: true, cell: ({ serial }) => serial || "—" },
          {
            key: "outcome",
            label: t(paperText.outcome),
            cell: ({ receipt, problems }) =>
              receipt === null ? (
                <ul class="plain-list">
                  {problems.map((one) => (
                    <li>
                      {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
                    </li>
                  ))}
                </ul>
              ) : view.codes === null ? (
                t(paperText["row.fine"], { due: date(receipt.promisedDueAt) })
              ) : (
                t(paperText["row.entered"], { number: receipt.number, code: view.codes.get(receipt.publicId) ?? "" })
              ),
          },
        ]}
      />
      {view.codes === null && good > 0 ? (
        <form method="post" action={here(frame, "/table/entry")} enctype="multipart/form-data">
          <input type="hidden" name="unit" value={view.unit.id} />
          <input type="hidden" name="rows" value={JSON.stringify(view.rows.filter(({ line }) => view.outcomes.some((one) => one.line === line && one.receipt !== null)).map(({ line, cells }) => ({ line, cells })))} />
          <div class="actions">
            <button class="button">{t(paperText["table.enter"], counts)}</button>
          </div>
        </form>
      ) : null}
      <p>
        <a href={here(frame, `?unit=${encodeURIComponent(view.unit.id)}`)}>{t(paperText.title)}</a>
      </p>
    </Layout>
  );
};
