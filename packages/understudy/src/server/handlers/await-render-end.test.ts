import { expect, it } from "vitest";
import type { ServiceRender } from "#renders/service-render.js";
import { sampleOrder } from "#renders/testing/sample-render.js";
import type { FakeRenderList } from "#server/testing/fake-render-list.js";
import { awaitRenderEnd } from "./await-render-end.js";
import { alice, openRenderWorld } from "./testing/open-render-world.js";

/** Somebody waits a minute and a half for a render that waits for a runner. */
async function openWait() {
  const { renders: list, clock } = await openRenderWorld();
  const renders = list as FakeRenderList;
  const render = (await renders.create({ order: sampleOrder(), priority: 0 }, alice)).render;
  const caller = new AbortController();
  const service = { isStopped: false };
  const seen: (ServiceRender["state"] | "gone")[] = [];
  const wait = { milliseconds: 90_000, signal: caller.signal, clock };
  const isStopping = () => service.isStopped;
  const waited = awaitRenderEnd(render, wait, { renders, isStopping }).then((end) => seen.push(end?.state ?? "gone"));
  /** Lets everything happen that is due. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  return { renders, render, clock, caller, service, seen, waited, settle };
}

it("answers at the moment of the end, and not before", async () => {
  const { renders, render, clock, seen, waited, settle } = await openWait();
  await renders.begin(render.id, 1, "runner", 1);
  clock.advance(89_000);
  await settle();
  expect(seen).toEqual([]);
  await renders.end(
    { renderId: render.id, run: 1, attempt: 1 },
    { state: "failed", error: { code: "internal-error", message: "", hint: "", retryable: false } },
  );
  await waited;
  expect(seen).toEqual(["failed"]);
  expect([renders.listenerCount, clock.tickerCount]).toEqual([0, 0]);
});

it("sees an end whose news was lost, once the connection for news is back", async () => {
  const { renders, render, seen, waited } = await openWait();
  await renders.missing(() => renders.cancel(alice.ownerId, render.id));
  await waited;
  expect(seen).toEqual(["cancelled"]);
});

it.each([
  ["the time is over", async ({ clock }) => clock.advance(90_000)],
  [
    "the caller went away",
    async ({ clock, caller }) => {
      caller.abort();
      clock.advance(1_000);
    },
  ],
  [
    "the service stops",
    async ({ clock, service }) => {
      service.isStopped = true;
      clock.advance(1_000);
    },
  ],
] satisfies [string, (opened: Awaited<ReturnType<typeof openWait>>) => Promise<void>][])(
  "says how far it is when %s",
  async (_, act) => {
    const opened = await openWait();
    await act(opened);
    await opened.waited;
    expect(opened.seen).toEqual(["queued"]);
    expect([opened.renders.listenerCount, opened.clock.tickerCount]).toEqual([0, 0]);
  },
);

it("ends with a render that was erased", async () => {
  const { renders, render, seen, waited } = await openWait();
  await renders.missing(async () => renders.forget(render.id));
  await waited;
  expect(seen).toEqual(["gone"]);
});
