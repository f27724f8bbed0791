import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeAvIo, grabFrames } from "#media/index.js";
import type { Consent } from "#model/consent.js";
import type { Manifest } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";
import type { SpeechWish } from "#model/speech.js";
import { createFliteEngine, type VoiceEngine } from "#speech/index.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { renderTo, requestFor } from "#testing/render-files.js";

const io = createNodeAvIo();
let folder: string;
let files: { readonly sourcePath: string; readonly facePath: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-speech-"));
  files = await writeActorPair(folder, { durationSeconds: 5, frameRate: 15, gopFrames: 15 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = "Hello Anna. It costs $5.";
const speech: SpeechWish = { script, allowLipMismatch: false, underSpeech: "duck" };
const wish = { swap: "0-1", speech, captions: { mode: "burn" } } as const;

/** Frames of the output that differ from the source's in the lower third. */
async function changedBelow(outputPath: string): Promise<number[]> {
  const frames = Array.from({ length: 75 }, (_, frame) => frame);
  const [before, after] = [await grabFrames(io, files.sourcePath, frames), await grabFrames(io, outputPath, frames)];
  return frames.filter((frame) => {
    const [a, b] = [before[frame]!.rgb, after[frame]!.rgb];
    let changed = 0;
    for (let i = (a.length * 2) / 3; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 60) changed++;
    return changed > 100;
  });
}

describe("a script over a film", () => {
  let manifest: Manifest;
  let outputPath: string;
  beforeAll(async () => {
    outputPath = join(folder, "burned.mp4");
    manifest = await renderTo(outputPath, await requestFor(files, wish));
  });

  it("is spoken over the kept segment and nowhere else", () => {
    const { passages, sound, ...voice } = manifest.speech!;
    expect(voice).toMatchObject({ cloned: false, engine: expect.stringContaining("flite") });
    expect(passages).toHaveLength(1);
    expect(passages[0]).toMatchObject({ words: 5, pace: 1 });
    expect(passages[0]!.startSeconds).toBeCloseTo(1.15, 3);
    expect(passages[0]!.endSeconds).toBeLessThan(4.85);
    expect(sound.treatment).toBe("spliced");
    expect(sound.loudnessLufs).toBeCloseTo(-14, 0);
    const { verification } = manifest;
    expect(verification.audioPacketsIdentical).toBe(verification.audioPackets);
    expect(verification.audioPacketsMixed).toBeGreaterThan(50);
  });

  it("is captioned in the picture while it is spoken, and not otherwise", async () => {
    const { startSeconds, endSeconds } = manifest.speech!.passages[0]!;
    const changed = await changedBelow(outputPath);
    expect(changed[0]! / 15).toBeGreaterThan(startSeconds - 0.1);
    expect(changed[0]! / 15).toBeLessThan(startSeconds + 0.5);
    expect(changed.at(-1)! / 15).toBeGreaterThan(endSeconds - 0.6);
    expect(changed.at(-1)! / 15).toBeLessThan(endSeconds + 1.1);
    expect(manifest.frames.swapped).toBe(15);
  });

  it("comes with caption files, which are artifacts as the video is", async () => {
    expect((await readdir(folder)).filter((name) => name.startsWith("burned."))).toEqual(
      ["ass", "manifest.json", "mp4", "srt", "vtt"].map((ending) => `burned.${ending}`),
    );
    expect(await readFile(join(folder, "burned.srt"), "utf8")).toMatch(
      /^1\n00:00:01,\d{3} --> 00:00:0\d,\d{3}\nHello Anna\./,
    );
    expect(manifest.artifacts.map(({ key }) => key)).toEqual(
      ["mp4", "srt", "vtt", "ass"].map((ending) => `burned.${ending}`),
    );
    expect(manifest.captions).toMatchObject({ mode: "burn", words: "script", preset: "broadcast" });
  });
});

it("carries captions as a track when they are not drawn, and leaves the picture of kept segments alone", async () => {
  const outputPath = join(folder, "sidecar.mp4");
  const manifest = await renderTo(outputPath, await requestFor(files, { ...wish, captions: { mode: "sidecar" } }));
  expect(manifest.frames.reencoded).toBe(15);
  const input = await io.openInput(outputPath);
  try {
    const track = input.tracks.find(({ kind }) => kind === "subtitle");
    expect(track?.codec).toBe("mov_text");
    input.select([track!.index]);
    const texts: string[] = [];
    for (let packet = await input.read(); packet !== undefined; packet = await input.read())
      texts.push(Buffer.from(packet.payload.subarray(2)).toString("utf8"));
    expect(texts.filter((text) => text !== "").join(" ")).toBe(script);
  } finally {
    input.close();
  }
});

it("asks the voice once for a passage that fits", async () => {
  const flite = createFliteEngine();
  let asked = 0;
  const voice: VoiceEngine = {
    ...flite,
    speak: (order) => {
      asked++;
      return flite.speak(order);
    },
  };
  await renderTo(join(folder, "once.mp4"), await requestFor(files, { swap: "0-1", speech }), {
    change: () => ({ voice }),
  });
  expect(asked).toBe(1);
});

describe("what is refused before anything is drawn", () => {
  const refusal = async (more: Partial<RenderRequest> & { swap?: string }, voice?: Partial<VoiceEngine>) => {
    const { swap, ...rest } = more;
    const request = { ...(await requestFor(files, { swap: swap ?? "0-1" })), ...rest };
    const change = () => (voice === undefined ? {} : { voice: { ...createFliteEngine(), ...voice } });
    return renderTo(join(folder, "refused.mp4"), request, { change }).then(
      () => "made",
      ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
    );
  };

  it("an empty script, one that does not fit, one over a film that is all swapped", async () => {
    expect(await refusal({ speech: { ...speech, script: " " } })).toMatch(/^bad-script: /);
    expect(await refusal({ speech: { ...speech, script: "Far too many words. ".repeat(20) } })).toMatch(
      /^script-does-not-fit: .*\d+\.\d s.*3\.7 s/,
    );
    expect(await refusal({ speech, swap: "0-5" })).toMatch(/^lip-mismatch: /);
  });

  it("a clone without a sample, or without the person's consent to their voice", async () => {
    expect(await refusal({ speech }, { clones: true, name: "cloner" })).toMatch(/^bad-voice-sample: .*cloner/);
    const [member] = (await requestFor(files)).cast;
    const consent: Consent = { ...member.consent, scope: { ...member.consent.scope, voice: false } };
    const sample = { path: join(folder, "none.wav"), text: "Hello." };
    expect(await refusal({ speech: { ...speech, sample }, cast: [{ ...member, consent }] }, { clones: true })).toMatch(
      /^consent-mismatch: .*voice/,
    );
  });
});
