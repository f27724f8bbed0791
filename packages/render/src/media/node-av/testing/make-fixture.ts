import type { CodecContext, FormatContext, Frame, Packet, Stream } from "node-av/lib";
import { drawTestPicture } from "#media/testing/draw-test-picture.js";
import { createPlanes } from "#media/colour-conversion.js";
import { check } from "#media/node-av/failure.js";
import { loadNodeAv, type NodeAv } from "#media/node-av/load.js";
import { frameFromPlanes } from "#media/node-av/planes-to-frame.js";

/** A media file for tests, made with FFmpeg's own encoders and containers; drawn pictures, no outside media. */
export interface Fixture {
  /** FFmpeg's muxer; default `mp4`. */
  readonly container?: "mp4" | "mov" | "matroska" | "webm" | "mpegts" | "avi" | "wav";
  readonly picture?: FixturePicture;
  readonly sound?: FixtureSound;
}

/** The picture track of a fixture. */
export interface FixturePicture {
  /** FFmpeg's encoder; default `libx264`. */
  readonly encoder?: "libx264" | "libx265" | "libvpx-vp9" | "libsvtav1" | "ffv1" | "mpeg4";
  readonly pixelFormat?: string;
  readonly widthPixels?: number;
  readonly heightPixels?: number;
  readonly frameCount?: number;
  /** Encoder options by FFmpeg's names. */
  readonly options?: Readonly<Record<string, string | number>>;
  readonly gopFrames?: number;
  readonly bFrames?: number;
  /** Presentation tick of each frame in thirtieths of 1/512 s; default one frame every 512 ticks of 1/15360 s. */
  readonly tickOf?: (frame: number) => number;
  /** Clockwise display turn. */
  readonly rotation?: 90 | 180 | 270;
  /** Mark frames as interlaced, top field first. */
  readonly isInterlaced?: boolean;
}

/** The sound track of a fixture: a tone that rises, so every packet differs. */
export interface FixtureSound {
  readonly encoder?: "aac" | "pcm_s16le" | "libopus" | "libvorbis" | "libmp3lame" | "ac3";
  readonly seconds?: number;
  readonly sampleRateHz?: number;
  readonly channelCount?: number;
  readonly isSilent?: boolean;
}

const ticksPerFrame = 512;

/** Writes the fixture. */
export async function makeFixture(path: string, fixture: Fixture): Promise<void> {
  const av = await loadNodeAv();
  const output = new av.lib.FormatContext();
  check(
    av,
    output.allocOutputContext2(null, fixture.container ?? "mp4", `file:${path}`),
    "internal-error",
    "container",
  );
  check(av, output.openOutputSync(), "internal-error", "open");
  const lanes: Lane[] = [];
  if (fixture.picture !== undefined) lanes.push(pictureLane(av, output, fixture.picture));
  if (fixture.sound !== undefined) lanes.push(soundLane(av, output, fixture.sound));
  check(av, output.writeHeaderSync(null), "internal-error", "header");
  for (const lane of lanes) lane.run();
  check(av, output.writeTrailerSync(), "internal-error", "trailer");
  output.closeOutputSync();
  output.freeContext();
}

interface Lane {
  /** Encodes and writes the whole track; the muxer interleaves. */
  run(): void;
}

function pictureLane(av: NodeAv, output: FormatContext, picture: FixturePicture): Lane {
  const { lib, constants } = av;
  const { widthPixels = 192, heightPixels = 108, frameCount = 60 } = picture;
  const codec = lib.Codec.findEncoderByName((picture.encoder ?? "libx264") as never);
  if (codec === null) throw new Error(`no encoder ${picture.encoder}`);
  const context = new lib.CodecContext();
  context.allocContext3(codec);
  const format = lib.avGetPixFmtFromName(picture.pixelFormat ?? "yuv420p");
  context.width = widthPixels;
  context.height = heightPixels;
  context.pixelFormat = format;
  context.timeBase = new lib.Rational(1, 15_360);
  context.framerate = new lib.Rational(30, 1);
  context.gopSize = picture.gopFrames ?? 15;
  context.maxBFrames = picture.bFrames ?? 2;
  for (const [name, value] of Object.entries({ threads: 1, ...picture.options })) context.setOption(name, value);
  context.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
  check(av, context.open2Sync(codec, null), "internal-error", `encoder ${picture.encoder}`);
  const stream = output.newStream();
  check(av, stream.codecpar.fromContext(context), "internal-error", "stream");
  stream.timeBase = context.timeBase;
  stream.avgFrameRate = context.framerate;
  if (picture.rotation !== undefined) {
    stream.codecpar.addCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(picture.rotation));
  }
  const scaler = new lib.SoftwareScaleContext();
  scaler.allocContext();
  const planes = createPlanes(widthPixels, heightPixels);
  return {
    run() {
      for (let number = 0; number < frameCount; number++) {
        drawTestPicture(planes, number);
        let frame: Frame = frameFromPlanes(av, planes);
        if (format !== constants.AV_PIX_FMT_YUV420P) {
          const converted = new lib.Frame();
          converted.alloc();
          converted.format = format;
          converted.width = widthPixels;
          converted.height = heightPixels;
          converted.getBuffer();
          check(av, scaler.scaleFrameSync(converted, frame), "internal-error", "scale");
          frame.free();
          frame = converted;
        }
        if (picture.isInterlaced) {
          frame.setFlags(constants.AV_FRAME_FLAG_INTERLACED, constants.AV_FRAME_FLAG_TOP_FIELD_FIRST);
        }
        frame.pts = BigInt(picture.tickOf?.(number) ?? number * ticksPerFrame);
        encode(av, output, stream, context, frame);
        frame.free();
      }
      encode(av, output, stream, context, null);
      context.freeContext();
      scaler.freeContext();
    },
  };
}

function soundLane(av: NodeAv, output: FormatContext, sound: FixtureSound): Lane {
  const { lib, constants } = av;
  const { sampleRateHz = 48_000, channelCount = 2, seconds = 2, isSilent = false } = sound;
  const codec = lib.Codec.findEncoderByName((sound.encoder ?? "aac") as never);
  if (codec === null) throw new Error(`no encoder ${sound.encoder}`);
  const context = new lib.CodecContext();
  context.allocContext3(codec);
  const format = codec.sampleFormats?.[0] ?? constants.AV_SAMPLE_FMT_FLTP;
  context.sampleFormat = format;
  context.sampleRate = sampleRateHz;
  context.channelLayout = lib.avChannelLayoutDefault(channelCount);
  context.timeBase = new lib.Rational(1, sampleRateHz);
  context.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
  check(av, context.open2Sync(codec, null), "internal-error", `encoder ${sound.encoder}`);
  const stream = output.newStream();
  check(av, stream.codecpar.fromContext(context), "internal-error", "stream");
  stream.timeBase = context.timeBase;
  return {
    run() {
      const block = context.frameSize > 0 ? context.frameSize : 1024;
      const isPlanar = lib.avSampleFmtIsPlanar(format);
      const isFloat = lib.avGetBytesPerSample(format) === 4;
      for (let start = 0; start < seconds * sampleRateHz; start += block) {
        const frame = new lib.Frame();
        frame.alloc();
        frame.format = format;
        frame.nbSamples = block;
        frame.sampleRate = sampleRateHz;
        frame.channelLayout = lib.avChannelLayoutDefault(channelCount);
        frame.getBuffer();
        for (let channel = 0; channel < channelCount; channel++) {
          const plane = frame.data?.[isPlanar ? channel : 0];
          for (let sample = 0; sample < block; sample++) {
            const time = (start + sample) / sampleRateHz;
            const level = isSilent ? 0 : 0.4 * Math.sin(2 * Math.PI * time * (220 + 60 * time));
            const at = isPlanar ? sample : sample * channelCount + channel;
            if (isFloat) plane?.writeFloatLE(level, at * 4);
            else plane?.writeInt16LE(Math.round(level * 32_767), at * 2);
          }
        }
        frame.pts = BigInt(start);
        encode(av, output, stream, context, frame);
        frame.free();
      }
      encode(av, output, stream, context, null);
      context.freeContext();
    },
  };
}

function encode(av: NodeAv, output: FormatContext, stream: Stream, context: CodecContext, frame: Frame | null): void {
  check(av, context.sendFrameSync(frame), "internal-error", "encode");
  const packet: Packet = new av.lib.Packet();
  packet.alloc();
  while (context.receivePacketSync(packet) >= 0) {
    packet.streamIndex = stream.index;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    check(av, output.interleavedWriteFrameSync(packet), "internal-error", "write");
  }
  packet.free();
}

/** Nine 32-bit integers: a clockwise turn in 16.16, the last one 2.30. */
function displayMatrix(clockwise: 90 | 180 | 270): Buffer {
  const [a, b] = ({ 90: [0, 1], 180: [-1, 0], 270: [0, -1] } as const)[clockwise];
  const matrix = Buffer.alloc(36);
  for (const [at, value] of [a, b, 0, -b, a, 0, 0, 0].entries()) matrix.writeInt32LE(value * 65_536, at * 4);
  matrix.writeInt32LE(1 << 30, 32);
  return matrix;
}
