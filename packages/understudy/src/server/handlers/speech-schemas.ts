import { z } from "@hono/zod-openapi";
import { captionPresetNames, maxScriptCharacters, maxTranscriptCharacters } from "@understudy/render";
import { storableText, strict } from "./field-schemas.js";
import { inputSchema } from "./input-schema.js";

/** Longest text of a recording of 15 s; fast speakers say 300 characters in it. */
const maxSampleCharacters = 1000;

/** What is spoken over the film, but whose voice it is. */
export const speechFields = {
  script: storableText(maxScriptCharacters).optional().openapi({
    description:
      "English text that is spoken over the kept segments, in order. A paragraph may begin with its time: `[5]`, `[5.5-12]`, `[0:20]`.",
  }),
  allowLipMismatch: z.boolean().optional().openapi({
    description:
      "Lets the script be spoken where the swapped face is seen, whose lips say something else. Default false.",
  }),
  underSpeech: z.enum(["duck", "mute"]).optional().openapi({
    description: "The film's own sound under the script: turned down, or silent. Default: the configuration's.",
  }),
};

/** Whose voice a script is spoken in. */
export const voiceSchema = strict({ sample: inputSchema, text: storableText(maxSampleCharacters) }).openapi({
  description:
    "A recording of 3 to 15 s (WAV, MP3, M4A, FLAC or Ogg) of the voice, and what is said in it, word for word. The built-in voice takes its pitch; an engine that clones speaks in it, which needs a consent with `voice`.",
});

/** What captions are wished for. */
export const captionsSchema = strict({
  mode: z.enum(["burn", "sidecar"]).openapi({
    description: "burn: drawn into the picture; sidecar: a track that players can show. Files are made in both.",
  }),
  preset: z
    .enum(captionPresetNames)
    .optional()
    .openapi({ description: "How they look; default: what suits the picture's shape." }),
  transcript: storableText(maxTranscriptCharacters)
    .optional()
    .openapi({ description: "What is said in the film itself, word for word; never together with `script`." }),
}).openapi({
  description:
    "Captions of the script, word by word, or of what is said in the film, with its `transcript`. `mode`: `burn` into the picture, or a `sidecar` track; `preset`: `broadcast` or `social-9x16`.",
});

/** What of a request is about words. */
interface SaidWords {
  readonly script?: unknown;
  readonly voice?: unknown;
  readonly allowLipMismatch?: unknown;
  readonly underSpeech?: unknown;
  readonly captions?: { readonly transcript?: unknown } | undefined;
}

/** The first thing that does not go together in what a request says of words, by its field; undefined when all does. */
export function unfitWords(said: SaidWords): { readonly field: string; readonly message: string } | undefined {
  if (said.script === undefined) {
    const field = ofScript.find((name) => said[name] !== undefined);
    if (field !== undefined) return { field, message: "nothing is spoken without a script" };
    if (said.captions !== undefined && said.captions.transcript === undefined) {
      return { field: "captions", message: "expected a script, or captions.transcript: what is said in the film" };
    }
  } else if (said.captions?.transcript !== undefined) {
    return { field: "captions", message: "a script is captioned in its own words; leave transcript out" };
  }
  return undefined;
}

const ofScript = ["voice", "allowLipMismatch", "underSpeech"] as const;

const saysTranscript = { properties: { captions: { required: ["transcript"] } } };

/** The same rules for readers of the API's document. */
export const wordsAsJsonSchema = {
  dependentRequired: Object.fromEntries(ofScript.map((name) => [name, ["script"]])),
  anyOf: [
    { required: ["script"], not: { required: ["captions"], ...saysTranscript } },
    { not: { required: ["script"] }, ...saysTranscript },
  ],
};
