import { hallText } from "../../../../text/portal-hall.js";
import { audienceWords, taskTypeWords } from "../../../../text/words.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { SelectField } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { Empty } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { portalText } from "../../../../text/portal.js";
import type { ItemRow, ItemsView } from "./view.js";

export const ItemsPage = ({ frame, view }: { frame: Frame; view: ItemsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { query, options } = view;
  const title = query.q === "" ? t(hallText["items.title"]) : t(hallText["items.title.found"], { query: query.q });
  const filtered = query.q !== "" || query.audience !== "" || query.theme !== "" || query.line !== "" || query.division !== "";
  const any = t(hallText["items.filter.any"]);
  return (
    <Layout frame={frame} title={title} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, ""), label: t(portalText["nav.home"]) }]} />}>
      <h1>{title}</h1>
      <form class="catalogue-search" role="search" method="get" action={inPool(frame, "/items")}>
        <label class="visually-hidden" for="q">
          {t(portalText["search.label"])}
        </label>
        <div class="search">
          <input class="input" type="search" id="q" name="q" value={query.q} maxlength={100} />
          <button class="button">
            <Icon name="search" />
            {t(portalText["search.button"])}
          </button>
        </div>
        <fieldset class="filters">
          <legend class="visually-hidden">{t(hallText["items.filter"])}</legend>
          <SelectField voice={voice} id="audience" label={t(hallText["items.filter.audience"])} value={query.audience} none={any} options={(["person", "enterprise"] as const).map((value) => ({ value, label: t(audienceWords[value]) }))} />
          <SelectField voice={voice} id="theme" label={t(hallText["items.filter.theme"])} value={query.theme} none={any} options={options.themes.map(({ value, names }) => ({ value, label: name(names) }))} />
          <SelectField voice={voice} id="line" label={t(hallText["items.filter.department"])} value={query.line} none={any} options={options.lines.map(({ value, names }) => ({ value, label: name(names) }))} />
          <SelectField voice={voice} id="division" label={t(hallText["items.filter.division"])} value={query.division} none={any} options={options.divisions.map(({ value, names }) => ({ value, label: name(names) }))} />
          <button class="button button--quiet">{t(hallText["items.filter.apply"])}</button>
          {filtered ? (
            <a class="button button--link" href={inPool(frame, "/items")}>
              {t(hallText["items.filter.clear"])}
            </a>
          ) : null}
        </fieldset>
      </form>
      <p class="soft result-count" role="status">
        {t(hallText["items.count"], { count: view.total })}
      </p>
      {view.bundles.length === 0 ? null : (
        <ul class="plain-list bundle-hits">
          {view.bundles.map((bundle) => (
            <li class="row">
              <span class="tag tag--boxed">{t(hallText["home.bundles"])}</span>
              <a class="link-list__title" href={inPool(frame, `/bundles/${bundle.code}`)}>
                {name(bundle.names)}
              </a>
            </li>
          ))}
        </ul>
      )}
      {view.items.length === 0 ? (
        <Empty title={t(hallText["items.none.title"])} text={t(hallText["items.none.text"])} action={{ href: inPool(frame, "/items"), label: t(hallText["items.filter.clear"]) }} />
      ) : (
        <ul class="link-list">
          {view.items.map((item) => (
            <Row frame={frame} item={item} />
          ))}
        </ul>
      )}
      {view.next === undefined ? null : (
        <nav class="table-foot" aria-label={t(portalText["pager.label"])}>
          <p class="row">
            <a href={`${inPool(frame, "/items")}?${view.next}`} rel="next">
              {t(portalText["pager.next"])}
              <Icon name="chevron-right" />
            </a>
          </p>
        </nav>
      )}
    </Layout>
  );
};

const Row = ({ frame, item }: { frame: Frame; item: ItemRow }) => {
  const { t, name, money } = frame.voice;
  return (
    <li>
      <a class="link-list__title" href={inPool(frame, `/items/${encodeURIComponent(item.code)}`)}>
        {name(item.names)}
      </a>
      <p class="link-list__meta">
        <span>{item.promisedDays === 0 ? t(hallText["items.at-once"]) : t(hallText["items.promised"], { days: item.promisedDays })}</span>
        <span>{item.feeFen === 0 ? t(hallText["items.free"]) : t(hallText["items.fee"], { amount: money(item.feeFen) })}</span>
        <span>{frame.voice.list(item.audience.map((one) => t(audienceWords[one])))}</span>
        <span>{t(taskTypeWords[item.taskType])}</span>
        <span>{name(item.themeNames)}</span>
      </p>
    </li>
  );
};
