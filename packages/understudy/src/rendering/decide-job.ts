import { hashFile, newRenderId, parseLabelWish, type RenderRequest, type SwapRange } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { resolveConsent, type ConsentWish } from "#consent/index.js";
import type { OutputFiles } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderJob } from "./run-render.js";

/** What somebody wants rendered: files of this machine, and where the result goes. */
export interface RenderWish {
  readonly config: Config;
  readonly data: DataFolder;
  /** Default a new one. */
  readonly renderId?: string;
  readonly sourcePath: string;
  readonly facePaths: RenderRequest["facePaths"];
  /** Undefined: the brief's plan. */
  readonly swapRanges?: readonly SwapRange[] | undefined;
  readonly allowMissingFace: boolean;
  readonly consent: Pick<ConsentWish, "flag" | "consentId" | "standing" | "ask" | "mayRemember">;
  readonly outputs: OutputFiles;
  readonly replace: boolean;
}

/**
 * Turns a wish into a decided render: hashes the photos and finds the permission for exactly these, last of all, so that
 * nobody is asked about a render that cannot happen.
 * @throws UnderstudyError what `resolveConsent()`, `hashFile()` and `parseLabelWish()` say.
 */
export async function decideJob(wish: RenderWish, io: Pick<CliIo, "cwd" | "now" | "signal">): Promise<RenderJob> {
  const { config, data, sourcePath, facePaths, swapRanges, allowMissingFace, outputs, replace } = wish;
  const { maxInputBytes: maxBytes } = config.limits;
  const label = parseLabelWish(config.label);
  const photos = await Promise.all(facePaths.map((path) => hashFile(path, { maxBytes, signal: io.signal })));
  const photoSha256 = photos.map(({ sha256 }) => sha256);
  const consent = await resolveConsent({ ...wish.consent, photoSha256, policy: config.consent }, data, io);
  const request: RenderRequest = {
    renderId: wish.renderId ?? newRenderId(),
    sourcePath,
    facePaths,
    ...(swapRanges === undefined ? {} : { swapRanges }),
    engineId: config.engine,
    stitch: config.stitch,
    allowMissingFace,
    consent,
    label,
    limits: config.limits,
  };
  const { timestampUrl } = config.seal;
  return {
    request,
    photoSha256,
    outputs,
    workers: config.workers,
    replace,
    data,
    ...(timestampUrl !== "" && { timestampUrl }),
  };
}
