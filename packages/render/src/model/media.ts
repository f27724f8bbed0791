/** Clockwise turn in degrees that a player applies to the stored picture. */
export type Rotation = 0 | 90 | 180 | 270;

/** An exact fraction, as containers store time bases and frame rates. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/** The picture track of a source, as probed. Sizes are those of the stored picture, before rotation. */
export interface VideoTrack {
  /** Stream number inside the container. */
  readonly index: number;
  /** FFmpeg's short name: `h264`, `hevc`, `vp9`, `av1`, ... */
  readonly codec: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly rotation: Rotation;
  /** Average frames per second; a guide only when `isVariableFrameRate`. */
  readonly frameRate: number;
  /** Visible frames; frames hidden by an edit list are not counted. */
  readonly frameCount: number;
  readonly timeBase: Rational;
  /** FFmpeg's name, such as `yuv420p`. */
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly isVariableFrameRate: boolean;
  readonly isInterlaced: boolean;
  readonly bitRate: number;
}

/** A sound track of a source. Its packets are copied, never decoded, by a render without a script. */
export interface AudioTrack {
  readonly index: number;
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channelCount: number;
  readonly packetCount: number;
}

/** Probed facts of a source video. */
export interface SourceMedia {
  readonly path: string;
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** FFmpeg's demuxer name, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** Length of the picture track. */
  readonly durationSeconds: number;
  readonly video: VideoTrack;
  readonly audio: readonly AudioTrack[];
}

/** A place where the coded stream can be cut without touching its neighbours: a clean IDR, or the end. */
export interface CutPoint {
  /** Packet number in decode order, counted over the video track (hidden packets included). */
  readonly packet: number;
  /** Visible frame number in display order of the first frame at or after the cut. */
  readonly frame: number;
}

/** A place where decoding can begin: from `frame` on, every picture comes out as if the whole film were decoded. */
export interface DecodeStart extends CutPoint {
  /** Frames shown right before `frame` that are coded behind `packet`, as in open groups of pictures; default none. */
  readonly leadingFrames?: number;
}

/** What planning needs to know of the coded picture track; plain data, no payloads. */
export interface FrameIndex {
  /**
   * Presentation time in seconds of each visible frame, strictly ascending. 0 is the moment that a player shows as 0:00, so
   * the first frame's time is above 0 where the picture starts later than the sound.
   */
  readonly presentationSeconds: readonly number[];
  /** Time at which the last visible frame ends. */
  readonly endSeconds: number;
  /** Clean cuts, ascending; the last one is the end of the track (`packet` = packet count, `frame` = frame count). */
  readonly cutPoints: readonly CutPoint[];
  /** From where to decode, ascending; the first one is the start of the track, the last one its end. Default `cutPoints`. */
  readonly decodeStarts?: readonly DecodeStart[];
  /** Why smart cut cannot hold for this stream, in words for the manifest; absent when it can. */
  readonly smartCutBlocker?: string;
}
