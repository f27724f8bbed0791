import { hashFile } from "#media/hash-file.js";
import { sourceChanged } from "#media/source-changed.js";
import { UnderstudyError } from "#model/errors.js";
import type { VerificationReport } from "#model/manifest.js";
import { readExpected, type Expected } from "./read-expected.js";
import { decodeSource, readOutput, type Found } from "./read-output.js";
import type { Entry, VerifyInput } from "./verify-input.js";
import type { RenderPlan } from "#model/plan.js";
import { partsOf } from "./film-parts.js";
import { openClips, type OpenedClips } from "./open-clips.js";
import { createPacketProgress, packetsOf } from "./packet-progress.js";

export type { VerifyInput } from "./verify-input.js";

/** A time may be off by this much: the source's clock and the output's are the same, only division rounds. */
const toleranceSeconds = 1e-6;

/**
 * Reads source and output once each and compares them: kept picture packets and copied sound packets by digest, all
 * presentation times. What was encoded again is decoded, and so is each first group of pictures behind a join; of the others, which
 * are the source's and need nothing in front of them, as much as the fingerprint is taken from. In a film that is encoded as a
 * whole, all packets are compared with the clips', and those of a template's clips, which were decoded with the film that it was
 * made with, are not decoded again. The source must still be the file that was probed.
 * @throws UnderstudyError `verification-failed` with every difference in one message; `unreadable-media` when the source
 * changed; `cancelled`.
 */
export async function verifyOutput(task: VerifyInput): Promise<VerificationReport> {
  const clips = await openClips(task.plan, task.clips);
  try {
    const progress = createPacketProgress(2 * packetsOf(task.source), task.onProgress);
    const expected = await readExpected(task, clips, progress.step);
    const found = await readOutput(task, partsOf(task, clips, expected.picture), progress.step);
    const isClean = found.decodeErrors === 0 && framesIn(found) === task.plan.frameCount;
    const decodable = isClean ? found : await decodeSource(task);
    await assertSourceUnchanged(task);
    progress.end();
    return judge(task, expected, found, decodable, isHeaderOf(task.plan, clips, found));
  } finally {
    await clips.close();
  }
}

/** Those that were decoded, and those that something else answers for. */
function framesIn({ decodedFrames, templateFrames, undecodedFrames }: Found): number {
  return decodedFrames + templateFrames + undecodedFrames;
}

function judge(
  task: VerifyInput,
  expected: Expected,
  found: Found,
  decodable: Pick<Found, "decodedFrames" | "decodeErrors">,
  hasItsHeader: boolean,
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
    ...(sound.mixed > 0 && { audioPacketsMixed: sound.mixed }),
    presentationTimesEqual: areEqualTimes(presentationSeconds, found.pictureSeconds) && sound.areTimesEqual,
    decodedFrames: found.decodedFrames,
    ...(found.templateFrames > 0 && { templateFrames: found.templateFrames }),
    ...(found.undecodedFrames > 0 && { undecodedFrames: found.undecodedFrames }),
    decodeErrors: found.decodeErrors,
  };
  const frames = framesIn(found);
  const problems = [
    [kept === keptIdentical, `${kept - keptIdentical} of ${kept} kept picture packets differ`],
    [
      expected.picture.length === found.pictureDigests.length && replacedIdentical === expected.picture.length - kept,
      "the swapped packets are not the ones that were made",
    ],
    [sound.mixed === sound.mixedIdentical, "the sound with the speech is not the one that was made"],
    [sound.packets === sound.identical, `${sound.packets - sound.identical} of ${sound.packets} sound packets differ`],
    [report.presentationTimesEqual, "presentation times differ from the source's"],
    [hasItsHeader, "its parameter sets are not those that its pictures were encoded with"],
    [
      frames >= Math.min(task.plan.frameCount, decodable.decodedFrames),
      `${frames} frames could be decoded instead of ${task.plan.frameCount}`,
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

/** A smart cut's header is made of two; that it fits shows in decoding. */
function isHeaderOf({ stitch }: RenderPlan, clips: OpenedClips, { configuration }: Found): boolean {
  const own = Buffer.from(clips.all[0]?.contents.configuration ?? "", "base64");
  return stitch.mode === "smart" || own.equals(configuration);
}

/** Copied tracks keep their order; tracks that were encoded anew stand between them and are passed over by length. */
function matchSound(
  expected: readonly Entry[][],
  found: readonly Entry[][],
): { packets: number; identical: number; mixed: number; mixedIdentical: number; areTimesEqual: boolean } {
  let packets = 0;
  let identical = 0;
  let mixed = 0;
  let mixedIdentical = 0;
  let areTimesEqual = true;
  const candidates = [...found];
  for (const entries of expected) {
    const at = candidates.findIndex((other) => other[0]?.digest === entries[0]?.digest);
    const [match = []] = at < 0 ? [] : candidates.splice(at, 1);
    for (const [number, { digest, isMixed }] of entries.entries()) {
      const isFound = match[number]?.digest === digest ? 1 : 0;
      if (isMixed) {
        mixed++;
        mixedIdentical += isFound;
      } else {
        packets++;
        identical += isFound;
      }
    }
    const seconds = (list: readonly Entry[]) => list.map((entry) => entry.seconds);
    areTimesEqual &&= areEqualTimes(seconds(entries), seconds(match));
  }
  return { packets, identical, mixed, mixedIdentical, areTimesEqual };
}

function areEqualTimes(left: readonly number[], right: readonly number[]): boolean {
  return (
    left.length === right.length && left.every((time, at) => Math.abs(time - (right[at] ?? 0)) <= toleranceSeconds)
  );
}

/**
 * Region work opens the source anew, by its path. One hash at the end of all reading (1.7 s for 2 GB in memory) answers for all of
 * them: what was delivered came from the file that was probed and that the manifest names.
 */
async function assertSourceUnchanged({ source, signal }: VerifyInput): Promise<void> {
  const maxBytes = Number.MAX_SAFE_INTEGER;
  const { sha256 } = await hashFile(source.path, { maxBytes, ...(signal === undefined ? {} : { signal }) });
  if (sha256 !== source.sha256) throw sourceChanged(source.path);
}
