import type { FormatContext, IRational, Packet, Stream } from "node-av/lib";
import { resolve } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type {
  CodedPacket,
  MediaInput,
  MediaOutput,
  NewPacket,
  OutputPictureTrack,
  OutputSettings,
  SoundEncoder,
} from "#media/media-io.js";
import { captionConfiguration, captionTicksPerSecond } from "#media/mp4/caption-entry.js";
import { isEmptyCaption } from "#media/caption-sample.js";
import { check } from "./failure.js";
import { NodeAvInput } from "./input.js";
import type { NodeAv } from "./load.js";
import { NodeAvPacket } from "./packet.js";
import type { NodeAvSoundEncoder } from "./sound-encoder.js";

/** FFmpeg's MP4 writer with the index at the front. */
export class NodeAvOutput implements MediaOutput {
  readonly #av: NodeAv;
  readonly #native: FormatContext;
  readonly #settings: OutputSettings;
  readonly #packet: Packet;
  readonly #timeBases: IRational[] = [];
  readonly #captionTracks = new Set<number>();
  /** Filled by `start()`; reading the native list makes new wrappers each time. */
  readonly #streams: Stream[] = [];
  #isOpen = false;
  #isClosed = false;

  constructor(av: NodeAv, path: string, settings: OutputSettings) {
    this.#av = av;
    this.#settings = settings;
    this.#native = new av.lib.FormatContext();
    const failed = "The output could not be created";
    check(av, this.#native.allocOutputContext2(null, "mp4", `file:${resolve(path)}`), "internal-error", failed);
    this.#packet = new av.lib.Packet();
    this.#packet.alloc();
    try {
      check(av, this.#native.openOutputSync(), "output-write-failed", `${failed} at ${path}`);
      this.#isOpen = true;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  addCopy(input: MediaInput, trackIndex: number, configuration?: Uint8Array): number {
    const from = sourceStream(input, trackIndex);
    const stream = this.#native.newStream();
    check(this.#av, from.codecpar.copy(stream.codecpar), "internal-error", "A track could not be described");
    // The tag belongs to the source's container; MP4 chooses its own.
    stream.codecpar.codecTag = 0;
    if (configuration !== undefined) stream.codecpar.extradata = Buffer.from(configuration);
    stream.timeBase = from.timeBase;
    stream.avgFrameRate = from.avgFrameRate;
    stream.sampleAspectRatio = from.sampleAspectRatio;
    this.#describeLike(stream, from);
    return this.#register(stream, from.timeBase);
  }

  addPicture(track: OutputPictureTrack): number {
    const { lib, constants } = this.#av;
    const stream = this.#native.newStream();
    const parameters = stream.codecpar;
    parameters.codecType = constants.AVMEDIA_TYPE_VIDEO;
    parameters.codecId = constants.AV_CODEC_ID_H264;
    parameters.format = constants.AV_PIX_FMT_YUV420P;
    parameters.width = track.widthPixels;
    parameters.height = track.heightPixels;
    parameters.extradata = Buffer.from(track.configuration);
    const { colour, sampleAspectRatio, timeBase, frameRate } = track;
    if (colour !== undefined) {
      parameters.colorPrimaries = colour.primaries as typeof parameters.colorPrimaries;
      parameters.colorTrc = colour.transfer as typeof parameters.colorTrc;
      parameters.colorSpace = colour.matrix as typeof parameters.colorSpace;
      parameters.colorRange = colour.isFullRange ? constants.AVCOL_RANGE_JPEG : constants.AVCOL_RANGE_MPEG;
    }
    if (sampleAspectRatio !== undefined && sampleAspectRatio.numerator > 0) {
      const aspect = new lib.Rational(sampleAspectRatio.numerator, sampleAspectRatio.denominator);
      parameters.sampleAspectRatio = aspect;
      stream.sampleAspectRatio = aspect;
    }
    const base = new lib.Rational(timeBase.numerator, timeBase.denominator);
    stream.timeBase = base;
    stream.avgFrameRate = new lib.Rational(frameRate.numerator, frameRate.denominator);
    if (track.like !== undefined) {
      const from = sourceStream(track.like.input, track.like.trackIndex);
      const matrix = from.codecpar.getCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX);
      if (matrix !== null) parameters.addCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX, matrix);
      this.#describeLike(stream, from);
    }
    return this.#register(stream, base);
  }

  addSound(encoder: SoundEncoder): number {
    const { native } = encoder as NodeAvSoundEncoder;
    const stream = this.#native.newStream();
    check(this.#av, stream.codecpar.fromContext(native), "internal-error", "A sound track could not be described");
    stream.timeBase = native.timeBase;
    return this.#register(stream, native.timeBase);
  }

  addCaptions({ language }: { readonly language: string }): number {
    const { lib, constants } = this.#av;
    const stream = this.#native.newStream();
    stream.codecpar.codecType = constants.AVMEDIA_TYPE_SUBTITLE;
    stream.codecpar.codecId = constants.AV_CODEC_ID_MOV_TEXT;
    stream.codecpar.extradata = Buffer.from(captionConfiguration);
    stream.timeBase = new lib.Rational(1, captionTicksPerSecond);
    stream.disposition = constants.AV_DISPOSITION_DEFAULT;
    stream.metadata = lib.Dictionary.fromObject({ language });
    this.#captionTracks.add(stream.index);
    return this.#register(stream, stream.timeBase);
  }

  async start(): Promise<void> {
    const { metadataFrom, pictureTicksPerSecond, movieTicksPerSecond } = this.#settings;
    const metadata = metadataFrom instanceof NodeAvInput ? metadataFrom.native.metadata : null;
    if (metadata !== null) this.#native.metadata = metadata;
    const options = this.#av.lib.Dictionary.fromObject({
      movflags: "+faststart",
      ...(pictureTicksPerSecond === undefined ? {} : { video_track_timescale: pictureTicksPerSecond }),
      ...(movieTicksPerSecond === undefined ? {} : { movie_timescale: movieTicksPerSecond }),
    });
    check(this.#av, this.#native.writeHeaderSync(options), "output-write-failed", "The output could not be started");
    this.#streams.push(...this.#native.streams);
  }

  async write(track: number, packet: CodedPacket | NewPacket, shiftTicks = 0): Promise<void> {
    const stream = this.#streams[track];
    const timeBase = this.#timeBases[track];
    if (stream === undefined || timeBase === undefined) throw new Error(`there is no output track ${track}`);
    // FFmpeg ends every caption with an empty sample of its own.
    if (this.#captionTracks.has(track) && isEmptyCaption(packet.payload)) return;
    const native = this.#packet;
    native.unref();
    if (packet instanceof NodeAvPacket) {
      // A reference, not a copy, and with the side data that says how many samples of sound to skip.
      native.ref(packet.native);
    } else {
      native.data = Buffer.from(packet.payload.buffer, packet.payload.byteOffset, packet.payload.byteLength);
      native.isKeyframe = packet.isKeyframe;
    }
    native.pts = BigInt(packet.ptsTicks + shiftTicks);
    native.dts = BigInt(packet.dtsTicks + shiftTicks);
    native.duration = BigInt(packet.durationTicks);
    native.streamIndex = track;
    native.pos = -1n;
    native.timeBase = timeBase;
    native.rescaleTs(timeBase, stream.timeBase);
    check(
      this.#av,
      this.#native.interleavedWriteFrameSync(native),
      "output-write-failed",
      "The output could not be written",
    );
  }

  async finish(): Promise<void> {
    check(this.#av, await this.#native.writeTrailer(), "output-write-failed", "The output could not be finished");
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    if (this.#isOpen) this.#native.closeOutputSync();
    this.#native.freeContext();
  }

  #register(stream: Stream, timeBase: IRational): number {
    this.#timeBases[stream.index] = { num: timeBase.num, den: timeBase.den };
    return stream.index;
  }

  #describeLike(stream: Stream, from: Stream): void {
    stream.disposition = from.disposition;
    if (from.metadata !== null) stream.metadata = from.metadata;
  }
}

function sourceStream(input: MediaInput, trackIndex: number): Stream {
  const stream = input instanceof NodeAvInput ? input.native.streams[trackIndex] : undefined;
  if (stream === undefined) throw new UnderstudyError("internal-error", "A track of another reader cannot be copied.");
  return stream;
}
