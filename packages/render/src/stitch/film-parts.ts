import { fingerprintAlgorithm, fingerprintSeconds, type FingerprintSample } from "#marks/index.js";
import type { FrameIndex } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import type { OpenedClips } from "./open-clips.js";
import type { ExpectedPicture } from "./read-expected.js";
import type { VerifyInput } from "./verify-input.js";

/** A run of the finished film's packets. */
export interface FilmPart {
  /** One past its last packet, in decode order. */
  readonly endPacket: number;
  /** One past the last packet that is decoded; nothing that is decoded refers to those behind it. */
  readonly endDecoded: number;
  /**
   * What a template's clips in it look like: their bytes were decoded when the template was made, and are only compared.
   * Undefined where no template vouches for the packets.
   */
  readonly known?: readonly FingerprintSample[];
}

/**
 * What of the finished film must be decoded: all that was encoded for it. Where kept packets follow something else, their first group
 * of pictures is decoded, too, which shows that they fit the header and what comes before; of the groups behind it, whose bytes are
 * compared with the source's, what `fingerprintSeconds` names.
 * @param picture the packets that the film must hold.
 */
export function partsOf(
  { plan, index, marks }: Pick<VerifyInput, "plan" | "index" | "marks">,
  clips: OpenedClips,
  picture: readonly ExpectedPicture[],
): FilmPart[] {
  if (plan.stitch.mode !== "smart") return joined(partsOfClips(plan, index, clips));
  const seen = new Set(marks === undefined ? [] : fingerprintSeconds(index.presentationSeconds));
  return joined(partsOfGroups(picture, seen));
}

/** Groups of pictures between clean cuts: decoding one needs no other. */
function partsOfGroups(picture: readonly ExpectedPicture[], seen: ReadonlySet<number>): FilmPart[] {
  const starts = picture.flatMap(({ isClean }, packet) => (packet === 0 || isClean ? [packet] : []));
  return starts.map((start, at) => {
    const endPacket = starts[at + 1] ?? picture.length;
    const followsOther = picture[start - 1]?.isKept !== true;
    if (followsOther || picture[start]?.isKept !== true) return { endPacket, endDecoded: endPacket };
    const last = picture.slice(start, endPacket).findLastIndex(({ seconds }) => seen.has(seconds));
    return { endPacket, endDecoded: start + last + 1 };
  });
}

function partsOfClips({ regions }: RenderPlan, index: FrameIndex, clips: OpenedClips): FilmPart[] {
  return regions.map((region) => {
    const { endFrame: endPacket } = region;
    const { verified } = clips.of(region).contents;
    const isKnown = region.kind === "kept" && verified?.fingerprint === fingerprintAlgorithm;
    if (!isKnown) return { endPacket, endDecoded: endPacket };
    const known = verified.hashes.map(([frame, hash]) => ({ seconds: index.presentationSeconds[frame] ?? 0, hash }));
    return { endPacket, endDecoded: region.startFrame, known };
  });
}

/** What is decoded whole shares a decoder with what is decoded behind it. */
function joined(parts: readonly FilmPart[]): FilmPart[] {
  const isWhole = ({ endPacket, endDecoded }: FilmPart): boolean => endDecoded === endPacket;
  return parts.filter((part, at) => {
    const next = parts[at + 1];
    return !isWhole(part) || next === undefined || next.known !== undefined;
  });
}
