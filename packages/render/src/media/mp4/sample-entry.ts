import { UnderstudyError } from "#model/errors.js";
import type { PictureColour, SoundFacts } from "#media/media-io.js";
import type { Rational } from "#model/media.js";
import { ac3Configuration, eac3Configuration } from "./ac3.js";
import { splitAdts } from "./adts.js";
import { box, fullBox, u16, u32, u8 } from "./boxes.js";

/** What an H.264 track is. */
export interface PictureEntry {
  readonly kind: "picture";
  /** `avcC` contents. */
  readonly configuration: Uint8Array;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly colour?: PictureColour;
  readonly sampleAspectRatio?: Rational;
}

/** What a sound track is. */
export interface SoundEntry extends SoundFacts {
  readonly kind: "sound";
  /** `aac`, `mp3`, `ac3`, `eac3`, `opus`, `alac` or `flac`. */
  readonly codec: string;
  /** As the source's container has it; AAC without one carries ADTS in front of each packet. */
  readonly configuration: Uint8Array;
}

/** A track of MP4's own subtitles. */
export interface TextEntry {
  readonly kind: "text";
  /** Contents of `tx3g` behind the common fields. */
  readonly configuration: Uint8Array;
}

/** What a track is. */
export type TrackEntry = PictureEntry | SoundEntry | TextEntry;

/**
 * The box that describes a track's samples inside `stsd`.
 * @param firstPayload of the track; Dolby's codecs say only there what they are.
 * @throws UnderstudyError `internal-error` for a codec that is not written here.
 */
export function sampleEntry(entry: TrackEntry, firstPayload: Uint8Array): Buffer {
  if (entry.kind === "picture") return pictureEntry(entry);
  if (entry.kind === "text") return box("tx3g", common, entry.configuration);
  return soundEntry(entry, firstPayload);
}

/** Six reserved bytes and the number of the data reference. */
const common = u8(0, 0, 0, 0, 0, 0, 0, 1);

function pictureEntry(entry: PictureEntry): Buffer {
  const { configuration, widthPixels, heightPixels, colour, sampleAspectRatio: aspect } = entry;
  const coloured =
    colour !== undefined && [colour.primaries, colour.transfer, colour.matrix].some((code) => code !== 2);
  return box(
    "avc1",
    common,
    Buffer.alloc(16),
    u16(widthPixels, heightPixels),
    // 72 dots an inch, one frame a sample, no name, 24 bits deep, no colour table.
    u32(72 * 65_536, 72 * 65_536, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
    box("avcC", configuration),
    ...(coloured
      ? [
          box(
            "colr",
            Buffer.from("nclx"),
            u16(colour.primaries, colour.transfer, colour.matrix),
            u8(colour.isFullRange ? 128 : 0),
          ),
        ]
      : []),
    ...(aspect !== undefined && aspect.numerator > 0 ? [box("pasp", u32(aspect.numerator, aspect.denominator))] : []),
  );
}

function soundEntry(entry: SoundEntry, firstPayload: Uint8Array): Buffer {
  const { sampleRateHz, channelCount } = entry;
  const [type, details] = soundDetails(entry, firstPayload);
  // Rates from 65 536 up do not fit; the codec's own box says them.
  const rate = sampleRateHz < 65_536 ? sampleRateHz : 0;
  return box(type, common, Buffer.alloc(8), u16(channelCount, 16, 0, 0), u16(rate, 0), details);
}

function soundDetails(entry: SoundEntry, firstPayload: Uint8Array): [type: string, details: Buffer] {
  const { codec, configuration, sampleRateHz } = entry;
  switch (codec) {
    case "aac":
      return [
        "mp4a",
        streamDescription(0x40, configuration.length > 0 ? configuration : adtsConfiguration(firstPayload)),
      ];
    case "mp3":
      // MPEG-2 has the lower rates.
      return ["mp4a", streamDescription(sampleRateHz <= 24_000 ? 0x69 : 0x6b, new Uint8Array(0))];
    case "ac3":
      return ["ac-3", box("dac3", ac3Configuration(firstPayload))];
    case "eac3":
      return ["ec-3", box("dec3", eac3Configuration(firstPayload))];
    case "opus":
      return ["Opus", box("dOps", opusConfiguration(configuration))];
    case "flac":
      return ["fLaC", fullBox("dfLa", 0, 0, u8(0x80, 0, 0, configuration.length), configuration)];
    case "alac":
      return ["alac", Buffer.from(configuration)];
    default:
      throw new UnderstudyError("internal-error", `Sound coded as ${codec} cannot be written into MP4 here.`);
  }
}

/** `esds` with the descriptors of ISO/IEC 14496-1, 7.2.6. */
function streamDescription(objectType: number, configuration: Uint8Array): Buffer {
  const descriptor = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([
      u8(tag, content.length >> 7 ? 0x80 | (content.length >> 7) : 0x80, content.length & 0x7f),
      content,
    ]);
  };
  const specific = configuration.length === 0 ? [] : [descriptor(5, configuration)];
  // Sound stream, buffer size and bit rates not stated.
  const decoder = descriptor(4, u8(objectType, 0x15, 0, 0, 0), u32(0, 0), ...specific);
  return fullBox("esds", 0, 0, descriptor(3, u16(0), u8(0), decoder, descriptor(6, u8(2))));
}

function adtsConfiguration(packet: Uint8Array): Uint8Array {
  const split = splitAdts(packet);
  if (split === undefined) throw new UnderstudyError("unreadable-media", "An AAC sound track does not say what it is.");
  return split.configuration;
}

/** Ogg's header (RFC 7845, 5.1) with its numbers turned around. */
function opusConfiguration(header: Uint8Array): Buffer {
  const head = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (head.length < 19 || head.toString("latin1", 0, 8) !== "OpusHead") {
    throw new UnderstudyError("internal-error", "An Opus track has no header.");
  }
  return Buffer.concat([
    u8(0, head.readUInt8(9)),
    u16(head.readUInt16LE(10)),
    u32(head.readUInt32LE(12)),
    u16(head.readUInt16LE(16)),
    head.subarray(18),
  ]);
}
