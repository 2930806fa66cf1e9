import type { Names } from "../../../../domain/catalogue/item.js";
import { contestKind, presentRuling, type Contest, type ContestRuling } from "../../../../domain/org/contest.js";
import type { LeftBehind } from "../../../../app/ports/contest.js";
import type { Problem } from "../../../../domain/problem.js";
import { contestText } from "../../../../text/contest.js";
import type { Voice } from "../../../../text/voice.js";
import { Facts } from "../../components/answers.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const CONTESTS_DONE = ["opened", "stated", "ruled"] as const;

interface Common {
  /** `/desk/contests` or `/centre/contests`. */
  readonly path: string;
  readonly names: ReadonlyMap<string, Names>;
  readonly things: ReadonlyMap<string, Names>;
  readonly units: readonly Choice[];
  readonly key: string;
  readonly done: (typeof CONTESTS_DONE)[number] | undefined;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

export interface ContestsView extends Common {
  readonly contests: readonly Contest[];
  readonly waiting: number;
  /** Whose desk it is; undefined: the centre's. */
  readonly unit: Choice | undefined;
  readonly mayOpen: boolean;
  readonly classes: readonly Choice[];
}

export interface ContestView extends Common {
  readonly contest: Contest;
  /** Parties this person may speak for. */
  readonly speaksFor: readonly Choice[];
  readonly mayRule: boolean;
  /** In hand when the ruling began, and not gone yet. */
  readonly leftBehind: readonly LeftBehind[];
}

const named = (voice: Voice, names: ReadonlyMap<string, Names>, id: string): string => voice.name(names.get(id) ?? { zh: id, en: id });

function matter(voice: Voice, { names, things }: Common, contest: Contest): string {
  const { item, classId, division, request } = contest.matter;
  return voice.t(contestText[request === null ? "matter.at" : "matter.case"], { what: named(voice, things, item ?? classId ?? ""), division: named(voice, names, division) });
}

const coordinator = (voice: Voice, names: ReadonlyMap<string, Names>, unit: string | null): string => (unit === null ? voice.t(contestText.centre) : named(voice, names, unit));

const labelsOf = ({ t }: Voice): Readonly<Record<string, string>> => ({
  against: t(contestText["new.against"]), item: t(contestText["new.item"]), class: t(contestText["new.class"]), division: t(contestText["new.division"]), request: t(contestText["new.request"]),
  statement: t(contestText.statement), basis: t(contestText.basis), unit: t(contestText["rule.unit"]), grounds: t(contestText["rule.grounds"]), from: t(contestText["rule.from"]), to: t(contestText["rule.to"]), stance: t(contestText.stance),
});

/** Whose a matter is, as units contest it: those of one desk, or all. */
export const ContestsPage = ({ frame, view }: { readonly frame: Frame; readonly view: ContestsView }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Layout frame={frame} title={t(contestText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labelsOf(voice)} />
      <Heading over={view.unit?.label} title={t(contestText.title)} lead={t(contestText[view.unit ? "lead.desk" : "lead.centre"])} />
      {view.waiting === 0 ? null : (
        <Notice kind="warning">
          <p>{t(contestText["waiting.rule"], { count: view.waiting })}</p>
        </Notice>
      )}
      <Listing
        voice={voice}
        caption={t(contestText.title)}
        rows={view.contests}
        none={<Empty title={t(contestText["empty.title"])} text={t(contestText[view.mayOpen ? "empty.text" : "empty.centre"])} />}
        columns={[
          { key: "matter", label: t(contestText.matter), header: true, cell: (row) => <a href={inPool(frame, `${view.path}/${row.id}`)}>{matter(voice, view, row)}</a> },
          { key: "parties", label: t(contestText.between), cell: (row) => voice.list(row.parties.map(({ unitId }) => named(voice, view.names, unitId))) },
          { key: "kind", label: t(contestText.kind), cell: (row) => t(contestText[`kind.${contestKind(row.parties)}`]) },
          { key: "state", label: t(contestText["field.state"]), cell: (row) => t(contestText[`state.${row.state}`]) },
          { key: "due", label: t(contestText.due), cell: (row) => deadline(voice, row) },
          { key: "by", label: t(contestText.coordinator), cell: (row) => coordinator(voice, view.names, row.coordinator) },
        ]}
      />
      {view.mayOpen && view.unit ? <OpenForm frame={frame} view={view} unit={view.unit} /> : null}
    </Layout>
  );
};

function deadline({ t, dateTime }: Voice, { state, dueAt, rulingDueAt }: Contest): string {
  if (state === "open") return t(contestText["due.agree"], { time: dateTime(dueAt) });
  return state === "escalated" && rulingDueAt !== null ? t(contestText["due.rule"], { time: dateTime(rulingDueAt) }) : "—";
}

const stances = ({ t }: Voice): readonly Choice[] => (["declines", "claims"] as const).map((value) => ({ value, label: t(contestText[`stance.${value}`]) }));

const OpenForm = ({ frame, view, unit }: { readonly frame: Frame; readonly view: ContestsView; readonly unit: Choice }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { typed } = view;
  return (
    <section class="section">
      <Details summary={t(contestText.new)} open={view.problems.length > 0}>
        <form method="post" action={inPool(frame, view.path)}>
          <input type="hidden" name="key" value={view.key} />
          <input type="hidden" name="unit" value={unit.value} />
          <TextField voice={voice} id="against" label={t(contestText["new.against"])} value={typed["against"]} maxlength={800} spellcheck={false} list="units" error={errors["against"]} />
          <TextField voice={voice} id="item" label={t(contestText["new.item"])} value={typed["item"]} maxlength={120} spellcheck={false} error={errors["item"]} />
          <SelectField voice={voice} id="class" label={t(contestText["new.class"])} value={typed["class"]} none="—" options={view.classes} error={errors["class"]} />
          <TextField voice={voice} id="division" label={t(contestText["new.division"])} value={typed["division"]} width="medium" maxlength={12} spellcheck={false} error={errors["division"]} />
          <TextField voice={voice} id="request" label={t(contestText["new.request"])} value={typed["request"]} maxlength={63} spellcheck={false} error={errors["request"]} />
          <Said voice={voice} typed={typed} errors={errors} />
          <div class="actions">
            <button class="button">{t(contestText["new.save"])}</button>
          </div>
          <Suggestions id="units" options={view.units} />
        </form>
      </Details>
    </section>
  );
};

const Said = ({ voice, typed, errors }: { readonly voice: Voice; readonly typed: Readonly<Record<string, string>>; readonly errors: Readonly<Record<string, string>> }) => {
  const { t } = voice;
  return (
    <>
      <SelectField voice={voice} id="stance" label={t(contestText.stance)} value={typed["stance"] ?? "declines"} options={stances(voice)} error={errors["stance"]} />
      <TextArea voice={voice} id="statement" label={t(contestText.statement)} value={typed["statement"]} maxlength={2_000} error={errors["statement"]} />
      <TextField voice={voice} id="basis" label={t(contestText.basis)} value={typed["basis"]} maxlength={2_000} error={errors["basis"]} />
    </>
  );
};

/** One contest: who says what, by when, who decides, and what was decided. */
export const ContestPage = ({ frame, view }: { readonly frame: Frame; readonly view: ContestView }) => {
  const { voice } = frame;
  const { t, dateTime } = voice;
  const { contest, names } = view;
  const title = t(contestText["title.one"], { number: contest.id, matter: matter(voice, view, contest) });
  const above = coordinator(voice, names, contest.coordinator);
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labelsOf(voice)} />
      <Heading over={<a href={inPool(frame, view.path)}>{t(contestText.title)}</a>} title={title} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(contestText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <Facts
        facts={[
          [t(contestText["field.state"]), t(contestText[`state.${contest.state}`])],
          [t(contestText.kind), t(contestText[`kind.${contestKind(contest.parties)}`])],
          [t(contestText.due), t(contestText.term, { days: contest.workingDays, time: dateTime(contest.dueAt), basis: contest.termBasis })],
          [
            t(contestText.coordinator),
            contest.escalatedAt === null || contest.rulingDueAt === null
              ? contest.state === "open" ? t(contestText["goes-to"], { coordinator: above }) : above
              : t(contestText["gone-to"], { coordinator: above, time: dateTime(contest.escalatedAt), due: dateTime(contest.rulingDueAt) }),
          ],
        ]}
      />
      <section class="section" aria-labelledby="parties">
        <h2 id="parties">{t(contestText.parties)}</h2>
        <Listing
          voice={voice}
          caption={t(contestText.parties)}
          rows={contest.parties}
          columns={[
            { key: "unit", label: t(contestText.party), header: true, cell: ({ unitId }) => named(voice, names, unitId) },
            { key: "stance", label: t(contestText.stance), cell: ({ said }) => t(contestText[`stance.${said?.stance ?? "silent"}`]) },
            { key: "statement", label: t(contestText.statement), cell: ({ said }) => said?.statement ?? "—" },
            { key: "basis", label: t(contestText.basis), cell: ({ said }) => said?.basis ?? "—" },
            { key: "at", label: t(contestText.at), cell: ({ said }) => (said ? dateTime(said.at) : "—") },
          ]}
        />
      </section>
      <Rulings frame={frame} view={view} />
      {view.leftBehind.length === 0 ? null : (
        <section class="section" aria-labelledby="behind">
          <h2 id="behind">{t(contestText.behind)}</h2>
          <p class="soft">{t(contestText["behind.lead"])}</p>
          <Listing
            voice={voice}
            caption={t(contestText.behind)}
            rows={view.leftBehind}
            columns={[
              { key: "number", label: t(contestText["behind.number"]), header: true, cell: ({ number }) => number },
              { key: "unit", label: t(contestText["behind.unit"]), cell: ({ unitId }) => named(voice, names, unitId) },
              { key: "state", label: t(contestText["behind.state"]), cell: ({ inHand }) => t(contestText[inHand ? "ruling.waits-case" : "behind.goes"]) },
            ]}
          />
        </section>
      )}
      {view.speaksFor.length === 0 ? null : <SayForm frame={frame} view={view} />}
      {view.mayRule ? <RuleForm frame={frame} view={view} /> : null}
    </Layout>
  );
};

const Rulings = ({ frame, view }: { readonly frame: Frame; readonly view: ContestView }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const { contest, names } = view;
  return (
    <section class="section" aria-labelledby="rulings">
      <h2 id="rulings">{t(contestText.rulings)}</h2>
      <Listing
        voice={voice}
        caption={t(contestText.rulings)}
        rows={contest.rulings}
        none={<p class="soft">{t(contestText["rulings.none"])}</p>}
        columns={[
          { key: "ruling", label: t(contestText.ruling), header: true, cell: ({ ordinal }) => number(ordinal) },
          { key: "unit", label: t(contestText["ruling.unit"]), cell: ({ unitId }) => (unitId === null ? t(contestText["ruling.as-before"]) : named(voice, names, unitId)) },
          { key: "days", label: t(contestText["ruling.days"]), cell: ({ validFrom, validTo }) => (validTo === null ? t(contestText["ruling.since"], { day: validFrom }) : `${validFrom} – ${validTo}`) },
          { key: "grounds", label: t(contestText["rule.grounds"]), cell: ({ grounds }) => grounds },
          { key: "basis", label: t(contestText.basis), cell: ({ basis }) => basis },
          { key: "by", label: t(contestText.coordinator), cell: ({ inNameOf }) => coordinator(voice, names, inNameOf) },
          { key: "force", label: t(contestText["ruling.state"]), cell: (row) => t(contestText[force(contest, row)]) },
          { key: "referred", label: t(contestText["ruling.referred"]), cell: ({ referred }) => number(referred) },
        ]}
      />
    </section>
  );
};

function force({ matter }: Contest, { beganAt, endedAt, replaced }: ContestRuling): "ruling.replaced" | "ruling.ended" | "ruling.waits" | "ruling.waits-case" | "ruling.in-force" {
  if (replaced) return "ruling.replaced";
  if (endedAt !== null) return "ruling.ended";
  return beganAt !== null ? "ruling.in-force" : matter.request === null ? "ruling.waits" : "ruling.waits-case";
}

const SayForm = ({ frame, view }: { readonly frame: Frame; readonly view: ContestView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const wasHere = view.typed["stance"] !== undefined;
  return (
    <Details summary={t(contestText["say.title"])} open={wasHere}>
      <form method="post" action={inPool(frame, `${view.path}/${view.contest.id}/statements`)}>
        <input type="hidden" name="key" value={`${view.key}-say`} />
        <SelectField voice={voice} id="say-unit" name="unit" label={t(contestText.party)} value={wasHere ? view.typed["unit"] : view.speaksFor[0]?.value} options={view.speaksFor} />
        <Said voice={voice} typed={wasHere ? view.typed : {}} errors={wasHere ? errors : {}} />
        <div class="actions">
          <button class="button">{t(contestText["say.save"])}</button>
        </div>
      </form>
    </Details>
  );
};

const RuleForm = ({ frame, view }: { readonly frame: Frame; readonly view: ContestView }) => {
  const { voice } = frame;
  const { t } = voice;
  const wasHere = view.typed["grounds"] !== undefined;
  const errors = wasHere ? fieldErrors(voice, view.problems) : {};
  const typed = wasHere ? view.typed : {};
  const standing = presentRuling(view.contest);
  return (
    <Details summary={standing ? t(contestText["rule.anew"], { ruling: standing.ordinal }) : t(contestText["rule.title"])} open={wasHere || view.contest.state === "escalated"}>
      <p class="soft">{t(contestText["rule.note"])}</p>
      <form method="post" action={inPool(frame, `${view.path}/${view.contest.id}/rulings`)}>
        <input type="hidden" name="key" value={`${view.key}-rule`} />
        {standing ? <input type="hidden" name="replaces" value={String(standing.ordinal)} /> : null}
        <TextField voice={voice} id="unit" label={t(contestText[standing ? "rule.unit.anew" : "rule.unit"])} value={typed["unit"]} maxlength={63} spellcheck={false} list="units" error={errors["unit"]} />
        <TextArea voice={voice} id="grounds" label={t(contestText["rule.grounds"])} value={typed["grounds"]} maxlength={2_000} error={errors["grounds"]} />
        <TextField voice={voice} id="rule-basis" name="basis" label={t(contestText.basis)} value={typed["basis"]} maxlength={2_000} error={errors["basis"]} />
        <TextField voice={voice} id="from" type="date" width="medium" label={t(contestText["rule.from"])} value={typed["from"]} error={errors["from"]} />
        <TextField voice={voice} id="to" type="date" width="medium" label={t(contestText["rule.to"])} value={typed["to"]} error={errors["to"]} />
        <div class="actions">
          <button class="button">{t(contestText["rule.save"])}</button>
        </div>
        <Suggestions id="units" options={view.units} />
      </form>
    </Details>
  );
};
