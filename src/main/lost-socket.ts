/**
 * The PostgreSQL driver (postgres 3.4.9, issues 1154 and 1208) answers a connection that dies inside a transaction twice:
 * it rejects the transaction, which is right and handled, and then writes its ROLLBACK to a socket that is gone,
 * from a timer where nobody can catch it. That second answer would end the process for a restart of the database.
 */
export function surviveLostSockets(): void {
  process.on("uncaughtException", (error) => {
    if (!isWriteToLostSocket(error)) throw error;
  });
}

const isWriteToLostSocket = (error: unknown): boolean =>
  error instanceof TypeError &&
  error.message.includes("reading 'write'") &&
  /nextWrite .*[\\/]postgres[\\/]/.test(error.stack ?? "");
