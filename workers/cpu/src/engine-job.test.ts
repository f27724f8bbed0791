import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  newConsent,
  parseEngineFailure,
  parseSwapClipOutput,
  UnderstudyError,
  type swapClip,
} from "@understudy/render";
import { openDataFolder } from "@understudy/understudy";
import { expect, it, describe } from "vitest";
import { createCpuWorld, type CpuWorld } from "./testing/cpu-world.js";

const consent = { id: "consent_0123456789abcdef", commitment: "b".repeat(64) };
const clip = "a clip with another face";

const withAddress = { UNDERSTUDY_STORAGE_PUBLIC_URL: "https://files.example" };

/** An engine that draws nothing: it leaves a file and tells what it was asked for. */
function fakeSwap(asked: Parameters<typeof swapClip>[0][] = []): typeof swapClip {
  return async (request, run, services) => {
    asked.push(request);
    run.progress({ stage: "swap", done: 1, total: 2, unit: "frames" });
    await services.assertNotRevoked?.([request.consent.id]);
    await writeFile(request.outputPath, clip);
    return {
      sha256: createHash("sha256").update(clip).digest("hex"),
      byteLength: clip.length,
      frameCount: 30,
      framesSwapped: 29,
      framesWithoutFace: 1,
      frameRate: 30,
      widthPixels: 320,
      heightPixels: 240,
      engine: { id: "mesh@1", weights: [] },
      seconds: 1,
      notes: [],
    };
  };
}

const order = ({ url }: CpuWorld, parts: Readonly<Record<string, unknown>> = {}) => ({
  task: "swap-clip",
  version: 1,
  clip_url: `${url}/clip.mp4?signature=s3cret`,
  face_url: `${url}/photo.png`,
  face_sha256: "a".repeat(64),
  consent,
  ...parts,
});

async function failureOf(world: CpuWorld, input: unknown) {
  const thrown = await world.run(input).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "JobFailure" });
  expect((thrown as Error).message).not.toContain("s3cret");
  expect(await world.leftovers()).toEqual([]);
  return parseEngineFailure((thrown as Error).message);
}

describe("the engine contract", () => {
  it("keeps the clip in the store, where an erasure by its consent finds it", async () => {
    const asked: Parameters<typeof swapClip>[0][] = [];
    const world = await createCpuWorld({ swapClip: fakeSwap(asked), env: withAddress });
    const swap = [{ start_seconds: 0, end_seconds: 5 }];
    const output = parseSwapClipOutput(await world.run(order(world, { swap, clip_sha256: "c".repeat(64) })));
    expect(output).toMatchObject({ frameCount: 30, framesSwapped: 29, engine: { id: "mesh@1" } });
    expect(output.clipUrl).toMatch(/^https:\/\/files\.example\/[\w-]{22}\/clip-[0-9a-f]{12}\.mp4$/);
    const path = join(world.folder, "data", "outputs", new URL(output.clipUrl!).pathname);
    expect(await readFile(path, "utf8")).toBe(clip);
    expect(asked).toMatchObject([
      { swapRanges: [{ startSeconds: 0, endSeconds: 5 }], clipSha256: "c".repeat(64), allowMissingFace: false },
    ]);
    const [record] = await openDataFolder(join(world.folder, "data")).renders.list();
    expect(record).toMatchObject({ people: [{ consentId: consent.id }], state: "finished", outputs: [{ path }] });
    expect(world.progress).toEqual([{ stage: "swap", percent: 50 }]);
  });

  it("gives the face to whom the order names, by a photo that is fetched as well", async () => {
    const asked: Parameters<typeof swapClip>[0][] = [];
    const world = await createCpuWorld({ swapClip: fakeSwap(asked), env: withAddress });
    await world.run(order(world, { person: "right" }));
    await world.run(order(world, { person: { photo_url: `${world.url}/photo.png` } }));
    expect(asked.map(({ person }) => person)).toEqual([
      { kind: "right" },
      { kind: "photo", path: expect.stringMatching(/photo_url$/) },
    ]);
  });

  it("puts the clip where the order says, keeps nothing, and then names no address", async () => {
    const world = await createCpuWorld({ swapClip: fakeSwap() });
    const answer = await world.run(order(world, { output: { put_url: `${world.url}/put/here?s3cret` } }));
    expect(answer).not.toHaveProperty("clip_url");
    expect(world.puts.map(String)).toEqual([clip]);
    expect(await world.leftovers()).toEqual([]);
    expect(await openDataFolder(join(world.folder, "data")).renders.list()).toEqual([]);
  });

  it.each([
    ["no consent", { consent: undefined }, "consent-required"],
    ["a wish that nobody knows", { allow_missing_faces: true }, "bad-usage"],
    ["a private photo", { face_url: "http://10.0.0.1/s3cret" }, "download-refused"],
    ["a private photo of the person", { person: { photo_url: "http://10.0.0.1/s3cret" } }, "download-refused"],
    ["no clip there", { clip_url: "/none?s3cret" }, "download-failed"],
  ])("%s fails in our words, as JSON", async (_what, parts, code) => {
    const world = await createCpuWorld({ swapClip: fakeSwap(), env: withAddress });
    const clipUrl = "clip_url" in parts ? { clip_url: world.url + parts.clip_url } : {};
    expect(await failureOf(world, order(world, { ...parts, ...clipUrl }))).toMatchObject({ code });
  });

  it("a place that takes nothing is a failed upload, and the next step is the sender's", async () => {
    const world = await createCpuWorld({ swapClip: fakeSwap() });
    world.hookStatuses.push(403);
    const input = order(world, { output: { put_url: `${world.url}/hook` } });
    const hint = "Send the job again with a fresh output.put_url that takes a PUT of video/mp4.";
    expect(await failureOf(world, input)).toMatchObject({ code: "upload-failed", hint, retryable: true });
  });

  it("a place that may not be asked ends the job before anything is fetched", async () => {
    const world = await createCpuWorld({ swapClip: fakeSwap() });
    const input = order(world, { output: { put_url: "http://10.0.0.1/s3cret" } });
    expect(await failureOf(world, input)).toMatchObject({
      code: "download-refused",
      message: "output.put_url: The address of 10.0.0.1 is not public.",
    });
    expect(world.asked).toEqual([]);
  });

  it("a failure is in the log, and a file in it is called by its member", async () => {
    const refuse: typeof swapClip = ({ clipPath }) =>
      Promise.reject(new UnderstudyError("unreadable-media", `${basename(clipPath)} is not a video that can be read.`));
    const world = await createCpuWorld({ swapClip: refuse, env: withAddress });
    await failureOf(world, order(world));
    expect(world.log).toContain("Failed: unreadable-media: clip_url is not a video that can be read.");
  });

  it("a consent that was taken back here fails, whoever asks", async () => {
    const world = await createCpuWorld({ swapClip: fakeSwap(), env: withAddress });
    const { consents } = openDataFolder(join(world.folder, "data"));
    const record = newConsent({
      subject: { name: "Jo" },
      method: "attested",
      operator: "Test operator",
      statement: { text: "agreed", version: "1", language: "en" },
      ageConfirmed: true,
      photoSha256: ["a".repeat(64)],
      now: new Date("2026-01-01T00:00:00Z"),
    });
    await consents.add(record);
    await consents.revoke({ consentId: record.id, revokedAt: "2026-06-01T00:00:00Z", revokedBy: "Test" });
    const input = order(world, { consent: { ...consent, id: record.id } });
    expect(await failureOf(world, input)).toMatchObject({ code: "consent-revoked" });
    expect(world.asked).toEqual([]);
  });

  it("a clip that nobody could fetch is not made", async () => {
    const world = await createCpuWorld({ swapClip: fakeSwap() });
    expect(await failureOf(world, order(world))).toMatchObject({ code: "bad-job" });
    expect(world.asked).toEqual([]);
  });

  it("what the engine refuses is passed on", async () => {
    const refuse = () => Promise.reject(new UnderstudyError("no-face-in-photo", "There is no face."));
    const world = await createCpuWorld({ swapClip: refuse, env: withAddress });
    expect(await failureOf(world, order(world))).toMatchObject({ code: "no-face-in-photo", retryable: false });
  });
});
