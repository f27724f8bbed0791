/** A piece of the reference that is one word. */
export interface ReferenceWord {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * What a moment of the speech can be: the frames of the reference, word by word, and a silence before, between and after the words.
 * State 0 is a silence.
 */
export interface WordStates {
  readonly count: number;
  /** Frame of the reference; -1 for a silence. */
  readonly frames: Int32Array;
  /** Word that the state belongs to; for a silence the word after it. */
  readonly words: Int32Array;
}

/** @param words in order; each has at least two frames, so that none can vanish. */
export function listStates(words: readonly ReferenceWord[], secondsPerFrame: number, frameCount: number): WordStates {
  const frames: number[] = [-1];
  const owners: number[] = [0];
  for (const [word, { startSeconds, endSeconds }] of words.entries()) {
    const start = Math.min(frameCount - 1, Math.round(startSeconds / secondsPerFrame));
    const end = Math.max(start + 2, Math.round(endSeconds / secondsPerFrame));
    for (let frame = start; frame < end; frame++) {
      frames.push(Math.min(frameCount - 1, frame));
      owners.push(word);
    }
    frames.push(-1);
    owners.push(word + 1);
  }
  return { count: frames.length, frames: Int32Array.from(frames), words: Int32Array.from(owners) };
}
