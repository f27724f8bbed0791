import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCpuWorker } from "./create-cpu-worker.js";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-worker-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test.each([
  [{ UNDERSTUDY_JOBS_DEADLINE_SECONDS: "5" }, "jobs.deadlineSeconds"],
  [{ UNDERSTUDY_NETWORK_ALLOW: "everywhere" }, "network.allow"],
  [{ UNDERSTUDY_CONSENT_STANDING_OPERATOR: "Studio" }, "missing: consent.standing.statement"],
  [{ BUCKET_ENDPOINT_URL: "https://s3.test/videos", BUCKET_ACCESS_KEY_ID: "id" }, "missing: BUCKET_SECRET_ACCESS_KEY"],
])("a worker that cannot do its jobs does not start: %j", async (env, words) => {
  const cwd = await temporary();
  const started = createCpuWorker({ cwd, env: { UNDERSTUDY_DATA_FOLDER: join(cwd, "data"), ...env } });
  await expect(started).rejects.toMatchObject({
    code: "bad-config",
    message: expect.stringContaining(words) as string,
  });
});

test("a worker whose data folder takes no files does not start", async () => {
  const file = join(await temporary(), "data");
  await writeFile(file, "");
  const started = createCpuWorker({ cwd: "/", env: { UNDERSTUDY_DATA_FOLDER: file } });
  await expect(started).rejects.toMatchObject({ code: "bad-config" });
});

test("what a killed worker left is gone after the next start: downloads, and empty folders for results", async () => {
  const cwd = await temporary();
  const data = join(cwd, "data");
  const [job, result] = [join(data, ".understudy-0123456789ab"), join(data, "outputs", "s".repeat(22))];
  for (const folder of [job, result]) await mkdir(folder, { recursive: true });
  await writeFile(join(job, "owner.json"), JSON.stringify({ pid: process.pid, startedAt: "earlier boot:1" }));
  await writeFile(join(job, "photo"), "a face");
  await utimes(result, 1, 1);
  const { concurrency } = await createCpuWorker({ cwd, env: { UNDERSTUDY_DATA_FOLDER: data } });
  expect(concurrency).toBe(1);
  expect(await readdir(data)).not.toContain(".understudy-0123456789ab");
  expect(await readdir(join(data, "outputs"))).toEqual([]);
});
