import { expect, test } from "vitest";
import { alignSpeech } from "#speech/align/align-speech.js";
import { createFliteEngine } from "#speech/flite/flite-engine.js";
import { readScript } from "#speech/text/read-script.js";
import { runSpeechTask } from "./run-speech-task.js";

const tokens = readScript("Hello there.");
const { signal } = new AbortController();

test("a voice speaks in a thread", async () => {
  const { samples, words, cloned } = await createFliteEngine().speak({ tokens, voice: "kal16", signal });
  expect(samples.length).toBeGreaterThan(8000);
  expect(words).toHaveLength(2);
  expect(cloned).toBe(false);
});

test("a refusal comes out of the thread as it was thrown", async () => {
  const spoken = createFliteEngine().speak({ tokens, targetSeconds: 60, signal });
  await expect(spoken).rejects.toMatchObject({ code: "script-does-not-fit", hint: "Give a longer script." });
});

test("a cancel ends the thread with the signal's reason", async () => {
  const controller = new AbortController();
  const spoken = createFliteEngine().speak({ tokens, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(spoken).rejects.toThrow("enough");
});

test("a task that takes too long is ended", async () => {
  const spoken = runSpeechTask("speak", { tokens }, { signal, timeoutMs: 1 });
  await expect(spoken).rejects.toMatchObject({ code: "deadline-exceeded" });
});

test.each([
  ["0.2 s", 3200, 0.5, "no-speech"],
  ["silence", 16_000, 0, "no-speech"],
  ["more than ten minutes", 601 * 16_000, 0.5, "input-too-long"],
])("%s is not aligned", async (_what, length, value, code) => {
  await expect(alignSpeech(new Float32Array(length).fill(value), "Hello", signal)).rejects.toMatchObject({ code });
});
