import type { CodecContext, Frame, Packet } from "node-av/lib";
import type { PlanarFrame } from "#model/image.js";
import { UnderstudyError } from "#model/errors.js";
import type { DecodedPicture, EncodedPicture, PictureEncoder, PictureEncoderSettings } from "#media/media-io.js";
import { x264Options } from "#media/x264-options.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";
import { NodeAvPicture } from "./picture.js";
import { frameFromPlanes } from "./planes-to-frame.js";

/**
 * libx264. It sees picture numbers as times: variable frame rates and odd time bases never reach its rate control, and the
 * caller maps numbers back to the source's exact ticks.
 */
export class NodeAvPictureEncoder implements PictureEncoder {
  readonly header: Uint8Array;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #settings: PictureEncoderSettings;
  #sent = 0;
  #underWay: Promise<number> | undefined;
  #isClosed = false;

  constructor(av: NodeAv, settings: PictureEncoderSettings) {
    this.#av = av;
    this.#settings = settings;
    const codec = av.lib.Codec.findEncoderByName(av.constants.FF_ENCODER_LIBX264);
    if (codec === null) throw new UnderstudyError("internal-error", "This build of FFmpeg has no libx264.");
    this.#context = new av.lib.CodecContext();
    this.#context.allocContext3(codec);
    try {
      this.#configure();
      for (const [name, value] of Object.entries(x264Options(settings))) {
        check(av, this.#context.setOption(name, value), "internal-error", `The H.264 encoder refused ${name}=${value}`);
      }
      check(av, this.#context.open2Sync(codec, null), "internal-error", "The H.264 encoder could not start");
    } catch (error) {
      this.#context.freeContext();
      throw error;
    }
    this.header = Uint8Array.from(this.#context.extraData ?? []);
    this.#packet = new av.lib.Packet();
    this.#packet.alloc();
  }

  #configure(): void {
    const { constants } = this.#av;
    const { widthPixels, heightPixels, frameRate, colour, sampleAspectRatio } = this.#settings;
    const context = this.#context;
    context.width = widthPixels;
    context.height = heightPixels;
    context.pixelFormat = constants.AV_PIX_FMT_YUV420P;
    context.timeBase = new this.#av.lib.Rational(frameRate.denominator, frameRate.numerator);
    context.framerate = new this.#av.lib.Rational(frameRate.numerator, frameRate.denominator);
    context.gopSize = this.#settings.gopFrames;
    context.maxBFrames = this.#settings.bFrames;
    context.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
    if (sampleAspectRatio !== undefined && sampleAspectRatio.numerator > 0) {
      context.sampleAspectRatio = new this.#av.lib.Rational(sampleAspectRatio.numerator, sampleAspectRatio.denominator);
    }
    if (colour === undefined) return;
    context.colorPrimaries = colour.primaries as typeof context.colorPrimaries;
    context.colorTrc = colour.transfer as typeof context.colorTrc;
    context.colorSpace = colour.matrix as typeof context.colorSpace;
    context.colorRange = colour.isFullRange ? constants.AVCOL_RANGE_JPEG : constants.AVCOL_RANGE_MPEG;
  }

  async send(picture: DecodedPicture | PlanarFrame | undefined): Promise<void> {
    const frame = picture === undefined ? null : this.#frameOf(picture);
    if (frame !== null) {
      frame.pts = BigInt(this.#sent++);
      // A decoded frame carries its own I, P or B, which the encoder would repeat.
      frame.pictType = this.#av.constants.AV_PICTURE_TYPE_NONE;
    }
    // On a thread of libuv's pool: x264 with one thread works inside this call, 15 ms a frame at 720p.
    const sending = this.#context.sendFrame(frame);
    this.#underWay = sending;
    try {
      check(this.#av, await sending, "internal-error", "The H.264 encoder refused a picture");
    } finally {
      frame?.free();
    }
  }

  async receive(): Promise<EncodedPicture | undefined> {
    const packet = this.#packet;
    packet.unref();
    const status = this.#context.receivePacketSync(packet);
    const { AVERROR_EAGAIN, AVERROR_EOF } = this.#av.constants;
    if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return undefined;
    check(this.#av, status, "internal-error", "The H.264 encoder failed");
    const payload = packet.data ?? new Uint8Array(0);
    return { pictureNumber: Number(packet.pts), isKeyframe: packet.isKeyframe, payload };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#underWay?.catch(() => undefined);
    this.#packet.free();
    this.#context.freeContext();
  }

  /** A frame of our own: the caller may release its handle while x264 still reads the pixels. */
  #frameOf(picture: DecodedPicture | PlanarFrame): Frame {
    if (!(picture instanceof NodeAvPicture)) return frameFromPlanes(this.#av, picture as PlanarFrame);
    const frame = picture.native.clone();
    if (frame === null) throw new UnderstudyError("internal-error", "No memory for a picture.");
    return frame;
  }
}
