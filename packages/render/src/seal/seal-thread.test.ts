import { afterAll, expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { SealThread, type SealThreadWork } from "./seal-thread.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal } from "./testing/test-order.js";

const file = useTempFolder();
const thread = new SealThread();
afterAll(() => thread.close());

const readPng = async (maxSeconds = 60) => {
  const path = file("still.png");
  await testMedia["still.png"].write(path);
  const work = { kind: "read", path, mediaType: "image/png", anchors: { own: "", others: "" } } as const;
  return thread.run(work, { signal: noSignal, maxSeconds });
};
const nothingThere = { kind: "refused", reason: expect.stringContaining("JumbfNotFound") as string };

test("a file that keeps the library too long is given up, and the next one is read", async () => {
  expect(await readPng(0)).toEqual({ kind: "broken", reason: "time-limit" });
  expect(await readPng()).toMatchObject(nothingThere);
});

test("a library that crashes is started anew for the next file", async () => {
  const nonsense = { kind: "sign" } as SealThreadWork;
  expect(await thread.run(nonsense, { signal: noSignal, maxSeconds: 60 })).toEqual({ kind: "broken", reason: "crash" });
  expect(await readPng()).toMatchObject(nothingThere);
});

test("closing twice is harmless", async () => {
  await thread.close();
  await thread.close();
  expect(await readPng()).toMatchObject(nothingThere);
});
