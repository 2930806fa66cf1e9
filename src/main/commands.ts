import { Command, CommanderError } from "commander";
import { importRemote, registerRemoteCommands } from "../cli/commands.js";
import { ConfigError, readConfig } from "./config.js";
import { registerImport, registerLocalCommands, registerPlan, registerSimulate } from "./local-commands.js";
import { Output, OutputClosed } from "./output.js";

/** Runs one command line; the answer is the process's exit code. Local commands are here, remote ones in `cli/`. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command("govpool").description("Cloud government: one pool of capacity, allocated to every request.").exitOverride().showHelpAfterError();
  let code = 0;
  const output = new Output();

  program
    .command("serve")
    .description("start everything: database, migrations, sample pool, web, API, scheduler")
    .option("--role <role>", "all, web or scheduler", "all")
    .action(async (options: { role: string }) => {
      const { serve } = await import("./serve.js");
      code = await serve(readConfig(process.env, options));
    });

  registerLocalCommands(program, (answer) => (code = answer), output);
  registerRemoteCommands(program, (answer) => (code = answer));
  registerSimulate(program, (answer) => (code = answer));
  registerPlan(program, (answer) => (code = answer));
  registerImport(program, (answer) => (code = answer), importRemote((answer) => (code = answer)));

  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof OutputClosed) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof ConfigError) {
      console.error(`govpool: ${error.message}`);
      return 2;
    }
    throw error;
  }
}
