import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDataFolder } from "#records/data-folder.js";
import { identifyProcess } from "#records/process-identity.js";
import type { RenderRecord } from "#records/render-records.js";
import { sampleRecord } from "#records/testing/sample-record.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import { cleanAfterCrashes } from "./clean-after-crashes.js";

const now = new Date("2026-01-02T00:00:00.000Z");
const partial = ".understudy-0123456789ab.partial";

/** An output folder as a killed render leaves it, and a data folder that knows of it. */
async function crash(parts: (folder: string) => Partial<RenderRecord> = () => ({})) {
  const folder = await mkdtemp(join(tmpdir(), "understudy-crash-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const outputFolder = join(folder, "out");
  const workFolder = join(outputFolder, ".understudy-0123456789ab");
  await mkdir(join(workFolder, "regions"), { recursive: true });
  await writeFile(join(workFolder, "regions", "0.clip"), "a face");
  await writeFile(join(outputFolder, partial), "half a video");
  await writeFile(join(outputFolder, "out.mp4"), "an older video");
  const data = openDataFolder(join(folder, "data"));
  const record = sampleRecord({
    workFolder,
    outputFolder,
    outputPaths: [join(outputFolder, "out.mp4"), join(outputFolder, "out.manifest.json")],
    ...parts(folder),
  });
  await data.renders.start(record);
  const clean = () => cleanAfterCrashes({ records: data.renders, audit: data.audit, now });
  const events = async () => (await data.audit.list()).map(({ event }) => event);
  return { folder, outputFolder, workFolder, data, record, clean, events };
}

/** The manifest of a render whose video has these bytes. */
function manifestOf({ renderId }: RenderRecord, video: string): string {
  const artifacts = [{ key: "out.mp4", sha256: "e".repeat(64), byteLength: video.length, mediaType: "video/mp4" }];
  return JSON.stringify(fakeManifest({ renderId, artifacts }));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe("after a crash", () => {
  it("the work folder and half-written files go, and the render is noted as interrupted once", async () => {
    const { outputFolder, data, record, clean, events } = await crash();
    expect(await clean()).toEqual([record.renderId]);
    expect(await readdir(outputFolder)).toEqual(["out.mp4"]);
    expect(await data.renders.get(record.renderId)).toMatchObject({ state: "interrupted", outputs: [] });
    expect(await clean()).toEqual([]);
    expect(await events()).toEqual([{ kind: "render-interrupted", renderId: record.renderId }]);
  });

  it("a render that had delivered is finished", async () => {
    const { outputFolder, data, record, clean, events } = await crash();
    await writeFile(join(outputFolder, "out.manifest.json"), manifestOf(record, "an older video"));
    await clean();
    expect(await data.renders.get(record.renderId)).toMatchObject({ state: "finished" });
    expect(await events()).toEqual([
      { kind: "render-finished", renderId: record.renderId, videoSha256: "e".repeat(64) },
    ]);
    expect((await readdir(outputFolder)).sort()).toEqual(["out.manifest.json", "out.mp4"]);
  });

  it("half of a delivery goes, and what it was to replace stays", async () => {
    const { outputFolder, record, clean, events } = await crash();
    await writeFile(join(outputFolder, "out.manifest.json"), manifestOf(record, "the video that was not put"));
    await clean();
    expect(await readdir(outputFolder)).toEqual(["out.mp4"]);
    expect(await events()).toEqual([{ kind: "render-interrupted", renderId: record.renderId }]);
  });

  it("a render whose folder cannot be looked into waits for the next time", async () => {
    const { folder, outputFolder, data, record, clean } = await crash();
    await rename(outputFolder, join(folder, "aside"));
    // A link to itself stands for a disk that does not answer.
    await symlink(outputFolder, outputFolder);
    expect(await clean()).toEqual([]);
    await rm(outputFolder);
    await rename(join(folder, "aside"), outputFolder);
    expect(await data.renders.get(record.renderId)).toMatchObject({ state: "started" });
    expect(await clean()).toEqual([record.renderId]);
  });

  it("a render that still runs keeps everything", async () => {
    const { outputFolder, clean } = await crash(() => ({ process: identifyProcess() }));
    expect(await clean()).toEqual([]);
    expect(await readdir(outputFolder)).toHaveLength(3);
  });

  it("a render of another container counts as dead after ten seconds without a sign of life", async () => {
    const { workFolder, clean } = await crash(() => ({
      process: { ...identifyProcess(), pid: 2 ** 22 + 1, pidNamespace: "pid:[1]" },
    }));
    const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    await utimes(workFolder, secondsAgo(9), secondsAgo(9));
    expect(await clean()).toEqual([]);
    await utimes(workFolder, secondsAgo(11), secondsAgo(11));
    expect(await clean()).toHaveLength(1);
    await expect(stat(workFolder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("half-written files stay while another render works in the same folder, and go when it has ended", async () => {
    const { folder, outputFolder, workFolder, data, record, clean } = await crash();
    // Another path to the same folder.
    await symlink(outputFolder, join(folder, "link"));
    const other = sampleRecord({
      renderId: "render_0000000000000002",
      process: identifyProcess(),
      outputFolder: join(folder, "link"),
      outputPaths: [],
      workFolder: join(folder, "link", ".understudy-ffffffffffff"),
    });
    await data.renders.start(other);
    expect(await clean()).toEqual([]);
    expect(await exists(workFolder)).toBe(false);
    expect(await exists(join(outputFolder, partial))).toBe(true);
    await data.renders.end(other.renderId, { state: "failed", outputs: [] }, now);
    expect(await clean()).toEqual([record.renderId]);
    expect(await exists(join(outputFolder, partial))).toBe(false);
  });
});

describe("a record that somebody edited", () => {
  it.each([
    ["the root", () => ({ workFolder: "/" })],
    ["the folder above", (folder: string) => ({ workFolder: `${folder}/out/../..` })],
    ["the output folder itself", (folder: string) => ({ workFolder: join(folder, "out") })],
    ["a folder without our name", (folder: string) => ({ workFolder: join(folder, "out", "holiday") })],
    [
      "our name in another folder",
      (folder: string) => ({ workFolder: join(folder, "other", ".understudy-aaaaaaaaaaaa") }),
    ],
    [
      "our name with a way out",
      (folder: string) => ({ workFolder: `${folder}/out/.understudy-bbbbbbbbbbbb/../../other` }),
    ],
    ["a link", (folder: string) => ({ workFolder: join(folder, "out", ".understudy-cccccccccccc") })],
  ])("removes nothing of somebody else's when it names %s", async (_what, parts) => {
    const { folder, outputFolder, workFolder, clean } = await crash(parts);
    await mkdir(join(folder, "other", ".understudy-aaaaaaaaaaaa"), { recursive: true });
    await mkdir(join(outputFolder, "holiday"));
    await symlink(join(folder, "other"), join(outputFolder, ".understudy-cccccccccccc"));
    await clean();
    const kept = [
      join(folder, "other", ".understudy-aaaaaaaaaaaa"),
      join(outputFolder, "holiday"),
      join(outputFolder, ".understudy-cccccccccccc"),
      join(outputFolder, "out.mp4"),
      workFolder,
    ];
    expect(await Promise.all(kept.map(exists))).toEqual(kept.map(() => true));
  });

  it("removes a link inside the work folder and not what it leads to", async () => {
    const { folder, workFolder, clean } = await crash();
    await mkdir(join(folder, "holiday"));
    await writeFile(join(folder, "holiday", "photo.jpg"), "mine");
    await symlink(join(folder, "holiday"), join(workFolder, "link"));
    await clean();
    expect(await exists(workFolder)).toBe(false);
    expect(await exists(join(folder, "holiday", "photo.jpg"))).toBe(true);
  });
});
