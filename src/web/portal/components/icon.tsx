import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { raw } from "hono/html";

const folder = join(dirname(createRequire(import.meta.url).resolve("lucide-static/package.json")), "icons");
const written = new Map<string, ReturnType<typeof raw>>();

/** Icons of lucide the portal uses. Each stands beside a word: an icon alone says nothing. */
export type IconName =
  | "accessibility" | "baby" | "banknote" | "book-open" | "briefcase-business" | "building-2" | "bus" | "car"
  | "chevron-right" | "circle-alert" | "circle-check" | "circle-help" | "clipboard-list" | "download" | "file-text"
  | "flower-2" | "folder-open" | "graduation-cap" | "hammer" | "hand-coins" | "heart-handshake" | "heart-pulse"
  | "house" | "id-card" | "inbox" | "info" | "landmark" | "languages" | "leaf" | "link" | "log-in" | "log-out"
  | "map-pin" | "moon" | "phone" | "plane" | "scale" | "search" | "shield-check" | "sprout" | "store" | "sun"
  | "triangle-alert" | "type" | "upload" | "user" | "users" | "utensils" | "wrench";

function drawingOf(name: IconName): string {
  const file = readFileSync(join(folder, `${name}.svg`), "utf8");
  return file.slice(file.indexOf(">", file.indexOf("<svg")) + 1, file.lastIndexOf("</svg>")).trim();
}

interface IconProps {
  readonly name: IconName;
  readonly large?: boolean;
}

/** Written once: pages have dozens, and each is the same. */
export const Icon = ({ name, large = false }: IconProps) => {
  const key = large ? `large ${name}` : name;
  let text = written.get(key);
  if (text === undefined) written.set(key, (text = raw(String(<Drawing name={name} large={large} />))));
  return text;
};

const Drawing = ({ name, large }: Required<IconProps>) => (
  <svg
    class={large ? "icon icon--large" : "icon"}
    viewBox="0 0 24 24"
    width="20"
    height="20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {raw(drawingOf(name))}
  </svg>
);
