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
export async function openClips(plan: RenderPlan, clips: readonly { readonly path: string }[]): Promise<OpenedClips> {
  const opened: ClipReader[] = [];
  const close = async () => {
    for (const clip of opened.splice(0)) await clip.close();
  };
  try {
    for (const clip of clips) opened.push(await openClip(clip.path));
    const byFrame = new Map(opened.map((clip) => [clip.contents.startFrame, clip]));
    const all = plan.regions.map((region) => matching(byFrame.get(region.startFrame), region));
    if (plan.stitch.mode !== "smart") assertOneHeader(all);
    return { of: (region) => matching(byFrame.get(region.startFrame), region), all, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function matching(clip: ClipReader | undefined, region: Region): ClipReader {
  const contents = clip?.contents;
  const isSame =
    contents?.endFrame === region.endFrame && contents.packets.length === region.endFrame - region.startFrame;
  if (clip !== undefined && isSame) return clip;
  throw new UnderstudyError("internal-error", `There is no clip for region ${region.index}.`);
}

/** Clips of a film that is encoded as a whole are decoded with one pair of parameter sets: the first one's. */
function assertOneHeader([first, ...others]: readonly ClipReader[]): void {
  if (others.every(({ contents }) => contents.configuration === first?.contents.configuration)) return;
  throw new UnderstudyError("internal-error", "The clips of this film were not encoded alike.", {
    hint: "Where it was made with a template, remove the template and render again.",
  });
}
