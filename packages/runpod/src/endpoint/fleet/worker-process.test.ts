import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startProcess } from "./worker-process.js";

/** A shell that waits for a program which it started, as `npm run` and start scripts do; the program's id is in `$IDS`. */
const nested = ["/bin/sh", "-c", 'sleep 600 & echo $! > "$IDS"; wait; true'] as const;

async function idFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "worker-process-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "ids");
}

async function idIn(file: string): Promise<number> {
  return vi.waitFor(async () => {
    const id = Number(await readFile(file, "utf8"));
    expect(id).toBeGreaterThan(0);
    return id;
  });
}

/** An ended process whose parent is gone, too, may stay as a zombie where nobody reaps it. */
async function isAlive(id: number): Promise<boolean> {
  const status = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  return status !== "" && !/^\d+ \(.*\) Z/.test(status);
}

describe("a worker's process", () => {
  test.each(["", "/no/such/program"])("that cannot be started (%j) has ended, with the reason", async (program) => {
    const { ended, stop } = startProcess([program], {});
    stop(1);
    expect(await ended).toMatch(/empty|ENOENT/);
  });

  test.skipIf(process.platform !== "linux")("takes with it what its shell started", async () => {
    const file = await idFile();
    const { ended, stop } = startProcess(nested, { ...process.env, IDS: file });
    const id = await idIn(file);
    stop(10_000);
    await ended;
    expect(await isAlive(id)).toBe(false);
  });

  test("that does not listen is killed when its time is up", async () => {
    const { ended, stop } = startProcess(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.01; done"], process.env);
    stop(50);
    expect(await ended).toMatch(/^SIG(KILL|TERM)$/);
  });
});
