import { parentPort, workerData } from "node:worker_threads";
import { alignWords } from "#speech/align/align-words.js";
import { speakTokens } from "#speech/flite/speak-tokens.js";
import { assertNever, toUnderstudyError } from "#model/errors.js";
import type { SpeechReport, SpeechTask, SpeechTasks } from "./speech-tasks.js";

// The code of a speech thread: one task, one report.
const task = workerData as SpeechTask;
try {
  say({ kind: "done", result: perform(task) });
} catch (thrown) {
  const { code, message, hint } = toUnderstudyError(thrown);
  say({ kind: "failed", code, message, hint });
}

function perform(task: SpeechTask): SpeechTasks[keyof SpeechTasks]["result"] {
  switch (task.kind) {
    case "speak":
      return speakTokens(task.order);
    case "align":
      return alignWords(task.order);
    default:
      return assertNever(task);
  }
}

function say(report: SpeechReport): void {
  const isSpeech = report.kind === "done" && "samples" in report.result;
  parentPort?.postMessage(report, isSpeech ? [report.result.samples.buffer as ArrayBuffer] : []);
}
