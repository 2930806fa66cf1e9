import type { Operation } from "./operations.js";
import { Process, type Surroundings } from "./process.js";
import type { Deed, Web } from "./web.js";

/** Milliseconds somebody waits for an answer before asking again with the same key. */
const PATIENCE_MS = 3_000;

export type Told = "ok" | "refused" | "unknown";

/** What became of one act, as the person knows who did it. */
export interface Done {
  readonly key: string;
  readonly kind: string;
  told: Told;
}

/** Two web processes, and people who do not let go before they have an answer. */
export class WebProcesses {
  readonly done: Done[] = [];
  readonly #processes: Process[];

  constructor(
    private readonly around: Surroundings,
    private readonly web: Web,
  ) {
    this.#processes = [this.#begin("web-1"), this.#begin("web-2")];
  }

  async act(operation: Operation): Promise<void> {
    const deed = this.web.deedOf(operation);
    if (!deed) return;
    const { faults, simulation } = this.around;
    const done: Done = { key: `${operation.kind} ${operation.number}`, kind: operation.kind, told: "unknown" };
    this.done.push(done);
    if (faults.strikes("duplicate")) {
      faults.sometimes.saw("same act sent twice at once");
      void this.#ask(this.#processes[(operation.a + 1) % 2]!, done.key, deed);
    }
    for (let attempt = 0; done.told === "unknown"; attempt += 1) {
      const told = await Promise.race([this.#ask(this.#processes[(operation.a + attempt) % 2]!, done.key, deed), simulation.pass(PATIENCE_MS, `${done.key} waits`).then(() => "unknown" as const)]);
      if (told !== "unknown") {
        done.told = told;
        return;
      }
      faults.sometimes.saw(this.around.database.answers.has(done.key) ? "act whose reply was lost had happened" : "act whose reply was lost had not");
      await simulation.pass(1_000 * (attempt + 1), `${done.key} again`);
    }
  }

  async #ask(process: Process, key: string, deed: Deed): Promise<Told> {
    try {
      const told = await process.ask(key, () => this.web.transact(process, key, deed));
      return told === "again" ? "ok" : told;
    } catch {
      return "unknown";
    }
  }

  #begin(name: string, life = 1): Process {
    const { faults, simulation } = this.around;
    return new Process(`${name}.${life}`, this.around, (process) => {
      if (!faults.strikes("crash-web")) return;
      process.kill();
      faults.sometimes.saw("web process killed in an act");
      simulation.after(100, `${name} starts`, () => (this.#processes[name === "web-1" ? 0 : 1] = this.#begin(name, life + 1)));
    });
  }
}
