import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { parseScenes } from "../support/scene-words.js";
import { play } from "../support/scene.js";

const folder = new URL("./scenes/", import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".scene"))) {
  describe(file.replace(".scene", ""), () => {
    for (const scene of parseScenes(readFileSync(new URL(file, folder), "utf8"))) test(scene.name, () => play(scene));
  });
}
