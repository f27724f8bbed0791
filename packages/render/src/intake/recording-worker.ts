import { parentPort, workerData } from "node:worker_threads";
import { toUnderstudyError } from "#model/errors.js";
import type { RecordingInput } from "./check-recording.js";
import { judgeRecording, type RecordingReport } from "./judge-recording.js";
import { lookAtRecording } from "./look-at-recording.js";

// The code of the thread that looks at one recording.
parentPort?.postMessage(await look());

async function look(): Promise<RecordingReport> {
  try {
    const frames = await lookAtRecording(workerData as Omit<RecordingInput, "signal">);
    return { kind: "matches", faceMatch: judgeRecording(frames) };
  } catch (thrown) {
    const { code, message, hint } = toUnderstudyError(thrown);
    return { kind: "failed", code, message, hint };
  }
}
