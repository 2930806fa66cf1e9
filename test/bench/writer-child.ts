import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WriterNews, WriterTask } from "./writer-process.js";

const PROGRAM = fileURLToPath(new URL("writer-process.js", import.meta.url));

export type Durable = WriterNews & { kind: "durable" };

/** A writer in a process of its own, seen from outside. */
export class WriterChild {
  readonly #process: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly #listeners = new Set<(news: WriterNews) => void>();
  /** Anything but ordinary progress, as it was told. */
  readonly troubles: string[] = [];

  constructor(task: WriterTask) {
    this.#process = fork(PROGRAM, [JSON.stringify(task)], { serialization: "advanced", execArgv: [...process.execArgv, "--max-semi-space-size=16"] });
    this.exited = once(this.#process, "exit");
    this.#process.on("message", (news: WriterNews) => {
      if (news.kind === "trouble") this.troubles.push(news.what);
      for (const listener of [...this.#listeners]) listener(news);
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  on(listener: (news: WriterNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves at the first news for which it is so; rejects when the process ends before. */
  async first<T>(what: (news: WriterNews) => T | undefined): Promise<T> {
    let off = (): void => {};
    const found = new Promise<T>((resolve) => {
      off = this.on((news) => {
        const answer = what(news);
        if (answer !== undefined) resolve(answer);
      });
    });
    const gone = this.exited.then(() => Promise.reject(new Error(`the writer ended: ${this.troubles.at(-1) ?? "see its words above"}`)));
    gone.catch(() => {});
    try {
      return await Promise.race([found, gone]);
    } finally {
      off();
    }
  }

  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.send("stop");
    await this.exited;
  }

  /** As a power cut would: nothing is given up, nothing is finished. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited;
  }
}
