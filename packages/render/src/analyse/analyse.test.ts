import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTrackFile } from "#face-track/track-reader.js";
import { meanStep } from "#face-mesh/mesh-measures.js";
import { createNodeAvIo, probeSource } from "#media/index.js";
import { openRegionReader } from "#media/region-reader.js";
import type { TrackedFrame } from "#model/face-track.js";
import { createInProcessRun, type ProgressEvent, type Run } from "#model/run.js";
import { defaultLimits } from "#model/request.js";
import { leaseFaceNets, type FaceNets } from "#nets/face-nets.js";
import { planRender } from "#plan/index.js";
import { createStopwatch } from "#stopwatch.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { writeActorClip } from "#testing/actor-clip.js";
import { analyseParts, type AnalyseThreads } from "./analyse-work.js";
import { createFaceTracker } from "./face-tracker.js";
import { analyse, type AnalyseInput, type Analysis } from "./index.js";
import { joinTrack } from "./join-track.js";
import { lookForPeople } from "./look-for-people.js";
import type { PeopleThreads } from "./look-in-lanes.js";
import { trackChunk } from "./track-chunk.js";

const io = createNodeAvIo();
let folder: string;
let nets: FaceNets;
let input: Omit<AnalyseInput, "workFolder" | "threads">;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-analyse-"));
  const path = join(folder, "source.mp4");
  // Two chunks of two seconds; few frames.
  await writeActorClip(path, { durationSeconds: 4, frameRate: 6, gopFrames: 12, hasSound: false });
  const { source, index } = await probeSource(io, path, defaultLimits);
  const plan = planRender({ index, stitch: "smart", swapRanges: [{ startSeconds: 0, endSeconds: 4 }] });
  input = { source, index, plan, targets: [{ kind: "largest" }], drawn: [], allowMissingFace: false };
  nets = leaseFaceNets();
});
afterAll(async () => {
  nets.release();
  await rm(folder, { recursive: true, force: true });
});

/** As the face threads do it, in this one. */
function threadsOf(limit: number) {
  const openNets = async () => ({
    detector: await nets.detector(),
    landmarks: await nets.landmarks(),
    embedder: await nets.embedder(),
  });
  return {
    limit,
    lookForPeople: vi.fn<PeopleThreads["lookForPeople"]>(async (work, signal, onFrames) =>
      lookForPeople(work, { io, nets: await openNets() }, signal, onFrames),
    ),
    trackChunk: vi.fn<AnalyseThreads["trackChunk"]>(async (work, signal, onFrames) => {
      const stopwatch = createStopwatch(analyseParts);
      await trackChunk(work, { io, stopwatch, nets: await openNets() }, signal, onFrames);
      return { load: 0, ...stopwatch.seconds() };
    }),
    joinTrack: vi.fn<AnalyseThreads["joinTrack"]>(async (work, signal) => {
      const stopwatch = createStopwatch(analyseParts);
      await joinTrack(work, stopwatch, signal);
      return { load: 0, ...stopwatch.seconds() };
    }),
  };
}

async function analyseWith(limit: number, more: Partial<AnalyseInput> = {}, run: Run = createInProcessRun({})) {
  const workFolder = await mkdtemp(join(folder, "work-"));
  const threads = threadsOf(limit);
  const analysis = await analyse({ ...input, workFolder, threads, ...more }, run);
  return { analysis, threads, path: analysis.tracks[0]![0]!.path };
}

function framesOf({ tracks }: Analysis): (TrackedFrame | undefined)[] {
  const { path, key } = tracks[0]![0]!;
  const track = openTrackFile(path, key)!;
  const frames = Array.from({ length: track.frameCount }, (_, n) => track.tracked(n));
  track.close();
  return frames;
}

describe("the analysis of a segment", () => {
  it("finds what a tracker finds that sees the frames one after another", async () => {
    const { source, index, plan } = input;
    const tracker = createFaceTracker(await nets.detector(), await nets.landmarks(), 0);
    const region = { ...plan.regions[0]!, endPacket: index.cutPoints.at(-1)!.packet };
    const task = { io, sourcePath: source.path, trackIndex: source.video.index, region, stitch: plan.stitch };
    const expected: (TrackedFrame | undefined)[] = [];
    for await (const frame of await openRegionReader(task)) {
      expected.push(await tracker.track(frame.picture));
      frame.release();
    }
    const { analysis } = await analyseWith(1);
    expect(framesOf(analysis)).toEqual(expected);
    expect(expected).toHaveLength(24);
  });

  it("in chunks differs from the analysis in one go by a fraction of a pixel, and a run goes on over the joint", async () => {
    const [whole, chunked] = [await analyseWith(1), await analyseWith(2)];
    expect(chunked.threads.trackChunk).toHaveBeenCalledTimes(2);
    const [before, after] = [framesOf(whole.analysis), framesOf(chunked.analysis)];
    const steps = before.map((frame, n) => meanStep(frame!.mesh, after[n]!.mesh));
    expect(steps.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(Math.max(...steps)).toBeLessThan(0.01);
    expect(new Set(after.map((frame) => frame!.run)).size).toBe(1);
  });

  it("tells its progress frame by frame, and its seconds", async () => {
    const events: ProgressEvent[] = [];
    const run = createInProcessRun({ onProgress: (event) => events.push(event) });
    const { analysis } = await analyseWith(2, {}, run);
    expect(events.at(-1)).toEqual({ stage: "analyse", done: 24, total: 24, unit: "frames" });
    expect(analysis.seconds.track).toBeGreaterThan(0);
  });

  it("ends at once when it is cancelled, and leaves no half track", async () => {
    const controller = new AbortController();
    const run = createInProcessRun({ signal: controller.signal, onProgress: () => controller.abort() });
    const workFolder = await mkdtemp(join(folder, "cancelled-"));
    await expect(analyse({ ...input, workFolder, threads: threadsOf(2) }, run)).rejects.toThrow(/abort/i);
    expect(await readdir(workFolder)).toEqual([]);
  });

  it("does not look twice at what an earlier life of the run has looked at", async () => {
    const kept = new Map<string, { readonly value: unknown; readonly files: readonly (readonly [string, Buffer])[] }>();
    const plain = createInProcessRun({});
    const first: Run = {
      ...plain,
      child: async (name, action, paths = []) => {
        const value = await plain.child(name, action);
        const files = await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const));
        kept.set(name, { value, files });
        return value;
      },
    };
    const later: Run = {
      ...plain,
      child: async (name) => {
        const { value, files } = kept.get(name)!;
        for (const [path, bytes] of files) await writeFile(path, bytes);
        return value as never;
      },
    };
    const before = await analyseWith(2, {}, first);
    expect([...kept.keys()].sort()).toEqual(["analyse-0-12", "analyse-12-24"]);
    const threads = threadsOf(2);
    const analysis = await analyse({ ...input, workFolder: dirname(before.path), threads }, later);
    expect(threads.trackChunk).not.toHaveBeenCalled();
    expect(framesOf(analysis)).toEqual(framesOf(before.analysis));
  });

  it("passes over segments whose faces are drawn already, and judges them all the same", async () => {
    const drawn = [{ segmentIndex: 0, frames: 24, withoutFace: 3 }];
    const threads = threadsOf(1);
    const looking = { ...input, drawn, workFolder: folder, threads };
    await expect(analyse(looking, createInProcessRun({}))).rejects.toMatchObject({ code: "face-missing" });
    const allowed = await analyse({ ...looking, allowMissingFace: true }, createInProcessRun({}));
    expect(allowed.tracks).toEqual({});
    expect(threads.trackChunk).not.toHaveBeenCalled();
  });
});

describe("a template", () => {
  it("serves every later analysis of the same video, with the very same track", async () => {
    const templates = createDiskTemplates(join(folder, "templates"));
    const first = await analyseWith(2, { templates });
    const second = await analyseWith(2, { templates });
    expect(second.threads.lookForPeople).not.toHaveBeenCalled();
    expect(second.threads.trackChunk).not.toHaveBeenCalled();
    expect(second.threads.joinTrack).not.toHaveBeenCalled();
    expect(await readFile(second.path)).toEqual(await readFile(first.path));
    expect(second.analysis.seconds).toEqual({ load: 0, decode: 0, track: 0, occlude: 0 });
  });

  it("that is damaged is made again, and mended", async () => {
    const place = join(folder, "damaged");
    const templates = createDiskTemplates(place);
    const { path } = await analyseWith(1, { templates });
    const good = await readFile(path);
    const kept = join(place, input.source.sha256, path.split("/").at(-1)!);
    await truncate(kept, 1000);
    const again = await analyseWith(1, { templates });
    expect(again.threads.trackChunk).toHaveBeenCalledTimes(1);
    expect((await readFile(kept)).equals(good)).toBe(true);
    expect((await analyseWith(1, { templates })).threads.trackChunk).not.toHaveBeenCalled();
  });

  it("of another video is no template of this one", async () => {
    const templates = createDiskTemplates(join(folder, "others"));
    await analyseWith(1, { templates });
    const source = { ...input.source, sha256: "0".repeat(64) };
    expect((await analyseWith(1, { templates, source })).threads.trackChunk).toHaveBeenCalledTimes(1);
  });
});
