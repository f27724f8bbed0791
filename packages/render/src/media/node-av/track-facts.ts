import type { Stream } from "node-av/lib";
import type { Rational, Rotation } from "#model/media.js";
import type { PictureFacts, TrackFacts } from "#media/media-io.js";
import { bitDepthOf, rotationOf } from "#media/picture-facts.js";
import type { NodeAv } from "./load.js";

/** Reads one stream's header facts into plain data. */
export function trackFactsOf(av: NodeAv, stream: Stream): TrackFacts {
  const { constants, lib } = av;
  const parameters = stream.codecpar;
  const timeBase = toRational(stream.timeBase);
  const ticks = stream.duration > 0n ? Number(stream.duration) : 0;
  const kind = kindOf(av, parameters.codecType);
  return {
    index: stream.index,
    kind,
    codec: lib.avGetCodecName(parameters.codecId) ?? "unknown",
    isCoverArt: (stream.disposition & constants.AV_DISPOSITION_ATTACHED_PIC) !== 0,
    timeBase,
    declaredPackets: Number(stream.nbFrames),
    durationSeconds: (ticks * timeBase.numerator) / timeBase.denominator,
    bitRate: Number(parameters.bitRate),
    configuration: Uint8Array.from(parameters.extradata ?? []),
    ...(kind === "video" ? { picture: pictureFactsOf(av, stream) } : {}),
    ...(kind === "audio" ? { sound: { sampleRateHz: parameters.sampleRate, channelCount: parameters.channels } } : {}),
  };
}

function kindOf(av: NodeAv, type: number): TrackFacts["kind"] {
  const { constants } = av;
  if (type === constants.AVMEDIA_TYPE_VIDEO) return "video";
  if (type === constants.AVMEDIA_TYPE_AUDIO) return "audio";
  if (type === constants.AVMEDIA_TYPE_SUBTITLE) return "subtitle";
  return "data";
}

function pictureFactsOf(av: NodeAv, stream: Stream): PictureFacts {
  const { constants, lib } = av;
  const parameters = stream.codecpar;
  const pixelFormat = lib.avGetPixFmtName(parameters.format as never) ?? "unknown";
  const fieldOrder = (parameters.toJSON() as { fieldOrder?: number }).fieldOrder ?? constants.AV_FIELD_UNKNOWN;
  const average = toRational(stream.avgFrameRate);
  const guess = toRational(stream.rFrameRate);
  const aspect = toRational(stream.sampleAspectRatio);
  return {
    widthPixels: parameters.width,
    heightPixels: parameters.height,
    rotation: turnOf(parameters.getCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX)),
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat),
    averageFrameRate: average.numerator > 0 ? average : guess,
    isInterlaced: fieldOrder !== constants.AV_FIELD_UNKNOWN && fieldOrder !== constants.AV_FIELD_PROGRESSIVE,
    reorderFrames: parameters.videoDelay,
    sampleAspectRatio: aspect.numerator > 0 ? aspect : toRational(parameters.sampleAspectRatio),
    colour: {
      primaries: parameters.colorPrimaries,
      transfer: parameters.colorTrc,
      matrix: parameters.colorSpace,
      isFullRange: parameters.colorRange === constants.AVCOL_RANGE_JPEG || pixelFormat.startsWith("yuvj"),
    },
  };
}

function toRational(value: { num: number; den: number }): Rational {
  return { numerator: value.num, denominator: value.den };
}

/** The matrix is nine 32-bit integers. */
function turnOf(matrix: Buffer | null): Rotation {
  return matrix === null || matrix.length < 8 ? 0 : rotationOf(matrix.readInt32LE(0), matrix.readInt32LE(4));
}
