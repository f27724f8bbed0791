import { afterAll, beforeAll, expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { SealThread, type SealThreadWork } from "./seal-thread.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal } from "./testing/test-order.js";

const file = useTempFolder();
const thread = new SealThread();
afterAll(() => thread.close());

beforeAll(() => testMedia["still.png"].write(file("still.png")));

const readPng = (maxSeconds = 60) => {
  const anchors = { own: "", others: "" };
  const work = { kind: "read", path: file("still.png"), mediaType: "image/png", anchors } as const;
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

test("closing ends what is under way, and the next file is read", async () => {
  const reading = readPng();
  const closing = thread.close();
  expect(await reading).toEqual({ kind: "broken", reason: "crash" });
  expect(await readPng()).toMatchObject(nothingThere);
  await closing;
});

test("closing twice is harmless", async () => {
  await thread.close();
  await thread.close();
  expect(await readPng()).toMatchObject(nothingThere);
});
