import type { CodedPacket, TrackFacts } from "./media-io.js";
import { holdsExactRecovery } from "./h264/recovery-point.js";
import { nalType, nalTypeOf } from "./h264/nal.js";
import { createHeadSplitter } from "./nal-head.js";

/** Watches the packets of a picture track go by and says at which of them decoding may begin. */
export interface StartScan {
  /**
   * Call once a packet, in decode order. True when the packet's own picture, and all that follow it both in decode and in display
   * order, come out as if decoding had begun with the film. Those that are shown before it may refer to what lies before it.
   */
  look(packet: Pick<CodedPacket, "payload" | "isKeyframe">): boolean;
}

/** Their decoders forget everything at a keyframe, or show it before anything that refers further back. */
const codecsWithExactKeyframes = new Set(["vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mjpeg", "prores", "dnxhd"]);

/** Starts a scan of a track. Where the codec is another one, or pictures may be fields, no packet is a start. */
export function createStartScan(track: TrackFacts): StartScan {
  // A deinterlacer looks at the pictures before, so it must not start anywhere.
  if (track.picture?.isInterlaced !== false) return { look: () => false };
  if (track.codec === "h264") return scanUnits(track.configuration, avcUnits);
  if (track.codec === "hevc") return scanUnits(track.configuration, hevcUnits);
  const isExact = codecsWithExactKeyframes.has(track.codec);
  return { look: ({ isKeyframe }) => isExact && isKeyframe };
}

/** What matters of a codec's NAL units. */
interface UnitKinds {
  /** Byte of the configuration record whose two lowest bits say how many bytes a length takes, less one. */
  readonly lengthByteAt: number;
  isSlice(nal: Uint8Array): boolean;
  isParameterSet(nal: Uint8Array): boolean;
  /** Whether a packet with this unit ahead of its second slice is a start. */
  isStart(nal: Uint8Array): boolean;
}

const avcUnits: UnitKinds = {
  lengthByteAt: 4,
  isSlice: (nal) => nalTypeOf(nal) >= nalType.slice && nalTypeOf(nal) <= nalType.idrSlice,
  isParameterSet: (nal) => nalTypeOf(nal) === nalType.sequenceSet || nalTypeOf(nal) === nalType.pictureSet,
  isStart: (nal) =>
    nalTypeOf(nal) === nalType.idrSlice || (nalTypeOf(nal) === nalType.supplement && holdsExactRecovery(nal)),
};

/** ITU-T H.265 table 7-1: 0-31 are slices, 16-21 those of random access points, 32-34 parameter sets. */
const hevcUnits: UnitKinds = {
  lengthByteAt: 21,
  isSlice: (nal) => hevcTypeOf(nal) < 32,
  isParameterSet: (nal) => hevcTypeOf(nal) >= 32 && hevcTypeOf(nal) <= 34,
  isStart: (nal) => hevcTypeOf(nal) >= 16 && hevcTypeOf(nal) <= 21,
};

function hevcTypeOf(nal: Uint8Array): number {
  return ((nal[0] ?? 0) >> 1) & 0x3f;
}

/** Real ones have some hundred bytes; every parameter set inside the stream is looked for in it. */
const maxConfigurationBytes = 1 << 16;

function scanUnits(record: Uint8Array, { lengthByteAt, isSlice, isParameterSet, isStart }: UnitKinds): StartScan {
  const configuration = Buffer.from(record);
  const headOf = createHeadSplitter(configuration, lengthByteAt, isSlice);
  let isSteady = configuration.length <= maxConfigurationBytes;
  return {
    look({ payload }) {
      if (!isSteady) return false;
      const head = headOf(payload);
      // Who begins here has seen the configuration's sets only, so others must not have come on the way.
      isSteady = head?.every((nal) => !isParameterSet(nal) || configuration.includes(nal)) === true;
      return isSteady && head?.some(isStart) === true;
    },
  };
}
