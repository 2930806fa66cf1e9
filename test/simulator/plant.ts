import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import type { PlantedBug } from "./planted/bugs.js";

/** As far up from `test/simulator/` as from `dist/simulator/`. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a hunt found: the first seed or scene that was broken, and by what. */
export interface Caught {
  readonly by: string;
  readonly broken: string;
}

/** Why the bug cannot be planted: the code it changes looks otherwise now. Undefined: it can. */
export function unplantable({ file, find }: PlantedBug): string | undefined {
  const places = readFileSync(join(ROOT, file), "utf8").split(find).length - 1;
  return places === 1 ? undefined : `${places} places in ${file} read as the bug expects: ${find}`;
}

/** Tries seeds, or the bug's scenes, on the product with the bug in it, in a thread of its own: a bug may well go round in circles. */
export async function hunt(bug: PlantedBug, { from = 1, seeds, msMax }: { readonly from?: number; readonly seeds: number; readonly msMax: number }): Promise<Caught | undefined> {
  const outfile = join(ROOT, "dist/simulator/planted", `${bug.name.replaceAll(/\W+/g, "-")}.js`);
  await build({
    entryPoints: [join(ROOT, "test/simulator/hunt.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    logLevel: "warning",
    outfile,
    plugins: [
      {
        name: "plant",
        setup: (plugin) =>
          plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (resolve(path) !== join(ROOT, bug.file)) return undefined;
            const source = readFileSync(path, "utf8");
            // A function: `$` in what is planted means nothing.
            return { contents: source.replace(bug.find, () => bug.replace), loader: "ts" };
          }),
      },
    ],
  });
  const worker = new Worker(pathToFileURL(outfile), { workerData: { from, seeds, ...(bug.scenes !== undefined && { scenes: join(ROOT, "test/scheduler/scenes", bug.scenes) }) } });
  const found = await new Promise<Caught | undefined>((done, fail) => {
    const late = setTimeout(() => done(undefined), msMax);
    worker.once("message", (caught: Caught | undefined) => (clearTimeout(late), done(caught)));
    worker.once("error", (error) => (clearTimeout(late), fail(error)));
  });
  await worker.terminate();
  return found;
}
