import { spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";
import { expect, it } from "vitest";
import { identifyProcess, isAlive } from "./process-identity.js";

it("knows itself and its parent as alive", () => {
  expect(isAlive(identifyProcess())).toBe(true);
  expect(isAlive(identifyProcess(process.ppid))).toBe(true);
});

it("knows a process that has ended as dead", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  const identity = identifyProcess(child.pid);
  expect(isAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
});

it.skipIf(platform() !== "linux")("is not deceived by its own number in an earlier life", () => {
  const { pid, startedAt } = identifyProcess();
  expect(startedAt).toMatch(/^[0-9a-f-]{36}:\d+$/);
  expect(isAlive({ pid, startedAt: `${startedAt}0` })).toBe(false);
  expect(isAlive({ pid, startedAt: `another boot:${startedAt?.split(":")[1]}` })).toBe(false);
});

it("falls back to the number where the start is not known", () => {
  expect(isAlive({ pid: process.pid })).toBe(true);
  expect(isAlive({ pid: 2 ** 22 + 1 })).toBe(false);
});
