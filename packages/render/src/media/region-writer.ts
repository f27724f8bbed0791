import type { Rational, VideoTrack } from "#model/media.js";
import { ClipFileWriter, type ClipFile } from "./clip-file.js";
import { nalType, nalTypeOf, joinLengthPrefixed, splitAnnexB } from "./h264/nal.js";
import {
  configurationOf,
  freeParameterSetIds,
  parseAvcConfiguration,
  writeAvcConfiguration,
  type AvcConfiguration,
} from "./h264/parameter-sets.js";
import type { DecodedPicture, PictureColour, PictureEncoder, PictureEncoderSettings } from "./media-io.js";
import type { ClipContents } from "./open-clip.js";
import { readRegionTimes, type PictureTrack, type RegionTask, type RegionTimes } from "./region-source.js";

/** What a region writer needs beside the region. */
export interface RegionWriterTask extends RegionTask {
  /** Of the whole track: clips of one film that is encoded as a whole share the encoder's settings, and so a header. */
  readonly video: Pick<VideoTrack, "frameRate" | "bitRate">;
  /** Where the clip file goes; removed again when it is not finished. */
  readonly clipPath: string;
  /** The region's, where a reader has read them; default: read from the source. */
  readonly times?: RegionTimes;
  /** Constant rate factor, 0-51; default 18, at which no seam to the copied packets was seen. */
  readonly crf?: number;
}

/** Encodes a region's frames into a clip file. */
export interface RegionWriter {
  /**
   * Takes the next frame in display order. Its pixels must not change any more, but it may be released at once: encoding
   * goes on beside the caller's next steps, and a failure shows at the next call.
   */
  write(frame: { readonly decoded: DecodedPicture }): Promise<void>;
  /**
   * Ends the clip; every frame of the region must have been written.
   * @throws UnderstudyError `disk-full`, `output-write-failed`, `internal-error`.
   */
  finish(repeatedFrames?: number): Promise<ClipFile>;
  /** Closes everything and removes an unfinished clip; safe to call twice. */
  close(): Promise<void>;
}

/** Raise it with every change of what a clip of the same frames holds: templates keep clips under it. */
export const clipSettingsVersion = 1;

/** Peak bit rate over the source's, so the joint to copied packets has no pump; other codecs pack tighter than H.264. */
const peakOverSource = { h264: 2.5, other: 5 } as const;

/** Opens a region's encoder and its clip file. */
export async function openRegionWriter(task: RegionWriterTask): Promise<RegionWriter> {
  const times = task.times ?? (await readRegionTimes(task));
  const settings = encoderSettings(task, times);
  const encoder = await task.io.openPictureEncoder(settings);
  try {
    return new Writer(task, times, settings, encoder, await ClipFileWriter.create(task.clipPath));
  } catch (error) {
    await encoder.close();
    throw error;
  }
}

class Writer implements RegionWriter {
  readonly #task: RegionWriterTask;
  readonly #times: RegionTimes;
  readonly #settings: PictureEncoderSettings;
  readonly #encoder: PictureEncoder;
  readonly #file: ClipFileWriter;
  readonly #packets: ClipContents["packets"] = [];
  readonly #decodeTicks: readonly number[];
  #written = 0;
  #sending: Promise<void> | undefined;

  constructor(
    task: RegionWriterTask,
    times: RegionTimes,
    settings: PictureEncoderSettings,
    encoder: PictureEncoder,
    file: ClipFileWriter,
  ) {
    this.#task = task;
    this.#times = times;
    this.#settings = settings;
    this.#encoder = encoder;
    this.#file = file;
    this.#decodeTicks = task.stitch.mode === "smart" ? times.dtsTicks : ownDecodeTicks(times);
  }

  async write(frame: { readonly decoded: DecodedPicture }): Promise<void> {
    this.#task.signal?.throwIfAborted();
    await this.#settle();
    this.#sending = this.#encoder.send(frame.decoded);
    // The rejection is met by the next `#settle()`; until then it must not count as unhandled.
    this.#sending.catch(() => undefined);
    this.#written++;
  }

  async finish(repeatedFrames = 0): Promise<ClipFile> {
    await this.#settle();
    this.#sending = this.#encoder.send(undefined);
    await this.#settle();
    const planned = this.#times.ptsTicks.length;
    if (this.#written !== planned || this.#packets.length !== planned) {
      throw new Error(`a region of ${planned} frames got ${this.#written} frames and ${this.#packets.length} packets`);
    }
    const sets = splitAnnexB(this.#encoder.header);
    const ofType = (type: number) => sets.filter((nal) => nalTypeOf(nal) === type);
    const configuration = configurationOf(ofType(nalType.sequenceSet), ofType(nalType.pictureSet));
    const { widthPixels, heightPixels, frameRate } = this.#settings;
    const { picture, timeBase } = this.#times.track;
    const { startFrame, endFrame } = this.#task.region;
    const clip = await this.#file.finish({
      version: 1,
      startFrame,
      endFrame,
      timeBase,
      frameRate,
      widthPixels,
      heightPixels,
      sampleAspectRatio: picture.sampleAspectRatio,
      colour: codedColour(picture.colour),
      configuration: Buffer.from(writeAvcConfiguration(configuration)).toString("base64"),
      repeatedFrames,
      packets: this.#packets,
    });
    await this.#encoder.close();
    return clip;
  }

  async close(): Promise<void> {
    await this.#encoder.close();
    await this.#file.close();
  }

  /** Waits for the picture under way and stores what came out. */
  async #settle(): Promise<void> {
    await this.#sending;
    this.#sending = undefined;
    await this.#collect();
  }

  async #collect(): Promise<void> {
    for (let coded = await this.#encoder.receive(); coded !== undefined; coded = await this.#encoder.receive()) {
      const { ptsTicks, lastDurationTicks } = this.#times;
      const number = coded.pictureNumber;
      const pts = ptsTicks[number];
      const dts = this.#decodeTicks[this.#packets.length];
      if (pts === undefined || dts === undefined || pts < dts) {
        throw new Error(`encoded picture ${number} cannot be shown at ${pts} when it is decoded at ${dts}`);
      }
      const durationTicks = (ptsTicks[number + 1] ?? pts + lastDurationTicks) - pts;
      const payload = joinLengthPrefixed(splitAnnexB(coded.payload).filter(isPicture));
      this.#packets.push([pts, dts, durationTicks, coded.isKeyframe ? 1 : 0, payload.length]);
      await this.#file.append(payload);
    }
  }
}

/** Parameter sets live in the header; delimiters and x264's text message would only add bytes. */
function isPicture(nal: Uint8Array): boolean {
  const type = nalTypeOf(nal);
  return type === nalType.slice || type === nalType.idrSlice;
}

function encoderSettings(task: RegionWriterTask, times: RegionTimes): PictureEncoderSettings {
  const { picture } = times.track;
  const rates = task.stitch.mode === "smart" ? ratesBesideCopies(times) : ratesOfTrack(task.video, times.track);
  const { numerator, denominator } = rates.frameRate;
  const framesPerSecond = numerator / denominator;
  // A still slide costs next to nothing in the source; a face moving in it needs bits all the same.
  const leastPeak = picture.widthPixels * picture.heightPixels * framesPerSecond * 0.08;
  return {
    ...rates,
    widthPixels: picture.widthPixels - (picture.widthPixels % 2),
    heightPixels: picture.heightPixels - (picture.heightPixels % 2),
    crf: task.crf ?? 18,
    // Where there is no room for B-frames, x264 writes other parameter sets than for the film's longer clips.
    gopFrames: Math.max(gopFramesOf(times.ptsTicks.length, framesPerSecond), rates.bFrames + 1),
    maxBitRate: Math.max(rates.maxBitRate, leastPeak),
    colour: codedColour(picture.colour),
    sampleAspectRatio: picture.sampleAspectRatio,
  };
}

type Rates = Pick<PictureEncoderSettings, "frameRate" | "bFrames" | "profile" | "parameterSetId" | "level"> & {
  readonly maxBitRate: number;
};

/** For clips between packets that are copied: the source's profile, level and decode times hold. */
function ratesBesideCopies(times: RegionTimes): Rates {
  const { configuration } = times.track;
  const source = parseAvcConfiguration(configuration);
  const frameRate = trackRateOf(times);
  const bFrames = bFramesThatFit(times);
  const framesPerSecond = frameRate.numerator / frameRate.denominator;
  return {
    frameRate,
    bFrames,
    profile: profileOf(source?.profile),
    ...(source !== undefined && { parameterSetId: parameterSetIdFor(source, bFrames), level: source.level }),
    maxBitRate: ((times.byteLength * 8 * framesPerSecond) / times.ptsTicks.length) * peakOverSource.h264,
  };
}

/** For films that are encoded as a whole: nothing that depends on the region. Rates in thousandths, from 1 to 240. */
function ratesOfTrack({ frameRate, bitRate }: RegionWriterTask["video"], { codec }: PictureTrack): Rates {
  return {
    frameRate: { numerator: Math.round(Math.min(240, Math.max(1, frameRate)) * 1000), denominator: 1000 },
    bFrames: 2,
    profile: "high",
    maxBitRate: bitRate * (codec === "h264" ? peakOverSource.h264 : peakOverSource.other),
  };
}

/** IDR pictures as evenly as possible, some two seconds apart: no short group at the end of a clip. */
function gopFramesOf(frames: number, framesPerSecond: number): number {
  const groups = Math.max(1, Math.round(frames / framesPerSecond / 2));
  return Math.max(1, Math.ceil(frames / groups));
}

/**
 * Clips of one film are made apart, yet share a header: with rate, level and GOP taken from the track, only B-frames make
 * their parameter sets differ, and those get an id of their own.
 */
function parameterSetIdFor(source: AvcConfiguration, bFrames: number): number {
  const [first = 1, second = 2] = freeParameterSetIds(source);
  return bFrames > 0 ? first : second;
}

/** The track's mean rate, the same for every region; a container without one is taken for 30. */
function trackRateOf({ track }: RegionTimes): Rational {
  const { numerator, denominator } = track.picture.averageFrameRate;
  const rate = numerator / denominator;
  return rate >= 1 && rate <= 240 ? { numerator, denominator } : { numerator: 30, denominator: 1 };
}

/** B-frames need every packet decoded one frame ahead; otherwise the source's decode times leave no room for them. */
function bFramesThatFit({ ptsTicks, dtsTicks, track }: RegionTimes): number {
  if (track.picture.reorderFrames === 0) return 0;
  const fits = dtsTicks.every((dts, packet) => dts <= (ptsTicks[Math.max(0, packet - 1)] ?? dts));
  return fits ? 2 : 0;
}

/** Decode times one frame ahead of presentation times, over the whole film: clips that are made apart then join anywhere. */
function ownDecodeTicks({ ptsTicks, tickBefore }: RegionTimes): number[] {
  const [first = 0, second = first + 1] = ptsTicks;
  return [tickBefore ?? first - (second - first), ...ptsTicks.slice(0, -1)];
}

/** RGB pictures (H.273 matrix 0) are converted to limited-range BT.709 before they get here. */
function codedColour(colour: PictureColour): PictureColour {
  return colour.matrix === 0 ? { ...colour, matrix: 1, isFullRange: false } : colour;
}

/** H.264 profile number to x264's name. */
function profileOf(profile: number | undefined): "baseline" | "main" | "high" {
  if (profile === 66) return "baseline";
  return profile === 77 ? "main" : "high";
}
