import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { planRender } from "#plan/index.js";
import { drawMark } from "#stitch/testing/decode-all.js";
import { renderWithoutFace } from "#stitch/testing/render-without-face.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { leaveKeptClips, takeKeptClips, type KeptClipsTask, type RegionClip } from "./kept-clips.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const { signal } = new AbortController();
const hash = "8123456789abcdef";
let task: KeptClipsTask;
let made: RegionClip[];
let work = 0;

beforeAll(async () => {
  const path = await writeFixture("mute.mp4", inFolder("film.mp4"));
  const { source, index, plan, clips } = await renderWithoutFace(
    io,
    path,
    inFolder("out.mp4"),
    [0.6, 0.8],
    drawMark,
    (found, range) => planRender({ index: found, stitch: "uniform", swapRanges: [range] }),
  );
  task = {
    templates: createDiskTemplates(inFolder("templates")),
    io,
    source,
    index,
    plan,
    workFolder: inFolder("work"),
  };
  made = plan.regions.map((region, at) => ({ region, path: clips[at]!.path, repeatedFrames: 0 }));
});

/** A template with the clips of one render; the work folder of the next. */
beforeEach(async () => {
  await rm(inFolder("templates"), { recursive: true, force: true });
  task = { ...task, workFolder: inFolder(`work-${work++}`) };
  await mkdir(task.workFolder);
  await leaveKeptClips(task, made, [{ seconds: task.index.presentationSeconds[30]!, hash }], signal);
});

async function templateFiles(): Promise<string[]> {
  const folder = inFolder(`templates/${task.source.sha256}`);
  return (await readdir(folder)).map((name) => `${folder}/${name}`);
}

const taken = async (from = task) => (await takeKeptClips(from, signal)).map(({ region }) => region.index);

it("leaves the clips of kept regions only, and takes them again", async () => {
  expect(await templateFiles()).toHaveLength(2);
  expect(await taken()).toEqual([0, 2]);
});

it("does nothing without a place for templates", async () => {
  const { templates: _, ...without } = task;
  await leaveKeptClips(without, made, [], signal);
  expect(await taken(without)).toEqual([]);
});

it("looks for clips of the same encoder, source and frames", async () => {
  expect(await taken({ ...task, io: { name: "another 1.0" } })).toEqual([]);
  expect(await taken({ ...task, source: { ...task.source, sha256: "0".repeat(64) } })).toEqual([]);
  const other = planRender({
    index: task.index,
    stitch: "uniform",
    swapRanges: [{ startSeconds: 0.6, endSeconds: 0.7 }],
  });
  expect(await taken({ ...task, plan: other })).toEqual([0]);
});

it.each([
  ["one bit changed", (bytes: Buffer) => void bytes.writeUInt8(bytes[500]! ^ 1, 500)],
  ["its end cut off", (bytes: Buffer) => bytes.subarray(0, -1)],
  ["nothing in it", () => Buffer.alloc(0)],
  ["text in it", () => Buffer.from("not a clip at all, but long enough to have a tail of its own")],
])("passes over a clip with %s, and leaves no trace of it", async (_what, damage) => {
  const [first] = await templateFiles();
  const bytes = await readFile(first!);
  await writeFile(first!, damage(bytes) ?? bytes);
  expect(await taken()).toHaveLength(1);
  expect(await readdir(task.workFolder)).toHaveLength(1);
});

it("passes over a clip of other frames under the name, and one that no check has seen", async () => {
  const [first, second] = await templateFiles();
  const clip = await readFile(first!);
  await rm(second!);
  await writeFile(second!, clip);
  await rm(first!);
  await writeFile(first!, await readFile(made[0]!.path));
  expect(await taken()).toEqual([]);
});

it("stops when it is told to", async () => {
  await expect(takeKeptClips(task, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(`${task.workFolder}/kept-0.clip`)).toBe(false);
});
