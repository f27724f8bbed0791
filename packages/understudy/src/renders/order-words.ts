import {
  readScript,
  splitScript,
  maxTranscriptCharacters,
  UnderstudyError,
  type CaptionWish,
} from "@understudy/render";
import type { OrderedSample, OrderedSpeech, RenderOrder } from "./render-order.js";

/** What is spoken and shown as text, with all its words. */
export interface OrderedWords {
  readonly speech?: Omit<OrderedSpeech, "script" | "sample"> & {
    readonly script: string;
    readonly sample?: Required<OrderedSample>;
  };
  readonly captions?: CaptionWish;
}

/**
 * The words of an order.
 * @throws UnderstudyError `artifact-missing` when they were removed with the inputs: without them another video would be made.
 */
export function wordsOf({ speech, captions }: Pick<RenderOrder, "speech" | "captions">): OrderedWords {
  if (speech === undefined) {
    if (captions !== undefined && captions.transcript === undefined) throw gone("transcript");
    return { ...(captions !== undefined && { captions }) };
  }
  const { script, sample, ...rules } = speech;
  if (script === undefined) throw gone("script");
  if (sample !== undefined && sample.text === undefined) throw gone("text of the voice");
  const recorded = sample?.text === undefined ? {} : { sample: { ...sample, text: sample.text } };
  return { speech: { ...rules, script, ...recorded }, ...(captions !== undefined && { captions }) };
}

/**
 * Refuses words that can be neither spoken nor found, before anybody waits for the render. Pure.
 * @throws UnderstudyError `bad-script`; `artifact-missing` as `wordsOf` does.
 */
export function assertWords(order: Pick<RenderOrder, "speech" | "captions">): void {
  const { speech, captions } = wordsOf(order);
  if (speech !== undefined) named("script", () => splitScript(speech.script));
  const transcript = captions?.transcript;
  if (transcript !== undefined) named("captions.transcript", () => readScript(transcript, maxTranscriptCharacters));
}

/** The order of a row of `understudy.render` without anybody's words; what is left says that there were some. */
export const wishWithoutWords = "wish #- '{speech,script}' #- '{speech,sample,text}' #- '{captions,transcript}'";

/** The manifest of such a row without them; null stays null. */
export const manifestWithoutWords = "jsonb_set(manifest, '{plan,passages}', '[]', false)";

function named(field: string, read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError)) throw thrown;
    throw new UnderstudyError(thrown.code, `${field}: ${thrown.message}`, { hint: thrown.hint, cause: thrown });
  }
}

function gone(what: string): UnderstudyError {
  return new UnderstudyError("artifact-missing", `The ${what} of this render is not kept any more.`, {
    hint: "Make a new render, and send the words again.",
  });
}
