import type { Child, PropsWithChildren } from "hono/jsx";
import { raw } from "hono/html";
import { hallText } from "../../text/portal-hall.js";
import { signInText } from "../../text/portal-sign-in.js";
import { portalText } from "../../text/portal.js";
import { assetPaths } from "./assets.js";
import { Icon } from "./components/icon.js";
import { inPool, type Frame, type Room } from "./frame.js";
import { ENTRY_GROUPS, ROOM_ENTRIES, type RoomEntry } from "./room-entries.js";

export interface LayoutProps {
  readonly frame: Frame;
  readonly title: string;
  /** The page reports errors in a form: its title says so first. */
  readonly hasErrors?: boolean;
  /** Reload after so many seconds: how progress is seen without scripts. */
  readonly refreshSeconds?: number;
  /** One narrow column, as the hall's pages are, or the full width of a desk. */
  readonly wide?: boolean;
  readonly breadcrumbs?: Child;
}

/** The whole document around a page. */
export const Layout = ({ frame, title, hasErrors = false, refreshSeconds, breadcrumbs, children }: PropsWithChildren<LayoutProps>) => {
  const { voice, preferences, pool } = frame;
  const place = pool === undefined ? "" : voice.name(pool.names);
  const full =
    place === ""
      ? voice.t(portalText["title.plain"], { title })
      : voice.t(portalText["title.full"], { title, place });
  return (
    <>
      {raw("<!doctype html>")}
      <html
        lang={voice.language === "zh" ? "zh-CN" : "en"}
        data-theme={preferences.theme}
        data-text={preferences.large ? "large" : undefined}
      >
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{hasErrors ? voice.t(portalText["title.error"], { title: full }) : full}</title>
          <meta name="color-scheme" content={preferences.theme ?? "light dark"} />
          {refreshSeconds === undefined ? null : (
            <noscript>
              <meta http-equiv="refresh" content={String(refreshSeconds)} />
            </noscript>
          )}
          <link rel="icon" href={assetPaths.icon} type="image/svg+xml" />
          <link rel="stylesheet" href={assetPaths.fonts} />
          <link rel="stylesheet" href={assetPaths.style} />
          <script src={assetPaths.htmx} defer></script>
          <script src={assetPaths.script} defer></script>
        </head>
        <body>
          <a class="skip" href="#main">
            {voice.t(portalText["skip"])}
          </a>
          <header>
            <Utilities frame={frame} />
            {pool?.sandbox === true ? <p class="trial">{voice.t(hallText["pools.sandbox"])}</p> : null}
            <Masthead frame={frame} />
            <RoomNav frame={frame} />
          </header>
          <main id="main" class="main" tabindex={-1}>
            <div class="wrap">
              {breadcrumbs}
              {children}
            </div>
          </main>
          <Footer frame={frame} />
        </body>
      </html>
    </>
  );
};

const Utilities = ({ frame }: { frame: Frame }) => {
  const { voice, preferences, path, person, pool } = frame;
  const { t } = voice;
  const Switch = ({ name, value, icon, label, lang }: { name: string; value: string; icon: Parameters<typeof Icon>[0]["name"]; label: string; lang?: string }) => (
    <form method="post" action="/preferences">
      <input type="hidden" name="back" value={path} />
      <button class="tool" name={name} value={value} lang={lang}>
        <Icon name={icon} />
        {label}
      </button>
    </form>
  );
  const dark = preferences.theme === "dark";
  return (
    <div class="utilities">
      <div class="wrap">
        <span class="utilities__place">{person === undefined ? "" : t(portalText["utilities.signed-in"], { name: person.name })}</span>
        <div class="utilities__tools" role="group" aria-label={t(portalText["utilities.label"])}>
          <Switch
            name="text"
            value={preferences.large ? "standard" : "large"}
            icon="type"
            label={t(portalText[preferences.large ? "utilities.large.off" : "utilities.large.on"])}
          />
          <Switch
            name="theme"
            value={dark ? "light" : "dark"}
            icon={dark ? "sun" : "moon"}
            label={t(portalText[dark ? "utilities.dark.off" : "utilities.dark.on"])}
          />
          <Switch
            name="lang"
            value={voice.language === "zh" ? "en" : "zh"}
            icon="languages"
            label={t(portalText["utilities.language"])}
            lang={voice.language === "zh" ? "en" : "zh-CN"}
          />
          {person === undefined ? (
            <a class="tool" href={`/sign-in?back=${encodeURIComponent(path)}`}>
              <Icon name="log-in" />
              {t(portalText["utilities.sign-in"])}
            </a>
          ) : pool === undefined ? null : (
            <a class="tool" href={inPool(frame, "/account")}>
              <Icon name="user" />
              {t(signInText["account.title"])}
            </a>
          )}
          {person === undefined ? null : (
            <form method="post" action="/sign-out">
              <button class="tool">
                <Icon name="log-out" />
                {t(portalText["utilities.sign-out"])}
              </button>
            </form>
          )}
        </div>
      </div>
    </div>
  );
};

const ROOM_PATHS: Record<Room, string> = { hall: "", desk: "/desk", centre: "/centre" };

const Masthead = ({ frame }: { frame: Frame }) => {
  const { voice, pool, rooms, room } = frame;
  return (
    <div class="masthead">
      <div class="wrap">
        <a class="brand" href={inPool(frame, "")}>
          <svg class="brand__mark" viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="square" aria-hidden="true" focusable="false">
            <path d="M4 15 20 5l16 10" />
            <path d="M9 16v9M20 16v9M31 16v9" />
            <path d="M4 29h32M8 34h24" />
          </svg>
          <span>
            <span class="brand__name">
              {pool === undefined
                ? voice.t(portalText["product.name"])
                : `${voice.name(pool.names)}${voice.language === "zh" ? "" : " "}${voice.t(portalText["product.name"])}`}
            </span>
            <span class="brand__sub">{voice.t(portalText["product.sub"])}</span>
          </span>
        </a>
        {pool === undefined || rooms.length < 2 ? null : (
          <nav aria-label={voice.t(portalText["rooms.label"])}>
            <ul class="rooms">
              {rooms.map((name) => (
                <li>
                  <a href={inPool(frame, ROOM_PATHS[name])} aria-current={name === room ? "true" : undefined}>
                    {voice.t(portalText[`rooms.${name}`])}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </div>
      <div class="letterhead"></div>
    </div>
  );
};

const RoomNav = ({ frame }: { frame: Frame }) => {
  const { voice, pool, room, here, entries } = frame;
  if (pool === undefined || room === undefined) return null;
  const open = (ROOM_ENTRIES[room] as readonly RoomEntry[]).filter(({ key }) => entries === undefined || entries.includes(key));
  const groups = ENTRY_GROUPS.map((group) => ({ group, within: open.filter((entry) => entry.group === group) })).filter(({ within }) => within.length > 0);
  const inGroup = open.find(({ key }) => key === here)?.group ?? (groups.length === 1 ? groups[0]!.group : undefined);
  const shown = inGroup === undefined ? open.filter(({ group }) => group === undefined) : open.filter(({ group }) => group === inGroup);
  return (
    <nav class="room-nav" aria-label={voice.t(portalText["nav.label"])}>
      <div class="wrap">
        {groups.length < 2 ? null : (
          <ul class="room-nav__groups">
            {groups.map(({ group, within }) => (
              <li>
                <a href={inPool(frame, within[0]!.path)} aria-current={group === inGroup ? "true" : undefined}>
                  {voice.t(portalText[`nav.group.${group}`])}
                  <Count frame={frame} of={within} />
                </a>
              </li>
            ))}
          </ul>
        )}
        {shown.length === 0 ? null : (
          <ul>
            {shown.map((entry) => (
              <li>
                <a href={inPool(frame, entry.path)} aria-current={entry.key === here ? "page" : undefined}>
                  {voice.t(portalText[`nav.${entry.key}`])}
                  <Count frame={frame} of={[entry]} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </nav>
  );
};

/** What waits behind an entry for somebody to look at it. */
const Count = ({ frame: { voice, badges = {} }, of }: { readonly frame: Frame; readonly of: readonly RoomEntry[] }) => {
  const count = of.reduce((sum, { key }) => sum + (badges[key] ?? 0), 0);
  return count === 0 ? null : <span class="tabs__count"> {voice.number(count)}</span>;
};

const Footer = ({ frame }: { frame: Frame }) => {
  const { t } = frame.voice;
  return (
    <footer class="site-footer" aria-label={t(portalText["footer.label"])}>
      <div class="wrap">
        <div class="hotline">
          <Icon name="phone" large />
          <div>
            <p class="hotline__number">
              {t(portalText["footer.hotline.title"])} <a href="tel:12345">12345</a>
            </p>
            <p class="soft">{t(portalText["footer.hotline.text"])}</p>
          </div>
        </div>
        <ul class="site-footer__links">
          {frame.pool === undefined ? null : (
            <li>
              <a href={inPool(frame, "/status")}>{t(portalText["footer.status"])}</a>
            </li>
          )}
          <li>
            <a href="/about/accessibility">{t(portalText["footer.accessibility"])}</a>
          </li>
          <li>
            <a href="/about/privacy">{t(portalText["footer.privacy"])}</a>
          </li>
          <li>
            <a href="/api/docs">{t(portalText["footer.api"])}</a>
          </li>
          <li class="soft">{t(portalText["footer.version"], { version: frame.version })}</li>
        </ul>
      </div>
    </footer>
  );
};
