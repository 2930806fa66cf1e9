import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import type { Language } from "../../text/text.js";
import { securityHeaders } from "../middleware/request-context.js";
import { assetPaths, assets, fontFile } from "../portal/assets.js";
import type { StoryBoard } from "./board.js";
import { StoryPage } from "./page.js";

// src/web/story and dist/web/story lie equally deep; read from the package, as the portal's assets are.
const folder = fileURLToPath(new URL("../../../src/web/story/", import.meta.url));
const read = (name: string): string => readFileSync(`${folder}${name}`, "utf8");

/** The page of the story, beside the product's own pages. */
export function storyRouter(board: StoryBoard, spoken: Language): Hono {
  const app = new Hono();
  const [css, js] = [read("story.css"), read("story.js")];
  app.use(securityHeaders);
  app.use(csrf());
  app.get("/story/story.css", (c) => c.body(css, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/story/story.js", (c) => c.body(js, 200, { "content-type": "text/javascript; charset=utf-8" }));
  // The portal's own font: no machine need have Chinese ones.
  for (const { path, type, body } of assets) if (path === assetPaths.fonts) app.get(path, (c) => c.body(body, 200, { "content-type": type }));
  app.get("/assets/fonts/:file", (c) => {
    const font = fontFile(c.req.param("file"));
    return font === undefined ? c.notFound() : c.body(font, 200, { "content-type": "font/woff2" });
  });
  app.get("/story/flood", (c) => {
    const asked = c.req.query("lang");
    return c.html(<StoryPage board={board} language={asked === "zh" || asked === "en" ? asked : spoken} />, 200, { "cache-control": "no-store" });
  });
  app.post("/story/flood/move", async (c) => {
    const { direction } = await c.req.parseBody();
    if (direction !== "there" && direction !== "back") return c.redirect("/story/flood", 303);
    board.tryMove(direction);
    return c.redirect("/story/flood", 303);
  });
  return app;
}
