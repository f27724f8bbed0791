import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { createFliteEngine, readScript, type SpeechOrder } from "@understudy/render";
import { createRemoteVoice } from "@understudy/understudy";
import { openVoiceLab, type VoiceLab } from "@understudy/understudy/testing";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuWorker } from "./create-cpu-worker.js";

let lab: VoiceLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-voice-worker-"));
  const env = { UNDERSTUDY_DATA_FOLDER: join(folder, "data"), UNDERSTUDY_NETWORK_ALLOW: "loopback" };
  const { handler } = await createCpuWorker({ cwd: folder, env });
  lab = await openVoiceLab(handler);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const remote = () =>
  createRemoteVoice({
    model: "flite",
    endpoint: lab.endpoint,
    apiKey: lab.apiKey,
    isCommercial: true,
    policy: parseAddressPolicy([]),
  });

const order: SpeechOrder = {
  tokens: readScript("It costs $24.99 🙂 today, and {more} tomorrow!"),
  pitchHertz: 140,
  targetSeconds: 4,
  signal: new AbortController().signal,
};

test("a voice behind an endpoint says what the same voice says here, sample for sample and word for word", async () => {
  const there = await remote().speak(order);
  const here = await createFliteEngine().speak(order);
  const { words, samples, ...facts } = here;
  expect(there).toMatchObject({ ...facts, timing: "engine" });
  expect(Buffer.from(there.samples.buffer).equals(Buffer.from(samples.buffer))).toBe(true);
  expect(there.words).toEqual(
    words.map(({ tokenIndex, startSeconds, endSeconds }) => ({
      tokenIndex,
      startSeconds: expect.closeTo(startSeconds, 5) as number,
      endSeconds: expect.closeTo(endSeconds, 5) as number,
    })),
  );
});

test("what the engine there refuses is refused here with its numbers", async () => {
  await expect(remote().speak({ ...order, targetSeconds: 1 })).rejects.toMatchObject({
    code: "script-does-not-fit",
    message: expect.stringMatching(
      /^The script takes [\d.]+ to [\d.]+ s to speak, but 1\.0 s are to be filled\.$/,
    ) as string,
  });
  await expect(remote().speak({ ...order, voice: "nobody" })).rejects.toMatchObject({ code: "bad-usage" });
});
