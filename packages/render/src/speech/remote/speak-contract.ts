import { z } from "zod";
import { maxScriptCharacters } from "#speech/text/read-script.js";
import { voiceModelNames } from "./voice-models.js";

/*
 * The wire contract of a remote voice: JSON in snake_case, times in milliseconds from the sound's first sample (a fraction is
 * allowed), digests in lower-case hex, sound as WAV. Inside, the same facts are camelCase and seconds (`speak-request.ts`,
 * `speak-answer.ts`). What is added later is optional; a meaning that changes gets a new version.
 */

/** Largest recording in a request, as base64: 15 s of 48 kHz take 2 MB. */
export const maxSampleCharacters = 4_000_000;

/** Longest speech in an answer, seconds: the longest script, spoken slowly. */
export const maxSpeechSeconds = 600;

/** Largest sound of an answer in bytes: 600 s of 48 kHz in 16 bits. */
export const maxSpeechBytes = 60 * 2 ** 20;

/** Rates of sound that are understood, hertz. */
export const sampleRateRange = { min: 8000, max: 48_000 } as const;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case SHA-256 in hex");

/** Presigned URLs have some 2,000 characters; whether an address may be fetched is the fetcher's to judge. */
const httpUrl = z.url({ protocol: /^https?$/, error: "an http or https URL" }).max(8192);

/** For engines that draw lots. */
const seed = z.int().min(0).max(0xffff_ffff);

/**
 * A recording of the voice. Exactly one of `ref_url` and `ref_audio`; 3 to 15 s of one person, neither silent nor clipped.
 */
const voiceSchema = z
  .strictObject({
    /** Where the recording is fetched: any sound file that the engine can read. */
    ref_url: httpUrl.optional(),
    /** The recording itself: a WAV file of 16 bits and one channel, in base64. */
    ref_audio: z.string().min(1).max(maxSampleCharacters).optional(),
    /** What is said in it, word for word. An engine must not guess it: wrong words garble what it speaks. */
    ref_text: z.string().max(1000).regex(/\S/, "the words of the recording"),
    /** The record in which the person agreed to be spoken for; whoever asks checked it. */
    consent_id: z.string().regex(/^consent_[0-9a-f]{16}$/, "consent_ and 16 hex digits"),
    /** `consentCommitment()` of the record. */
    consent_commitment: sha256Hex.optional(),
  })
  .refine((voice) => (voice.ref_url === undefined) !== (voice.ref_audio === undefined), {
    message: "one of ref_url and ref_audio",
    path: ["ref_audio"],
  });

/**
 * A request: a script goes in, its sound and the times of its words come out. Unknown fields are refused, because a misspelt wish
 * would otherwise be ignored in silence. The sound carries no mark that it is synthetic: whoever asks adds it.
 */
export const speakInputSchema = z
  .strictObject({
    task: z.literal("speak"),
    version: z.literal(1),
    /** Tokens are what stands between white space; `words` of the answer counts them from 0. */
    script: z.string().min(1).max(maxScriptCharacters),
    language: z.literal("en"),
    /** The model that is to speak; an engine that has another one refuses. */
    engine: z.enum(voiceModelNames),
    /** The voice to clone. Engines that do not clone take its pitch at most; those that do refuse a request without. */
    voice: voiceSchema.optional(),
    /** A voice of the engine's own, by its name. */
    speaker: z.string().min(1).max(100).optional(),
    /** Mean pitch, for engines that do not clone. */
    pitch_hertz: z.number().min(60).max(400).optional(),
    /** The same request with the same seed gives the same speech on the same device. */
    seed: seed.optional(),
    /** Pace against the natural one; default 1. */
    speed: z.number().min(0.5).max(2).optional(),
    /** Length that the speech is fitted to, in place of `speed`. */
    target_seconds: z.number().min(0.1).max(maxSpeechSeconds).optional(),
    /** A presigned address that takes the sound in one PUT of audio/wav; default is to answer with it. */
    put_url: httpUrl.optional(),
  })
  .refine((input) => input.speed === undefined || input.target_seconds === undefined, {
    message: "one of speed and target_seconds",
    path: ["speed"],
  });

/** A request on the wire; see `speakInputSchema`. */
export type SpeakInput = Readonly<z.infer<typeof speakInputSchema>>;

const milliseconds = z
  .number()
  .min(0)
  .max(1000 * maxSpeechSeconds);

/** An answer. Unknown fields are passed over, because a newer engine may tell more. */
export const speakOutputSchema = z
  .object({
    version: z.literal(1),
    /** Where the sound can be fetched: WAV, 16 bits or float, one or two channels, 8 to 48 kHz. */
    audio_url: httpUrl.optional(),
    /** The sound itself, in base64. Neither of the two when the request named `put_url`. */
    audio: z
      .string()
      .min(1)
      .max(Math.ceil((4 * maxSpeechBytes) / 3) + 4)
      .optional(),
    /** Of the WAV file. */
    sha256: sha256Hex,
    /** Hertz, as in the file. */
    sample_rate: z.int().min(sampleRateRange.min).max(sampleRateRange.max),
    duration_ms: milliseconds.positive(),
    /** What to send to get the same again; absent where nothing is drawn by chance. */
    seed: seed.optional(),
    /** Engine and voice with version, such as `flite 2.3 slt`. */
    engine: z.string().regex(/^[\x20-\x7e]{1,100}$/, "1 to 100 printable characters"),
    /** Whether it is the voice of the recording. */
    cloned: z.boolean(),
    /** SPDX name of the licence of all weights that were used. */
    weights_licence: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,99}$/, "an SPDX name"),
    /** Times of the tokens, as far as the engine knows them; whoever asked repairs them, or finds them in the sound. */
    words: z
      .array(
        z.object({
          /** Number of the token. */
          i: z.int().min(0).max(maxScriptCharacters),
          /** The token as it stands in the script. */
          text: z.string().max(maxScriptCharacters),
          start_ms: milliseconds,
          end_ms: milliseconds,
          /** How sure that is, 0 to 1. */
          score: z.number().min(0).max(1).optional(),
        }),
      )
      .max(maxScriptCharacters)
      .default([]),
  })
  .refine((output) => output.audio === undefined || output.audio_url === undefined, {
    message: "one of audio and audio_url",
    path: ["audio"],
  });

/** An answer on the wire; see `speakOutputSchema`. */
export type SpeakOutput = Readonly<z.infer<typeof speakOutputSchema>>;
