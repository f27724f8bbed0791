import type { PlanarFrame } from "#model/image.js";
import type { Rational, Rotation } from "#model/media.js";
import type { CaptionFiles } from "./caption-filters.js";

/**
 * The seam between Understudy and whatever reads and writes media files. `node-av/` does it inside this process, `ffmpeg/`
 * with the machine's programs; nothing outside those folders knows their types or FFmpeg's numbers. Times are whole ticks
 * of a track's time base. Inputs, coders and outputs that work together come from one `MediaIO`.
 *
 * Every function throws an `UnderstudyError`: `unreadable-media` for what a file is to blame for, `disk-full` and
 * `output-write-failed` for what the disk is, `internal-error` for the rest.
 */
export interface MediaIO {
  /** Short name, such as `node-av 6.1.1`; the version may be known only after the first call. */
  readonly name: string;
  /** Opens one local regular file; nothing the file names (playlists, references, URLs) is ever followed. */
  openInput(path: string): Promise<MediaInput>;
  /** Opens an H.264 encoder. */
  openPictureEncoder(settings: PictureEncoderSettings): Promise<PictureEncoder>;
  /** Opens an AAC-LC encoder for interleaved 32-bit float sound. */
  openSoundEncoder(settings: SoundEncoderSettings): Promise<SoundEncoder>;
  /**
   * Opens what draws captions onto pictures.
   * @throws UnderstudyError `runtime-missing` where FFmpeg was built without libass.
   */
  openCaptionPainter(order: CaptionPainterOrder): Promise<CaptionPainter>;
  /** Creates an MP4 file; an existing one is overwritten. */
  openOutput(path: string, settings?: OutputSettings): Promise<MediaOutput>;
}

/** Colour description in the code points of ITU-T H.273; 2 means unspecified. */
export interface PictureColour {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly isFullRange: boolean;
}

/** What a container says of a picture track. */
export interface PictureFacts {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly rotation: Rotation;
  /** FFmpeg's name, such as `yuv420p`. */
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly averageFrameRate: Rational;
  /** True when the container or the first parameter sets announce fields. */
  readonly isInterlaced: boolean;
  /** Frames a decoder holds back to put B-frames in display order; 0 without reordering. */
  readonly reorderFrames: number;
  /** 0/1 when unknown. */
  readonly sampleAspectRatio: Rational;
  readonly colour: PictureColour;
}

/** What a container says of a sound track. */
export interface SoundFacts {
  readonly sampleRateHz: number;
  readonly channelCount: number;
}

/** Facts of one track inside an opened file. */
export interface TrackFacts {
  readonly index: number;
  readonly kind: "video" | "audio" | "subtitle" | "data";
  /** FFmpeg's short name: `h264`, `aac`, `pcm_s16le`, ... */
  readonly codec: string;
  /** A still picture stored as a track, such as an album cover. */
  readonly isCoverArt: boolean;
  readonly timeBase: Rational;
  /** Sample count from the container's tables; 0 when it has none. */
  readonly declaredPackets: number;
  readonly durationSeconds: number;
  readonly bitRate: number;
  /** Codec configuration record (`avcC` contents for H.264 in MP4); empty when the container has none. */
  readonly configuration: Uint8Array;
  readonly picture?: PictureFacts;
  readonly sound?: SoundFacts;
}

/** A coded packet. `payload` is valid only until the next `read()`. */
export interface CodedPacket {
  readonly trackIndex: number;
  /** Presentation time; equals `dtsTicks` where the container has none. */
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly durationTicks: number;
  readonly isKeyframe: boolean;
  /** Decoded but never shown: pre-roll that an edit list hides. */
  readonly isHidden: boolean;
  /** The container could not deliver all its bytes. */
  readonly isDamaged: boolean;
  /** The container switches to another codec configuration with this packet. */
  readonly isReconfigured: boolean;
  readonly payload: Uint8Array;
}

/** An opened file that gives its packets in file order. */
export interface MediaInput {
  readonly path: string;
  /** FFmpeg's demuxer name. */
  readonly container: string;
  /** Seconds that a player calls 0: always 0 for MP4 and MOV, the earliest time of any track elsewhere. */
  readonly zeroSeconds: number;
  readonly durationSeconds: number;
  readonly tracks: readonly TrackFacts[];
  /** Limits `read()` to these tracks; the others cost no reading in MP4. */
  select(trackIndexes: readonly number[]): void;
  /** The next packet, or `undefined` at the end. A read error that is not the end sets `endedEarly`. */
  read(): Promise<CodedPacket | undefined>;
  /** True after `read()` met an error instead of the end of the file. */
  readonly endedEarly: boolean;
  openDecoder(trackIndex: number, settings?: DecoderSettings): PictureDecoder;
  /** Gives samples at `sampleRateHz`, whatever the track's own rate is. */
  openSoundDecoder(trackIndex: number, sampleRateHz: number): SoundDecoder;
  close(): void;
}

/** How pictures are decoded. */
export interface DecoderSettings {
  /** Decoder threads; default 1, because a worker thread per region fills the cores. 0 = one per core. */
  readonly threads?: number;
  /**
   * Turns every picture into 8-bit 4:2:0, progressive, of even size (an odd last column or row is cut off). Default false:
   * a picture in any other form is refused with `internal-error`.
   */
  readonly convert?: boolean;
  /** Report damage as an error instead of hiding it; default false. */
  readonly strict?: boolean;
}

/** A decoded picture. Its planes are decoder memory: do not touch them after `release()`. */
export interface DecodedPicture {
  readonly ptsTicks: number;
  readonly isDamaged: boolean;
  /** Read-only unless `makeWritable()` was called. */
  readonly planes: PlanarFrame;
  /** Gives the picture memory of its own (one copy, 1.4 MB at 720p) and returns the new live planes. */
  makeWritable(): PlanarFrame;
  /** A second handle on the same pixels, without a copy; each handle is released on its own. */
  share(): DecodedPicture;
  /** Safe to call twice. */
  release(): void;
}

/** Packets in, pictures out in display order. */
export interface PictureDecoder {
  /** Damaged data counted so far; only `strict` decoders count all of it. */
  readonly errorCount: number;
  /**
   * `undefined` ends the stream and makes the decoder give what it holds back. The promise sets the pace: call nothing but
   * `close()` until it resolves.
   */
  send(packet: CodedPacket | undefined): Promise<void>;
  /**
   * The next picture that is ready; `undefined` when more packets are needed, and, after the end was sent, when all
   * pictures are given. How many packets a picture waits for is the decoder's affair.
   */
  receive(): Promise<DecodedPicture | undefined>;
  close(): void;
}

/** Settings of the H.264 encoder. */
export interface PictureEncoderSettings {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** A guide for rate control and level; packets carry picture numbers, not times. */
  readonly frameRate: Rational;
  /** Constant rate factor, 0-51; 18 looks like the source. */
  readonly crf: number;
  /** x264's preset; default `veryfast` (`ultrafast` saves a third of the time and quadruples the bytes). */
  readonly preset?: "ultrafast" | "veryfast" | "medium";
  /** Longest distance between two IDR frames. */
  readonly gopFrames: number;
  readonly bFrames: number;
  /** Profile ceiling; default `high`. */
  readonly profile?: "baseline" | "main" | "high";
  /** Id of the parameter sets, 0-31; default 0. */
  readonly parameterSetId?: number;
  /** H.264 level times ten, such as 31; default the lowest that fits size, rate and peak bit rate. */
  readonly level?: number;
  /** Peak bit rate over two seconds, bits a second; absent = not limited. */
  readonly maxBitRate?: number;
  readonly colour?: PictureColour;
  readonly sampleAspectRatio?: Rational;
  /** Encoder threads; default 1. */
  readonly threads?: number;
  /** Only for fixtures: raw x264 parameters, appended last. */
  readonly extraX264?: string;
}

/** An encoded picture in Annex B form. */
export interface EncodedPicture {
  /** Number of the picture in display order, counted from 0. */
  readonly pictureNumber: number;
  readonly isKeyframe: boolean;
  readonly payload: Uint8Array;
}

/** Pictures in, packets out in decode order. */
export interface PictureEncoder {
  /** SPS and PPS in Annex B form. */
  readonly header: Uint8Array;
  /**
   * Takes the next picture in display order; `undefined` ends the stream. Encoding may run on another thread: until the
   * promise resolves, call nothing but `close()` and leave the pixels as they are. Handles may be released at once.
   */
  send(picture: DecodedPicture | PlanarFrame | undefined): Promise<void>;
  /** The next packet that is ready; `undefined` when more pictures are needed, and when all packets are given. */
  receive(): Promise<EncodedPicture | undefined>;
  /** Waits for a `send()` under way. Safe to call twice. */
  close(): Promise<void>;
}

/** Settings of the AAC encoder. */
export interface SoundEncoderSettings {
  readonly sampleRateHz: number;
  /** 1 or 2. */
  readonly channelCount: number;
  /** Default 128 000 for two channels, 96 000 for one. */
  readonly bitRate?: number;
}

/** One AAC packet; times in samples, the first one starts before 0 by the encoder's priming. */
export interface EncodedSound {
  readonly ptsTicks: number;
  readonly durationTicks: number;
  readonly payload: Uint8Array;
}

/** Samples in, AAC packets out. */
export interface SoundEncoder {
  readonly sampleRateHz: number;
  /** Interleaved samples, -1 to 1; any number of them. `undefined` ends the stream. */
  send(interleaved: Float32Array | undefined): Promise<void>;
  /** The next packet that is ready; `undefined` when more sound is needed, and when all packets are given. */
  receive(): Promise<EncodedSound | undefined>;
  close(): void;
}

/** A block of decoded sound, interleaved. */
export interface DecodedSound {
  readonly ptsTicks: number;
  readonly samples: Float32Array;
}

/** Sound packets in, samples out, mixed down to at most two channels. */
export interface SoundDecoder {
  readonly channelCount: number;
  /** `undefined` ends the stream. */
  send(packet: CodedPacket | undefined): Promise<void>;
  /** The next block that is ready; `undefined` when more packets are needed, and when all sound is given. */
  receive(): Promise<DecodedSound | undefined>;
  close(): void;
}

/** Captions, and the pictures that they are drawn onto; sizes are those of the stored picture. */
export interface CaptionPainterOrder
  extends CaptionFiles, Pick<PlanarFrame, "widthPixels" | "heightPixels" | "isFullRange" | "matrix"> {
  /** Captions stand upright on the picture as a viewer sees it. */
  readonly rotation: Rotation;
}

/** Draws captions. One picture at a time. */
export interface CaptionPainter {
  /**
   * Draws into one picture, in place, what the captions show at a time of the film. Times do not fall.
   * @param planes as the order describes them.
   */
  paint(planes: PlanarFrame, atSeconds: number): Promise<void>;
  /** Safe to call twice. */
  close(): void;
}

/** How an MP4 is laid out. */
export interface OutputSettings {
  /** Take title, dates and the like from here. */
  readonly metadataFrom?: MediaInput;
  /** Ticks a second of the picture track; keeps the source's times exact. */
  readonly pictureTicksPerSecond?: number;
  /** Ticks a second of the movie clock, in which edit lists count; default 1000 rounds a start by up to half a millisecond. */
  readonly movieTicksPerSecond?: number;
}

/** A new H.264 track. */
export interface OutputPictureTrack {
  /** `avcC` contents. */
  readonly configuration: Uint8Array;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly timeBase: Rational;
  readonly frameRate: Rational;
  readonly colour?: PictureColour;
  readonly sampleAspectRatio?: Rational;
  /** Take rotation, language and disposition from this track. */
  readonly like?: { readonly input: MediaInput; readonly trackIndex: number };
}

/** A packet made here. */
export interface NewPacket {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly durationTicks: number;
  readonly isKeyframe: boolean;
  readonly payload: Uint8Array;
}

/** An MP4 being written; the index is moved to the front at the end. Track numbers are those returned by the `add` calls. */
export interface MediaOutput {
  /** A track copied packet by packet; `configuration` replaces the source's. */
  addCopy(input: MediaInput, trackIndex: number, configuration?: Uint8Array): number;
  addPicture(track: OutputPictureTrack): number;
  addSound(encoder: SoundEncoder): number;
  /**
   * A track of captions in MP4's own form (`tx3g`), shown by players that know it until the viewer turns it off. Its packets
   * are those of `captionPackets`; it counts in milliseconds.
   * @param language three letters of ISO 639-2, such as `eng`.
   */
  addCaptions(track: { readonly language: string }): number;
  /** Call once, after the last `add`. */
  start(): Promise<void>;
  /** Ticks are those of the added track; `shiftTicks` is added to both times. */
  write(track: number, packet: CodedPacket | NewPacket, shiftTicks?: number): Promise<void>;
  /** Writes the index. */
  finish(): Promise<void>;
  /** Closes without finishing when `finish()` was not reached; safe to call twice. */
  close(): void;
}
