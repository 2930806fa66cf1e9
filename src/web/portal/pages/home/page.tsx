import { hallText } from "../../../../text/portal-hall.js";
import { Icon } from "../../components/icon.js";
import { SearchBox } from "../../components/search-box.js";
import { Shape } from "../../components/shape.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { themeIcon } from "../../theme-icon.js";
import type { HomeView } from "./view.js";

export const HomePage = ({ frame, view }: { frame: Frame; view: HomeView }) => {
  const { t, name, number } = frame.voice;
  return (
    <Layout frame={frame} title={t(hallText["home.title"])}>
      <div class="split">
        <div>
          <h1>{t(hallText["home.question"])}</h1>
          <div class="home-search">
            <SearchBox
              voice={frame.voice}
              action={inPool(frame, "/items")}
              large
              label={t(hallText["home.question"])}
              placeholderHint={t(hallText["home.search.hint"], { examples: t(hallText["home.search.examples"]) })}
            />
          </div>
          <section class="section section--plain" aria-labelledby="doors">
            <h2 id="doors" class="visually-hidden">
              {t(hallText["home.doors"])}
            </h2>
            <ul class="doors">
              {(["person", "enterprise"] as const).map((audience) => (
                <li>
                  <a class="door" href={inPool(frame, `/items?audience=${audience}`)}>
                    <Icon name={audience === "person" ? "user" : "building-2"} large />
                    <span>
                      <span class="door__title">{t(hallText[audience === "person" ? "home.people" : "home.enterprises"])}</span>
                      <span class="door__text">
                        {t(hallText[audience === "person" ? "home.people.text" : "home.enterprises.text"], {
                          count: audience === "person" ? view.people : view.enterprises,
                        })}
                      </span>
                    </span>
                    <Icon name="chevron-right" />
                  </a>
                </li>
              ))}
            </ul>
          </section>
          {view.bundles.length === 0 ? null : (
            <section class="section" aria-labelledby="bundles">
              <h2 id="bundles">{t(hallText["home.bundles"])}</h2>
              <p class="soft">{t(hallText["home.bundles.lead"])}</p>
              <ul class="link-list">
                {view.bundles.map((bundle) => (
                  <li class="row row--between">
                    <a class="link-list__title" href={inPool(frame, `/bundles/${bundle.code}`)}>
                      {name(bundle.names)}
                    </a>
                    <span class="soft small">{t(hallText["home.bundle.count"], { count: bundle.items })}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {view.themes.length === 0 ? null : (
            <section class="section" aria-labelledby="themes">
              <h2 id="themes">{t(hallText["home.themes"])}</h2>
              <ul class="themes">
                {view.themes.map(({ theme, names, items }) => (
                  <li>
                    <a href={inPool(frame, `/items?theme=${encodeURIComponent(theme)}`)}>
                      <Icon name={themeIcon(theme)} />
                      {name(names)}
                      <span class="themes__count">{number(items)}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <aside class="stack aside">
          {view.mine === undefined ? null : <Mine frame={frame} mine={view.mine} />}
          <section class="sheet stack-s" aria-labelledby="status">
            <h2 id="status">{t(hallText["home.status"])}</h2>
            <p class="soft">{t(hallText["home.status.text"])}</p>
            <p>
              <a class="button button--quiet" href={inPool(frame, "/status")}>
                {t(hallText["home.status.link"])}
              </a>
            </p>
          </section>
          <section class="sheet stack-s" aria-labelledby="help">
            <h2 id="help">{t(hallText["home.help"])}</h2>
            <p class="soft">{t(hallText["home.help.text"])}</p>
          </section>
        </aside>
      </div>
    </Layout>
  );
};

const Mine = ({ frame, mine }: { frame: Frame; mine: NonNullable<HomeView["mine"]> }) => {
  const { t } = frame.voice;
  const lines = [
    mine.needsYou > 0 ? (
      <span class="tag tag--warning">
        <Shape name="triangle" />
        {t(hallText["home.mine.needs-you"], { count: mine.needsYou })}
      </span>
    ) : null,
    mine.open > 0 ? t(hallText["home.mine.open"], { count: mine.open }) : null,
    mine.drafts > 0 ? t(hallText["home.mine.drafts"], { count: mine.drafts }) : null,
  ].filter((line) => line !== null);
  return (
    <section class="sheet stack-s" aria-labelledby="mine">
      <h2 id="mine">{t(hallText["home.mine"])}</h2>
      {lines.length === 0 ? (
        <p class="soft">{t(hallText["home.mine.none"])}</p>
      ) : (
        <ul class="plain-list">
          {lines.map((line) => (
            <li>
              <a href={inPool(frame, "/requests")}>{line}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
