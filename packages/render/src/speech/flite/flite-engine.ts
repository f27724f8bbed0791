import { fliteLicence } from "./flite-voices.js";
import { stretchRange } from "./stretch-range.js";
import type { VoiceEngine } from "#speech/voice-engine.js";
import { runSpeechTask } from "#speech/thread/run-speech-task.js";

/** Several times what the longest script takes, fitted to a length, on one core that is free. */
const timeoutMs = 120_000;

/** The voice that is always there: English, 16 kHz, plainly synthetic, in a thread of its own. */
export function createFliteEngine(): VoiceEngine {
  return {
    name: "flite",
    clones: false,
    weightsLicence: fliteLicence,
    pace: { slowest: 1 / stretchRange.max, fastest: 1 / stretchRange.min },
    speak: ({ signal, ...order }) => runSpeechTask("speak", order, { signal, timeoutMs }),
  };
}
