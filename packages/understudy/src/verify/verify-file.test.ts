import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maxReadBytes, UnderstudyError, type ErrorCode, type ProvenanceFacts } from "@understudy/render";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleRecord } from "#records/testing/sample-record.js";
import { verifyFile, type FileReaders } from "./verify-file.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fails = (code: ErrorCode) => async () => {
  throw new UnderstudyError(code, `It is ${code}.`);
};
const absent: ProvenanceFacts = { state: "absent" };
const starts = {
  "a.jpg": "\xff\xd8\xff\xe0",
  "a.gif": "GIF89a",
  "a.avif": "\0\0\0\x20ftypavif",
  "a.wav": "RIFF\0\0\0\0WAVE",
  "a.mp4": "\0\0\0\x20ftypisom",
  "a.json": "{}",
} as const;

async function verify(name: keyof typeof starts, marks: ErrorCode, readers: Partial<FileReaders> = {}) {
  const path = join(folder, name);
  await writeFile(path, starts[name], "latin1");
  return verifyFile(taskOf(path), { readProvenance: async () => absent, readMarks: fails(marks), ...readers });
}

const taskOf = (path: string) => ({
  path,
  renders: { list: async () => [sampleRecord()] },
  consents: { get: async () => undefined, revocations: async () => [] },
  now: new Date("2026-01-01T00:00:00Z"),
  ownAnchorsPem: "",
  trustAnchorsPem: "",
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

test.each([
  ["a.jpg", "picture", "unreadable-media"],
  ["a.gif", "picture", "unreadable-media"],
  ["a.avif", "picture", "internal-error"],
  ["a.wav", "sound", "no-video-track"],
  ["a.wav", "sound", "unreadable-media"],
  ["a.mp4", "sound", "no-video-track"],
] as const)(
  "%s without credentials is a %s of which nothing is known, even if it is %s",
  async (name, medium, code) => {
    const report = await verify(name, code);
    expect(report).toMatchObject({ verdict: "unmarked", code: "credentials-missing", medium });
    expect(report).not.toHaveProperty("watermark");
  },
);

test("what is no medium is refused by its name", async () => {
  await expect(verify("a.json", "unreadable-media")).rejects.toMatchObject({
    code: "unreadable-media",
    message: "a.json is no video, sound or picture; there is nothing to read in it.",
  });
});

test("a damaged video is refused as such, unless its credentials speak", async () => {
  await expect(verify("a.mp4", "unreadable-media")).rejects.toThrow("It is unreadable-media.");
  const readProvenance = async (): Promise<ProvenanceFacts> => ({ state: "altered", problems: [] });
  expect(await verify("a.mp4", "unreadable-media", { readProvenance })).toMatchObject({
    verdict: "altered",
    medium: "video",
  });
});

test("a file is not read from end to end to say that it is too large", async () => {
  const path = join(folder, "huge.mp4");
  const file = await open(path, "w");
  await file.truncate(2 ** 41);
  await file.close();
  const readMarks: FileReaders["readMarks"] = fails("no-video-track");
  const tooLarge = { readProvenance: fails("input-too-large"), readMarks };
  await expect(verifyFile(taskOf(path), tooLarge)).rejects.toThrow("It is input-too-large.");
  const grown = { readProvenance: async () => absent, readMarks };
  await expect(verifyFile(taskOf(path), grown)).rejects.toMatchObject({ code: "input-too-large" });
  expect(2 ** 41).toBeGreaterThan(maxReadBytes);
});

test("how the consent behind a render stands is told with it", async () => {
  const renders = { list: async () => [sampleRecord({ watermarkId: "0a1b2c" })] };
  const path = join(folder, "b.mp4");
  await writeFile(path, starts["a.mp4"], "latin1");
  const report = await verifyFile(
    { ...taskOf(path), renders },
    {
      readProvenance: async () => absent,
      readMarks: async () => ({
        watermark: { found: true, id: "0a1b2c", spans: [] },
        fingerprint: { algorithm: "x", stepSeconds: 1, hashes: [] },
        lookupFingerprints: [],
      }),
    },
  );
  expect(report).toMatchObject({ verdict: "stripped", matches: [{ by: ["watermark"], consentState: "unknown" }] });
});
