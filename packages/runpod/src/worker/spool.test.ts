import { mkdir, readdir, rename, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultSpoolLimits, openSpool, type Leftover, type SpooledResult } from "./spool.js";
import { testFolder } from "./testing/start-worker.js";
import type { WorkerLogLine } from "./serve-options.js";

const quiet = (): void => undefined;
const result: SpooledResult = { jobId: "j1", workerId: "w1", isStream: true, body: '{"output":"a\\nb"}' };

async function readAll(leftovers: readonly Leftover[]): Promise<readonly (string | undefined)[]> {
  const read = await Promise.all(leftovers.map((leftover) => leftover.read()));
  return read.map((found) => found?.jobId);
}

test("files are for this user alone, and go when their result is delivered", async () => {
  const root = await testFolder();
  const spool = await openSpool(root, "e1", quiet);
  spool.keep(result);
  const [name] = await readdir(join(root, "e1"));
  const file = join(root, "e1", name!, "j1.result");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(root, "e1", name!))).mode & 0o777).toBe(0o700);
  spool.forget("j1");
  await spool.close();
  expect(await readdir(root)).toEqual([]);
});

test("a later worker finds what an ended one left, as it was", async () => {
  const root = await testFolder();
  const first = await openSpool(root, "e1", quiet);
  first.keep(result);
  first.keep({ ...result, jobId: "j2" });
  await first.close();
  const second = await openSpool(root, "e1", quiet);
  const leftovers = await second.adopt();
  expect((await readAll(leftovers)).toSorted()).toEqual(["j1", "j2"]);
  expect(await leftovers[0]!.read()).toMatchObject({ workerId: "w1", isStream: true, body: '{"output":"a\\nb"}' });
  for (const leftover of leftovers) await leftover.remove();
  await second.close();
  expect(await readdir(root)).toEqual([]);
});

test("the results of a worker that lives, and of another endpoint, are not touched", async () => {
  const root = await testFolder();
  const alive = await openSpool(root, "e1", quiet);
  alive.keep(result);
  const elsewhere = await openSpool(root, "e2", quiet);
  elsewhere.keep(result);
  await elsewhere.close();
  // Another process of this machine that lives: its parent does.
  const name = `${hostname()
    .replaceAll(/[^A-Za-z0-9-]/g, "-")
    .slice(0, 64)}.${process.ppid}.0123456789ab`;
  await mkdir(join(root, "e1", name));
  const spool = await openSpool(root, "e1", quiet);
  expect(await spool.adopt()).toEqual([]);
});

test("of two workers that start at the same time, one gets each result", async () => {
  const root = await testFolder();
  const dead = await openSpool(root, "e1", quiet);
  dead.keep(result);
  await dead.close();
  const spools = await Promise.all([openSpool(root, "e1", quiet), openSpool(root, "e1", quiet)]);
  const adopted = await Promise.all(spools.map((spool) => spool.adopt()));
  expect(adopted.flat()).toHaveLength(1);
});

test("a folder of another machine on a shared disk is taken over when nothing happened there for long", async () => {
  const root = await testFolder();
  const dead = await openSpool(root, "e1", quiet);
  dead.keep(result);
  const [name] = await readdir(join(root, "e1"));
  const foreign = join(root, "e1", "elsewhere.1.0123456789ab");
  await rename(join(root, "e1", name!), foreign);
  const spool = await openSpool(root, "e1", quiet);
  expect(await spool.adopt()).toEqual([]);
  await utimes(foreign, new Date(), new Date(Date.now() - 3_600_000));
  expect(await spool.adopt()).toHaveLength(1);
});

test("what is old, torn or no result is removed; what is not ours stays", async () => {
  const root = await testFolder();
  const dead = await openSpool(root, "e1", quiet);
  for (const jobId of ["old", "good", "torn"]) dead.keep({ ...result, jobId });
  const [name] = await readdir(join(root, "e1"));
  const folder = join(root, "e1", name!);
  const yesterday = new Date(Date.now() - defaultSpoolLimits.ageMs - 1000);
  await utimes(join(folder, "old.result"), yesterday, yesterday);
  await truncate(join(folder, "torn.result"), (await stat(join(folder, "torn.result"))).size - 1);
  await writeFile(join(folder, "none.result"), "no result");
  await writeFile(join(folder, "notes.txt"), "not ours");
  await dead.close();

  const spool = await openSpool(root, "e1", quiet);
  const leftovers = await spool.adopt();
  expect((await readAll(leftovers)).filter(Boolean)).toEqual(["good"]);
  const names = await readdir(join(root, "e1"), { recursive: true });
  expect(
    names
      .map((path) => path.split("/")[1])
      .filter(Boolean)
      .toSorted(),
  ).toEqual(["good.result", "notes.txt"]);
});

test("a full spool keeps no more, says so once, and gives out only the newest", async () => {
  const root = await testFolder();
  const lines: WorkerLogLine[] = [];
  const limits = { ...defaultSpoolLimits, files: 2 };
  const full = await openSpool(root, "e1", (line) => void lines.push(line), limits);
  for (const jobId of ["a", "b", "c", "d"]) full.keep({ ...result, jobId });
  expect(lines.map(({ message }) => message)).toEqual([expect.stringContaining("the spool is full")]);
  const [name] = await readdir(join(root, "e1"));
  expect((await readdir(join(root, "e1", name!))).toSorted()).toEqual(["a.result", "b.result"]);
  await utimes(join(root, "e1", name!, "b.result"), new Date(), new Date(Date.now() - 60_000));
  await full.close();
  const spool = await openSpool(root, "e1", quiet, { ...limits, files: 1 });
  expect(await readAll(await spool.adopt())).toEqual(["a"]);
});

test.skipIf(process.getuid?.() !== 0)("a folder that somebody else made first is not used", async () => {
  const root = await testFolder();
  const { chown } = await import("node:fs/promises");
  await chown(root, 12_345, 12_345);
  const lines: WorkerLogLine[] = [];
  const spool = await openSpool(root, "e1", (line) => void lines.push(line));
  spool.keep(result);
  expect(lines).toHaveLength(1);
  expect(await spool.adopt()).toEqual([]);
});
