import { createHash } from "node:crypto";
import { mkdtemp, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { Bucket } from "./bucket.js";
import { createBucketArtifacts } from "./bucket-artifacts.js";
import { createDiskArtifacts } from "./disk-artifacts.js";
import { openArtifacts } from "./open-artifacts.js";
import { describeArtifactStore } from "./testing/describe-artifact-store.js";
import { createMemoryBucket } from "./testing/memory-bucket.js";

const signal = new AbortController().signal;

describeArtifactStore("the disk", createDiskArtifacts);
describeArtifactStore("a bucket", () => createBucketArtifacts(createMemoryBucket({ prefix: "made/here/" })));

async function temporary(text = "a video") {
  const folder = await mkdtemp(join(tmpdir(), "understudy-artifacts-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "a.mp4");
  await writeFile(path, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { folder, file: { path, sha256, byteLength: text.length, mediaType: "video/mp4" } };
}

test("on one disk a file is linked, not copied, and the store is its owner's alone", async () => {
  const { folder, file } = await temporary();
  const store = createDiskArtifacts(join(folder, "store"));
  await store.put("a/1", file, signal);
  await store.fetch("a/1", join(folder, "back"), {}, signal);
  const inodes = await Promise.all(
    [file.path, join(folder, "store/a/1"), join(folder, "back")].map((path) => stat(path)),
  );
  expect(new Set(inodes.map(({ ino }) => ino)).size).toBe(1);
  expect(inodes[0]!.mode & 0o777).toBe(0o400);
  for (const path of ["store", "store/a"]) expect((await stat(join(folder, path))).mode & 0o777).toBe(0o700);
});

test("a link at the place of a file is no artifact; a link that is put is kept as what it leads to", async () => {
  const { folder, file } = await temporary();
  const store = createDiskArtifacts(join(folder, "store"));
  await mkdir(join(folder, "store/a"), { recursive: true });
  await symlink(file.path, join(folder, "store/a/link"));
  await expect(store.open("a/link")).rejects.toMatchObject({ code: "artifact-missing" });
  await expect(store.fetch("a/link", join(folder, "back"), {}, signal)).rejects.toMatchObject({
    code: "artifact-missing",
  });
  expect(await store.byteLength("a/link")).toBeUndefined();
  await store.put("a/kept", { ...file, path: join(folder, "store/a/link") }, signal);
  expect(await readFile(join(folder, "store/a/kept"), "utf8")).toBe("a video");
});

test("a transfer from a bucket goes on where it broke off, and is given up when nothing new comes", async () => {
  const { folder, file } = await temporary("0123456789");
  const bucket = createMemoryBucket();
  const store = createBucketArtifacts(bucket);
  await store.put("a/1", file, signal);
  bucket.breaks.push(4, 3);
  await store.fetch("a/1", join(folder, "back"), { sha256: file.sha256 }, signal);
  expect(await readFile(join(folder, "back"), "utf8")).toBe("0123456789");
  bucket.breaks.push(4, 0, 0, 0);
  const stuck = store.fetch("a/1", join(folder, "other"), {}, signal);
  await expect(stuck).rejects.toMatchObject({ code: "download-failed", retryable: true });
  const silent: Bucket = { ...bucket, open: async () => ({ stream: Readable.from([]), byteLength: 10 }) };
  const ended = createBucketArtifacts(silent).fetch("a/1", join(folder, "third"), {}, signal);
  await expect(ended).rejects.toMatchObject({ code: "download-failed" });
});

test("a bucket's keys begin with its prefix, and nobody sees what lies beside it", async () => {
  const { file } = await temporary();
  const bucket = createMemoryBucket({ prefix: "ours/" });
  const store = createBucketArtifacts(bucket);
  await store.put("a/1", file, signal);
  bucket.objects.set("theirs/a/2", Buffer.from("x"));
  expect([...bucket.objects.keys()]).toEqual(["ours/a/1", "theirs/a/2"]);
  expect(await store.list("")).toEqual(["a/1"]);
  const presentation = { fileName: "a.mp4", mediaType: "video/mp4", isDownload: false };
  expect(await store.linkTo("a/1", 300, presentation)).toContain("/videos/ours/a/1?");
});

test("without a bucket in the environment, artifacts lie in the data folder", async () => {
  const { folder } = await temporary();
  const disk = await openArtifacts({ config: { dataFolder: folder }, env: {} });
  expect(disk.endpointUrl).toBe(`file://${folder}/artifacts`);
  const env = {
    BUCKET_ENDPOINT_URL: "https://s3.test/videos",
    BUCKET_ACCESS_KEY_ID: "A",
    BUCKET_SECRET_ACCESS_KEY: "s",
  };
  expect(await openArtifacts({ config: { dataFolder: folder }, env })).toMatchObject({
    endpointUrl: "https://s3.test",
    name: "videos",
  });
});
