import { setTimeout as sleep } from "node:timers/promises";
import { workerOperations } from "#protocol.js";
import type { FaultAct } from "#testing/recording-server.js";
import { count, endOf, lateProgress, results } from "./evidence.js";
import type { FaultRow } from "./fault-row.js";

/** A result does not get through, or cannot. */
export const deliveringFaults: readonly FaultRow[] = [
  brokenResults("Connection reset on a result", 1, { kind: "reset" }),
  brokenResults("3 times 503 on a result", 3, { kind: "status", status: 503 }),
  brokenResults("10 times 503 on a result", 10, { kind: "status", status: 503 }),
  oddResult("A result with NaN", { mock_odd: "nan" }),
  oddResult("A result with bytes", { mock_odd: "bytes" }),
  oddResult("A result of 25 MB", { mock_size: 25_000_000 }),
  {
    name: "20 reports of progress right before the result",
    play: async ({ server, start, ended }) => {
      const updates = Array.from({ length: 20 }, (_, index) => index);
      server.platform.add({ id: "progress", input: { mock_progress: { updates } } });
      await start();
      await ended("progress");
      await sleep(1_000);
      return { verdict: `${endOf(server, "progress")}, ${count(lateProgress(server).length, "report")} after the end` };
    },
  },
];

/** Ten attempts take a worker that waits longer each time up to a minute. */
const patienceMs = 75_000;

function brokenResults(name: string, times: number, act: FaultAct): FaultRow {
  return {
    name,
    play: async ({ server, start, ended }) => {
      server.fault({ operation: workerOperations.done, times, act });
      server.platform.add({ id: "result", input: {} });
      await start();
      await ended("result", times > 3 ? patienceMs : undefined);
      return { verdict: `${endOf(server, "result")}, ${count(results(server).length, "attempt")}` };
    },
  };
}

function oddResult(name: string, input: unknown): FaultRow {
  return {
    name,
    play: async ({ server, start, ended }) => {
      server.platform.add({ id: "odd", input });
      await start();
      await ended("odd");
      const answers = results(server).map(({ status }) => status ?? "none");
      const detail = answers.length === 0 ? "nothing was sent" : `answered ${answers.join(", ")}`;
      return { verdict: `${endOf(server, "odd")}, ${detail}` };
    },
  };
}
