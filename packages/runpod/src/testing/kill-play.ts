import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "#client/index.js";
import type { KillInput } from "./kill-setup.js";
import type { KillLab } from "./kill-lab.js";
import type { WorkerPlace } from "./kill-place.js";
import type { Draw } from "./draw-from.js";

/** A job that the endpoint said it has. */
export interface KeptJob {
  readonly id: string;
  readonly input: KillInput;
}

/** A worker that was killed. */
export interface KilledWorker {
  readonly workerId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The idempotency key of a job. */
export function keyOfJob({ number }: KillInput): string {
  return `kill-${number}`;
}

/**
 * Hands in jobs, four at a time with pauses of 0 to 120 ms, each under a key of its own. A job sleeps for 5 to 60 ms, each 50th
 * for 800 ms.
 */
export async function submitJobs(
  client: Client<KillInput>,
  numbers: readonly number[],
  webhook: string,
  draw: Draw,
): Promise<readonly KeptJob[]> {
  const inputs = numbers.map((number) => ({ number, sleepMs: number % 50 === 0 ? 800 : 5 + draw(56) }));
  return inLanes(4, inputs, async (input) => {
    await sleep(draw(120));
    const { id } = await client.run(input, { webhook, idempotencyKey: keyOfJob(input) });
    return { id, input };
  });
}

/**
 * Kills a worker (one at work, where there is one), the endpoint and the database in turn, 0.4 to 1.6 s apart, and starts the
 * first two again up to 0.3 s later. Each start of an endpoint extends all leases: were it started more often than once in a
 * lease, no job of a dead worker would be taken back.
 * @returns the killed workers.
 */
export async function killInTurn(lab: KillLab, rounds: number, draw: Draw): Promise<readonly KilledWorker[]> {
  const killed: KilledWorker[] = [];
  const pause = () => sleep(400 + draw(1_200));
  for (let round = 0; round < rounds; round++) {
    await pause();
    const place = (await busyPlace(lab)) ?? lab.places[draw(lab.places.length)];
    if (place === undefined) throw new Error("There is no worker to kill.");
    killed.push({ workerId: place.workerId(), at: await place.kill() });
    await sleep(draw(300));
    place.start();

    await pause();
    await lab.killEndpoint();
    await sleep(draw(300));
    await lab.startEndpoint();

    await pause();
    await lab.killDatabase();
  }
  return killed;
}

/** Does something with each item, so many at a time, and keeps their order. */
export async function inLanes<Item, Result>(
  lanes: number,
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** The place of a worker that runs a job at this moment; looks for a second. */
async function busyPlace(lab: KillLab): Promise<WorkerPlace | undefined> {
  for (let looks = 0; looks < 50; looks++) {
    const executions = await lab.executions();
    const busy = new Set(executions.filter(({ state }) => state === "open").map(({ workerId }) => workerId));
    const place = lab.places.find((one) => busy.has(one.workerId()));
    if (place !== undefined) return place;
    await sleep(20);
  }
  return undefined;
}
