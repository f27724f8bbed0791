import { mkdtemp, mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UploadRefused } from "./bucket.js";
import { createBucketResults } from "./bucket-results.js";
import { createDiskResults, removeEmptyResults } from "./disk-results.js";
import { openResultStore } from "./open-result-store.js";
import { describeResultStore } from "./testing/describe-result-store.js";
import { createMemoryBucket } from "./testing/memory-bucket.js";

const signal = new AbortController().signal;
const configOf = (folder: string, publicUrl = "") => ({
  dataFolder: folder,
  storage: { folder: "", publicUrl, linkDays: 7 },
});

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-results-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeResultStore("the disk", (folder) => ({
  store: createDiskResults(configOf(folder)),
  kept: async () => {
    const names = await readdir(join(folder, "outputs"), { recursive: true }).catch(() => []);
    return names.filter((name) => name.includes("/"));
  },
}));

describeResultStore("a bucket", (folder) => {
  const bucket = createMemoryBucket({ prefix: "made/here/" });
  return {
    store: createBucketResults(bucket, configOf(folder)),
    kept: async () => [...bucket.objects.keys()].map((key) => key.replace("made/here/", "")),
  };
});

test("a file address is only given where there is no public one", async () => {
  const folder = await temporary();
  for (const [publicUrl, start] of [
    ["", `file://${folder}/outputs/`],
    ["https://videos.example/files/", "https://videos.example/files/"],
  ] as const) {
    const store = createDiskResults(configOf(folder, publicUrl));
    const place = await store.prepare({ name: "rec1", workFolder: folder });
    const url = await store.publish(place, signal);
    expect(url.startsWith(start), url).toBe(true);
    expect(store.isLocal).toBe(publicUrl === "");
    expect(url.slice(start.length)).toMatch(/^[\w-]{22}\/rec1\.mp4$/);
  }
});

test("a place that takes no files is told in our words", async () => {
  const folder = await temporary();
  await writeFile(join(folder, "outputs"), "a file");
  const prepared = createDiskResults(configOf(folder)).prepare({ name: "a", workFolder: folder });
  await expect(prepared).rejects.toMatchObject({ code: "bad-config" });
});

test("results are readable by this user only", async () => {
  const folder = await temporary();
  const { outputs } = await createDiskResults(configOf(folder)).prepare({ name: "a", workFolder: folder });
  expect((await stat(outputs.folder)).mode & 0o777).toBe(0o700);
});

test("a bucket's address is the public one, else a link for as long as the configuration says", async () => {
  const folder = await temporary();
  for (const [publicUrl, pattern] of [
    ["https://cdn.example/", /^https:\/\/cdn\.example\/p\/[\w-]{22}\/a\.mp4$/],
    ["", /^https:\/\/s3\.test\/videos\/p\/[\w-]{22}\/a\.mp4\?expires=604800$/],
  ] as const) {
    const bucket = createMemoryBucket({ prefix: "p/" });
    const store = createBucketResults(bucket, configOf(folder, publicUrl));
    const place = await store.prepare({ name: "a", workFolder: folder });
    await writeFile(place.outputs.video, "a video");
    expect(await store.publish(place, signal)).toMatch(pattern);
    expect(place.objects.map(({ key }) => key)).toEqual(expect.arrayContaining([...bucket.objects.keys()]));
  }
});

test("after the upload nothing stays on this machine", async () => {
  const folder = await temporary();
  const store = createBucketResults(createMemoryBucket(), configOf(folder));
  const place = await store.prepare({ name: "a", workFolder: folder });
  await writeFile(place.outputs.video, "a video");
  await store.publish(place, signal);
  expect(await readdir(folder)).toEqual([]);
});

test("a bucket that takes nothing is a failed upload, and only asked to forget what it may have", async () => {
  const folder = await temporary();
  const bucket = createMemoryBucket();
  bucket.isDown = true;
  const store = createBucketResults(bucket, configOf(folder));
  const place = await store.prepare({ name: "a", workFolder: folder });
  await writeFile(place.outputs.video, "a video");
  await expect(store.discard(await store.prepare({ name: "b", workFolder: folder }))).resolves.toBeUndefined();
  await expect(store.publish(place, signal)).rejects.toMatchObject({ code: "upload-failed" });
  await expect(store.discard(place)).rejects.toMatchObject({ code: "upload-failed" });
  expect(await readdir(folder)).toEqual([]);
});

test("a bucket that refused the video is not asked to forget it: nothing of it is there", async () => {
  const folder = await temporary();
  const refuse = () => Promise.reject(new UploadRefused("upload-failed", "The bucket refused."));
  const remove = () => Promise.reject(new Error("asked"));
  const store = createBucketResults({ ...createMemoryBucket(), put: refuse, remove }, configOf(folder));
  const place = await store.prepare({ name: "a", workFolder: folder });
  await writeFile(place.outputs.video, "a video");
  await expect(store.publish(place, signal)).rejects.toMatchObject({ code: "upload-failed" });
  await expect(store.discard(place)).resolves.toBeUndefined();
});

test("empty folders of an hour ago are removed, and nothing else", async () => {
  const folder = await temporary();
  const root = join(folder, "outputs");
  const [old, young, full] = ["o", "y", "f"].map((letter) => letter.repeat(22)) as [string, string, string];
  for (const name of [old, young, full, "mine"]) await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, full, "a.mp4"), "a video");
  for (const name of [old, full, "mine"]) await utimes(join(root, name), 1, 1);
  await removeEmptyResults(configOf(folder), new Date());
  expect((await readdir(root)).sort()).toEqual([full, "mine", young].sort());
});

test("without a bucket in the environment the disk is the store; half a bucket is none", async () => {
  const world = { config: configOf("/nowhere") };
  expect(await openResultStore({ ...world, env: {} })).toBeDefined();
  await expect(openResultStore({ ...world, env: { BUCKET_NAME: "b" } })).rejects.toMatchObject({ code: "bad-config" });
});
