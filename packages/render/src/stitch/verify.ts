import type { ClipFile } from "#media/clip-file.js";
import type { MediaInput, MediaIO, PictureDecoder, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { VerificationReport } from "#model/manifest.js";
import type { RenderPlan } from "#model/plan.js";
import { createPacketFates } from "./kept-packets.js";
import { openClips, type OpenedClips } from "./open-clips.js";
import { digestOf } from "./digest.js";
import { storedSound, treatmentOf } from "./sound-treatment.js";

/** What verification needs. */
export interface VerifyInput {
  readonly io: MediaIO;
  readonly source: SourceMedia;
  readonly plan: RenderPlan;
  readonly index: FrameIndex;
  readonly clips: readonly ClipFile[];
  readonly outputPath: string;
  readonly signal?: AbortSignal;
  /** Packets checked, and how many there are in both files. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A time may be off by this much: the source's clock and the output's are the same, only division rounds. */
const toleranceSeconds = 1e-6;

/**
 * Reads source and output once each and compares them: kept picture packets and copied sound packets by digest, all
 * presentation times, and every frame of the output decoded.
 * @throws UnderstudyError `verification-failed` with every difference in one message; `cancelled`.
 */
export async function verifyOutput(task: VerifyInput): Promise<VerificationReport> {
  const clips = await openClips(task.plan, task.clips);
  try {
    const progress = createProgress(task);
    const expected = await readExpected(task, clips, progress);
    const found = await readOutput(task, progress);
    const isClean = found.decodeErrors === 0 && found.decodedFrames === task.plan.frameCount;
    const decodable = isClean ? found : await decodeSource(task);
    return judge(task, expected, found, decodable);
  } finally {
    await clips.close();
  }
}

/** What the output must hold. */
interface Expected {
  /** Digest of each picture packet, decode order. */
  readonly picture: { readonly digest: string; readonly isKept: boolean }[];
  /** Copied sound tracks, in track order. */
  readonly sound: Entry[][];
}

/** What the output holds. */
interface Found {
  readonly pictureDigests: string[];
  /** Presentation seconds of visible frames, ascending. */
  readonly pictureSeconds: number[];
  /** All sound tracks, in track order; those encoded anew among them. */
  readonly sound: Entry[][];
  readonly decodedFrames: number;
  readonly decodeErrors: number;
}

interface Entry {
  readonly digest: string;
  readonly seconds: number;
}

async function readExpected(task: VerifyInput, clips: OpenedClips, progress: () => void): Promise<Expected> {
  const { io, source, plan, signal } = task;
  const input = await io.openInput(source.path);
  try {
    const sound = new Map<number, { track: TrackFacts; entries: Entry[] }>();
    for (const track of input.tracks) {
      if (track.kind === "audio" && treatmentOf(track) === "copy") sound.set(track.index, { track, entries: [] });
    }
    input.select([source.video.index, ...sound.keys()]);
    const picture: Expected["picture"] = [];
    const fateOf = createPacketFates(plan);
    const turn = createTurns(signal);
    for (let packet = input.read(); packet !== undefined; packet = input.read()) {
      progress();
      await turn();
      const other = sound.get(packet.trackIndex);
      if (other !== undefined) {
        const digest = digestOf(storedSound(other.track, packet.payload));
        other.entries.push({ digest, seconds: secondsOf(input, other.track, packet.ptsTicks) });
        continue;
      }
      const fate = fateOf(packet);
      if (fate.kind === "keep") picture.push({ digest: digestOf(packet.payload), isKept: true });
      if (fate.kind === "replace") {
        picture.push({ digest: digestOf(await clips.of(fate.region).readPayload(fate.number)), isKept: false });
      }
    }
    return { picture, sound: [...sound.values()].map(({ entries }) => entries) };
  } finally {
    input.close();
  }
}

async function readOutput(task: VerifyInput, progress: () => void): Promise<Found> {
  const input = await task.io.openInput(task.outputPath);
  let decoder: PictureDecoder | undefined;
  try {
    const track = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt);
    if (track === undefined)
      throw new UnderstudyError("verification-failed", "The finished file has no picture track.");
    const sound = new Map<number, Entry[]>();
    for (const other of input.tracks) if (other.kind === "audio") sound.set(other.index, []);
    input.select([track.index, ...sound.keys()]);
    decoder = input.openDecoder(track.index, { threads: 0, strict: true });
    const pictureDigests: string[] = [];
    const pictureSeconds: number[] = [];
    let decodedFrames = 0;
    const turn = createTurns(task.signal);
    const countDecoded = async () => {
      for (let decoded = decoder?.receive(); decoded !== undefined; decoded = decoder?.receive()) {
        decoded.release();
        decodedFrames++;
        await turn();
      }
    };
    for (let packet = input.read(); packet !== undefined; packet = input.read()) {
      progress();
      await turn();
      const entries = sound.get(packet.trackIndex);
      if (entries !== undefined) {
        const seconds = ticksToSeconds(packet.ptsTicks, input.tracks[packet.trackIndex]?.timeBase ?? track.timeBase);
        entries.push({ digest: digestOf(packet.payload), seconds });
        continue;
      }
      pictureDigests.push(digestOf(packet.payload));
      if (!packet.isHidden) pictureSeconds.push(ticksToSeconds(packet.ptsTicks, track.timeBase));
      decoder.send(packet);
      await countDecoded();
    }
    decoder.send(undefined);
    await countDecoded();
    pictureSeconds.sort((left, right) => left - right);
    const decodeErrors = decoder.errorCount;
    return { pictureDigests, pictureSeconds, sound: [...sound.values()], decodedFrames, decodeErrors };
  } finally {
    decoder?.close();
    input.close();
  }
}

/** A damaged source hands its damage on with the packets it keeps; that is no fault of the stitching. */
async function decodeSource({
  io,
  source,
  signal,
}: VerifyInput): Promise<Pick<Found, "decodedFrames" | "decodeErrors">> {
  const input = await io.openInput(source.path);
  let decoder: PictureDecoder | undefined;
  try {
    input.select([source.video.index]);
    decoder = input.openDecoder(source.video.index, { threads: 0, strict: true, convert: true });
    const turn = createTurns(signal);
    let decodedFrames = 0;
    for (let isEnded = false; !isEnded;) {
      const packet = input.read();
      isEnded = packet === undefined;
      decoder.send(packet);
      for (let decoded = decoder.receive(); decoded !== undefined; decoded = decoder.receive()) {
        decoded.release();
        decodedFrames++;
      }
      await turn();
    }
    return { decodedFrames, decodeErrors: decoder.errorCount };
  } finally {
    decoder?.close();
    input.close();
  }
}

function judge(
  task: VerifyInput,
  expected: Expected,
  found: Found,
  decodable: Pick<Found, "decodedFrames" | "decodeErrors">,
): VerificationReport {
  const { presentationSeconds } = task.index;
  const kept = expected.picture.filter(({ isKept }) => isKept).length;
  let keptIdentical = 0;
  let replacedIdentical = 0;
  for (const [number, { digest, isKept }] of expected.picture.entries()) {
    if (found.pictureDigests[number] !== digest) continue;
    if (isKept) keptIdentical++;
    else replacedIdentical++;
  }
  const sound = matchSound(expected.sound, found.sound);
  const report: VerificationReport = {
    keptPackets: kept,
    keptPacketsIdentical: keptIdentical,
    audioPackets: sound.packets,
    audioPacketsIdentical: sound.identical,
    presentationTimesEqual: areEqualTimes(presentationSeconds, found.pictureSeconds) && sound.areTimesEqual,
    decodedFrames: found.decodedFrames,
    decodeErrors: found.decodeErrors,
  };
  const problems = [
    [kept === keptIdentical, `${kept - keptIdentical} of ${kept} kept picture packets differ from the source`],
    [
      expected.picture.length === found.pictureDigests.length && replacedIdentical === expected.picture.length - kept,
      "the swapped packets are not the ones that were made",
    ],
    [sound.packets === sound.identical, `${sound.packets - sound.identical} of ${sound.packets} sound packets differ`],
    [report.presentationTimesEqual, "presentation times differ from the source's"],
    [
      found.decodedFrames >= Math.min(task.plan.frameCount, decodable.decodedFrames),
      `${found.decodedFrames} frames could be decoded instead of ${task.plan.frameCount}`,
    ],
    [
      found.decodeErrors === 0 || found.decodeErrors <= decodable.decodeErrors,
      `decoding met ${found.decodeErrors} errors`,
    ],
  ] as const;
  const failed = problems.flatMap(([holds, problem]) => (holds ? [] : [problem]));
  if (failed.length === 0) return report;
  throw new UnderstudyError("verification-failed", `The finished file did not pass its check: ${failed.join("; ")}.`);
}

/** Copied tracks keep their order; tracks that were encoded anew stand between them and are passed over by length. */
function matchSound(
  expected: readonly Entry[][],
  found: readonly Entry[][],
): { packets: number; identical: number; areTimesEqual: boolean } {
  let packets = 0;
  let identical = 0;
  let areTimesEqual = true;
  const candidates = [...found];
  for (const entries of expected) {
    const at = candidates.findIndex((other) => other[0]?.digest === entries[0]?.digest);
    const [match = []] = at < 0 ? [] : candidates.splice(at, 1);
    packets += entries.length;
    identical += entries.filter(({ digest }, number) => match[number]?.digest === digest).length;
    const seconds = (list: readonly Entry[]) => list.map((entry) => entry.seconds);
    areTimesEqual &&= areEqualTimes(seconds(entries), seconds(match));
  }
  return { packets, identical, areTimesEqual };
}

function areEqualTimes(left: readonly number[], right: readonly number[]): boolean {
  return (
    left.length === right.length && left.every((time, at) => Math.abs(time - (right[at] ?? 0)) <= toleranceSeconds)
  );
}

function secondsOf(input: MediaInput, track: TrackFacts, ticks: number): number {
  return ticksToSeconds(ticks, track.timeBase) - input.zeroSeconds;
}

function createProgress(task: VerifyInput): () => void {
  const { source, plan, onProgress } = task;
  const total = 2 * (plan.frameCount + source.audio.reduce((sum, track) => sum + track.packetCount, 0));
  let done = 0;
  return () => {
    if (done++ % 256 === 0) onProgress?.(Math.min(done, total), total);
  };
}
