import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Child } from "#testing/child.js";
import type { Contender } from "#testing/contenders.js";
import { startRecordingServer, type RecordingServer } from "#testing/recording-server.js";
import { polls } from "./evidence.js";
import type { FaultAccount, FaultRow } from "./fault-row.js";

/** What a fault did to one worker. */
export interface FaultOutcome extends FaultAccount {
  /** Jobs that were never done: taken and dropped, or left in the queue by a worker that was there for them. */
  readonly jobsLost: number;
  /** Jobs that were done and whose result the platform never got. */
  readonly resultsLost: number;
}

/** Plays one fault with one worker, on a platform and in a folder of its own. */
export async function playFault(row: FaultRow, contender: Contender): Promise<FaultOutcome> {
  const server = await startRecordingServer({ pollMs: row.pollMs ?? 1_000 });
  const folder = await mkdtemp(join(tmpdir(), "understudy-fault-"));
  const workers: Child[] = [];
  const address = { serverUrl: server.url, endpointId: "endpoint", workerId: "worker-1", spoolFolder: folder };
  const start = async (): Promise<Child> => {
    const worker = contender.start({ ...address, ...row.worker });
    workers.push(worker);
    const before = polls(server).length;
    if (await server.when(() => polls(server).length > before, startMs)) return worker;
    throw new Error(`${contender.name} did not start: ${worker.stderr()}${worker.stdout()}`);
  };
  const ended = async (jobId: string, patienceMs = 10_000): Promise<void> => {
    await server.when(() => server.platform.ends.has(jobId), patienceMs);
  };
  try {
    const account = await row.play({ server, start, ended });
    return { ...account, ...losses(server, workers) };
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `import runpod` alone takes about 2.5 s of one processor. */
const startMs = 60_000;

function losses(
  { platform }: RecordingServer,
  workers: readonly Child[],
): Pick<FaultOutcome, "jobsLost" | "resultsLost"> {
  const isPresent = workers.at(-1)?.isRunning() === true;
  const given = [...platform.handedOut, ...(isPresent ? platform.queue.map(({ id }) => id) : [])];
  const lost = given.filter((id) => typeof id === "string" && !platform.ends.has(id));
  const done = workers.map((worker) => worker.stdout()).join("");
  const resultsLost = lost.filter((id) => done.includes(JSON.stringify({ finished: id }))).length;
  return { jobsLost: lost.length - resultsLost, resultsLost };
}
