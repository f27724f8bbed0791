import { describe, expect, it } from "vitest";
import { newConsent } from "#intake/index.js";
import type { Consent } from "#model/consent.js";
import { UnderstudyError } from "#model/errors.js";
import {
  engineFailureOf,
  parseEngineFailure,
  parseSwapClipInput,
  parseSwapClipOutput,
  referToConsent,
  writeSwapClipInput,
  writeSwapClipOutput,
  type SwappedClip,
} from "./index.js";

const sha256 = (digit: string): string => digit.repeat(64);
const least = {
  task: "swap-clip",
  version: 1,
  clip_url: "https://store.test/clip.mp4?signature=s3cret",
  face_url: "http://store.test/face.png",
  face_sha256: sha256("a"),
  consent: { id: "consent_0123456789abcdef", commitment: sha256("b") },
};
const most = {
  ...least,
  clip_sha256: sha256("c"),
  person: { photo_url: "https://store.test/ref.jpg" },
  swap: [
    { start_seconds: 0, end_seconds: 5 },
    { start_seconds: 5, end_seconds: 20.5 },
  ],
  allow_missing_face: true,
  profile: "economy",
  seed: 7,
  prepared: { url: "https://store.test/pose.tar", sha256: sha256("d") },
  output: { put_url: "https://store.test/out.mp4?X-Amz-Signature=1", timing: "own" },
};

describe("a request on the wire", () => {
  it("needs clip, photo and consent; all else has a default", () => {
    expect(parseSwapClipInput(least)).toEqual({
      clipUrl: least.clip_url,
      faceUrl: least.face_url,
      consent: { ...least.consent, photoSha256: least.face_sha256 },
      allowMissingFace: false,
      profile: "best",
      timing: "same",
    });
  });

  it("is the same after it was read and written", () => {
    const order = parseSwapClipInput(most);
    expect(order).toMatchObject({ swapRanges: [{ startSeconds: 0 }, { startSeconds: 5, endSeconds: 20.5 }] });
    expect(JSON.parse(JSON.stringify(writeSwapClipInput(order)))).toEqual(most);
  });

  it.each([
    ["left", { kind: "left" }],
    [3, { kind: "number", number: 3 }],
  ])("says who gets the face: %j", (person, read) => {
    const order = parseSwapClipInput({ ...least, person });
    expect(order.person).toEqual(read);
    expect(writeSwapClipInput(order).person).toBe(person);
  });

  it.each([
    ["no consent", { consent: undefined }, "consent-required", "consent"],
    ["a consent without its commitment", { consent: { id: least.consent.id } }, "consent-required", "commitment"],
    ["a photo of unknown bytes", { face_sha256: undefined }, "consent-required", "face_sha256"],
    ["a range that ends before it starts", { swap: [{ start_seconds: 5, end_seconds: 4 }] }, "bad-plan", "swap"],
    ["no range at all", { swap: [] }, "bad-plan", "swap"],
    ["ranges that overlap", { swap: [...most.swap, { start_seconds: 20, end_seconds: 21 }] }, "bad-plan", "swap"],
    ["a range at infinity", { swap: [{ start_seconds: 0, end_seconds: Infinity }] }, "bad-plan", "end_seconds"],
    ["another task", { task: "swap-voice" }, "bad-usage", "task"],
    ["a later version", { version: 2 }, "bad-usage", "version"],
    ["a person 0", { person: 0 }, "bad-usage", "person"],
    ["a person by a local photo", { person: { photo_url: "/etc/s3cret" } }, "bad-usage", "person"],
    ["a local file", { clip_url: "file:///etc/s3cret" }, "bad-usage", "clip_url"],
    ["bytes in place of an address", { face_url: "data:image/png;base64,s3cret" }, "bad-usage", "face_url"],
    ["a wish that nobody knows", { alow_missing_face: true }, "bad-usage", "alow_missing_face"],
    ["an address without end", { clip_url: `https://store.test/${"s3cret".repeat(2000)}` }, "bad-usage", "clip_url"],
  ])("refuses %s, naming the field and never its value", (_what, part, code, field) => {
    const refused = thrownBy(() => parseSwapClipInput({ ...least, ...part }));
    expect(refused).toMatchObject({ name: "UnderstudyError", code });
    expect(refused.message).toContain(field);
    expect(refused.message).not.toContain("s3cret");
  });

  it.each([[undefined], [null], [7], ["text"], [[]], [{}]])("refuses %j", (value) => {
    expect(thrownBy(() => parseSwapClipInput(value))).toMatchObject({ code: "bad-usage" });
  });
});

describe("a reference to a consent", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const consent = newConsent({
    subject: { name: "Jo Public" },
    method: "attested",
    operator: "a test",
    statement: { text: "It is allowed.", version: "1", language: "en" },
    ageConfirmed: true,
    photoSha256: [sha256("a")],
    now,
  });

  it("is made only for a photo that the record covers, and names nobody", () => {
    const reference = referToConsent(consent, { sha256: sha256("a"), now });
    expect(JSON.stringify(reference)).not.toContain("Public");
    expect(Object.keys(reference).sort()).toEqual(["commitment", "id", "photoSha256"]);
    expect(thrownBy(() => referToConsent(consent, { sha256: sha256("e"), now }))).toMatchObject({
      code: "consent-mismatch",
    });
  });

  it("is not made from a record that ran out", () => {
    const old: Consent = { ...consent, expiresAt: "2025-12-31T00:00:00Z" };
    expect(thrownBy(() => referToConsent(old, { sha256: sha256("a"), now }))).toMatchObject({
      code: "consent-expired",
    });
  });
});

describe("an answer on the wire", () => {
  const clip: SwappedClip = {
    sha256: sha256("1"),
    byteLength: 1000,
    frameCount: 30,
    framesSwapped: 20,
    framesWithoutFace: 1,
    frameRate: 29.97,
    widthPixels: 1280,
    heightPixels: 720,
    engine: { id: "mesh@1", weights: [{ name: "eyes", sha256: sha256("2"), licence: "MIT", origin: "npm@1" }] },
    seconds: 1.5,
    device: "NVIDIA L40S",
    notes: ["1 frame shows a neighbour."],
    quality: { sampledFrames: 2, similarityToPhoto: 0.5, maxBackgroundChange: 0 },
  };
  const wire = writeSwapClipOutput(clip, "https://store.test/out.mp4");

  it("is in snake_case, and the same after it was written and read", () => {
    expect(wire).toMatchObject({ fps: 29.97, frames_without_face: 1, quality: { similarity_to_photo: 0.5 } });
    expect(parseSwapClipOutput(JSON.parse(JSON.stringify(wire)))).toEqual({
      ...clip,
      clipUrl: "https://store.test/out.mp4",
    });
    expect(writeSwapClipOutput(clip)).not.toHaveProperty("clip_url");
  });

  it("may hold what a newer engine adds, and leave out what an engine does not measure", () => {
    const { quality: _quality, device: _device, notes: _notes, ...few } = wire;
    const read = parseSwapClipOutput({ ...few, temperature_celsius: 70 });
    expect(read).toMatchObject({ sha256: clip.sha256, notes: [] });
    expect(read).not.toHaveProperty("quality");
  });

  it.each([
    ["nothing", undefined],
    ["no file", { ...wire, byte_length: 0 }],
    ["more swapped frames than frames", { ...wire, frames_swapped: 31 }],
    ["a script in place of an address", { ...wire, clip_url: "javascript:alert(1)" }],
  ])("refuses %s", (_what, value) => {
    expect(thrownBy(() => parseSwapClipOutput(value))).toMatchObject({ code: "internal-error" });
  });
});

describe("a failure on the wire", () => {
  it("says what our errors say, and is read from a value or from a text", () => {
    const failure = engineFailureOf(new UnderstudyError("disk-full", "The disk is full."));
    expect(failure).toMatchObject({ code: "disk-full", retryable: true });
    expect(parseEngineFailure(failure)).toEqual(failure);
    expect(parseEngineFailure(JSON.stringify(failure))).toEqual(failure);
  });

  it("knows a cancel, and keeps to itself what it did not word", () => {
    expect(engineFailureOf(new DOMException("stopped", "AbortError")).code).toBe("cancelled");
    const failure = engineFailureOf(new Error("GET https://store.test/?signature=s3cret"));
    expect(failure.code).toBe("internal-error");
    expect(JSON.stringify(failure)).not.toContain("s3cret");
  });

  it.each([
    undefined,
    "Traceback (most recent call last)",
    { code: "No Code", message: "m", hint: "", retryable: true },
  ])("is not seen in %j", (value) => {
    expect(parseEngineFailure(value)).toBeUndefined();
  });
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error("nothing was thrown");
}
