/** Nobody reads what is printed any more, or whoever waits has stopped it: a command that started something stops that, and ends. */
export class OutputClosed extends Error {
  constructor(readonly exitCode: number) {
    super("the output was closed");
  }
}

/** What a command line prints. `govpool get … | head`: whoever reads has enough, and that is no fault. */
export class Output {
  #orderly = false;
  #closed: number | undefined;

  constructor(stream: NodeJS.EventEmitter = process.stdout) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#closed ??= error.code === "EPIPE" ? 0 : 1;
      if (!this.#orderly) process.exit(this.#closed);
    });
  }

  /** For a command that runs a server of its own: the next line throws `OutputClosed` instead of the process being gone. */
  orderly(print: (line: string) => void = console.log): (line: string) => void {
    this.#orderly = true;
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (this.#closed ??= 130));
    return (line) => {
      if (this.#closed !== undefined) throw new OutputClosed(this.#closed);
      print(line);
    };
  }
}
