import type { CodecContext, Frame, Stream } from "node-av/lib";
import { UnderstudyError } from "#model/errors.js";
import type { CodedPacket, DecodedPicture, DecoderSettings, PictureDecoder } from "#media/media-io.js";
import { check } from "./failure.js";
import { NodeAvConverter } from "./converter.js";
import { FrameReserve } from "./frame-reserve.js";
import type { NodeAv } from "./load.js";
import type { NodeAvPacket } from "./packet.js";
import { NodeAvPicture } from "./picture.js";

/** FFmpeg's decoder for one picture track. */
export class NodeAvPictureDecoder implements PictureDecoder {
  errorCount = 0;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #converter: NodeAvConverter | undefined;
  readonly #ready: NodeAvPicture[] = [];
  readonly #reserve: FrameReserve;
  #isClosed = false;

  constructor(av: NodeAv, stream: Stream, settings: DecoderSettings) {
    this.#av = av;
    this.#reserve = new FrameReserve(av);
    const { lib } = av;
    const codec = lib.Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null) {
      const name = lib.avGetCodecName(stream.codecpar.codecId) ?? "unknown";
      throw new UnderstudyError("unreadable-media", `The picture is coded as ${name}, which cannot be decoded here.`);
    }
    this.#context = new lib.CodecContext();
    this.#context.allocContext3(codec);
    try {
      check(
        av,
        this.#context.parametersToContext(stream.codecpar),
        "unreadable-media",
        "The picture track is not valid",
      );
      this.#context.pktTimebase = stream.timeBase;
      this.#context.setOption("threads", settings.threads ?? 1);
      // `explode` turns damage that would be painted over into an error that can be counted.
      if (settings.strict) this.#context.setOption("err_detect", "+crccheck+bitstream+buffer+explode");
      check(av, this.#context.open2Sync(codec, null), "unreadable-media", "The picture track cannot be decoded");
    } catch (error) {
      this.#context.freeContext();
      throw error;
    }
    this.#converter = settings.convert ? new NodeAvConverter(av, stream.timeBase, this.#reserve) : undefined;
  }

  async send(packet: CodedPacket | undefined): Promise<void> {
    const native = packet === undefined ? null : (packet as NodeAvPacket).native;
    const { AVERROR_EAGAIN } = this.#av.constants;
    let status = this.#context.sendPacketSync(native);
    while (status === AVERROR_EAGAIN) {
      // The decoder takes no more before it has given something away.
      this.#drain();
      status = this.#context.sendPacketSync(native);
    }
    if (status < 0 && status !== this.#av.constants.AVERROR_EOF) this.errorCount++;
    if (packet === undefined) {
      this.#drain();
      if (this.#converter !== undefined) this.#ready.push(...this.#converter.finish());
    }
  }

  async receive(): Promise<DecodedPicture | undefined> {
    if (this.#ready.length === 0) this.#drain(1);
    return this.#ready.shift();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const picture of this.#ready.splice(0)) picture.release();
    this.#converter?.close();
    this.#reserve.close();
    this.#context.freeContext();
  }

  #drain(atMost = Number.POSITIVE_INFINITY): void {
    const { AVERROR_EAGAIN, AVERROR_EOF } = this.#av.constants;
    while (this.#ready.length < atMost) {
      const frame = new this.#av.lib.Frame();
      frame.alloc();
      const status = this.#context.receiveFrameSync(frame);
      if (status < 0) {
        frame.free();
        if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return;
        this.errorCount++;
        continue;
      }
      this.#ready.push(...this.#take(frame));
    }
  }

  #take(frame: Frame): NodeAvPicture[] {
    const { AV_NOPTS_VALUE, AV_FRAME_FLAG_CORRUPT } = this.#av.constants;
    const time = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
    const isDamaged = frame.decodeErrorFlags !== 0 || frame.hasFlags(AV_FRAME_FLAG_CORRUPT);
    if (isDamaged) this.errorCount++;
    if (this.#converter !== undefined) return this.#converter.convert(frame, Number(time), isDamaged);
    const { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P } = this.#av.constants;
    if (frame.format !== AV_PIX_FMT_YUV420P && frame.format !== AV_PIX_FMT_YUVJ420P) {
      frame.free();
      throw new UnderstudyError("internal-error", "A picture that is not 8-bit 4:2:0 was decoded without conversion.");
    }
    return [new NodeAvPicture(this.#av, frame, Number(time), isDamaged, this.#reserve)];
  }
}
