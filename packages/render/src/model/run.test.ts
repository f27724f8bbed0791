import { expect, it } from "vitest";
import { describeRun } from "#testing/describe-run.js";
import { createInProcessRun, type ProgressEvent } from "./run.js";

describeRun("the in-process run", async () => {
  const controller = new AbortController();
  return { run: createInProcessRun({ signal: controller.signal }), cancel: async () => controller.abort() };
});

it("passes progress on, from inside of a child too", async () => {
  const events: ProgressEvent[] = [];
  const run = createInProcessRun({ onProgress: (event) => events.push(event) });
  await run.child("outer", async (inner) => inner.progress({ stage: "swap", done: 1, total: 2, unit: "frames" }));
  expect(events).toEqual([{ stage: "swap", done: 1, total: 2, unit: "frames" }]);
});
