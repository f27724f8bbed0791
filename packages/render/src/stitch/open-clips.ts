import type { ClipFile } from "#media/clip-file.js";
import { openClip, type ClipReader } from "#media/open-clip.js";
import { UnderstudyError } from "#model/errors.js";
import type { Region, RenderPlan } from "#model/plan.js";

/** The clips of a plan, opened, in the order of its regions. */
export interface OpenedClips {
  /** The clip of a region of the plan. */
  of(region: Region): ClipReader;
  readonly all: readonly ClipReader[];
  close(): Promise<void>;
}

/**
 * Opens a plan's clips and checks that each belongs to its region.
 * @throws UnderstudyError `internal-error` for a clip that is missing, unfinished or of another region.
 */
export async function openClips(plan: RenderPlan, clips: readonly ClipFile[]): Promise<OpenedClips> {
  const opened: ClipReader[] = [];
  const close = async () => {
    for (const clip of opened.splice(0)) await clip.close();
  };
  try {
    for (const clip of clips) opened.push(await openClip(clip.path));
    const byRegion = new Map(opened.map((clip) => [clip.contents.region.index, clip]));
    const all = plan.regions.map((region) => matching(byRegion.get(region.index), region));
    return { of: (region) => matching(byRegion.get(region.index), region), all, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function matching(clip: ClipReader | undefined, region: Region): ClipReader {
  const made = clip?.contents.region;
  const isSame = made?.startPacket === region.startPacket && made.endPacket === region.endPacket;
  if (clip !== undefined && isSame) return clip;
  throw new UnderstudyError("internal-error", `There is no clip for region ${region.index}.`);
}
