import type { Band, BestPath } from "./best-path.js";
import type { SoundLevels } from "./sound-frames.js";
import type { WordStates } from "./word-states.js";

/** A coarse path, and what it went through. */
interface CoarsePath {
  readonly path: BestPath;
  readonly states: WordStates;
  readonly secondsPerFrame: number;
}

/**
 * A band around the way that is taken when speech runs at one pace: each loud frame goes on by the same number of states, and
 * silence waits. Wide enough for all of a short text.
 * @param width states.
 */
export function bandAlongSpeech({ levels, speechLevel }: SoundLevels, stateCount: number, width: number): Band {
  const spoken = new Uint32Array(levels.length);
  let count = 0;
  for (let frame = 0; frame < levels.length; frame++) {
    if (levels[frame]! > speechLevel) count++;
    spoken[frame] = count;
  }
  return bandAround(levels.length, stateCount, width, (frame) => (spoken[frame]! / Math.max(1, count)) * stateCount);
}

/** A band around a path that was found with longer frames. */
export function bandAlongPath(
  coarse: CoarsePath,
  fine: { readonly frameCount: number; readonly states: WordStates; readonly secondsPerFrame: number },
  width: number,
): Band {
  const { states } = fine;
  const ratio = coarse.secondsPerFrame / fine.secondsPerFrame;
  let state = 0;
  return bandAround(fine.frameCount, states.count, width, (frame) => {
    const at = Math.min(coarse.path.states.length - 1, Math.round(frame / ratio));
    const coarseState = coarse.path.states[at]!;
    const word = coarse.states.words[coarseState]!;
    const wanted = coarse.states.frames[coarseState]! * ratio;
    // Both lists are in order, so the place in the fine one only moves on.
    while (state < states.count - 1 && (states.words[state]! < word || isBefore(states, state, word, wanted))) state++;
    return state;
  });
}

function isBefore({ words, frames }: WordStates, state: number, word: number, wantedFrame: number): boolean {
  return words[state] === word && wantedFrame >= 0 && frames[state]! < wantedFrame;
}

function bandAround(frameCount: number, stateCount: number, width: number, centreOf: (frame: number) => number): Band {
  const starts = new Int32Array(frameCount);
  const last = Math.max(0, stateCount - width);
  for (let frame = 0; frame < frameCount; frame++) {
    starts[frame] = Math.min(last, Math.max(0, Math.round(centreOf(frame) - width / 2)));
  }
  return { starts, width: Math.min(width, stateCount) };
}
