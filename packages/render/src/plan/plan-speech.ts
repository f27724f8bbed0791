import { UnderstudyError } from "#model/errors.js";
import type { Segment } from "#model/plan.js";
import type { Passage, ScriptPart } from "#model/speech.js";

/** What placing a script depends on. */
export interface SpeechOrder {
  readonly parts: readonly ScriptPart[];
  /** Whether it may be spoken over swap segments. */
  readonly allowLipMismatch: boolean;
  /** How much faster than naturally the voice can speak; 1.33 is a third. */
  readonly fastestPace: number;
  /** Whether frames are coded again for as long as a passage may last; default false. */
  readonly isTight?: boolean;
}

/** A stretch of the film, seconds. */
interface Room {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Silence between speech and a cut. */
const marginSeconds = 0.15;
/** Nothing worth saying is shorter. */
const shortestRoomSeconds = 0.5;
/** Slower paces are tried in steps that nobody hears. */
const paceStep = 1.01;
/** A voice may be slower than the estimate by half, and begins with a breath; more time is not kept for it. */
const slowness = 1.5;
const breathSeconds = 0.5;
/** What estimates may be over the truth: the voice itself has the last word. */
const doubt = 1.25;

/** The film that a script is laid over. */
export interface SpokenFilm {
  /** They cover the film. */
  readonly segments: readonly Segment[];
  /** How long a frame is shown. */
  readonly frameSeconds: number;
}

/**
 * Says what is spoken when. Parts without a place flow in order through the kept segments, at the slowest pace from the natural
 * one on at which all of them fit; those that share a segment become one passage. Parts with a place are spoken there.
 * @throws UnderstudyError `lip-mismatch`, `script-does-not-fit`, `bad-script` for a place outside the film.
 */
export function planSpeech(film: SpokenFilm, order: SpeechOrder): Passage[] {
  const endSeconds = film.segments.at(-1)!.endSeconds;
  const runs = order.allowLipMismatch ? [{ startSeconds: 0, endSeconds }] : keptRuns(film.segments);
  if (runs.length === 0) {
    const message =
      "The swapped face is seen in the whole film: nothing of it is kept that a script could be spoken over.";
    throw new UnderstudyError("lip-mismatch", message);
  }
  const isPlaced = order.parts.some(({ place }) => place !== undefined);
  const passages = isPlaced ? placed(runs, { ...film, endSeconds }, order) : flowing(runs.map(shortened), order);
  return passages.map((passage, index) => ({ index, ...passage }));
}

type Unnumbered = Omit<Passage, "index">;

function keptRuns(segments: readonly Segment[]): Room[] {
  const runs: { startSeconds: number; endSeconds: number }[] = [];
  for (const { treatment, startSeconds, endSeconds } of segments) {
    if (treatment !== "keep") continue;
    if (runs.at(-1)?.endSeconds === startSeconds) runs.at(-1)!.endSeconds = endSeconds;
    else runs.push({ startSeconds, endSeconds });
  }
  return runs;
}

function shortened({ startSeconds, endSeconds }: Room): Room {
  return { startSeconds: startSeconds + marginSeconds, endSeconds: endSeconds - marginSeconds };
}

function flowing(all: readonly Room[], order: SpeechOrder): Unnumbered[] {
  const { parts, fastestPace } = order;
  const rooms = all.filter((room) => secondsIn(room) >= shortestRoomSeconds);
  const longestSeconds = Math.max(0, ...all.map(secondsIn));
  const sentenceSeconds = Math.max(...parts.map(({ estimatedSeconds }) => estimatedSeconds)) / fastestPace;
  if (rooms.length === 0 || sentenceSeconds > longestSeconds * doubt) {
    const hint = "Cut long sentences in two, or keep more of the film.";
    throw doesNotFit("The script's longest sentence", sentenceSeconds, longestSeconds, hint);
  }
  const tighten = (passages: Unnumbered[]) => passages.map((passage) => tightened(passage, order));
  const natural = fill(rooms, parts, 1);
  if (natural !== undefined) return tighten(natural);
  let pace = fastestPace * doubt;
  let filled = fill(rooms, parts, pace);
  if (filled === undefined) {
    const neededSeconds = parts.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0) / fastestPace;
    const roomSeconds = rooms.reduce((sum, room) => sum + secondsIn(room), 0);
    const hint = "Shorten it, cut long sentences in two, or keep more of the film.";
    throw doesNotFit("The script", neededSeconds, roomSeconds, hint);
  }
  for (let slower = fill(rooms, parts, pace / paceStep); slower !== undefined && pace > paceStep;) {
    filled = slower;
    pace /= paceStep;
    slower = fill(rooms, parts, pace / paceStep);
  }
  return tighten(filled);
}

/** What a voice does not need of its time is not taken, where frames are coded again for all of it. */
function tightened<P extends Unnumbered>(passage: P, { isTight = false }: SpeechOrder): P {
  const { startSeconds, endSeconds, estimatedSeconds } = passage;
  const enough = startSeconds + slowness * estimatedSeconds + breathSeconds;
  return isTight ? { ...passage, endSeconds: Math.min(endSeconds, enough) } : passage;
}

/** Puts each part into the room of the one before, or the next that is large enough; undefined when they run out. */
function fill(rooms: readonly Room[], parts: readonly ScriptPart[], pace: number): Unnumbered[] | undefined {
  const filled: { text: string; room: Room; estimatedSeconds: number }[] = [];
  let at = 0;
  for (const { text, estimatedSeconds } of parts) {
    const last = filled.at(-1);
    const isShared = last !== undefined && last.room === rooms[at];
    if (isShared && last.estimatedSeconds + estimatedSeconds <= secondsIn(last.room) * pace) {
      last.text += ` ${text}`;
      last.estimatedSeconds += estimatedSeconds;
      continue;
    }
    if (isShared) at++;
    while (at < rooms.length && estimatedSeconds > secondsIn(rooms[at]!) * pace) at++;
    const room = rooms[at];
    if (room === undefined) return undefined;
    filled.push({ text, room, estimatedSeconds });
  }
  return filled.map(({ text, room, estimatedSeconds }) => ({ text, ...room, estimatedSeconds }));
}

function placed(
  runs: readonly Room[],
  { frameSeconds, endSeconds: filmSeconds }: SpokenFilm & Pick<Room, "endSeconds">,
  order: SpeechOrder,
): Unnumbered[] {
  const { parts, allowLipMismatch, fastestPace } = order;
  return parts.map(({ text, estimatedSeconds, place }, at) => {
    const asked = place!;
    if (asked.startSeconds >= filmSeconds) {
      const message = `The script has a part at ${asked.startSeconds} s, but the film ends at ${filmSeconds.toFixed(1)} s.`;
      throw new UnderstudyError("bad-script", message, { hint: "Give it a time inside the film." });
    }
    const until = asked.endSeconds === undefined ? undefined : Math.min(asked.endSeconds, filmSeconds);
    // A second as people type it may lie in the frame in front of the cut that they mean.
    const run = runs.find(
      (one) => one.startSeconds - frameSeconds < asked.startSeconds && asked.startSeconds < one.endSeconds,
    );
    if (run === undefined || ((until ?? 0) > run.endSeconds + frameSeconds && !allowLipMismatch)) {
      const range = asked.endSeconds === undefined ? "" : ` to ${asked.endSeconds} s`;
      const message = `The script's part from ${asked.startSeconds} s${range} would be spoken while the swapped face is seen.`;
      throw new UnderstudyError("lip-mismatch", message);
    }
    const next = parts[at + 1]?.place?.startSeconds ?? Number.POSITIVE_INFINITY;
    const startSeconds = Math.max(asked.startSeconds, run.startSeconds);
    const endSeconds = Math.min(until ?? Number.POSITIVE_INFINITY, next, run.endSeconds - marginSeconds);
    const roomSeconds = Math.max(0, endSeconds - startSeconds);
    if (estimatedSeconds > roomSeconds * fastestPace * doubt) {
      const what = `The script's part at ${asked.startSeconds} s`;
      throw doesNotFit(what, estimatedSeconds / fastestPace, roomSeconds, "Shorten it, or give it more time.");
    }
    const passage = { text, startSeconds, endSeconds, estimatedSeconds };
    return asked.endSeconds === undefined ? tightened(passage, order) : passage;
  });
}

function secondsIn({ startSeconds, endSeconds }: Room): number {
  return endSeconds - startSeconds;
}

function doesNotFit(what: string, neededSeconds: number, roomSeconds: number, hint: string): UnderstudyError {
  const [needed, room] = [neededSeconds.toFixed(1), roomSeconds.toFixed(1)];
  const message = `${what} takes about ${needed} s, spoken as fast as is allowed; it has ${room} s.`;
  return new UnderstudyError("script-does-not-fit", message, { hint });
}
