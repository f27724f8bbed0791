import { spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";
import { expect, it } from "vitest";
import { identifyProcess, mayBeAlive } from "./process-identity.js";

it("knows itself and its parent as alive", () => {
  expect(mayBeAlive(identifyProcess())).toBe(true);
  expect(mayBeAlive(identifyProcess(process.ppid))).toBe(true);
});

it("knows a process that has ended as dead", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  const identity = identifyProcess(child.pid);
  expect(mayBeAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(mayBeAlive(identity)).toBe(false);
});

it.skipIf(platform() !== "linux")("is not deceived by its own number in an earlier life", () => {
  const { pid, startedAt } = identifyProcess();
  expect(startedAt).toMatch(/^[0-9a-f-]{36}:\d+$/);
  expect(mayBeAlive({ pid, startedAt: `${startedAt}0` })).toBe(false);
  expect(mayBeAlive({ pid, startedAt: `another boot:${startedAt?.split(":")[1]}` })).toBe(false);
});

it("falls back to the number where the start is not known", () => {
  expect(mayBeAlive({ pid: process.pid })).toBe(true);
  expect(mayBeAlive({ pid: 2 ** 22 + 1 })).toBe(false);
});

it.skipIf(platform() !== "linux")("does not take a process that it cannot see for dead", () => {
  const gone = { ...identifyProcess(), pid: 2 ** 22 + 1 };
  expect(gone.pidNamespace).toMatch(/^pid:\[\d+\]$/);
  expect(mayBeAlive(gone)).toBe(false);
  expect(mayBeAlive({ ...gone, pidNamespace: "pid:[1]" })).toBe(true);
  expect(mayBeAlive({ ...gone, startedAt: "earlier boot:1", pidNamespace: "pid:[1]" })).toBe(false);
});
