import { UnderstudyError } from "@understudy/render";
import { expect, test } from "vitest";
import type { ArtifactStore } from "./artifact-store.js";
import { patientArtifacts } from "./patient-artifacts.js";

const file = { path: "/x", sha256: "", byteLength: 1, mediaType: "video/mp4" };
const never = new AbortController().signal;

/** A store that fails so often before it works, and a clock that only pauses move. */
function flaky(failures: readonly Error[]) {
  const left = [...failures];
  let [tries, clockMs] = [0, 0];
  const put = async (): Promise<void> => {
    tries += 1;
    const failure = left.shift();
    if (failure !== undefined) throw failure;
  };
  const store = patientArtifacts({ put } as unknown as ArtifactStore, {
    pause: async () => void (clockMs += 10_000),
    nowMs: () => clockMs,
  });
  return { store, tries: () => tries };
}

const away = () => new UnderstudyError("upload-failed", "The bucket did not answer.");

test("an outage is waited out", async () => {
  const { store, tries } = flaky([away(), away(), away()]);
  await store.put("a", file, never);
  expect(tries()).toBe(4);
});

test("one that lasts is told after a minute", async () => {
  const { store, tries } = flaky(Array.from({ length: 99 }, away));
  await expect(store.put("a", file, never)).rejects.toMatchObject({ code: "upload-failed" });
  expect(tries()).toBe(7);
});

test.each([
  ["a full disk", new UnderstudyError("disk-full", "The disk is full.")],
  ["what is not kept", new UnderstudyError("artifact-missing", "Gone.")],
])("%s is told at once", async (_what, failure) => {
  const { store, tries } = flaky([failure]);
  await expect(store.put("a", file, never)).rejects.toBe(failure);
  expect(tries()).toBe(1);
});

test("a cancel ends the wait", async () => {
  const { store } = flaky([away()]);
  await expect(store.put("a", file, AbortSignal.abort())).rejects.toMatchObject({ code: "upload-failed" });
});
