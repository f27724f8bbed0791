import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyse, listPeople, resolveTargets, type ResolveThreads } from "#analyse/index.js";
import { analyseParts, type AnalyseThreads } from "#analyse/analyse-work.js";
import { joinTrack } from "#analyse/join-track.js";
import { lookForPeople, type PeopleNets } from "#analyse/look-for-people.js";
import { recognisePhoto } from "#analyse/recognise-photo.js";
import { trackChunk } from "#analyse/track-chunk.js";
import { createMeshEngine } from "#engines/mesh/index.js";
import type { TrackPlace } from "#face-track/track-file.js";
import { openTrackFile } from "#face-track/track-reader.js";
import { createNodeAvIo, grabFrames, openVideoWriter, probeSource, readPhoto, writePng } from "#media/index.js";
import { openRegionReader } from "#media/region-reader.js";
import type { PixelBox, PlanarFrame, RgbImage } from "#model/image.js";
import type { Artifact } from "#model/manifest.js";
import type { PersonChoice } from "#model/person.js";
import { defaultLimits } from "#model/request.js";
import { createInProcessRun } from "#model/run.js";
import { leaseFaceNets, type FaceNets } from "#nets/face-nets.js";
import { planRender } from "#plan/index.js";
import { createStopwatch } from "#stopwatch.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";

const io = createNodeAvIo();
const twoFaces = join(sharedMedia, "two-faces.mp4");
const run = createInProcessRun({});
let folder: string;
let lease: FaceNets;
let threads: AnalyseThreads & ResolveThreads;

beforeAll(async () => {
  if (!hasSharedMedia) return;
  folder = await mkdtemp(join(tmpdir(), "understudy-people-"));
  lease = leaseFaceNets();
  threads = threadsOf({
    detector: await lease.detector(),
    landmarks: await lease.landmarks(),
    embedder: await lease.embedder(),
  });
});
afterAll(async () => {
  if (!hasSharedMedia) return;
  lease.release();
  await rm(folder, { recursive: true, force: true });
});

/** As the face threads do it, in this one. */
function threadsOf(nets: PeopleNets): AnalyseThreads & ResolveThreads {
  const timed = async (action: (stopwatch: ReturnType<typeof newStopwatch>) => Promise<void>) => {
    const stopwatch = newStopwatch();
    await action(stopwatch);
    return { load: 0, ...stopwatch.seconds() };
  };
  const newStopwatch = () => createStopwatch(analyseParts);
  return {
    limit: 1,
    lookForPeople: (work, signal, onFrames) => lookForPeople(work, { io, nets }, signal, onFrames),
    recognisePhoto: async ({ key }) => recognisePhoto(await readPhoto(key, defaultLimits), nets),
    trackChunk: (work, signal, onFrames) =>
      timed((stopwatch) => trackChunk(work, { io, nets, stopwatch }, signal, onFrames)),
    joinTrack: (work, signal) => timed((stopwatch) => joinTrack(work, stopwatch, signal)),
  };
}

/** Follows some people through a whole clip. */
async function follow(path: string, people: readonly PersonChoice[], reference?: Artifact, limit = 1) {
  const { source, index } = await probeSource(io, path, defaultLimits);
  const plan = planRender({ index, stitch: "smart", swapRanges: [{ startSeconds: 0, endSeconds: 60 }] });
  const workFolder = await mkdtemp(join(folder, "work-"));
  const cast = people.map((person) => ({ person, ...(reference && { reference }) }));
  const input = {
    source,
    index,
    plan,
    workFolder,
    threads: { ...threads, limit },
    cast,
    drawn: [],
    allowMissingFace: true,
  };
  const targets = await resolveTargets(input, run);
  const { tracks } = await analyse({ ...input, targets }, run);
  return { source, plan, tracks: tracks[0]! };
}

/** The middle of the face in each frame, from left to right; undefined without a face. */
function placesIn({ path, key }: TrackPlace): (number | undefined)[] {
  const track = openTrackFile(path, key)!;
  const places = Array.from({ length: track.frameCount }, (_, n) => {
    const mesh = track.tracked(n)?.mesh;
    return mesh && mesh[3]!;
  });
  track.close();
  return places;
}

async function writeClip(name: string, pictures: readonly RgbImage[]): Promise<string> {
  const path = join(folder, name);
  const { widthPixels, heightPixels } = pictures[0]!;
  const frameRate = { numerator: 30, denominator: 1 };
  const writer = await openVideoWriter(io, path, { widthPixels, heightPixels, frameRate, gopFrames: 60 });
  try {
    for (const picture of pictures) await writer.writePicture(picture);
    await writer.finish();
  } finally {
    writer.close();
  }
  return path;
}

function mirrored({ widthPixels, heightPixels, rgb }: RgbImage): RgbImage {
  const turned = new Uint8Array(rgb.length);
  for (let y = 0; y < heightPixels; y++)
    for (let x = 0; x < widthPixels; x++) {
      const from = 3 * (y * widthPixels + x);
      turned.set(rgb.subarray(from, from + 3), 3 * (y * widthPixels + widthPixels - 1 - x));
    }
  return { widthPixels, heightPixels, rgb: turned };
}

/** Puts a part of one picture over another. */
function laidOver(below: RgbImage, part: RgbImage, from: PixelBox, left: number): RgbImage {
  const rgb = below.rgb.slice();
  for (let y = from.top; y < from.bottom; y++)
    for (let x = from.left; x < from.right; x++) {
      const toX = left + x - from.left;
      if (toX < 0 || toX >= below.widthPixels) continue;
      const at = 3 * (y * part.widthPixels + x);
      rgb.set(part.rgb.subarray(at, at + 3), 3 * (y * below.widthPixels + toX));
    }
  return { ...below, rgb };
}

const frameNumbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe.skipIf(!hasSharedMedia)("people in real footage", () => {
  it.each([
    ["two-faces.mp4", 2],
    ["selfie-man-9x16.mp4", 1],
    ["outdoor-woman-9x16.mp4", 1],
    ["face-leaves.mp4", 1],
    ["talk-woman-6s.mp4", 1],
    ["no-face.mp4", 0],
  ])("%s shows %i", async (name, count) => {
    const { source, index } = await probeSource(io, join(sharedMedia, name), defaultLimits);
    const plan = planRender({ index, stitch: "smart" });
    const { people } = await listPeople({ source, index, plan, workFolder: folder, threads }, run);
    expect(people).toHaveLength(count);
  });

  it("are followed in every frame", async () => {
    const [left, right] = (await follow(twoFaces, [{ kind: "left" }, { kind: "right" }])).tracks.map(placesIn);
    expect(left!.every((x) => x !== undefined && x < 500)).toBe(true);
    expect(right!.every((x) => x !== undefined && x > 800)).toBe(true);
  });

  it("are the same over a cut after which both have changed sides", async () => {
    const pictures = await grabFrames(io, twoFaces, frameNumbers(30));
    const path = await writeClip("sides.mp4", [...pictures, ...pictures.map(mirrored)]);
    const tracks = (
      await follow(path, [
        { kind: "number", number: 1 },
        { kind: "number", number: 2 },
      ])
    ).tracks;
    const [one, other] = tracks.map(placesIn);
    expect(one!.map((x) => x! > 640)).toEqual(frameNumbers(60).map((n) => n < 30 === one![0]! > 640));
    expect(other!.map((x) => x! > 640)).toEqual(one!.map((x) => x! < 640));
  });

  it.each([1, 3])("the largest is one of them in all shots of a segment, in %i threads", async (limit) => {
    const pictures = await grabFrames(io, twoFaces, frameNumbers(60));
    // The woman's part of the picture covers the man's, who is larger.
    const without = pictures.map((picture) =>
      laidOver(picture, picture, { left: 0, top: 0, right: 640, bottom: 720 }, 640),
    );
    const path = await writeClip("shots.mp4", [...pictures, ...pictures.map(mirrored), ...without]);
    const { tracks } = await follow(path, [{ kind: "largest" }], undefined, limit);
    const places = placesIn(tracks[0]!).map((x) => x && (x < 640 ? "left" : "right"));
    const expected = ["right", "left", undefined].flatMap((place) => Array.from({ length: 60 }, () => place));
    expect(places).toEqual(expected);
  });

  it("who leave come back as themselves, and nobody else gets the face meanwhile", async () => {
    const pictures = await grabFrames(io, twoFaces, frameNumbers(20));
    // The man's part of the picture covers the woman's.
    const alone = pictures.map((picture) =>
      laidOver(picture, picture, { left: 640, top: 0, right: 1280, bottom: 720 }, 0),
    );
    const path = await writeClip("alone.mp4", [...pictures, ...alone, ...pictures.map(mirrored)]);
    const { tracks } = await follow(path, [{ kind: "photo", path: "" }], await womanIn(pictures[0]!));
    const places = placesIn(tracks[0]!).map((x) => x && (x < 640 ? "left" : "right"));
    const expected = ["left", undefined, "right"].flatMap((place) => Array.from({ length: 20 }, () => place));
    expect(places).toEqual(expected);
  });

  it("keep their faces when one passes in front of the other", async () => {
    const pictures = await grabFrames(io, twoFaces, frameNumbers(90));
    // The woman's part of the picture is moved over the man, who stands where she was, too.
    const woman = { left: 200, top: 80, right: 540, bottom: 420 };
    const leftAt = (n: number): number => 100 + 12 * n;
    const passing = pictures.map((picture, n) =>
      laidOver(
        laidOver(picture, picture, { left: 640, top: 0, right: 1280, bottom: 720 }, 0),
        picture,
        woman,
        leftAt(n),
      ),
    );
    const path = await writeClip("passing.mp4", passing);
    const { tracks } = await follow(path, [{ kind: "photo", path: "" }], await womanIn(pictures[0]!));
    const places = placesIn(tracks[0]!);
    const offsets = places.map((x, n) => x! - leftAt(n));
    expect(places.filter((x) => x !== undefined).length).toBeGreaterThan(75);
    expect(Math.max(...offsets.filter((x) => !Number.isNaN(x)))).toBeLessThan(340);
    expect(Math.min(...offsets.filter((x) => !Number.isNaN(x)))).toBeGreaterThan(0);
  });

  async function womanIn(picture: RgbImage): Promise<Artifact> {
    const half = { widthPixels: 640, heightPixels: 720, rgb: new Uint8Array(640 * 720 * 3) };
    const key = join(folder, "woman.png");
    await writePng(laidOver(half, picture, { left: 0, top: 0, right: 640, bottom: 720 }, 0), key);
    return { key, sha256: "", byteLength: 0, mediaType: "image/png" };
  }

  it("are drawn one by one: no pixel around the other's face changes", async () => {
    const engine = createMeshEngine();
    const face = await engine.readFaces([await readPhoto(join(sharedMedia, "photo-man-beard.jpg"), defaultLimits)]);
    const { source, plan, tracks } = await follow(twoFaces, [{ kind: "right" }]);
    const track = openTrackFile(tracks[0]!.path, tracks[0]!.key)!;
    const region = engine.openRegion(face, track, 0);
    const decoding = { io, sourcePath: twoFaces, trackIndex: source.video.index, stitch: plan.stitch };
    const { endPacket, endFrame } = plan.regions.at(-1)!;
    const wholeFilm = { ...plan.regions[0]!, endPacket, endFrame };
    let changedOnTheLeft = 0;
    let framesDrawn = 0;
    for await (const frame of await openRegionReader({ ...decoding, region: wholeFilm })) {
      const planes = frame.makeWritable();
      const before = leftHalf(planes);
      if (frame.frameNumber < track.frameCount && (await region.draw(planes, frame.frameNumber))) framesDrawn += 1;
      changedOnTheLeft += differences(before, leftHalf(planes));
      frame.release();
    }
    track.close();
    region.close?.();
    await engine.close();
    expect(framesDrawn).toBe(159);
    expect(changedOnTheLeft).toBe(0);
  });
});

/** All values of the left half of a frame, in which the other person is. */
function leftHalf({ y, u, v, widthPixels, heightPixels, lumaStride, chromaStride }: PlanarFrame): Uint8Array[] {
  const rows = (plane: Uint8Array, stride: number, width: number, height: number): Uint8Array[] =>
    Array.from({ length: height }, (_, row) => plane.slice(row * stride, row * stride + width / 2));
  const [halfWidth, halfHeight] = [widthPixels / 2, heightPixels / 2];
  return [
    ...rows(y, lumaStride, widthPixels, heightPixels),
    ...rows(u, chromaStride, halfWidth, halfHeight),
    ...rows(v, chromaStride, halfWidth, halfHeight),
  ];
}

function differences(before: readonly Uint8Array[], after: readonly Uint8Array[]): number {
  return before.reduce((sum, row, i) => sum + (Buffer.compare(row, after[i]!) === 0 ? 0 : 1), 0);
}
