import { UnderstudyError, type CaptionWish } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { InputReference, OrderedSpeech, RenderOrder } from "#renders/render-order.js";
import type { ForkBody, NewRenderBody } from "./render-order.js";
import { unfitWords } from "./speech-schemas.js";

/** The part of an order that is about words. */
type WordsOrder = Pick<RenderOrder, "speech" | "captions">;

/** What a request wants spoken and shown as text. */
export function wordsOfBody(
  { script, voice, allowLipMismatch = false, underSpeech, captions }: NewRenderBody,
  config: Config,
  referenceOf: (input: NewRenderBody["source"]) => InputReference,
): WordsOrder {
  const sample = voice && { sample: { recording: referenceOf(voice.sample), text: voice.text } };
  const rules = { allowLipMismatch, underSpeech: underSpeech ?? config.voice.underSpeech };
  return {
    ...(script !== undefined && { speech: { script, ...sample, ...rules } }),
    ...(captions !== undefined && { captions: captionsOf(captions) }),
  };
}

/**
 * What differs in a fork: captions are changed as a whole; of the speech, each part by itself.
 * @throws UnderstudyError `bad-request` when that does not go with what the first one said.
 */
export function forkedWords(order: WordsOrder, changes: ForkBody, config: Config): WordsOrder {
  const { script, allowLipMismatch, underSpeech } = changes;
  const said: Partial<OrderedSpeech> = {
    ...(script !== undefined && { script }),
    ...(allowLipMismatch !== undefined && { allowLipMismatch }),
    ...(underSpeech !== undefined && { underSpeech }),
  };
  if (changes.captions === undefined && Object.keys(said).length === 0) return {};
  const captions = changes.captions === undefined ? order.captions : captionsOf(changes.captions);
  const isSpoken = order.speech !== undefined || script !== undefined;
  const unfit = unfitWords({ ...said, captions, ...(isSpoken && { script: true }) });
  if (unfit !== undefined) throw new UnderstudyError("bad-request", `${unfit.field}: ${unfit.message}.`);
  const rules = order.speech ?? { allowLipMismatch: false, underSpeech: config.voice.underSpeech };
  return { ...(isSpoken && { speech: { ...rules, ...said } }), ...(captions !== undefined && { captions }) };
}

function captionsOf({ mode, preset, transcript }: NonNullable<NewRenderBody["captions"]>): CaptionWish {
  return { mode, ...(preset !== undefined && { preset }), ...(transcript !== undefined && { transcript }) };
}
