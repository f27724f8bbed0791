import { setTimeout as sleep } from "node:timers/promises";
import { workerOperations } from "#protocol.js";
import { count, endOf, polls } from "./evidence.js";
import type { FaultRow } from "./fault-row.js";

/** Jobs cannot be taken. */
export const takingFaults: readonly FaultRow[] = [
  {
    name: "Connections refused for 5 s while a job runs",
    play: async ({ server, start, ended }) => {
      server.platform.add({ id: "running", input: { mock_delay: 1 } });
      await start();
      await server.when(() => server.platform.handedOut.length > 0, 5_000);
      await server.refuse();
      await sleep(5_000);
      await server.accept();
      server.platform.add({ id: "next", input: {} });
      await ended("running", 20_000);
      await ended("next", 20_000);
      return { verdict: `the running job ${endOf(server, "running")}, the next one ${endOf(server, "next")}` };
    },
  },
  {
    name: "Every connection reset for 5 s (connections of all kinds counted)",
    play: async ({ server, start, ended }) => {
      await start();
      const connections = await server.resetConnections(5_000);
      server.platform.add({ id: "next", input: {} });
      await ended("next", 20_000);
      return { pollsPerSecond: connections / 5, verdict: `the next job ${endOf(server, "next")}` };
    },
  },
  failingPolls("500 on every poll for 5 s", 500),
  failingPolls("429 on every poll for 5 s", 429),
  failingPolls("401 on every poll for 5 s", 401),
  {
    name: "URLs without a query",
    worker: { hasQuery: false },
    play: async ({ server, start, ended }) => {
      server.platform.add({ id: "plain-url", input: {} });
      await start();
      await ended("plain-url", 5_000);
      const path = polls(server)[0]?.path.split("/").slice(3).join("/") ?? "";
      return { verdict: `asked for ${path}, the job ${endOf(server, "plain-url")}` };
    },
  },
  {
    name: "A batch of four: one job without an id, one without an input",
    worker: { concurrency: 4 },
    play: async ({ server, start, ended }) => {
      server.platform.add({ id: "first", input: {} }, { input: {} }, { id: "no-input" }, { id: "last", input: {} });
      const worker = await start();
      for (const id of ["first", "no-input", "last"]) await ended(id, 5_000);
      const ends = ["first", "no-input", "last"].map((id) => `${id} ${endOf(server, id)}`).join(", ");
      return { verdict: worker.isRunning() ? ends : `${ends}; the worker has ended` };
    },
  },
];

function failingPolls(name: string, status: number): FaultRow {
  return {
    name,
    play: async ({ server, start, ended }) => {
      const act = { kind: "status", status } as const;
      const end = server.fault({ operation: workerOperations.take, times: Number.POSITIVE_INFINITY, act });
      const worker = await start();
      const before = polls(server).length;
      await sleep(5_000);
      const pollsPerSecond = (polls(server).length - before) / 5;
      end();
      if (!worker.isRunning()) {
        const { code } = await worker.exited;
        return { pollsPerSecond, verdict: `ended with status ${code} after ${count(polls(server).length, "poll")}` };
      }
      server.platform.add({ id: "next", input: {} });
      await ended("next", 20_000);
      return { pollsPerSecond, verdict: `the next job ${endOf(server, "next")}` };
    },
  };
}
