import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  consentCommitment,
  hashFile,
  nameOfPerson,
  planRender,
  readScript,
  splitScript,
  watermarkAlgorithm,
  watermarkIdOf,
  type CastFacts,
  type CastMember,
  type Manifest,
  type PersonInVideo,
  type RenderPlan,
  type RenderRequest,
  type SourceMedia,
  type SpeechReport,
} from "@understudy/render";
import type { Wiring } from "#wire.js";

/** A large face on the right for the whole film, and a small one on the left for half of it. */
const fakePeople: readonly PersonInVideo[] = [
  { number: 1, seconds: 30, lastSeconds: 29.5, meanSizePixels: 425, side: "right" as const },
  { number: 2, seconds: 14.5, lastSeconds: 15, meanSizePixels: 177, side: "left" as const },
].map((person) => ({ ...person, firstSeconds: 0, example: { frame: 0, seconds: 0, faces: [] } }));

const anyLength = { maxBytes: Number.MAX_SAFE_INTEGER };

/** A pipeline that decodes nothing: it plans a 30 s video, tells its progress and delivers a few bytes. */
export function createFakeWiring(): Wiring {
  return {
    prepareRender: async (request) => ({
      source: fakeSource(request.sourcePath),
      plan: fakePlan(request.swapRanges, request),
    }),
    analyseVideo: async ({ sourcePath, wantsSheet }) => ({
      source: fakeSource(sourcePath),
      plan: fakePlan(undefined),
      people: fakePeople,
      left: 2,
      right: 1,
      ...(wantsSheet && { sheet: { widthPixels: 2, heightPixels: 1, rgb: new Uint8Array(6) } }),
    }),
    async render(request, output, run, { workFolder, assertNotRevoked, approve }) {
      const plan = fakePlan(request.swapRanges, request);
      const work = { codedFrames: 360, drawnFrames: 300 };
      await approve?.({ source: fakeSource(request.sourcePath), plan, work });
      run.progress({ stage: "intake", done: 0, total: 2, unit: "files" });
      run.progress({ stage: "intake", done: 2, total: 2, unit: "files" });
      for (let done = 0; done <= 300; done += 100) run.progress({ stage: "swap", done, total: 300, unit: "frames" });
      run.signal.throwIfAborted();
      const path = join(workFolder, "video.mp4");
      await writeFile(path, "a finished video");
      const video = { ...(await hashFile(path, anyLength)), key: output.videoKey, mediaType: "video/mp4" };
      const picturePath = join(workFolder, "still.jpg");
      await writeFile(picturePath, "a picture of it");
      const picture = { ...(await hashFile(picturePath, anyLength)), mediaType: "image/jpeg" };
      const pictures = output.thumbnailKey === undefined ? [] : [{ ...picture, key: output.thumbnailKey }];
      const texts: { key: string; path: string; sha256: string; byteLength: number; mediaType: string }[] = [];
      for (const [format, key] of Object.entries((request.captions && output.captionKeys) ?? {})) {
        const textPath = join(workFolder, `captions.${format}`);
        await writeFile(textPath, `captions as ${format}`);
        texts.push({ ...(await hashFile(textPath, anyLength)), key, path: textPath, mediaType: "text/plain" });
      }
      const manifest = fakeManifest({
        ...(request.speech && { speech: fakeSpeech }),
        ...(request.captions && {
          captions: { mode: request.captions.mode, preset: "broadcast", words: "script", cues: 3 },
        }),
        renderId: request.renderId,
        plan,
        cast: [factsOf(request.cast[0]), ...request.cast.slice(1).map(factsOf)],
        watermark: {
          placed: true,
          algorithm: watermarkAlgorithm,
          id: watermarkIdOf(request.renderId),
          markedSeconds: 10,
          isReadable: true,
        },
        artifacts: [video, ...pictures, ...texts].map(({ key, sha256, byteLength, mediaType }) => {
          return { key, sha256, byteLength, mediaType };
        }),
      });
      const manifestPath = join(workFolder, "manifest.json");
      await writeFile(manifestPath, JSON.stringify(manifest));
      const written = await hashFile(manifestPath, anyLength);
      await assertNotRevoked(request.cast.map(({ consent }) => consent.id));
      await output.store.put(
        [
          { ...video, path },
          { ...written, key: output.manifestKey, mediaType: "application/json", path: manifestPath },
          ...pictures.map((each) => ({ ...each, path: picturePath })),
          ...texts,
        ],
        run.signal,
      );
      return manifest;
    },
    withFileReaders: (_mediaIo, action) =>
      action({
        readProvenance: async () => ({ state: "absent" }),
        readMarks: async () => ({
          watermark: { found: false, reason: "no-mark" },
          fingerprint: fakeManifest().fingerprint,
          lookupFingerprints: [fakeManifest().fingerprint],
        }),
      }),
    alignFile: async ({ text }) => {
      const tokens = readScript(text);
      const words = tokens.map((_, i) => ({ tokenIndex: i, startSeconds: i, endSeconds: i + 0.5, confidence: 0.9 }));
      return { tokens, words, cost: 0.7, isDoubtful: false };
    },
    drawClip: (spec, path) => writeFile(path, JSON.stringify(spec)),
    drawPortrait: (path) => writeFile(path, "a portrait"),
    writeReport: ({ reportPath }) => writeFile(reportPath, "<!doctype html>"),
  };
}

function factsOf({ person, consent }: CastMember): CastFacts {
  const { id, method, operator } = consent;
  return {
    person: nameOfPerson(person),
    faces: fakeManifest().cast[0].faces,
    consent: { id, method, operator, commitment: consentCommitment(consent) },
  };
}

/** What a voice that is nobody's said in a film. */
export const fakeSpeech: SpeechReport = {
  engine: "flite 2.3 slt",
  cloned: false,
  weightsLicence: "MIT-Festival",
  passages: [
    { startSeconds: 5.15, endSeconds: 9.8, words: 14, pace: 1 },
    { startSeconds: 20.15, endSeconds: 29.85, words: 31, pace: 1.12 },
  ],
  sound: {
    treatment: "spliced",
    encodedSeconds: 14.9,
    underSpeech: "duck",
    loudnessLufs: -14.1,
    truePeakDbtp: -1.2,
  },
};

/** 900 frames at 30 frames a second with a clean cut each second. */
export function fakePlan(
  swapRanges?: Parameters<typeof planRender>[0]["swapRanges"],
  { speech, captions }: Pick<RenderRequest, "speech" | "captions"> = {},
): RenderPlan {
  const presentationSeconds = Array.from({ length: 900 }, (_, frame) => frame / 30);
  const cutPoints = Array.from({ length: 31 }, (_, second) => ({ packet: second * 30, frame: second * 30 }));
  const index = { presentationSeconds, endSeconds: 30, cutPoints };
  return planRender({
    index,
    stitch: "smart",
    ...(swapRanges === undefined ? {} : { swapRanges }),
    ...(speech && {
      speech: {
        parts: splitScript(speech.script),
        allowLipMismatch: speech.allowLipMismatch,
        fastestPace: 4 / 3,
      },
    }),
    ...(captions?.mode === "burn" && { burnedCaptions: speech === undefined ? "film" : "speech" }),
  });
}

/** Facts of the video that `fakePlan` plans. */
export function fakeSource(path: string): SourceMedia {
  return {
    path,
    byteLength: 1000,
    sha256: "a".repeat(64),
    container: "mov,mp4,m4a,3gp,3g2,mj2",
    durationSeconds: 30,
    video: {
      index: 0,
      codec: "h264",
      widthPixels: 1280,
      heightPixels: 720,
      rotation: 0,
      frameRate: 30,
      frameCount: 900,
      timeBase: { numerator: 1, denominator: 30 },
      pixelFormat: "yuv420p",
      bitDepth: 8,
      isVariableFrameRate: false,
      isInterlaced: false,
      bitRate: 1_000_000,
    },
    audio: [{ index: 1, codec: "aac", sampleRateHz: 48_000, channelCount: 2, packetCount: 1400 }],
  };
}

/** A manifest with plausible figures; `parts` replaces what a test is about. */
export function fakeManifest(parts: Partial<Manifest> = {}): Manifest {
  return {
    manifestVersion: 1,
    renderId: "render_0123456789abcdef",
    software: "understudy 0.1.0",
    createdAt: "2026-01-01T00:00:00.000Z",
    request: {
      source: { key: "ad.mp4", sha256: "a".repeat(64), byteLength: 1000, mediaType: "video/mp4" },
      engine: "mesh",
      stitch: "smart",
    },
    plan: fakePlan(),
    engine: {
      id: "mesh@1",
      weights: [{ name: "face-mesh", sha256: "c".repeat(64), licence: "Apache-2.0", origin: "npm:x@1" }],
    },
    cast: [
      {
        person: "largest",
        faces: [{ key: "jo.jpg", sha256: "b".repeat(64), byteLength: 1000, mediaType: "image/jpeg" }],
        consent: {
          id: "consent_0123456789abcdef",
          method: "attested",
          operator: "Test operator",
          commitment: "d".repeat(64),
        },
      },
    ],
    disclosure: {
      label: "on",
      ranges: [
        { startSeconds: 0, endSeconds: 5 },
        { startSeconds: 15, endSeconds: 20 },
      ],
      standsAtFirstExposure: true,
    },
    watermark: { placed: true, algorithm: watermarkAlgorithm, id: "0a1b2c", markedSeconds: 10, isReadable: true },
    fingerprint: { algorithm: "org.understudy.fingerprint.v1", stepSeconds: 1, hashes: ["0123456789abcdef"] },
    provenance: {
      standard: "C2PA",
      label: "urn:c2pa:00000000-0000-4000-8000-000000000000",
      embedded: true,
      addedBytes: 6000,
      signer: {
        name: "Understudy",
        issuer: "Understudy self-issued",
        expiresAt: "2036-01-01T00:00:00.000Z",
        certificateSha256: "e".repeat(64),
      },
      isSelfIssued: true,
    },
    artifacts: [],
    frames: { total: 900, reencoded: 300, swapped: 298, withoutFace: 2 },
    notes: [],
    stages: [
      { stage: "intake", seconds: 1.2 },
      { stage: "swap", seconds: 9.5 },
      { stage: "stitch", seconds: 0.4 },
      { stage: "verify", seconds: 2.1 },
    ],
    quality: {
      sampledFrames: 30,
      identityMargin: 0.21,
      similarityToPhoto: 0.72,
      similarityToOriginal: 0.51,
      landmarkError: 0.012,
      mouthOpeningError: 0.01,
      eyeOpeningError: 0.004,
      flickerRatio: 0.93,
      jitterRatio: 0.4,
      maxBackgroundChange: 0,
    },
    verification: {
      keptPackets: 600,
      keptPacketsIdentical: 600,
      audioPackets: 1400,
      audioPacketsIdentical: 1400,
      presentationTimesEqual: true,
      decodedFrames: 900,
      decodeErrors: 0,
    },
    costUsd: 0,
    ...parts,
  };
}
