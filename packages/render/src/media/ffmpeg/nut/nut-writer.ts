import type { Rational } from "#model/media.js";
import { nutChecksum, nutFileId, nutFlag, nutNumber, nutSigned, nutStartCode } from "./nut-format.js";

/** The one track of a stream that is written. */
export interface NutTrack {
  /** The source container's tag for the codec, four bytes; decoders look at it for a coder's habits. */
  readonly codecTag: number;
  readonly configuration: Uint8Array;
  readonly timeBase: Rational;
  /** Frames that the decoder holds back to put them in order. */
  readonly reorderFrames: number;
  readonly picture?: { readonly widthPixels: number; readonly heightPixels: number };
  readonly sound?: { readonly sampleRateHz: number; readonly channelCount: number };
}

/** What is written of a packet beside its payload. */
export interface NutFrame {
  /** Not negative. */
  readonly ptsTicks: number;
  readonly isKeyframe: boolean;
  readonly byteLength: number;
  /** Samples of sound that the decoder drops at the packet's start and end. */
  readonly skipSamples?: { readonly start: number; readonly end: number };
}

const timeShift = 7;

/** Everything in front of the first packet. */
export function nutHeader(track: NutTrack): Uint8Array {
  const { timeBase } = track;
  const main = [
    ...[3, 1, 65_536].flatMap(nutNumber),
    ...[1, timeBase.numerator, timeBase.denominator].flatMap(nutNumber),
    // One row of the table for all frame codes: each frame says everything of itself.
    ...[nutFlag.coded, 6].flatMap(nutNumber),
    ...nutSigned(0),
    ...[1, 0, 0, 0, 255].flatMap(nutNumber),
    // No beginnings of packets that are left out.
    ...nutNumber(0),
  ];
  const code = headerOf("main", Uint8Array.from(main));
  return Buffer.concat([nutFileId, code, headerOf("stream", streamHeader(track)), headerOf("syncpoint", startOfTime)]);
}

/** What stands in front of a packet's payload. */
export function nutFrameHeader(frame: NutFrame): Uint8Array {
  const { ptsTicks, isKeyframe, byteLength, skipSamples } = frame;
  const side = skipSamples === undefined ? [] : [...skipped(skipSamples), ...nutNumber(0)];
  const flags =
    (isKeyframe ? nutFlag.key : 0) |
    (side.length > 0 ? nutFlag.sideData : 0) |
    nutFlag.codedTime |
    nutFlag.sizeMsb |
    nutFlag.checksum |
    nutFlag.coded;
  const head = Uint8Array.from([
    0,
    ...nutNumber(flags ^ nutFlag.coded),
    ...nutNumber(ptsTicks + 2 ** timeShift),
    ...nutNumber(byteLength + side.length),
  ]);
  // A syncpoint in front of every frame: readers give up 64 kB behind the last one.
  return Buffer.concat([headerOf("syncpoint", startOfTime), head, nutChecksum(head), Uint8Array.from(side)]);
}

/** Time 0, no earlier syncpoint. */
const startOfTime = Uint8Array.of(0, 0);

function streamHeader({ codecTag, configuration, reorderFrames, picture, sound }: NutTrack): Uint8Array {
  const tag = [codecTag & 0xff, (codecTag >>> 8) & 0xff, (codecTag >>> 16) & 0xff, codecTag >>> 24];
  const shape =
    picture === undefined
      ? [sound?.sampleRateHz ?? 48_000, 1, sound?.channelCount ?? 2]
      : [picture.widthPixels, picture.heightPixels, 0, 0, 0];
  return Buffer.concat([
    Uint8Array.from([0, picture === undefined ? 1 : 0, 4, ...tag]),
    Uint8Array.from([0, timeShift, 2 ** 30, reorderFrames, 0, configuration.length].flatMap(nutNumber)),
    configuration,
    Uint8Array.from(shape.flatMap(nutNumber)),
  ]);
}

function skipped({ start, end }: { start: number; end: number }): number[] {
  const entry = (name: string, value: number) => [name.length, ...Buffer.from(name, "latin1"), ...nutSigned(value)];
  return [2, ...entry("SkipStart", start), ...entry("SkipEnd", end)];
}

function headerOf(kind: keyof typeof nutStartCode, content: Uint8Array): Uint8Array {
  const code = Buffer.alloc(8);
  code.writeBigUInt64BE(nutStartCode[kind]);
  const length = content.length + 4;
  const head = Buffer.concat([code, Uint8Array.from(nutNumber(length))]);
  const headSum = length > 4096 ? nutChecksum(head) : new Uint8Array(0);
  return Buffer.concat([head, headSum, content, nutChecksum(content)]);
}
