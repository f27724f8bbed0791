import { createHash } from "node:crypto";
import type { Manifest } from "@understudy/render";
import { expect, test } from "vitest";
import { fakeManifest, fakePlan, fakeSpeech } from "#testing/fake-wiring.js";
import { describeQuality } from "./describe-quality.js";
import { reportPage } from "./page.js";
import { pickMoments } from "./pick-moments.js";
import { speech } from "./section-speech.js";
import { secondsOfFrame } from "./section-timeline.js";

const hostile = `"><script>alert(1)<img src=x onerror=alert(2)>'&.mp4`;
const jpeg = "data:image/jpeg;base64,AAAA";

function page(name = "out.mp4"): string {
  const manifest = fakeManifest({ plan: { ...fakePlan(), stitch: { mode: "reencode", reason: "<b>open GOP</b>" } } });
  const source = { ...manifest.request.source, key: `/videos/${name}` };
  const faces = [{ ...manifest.request.source, key: `/photos/${name}` }];
  const moments = pickMoments(manifest.plan.segments).map((moment) => ({
    ...moment,
    before: jpeg,
    after: jpeg,
    widthPixels: 16,
    heightPixels: 9,
  }));
  return reportPage({
    manifest: { ...manifest, request: { ...manifest.request, source }, cast: [{ ...manifest.cast[0], faces }] },
    videoPath: `/tmp/${name}`,
    manifestPath: `/tmp/${name}.json`,
    moments,
  });
}

test("the page refers to nothing outside itself but its two neighbours", () => {
  const references = [...page().matchAll(/\b(?:src|href|action|poster|srcset|data)="([^"]*)"/g)].map(
    ([, target]) => target,
  );
  expect(new Set(references)).toEqual(new Set([jpeg, "./out.mp4", "./out.mp4.json"]));
  expect(page()).not.toMatch(/url\(|@import|https?:|\bimport\b/);
});

test("hostile file names and reasons are text, whatever they hold", () => {
  const text = page(hostile);
  expect(text).not.toContain("<script>alert");
  expect(text).not.toContain("<img src=x");
  expect(text).not.toContain("<b>open GOP");
  expect(text).toContain("&lt;script&gt;alert(1)&lt;img");
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text).not.toMatch(/<[^>]+\son[a-z]+=/i);
  expect(text).not.toMatch(/<[^>]+\sstyle=/i);
});

test("the content policy allows exactly the page's own style and script", () => {
  const text = page();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? "";
  for (const [tag, directive] of [
    ["style", "style-src"],
    ["script", "script-src"],
  ] as const) {
    const body = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(body).digest("base64");
    expect(policy.replaceAll("&#39;", "'")).toContain(`${directive} 'sha256-${hash}'`);
  }
  expect(policy).not.toContain("unsafe");
});

test("every slider is a labelled range input", () => {
  const inputs = page().match(/<input [^>]*>/g) ?? [];
  expect(inputs).toHaveLength(6);
  for (const input of inputs) expect(input).toMatch(/type="range".*aria-label="/);
});

test("moments lie inside their swap segments, each once, at most twelve", () => {
  const moments = pickMoments(fakePlan().segments);
  expect(moments.map(({ frame }) => frame)).toEqual([25, 75, 125, 475, 525, 575]);
  const ranges = Array.from({ length: 20 }, (_, i) => ({ startSeconds: i, endSeconds: i + 0.5 }));
  const many = pickMoments(fakePlan(ranges).segments);
  expect(many).toHaveLength(12);
  expect(new Set(many.map(({ frame }) => frame)).size).toBe(12);
  expect(pickMoments(fakePlan([{ startSeconds: 1, endSeconds: 1.03 }]).segments)).toEqual([{ frame: 30, seconds: 1 }]);
});

test("frame numbers become seconds by the segment they lie in", () => {
  const { segments } = fakePlan();
  expect([0, 75, 150, 900].map((frame) => secondsOfFrame(segments, frame))).toEqual([0, 2.5, 5, 30]);
});

test("metrics are told in words, in both directions, and left out when they are not there", () => {
  const { quality } = fakeManifest();
  expect(describeQuality(quality)[0]).toEqual({
    sentence: "Nearer to the photo than to the original person by 0.21.",
    figure: "identity margin 0.210 (photo 0.72, original 0.51)",
    tone: "good",
  });
  expect(
    describeQuality({ ...quality, identityMargin: -0.05, flickerRatio: 1.4, maxBackgroundChange: 3 }).filter(
      ({ tone }) => tone === "poor",
    ),
  ).toHaveLength(3);
  expect(describeQuality({ ...quality, identityMargin: -0.009 })[0]).toMatchObject({ tone: "plain" });
  expect(describeQuality({ sampledFrames: 5, maxBackgroundChange: 0 })).toHaveLength(1);
  expect(describeQuality({ sampledFrames: 0, maxBackgroundChange: 0 })).toEqual([]);
});

const captions = { mode: "burn", preset: "broadcast", words: "script", cues: 12 } as const;
const section = (parts: Partial<Manifest>) => {
  const made = speech(fakeManifest(parts));
  return made === "" ? "" : made.text;
};

test("speech is told with its voice, loudness, places and what of the sound was encoded again", () => {
  const text = section({ speech: fakeSpeech, captions });
  expect(text).toContain("Speech and captions");
  expect(text).toContain("nobody&#39;s voice, not a clone");
  expect(text).toContain("-14.1 LUFS, highest true peak -1.2 dBTP");
  expect(text).toContain("14.9 s around what is said, all else is the source&#39;s, byte for byte");
  expect(text).toContain("12, drawn into the picture, look broadcast; the words are those of the script");
  expect(text.match(/<td>passage/g)).toHaveLength(2);
  expect(text).toContain("1.12 times");
});

test("a cloned voice is called one, and a whole track says why", () => {
  const sound = { ...fakeSpeech.sound, treatment: "encoded", reason: "<i>not AAC</i>", underSpeech: "mute" } as const;
  const text = section({ speech: { ...fakeSpeech, cloned: true, sound } });
  expect(text).toContain("the cloned voice of a person");
  expect(text).toContain("the whole track, 14.9 s: &lt;i&gt;not AAC&lt;/i&gt;; the film&#39;s own is silent");
});

test("captions alone have their line, and neither has no section", () => {
  expect(section({ captions: { ...captions, words: "transcript" } })).toContain("found in the film&#39;s sound");
  expect(section({})).toBe("");
});
