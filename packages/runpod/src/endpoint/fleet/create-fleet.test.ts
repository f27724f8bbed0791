import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { WorkerSighting } from "#endpoint/endpoint.js";
import type { JobCounts, StoreEvent } from "#endpoint/stores/job-store.js";
import { createFleet, type FleetOptions } from "./create-fleet.js";

const nothing: JobCounts = { inQueue: 0, inQueueUrgent: 0, inProgress: 0, completed: 0, failed: 0, retried: 0 };

/** A fleet whose processes, queue and clock are made up. */
function fleetOf(options: Partial<FleetOptions> = {}) {
  const world = {
    now: 0,
    counts: nothing,
    sightings: [] as WorkerSighting[],
    gone: [] as string[],
    lines: [] as string[],
  };
  const started: { readonly workerId: string; readonly stopped: () => boolean; readonly end: (how: string) => void }[] =
    [];
  let tell: (event: StoreEvent) => void = () => undefined;
  const fleet = createFleet({
    endpoint: {
      id: "ep",
      workers: () => world.sightings,
      workerGone: async (workerId) => void world.gone.push(workerId),
    },
    store: {
      counts: async () => world.counts,
      subscribe: (listener) => {
        tell = listener;
        return () => undefined;
      },
    },
    command: ["worker"],
    environment: (workerId) => ({ WORKER: workerId }),
    lookMs: 1_000_000,
    now: () => world.now,
    log: (line) => void world.lines.push(line),
    start: (_command, env) => {
      let [isStopped, end] = [false, (_how: string): void => undefined];
      const ended = new Promise<string>((resolve) => void (end = resolve));
      started.push({ workerId: env["WORKER"]!, stopped: () => isStopped, end });
      const stop = () => {
        isStopped = true;
        end("SIGTERM");
      };
      return { ended, stop };
    },
    ...options,
  });
  onTestFinished(() => fleet.close());
  const look = async () => {
    tell({ kind: "queued", endpointId: "ep" });
    for (let n = 0; n < 5; n++) await setImmediate();
  };
  const queue = (jobs: number, oldestUrgentAt: number) => {
    world.counts = { ...nothing, inQueue: jobs, inQueueUrgent: jobs, oldestUrgentAt };
  };
  const see = (isBusy: boolean) => {
    world.sightings = started.map(({ workerId }) => ({ workerId, lastSeenAt: world.now, isBusy, isPolling: !isBusy }));
  };
  return { world, fleet, started, look, queue, see };
}

test("a worker starts for the first job, and ends when it has had nothing to do", async () => {
  const { world, started, look, queue, see, fleet } = fleetOf({ idleTimeoutMs: 5_000 });
  await look();
  expect(started).toHaveLength(0);
  queue(1, 0);
  await look();
  expect(started).toHaveLength(1);
  expect(fleet.counts()).toEqual({ initializing: 1, throttled: 0 });
  queue(0, 0);
  see(true);
  await look();
  see(false);
  await look();
  world.now = 5_000;
  await look();
  expect(started[0]!.stopped()).toBe(true);
  expect(world.gone).toEqual([started[0]!.workerId]);
});

test("a worker that crashes gives its jobs back, and the next one comes later and later", async () => {
  const { world, started, look, fleet } = fleetOf({ min: 1 });
  await look();
  started[0]!.end("SIGKILL");
  await look();
  expect(world.gone).toEqual([started[0]!.workerId]);
  expect(fleet.counts()).toEqual({ initializing: 0, throttled: 1 });
  world.now = 1_000;
  await look();
  started[1]!.end("status 1");
  await look();
  world.now = 2_999;
  await look();
  expect(started).toHaveLength(2);
  world.now = 3_000;
  await look();
  expect(started).toHaveLength(3);
});

test("a program that ends well and never asks for a job is not started without a pause", async () => {
  const { world, started, look } = fleetOf({ min: 1 });
  await look();
  started[0]!.end("status 0");
  await look();
  await look();
  expect(started).toHaveLength(1);
  expect(world.lines.at(-1)).toContain("asked for no job");
});

test("a worker that ends well after it asked for a job is replaced without a pause", async () => {
  const { started, look, see } = fleetOf({ min: 1 });
  await look();
  see(false);
  started[0]!.end("status 0");
  await look();
  await look();
  expect(started).toHaveLength(2);
});

test("closing waits until the endpoint knows that the workers are gone", async () => {
  const told: string[] = [];
  const workerGone = async (workerId: string) => {
    await setImmediate();
    told.push(workerId);
  };
  const { started, look, fleet } = fleetOf({ min: 1, endpoint: { id: "ep", workers: () => [], workerGone } });
  await look();
  await fleet.close();
  expect(told).toEqual([started[0]!.workerId]);
});

test("a worker that asks for it is replaced without a pause", async () => {
  const { started, look, fleet } = fleetOf({ min: 1 });
  await look();
  fleet.replace(started[0]!.workerId);
  fleet.replace("somebody-else");
  await look();
  await look();
  expect(started.map(({ stopped }) => stopped())).toEqual([true, false]);
});

test("a worker that hangs before it asks for a job is replaced", async () => {
  const { world, started, look } = fleetOf({ min: 1, startMs: 1_000 });
  await look();
  world.now = 999;
  await look();
  expect(started[0]!.stopped()).toBe(false);
  world.now = 1_000;
  await look();
  await look();
  expect(started.map(({ stopped }) => stopped())).toEqual([true, false]);
});

test("closing ends every worker", async () => {
  const { started, look, fleet } = fleetOf({ min: 2, max: 2 });
  await look();
  await fleet.close();
  expect(started.map(({ stopped }) => stopped())).toEqual([true, true]);
});
