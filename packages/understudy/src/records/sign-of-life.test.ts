import { mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { showLife } from "./sign-of-life.js";

test("a sign of life is the time of the folder, until it is stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-life-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const long = new Date("2020-01-01T00:00:00Z");
  await utimes(folder, long, long);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const stop = showLife(folder);
  vi.advanceTimersByTime(2500);
  await expect.poll(async () => (await stat(folder)).mtime.getTime()).toBeGreaterThan(long.getTime());
  stop();
  await utimes(folder, long, long);
  vi.advanceTimersByTime(10_000);
  expect((await stat(folder)).mtime).toEqual(long);
});
