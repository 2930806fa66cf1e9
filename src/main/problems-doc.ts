import { writeFileSync } from "node:fs";
import { problemsPage } from "../text/problems-page.js";

/** `npm run docs:problems`. */
writeFileSync(new URL("../../docs/problems.md", import.meta.url), problemsPage());
