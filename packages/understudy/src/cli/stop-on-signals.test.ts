import { EventEmitter } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withWorkFolder } from "#paths/index.js";
import { interruptionStatus, type StopSignal } from "./interruption.js";
import { stopOnSignals } from "./stop-on-signals.js";

function fakeProcess() {
  const told: unknown[] = [];
  const statuses: number[] = [];
  const controller = new AbortController();
  const target = Object.assign(new EventEmitter(), {
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
  });
  const tell = (thrown: unknown) => {
    told.push(thrown);
    return interruptionStatus(thrown) ?? 1;
  };
  stopOnSignals(controller, tell, target, (status) => void statuses.push(status));
  return { target, told, statuses, signal: controller.signal };
}

test.each<[StopSignal, number]>([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s asks for a calm stop, a second one leaves with %i", (signal, status) => {
  const fake = fakeProcess();
  fake.target.emit(signal);
  expect(fake.statuses).toEqual([]);
  expect(interruptionStatus(fake.signal.reason)).toBe(status);
  fake.target.emit(signal);
  expect(fake.statuses).toEqual([status]);
});

test("a closed standard output stops once, under its own name, however often it complains", () => {
  const fake = fakeProcess();
  for (let i = 0; i < 3; i++) fake.target.stdout.emit("error", new Error("EPIPE"));
  expect(fake.statuses).toEqual([]);
  expect(fake.signal.reason).toMatchObject({ code: "cancelled", message: expect.not.stringContaining("SIGTERM") });
  expect(interruptionStatus(fake.signal.reason)).toBe(141);
});

test("a closed standard error stops nothing", () => {
  const fake = fakeProcess();
  fake.target.stderr.emit("error", new Error("EPIPE"));
  expect(fake.signal.aborted).toBe(false);
  expect(fake.statuses).toEqual([]);
});

test.each(["uncaughtException", "unhandledRejection"])("%s is told, after half files are gone", async (event) => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-stop-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const fake = fakeProcess();
  await withWorkFolder(folder, async () => {
    expect(await readdir(folder)).toHaveLength(1);
    fake.target.emit(event, new TypeError("x is not a function"));
    expect(await readdir(folder)).toEqual([]);
  });
  expect(fake.told).toEqual([expect.any(TypeError)]);
  expect(fake.statuses).toEqual([1]);
});
