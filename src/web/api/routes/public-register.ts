import { listPublicRegister } from "../../../app/scheduling/list-public-register.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { publicAllocation, publicRegisterQuery } from "../../../contract/schemas/public-register.js";
import { trusted, type DivisionCode } from "../../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant, type LocalDate } from "../../../domain/instant.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";

const dayOf = (at: Instant | null): LocalDate | null => (at === null ? null : localDateOf(dayNumberOf(at)));

const list = defineRoute({
  method: "get",
  path: "/public-register",
  access: "public-register.read",
  tag: "public",
  summary: "What the pool gave, newest first, without personal data",
  query: publicRegisterQuery,
  response: pageOf(publicAllocation),
  async handle({ deps, actor, pool, query: { limit, after, county } }) {
    const found = await listPublicRegister(deps, actor, pool, { county: county === undefined ? undefined : trusted<DivisionCode>(county) }, { limit, after });
    if (!found.ok) return found;
    const { rows, next } = found.value;
    return ok({
      body: {
        next,
        rows: rows.map(({ itemNames, classNames, decidedAt, occurredAt, recordedAt, amount, ...rest }) => ({ ...rest, occurredOn: dayOf(occurredAt), recordedOn: dayOf(recordedAt), item: itemNames, class: classNames, decidedOn: localDateOf(dayNumberOf(decidedAt)), amount: String(amount) })),
      },
    });
  },
});

export const publicRegisterRoutes: readonly Route[] = [list];
