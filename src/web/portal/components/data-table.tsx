import type { Child } from "hono/jsx";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Icon } from "./icon.js";

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => Child;
  readonly number?: boolean;
  /** The row's name: read out before the other cells. */
  readonly header?: boolean;
  /** Address of this table sorted by the column, and how it is sorted now. */
  readonly sort?: { readonly href: string; readonly now?: "ascending" | "descending" };
}

export interface DataTableProps<Row> {
  readonly voice: Voice;
  readonly caption: string;
  readonly captionHidden?: boolean;
  readonly note?: Child;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly dense?: boolean;
  /** On narrow screens each row becomes a card with its labels. */
  readonly cards?: boolean;
  readonly next?: string | undefined;
  readonly first?: string | undefined;
  readonly exports?: { readonly csv: string; readonly xlsx: string } | undefined;
}

const SortMark = ({ now }: { now: "ascending" | "descending" | undefined }) => (
  <svg viewBox="0 0 10 12" width="10" height="12" aria-hidden="true" focusable="false">
    <path d="M5 0 9 5H1z" fill="currentColor" opacity={now === "ascending" ? 1 : 0.3} />
    <path d="M5 12 1 7h8z" fill="currentColor" opacity={now === "descending" ? 1 : 0.3} />
  </svg>
);

export const DataTable = <Row,>({ voice, caption, captionHidden = false, note, columns, rows, dense = false, cards = false, next, first, exports }: DataTableProps<Row>) => (
  <div class="listing">
    <div class="table-wrap" tabindex={0} role="region" aria-label={voice.t(portalText["table.region"], { caption })}>
      <table class={["table", dense ? "table--dense" : "", cards ? "table--cards" : ""].filter(Boolean).join(" ")}>
        <caption class={captionHidden ? "visually-hidden" : undefined}>
          {caption}
          {note === undefined ? null : <span class="caption-note">{note}</span>}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={column.number ? "number" : undefined} aria-sort={column.sort?.now}>
                {column.sort === undefined ? (
                  column.label
                ) : (
                  <a class="sort" href={column.sort.href}>
                    {column.label}
                    <SortMark now={column.sort.now} />
                  </a>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map((column) =>
                column.header ? (
                  <th scope="row">{column.cell(row)}</th>
                ) : (
                  <td class={column.number ? "number" : undefined} data-label={cards ? column.label : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    {next === undefined && first === undefined && exports === undefined ? null : (
      <div class="table-foot">
        <nav class="row" aria-label={voice.t(portalText["pager.label"])}>
          {first === undefined ? null : <a href={first}>{voice.t(portalText["pager.first"])}</a>}
          {next === undefined ? null : (
            <a href={next} rel="next">
              {voice.t(portalText["pager.next"])}
              <Icon name="chevron-right" />
            </a>
          )}
        </nav>
        {exports === undefined ? null : (
          <p class="row small">
            <span class="soft">{voice.t(portalText["export.label"])}</span>
            <a href={exports.xlsx}>
              <Icon name="download" />
              {voice.t(portalText["export.xlsx"])}
            </a>
            <a href={exports.csv}>
              <Icon name="download" />
              {voice.t(portalText["export.csv"])}
            </a>
          </p>
        )}
      </div>
    )}
  </div>
);

export interface ListingProps<Row> extends Omit<DataTableProps<Row>, "captionHidden" | "cards" | "dense"> {
  /** Stands in its place where there are no rows: why, and what to do. */
  readonly none?: Child;
}

/** The rows a page or a section is about: its heading names them already. */
export const Listing = <Row,>({ none, ...table }: ListingProps<Row>) => (none !== undefined && table.rows.length === 0 ? <>{none}</> : <DataTable {...table} captionHidden cards dense />);
