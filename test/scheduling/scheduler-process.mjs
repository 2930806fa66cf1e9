// A process that only schedules, as `govpool serve --role scheduler` does, for tests that kill it.
import { startSchedulers } from "../../dist/main/scheduler.js";

const print = (level) => (facts, message) => console.log(JSON.stringify({ level, message, ...facts, err: facts.err?.message }));
const schedulers = startSchedulers({
  databaseUrl: process.argv[2],
  leaseTtlMs: Number(process.argv[3]),
  log: { info: print("info"), warn: print("warn"), error: print("error") },
});
process.on("SIGTERM", async () => {
  await schedulers.stop();
  process.exit(0);
});
