import { DBOS } from "@dbos-inc/dbos-sdk";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import type { ServiceLog } from "#serve/service-log.js";
import { dbosLogOf } from "./dbos-log.js";
import type { RenderJobTicket } from "./job-engine.js";
import { applicationName, applicationVersion, queueOf, workflowName } from "./job-names.js";

/** What DBOS needs to call the work of this process. */
export interface DbosProcessOptions {
  readonly dbosPool: Pool;
  readonly runnerId: string;
  readonly log: ServiceLog;
  /** Called for each run that was put into this runner's queue; one that does not settle leaves no trace in the database. */
  perform(ticket: Pick<RenderJobTicket, "renderId" | "run">): Promise<void>;
}

/** The one runner of this process: DBOS keeps its configuration, registrations and connections in module state. */
let current: DbosProcessOptions | undefined;

const startRender = DBOS.registerWorkflow(
  async (ticket: Pick<RenderJobTicket, "renderId" | "run">) => {
    await (current?.perform(ticket) ?? unsettled);
  },
  { name: workflowName },
);
// The registration is what counts: runs are called by their name.
void startRender;

/**
 * DBOS wants an address also where it is given the connections, and refuses many that PostgreSQL takes, such as those of a socket or
 * without a user.
 */
const unusedUrl = "postgresql://see@the-pool/understudy";

/** Settles never: what DBOS waits for it notes neither a success nor an error of. */
export const unsettled = new Promise<never>(() => undefined);

/**
 * Starts DBOS in this process, listening to the queue of this runner alone. Whoever has closed it may start it again.
 * @returns what ends it; it waits for nothing that runs.
 * @throws UnderstudyError `internal-error` while it runs already.
 */
export async function startDbos(options: DbosProcessOptions): Promise<() => Promise<void>> {
  if (current !== undefined)
    throw new UnderstudyError("internal-error", "A second job engine was opened in one process.", {
      hint: "Close the first one, or open the second with role api: DBOS runs once in a process.",
    });
  current = options;
  try {
    DBOS.setConfig({
      name: applicationName,
      systemDatabaseUrl: unusedUrl,
      systemDatabasePool: options.dbosPool,
      executorID: options.runnerId,
      applicationVersion,
      listenQueues: [queueOf(options.runnerId)],
      // Its channels serve messages and events between workflows, of which we have none.
      useListenNotify: false,
      runMigrations: false,
      logger: dbosLogOf(options.log),
    });
    await DBOS.launch();
  } catch (thrown) {
    await DBOS.shutdown().catch(() => undefined);
    current = undefined;
    throw thrown;
  }
  return async () => {
    await DBOS.shutdown();
    current = undefined;
  };
}
