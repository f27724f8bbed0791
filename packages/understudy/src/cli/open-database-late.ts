import type { Config } from "#config/index.js";
import type { Database } from "#postgres/database.js";
import type { CliContext } from "./context.js";

/** Opens the database of this installation for one command; what it says on the way is not for programs. */
export type OpenDatabase = (config: Config, context: CliContext) => Promise<Database>;

/** Loaded late: no other command waits for a database. @throws UnderstudyError `database-unavailable`. */
export const openDatabaseLate: OpenDatabase = async (config, { io, isJson }) => {
  const { openDatabase } = await import("#postgres/open-database.js");
  return openDatabase(config, io, (line) => void (isJson || io.stderr.write(`${line}\n`)));
};
