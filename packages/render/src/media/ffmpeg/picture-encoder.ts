import type { PlanarFrame } from "#model/image.js";
import { UnderstudyError } from "#model/errors.js";
import type { DecodedPicture, EncodedPicture, PictureEncoder, PictureEncoderSettings } from "#media/media-io.js";
import { copyPlanes } from "#media/copy-planes.js";
import { x264Options } from "#media/x264-options.js";
import { CoderChild } from "./coder-child.js";
import type { EncoderHeaders } from "./encoder-header.js";
import { FfmpegPicture, pictureBytes, planesIn } from "./picture.js";
import { nutOutput, quietFfmpeg, type Programs } from "./programs.js";

/**
 * libx264 in a process of its own. Pictures go in without times at the nominal rate, so the time of a packet is its
 * picture's number.
 */
export class FfmpegPictureEncoder implements PictureEncoder {
  readonly header: Uint8Array;
  readonly #child: CoderChild;
  readonly #settings: PictureEncoderSettings;
  /** Time of picture 0: the container counts from the first decode time. */
  #firstTicks: number | undefined;
  #sent = 0;
  #received = 0;
  #isEnded = false;

  static async open(
    programs: Programs,
    headers: EncoderHeaders,
    settings: PictureEncoderSettings,
  ): Promise<FfmpegPictureEncoder> {
    const args = argsFor(settings);
    const black = new Uint8Array(pictureBytes(settings.widthPixels, settings.heightPixels));
    const header = await headers.headerOf(args, black);
    return new FfmpegPictureEncoder(new CoderChild({ program: programs.ffmpegPath, args }), header, settings);
  }

  private constructor(child: CoderChild, header: Uint8Array, settings: PictureEncoderSettings) {
    this.#child = child;
    this.header = header;
    this.#settings = settings;
  }

  async send(picture: DecodedPicture | PlanarFrame | undefined): Promise<void> {
    if (picture === undefined) {
      this.#isEnded = true;
      this.#child.end();
      return;
    }
    this.#sent++;
    const planes = "planes" in picture ? picture.planes : picture;
    const { widthPixels, heightPixels } = this.#settings;
    const isWhole = planes.widthPixels === widthPixels && planes.heightPixels === heightPixels;
    if (picture instanceof FfmpegPicture && isWhole) {
      // A handle of our own: the caller may release its own while the pixels are still being sent.
      const shared = picture.share();
      await this.#child.write(shared.bytes, () => shared.release());
      return;
    }
    await this.#child.write(packed(planes, this.#settings));
  }

  async receive(): Promise<EncodedPicture | undefined> {
    const packet = await this.#child.take();
    if (packet === undefined) {
      if (this.#isEnded && this.#received !== this.#sent) throw this.#incomplete();
      return undefined;
    }
    this.#received++;
    const { isKeyframe, payload } = packet;
    return { pictureNumber: this.#numberOf(packet.ptsTicks), isKeyframe, payload };
  }

  async close(): Promise<void> {
    this.#child.close();
  }

  #numberOf(ptsTicks: number): number {
    this.#firstTicks ??= ptsTicks;
    const { timeBase } = this.#child.stream ?? { timeBase: { numerator: 1, denominator: 1 } };
    const { numerator, denominator } = this.#settings.frameRate;
    const seconds = ((ptsTicks - this.#firstTicks) * timeBase.numerator) / timeBase.denominator;
    return Math.round((seconds * numerator) / denominator);
  }

  #incomplete(): UnderstudyError {
    const message = `FFmpeg encoded ${this.#received} of ${this.#sent} pictures.`;
    return new UnderstudyError("internal-error", message, { cause: new Error(this.#child.messages) });
  }
}

function argsFor(settings: PictureEncoderSettings): string[] {
  const { widthPixels, heightPixels, frameRate, gopFrames, bFrames } = settings;
  const options = Object.entries(x264Options(settings)).flatMap(([name, value]) => [`-${name}`, String(value)]);
  return [
    [...quietFfmpeg, "-protocol_whitelist", "pipe", "-f", "rawvideo", "-pix_fmt", "yuv420p"],
    ["-video_size", `${widthPixels}x${heightPixels}`],
    ["-framerate", `${frameRate.numerator}/${frameRate.denominator}`, "-i", "pipe:0"],
    ["-map", "0:0", "-fps_mode", "passthrough", ...filtersFor(settings)],
    ["-c:v", "libx264", "-g", String(gopFrames), "-bf", String(bFrames), ...options, ...nutOutput],
  ].flat();
}

/** Colour and shape of the pixels go in with the pictures: the encoder takes them from there. */
function filtersFor({ colour, sampleAspectRatio: aspect }: PictureEncoderSettings): string[] {
  const filters: string[] = [];
  if (colour !== undefined) {
    const { primaries, transfer, matrix, isFullRange } = colour;
    const codes = `color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`;
    filters.push(`setparams=range=${isFullRange ? "pc" : "tv"}:${codes}`);
  }
  if (aspect !== undefined && aspect.numerator > 0) filters.push(`setsar=${aspect.numerator}/${aspect.denominator}`);
  return filters.length === 0 ? [] : ["-vf", filters.join(",")];
}

/** The three planes one behind the other, without what lies beside the picture. */
function packed(planes: PlanarFrame, { widthPixels, heightPixels }: PictureEncoderSettings): Uint8Array {
  if (planes.widthPixels < widthPixels || planes.heightPixels < heightPixels) {
    throw new UnderstudyError("internal-error", "A picture that is too small was given to the encoder.");
  }
  const bytes = Buffer.allocUnsafeSlow(pictureBytes(widthPixels, heightPixels));
  copyPlanes(planesIn(bytes, { widthPixels, heightPixels }), planes);
  return bytes;
}
