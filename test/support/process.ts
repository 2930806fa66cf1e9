import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A govpool process of the build, as an operator would start it. */
export class GovpoolProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ["dist/main/govpool.js", ...args], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LANG: "en_US.UTF-8", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => this.#child.once("close", (code, signal) => resolve({ code, signal, out: this.out, err: this.err })));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until it printed `words`; throws what it printed when it ended first. */
  async until(words: RegExp): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => void (words.test(this.out + this.err) && resolve());
      this.#child.stdout?.on("data", look);
      this.#child.stderr?.on("data", look);
      look();
    });
    const early = this.ended.then((end) => {
      if (!words.test(end.out + end.err)) throw new Error(`ended with ${end.code ?? end.signal} before ${words}\n${end.out}\n${end.err}`);
    });
    await Promise.race([seen, early]);
  }

  kill(signal: NodeJS.Signals = "SIGINT"): void {
    this.#child.kill(signal);
  }
}

export const govpool = (args: readonly string[], env: Readonly<Record<string, string>>): GovpoolProcess => new GovpoolProcess(args, env);
