import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { deadProcess } from "#records/testing/sample-record.js";
import { identifyProcess } from "#records/process-identity.js";
import { createFileAuditLog } from "./file-audit-log.js";
import { withFileLock } from "./file-lock.js";
import { describeAuditLog, sampleEvent } from "./testing/describe-audit-log.js";

const now = new Date("2026-01-01T00:00:00.000Z");

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-audit-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "data", "audit.jsonl");
}

async function newLog(lines: number) {
  const path = await newPath();
  const log = createFileAuditLog(path);
  for (let number = 1; number <= lines; number += 1) await log.append(sampleEvent(number), now);
  return { path, log, headPath: path.replace(".jsonl", ".head.json") };
}

async function edit(path: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  await writeFile(
    path,
    change(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

describeAuditLog("a file", async () => {
  const path = await newPath();
  return () => createFileAuditLog(path);
});

describe("damage to the log", () => {
  it.each([
    [
      "a changed line",
      2,
      (lines: string[]) => lines.map((line, index) => (index === 1 ? line.replace("02", "f2") : line)),
    ],
    [
      "a space more",
      2,
      (lines: string[]) => lines.map((line, index) => (index === 1 ? line.replace(":", ": ") : line)),
    ],
    ["a line that is no JSON", 2, (lines: string[]) => lines.map((line, index) => (index === 1 ? "gone" : line))],
    ["an empty line", 3, ([a = "", b = "", ...rest]: string[]) => [a, b, "", ...rest]],
    ["a removed line", 2, ([a = "", , ...rest]: string[]) => [a, ...rest]],
    ["a removed first line", 1, (lines: string[]) => lines.slice(1)],
    ["a line put in twice", 3, ([a = "", b = "", ...rest]: string[]) => [a, b, b, ...rest]],
    ["two lines in another order", 2, ([a = "", b = "", c = "", d = ""]: string[]) => [a, c, b, d]],
    ["a removed last line", 4, (lines: string[]) => lines.slice(0, 3)],
    ["nothing but the head", 1, () => []],
    ["an old line added at the end", 5, (lines: string[]) => [...lines, lines[0] ?? ""]],
  ])("is found at its line: %s", async (_what, line, change) => {
    const { path, log } = await newLog(4);
    await edit(path, change);
    expect(await log.verify()).toMatchObject({ whole: false, line });
    await log.append(sampleEvent(9), now);
    expect(await log.verify()).toMatchObject({ whole: false, line });
  });

  it("is found when the end was written anew with right hashes", async () => {
    const { path, log } = await newLog(3);
    const other = await newLog(2);
    await other.log.append(sampleEvent(77), now);
    await writeFile(path, await readFile(other.path));
    expect(await log.verify()).toMatchObject({ whole: false, line: 3 });
    await log.append(sampleEvent(4), now);
    expect(await log.verify()).toMatchObject({ whole: false, line: 4 });
  });

  it.each(["removed", "damaged"])("is found when the head file is %s, also after the next line", async (how) => {
    const { log, headPath } = await newLog(2);
    await (how === "removed" ? rm(headPath) : writeFile(headPath, "{"));
    expect(await log.verify()).toMatchObject({ whole: false, line: 2 });
    await log.append(sampleEvent(3), now);
    expect(await log.verify()).toMatchObject({ whole: false, line: 3 });
  });
});

describe("after a crash", () => {
  it("a line that the head does not know yet counts", async () => {
    const { log, headPath } = await newLog(2);
    const head = await readFile(headPath);
    await log.append(sampleEvent(3), now);
    await writeFile(headPath, head);
    const warnings = [expect.stringContaining("The last line is not in the head file")];
    expect(await log.verify()).toMatchObject({ whole: true, lines: 3, warnings });
    await log.append(sampleEvent(4), now);
    expect(await log.verify()).toMatchObject({ whole: true, lines: 4 });
  });

  it("half a line is told, then accounted for by the next line and never forgotten", async () => {
    const { path, log } = await newLog(2);
    await appendFile(path, '{"at":"2026');
    expect(await log.verify()).toMatchObject({ whole: true, lines: 2, tornBytes: 11 });
    await log.append(sampleEvent(3), now);
    expect(await log.verify()).toMatchObject({ whole: true, lines: 5 });
    expect((await log.list()).map(({ event }) => event.kind)).toEqual([
      "render-interrupted",
      "render-interrupted",
      "torn-line",
      "render-interrupted",
    ]);
    await edit(path, (lines) => lines.filter((line) => line !== '{"at":"2026'));
    expect(await log.verify()).toMatchObject({ whole: true, lines: 4 });
  });

  it("a torn line excuses nothing but itself", async () => {
    const { path, log } = await newLog(2);
    await appendFile(path, '{"at":"2026');
    await log.append(sampleEvent(3), now);
    await edit(path, (lines) => lines.map((line) => (line === '{"at":"2026' ? '{"at":"2027' : line)));
    expect(await log.verify()).toMatchObject({ whole: false, line: 3 });
  });

  it("half of a line that counted is damage", async () => {
    const { path, log } = await newLog(3);
    await truncate(path, (await stat(path)).size - 10);
    expect(await log.verify()).toMatchObject({ whole: false, line: 3 });
  });

  it("a lock that its dead owner left empty is taken away when it is old", async () => {
    const { path, log } = await newLog(1);
    const lock = path.replace(".jsonl", ".lock");
    await writeFile(lock, "");
    await utimes(lock, now, now);
    await log.append(sampleEvent(2), now);
    expect(await log.verify()).toMatchObject({ whole: true, lines: 2 });
  });

  it("the lock of a dead process is taken away", async () => {
    const { path, log } = await newLog(1);
    await writeFile(path.replace(".jsonl", ".lock"), JSON.stringify(deadProcess));
    await Promise.all([createFileAuditLog(path).append(sampleEvent(2), now), log.append(sampleEvent(3), now)]);
    expect(await log.verify()).toMatchObject({ whole: true, lines: 3 });
    expect((await readdir(dirname(path))).sort()).toEqual(["audit.head.json", "audit.jsonl"]);
  });
});

it.each([
  ["a living process", identifyProcess(process.ppid)],
  ["a process of another container", { ...identifyProcess(), pid: 2 ** 22 + 1, pidNamespace: "pid:[1]" }],
])("waits a bounded time for the lock of %s", async (_what, owner) => {
  const path = await newPath();
  await createFileAuditLog(path).append(sampleEvent(1), now);
  const lock = path.replace(".jsonl", ".lock");
  await writeFile(lock, JSON.stringify(owner));
  const taken = withFileLock(lock, async () => "taken", { maxWaitMilliseconds: 30 });
  await expect(taken).rejects.toMatchObject({ code: "output-write-failed", retryable: true });
  await expect(taken).rejects.toMatchObject({ hint: expect.stringContaining(lock) });
  expect(await readFile(lock, "utf8")).toContain(`${owner.pid}`);
});

it("warns when the clock went back, but not for the length of a wait", async () => {
  const { log } = await newLog(2);
  await log.append(sampleEvent(3), new Date(now.getTime() - 5000));
  expect(await log.verify()).toMatchObject({ whole: true, warnings: [] });
  await log.append(sampleEvent(4), new Date("2025-12-31T00:00:00.000Z"));
  const warnings = ["Line 4 is earlier than the line before it: this machine's clock went back."];
  expect(await log.verify()).toMatchObject({ whole: true, lines: 4, warnings });
});

it("lets only its owner read", async () => {
  const { path, headPath } = await newLog(1);
  for (const each of [dirname(path), path, headPath]) expect((await stat(each)).mode & 0o077).toBe(0);
});

it("says so when the folder cannot be used", async () => {
  const path = await newPath();
  await writeFile(dirname(path), "");
  await expect(createFileAuditLog(path).append(sampleEvent(1), now)).rejects.toMatchObject({ code: "bad-config" });
});
