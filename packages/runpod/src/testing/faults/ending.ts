import { setTimeout as sleep } from "node:timers/promises";
import { workerOperations } from "#protocol.js";
import { endOf, polls, results } from "./evidence.js";
import type { FaultRow } from "./fault-row.js";

/** The worker is told to end, or killed, at a bad moment. */
export const endingFaults: readonly FaultRow[] = [
  {
    name: "SIGTERM during a poll, a job comes right after",
    pollMs: 3_000,
    play: async ({ server, start }) => {
      const worker = await start();
      worker.stop("SIGTERM");
      await server.when(() => polls(server).at(-1)?.isClosed() === true, 1_000);
      server.platform.add({ id: "late", input: {} });
      await worker.exited;
      const wasTaken = server.platform.queue.length === 0;
      return { verdict: wasTaken ? `took the job, ${endOf(server, "late")}` : "hung up, the job waits for another" };
    },
  },
  {
    name: "SIGTERM while a job arrives",
    play: async ({ server, start }) => {
      let letThrough: (() => void) | undefined;
      const rest = new Promise<void>((resolve) => (letThrough = resolve));
      server.fault({ operation: workerOperations.take, times: 1, act: { kind: "halves", rest } });
      server.platform.add({ id: "arriving", input: {} });
      const worker = await start();
      await sleep(200);
      worker.stop("SIGTERM");
      await sleep(200);
      letThrough?.();
      await worker.exited;
      return { verdict: endOf(server, "arriving") };
    },
  },
  {
    name: "kill -9 between a result and its acknowledgement, then a restart",
    play: async ({ server, start, ended }) => {
      server.fault({ operation: workerOperations.done, times: 1, act: { kind: "hang" } });
      server.platform.add({ id: "killed", input: {} });
      const worker = await start();
      await server.when(() => results(server).length > 0, 10_000);
      await worker.kill();
      await start();
      await ended("killed");
      return { verdict: endOf(server, "killed") };
    },
  },
];
