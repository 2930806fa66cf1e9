import { deskText } from "../../../../text/portal-desk.js";
import { DeadlineLight } from "../../components/deadline.js";
import { Icon } from "../../components/icon.js";
import { Empty, Tabs } from "../../components/panels.js";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Case } from "./case.js";
import type { DeskView, QueueTab } from "./view.js";

const TABS: readonly QueueTab[] = ["todo", "working", "waiting"];

/** Queue left, case right; the keyboard moves through both. */
export const DeskPage = ({ frame, view }: { frame: Frame; view: DeskView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const query = (tab: QueueTab): string => `?unit=${encodeURIComponent(view.unit.id)}&tab=${tab}`;
  const base = inPool(frame, "/desk");
  return (
    <Layout frame={frame} title={t(deskText["work.title"])} hasErrors={(view.selected?.problems.length ?? 0) > 0} wide>
      <div class="row row--between desk-head">
        <div>
          <h1>{t(deskText["work.title"])}</h1>
          <p class="soft">
            {name(view.unit.names)} · {t(deskText["work.lead"])}
          </p>
        </div>
        {view.units.length < 2 ? null : (
          <form method="get" action={base} class="filters desk-units">
            <div class="field">
              <label class="field__label" for="unit">
                {t(deskText["work.unit"])}
              </label>
              <select class="input" id="unit" name="unit">
                {view.units.map((unit) => (
                  <option value={unit.id} selected={unit.id === view.unit.id}>
                    {name(unit.names)}
                  </option>
                ))}
              </select>
            </div>
            <button class="button button--quiet">{t(deskText["choose-unit.title"])}</button>
          </form>
        )}
      </div>
      <Tabs
        label={t(deskText["work.tabs"])}
        tabs={TABS.map((tab) => ({ href: `${base}${query(tab)}`, label: t(deskText[`work.tab.${tab}`]), count: voice.number(view.counts[tab]), current: tab === view.tab }))}
      />
      {view.queue.length === 0 && view.selected === undefined ? (
        <Empty
          title={t(deskText["work.none.title"])}
          text={t(deskText["work.none.text"])}
          action={{ href: inPool(frame, `/desk/resources?unit=${encodeURIComponent(view.unit.id)}`), label: t(deskText["work.none.action"]) }}
        />
      ) : (
        <div class="split split--desk">
          <div class={view.selected === undefined ? "stack-s" : "stack-s desk-queue--behind"}>
            <Keys frame={frame} />
            <ol class="queue" data-queue>
              {view.queue.map((row) => (
                <li class="queue__item">
                  <a
                    class="queue__link"
                    data-queue-link
                    href={`${inPool(frame, `/desk/requests/${row.publicId}/steps/${encodeURIComponent(row.stepName)}`)}${query(view.tab)}`}
                    aria-current={row.publicId === view.selected?.publicId && row.stepName === view.selected.stepName ? "true" : undefined}
                  >
                    <span class="queue__title">{name(row.item)}</span>
                    <span class="queue__meta">
                      <span>
                        {name(row.step)} · {name(row.place)}
                        {row.automatic ? ` · ${t(hallText["request.automatic"])}` : ""}
                        {row.serving ? ` · ${t(deskText["work.serving"])}` : ""}
                      </span>
                      <span>{row.number}</span>
                    </span>
                    <span class="queue__meta">
                      <DeadlineLight voice={voice} deadline={row.deadline} />
                      {row.plannedAt === null ? null : <span>{t(deskText["work.planned"], { date: voice.date(row.plannedAt) })}</span>}
                    </span>
                  </a>
                </li>
              ))}
            </ol>
            {view.next === undefined ? null : (
              <p>
                <a href={`${base}?${view.next}`} rel="next" class="row">
                  {t(portalText["pager.next"])}
                  <Icon name="chevron-right" />
                </a>
              </p>
            )}
          </div>
          {view.selected === undefined ? (
            <div class="sheet soft case--none">
              <p>
                <strong>{t(deskText["work.choose.title"])}</strong>
              </p>
              <p>{t(deskText["work.choose.text"])}</p>
            </div>
          ) : (
            <Case frame={frame} view={view.selected} query={query(view.tab)} />
          )}
        </div>
      )}
    </Layout>
  );
};

const Keys = ({ frame }: { frame: Frame }) => {
  const { t } = frame.voice;
  return (
    <p class="keys">
      <span class="visually-hidden">{t(deskText["work.keys"])}</span>
      <span>
        <kbd>j</kbd> <kbd>k</kbd> {t(deskText["work.key.move"])}
      </span>
      <span>
        <kbd>↵</kbd> {t(deskText["work.key.open"])}
      </span>
      <span>
        <kbd>c</kbd> {t(deskText["work.key.complete"])}
      </span>
      <span>
        <kbd>r</kbd> {t(deskText["work.key.reject"])}
      </span>
    </p>
  );
};

/** Somebody without a unit came to the desk. */
export const NoUnitPage = ({ frame }: { frame: Frame }) => {
  const { t } = frame.voice;
  return (
    <Layout frame={frame} title={t(deskText["work.title"])}>
      <h1>{t(deskText["work.title"])}</h1>
      <Empty title={t(deskText["work.no-unit.title"])} text={t(deskText["work.no-unit.text"])} action={{ href: inPool(frame, ""), label: t(portalText["rooms.hall"]) }} />
    </Layout>
  );
};
