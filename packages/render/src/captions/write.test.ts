import { parse } from "ass-compiler";
import { beforeAll, expect, test } from "vitest";
import { parseCaptionTrack, type CaptionTrack } from "./caption-track.js";
import { loadCaptionFont, type CaptionFont } from "./font/caption-font.js";
import { makeCaptions } from "./make-captions.js";
import { speak } from "./testing/speak.js";
import { writeAss } from "./write-ass.js";
import { writeSrt } from "./write-srt.js";
import { writeVtt } from "./write-vtt.js";

let font: CaptionFont;
beforeAll(async () => {
  font = await loadCaptionFont("Montserrat SemiBold");
});

/** Two cues with what formats stumble over: braces, a backslash, markup, a pause, times that fall between hundredths. */
const track: CaptionTrack = {
  version: 1,
  preset: "broadcast",
  widthPixels: 1280,
  heightPixels: 720,
  cues: [
    {
      startSeconds: 0.404,
      endSeconds: 2.5,
      lines: [
        [
          { text: "{50%", startSeconds: 0.404, endSeconds: 0.606 },
          { text: String.raw`off}\n`, startSeconds: 0.606, endSeconds: 0.808 },
        ],
        [
          { text: "<i>Tom", startSeconds: 1.2, endSeconds: 1.5 },
          { text: "&", startSeconds: 1.5, endSeconds: 1.6 },
          { text: "🎉", startSeconds: 1.6, endSeconds: 2 },
          { text: "Jo", startSeconds: 2, endSeconds: 2.2 },
        ],
      ],
    },
    { startSeconds: 3661, endSeconds: 3662.0006, lines: [[{ text: "שלום", startSeconds: 3661, endSeconds: 3661.5 }]] },
  ],
};

const dialogues = (ass: string) => ass.split("\n").filter((line) => line.startsWith("Dialogue:"));

test("ASS: words sweep, pauses belong to the space, braces and backslashes are text, emoji without a glyph are left out", () => {
  expect(dialogues(writeAss(track, font))).toEqual([
    String.raw`Dialogue: 0,0:00:00.40,0:00:02.50,Word,,0,0,0,,{\kf21}\{50%{\k0} {\kf20}off\}` +
      `\\\u2060` +
      String.raw`n{\k39}\N{\kf30}<i>Tom{\k0} {\kf10}&{\k40} {\kf20}Jo`,
    String.raw`Dialogue: 0,1:01:01.00,1:01:02.00,Word,,0,0,0,,{\k50}שלום`,
  ]);
});

test("ASS: the file is in the picture's own pixels, and its only style is scaled to them", () => {
  const { info, styles } = parse(writeAss(track, font));
  expect(info).toMatchObject({
    PlayResX: "1280",
    PlayResY: "720",
    LayoutResX: "1280",
    LayoutResY: "720",
    WrapStyle: "2",
    ScaledBorderAndShadow: "yes",
  });
  expect(styles.style).toHaveLength(1);
  expect(styles.style[0]).toMatchObject({
    Fontname: "Montserrat SemiBold",
    Fontsize: "48",
    PrimaryColour: "&H007AE2FF",
    SecondaryColour: "&H00FFFFFF",
    Outline: "2.3",
    MarginV: "50",
  });
});

test("ASS: another reader finds every word at its time, to half a hundredth of a second and without drift", () => {
  const words = speak(
    "the quick brown fox jumps over the lazy dog and runs into the wood behind the old mill by the river",
  );
  const made = makeCaptions(words, { preset: "broadcast", widthPixels: 1280, heightPixels: 720 }, font);
  const found = parse(writeAss(made, font)).events.dialogue.flatMap(({ Start, Text }) => {
    let at = Start;
    return Text.parsed.flatMap(({ tags, text }) => {
      const start = at;
      at += tags.reduce((sum, { k = 0, kf = 0 }) => sum + k + kf, 0) / 100;
      return text.trim() === "" || text === String.raw`\N` ? [] : [{ text, start }];
    });
  });
  expect(found.map(({ text }) => text)).toEqual(words.map(({ text }) => text));
  const errors = found.map(({ start }, at) => Math.abs(start - words[at]!.startSeconds));
  expect(Math.max(...errors)).toBeLessThanOrEqual(0.005_001);
});

test("ASS: a line that could not be broken is drawn narrower", () => {
  const word = { text: "ש".repeat(80), startSeconds: 0, endSeconds: 1 };
  const wide = { ...track, cues: [{ startSeconds: 0, endSeconds: 1, lines: [[word]] }] };
  const [, scale] = /\{\\fscx(\d+)\\fscy\d+\}/.exec(writeAss(wide, font))!;
  expect(Number(scale)).toBeLessThan(60);
  expect((font.widthOf(word.text, 48) * Number(scale)) / 100).toBeLessThan(1280 - 2 * 47);
});

test("ASS: a cue of nothing but emoji is not drawn", () => {
  const emoji = { text: "🎉", startSeconds: 0, endSeconds: 1 };
  expect(dialogues(writeAss({ ...track, cues: [{ startSeconds: 0, endSeconds: 1, lines: [[emoji]] }] }, font))).toEqual(
    [],
  );
});

test("ASS: a word has swept when its cue goes, and marks that stood with an emoji go with it", () => {
  const lines = [
    [
      { text: "too 👨‍👩‍👧 🎉", startSeconds: 0, endSeconds: 0.5 },
      { text: "👨‍👩‍👧.", startSeconds: 0.5, endSeconds: 0.6 },
      { text: "hot", startSeconds: 0.6, endSeconds: 1.2 },
    ],
  ];
  expect(dialogues(writeAss({ ...track, cues: [{ startSeconds: 0, endSeconds: 1, lines }] }, font))).toEqual([
    String.raw`Dialogue: 0,0:00:00.00,0:00:01.00,Word,,0,0,0,,{\kf50}too{\k10} {\kf36}hot`,
  ]);
});

test("SRT: a line that reads like times is none", () => {
  const words = [{ text: "1 --> 2", startSeconds: 0, endSeconds: 1 }];
  expect(writeSrt({ ...track, cues: [{ startSeconds: 0, endSeconds: 1, lines: [words] }] })).toMatch(
    /\n1 --\u2060> 2\n$/,
  );
});

test("SRT: plain text, in which commands are no commands", () => {
  expect(writeSrt(track)).toBe(
    [
      "1\n00:00:00,404 --> 00:00:02,500",
      String.raw`{50% off}\n`,
      "<\u2060i>Tom & 🎉 Jo\n",
      "2\n01:01:01,000 --> 01:01:02,001\nשלום\n",
    ].join("\n"),
  );
});

test("WebVTT: a time in front of each word but the first, and nothing that reads as markup", () => {
  expect(writeVtt(track)).toBe(
    [
      "WEBVTT\n",
      "1\n00:00:00.404 --> 00:00:02.500",
      String.raw`<c>{50%</c> <00:00:00.606><c>off}\n</c>`,
      "<00:00:01.200><c>&lt;i&gt;Tom</c> <00:00:01.500><c>&amp;</c> <00:00:01.600><c>🎉</c> <00:00:02.000><c>Jo</c>\n",
      "2\n01:01:01.000 --> 01:01:02.001\n<c>שלום</c>\n",
    ].join("\n"),
  );
});

test("JSON: a track is read as it was written, and nothing else is", () => {
  expect(parseCaptionTrack(JSON.stringify(track))).toEqual(track);
  for (const wrong of [
    "",
    "{}",
    JSON.stringify({ ...track, version: 2 }),
    JSON.stringify({ ...track, widthPixels: 1e9 }),
  ]) {
    expect(() => parseCaptionTrack(wrong)).toThrow("not a caption track of version 1");
  }
});
