import type { PlanarFrame, RgbImage } from "#model/image.js";
import type { Rational } from "#model/media.js";
import { createPlanes, rgbToPlanar, type OwnPlanes } from "./colour-conversion.js";
import { nalType, nalTypeOf, joinLengthPrefixed, splitAnnexB } from "./h264/nal.js";
import { configurationOf, writeAvcConfiguration } from "./h264/parameter-sets.js";
import type { MediaIO, MediaOutput, PictureColour, PictureEncoder, SoundEncoder } from "./media-io.js";

/** Settings of a video made from scratch. */
export interface VideoWriterSettings {
  /** Even, from 16. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly frameRate: Rational;
  /** Constant rate factor, 0-51; default 18. */
  readonly crf?: number;
  /** Frames from IDR to IDR, closed; default two seconds. */
  readonly gopFrames?: number;
  /** 0-3; default 2. */
  readonly bFrames?: number;
  /** Encoder threads; default 1. */
  readonly threads?: number;
  /**
   * Sound: `silent` makes an AAC track of silence as long as the picture; rates as given to `writeSound`. Absent = no
   * sound track.
   */
  readonly sound?: { readonly sampleRateHz: number; readonly channelCount: 1 | 2; readonly isSilent?: boolean };
  /** Only for fixtures: raw x264 parameters, appended last. */
  readonly extraX264?: string;
}

/** Writes an MP4 with H.264 in closed groups of pictures and AAC. */
export interface VideoWriter {
  /** Takes the next picture; RGB becomes limited-range BT.709. */
  writePicture(picture: RgbImage | PlanarFrame): Promise<void>;
  /** Takes more sound: interleaved samples, -1 to 1. May run ahead of the pictures by any amount. */
  writeSound(interleaved: Float32Array): Promise<void>;
  /** Writes the index and closes the file. */
  finish(): Promise<void>;
  /** Closes without finishing when `finish()` was not reached; safe to call twice. The file is left for the caller. */
  close(): Promise<void>;
}

const bt709: PictureColour = { primaries: 1, transfer: 1, matrix: 1, isFullRange: false };

/**
 * Opens a writer.
 * @throws UnderstudyError `output-write-failed`, `disk-full`.
 */
export async function openVideoWriter(io: MediaIO, path: string, settings: VideoWriterSettings): Promise<VideoWriter> {
  const { widthPixels, heightPixels, frameRate, sound } = settings;
  const bFrames = settings.bFrames ?? 2;
  const encoder = await io.openPictureEncoder({
    widthPixels,
    heightPixels,
    frameRate,
    bFrames,
    crf: settings.crf ?? 18,
    gopFrames: settings.gopFrames ?? Math.max(1, Math.round((2 * frameRate.numerator) / frameRate.denominator)),
    threads: settings.threads ?? 1,
    colour: bt709,
    ...(settings.extraX264 === undefined ? {} : { extraX264: settings.extraX264 }),
  });
  let soundEncoder: SoundEncoder | undefined;
  try {
    if (sound !== undefined) soundEncoder = await io.openSoundEncoder(sound);
    const { timeBase, ticksPerFrame } = clockOf(frameRate);
    const output = await io.openOutput(path, { pictureTicksPerSecond: timeBase.denominator });
    try {
      const sets = splitAnnexB(encoder.header);
      const ofType = (type: number) => sets.filter((nal) => nalTypeOf(nal) === type);
      const configuration = writeAvcConfiguration(
        configurationOf(ofType(nalType.sequenceSet), ofType(nalType.pictureSet)),
      );
      output.addPicture({ configuration, widthPixels, heightPixels, timeBase, frameRate, colour: bt709 });
      if (soundEncoder !== undefined) output.addSound(soundEncoder);
      await output.start();
      return new Writer(settings, output, encoder, soundEncoder, ticksPerFrame, bFrames > 0 ? 1 : 0);
    } catch (error) {
      output.close();
      throw error;
    }
  } catch (error) {
    await encoder.close();
    soundEncoder?.close();
    throw error;
  }
}

class Writer implements VideoWriter {
  readonly #settings: VideoWriterSettings;
  readonly #output: MediaOutput;
  readonly #encoder: PictureEncoder;
  readonly #soundEncoder: SoundEncoder | undefined;
  readonly #ticksPerFrame: number;
  readonly #delayFrames: number;
  #planes: OwnPlanes | undefined;
  #sent = 0;
  #received = 0;
  #silentSamples = 0;

  constructor(
    settings: VideoWriterSettings,
    output: MediaOutput,
    encoder: PictureEncoder,
    soundEncoder: SoundEncoder | undefined,
    ticksPerFrame: number,
    delayFrames: number,
  ) {
    this.#settings = settings;
    this.#output = output;
    this.#encoder = encoder;
    this.#soundEncoder = soundEncoder;
    this.#ticksPerFrame = ticksPerFrame;
    this.#delayFrames = delayFrames;
  }

  async writePicture(picture: RgbImage | PlanarFrame): Promise<void> {
    await this.#encoder.send("rgb" in picture ? this.#toPlanes(picture) : picture);
    this.#sent++;
    await this.#addSilence();
    await this.#collect();
  }

  async writeSound(interleaved: Float32Array): Promise<void> {
    if (this.#soundEncoder === undefined) throw new Error("this video was opened without sound");
    await this.#soundEncoder.send(interleaved);
    await this.#collectSound();
  }

  async finish(): Promise<void> {
    await this.#encoder.send(undefined);
    await this.#collect();
    await this.#soundEncoder?.send(undefined);
    await this.#collectSound();
    await this.#output.finish();
    await this.close();
  }

  async close(): Promise<void> {
    await this.#encoder.close();
    this.#soundEncoder?.close();
    this.#output.close();
  }

  #toPlanes(image: RgbImage): OwnPlanes {
    this.#planes ??= createPlanes(image.widthPixels, image.heightPixels);
    return rgbToPlanar(image, this.#planes);
  }

  async #collect(): Promise<void> {
    const step = this.#ticksPerFrame;
    for (let coded = await this.#encoder.receive(); coded !== undefined; coded = await this.#encoder.receive()) {
      await this.#output.write(0, {
        ptsTicks: coded.pictureNumber * step,
        dtsTicks: (this.#received++ - this.#delayFrames) * step,
        durationTicks: step,
        isKeyframe: coded.isKeyframe,
        payload: joinLengthPrefixed(splitAnnexB(coded.payload).filter((nal) => nalTypeOf(nal) <= nalType.idrSlice)),
      });
    }
  }

  async #addSilence(): Promise<void> {
    const { sound, frameRate } = this.#settings;
    if (sound?.isSilent !== true) return;
    const until = Math.round((this.#sent * frameRate.denominator * sound.sampleRateHz) / frameRate.numerator);
    await this.writeSound(new Float32Array((until - this.#silentSamples) * sound.channelCount));
    this.#silentSamples = until;
  }

  async #collectSound(): Promise<void> {
    const encoder = this.#soundEncoder;
    for (let coded = await encoder?.receive(); coded !== undefined; coded = await encoder?.receive()) {
      const { ptsTicks, durationTicks, payload } = coded;
      await this.#output.write(1, { ptsTicks, dtsTicks: ptsTicks, durationTicks, isKeyframe: true, payload });
    }
  }
}

/** A clock fine enough for players (at least 10 000 ticks a second) in which every frame lasts a whole number of ticks. */
function clockOf(frameRate: Rational): { timeBase: Rational; ticksPerFrame: number } {
  let scale = 1;
  while (frameRate.numerator * scale < 10_000) scale *= 2;
  return {
    timeBase: { numerator: 1, denominator: frameRate.numerator * scale },
    ticksPerFrame: frameRate.denominator * scale,
  };
}
