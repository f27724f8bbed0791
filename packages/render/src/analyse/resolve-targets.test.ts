import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { PersonChoice } from "#model/person.js";
import { createInProcessRun, type ProgressEvent } from "#model/run.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { resolveTargets, type ResolveInput, type ResolveThreads } from "./resolve-targets.js";
import { embeddingOf } from "./testing/scripted-people.js";

const index: FrameIndex = {
  presentationSeconds: Array.from({ length: 120 }, (_, frame) => frame / 6),
  endSeconds: 20,
  cutPoints: [
    { packet: 0, frame: 0 },
    { packet: 60, frame: 60 },
    { packet: 120, frame: 120 },
  ],
};
const source = {
  path: "film.mp4",
  sha256: "ab".repeat(32),
  video: { index: 0, rotation: 0, widthPixels: 1000, heightPixels: 500 },
} as SourceMedia;
const reference = { key: "ref.jpg", sha256: "0".repeat(64), byteLength: 1, mediaType: "image/*" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-people-"));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

/** Person 0 on the left for the whole film, person 1, larger, on the right in its first half. */
function threadsOf(known: Float32Array = embeddingOf(1)) {
  return {
    limit: 2,
    lookForPeople: vi.fn<ResolveThreads["lookForPeople"]>(async ({ frames }, _, onFrames) => {
      onFrames(frames.length);
      const face = (frame: number, who: number) => ({
        frame,
        box: { centerX: who === 0 ? 200 : 800, centerY: 200, sizePixels: 100 + 50 * who },
        yawDegrees: 0,
        embedding: Array.from(embeddingOf(who)),
      });
      return {
        frames,
        sightings: frames.flatMap((frame) => (frame < 60 ? [face(frame, 0), face(frame, 1)] : [face(frame, 0)])),
      };
    }),
    recognisePhoto: vi.fn<ResolveThreads["recognisePhoto"]>(async () => Array.from(known)),
  };
}

async function resolve(people: PersonChoice[], more: Partial<ResolveInput> = {}, run = createInProcessRun({})) {
  const cast = people.map((person) => ({ person, ...(person.kind === "photo" && { reference }) }));
  const input = { source, index, plan: { stitch: { mode: "smart" } }, workFolder: folder } as const;
  const targets = await resolveTargets({ ...input, cast, threads: threadsOf(), ...more }, run);
  return targets.map((target) => (target.kind === "known" ? target.embeddings[0]!.indexOf(1) : target.kind));
}

describe("whom a cast means", () => {
  it("needs no look at the film for the largest face alone", async () => {
    const threads = threadsOf();
    expect(await resolve([{ kind: "largest" }], { threads })).toEqual(["largest"]);
    expect(threads.lookForPeople).not.toHaveBeenCalled();
  });

  it.each<[PersonChoice, number]>([
    [{ kind: "left" }, 0],
    [{ kind: "right" }, 1],
    [{ kind: "number", number: 1 }, 0],
    [{ kind: "number", number: 2 }, 1],
    [{ kind: "photo", path: "ref.jpg" }, 1],
  ])("finds %j", async (choice, who) => {
    expect(await resolve([choice])).toEqual([who]);
  });

  it("finds several, the largest among them", async () => {
    expect(await resolve([{ kind: "largest" }, { kind: "left" }])).toEqual([1, 0]);
  });

  it("tells progress in frames looked at", async () => {
    const events: ProgressEvent[] = [];
    await resolve([{ kind: "left" }], {}, createInProcessRun({ onProgress: (event) => events.push(event) }));
    expect(events.at(-1)).toEqual({ stage: "plan", done: 40, total: 40, unit: "frames" });
  });

  it("says how many people there are to a number that is not among them", async () => {
    await expect(resolve([{ kind: "number", number: 3 }])).rejects.toMatchObject({
      code: "person-not-found",
      message: "There is no person 3: the video shows 2 people.",
    });
  });

  it("says how unlike everybody a photo is", async () => {
    const threads = threadsOf(embeddingOf(5));
    await expect(resolve([{ kind: "photo", path: "ref.jpg" }], { threads })).rejects.toMatchObject({
      code: "person-not-found",
      message: expect.stringContaining("with a similarity of 0.00, and 0.45 is needed"),
    });
  });

  it("refuses two names of one person", async () => {
    await expect(resolve([{ kind: "left" }, { kind: "number", number: 1 }])).rejects.toMatchObject({
      code: "bad-usage",
      message: '"left" and "1" are the same person of the video, number 1.',
    });
  });
});

describe("a list in a template", () => {
  it("saves the next render from looking, for its owner's eyes only", async () => {
    const templates = createDiskTemplates(join(folder, "templates"));
    expect(await resolve([{ kind: "right" }], { templates })).toEqual([1]);
    const threads = threadsOf();
    expect(await resolve([{ kind: "right" }], { templates, threads })).toEqual([1]);
    expect(threads.lookForPeople).not.toHaveBeenCalled();
    expect(await readdir(folder)).toEqual(["templates"]);
  });

  it.each(["", "{}", "[]", '{"people":1}'])("that was damaged to %j is made again", async (text) => {
    const templates = createDiskTemplates(join(folder, "templates"));
    await resolve([{ kind: "right" }], { templates });
    const kept = join(folder, "templates", source.sha256);
    const path = join(kept, (await readdir(kept))[0]!);
    const good = await readFile(path, "utf8");
    await writeFile(path, text);
    expect(await resolve([{ kind: "right" }], { templates })).toEqual([1]);
    expect(await readFile(path, "utf8")).toBe(good);
  });
});
