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

/**
 * Says what is spoken when. Parts without a place flow in order through the kept segments, at the slowest pace from the natural
 * one on at which all of them fit; those that share a segment become one passage. Parts with a place are spoken there.
 * @param segments of the plan; they cover the film.
 * @throws UnderstudyError `lip-mismatch`, `script-does-not-fit`, `bad-script` for a place outside the film.
 */
export function planSpeech(segments: readonly Segment[], order: SpeechOrder): Passage[] {
  const endSeconds = segments.at(-1)!.endSeconds;
  const rooms = order.allowLipMismatch ? [{ startSeconds: 0, endSeconds }] : keptRuns(segments);
  const isPlaced = order.parts.some(({ place }) => place !== undefined);
  const passages = isPlaced ? placed(rooms, endSeconds, order) : flowing(rooms.map(shortened), order);
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

function flowing(all: readonly Room[], { parts, fastestPace }: SpeechOrder): Unnumbered[] {
  const rooms = all.filter((room) => secondsIn(room) >= shortestRoomSeconds);
  if (rooms.length === 0) {
    const message =
      "The swapped face is seen in the whole film: nothing of it is kept that a script could be spoken over.";
    throw new UnderstudyError("lip-mismatch", message);
  }
  const natural = fill(rooms, parts, 1);
  if (natural !== undefined) return natural;
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
  return filled;
}

/** Captions are planned for all of a passage's time: what the voice does not need is not taken. */
function endedSoon({ startSeconds, endSeconds }: Room, estimatedSeconds: number): Room {
  const enough = startSeconds + slowness * estimatedSeconds + breathSeconds;
  return { startSeconds, endSeconds: Math.min(endSeconds, enough) };
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
  return filled.map(({ text, room, estimatedSeconds }) => ({
    text,
    ...endedSoon(room, estimatedSeconds),
    estimatedSeconds,
  }));
}

function placed(
  runs: readonly Room[],
  filmSeconds: number,
  { parts, allowLipMismatch, fastestPace }: SpeechOrder,
): Unnumbered[] {
  return parts.map(({ text, estimatedSeconds, place }, at) => {
    const { startSeconds, endSeconds: asked } = place!;
    if (startSeconds >= filmSeconds) {
      const message = `The script has a part at ${startSeconds} s, but the film ends at ${filmSeconds.toFixed(1)} s.`;
      throw new UnderstudyError("bad-script", message, { hint: "Give it a time inside the film." });
    }
    const run = runs.find((one) => one.startSeconds <= startSeconds + snapSeconds && startSeconds < one.endSeconds);
    const isSeen = run === undefined || (asked ?? 0) > run.endSeconds + snapSeconds;
    if (isSeen && !allowLipMismatch) {
      const until = asked === undefined ? "" : ` to ${asked} s`;
      const message = `The script's part from ${startSeconds} s${until} would be spoken while the swapped face is seen.`;
      throw new UnderstudyError("lip-mismatch", message);
    }
    const next = parts[at + 1]?.place?.startSeconds ?? Number.POSITIVE_INFINITY;
    const endSeconds = Math.min(asked ?? Number.POSITIVE_INFINITY, next, run!.endSeconds - marginSeconds);
    const roomSeconds = endSeconds - startSeconds;
    if (estimatedSeconds > roomSeconds * fastestPace * doubt) {
      const what = `The script's part at ${startSeconds} s`;
      throw doesNotFit(
        what,
        estimatedSeconds / fastestPace,
        Math.max(0, roomSeconds),
        "Shorten it, or give it more time.",
      );
    }
    const room =
      asked === undefined ? endedSoon({ startSeconds, endSeconds }, estimatedSeconds) : { startSeconds, endSeconds };
    return { text, ...room, estimatedSeconds };
  });
}

/** A time as people type it means the frame that begins there. */
const snapSeconds = 0.0005;

function secondsIn({ startSeconds, endSeconds }: Room): number {
  return endSeconds - startSeconds;
}

function doesNotFit(what: string, neededSeconds: number, roomSeconds: number, hint: string): UnderstudyError {
  const [needed, room] = [neededSeconds.toFixed(1), roomSeconds.toFixed(1)];
  const message = `${what} takes about ${needed} s, spoken as fast as is allowed; it has ${room} s.`;
  return new UnderstudyError("script-does-not-fit", message, { hint });
}
