import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createEndpoint, createMemoryStore, listenEndpoints, type EndpointOptions } from "#endpoint/index.js";
import type { JobState } from "#protocol.js";
import type { Child } from "./child.js";
import type { Contender, WorkerStart } from "./contenders.js";

/** Our endpoints, in memory, on a server of their own, with real workers behind them. */
export interface EndpointLab {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly key: string;
  /** Starts a worker. */
  launchWorker(contender: Contender, endpointId: string, workerId: string, start?: Partial<WorkerStart>): Child;
  /** Starts a worker and waits for its first poll. */
  startWorker(...launch: Parameters<EndpointLab["launchWorker"]>): Promise<Child>;
  /** Hands in a job. @returns its id. */
  submit(endpointId: string, input: unknown): Promise<string>;
  /** The job's state once `isReached`; looks every 50 ms for 60 s. */
  stateOf(endpointId: string, jobId: string, isReached: (state: JobState) => boolean): Promise<JobState>;
  cancel(endpointId: string, jobId: string): Promise<void>;
  /** The chunks that `/stream` gives until the job has ended. */
  chunksOf(endpointId: string, jobId: string): Promise<readonly unknown[]>;
  /** Kills every worker, then closes. */
  close(): Promise<void>;
}

/** Opens one endpoint for each id. */
export async function openEndpointLab(
  endpointIds: readonly string[],
  options: Partial<EndpointOptions> = {},
): Promise<EndpointLab> {
  const key = "lab-key";
  const store = createMemoryStore();
  const endpoints = endpointIds.map((id) =>
    createEndpoint({ id, store, keys: [key], pingIntervalMs: 1_000, pollMs: 2_000, sweepMs: 200, ...options }),
  );
  const server = await listenEndpoints({ endpoints });
  const spoolFolder = await mkdtemp(join(tmpdir(), "understudy-lab-"));
  const workers: Child[] = [];

  const ask = async <Reply>(method: string, path: string, body?: unknown): Promise<Reply> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const reply = await fetch(`${server.url}/v2/${path}`, { method, headers, body: JSON.stringify(body) ?? null });
    if (reply.status !== 200) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`);
    return (await reply.json()) as Reply;
  };
  const launchWorker: EndpointLab["launchWorker"] = (contender, endpointId, workerId, start) => {
    const address = { serverUrl: server.url, endpointId, workerId, apiKey: key, spoolFolder };
    const worker = contender.start({ ...address, ...start });
    workers.push(worker);
    return worker;
  };
  const until = async (what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!(await isTrue())) {
      if (performance.now() > deadline) throw new Error(`${what} took too long.`);
      await sleep(50);
    }
  };

  return {
    url: server.url,
    key,
    launchWorker,
    startWorker: async (contender, endpointId, workerId, start) => {
      const worker = launchWorker(contender, endpointId, workerId, start);
      const endpoint = endpoints.find(({ id }) => id === endpointId);
      await until(`The start of ${contender.name}`, () => {
        if (!worker.isRunning()) throw new Error(`${contender.name} has ended: ${worker.stderr()}${worker.stdout()}`);
        return endpoint?.workers().some((seen) => seen.workerId === workerId && seen.isPolling) === true;
      });
      return worker;
    },
    submit: async (endpointId, input) => {
      const { id } = await ask<{ readonly id: string }>("POST", `${endpointId}/run`, { input });
      return id;
    },
    stateOf: async (endpointId, jobId, isReached) => {
      let state: JobState | undefined;
      await until(`Job ${jobId} of ${endpointId}`, async () => {
        state = await ask<JobState>("GET", `${endpointId}/status/${jobId}`);
        return isReached(state);
      });
      if (state === undefined) throw new Error("There is no state.");
      return state;
    },
    cancel: async (endpointId, jobId) => void (await ask("POST", `${endpointId}/cancel/${jobId}`)),
    chunksOf: async (endpointId, jobId) => {
      const chunks: unknown[] = [];
      for (let isOver = false; !isOver;) {
        const reply = await ask<{ readonly status: string; readonly stream: readonly { readonly output: unknown }[] }>(
          "GET",
          `${endpointId}/stream/${jobId}`,
        );
        chunks.push(...reply.stream.map(({ output }) => output));
        isOver = reply.stream.length === 0 && reply.status !== "IN_QUEUE" && reply.status !== "IN_PROGRESS";
      }
      return chunks;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
      await server.close();
      await Promise.all(endpoints.map((endpoint) => endpoint.close()));
      await store.close();
      await rm(spoolFolder, { recursive: true, force: true });
    },
  };
}
