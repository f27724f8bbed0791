import { UnderstudyError } from "#model/errors.js";
import type { CodedPacket, DecodedPicture, DecoderSettings, PictureDecoder, PictureFacts } from "#media/media-io.js";
import { matrixOf } from "#media/picture-facts.js";
import { CoderChild } from "./coder-child.js";
import type { TrackDescription } from "./file-facts.js";
import type { NutPacket } from "./nut/nut-reader.js";
import { nutFrameHeader, nutHeader } from "./nut/nut-writer.js";
import { FfmpegPicture, pictureBytes, type PictureShape } from "./picture.js";
import { nutInput, nutOutput, quietFfmpeg, type Programs } from "./programs.js";
import { TimeLabels } from "./time-labels.js";

/** Pictures that wait to be received before the decoder is held up; 11 MB at 720p. */
const maxWaiting = 8;

/** Ticks a second of the labels; FFmpeg only has to keep them apart. */
const labelsPerSecond = 90_000;

/** FFmpeg 5 to 8 say one of these for each packet or picture that could not be decoded. */
const damage = /Error while decoding|Error submitting|Decoding error|corrupt decoded frame/;

/** `AV01`, first letter lowest. */
const av1Tag = 0x3130_5641;

/** FFmpeg's decoder for one picture track, in a process of its own that starts with the first packet. */
export class FfmpegPictureDecoder implements PictureDecoder {
  errorCount = 0;
  readonly #programs: Programs;
  readonly #track: TrackDescription;
  readonly #settings: DecoderSettings;
  readonly #labels = new TimeLabels<Pick<CodedPacket, "ptsTicks" | "isHidden">>();
  readonly #spare: Uint8Array[] = [];
  #child: CoderChild | undefined;
  #shape: PictureShape | undefined;
  #isClosed = false;

  constructor(programs: Programs, track: TrackDescription, settings: DecoderSettings) {
    this.#programs = programs;
    this.#track = track;
    this.#settings = settings;
  }

  async send(packet: CodedPacket | undefined): Promise<void> {
    if (this.#isClosed) return;
    this.#child ??= this.#start();
    if (packet === undefined) {
      this.#child.end();
      return;
    }
    const { ptsTicks, isHidden, isKeyframe, payload } = packet;
    const label = this.#labels.add(ptsTicks, { ptsTicks, isHidden });
    const head = nutFrameHeader({ ptsTicks: label, isKeyframe, byteLength: payload.length });
    await this.#child.write(Buffer.concat([head, payload]));
  }

  async receive(): Promise<DecodedPicture | undefined> {
    for (;;) {
      const packet = await this.#child?.take();
      if (packet === undefined) {
        if (this.#child?.hasNoDecoder === true) throw this.#undecodable();
        return undefined;
      }
      const picture = this.#pictureOf(packet);
      if (picture !== undefined) return picture;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.close();
  }

  #start(): CoderChild {
    const { facts, codecTag } = this.#track;
    const { threads = 1, strict = false } = this.#settings;
    const { picture } = facts;
    if (picture === undefined) throw new UnderstudyError("internal-error", "The track has no picture.");
    // FFmpeg's decoder of the name `av1` only works with hardware; the tag leads to the one that it prefers.
    const isAv1 = facts.codec === "av1";
    const decoder = isAv1 ? [] : ["-c:v", facts.codec];
    const child = new CoderChild({
      program: this.#programs.ffmpegPath,
      args: [
        [...quietFfmpeg, "-copyts", "-max_error_rate", "1", "-threads", String(threads)],
        // `explode` turns damage that would be painted over into an error that can be counted.
        strict ? ["-err_detect", "+crccheck+bitstream+buffer+explode"] : [],
        [...decoder, ...nutInput, "-map", "0:0", "-fps_mode", "passthrough"],
        ["-enc_time_base", `1/${labelsPerSecond}`, ...this.#filters(picture)],
        ["-c:v", "rawvideo", "-threads", "1", ...nutOutput],
      ].flat(),
      maxWaiting,
      allocate: (byteLength) => this.#allocate(byteLength),
      onMessage: (line) => {
        if (damage.test(line)) this.errorCount++;
      },
    });
    const header = nutHeader({
      codecTag: isAv1 ? av1Tag : codecTag,
      configuration: facts.configuration,
      timeBase: { numerator: 1, denominator: labelsPerSecond },
      reorderFrames: picture.reorderFrames,
      picture,
    });
    void child.write(header).catch(() => undefined);
    return child;
  }

  /**
   * With `convert`: even size, because x264 refuses odd ones in 4:2:0; 8-bit 4:2:0, in BT.709 and limited range for RGB and
   * as it was for the rest; then fields become whole pictures, one a frame, so counts and times stay the source's.
   */
  #filters(picture: PictureFacts): string[] {
    if (this.#settings.convert !== true) return [];
    const even = "crop=floor(iw/2)*2:floor(ih/2)*2:0:0:exact=1";
    const scale = isRgbPicture(picture)
      ? "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
      : "format=yuv420p|yuvj420p";
    return ["-vf", [even, scale, "bwdif=mode=send_frame:deint=interlaced"].join(",")];
  }

  #pictureOf(packet: NutPacket): FfmpegPicture | undefined {
    const facts = this.#labels.take(packet.ptsTicks);
    // A hidden picture is decoded for the sake of others only.
    if (facts?.isHidden === true) return undefined;
    const shape = this.#shapeOf(packet);
    const ptsTicks = facts?.ptsTicks ?? this.#labels.ticksOf(packet.ptsTicks);
    const pixels = { bytes: packet.payload, handles: 0 };
    return new FfmpegPicture(shape, { ptsTicks, isDamaged: false }, pixels, (bytes) => this.#takeBack(bytes));
  }

  #shapeOf({ payload }: NutPacket): PictureShape {
    const stream = this.#child?.stream;
    const { picture } = this.#track.facts;
    if (this.#shape !== undefined) return this.#shape;
    const { widthPixels = 0, heightPixels = 0 } = stream?.size ?? {};
    if (stream?.codecTag !== "I420" || payload.length !== pictureBytes(widthPixels, heightPixels)) {
      throw new UnderstudyError("internal-error", "A picture that is not 8-bit 4:2:0 was decoded without conversion.");
    }
    const isRgb = picture !== undefined && isRgbPicture(picture);
    this.#shape = {
      widthPixels,
      heightPixels,
      isFullRange: !isRgb && picture?.colour.isFullRange === true,
      matrix: isRgb ? "bt709" : matrixOf(picture?.colour.matrix ?? 2, widthPixels, heightPixels),
    };
    return this.#shape;
  }

  #undecodable(): UnderstudyError {
    const { codec } = this.#track.facts;
    return new UnderstudyError("unreadable-media", `The picture is coded as ${codec}, which cannot be decoded here.`);
  }

  #allocate(byteLength: number): Uint8Array {
    const spare = this.#spare.pop();
    return spare?.length === byteLength ? spare : Buffer.allocUnsafeSlow(byteLength);
  }

  #takeBack(bytes: Uint8Array): void {
    if (!this.#isClosed && this.#spare.length < 2 * maxWaiting) this.#spare.push(bytes);
  }
}

/** Colours that have no matrix yet (H.273 matrix 0). */
function isRgbPicture({ pixelFormat, colour }: PictureFacts): boolean {
  return colour.matrix === 0 || /rgb|bgr|gbr|pal8/.test(pixelFormat);
}
