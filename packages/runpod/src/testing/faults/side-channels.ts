import { setTimeout as sleep } from "node:timers/promises";
import { workerOperations } from "#protocol.js";
import { count, endOf, pings } from "./evidence.js";
import type { FaultRow } from "./fault-row.js";

/** What goes on beside taking and delivering. */
export const sideChannelFaults: readonly FaultRow[] = [
  {
    name: "404 on the stop channel for 5 s",
    play: async ({ server, start, ended }) => {
      const act = { kind: "status", status: 404 } as const;
      server.fault({ operation: workerOperations.stop, times: Number.POSITIVE_INFINITY, act });
      server.platform.add({ id: "job", input: {} });
      await start();
      await sleep(5_000);
      await ended("job");
      const asked = server.requests.filter(({ operation }) => operation === workerOperations.stop).length;
      return { verdict: `${endOf(server, "job")}, asked ${count(asked, "time")}` };
    },
  },
  {
    name: "A handler that keeps the processor for 4 s, ping every second",
    play: async ({ server, start, ended }) => {
      server.platform.add({ id: "busy", input: { mock_busy: 4 } });
      await start();
      await server.when(() => server.platform.handedOut.length > 0, 5_000);
      await sleep(500);
      const before = pings(server).length;
      await sleep(3_000);
      const meanwhile = pings(server).length - before;
      await ended("busy");
      return { verdict: `${endOf(server, "busy")}, ${count(meanwhile, "ping")} in 3 s` };
    },
  },
];
