import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Styles, the one script, htmx and the fallback font, read once at start. Names carry a hash of the
 * content, so a browser may keep them for ever and an upgrade is seen at once.
 */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer> | string;
}

// src/web/portal and dist/web/portal lie equally deep; assets are read from the package, not copied to dist.
const folder = fileURLToPath(new URL("../../../src/web/portal/assets/", import.meta.url));
const require = createRequire(import.meta.url);
const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));

const hashOf = (content: string): string => createHash("sha256").update(content).digest("hex").slice(0, 10);

/** Repeats the dark palette for people whose system asks for dark and who chose nothing here. */
function withSystemDark(tokens: string): string {
  const dark = /:root\[data-theme="dark"\] (\{[^}]*\})/.exec(tokens)?.[1];
  if (dark === undefined) throw new Error("tokens.css has no dark palette");
  return `${tokens}\n@media (prefers-color-scheme: dark) {\n:root:not([data-theme]) ${dark}\n}\n`;
}

/** Rules written for the chosen dark theme hold for the system's as well. */
function doubled(css: string): string {
  const rules = [...css.matchAll(/(?:^|\n)((?::root\[data-theme="dark"\] [^{},]+,?\s*)+\{[^}]*\})/g)].map((match) =>
    (match[1] ?? "").replaceAll(':root[data-theme="dark"]', ":root:not([data-theme])"),
  );
  return rules.length === 0 ? css : `${css}\n@media (prefers-color-scheme: dark) {\n${rules.join("\n")}\n}\n`;
}

const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const css = [
  withSystemDark(read("css/tokens.css")),
  ...["base", "layout", "forms", "components", "charts"].map((name) => doubled(read(`css/${name}.css`))),
].join("\n");
const script = read("portal.js");
const htmx = readFileSync(join(packageFolder("htmx.org"), "dist/htmx.min.js"), "utf8");

const FONT = "@fontsource/noto-sans-sc";
const FONT_WEIGHTS = [400, 600] as const;
/** woff2 alone: every browser that can show these pages reads it. */
const fontCss = FONT_WEIGHTS.map((weight) => readFileSync(join(packageFolder(FONT), `${weight}.css`), "utf8"))
  .join("\n")
  .replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, "")
  .replaceAll("url(./files/", "url(/assets/fonts/");

const named = (stem: string, extension: string, content: string): string =>
  `/assets/${stem}.${hashOf(content)}.${extension}`;

/** Addresses for the layout. */
export const assetPaths = {
  style: named("portal", "css", css),
  fonts: named("fonts", "css", fontCss),
  script: named("portal", "js", script),
  htmx: named("htmx", "js", htmx),
  icon: "/assets/mark.svg",
} as const;

export const assets: readonly Asset[] = [
  { path: assetPaths.style, type: "text/css; charset=utf-8", body: css },
  { path: assetPaths.fonts, type: "text/css; charset=utf-8", body: fontCss },
  { path: assetPaths.script, type: "text/javascript; charset=utf-8", body: script },
  { path: assetPaths.htmx, type: "text/javascript; charset=utf-8", body: htmx },
  { path: assetPaths.icon, type: "image/svg+xml", body: read("mark.svg") },
];

const FONT_FILE = /^noto-sans-sc-[a-z0-9]+-(400|600)-normal\.woff2$/;

/** One subset of the fallback font, or undefined when there is no such file. */
export function fontFile(name: string): Uint8Array<ArrayBuffer> | undefined {
  if (!FONT_FILE.test(name)) return undefined;
  try {
    return new Uint8Array(readFileSync(join(packageFolder(FONT), "files", name)));
  } catch {
    return undefined;
  }
}
