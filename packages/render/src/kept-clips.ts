import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fingerprintAlgorithm, type FingerprintSample } from "#marks/index.js";
import { copyClipAsVerified } from "#media/copy-clip.js";
import type { MediaIO } from "#media/index.js";
import { isWholeClip, openClip, type ClipContents } from "#media/open-clip.js";
import { clipSettingsVersion } from "#media/region-writer.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { Region, RenderPlan } from "#model/plan.js";
import type { ClipPlace } from "#stitch/index.js";
import { templateName, type TemplateName, type TemplateStore } from "#templates/template-store.js";

/** The clip of a region, wherever it was made. */
export interface RegionClip extends ClipPlace {
  readonly region: Region;
}

/** What clips of kept regions are kept of, and where. */
export interface KeptClipsTask {
  /** Default: nothing is taken, nothing left. */
  readonly templates?: TemplateStore;
  readonly io: Pick<MediaIO, "name">;
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly plan: RenderPlan;
  /** Folder of this render alone. */
  readonly workFolder: string;
}

/**
 * Takes the clips of kept regions that an earlier render of this source left. What is not such a clip, whole and decoded once
 * with the film that it was made for, is passed over, and is made again.
 */
export async function takeKeptClips(task: KeptClipsTask, signal: AbortSignal): Promise<RegionClip[]> {
  const { templates, plan, workFolder } = task;
  if (templates === undefined) return [];
  const taken: RegionClip[] = [];
  for (const region of plan.regions) {
    if (region.kind !== "kept") continue;
    const path = join(workFolder, `kept-${region.index}.clip`);
    if (!(await templates.fetch(nameOf(region, task), path, signal))) continue;
    const contents = await readIfWhole(path).catch(() => undefined);
    signal.throwIfAborted();
    if (contents?.verified !== undefined && isOf(region, contents)) {
      taken.push({ region, path, repeatedFrames: contents.repeatedFrames });
    } else await rm(path, { force: true });
  }
  return taken;
}

/**
 * Leaves the clips of kept regions to later renders, when a film with them has passed its check.
 * @param made clips of this render; those of changed regions are passed over.
 * @param samples what the check saw of the whole film.
 * @throws UnderstudyError `disk-full`, `output-write-failed`.
 */
export async function leaveKeptClips(
  task: KeptClipsTask,
  made: readonly RegionClip[],
  samples: readonly FingerprintSample[],
  signal: AbortSignal,
): Promise<void> {
  const { templates } = task;
  if (templates === undefined) return;
  const frames = framesOf(samples, task.index);
  for (const { region, path } of made) {
    if (region.kind !== "kept") continue;
    const hashes = frames.filter(([frame]) => region.startFrame <= frame && frame < region.endFrame);
    const verifiedPath = `${path}.verified`;
    await copyClipAsVerified(path, verifiedPath, { fingerprint: fingerprintAlgorithm, hashes });
    await templates.keep(nameOf(region, task), verifiedPath, signal);
  }
}

/** What a clip's bytes follow from: the source, its track, the frames, the encoder and how it is set. */
function nameOf({ startFrame, endFrame }: Region, { io, source }: KeptClipsTask): TemplateName {
  const encoder = io.name.replaceAll(/[^\w.]+/g, "-");
  const name = `kept-${source.video.index}-${startFrame}-${endFrame}-${encoder}-${clipSettingsVersion}.clip`;
  return templateName(source.sha256, name);
}

async function readIfWhole(path: string): Promise<ClipContents | undefined> {
  if (!(await isWholeClip(path))) return undefined;
  const clip = await openClip(path);
  await clip.close();
  return clip.contents;
}

function isOf({ startFrame, endFrame }: Region, contents: ClipContents): boolean {
  return (
    contents.startFrame === startFrame &&
    contents.endFrame === endFrame &&
    contents.packets.length === endFrame - startFrame
  );
}

/** Samples by the number of their frame; both lists ascend. */
function framesOf(samples: readonly FingerprintSample[], { presentationSeconds }: FrameIndex): [number, string][] {
  let frame = 0;
  return samples.map(({ seconds, hash }) => {
    while (frame + 1 < presentationSeconds.length && presentationSeconds[frame + 1]! <= seconds + 1e-6) frame++;
    return [frame, hash];
  });
}
