import { talkingTimeline } from "@understudy/actors";
import { expect, it, onTestFinished, vi } from "vitest";
import { babble } from "#demo/babble.js";
import { openStory, type Story } from "#testing/service-lab/story.js";

interface Finished {
  readonly state: string;
  readonly error?: object;
  readonly consentId: string;
  readonly output: { readonly captionUrls: Readonly<Record<"srt" | "vtt" | "ass", string>> };
}

interface Told {
  readonly frames: { readonly swapped: number };
  readonly speech?: { readonly cloned: boolean; readonly passages: readonly { readonly startSeconds: number }[] };
  readonly captions?: { readonly mode: string; readonly words: string };
}

/** Logged children of renders whose names begin like that, as `MESSAGE NAME`. */
function childrenIn({ log }: Story, beginning: string): string[] {
  const named = log.map(({ msg, child }) => ({ msg, child: String(child) }));
  return named.filter(({ child }) => child.startsWith(beginning)).map(({ msg }) => msg);
}

const words = { script: "Zanzibar lamps fold flat. Zanzibar lamps weigh less.", said: "Wordless, but written down." };

it("a script survives the runner that speaks it, comes out as captions, is forked, and goes with the person", async () => {
  const story = await openStory();
  onTestFinished(() => story.close());
  const data = ["--data", `${story.folder}/data`];
  const first = await story.start("first", data);
  const pair = await story.sendPair(8);
  const sample = { uploadId: await story.client.upload(recording(4), "audio/wav") };
  const plan = { swap: [{ startSeconds: 0, endSeconds: 1 }] };
  const consent = { attestedBy: "Sam Operator" };
  const voice = { sample, text: words.said };
  const asked = { ...pair, plan, consent, script: words.script, voice, captions: { mode: "sidecar" } };
  const renderId = await story.render(asked);
  await vi.waitFor(() => expect(childrenIn(story, "voice-passage-0")).toContain("child kept"), {
    timeout: 60_000,
    interval: 5,
  });
  await first.kill();
  await story.start("second", data);
  const made = (await story.end(renderId)) as unknown as Finished;
  expect(made).toMatchObject({ state: "finished" });
  // What was spoken is not spoken again.
  expect(childrenIn(story, "voice-passage-0").filter((message) => message === "child begun")).toHaveLength(1);

  const textOf = async (url: string) => (await fetch(url)).text();
  const { srt, vtt, ass } = made.output.captionUrls;
  expect((await textOf(srt)).replaceAll("\n", " ")).toContain("Zanzibar lamps fold flat.");
  expect(await textOf(vtt)).toMatch(/^WEBVTT/);
  expect(await textOf(ass)).toContain(String.raw`{\kf`);
  const manifestOf = (id: string) => story.client.call<Told>("GET", `/v1/renders/${id}/manifest`);
  const manifest = await manifestOf(renderId);
  expect(manifest).toMatchObject({ speech: { cloned: false }, captions: { mode: "sidecar", words: "script" } });
  expect(manifest.speech?.passages[0]?.startSeconds).toBeGreaterThanOrEqual(1);

  const change = { script: "Zanzibar again.", captions: { mode: "burn" } };
  const { id: forkId } = await story.client.call<{ readonly id: string }>(
    "POST",
    `/v1/renders/${renderId}/fork`,
    change,
  );
  const forked = (await story.end(forkId)) as unknown as Finished;
  expect(forked).toMatchObject({ state: "finished", forkedFrom: renderId });
  expect(await textOf(forked.output.captionUrls.srt)).toContain("Zanzibar again.");
  expect(await manifestOf(forkId)).toMatchObject({
    frames: { swapped: manifest.frames.swapped },
    captions: { mode: "burn" },
  });

  expect(JSON.stringify(story.log)).not.toMatch(/Zanzibar|Wordless/);
  const { record } = await story.client.call<{ readonly record: { readonly subject: { readonly id: string } } }>(
    "GET",
    `/v1/consents/${made.consentId}`,
  );
  const erased = await story.client.call("DELETE", `/v1/subjects/${record.subject.id}`);
  expect(erased).toMatchObject({ outcome: "erased", counts: { renders: 2, uploads: 2 } });
  for (const url of [srt, vtt, ass, forked.output.captionUrls.ass]) expect((await fetch(url)).status).toBe(404);
});

/** A WAV file of somebody who says nothing, in a voice of 120 Hz. */
function recording(durationSeconds: number): Buffer {
  const sampleRateHz = 16_000;
  const stateAt = talkingTimeline({ seed: 3, durationSeconds });
  const samples = babble({ sampleRateHz, durationSeconds, stateAt, pitchHz: 120 });
  const sound = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, at) => sound.writeInt16LE(Math.round(20_000 * sample), 2 * at));
  const number = (value: number, bytes: 2 | 4) => {
    const written = Buffer.alloc(bytes);
    written.writeUIntLE(value, 0, bytes);
    return written;
  };
  const format = [
    number(1, 2),
    number(1, 2),
    number(sampleRateHz, 4),
    number(2 * sampleRateHz, 4),
    number(2, 2),
    number(16, 2),
  ];
  const [riff, wave, data] = ["RIFF", "WAVEfmt ", "data"].map((name) => Buffer.from(name, "latin1"));
  const size = number(36 + sound.length, 4);
  return Buffer.concat([riff!, size, wave!, number(16, 4), ...format, data!, number(sound.length, 4), sound]);
}
