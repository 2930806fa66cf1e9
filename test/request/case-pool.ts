import type { FormField, ItemGuide, Material, RecipeStep } from "../../src/domain/catalogue/item.js";
import { trusted, type ItemCode, type PoolId, type StepId } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { AppDeps } from "../../src/app/deps.js";
import type { SubmitInput } from "../../src/app/request/submit-request.js";
import type { TestDatabase } from "../support/database.js";
import { actor, policyPool, POOL, unit } from "../support/policy-pool.js";

/** Friday 20 November 2026, nine in the morning in Xingyi. */
export const FRIDAY_NINE = Date.parse("2026-11-20T01:00:00Z");

const staff = (name: string, amount: number, scope: "competent" | "pool" = "competent") => ({ class: trusted<never>(name), amount, scope });

const step = (name: string, given: Partial<RecipeStep> & Pick<RecipeStep, "stage">): RecipeStep => ({
  step: name,
  names: { zh: `环节 ${name}`, en: `Step ${name}` },
  mode: "human",
  after: [],
  claims: [],
  ...given,
});

const FORM: readonly FormField[] = [
  { field: "shop-name", names: { zh: "店名", en: "Shop name" }, type: "text", required: true },
  { field: "owner", names: { zh: "经营者身份证号", en: "Owner's identity number" }, type: "id-number", required: true, personal: true },
  { field: "phone", names: { zh: "联系电话", en: "Phone" }, type: "phone", required: true, personal: true },
  { field: "area", names: { zh: "面积", en: "Floor area" }, type: "number", required: false },
];

const MATERIALS: readonly Material[] = [
  { material: "floor-plan", names: { zh: "平面图", en: "Floor plan" }, source: "applicant", form: "electronic", copies: 1, waived: false },
  { material: "id-card", names: { zh: "身份证", en: "Identity card" }, source: "government", form: "electronic", copies: 1, waived: true },
];

function guide(item: string, given: Partial<ItemGuide>): ItemGuide {
  return {
    item: trusted<ItemCode>(item),
    names: { zh: `事项 ${item}`, en: `Item ${item}` },
    taskType: "licence",
    audience: ["person", "enterprise"],
    theme: "business",
    themeNames: { zh: "开办经营", en: "Business" },
    lifeEvents: [],
    line: "market-regulation",
    level: "county",
    basis: [],
    statutoryDays: 20,
    promisedDays: 7,
    visits: 1,
    modes: ["online"],
    conditions: [],
    materials: [],
    fee: { fen: 0 },
    result: { zh: "许可证", en: "Licence" },
    form: [],
    recipe: { steps: [step("intake", { stage: "accept", claims: [staff("staff.intake", 20)] })] },
    source: "test",
    ...given,
  };
}

export const FOOD = "mr-food-licence";
export const HEALTH = "health-permit";
export const SUBSIDY = "elderly-subsidy";
export const BUNDLE = "open-a-restaurant";

const GUIDES: readonly ItemGuide[] = [
  guide(FOOD, {
    names: { zh: "食品经营许可证核发", en: "Food business licence" },
    form: FORM,
    materials: MATERIALS,
    recipe: {
      steps: [
        step("intake", { stage: "accept", claims: [staff("staff.intake", 20)] }),
        step("check-identity", { stage: "review", mode: "automatic", after: ["intake"], claims: [{ class: trusted<never>("data.population"), amount: 1, scope: "pool" }] }),
        step("review", { stage: "review", after: ["intake"], claims: [staff("staff.review", 60, "pool")] }),
        step("decide", {
          stage: "decide",
          after: ["check-identity", "review"],
          claims: [staff("staff.decision", 30), { class: trusted<never>("function.food-licensing"), amount: 1, scope: "competent" }],
        }),
        step("deliver", { stage: "deliver", mode: "external", after: ["decide"] }),
      ],
    },
  }),
  guide(HEALTH, { names: { zh: "公共场所卫生许可", en: "Public health permit" }, line: "health", promisedDays: 5, form: FORM.slice(1, 3) }),
  guide(SUBSIDY, {
    names: { zh: "高龄津贴认定", en: "Subsidy for the very old" },
    taskType: "payment",
    audience: ["person"],
    theme: "elderly",
    themeNames: { zh: "养老", en: "Old age" },
    line: "health",
    promisedDays: 0,
    recipe: {
      steps: [
        step("check", { stage: "review", claims: [staff("staff.intake", 10)] }),
        step("pay", { stage: "pay", after: ["check"], claims: [{ class: trusted<never>("funds.elderly-subsidy"), amount: 80_000, scope: "competent", purpose: "elderly" }] }),
      ],
    },
  }),
];

const CLASSES = [
  ["staff.intake", "staff", "minute", "day"],
  ["staff.review", "staff", "minute", "day"],
  ["staff.decision", "staff", "minute", "day"],
  ["data.population", "data", "call", "day"],
  ["function.food-licensing", "function", "case", "none"],
  ["funds.elderly-subsidy", "funds", "fen", "fiscal-year"],
] as const;

/**
 * A county with a market bureau and a health bureau, three items and a bundle, on a Friday morning of a sandbox.
 * Officers: `market` and `health` clerks; a prefecture bureau of the market line stands above.
 */
export async function casePool(database: TestDatabase, pool: PoolId = POOL) {
  const { sql } = database;
  const policy = await policyPool(database, pool);
  await sql`
    update pool.pools set sandbox = true, clock = 'manual', clock_at = ${new Date(FRIDAY_NINE)}, calendar_id = 'cn' where pool_id = ${pool}`;
  await sql`update pool.units set published = true where pool_id = ${pool} and unit_id in ('market', 'market-prefecture', 'health')`;
  for (const [code, zh, level, parent] of [
    ["522300", "黔西南州", "prefecture", null],
    ["522301", "兴义市", "county", "522300"],
    ["522301001", "黄草街道", "township", "522301"],
    ["522322", "兴仁市", "county", "522300"],
  ] as const) {
    await sql`insert into pool.divisions (pool_id, code, name_zh, name_en, level, parent_code) values (${pool}, ${code}, ${zh}, ${code}, ${level}, ${parent})`;
  }
  const hours = ["09:00-12:00", "13:30-17:00"];
  const week = { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: [], sun: [] };
  await sql`insert into pool.calendars (pool_id, calendar_id, layer, name_zh, name_en, week) values (${pool}, 'cn', 'nation', '全国', 'China', ${sql.json(week)})`;
  for (const [id, kind, measure, period] of CLASSES) {
    await sql`
      insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, min, max, step)
      values (${pool}, ${id}, ${kind}, ${id}, ${id}, ${measure}, ${period}, ${period === "day" ? 20 : null}, 'unit', 'none',
        ${kind === "function" || kind === "funds" ? "deciding" : "assisting"}, 1, 10000000, 1)`;
  }
  for (const [code, owner, classId, total, automated, earmark] of [
    ["market-intake", "market", "staff.intake", 400, false, null],
    ["market-review", "market", "staff.review", 400, false, null],
    ["market-decision", "market", "staff.decision", 400, false, null],
    ["market-authority", "market", "function.food-licensing", null, false, null],
    ["city-population", "city", "data.population", 1_000, true, null],
    ["health-intake", "health", "staff.intake", 400, false, null],
    ["health-funds", "health", "funds.elderly-subsidy", 100_000_000, false, "elderly"],
  ] as const) {
    await sql`
      insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction, automated, earmark)
      values (${pool}, ${code}, ${owner}, ${classId}, ${total}, 1, 10000000, 1, ${["522301"]}, ${automated}, ${earmark})`;
  }
  for (const one of GUIDES) {
    await sql`
      insert into pool.items (pool_id, item_code, version, state, name_zh, name_en, task_type, audience, theme, line, level, guide)
      values (${pool}, ${one.item}, 1, 'published', ${one.names.zh}, ${one.names.en}, ${one.taskType}, ${[...one.audience]}, ${one.theme}, ${one.line},
        ${one.level}, ${sql.json(one as never)})`;
  }
  await sql`
    insert into pool.bundles (pool_id, bundle_code, name_zh, name_en, life_event, members, form)
    values (${pool}, ${BUNDLE}, '我要开餐馆', 'Open a restaurant', 'open-a-restaurant',
      ${sql.json([{ item: HEALTH, after: [] }, { item: FOOD, after: [HEALTH] }])}, ${sql.json(FORM as never)})`;
  return {
    ...policy,
    pool,
    clerk: await person(database, policy.deps, actor([{ role: "clerk", unitId: unit("market") }])),
    healthClerk: await person(database, policy.deps, actor([{ role: "clerk", unitId: unit("health") }])),
    admin: await person(database, policy.deps, actor([{ role: "pool-admin" }])),
    applicant: await person(database, policy.deps, actor()),
    stranger: await person(database, policy.deps, actor()),
    at: async (instant: number) => void (await sql`update pool.pools set clock_at = ${new Date(instant)} where pool_id = ${pool}`),
  };
}

export type CasePool = Awaited<ReturnType<typeof casePool>>;

/** Gives an actor a row and a key, as signing up does. */
export async function person(database: TestDatabase, deps: Pick<AppDeps, "vault">, who: PersonActor): Promise<PersonActor> {
  await database.sql`insert into identity.persons (person_id, wrapped_key) values (${who.personId}, ${deps.vault.newKey()})`;
  return who;
}

export const foodApplication = (given: Partial<SubmitInput> = {}): SubmitInput => ({
  item: FOOD,
  division: "522301001",
  answers: { "shop-name": "顺风小吃", owner: "522301199001011234".slice(0, 17) + checkDigit("52230119900101123"), phone: "13800001234" },
  materials: ["floor-plan"],
  ...given,
});

export const OWNER = "52230119900101123" + checkDigit("52230119900101123");

function checkDigit(first17: string): string {
  const sum = [...first17].reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return "10X98765432"[sum % 11] ?? "";
}

/**
 * Stands in for the writer where a test is about the desk, not the queue: grants every ready step of the pool all it
 * asks, from any resource of the class.
 */
export async function grantAll({ sql }: TestDatabase, pool: PoolId = POOL): Promise<void> {
  await sql`
    with ready as (
      select s.* from pool.steps s
      where s.pool_id = ${pool} and s.state = 'ready'
        and not exists (select from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt)
    ), granted as (
      insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, starts_at, told)
      select pool_id, step_id, attempt, (select coalesce(max(seq), 0) from pool.decisions where pool_id = ${pool}) + row_number() over (order by step_id),
        'granted', p.clock_at, 1, p.clock_at, '[]'
      from ready join pool.pools p using (pool_id)
      returning step_id
    )
    insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, capacity, seq)
    select c.pool_id, c.claim_id, s.attempt, x.resource_id, 0, c.step_id, c.amount, 1000000000, 1
    from ready s join pool.claims c using (pool_id, step_id)
      join lateral (select resource_id from pool.resources x where x.pool_id = c.pool_id and x.class_id = c.class_id
        order by x.unit_id <> c.unit_id, resource_id limit 1) x on true`;
}

export const stepNamed = async ({ sql }: TestDatabase, publicId: string, name: string): Promise<StepId> => {
  const [row] = await sql<{ step_id: number }[]>`
    select s.step_id from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${publicId} and s.name = ${name}`;
  if (!row) throw new Error(`no step ${name}`);
  return trusted<StepId>(row.step_id);
};
