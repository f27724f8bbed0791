import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { nameWriteError } from "#media/write-error.js";
import type { Segment } from "#model/plan.js";
import type { FacesOrigin } from "./faces-file.js";
import { openKeptFaces } from "./kept-faces.js";
import { KeptFacesUnfit, type SegmentWork } from "./segment-work.js";
import type { Stopwatch } from "./stopwatch.js";

/**
 * A segment whose faces an earlier render drew.
 * @param keepPath gets a copy, so that what is made from this render needs no drawing either.
 * @throws KeptFacesUnfit when they are not there, or not of this origin.
 */
export async function openKeptSegment(
  segment: Segment,
  path: string,
  origin: FacesOrigin,
  stopwatch: Stopwatch,
  keepPath?: string,
): Promise<SegmentWork> {
  const kept = await openKeptFaces(path, origin, segment);
  if (kept === undefined) throw new KeptFacesUnfit("there are no faces of this segment");
  const { samples, withoutFace, frames } = kept.facts;
  return {
    lookAheadFrames: 0,
    look: () => undefined,
    finishLooking: () => undefined,
    async draw(planes, n) {
      const fits = await stopwatch.time("draw", () => kept.paste(planes, n));
      if (!fits) throw new KeptFacesUnfit(`the faces do not fit frame ${n} of their segment`);
    },
    async finish() {
      if (keepPath !== undefined && keepPath !== path) await copy(path, keepPath);
      const outcome = { segmentIndex: segment.index, frames: frames.length, withoutFace };
      return { outcome, samples, keptFrames: frames.length };
    },
    close: () => kept.close(),
  };
}

/** Costs nothing where the file system shares blocks. */
async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    throw nameWriteError(to, error);
  });
}
