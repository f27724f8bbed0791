import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { nameWriteError } from "#media/write-error.js";
import type { FrameRange, RenderPlan } from "#model/plan.js";
import { facesPath, type FacesOrigin } from "./faces-file.js";
import type { FoundFaces } from "./find-kept-faces.js";
import { joinFaces } from "./join-faces.js";
import { partIn } from "./region-work.js";

/** Where drawn faces go. */
interface KeepFolders {
  /** Gets one file a swap segment. */
  readonly keepFolder: string;
  /** Has files of parts meanwhile. */
  readonly workFolder: string;
}

/** Where the faces of a part of a segment are written: at their place at once when the part is all of it. */
export function keepPathOf(part: FrameRange, segment: FrameRange, { keepFolder, workFolder }: KeepFolders): string {
  const isWhole = part.startFrame === segment.startFrame && part.endFrame === segment.endFrame;
  return facesPath(isWhole ? keepFolder : workFolder, part);
}

/**
 * Leaves one file of faces a swap segment, when all regions are drawn: parts are joined, and files that an earlier render left are
 * copied, so that what is made from this render needs no drawing either.
 * @throws UnderstudyError `disk-full`, `output-write-failed`.
 */
export async function keepWhole({
  plan,
  kept,
  origin,
  keepFolder,
  workFolder,
}: KeepFolders & {
  readonly plan: RenderPlan;
  readonly kept: FoundFaces;
  readonly origin: FacesOrigin;
}): Promise<void> {
  for (const segment of plan.segments) {
    if (segment.treatment !== "swap") continue;
    const path = facesPath(keepFolder, segment);
    const earlier = kept.paths[segment.index];
    const parts = plan.regions
      .filter((region) => region.startFrame < segment.endFrame && region.endFrame > segment.startFrame)
      .map((region) => partIn(region, segment))
      .map((part) => ({ ...part, path: keepPathOf(part, segment, { keepFolder, workFolder }) }));
    if (earlier !== undefined) await copy(earlier, path);
    else if (parts.length > 1) await joinFaces(parts, origin, segment, path);
  }
}

/** Costs nothing where the file system shares blocks. */
async function copy(from: string, to: string): Promise<void> {
  if (from === to) return;
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    throw nameWriteError(to, error);
  });
}
