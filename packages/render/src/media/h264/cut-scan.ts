import { nalType, nalTypeOf, splitLengthPrefixed } from "./nal.js";
import {
  freeParameterSetIds,
  parseAvcConfiguration,
  parseSequenceSet,
  type AvcConfiguration,
} from "./parameter-sets.js";

/** Watches the packets of an H.264 track go by and says where it may be cut, and why not when it may not. */
export interface CutScan {
  /** Call once a packet, in decode order; true when the packet holds an IDR picture. */
  look(payload: Uint8Array): boolean;
  /** In plain words; `undefined` when the coding allows smart cut. */
  blocker(): string | undefined;
}

/** Profiles that x264 can be held to, so one configuration describes copied and new packets. */
const cuttableProfiles = new Set([66, 77, 100]);

/** Starts a scan from a track's `avcC` contents. */
export function createCutScan(record: Uint8Array): CutScan {
  const configuration = parseAvcConfiguration(record);
  let inBand: string | undefined;
  return {
    look(payload) {
      const nals = splitLengthPrefixed(payload);
      if (nals === undefined) {
        inBand ??= "its packets are not length-prefixed NAL units";
        return false;
      }
      let isIdr = false;
      for (const nal of nals) {
        const type = nalTypeOf(nal);
        if (type === nalType.idrSlice) isIdr = true;
        if (type === nalType.sequenceSet || type === nalType.pictureSet) {
          if (!isKnownSet(configuration, nal)) inBand ??= "its parameter sets change inside the stream";
        }
      }
      return isIdr;
    },
    blocker: () => configurationBlocker(configuration) ?? inBand,
  };
}

/** Encoders that repeat the header's own sets in front of every IDR are harmless. */
function isKnownSet(configuration: AvcConfiguration | undefined, nal: Uint8Array): boolean {
  const known = [...(configuration?.sequenceSets ?? []), ...(configuration?.pictureSets ?? [])];
  return known.some((set) => Buffer.compare(set, nal) === 0);
}

function configurationBlocker(configuration: AvcConfiguration | undefined): string | undefined {
  if (configuration === undefined) return "its parameter sets lie inside the stream instead of the header (not avc1)";
  if (configuration.sequenceSets.length === 0 || configuration.pictureSets.length === 0) {
    return "its header holds no parameter sets";
  }
  if (configuration.lengthBytes !== 4) return `its NAL lengths take ${configuration.lengthBytes} bytes instead of 4`;
  if (freeParameterSetIds(configuration).length < 2) return "it uses nearly every parameter-set id";
  for (const nal of configuration.sequenceSets) {
    const set = parseSequenceSet(nal);
    if (set.bitDepth !== 8) return `it is ${set.bitDepth}-bit`;
    if (set.chromaFormat !== 1) return "its chroma is not 4:2:0";
    if (!set.isFrameOnly) return "it may be coded as fields (interlaced)";
    if (!cuttableProfiles.has(set.profile)) return `its H.264 profile is ${set.profile}`;
  }
  return undefined;
}
