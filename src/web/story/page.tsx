import { raw } from "hono/html";
import { portalText } from "../../text/portal.js";
import { storyText } from "../../text/story.js";
import { say, type Bilingual, type Language } from "../../text/text.js";
import { assetPaths } from "../portal/assets.js";
import type { MoveDirection, StoryBoard, StoryColumn } from "./board.js";

/** Lines of the time line that are shown, newest first. */
const LINES_SHOWN = 40;
const OFFICERS = [1, 2, 3] as const;

interface Shown {
  readonly board: StoryBoard;
  readonly language: Language;
}

/** Both runs side by side on one screen; read again while it plays. */
export const StoryPage = ({ board, language }: Shown) => {
  const t = (entry: Bilingual): string => say(language, entry);
  const other = language === "zh" ? "en" : "zh";
  return (
    <>
      {raw("<!doctype html>")}
      <html lang={language === "zh" ? "zh-CN" : "en"}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{t(board.title)}</title>
          <noscript>
            <meta http-equiv="refresh" content="3" />
          </noscript>
          <link rel="stylesheet" href={assetPaths.fonts} />
          <link rel="stylesheet" href="/story/story.css" />
          <script src="/story/story.js" defer></script>
        </head>
        <body>
          <header>
            <h1>{t(board.title)}</h1>
            <a href={`?lang=${other}`} lang={other === "zh" ? "zh-CN" : "en"}>
              {t(portalText["utilities.language"])}
            </a>
          </header>
          <main>
            <p class="ended" role="status" data-live="ended">
              {board.ended === null ? t(storyText["page.playing"]) : t(board.ended)}
            </p>
            <Compared board={board} language={language} />
            <Move board={board} language={language} />
            <div class="columns">
              <Column column={board.pooled} title={t(storyText.pooled)} language={language} id="pooled" />
              <Column column={board.alone} title={t(storyText.alone)} language={language} id="alone" />
            </div>
          </main>
        </body>
      </html>
    </>
  );
};

/** The table of both, each figure with a bar as long as its share of the larger one. */
const Compared = ({ board, language }: Shown) => {
  const t = (entry: Bilingual): string => say(language, entry);
  return (
    <section aria-labelledby="compared" data-live="compared">
      <h2 id="compared">{t(storyText.table)}</h2>
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col">{t(storyText.pooled)}</th>
            <th scope="col">{t(storyText.alone)}</th>
          </tr>
        </thead>
        <tbody>
          {board.pooled.figures.map(({ name, value }, row) => {
            const beside = board.alone.figures[row]?.value ?? 0;
            const most = Math.max(value, beside, 1);
            return (
              <tr>
                <th scope="row">{t(name)}</th>
                {[value, beside].map((figure, column) => (
                  <td class={column === 0 ? "pooled" : "alone"}>
                    <span class="figure">{figure.toLocaleString("en")}</span>
                    <progress aria-hidden="true" max={most} value={figure}></progress>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};

/** Three officers of each county: dragged to the other, or sent by its button. */
const Move = ({ board, language }: Shown) => {
  const t = (entry: Bilingual): string => say(language, entry);
  const County = ({ from, name }: { from: MoveDirection; name: Bilingual }) => (
    <form method="post" action="/story/flood/move" class="county" data-takes={from === "there" ? "back" : "there"}>
      <h3>{t(name)}</h3>
      <div class="officers" draggable={true} data-direction={from} title={t(storyText["page.drag"])}>
        {OFFICERS.map(() => (
          <span class="officer" aria-hidden="true"></span>
        ))}
      </div>
      <button name="direction" value={from}>
        {t(storyText[from === "there" ? "page.move.there" : "page.move.back"])}
      </button>
    </form>
  );
  return (
    <section aria-labelledby="move">
      <h2 id="move">{t(storyText["page.move"])}</h2>
      <p class="soft">{t(storyText["page.move.text"])}</p>
      <div class="counties">
        <County from="there" name={storyText["page.dry"]} />
        <County from="back" name={storyText["page.flooded"]} />
      </div>
      <p class="answer" role="status" data-live="answer">
        {board.tried === null ? t(storyText["page.move.none"]) : board.tried.state === "running" ? t(storyText["page.move.running"]) : board.tried.text === undefined ? t(storyText["page.move.failed"]) : t(board.tried.text)}
      </p>
    </section>
  );
};

const Column = ({ column, title, language, id }: { column: StoryColumn; title: string; language: Language; id: string }) => (
  <section class={id} aria-labelledby={`${id}-title`} data-live={id}>
    <h2 id={`${id}-title`}>
      {title} <span class="soft">{column.now}</span>
    </h2>
    <ol class="lines">
      {column.lines
        .slice(-LINES_SHOWN)
        .toReversed()
        .map(({ when, text, holds }) => (
          <li class={holds === undefined ? undefined : holds ? "holds" : "fails"}>
            <span class="soft">{when}</span> {holds === undefined ? "" : `${say(language, storyText[holds ? "check.ok" : "check.not"])}: `}
            {say(language, text)}
          </li>
        ))}
    </ol>
  </section>
);
