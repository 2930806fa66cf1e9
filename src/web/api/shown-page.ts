import { pageOfAll, type Page, type PageAsked } from "../../app/ports/page.js";
import { ok, type Result } from "../../domain/result.js";
import type { Answer } from "./route.js";

/** A page of a list as it travels. */
export const shownPage = <Row, Shown>(found: Result<Page<Row>>, shown: (row: Row) => Shown): Result<Answer<{ rows: Shown[]; next: string | null }>> =>
  found.ok ? ok({ body: { rows: found.value.rows.map((row) => shown(row)), next: found.value.next } }) : found;

/** The page asked for of a list that is read whole because it is short. */
export const shownPageOfAll = <Row, Shown>(found: Result<readonly Row[]>, asked: PageAsked, cursor: (row: Row) => string, shown: (row: Row) => Shown) =>
  found.ok ? shownPage(ok(pageOfAll(found.value, asked, cursor)), shown) : found;
