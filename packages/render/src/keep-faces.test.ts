import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watermarkIdOf } from "#marks/index.js";
import { createNodeAvIo, hashFile } from "#media/index.js";
import { defaultLimits, type LabelWish } from "#model/request.js";
import { createInProcessRun, type Run } from "#model/run.js";
import type { CastPhotos } from "#model/person.js";
import { analyse } from "#analyse/index.js";
import { swap, type SwappedRegion } from "#swap/index.js";
import { openFaceThreads, type FaceThreads } from "#threads/index.js";
import { facesPath } from "#swap/faces-file.js";
import { openFacesWriter } from "#swap/faces-writer.js";
import { createDiskStore } from "#deliver/disk-store.js";
import { testKeys } from "#seal/testing/test-keys.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import type { TemplateStore } from "#templates/template-store.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { requestFor } from "#testing/render-files.js";
import { decide } from "./decide.js";
import { createLocalServices } from "./local-services.js";
import { render } from "./pipeline.js";

const io = createNodeAvIo();
const swapRanges = [
  { startSeconds: 0.2, endSeconds: 1 },
  { startSeconds: 1.2, endSeconds: 1.4 },
];
let folder: string;
let files: { readonly sourcePath: string; readonly facePath: string };
let photos: readonly [CastPhotos];
/** Loaded once for all that must be drawn. */
let threads: FaceThreads;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-keep-faces-"));
  // One GOP, in which the face is away for a moment.
  const clip = { durationSeconds: 1.6, frameRate: 10, gopFrames: 16, emptyFrames: [5, 6], hasSound: false } as const;
  files = await writeActorPair(folder, clip);
  const photo = await hashFile(files.facePath, { maxBytes: 1e9 });
  photos = [{ person: { kind: "largest" }, faces: [{ key: files.facePath, ...photo, mediaType: "image/*" }] }];
  threads = openFaceThreads({ engineId: "mesh", cast: photos, photoLimits: defaultLimits }, 1);
});
afterAll(async () => {
  await threads.close();
  await rm(folder, { recursive: true, force: true });
});

interface Wish {
  readonly templates?: TemplateStore;
  readonly label?: LabelWish;
  readonly read?: string;
  readonly keep?: string;
}

/** Intake, plan, analysis and swap, as `render()` does them. */
async function swapWith({ label = { kind: "on" }, read, keep, templates }: Wish, swapThreads = threads) {
  const children: Record<string, readonly string[]> = {};
  const inProcess = createInProcessRun({});
  const run: Run = {
    ...inProcess,
    child: (name, action, written = []) => {
      children[name] = written;
      return inProcess.child(name, action);
    },
  };
  const workFolder = await mkdtemp(join(folder, "work-"));
  const decision = { ...files, swapRanges, stitch: "smart", label, limits: defaultLimits, engineId: "mesh" } as const;
  const tools = { threads: swapThreads, photos, ...(read !== undefined && { keptFolder: read }) };
  const decided = await decide(decision, tools, run, io);
  const working = { ...decided, workFolder, threads: swapThreads };
  const targets = [{ kind: "largest" }] as const;
  const looking = {
    ...working,
    targets,
    drawn: decided.kept.outcomes,
    allowMissingFace: true,
    ...(templates && { templates }),
  };
  const analysis = await analyse(looking, run);
  const swapping = {
    ...working,
    tracks: analysis.tracks,
    marks: { watermarkId: watermarkIdOf("render_0123456789abcdef") },
    ...(keep !== undefined && { keepFolder: keep }),
  };
  const [region] = await swap(swapping, run);
  return { region: region!, analysis, decided, children, clip: await readFile(region!.clip.path) };
}

/** Everything that is told of a region but where it lies and how long it took. */
function told({ region, engine, clip, outcomes, samples }: SwappedRegion) {
  return { region, engine, clip: { ...clip, path: "" }, outcomes, samples };
}

describe("a render whose faces were drawn earlier", () => {
  let kept: string;
  let drawn: Awaited<ReturnType<typeof swapWith>>;
  beforeAll(async () => {
    kept = join(folder, "kept");
    drawn = await swapWith({ keep: kept });
  });

  it("keeps one file a swap segment, and says so to the run", async () => {
    const paths = [facesPath(kept, { startFrame: 2, endFrame: 10 }), facesPath(kept, { startFrame: 12, endFrame: 14 })];
    expect((await readdir(kept)).sort()).toEqual(["segment-12-14.faces", "segment-2-10.faces"]);
    expect(drawn.children["swap-region-0"]).toEqual([drawn.region.clip.path, ...paths]);
    expect(drawn.region).toMatchObject({ keptFrames: 0, outcomes: [{ frames: 8, withoutFace: 1 }, { frames: 2 }] });
  });

  it("makes the very clip that drawing makes, under another label, without the photo and the networks", async () => {
    const label = { kind: "delegated", reason: "the test labels it" } as const;
    const fresh = await swapWith({ label });
    const photoIsGone = [{ faces: [{ ...photos[0].faces[0], key: join(folder, "no such photo.png") }] as const }];
    const bare = openFaceThreads({ engineId: "mesh", cast: photoIsGone, photoLimits: defaultLimits }, 1);
    const again = await swapWith({ label, read: kept }, bare).finally(() => bare.close());
    expect(fresh.clip.equals(drawn.clip)).toBe(false);
    expect(again.clip.equals(fresh.clip)).toBe(true);
    expect(told(again.region)).toEqual(told(fresh.region));
    expect(again.region.samples.length).toBeGreaterThan(0);
    expect(again.decided.faceFacts).toEqual(fresh.decided.faceFacts);
    expect(again.region.keptFrames).toBe(10);
    expect(again.analysis).toEqual({ tracks: {}, seconds: { load: 0, decode: 0, track: 0, occlude: 0 } });
    expect(again.region.seconds).toMatchObject({ load: 0, measure: 0 });
  });

  it("draws what is damaged, pastes the rest, and keeps both for the next", async () => {
    const [damaged, next] = [join(folder, "damaged"), join(folder, "next")];
    await swapWith({ read: kept, keep: damaged });
    const path = facesPath(damaged, { startFrame: 12, endFrame: 14 });
    await truncate(path, 1000);
    const mended = await swapWith({ read: damaged, keep: next });
    expect(mended.region.keptFrames).toBe(8);
    expect(mended.clip.equals(drawn.clip)).toBe(true);
    expect((await swapWith({ read: next })).region.keptFrames).toBe(10);
  });

  it("draws afresh what was kept of pictures of another size", async () => {
    const unfit = join(folder, "unfit");
    await swapWith({ read: kept, keep: unfit });
    const writer = await openFacesWriter(facesPath(unfit, { startFrame: 12, endFrame: 14 }));
    const { decided } = drawn;
    // Sound in itself, but drawn on pictures of another size.
    const planes = { ...noPicture, widthPixels: 64, heightPixels: 64 };
    for (const box of [{ left: 0, top: 0, right: 8, bottom: 8 }, undefined]) await writer.append(planes, box);
    const { origin, faceFacts } = decided;
    await writer.finish({ origin, faceFacts, startFrame: 12, endFrame: 14, withoutFace: 0, samples: [] });
    const mended = await swapWith({ read: unfit, keep: unfit });
    expect(mended.region.keptFrames).toBe(8);
    expect(mended.clip.equals(drawn.clip)).toBe(true);
    expect((await swapWith({ read: unfit })).region.keptFrames).toBe(10);
  });
});

it("a render on a template of its video makes the very clip that it makes without, and tracks nothing", async () => {
  const templates = createDiskTemplates(join(folder, "templates"));
  const plain = await swapWith({});
  await swapWith({ templates });
  const second = await swapWith({ templates });
  expect(second.clip.equals(plain.clip)).toBe(true);
  expect(second.analysis.seconds).toMatchObject({ track: 0, decode: 0 });
  expect(Object.keys(second.children)).toEqual(["swap-region-0"]);
});

it("a whole render reads and writes them where it is told, and its manifest says so", async () => {
  const [kept, next] = [join(folder, "of-pipeline"), join(folder, "of-fork")];
  await swapWith({ keep: kept });
  const request = { ...(await requestFor(files, { allowMissingFace: true, label: { kind: "start" } })), swapRanges };
  const { credentials } = await testKeys();
  const services = createLocalServices({ credentials, workFolder: folder });
  const output = {
    store: createDiskStore(folder),
    videoKey: "fork.mp4",
    sidecarKey: "fork.c2pa",
    manifestKey: "fork.manifest.json",
  };
  const keptFaces = { readFolder: kept, writeFolder: next };
  const rendering = render(request, output, createInProcessRun({}), { ...services, keptFaces });
  const manifest = await rendering.finally(() => services.close());
  expect(manifest.notes).toContain("The faces of 10 frames had been drawn for an earlier render and were used again.");
  expect(manifest.frames).toMatchObject({ swapped: 9, withoutFace: 1 });
  expect(manifest.watermark).toMatchObject({ id: watermarkIdOf(request.renderId) });
  expect(manifest.stages[1]).toMatchObject({ stage: "analyse", threadSeconds: { load: 0, track: 0 } });
  expect(manifest.stages[2]).toMatchObject({ stage: "swap", threadSeconds: { load: 0 } });
  expect(await readdir(next)).toEqual(await readdir(kept));
});

const noPicture = {
  y: new Uint8Array(4096),
  u: new Uint8Array(1024),
  v: new Uint8Array(1024),
  lumaStride: 64,
  chromaStride: 32,
  isFullRange: false,
  matrix: "bt709",
} as const;
