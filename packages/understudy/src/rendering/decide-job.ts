import {
  hashFile,
  newRenderId,
  parseLabelWish,
  type CaptionWish,
  type CastMember,
  type RenderRequest,
  type SpeechWish,
  type SwapRange,
  type VoiceEngine,
} from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { stitchModeOf, type Config } from "#config/index.js";
import { resolveConsents, type CastConsentWish, type MemberPermission } from "#consent/index.js";
import type { OutputFiles } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderJob } from "./run-render.js";

/** A member of the cast before anybody was asked. */
export interface CastWish extends Omit<CastMember, "consent"> {
  /** On whose word this one's face is put in; default: what was said of all. */
  readonly permission?: MemberPermission;
}

/** What somebody wants rendered: files of this machine, and where the result goes. */
export interface RenderWish {
  readonly config: Config;
  readonly data: DataFolder;
  /** Default a new one. */
  readonly renderId?: string;
  readonly sourcePath: string;
  /** Who in the video gets whose face; whose permission there is, is looked up. */
  readonly cast: readonly [CastWish, ...CastWish[]];
  /** Undefined: the brief's plan. */
  readonly swapRanges?: readonly SwapRange[] | undefined;
  readonly allowMissingFace: boolean;
  /** Undefined: nothing is spoken. */
  readonly speech?: SpeechWish;
  /** Who speaks; default the voice that is built in. */
  readonly voice?: VoiceEngine;
  /** Undefined: none. */
  readonly captions?: CaptionWish;
  readonly consent: Omit<CastConsentWish, "policy">;
  readonly outputs: OutputFiles;
  readonly replace: boolean;
  /** Folder that keeps what is computed of the video alone; default none. */
  readonly templateFolder?: string;
}

/**
 * Turns a wish into a decided render: hashes the photos and finds the permission for exactly these, last of all, so that
 * nobody is asked about a render that cannot happen.
 * @throws UnderstudyError what `resolveConsents()`, `hashFile()` and `parseLabelWish()` say.
 */
export async function decideJob(wish: RenderWish, io: Pick<CliIo, "cwd" | "now" | "signal">): Promise<RenderJob> {
  const { config, data, sourcePath, swapRanges, allowMissingFace, outputs, replace, templateFolder } = wish;
  const { speech, voice, captions } = wish;
  const { maxInputBytes: maxBytes } = config.limits;
  const label = parseLabelWish(config.label);
  const hashOf = async (path: string) => (await hashFile(path, { maxBytes, signal: io.signal })).sha256;
  const members = await Promise.all(
    wish.cast.map(async ({ person, facePaths, permission }) => ({
      person,
      photoSha256: await Promise.all(facePaths.map(hashOf)),
      ...(permission !== undefined && { permission }),
    })),
  );
  const consents = await resolveConsents(members, { ...wish.consent, policy: config.consent }, data, io);
  const memberOf = ({ person, facePaths }: CastWish, number: number): CastMember => {
    return { person, facePaths, consent: consents[number]! };
  };
  const [first, ...others] = wish.cast;
  const request: RenderRequest = {
    renderId: wish.renderId ?? newRenderId(),
    sourcePath,
    cast: [memberOf(first, 0), ...others.map((member, i) => memberOf(member, i + 1))],
    ...(swapRanges === undefined ? {} : { swapRanges }),
    engineId: config.engine,
    isCommercial: config.project.commercial,
    stitch: stitchModeOf(config, "file"),
    allowMissingFace,
    label,
    limits: config.limits,
    ...(speech !== undefined && { speech }),
    ...(captions !== undefined && { captions }),
  };
  const { timestampUrl } = config.seal;
  return {
    request,
    photoSha256: members.map(({ photoSha256 }) => photoSha256),
    outputs,
    workers: config.workers,
    mediaIo: config.mediaIo,
    replace,
    data,
    ...(voice !== undefined && { voice }),
    ...(timestampUrl !== "" && { timestampUrl }),
    ...(templateFolder !== undefined && { templateFolder }),
  };
}
