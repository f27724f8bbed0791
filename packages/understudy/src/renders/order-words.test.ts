import { describe, expect, it } from "vitest";
import type { OrderedSpeech } from "./render-order.js";
import { assertWords, wordsOf } from "./order-words.js";

const rules = { allowLipMismatch: false, underSpeech: "duck" } as const;
const recording = { kind: "upload", uploadId: "upload_0000000000000001" } as const;
const speech: OrderedSpeech = { ...rules, script: "It folds flat.", sample: { recording, text: "Hello there." } };

describe("the words of an order", () => {
  it("are what was asked for", () => {
    const order = { speech, captions: { mode: "burn" } } as const;
    expect(wordsOf(order)).toEqual(order);
    expect(wordsOf({})).toEqual({});
    expect(wordsOf({ captions: { mode: "sidecar", transcript: "Hi." } })).toEqual({
      captions: { mode: "sidecar", transcript: "Hi." },
    });
  });

  it.each([
    ["the script", { speech: { ...rules } }],
    ["what the recording says", { speech: { ...speech, sample: { recording } } }],
    ["the transcript", { captions: { mode: "burn" } }],
  ] as const)("are not kept any more once %s was removed", (_, order) => {
    expect(() => wordsOf(order)).toThrow(expect.objectContaining({ code: "artifact-missing" }));
  });

  it.each([
    ["script", { speech: { ...rules, script: "\u{1F3AC}" } }],
    ["script", { speech: { ...rules, script: "[5] Now.\n\n[3] Then." } }],
    ["captions.transcript", { captions: { mode: "burn", transcript: "\u{1F3AC}" } }],
  ] as const)("that cannot be spoken are refused by their field: %s", (field, order) => {
    expect(() => assertWords(order)).toThrow(
      expect.objectContaining({ code: "bad-script", message: expect.stringMatching(`^${field}: `) }),
    );
  });
});
