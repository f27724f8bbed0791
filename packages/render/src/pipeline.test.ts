import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene } from "@understudy/actors";
import { createNodeAvIo, grabFrames, hashFile, readPhoto, writePng } from "#media/index.js";
import { watermarkIdOf } from "#marks/index.js";
import { UnderstudyError } from "#model/errors.js";
import { openProvenance, type Provenance } from "#seal/index.js";
import { testKeys } from "#seal/testing/test-keys.js";
import { writeActorClip, writeActorPair, writeActorPortrait } from "#testing/actor-clip.js";
import { nobodysConsent, renderTo, requestFor } from "#testing/render-files.js";
import { createInProcessRun, type ProgressEvent } from "#model/run.js";
import type { Manifest } from "#model/manifest.js";
import { createPrepareServices } from "./local-services.js";
import { prepareRender } from "./pipeline.js";

let folder: string;
let files: { readonly sourcePath: string; readonly facePath: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-pipeline-"));
  files = await writeActorPair(folder, { durationSeconds: 4, frameRate: 15, gopFrames: 15 });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a render", () => {
  const events: ProgressEvent[] = [];
  let outputPath: string;
  let manifest: Manifest;
  beforeAll(async () => {
    outputPath = join(folder, "out.mp4");
    const request = await requestFor(files, { swap: "0-1,2.5-3" });
    const onThumbnailFailed = (thrown: unknown) => {
      throw thrown;
    };
    manifest = await renderTo(outputPath, request, { onProgress: (event) => events.push(event), onThumbnailFailed });
  });

  it("swaps the chosen frames and codes no more than their GOPs again", () => {
    expect(manifest.frames).toEqual({ total: 60, reencoded: 30, swapped: 22, withoutFace: 0 });
    expect(manifest.plan.regions.map((r) => [r.startFrame, r.endFrame])).toEqual([
      [0, 15],
      [30, 45],
    ]);
  });

  it("keeps every other picture packet and all sound byte for byte, and decodes whole", () => {
    const { verification } = manifest;
    expect(verification.keptPackets).toBe(30);
    expect(verification.keptPacketsIdentical).toBe(30);
    expect(verification.audioPackets).toBeGreaterThan(100);
    expect(verification.audioPacketsIdentical).toBe(verification.audioPackets);
    expect(verification).toMatchObject({ presentationTimesEqual: true, decodedFrames: 60, decodeErrors: 0 });
  });

  it("changes the face in swapped frames and not one pixel of kept ones", async () => {
    const io = createNodeAvIo();
    const frames = [5, 20, 40, 50];
    const before = await grabFrames(io, files.sourcePath, frames);
    const after = await grabFrames(io, outputPath, frames);
    const difference = (i: number) => {
      const [a, b] = [before[i]!.rgb, after[i]!.rgb];
      return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length;
    };
    expect(difference(0)).toBeGreaterThan(0.5);
    expect(difference(1)).toBe(0);
    expect(difference(2)).toBeGreaterThan(0.5);
    expect(difference(3)).toBe(0);
  });

  it("measures quality, and finds nothing changed outside the face box before encoding", () => {
    expect(manifest.quality.sampledFrames).toBeGreaterThan(0);
    expect(manifest.quality.maxBackgroundChange).toBe(0);
    expect(manifest.quality.landmarkError).toBeLessThan(0.06);
    expect(manifest.quality.flickerRatio).toBeLessThanOrEqual(1.1);
  });

  it("writes the manifest beside the video, with hashes, engine, weights and consent", async () => {
    const written = JSON.parse(await readFile(join(folder, "out.manifest.json"), "utf8")) as Manifest;
    expect(written).toEqual(JSON.parse(JSON.stringify(manifest)));
    expect(written.artifacts[0]).toMatchObject({ key: "out.mp4", mediaType: "video/mp4" });
    expect(written.engine.weights.length).toBeGreaterThan(0);
    for (const weights of written.engine.weights) expect(weights.licence).not.toBe("");
    expect(written.cast).toMatchObject([
      { person: "largest", faces: [{ key: "photo 1" }], consent: { method: "fictional" } },
    ]);
    expect(JSON.stringify(written), "a photo's file name often is a person's").not.toContain("face.png");
    expect(written.stages.map((s) => s.stage)).toEqual([
      "intake",
      "plan",
      "analyse",
      "swap",
      "stitch",
      "seal",
      "verify",
    ]);
  });

  it("labels every swapped frame top right, and says whether that is where a viewer begins", async () => {
    expect(manifest.disclosure).toMatchObject({ label: "on", standsAtFirstExposure: true });
    expect(manifest.disclosure.ranges.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 1],
      [38 / 15, 3],
    ]);
    const [labelled] = await grabFrames(createNodeAvIo(), outputPath, [5]);
    const [source] = await grabFrames(createNodeAvIo(), files.sourcePath, [5]);
    const change = (left: boolean) => {
      let sum = 0;
      for (let y = 0; y < 40; y++) {
        for (let x = left ? 0 : 160; x < (left ? 160 : 320); x++) {
          sum += Math.abs(labelled!.rgb[(y * 320 + x) * 3]! - source!.rgb[(y * 320 + x) * 3]!);
        }
      }
      return sum / (40 * 160);
    };
    expect(change(false)).toBeGreaterThan(3 * change(true));
  });

  it("signs the video with what was done to it, and leads back to render and consent", async () => {
    const { anchorsPem } = await testKeys();
    const provenance = openProvenance();
    const order = { path: outputPath, ownAnchorsPem: anchorsPem, trustAnchorsPem: "" };
    const facts = await provenance.read(order, new AbortController().signal).finally(() => provenance.close());
    expect(facts).toMatchObject({
      state: "valid",
      trust: "ours",
      claim: {
        label: manifest.provenance.label,
        renderId: manifest.renderId,
        consentId: manifest.cast[0].consent.id,
        actions: [
          { action: "c2pa.opened" },
          { action: "c2pa.edited", startSeconds: 0, endSeconds: 1 },
          { action: "c2pa.edited", startSeconds: 2.533, endSeconds: 3 },
          { action: "c2pa.transcoded" },
          { action: "c2pa.watermarked.bound" },
        ],
        softBindings: [{ value: watermarkIdOf(manifest.renderId) }],
      },
    });
  });

  it("tells progress that only grows and reaches the end", () => {
    for (const [stage, total] of [
      ["analyse", 22],
      ["swap", 30],
    ] as const) {
      const done = events.filter((event) => event.stage === stage).map((event) => event.done);
      expect(done.length).toBeGreaterThan(2);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(done.at(-1)).toBe(total);
    }
  });

  it("leaves a picture of the middle of the first swapped segment, with credentials of its own", async () => {
    const path = join(folder, "out.jpg");
    const [frame] = await grabFrames(createNodeAvIo(), outputPath, [7]);
    const picture = await readPhoto(path, { maxInputBytes: 1e6 });
    expect([picture.widthPixels, picture.heightPixels]).toEqual([frame!.widthPixels, frame!.heightPixels]);
    const difference = picture.rgb.reduce((sum, value, k) => sum + Math.abs(value - frame!.rgb[k]!), 0);
    expect(difference / picture.rgb.length).toBeLessThan(4);
    expect(manifest.artifacts.at(-1)).toMatchObject({ key: "out.jpg", mediaType: "image/jpeg" });
    const { anchorsPem } = await testKeys();
    const provenance = openProvenance();
    const order = { path, ownAnchorsPem: anchorsPem, trustAnchorsPem: "" };
    const facts = await provenance.read(order, new AbortController().signal).finally(() => provenance.close());
    expect(facts).toMatchObject({
      state: "valid",
      trust: "ours",
      claim: {
        renderId: manifest.renderId,
        actions: [
          { action: "c2pa.opened" },
          { action: "c2pa.edited", startSeconds: 0 },
          { action: "c2pa.edited" },
          { action: "c2pa.transcoded" },
        ],
        softBindings: [],
      },
    });
  });

  it("leaves nothing but its files", async () => {
    const left = ["face.png", "out.jpg", "out.manifest.json", "out.mp4", "source.mp4"];
    expect((await readdir(folder)).sort()).toEqual(left);
  });
});

describe("a render that fails leaves nothing behind", () => {
  let place: string;
  const left = async () => (await readdir(place)).filter((name) => !name.startsWith("input"));

  beforeAll(async () => {
    place = join(folder, "failures");
    await mkdir(place);
  });

  const refusal = async (
    code: string,
    input: { sourcePath?: string; facePath?: string },
    options: Parameters<typeof requestFor>[1] = { swap: "0-1" },
  ) => {
    const request = await requestFor({ ...files, ...input }, options);
    const failed = renderTo(join(place, "out.mp4"), request, { workFolder: place });
    await expect(failed).rejects.toMatchObject({ code });
    expect(await left()).toEqual([]);
  };

  it("no face in the video", async () => {
    const sourcePath = join(place, "input-empty.mp4");
    await writeActorClip(sourcePath, { actorCount: 0, durationSeconds: 0.4, hasSound: false });
    await refusal("no-face-in-video", { sourcePath });
    await refusal("no-face-in-video", { sourcePath }, { swap: "0-1", allowMissingFace: true });
  });

  it("a face that leaves for more than a tenth of a segment; frames pass when that is allowed", async () => {
    const sourcePath = join(place, "input-leaves.mp4");
    await writeActorClip(sourcePath, { durationSeconds: 0.8, emptyFrames: [4, 8], hasSound: false });
    await refusal("face-missing", { sourcePath }, { swap: "0-0.8" });
    const request = await requestFor({ ...files, sourcePath }, { swap: "0-0.8", allowMissingFace: true });
    const told: unknown[] = [];
    const manifest = await renderTo(join(place, "input-out.mp4"), request, {
      workFolder: place,
      onThumbnailFailed: (thrown) => told.push(thrown),
      change: ({ provenance }) => ({ provenance: sealingNoPictures(provenance) }),
    });
    expect(manifest.frames).toMatchObject({ swapped: 8, withoutFace: 4 });
    // A picture that fails is told, and takes nothing with it.
    expect(told).toEqual([new Error("no pictures")]);
    expect(manifest.artifacts.map(({ key }) => key)).toEqual(["input-out.mp4"]);
  });

  it("a text file named .mp4, an empty file, a truncated file, a folder", async () => {
    const text = join(place, "input-text.mp4");
    await writeFile(text, "this is not a video\n".repeat(500));
    await refusal("unreadable-media", { sourcePath: text });
    const empty = join(place, "input-zero.mp4");
    await writeFile(empty, "");
    await refusal("unreadable-media", { sourcePath: empty });
    const cut = join(place, "input-cut.mp4");
    await writeFile(cut, await readFile(files.sourcePath));
    await truncate(cut, 30_000);
    await refusal("unreadable-media", { sourcePath: cut });
    await refusal("unreadable-media", { sourcePath: place });
    await refusal("file-missing", { sourcePath: join(place, "input-none.mp4") });
  });

  it("limits of bytes, pixels and seconds", async () => {
    const limits = { maxInputBytes: 2 ** 30, maxPixels: 2 ** 24, maxDurationSeconds: 60 };
    await refusal("input-too-large", {}, { limits: { ...limits, maxInputBytes: 1000 } });
    await refusal("too-many-pixels", {}, { limits: { ...limits, maxPixels: 1000 } });
    await refusal("input-too-long", {}, { limits: { ...limits, maxDurationSeconds: 1 } });
  });

  it("a swap range outside the video", async () => {
    await refusal("swap-outside-video", {}, { swap: "100-110" });
  });

  it("a person who is not in the video: a plan finds it out, and so does a render before anybody is asked to pay", async () => {
    const sourcePath = join(place, "input-alone.mp4");
    await writeActorClip(sourcePath, { durationSeconds: 0.4, hasSound: false });
    const request = await requestFor({ ...files, sourcePath }, { swap: "0-1" });
    const cast = [{ ...request.cast[0], person: { kind: "number", number: 2 } }] as const;
    const refused = { code: "person-not-found", message: "There is no person 2: the video shows one." };
    const asked: unknown[] = [];
    const approve = async (planned: unknown) => void asked.push(planned);
    const change = () => ({ approve });
    const failed = renderTo(join(place, "out.mp4"), { ...request, cast }, { workFolder: place, change });
    await expect(failed).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
    const events: ProgressEvent[] = [];
    const run = createInProcessRun({ onProgress: (event) => events.push(event) });
    await expect(prepareRender({ ...request, cast }, run, createPrepareServices())).rejects.toMatchObject(refused);
    expect(events).toContainEqual({ stage: "plan", done: 1, total: 1, unit: "frames" });
    expect(await left()).toEqual([]);
  });

  it("a photo that the consent does not cover", async () => {
    const request = await requestFor(files, { swap: "0-1" });
    const facePath = await writeActorPortrait(join(place, "input-other.png"), { seed: 5 });
    const cast = [{ ...request.cast[0], facePaths: [facePath] as const }] as const;
    const failed = renderTo(join(place, "out.mp4"), { ...request, cast }, { workFolder: place });
    await expect(failed).rejects.toMatchObject({ code: "consent-mismatch" });
    expect(await left()).toEqual([]);
  });

  it("a photo without a face, in the first place or the second", async () => {
    const facePath = join(place, "input-room.png");
    const room = openScene({ width: 320, height: 320, actors: [] }).draw();
    await writePng({ widthPixels: 320, heightPixels: 320, rgb: room.rgb }, facePath);
    await refusal("no-face-in-photo", { facePath });
    const request = await requestFor(files, { swap: "0-1" });
    const { sha256 } = await hashFile(facePath, { maxBytes: 1e9 });
    const [member] = request.cast;
    const consent = nobodysConsent([...member.consent.photoSha256, sha256]);
    const cast = [{ ...member, consent, facePaths: [files.facePath, facePath] as const }] as const;
    await expect(renderTo(join(place, "out.mp4"), { ...request, cast })).rejects.toMatchObject({
      code: "no-face-in-photo",
    });
    expect(await left()).toEqual([]);
  });

  it("a consent that is taken back while the render runs", async () => {
    const request = await requestFor(files, { swap: "0-0.2" });
    const assertNotRevoked = async () => {
      throw new UnderstudyError("consent-revoked", "It was taken back.");
    };
    const failed = renderTo(join(place, "out.mp4"), request, { workFolder: place, assertNotRevoked });
    await expect(failed).rejects.toMatchObject({ code: "consent-revoked" });
    expect(await left()).toEqual([]);
  });

  it("an output that exists already stays as it is", async () => {
    const request = await requestFor(files, { swap: "0-0.2" });
    await writeFile(join(place, "input-mine.mp4"), "mine");
    const refused = renderTo(join(place, "input-mine.mp4"), request, { workFolder: place });
    await expect(refused).rejects.toMatchObject({ code: "output-exists" });
    expect(await readFile(join(place, "input-mine.mp4"), "utf8")).toBe("mine");
    expect(await left()).toEqual([]);
  });

  it("a cancel in the middle of the swap", async () => {
    const controller = new AbortController();
    const request = await requestFor(files, { swap: "0-2" });
    const cancelled = renderTo(join(place, "out.mp4"), request, {
      signal: controller.signal,
      workFolder: place,
      onProgress: (event) => {
        if (event.stage === "swap") controller.abort();
      },
    });
    await expect(cancelled).rejects.toThrow(/abort|cancel/i);
    expect(await left()).toEqual([]);
  });
});

function sealingNoPictures(provenance: Provenance): Provenance {
  return {
    warm: () => provenance.warm(),
    read: (...args) => provenance.read(...args),
    close: () => provenance.close(),
    seal: (order, ...more) =>
      order.mediaType === "image/jpeg" ? Promise.reject(new Error("no pictures")) : provenance.seal(order, ...more),
  };
}
