import { UnderstudyError } from "#model/errors.js";
import type { ScriptPart } from "#model/speech.js";
import { estimateSeconds } from "./estimate-seconds.js";
import { maxScriptCharacters, readScript } from "./read-script.js";
import type { SpokenToken } from "./spoken-token.js";

/**
 * Cuts a script into the parts that planning places. Plain text becomes its sentences. Where paragraphs begin with a time, such as
 * `[5]`, `[5.5-12]` or `[0:20]`, each paragraph is a part with a place.
 * @throws UnderstudyError `bad-script`: nothing that can be spoken, too long, only some paragraphs with a time, or times that run
 * backwards or overlap.
 */
export function splitScript(text: string): ScriptPart[] {
  // Says what is wrong with the whole before anything is said of a part.
  const tokens = readScript(text, maxScriptCharacters);
  const paragraphs = paragraphsOf(text);
  const places = paragraphs.map(placeOf);
  if (places.every((place) => place === undefined)) return sentencesOf(tokens).map(partOf);
  if (places.length > mostPlaced) {
    const message = `The script has ${places.length} paragraphs with a time, the limit is ${mostPlaced}.`;
    throw new UnderstudyError("bad-script", message, { hint: "Put several sentences into one paragraph." });
  }
  assertAscending(places);
  return paragraphs.map((paragraph, at) => {
    const rest = paragraph.replace(placePattern, "");
    try {
      const { startSeconds, endSeconds } = places[at]!;
      const place = { startSeconds, ...(endSeconds !== undefined && { endSeconds }) };
      return { ...partOf(readScript(rest)), place };
    } catch (thrown) {
      if (thrown instanceof UnderstudyError) throw wrong(at, "has no word that can be spoken");
      throw thrown;
    }
  });
}

/** Of paid voices each is asked for by itself. */
const mostPlaced = 100;

/** They end at an empty line, and before a line that begins with a time. */
function paragraphsOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => (placePattern.test(line) ? `\n${line}` : line));
  return lines
    .join("\n")
    .split(/(?:\n[^\S\n]*){2,}/)
    .filter((paragraph) => paragraph.trim() !== "");
}

interface Place {
  readonly startSeconds: number;
  readonly endSeconds: number | undefined;
}

/** `[5]`, `[5.5-12]`, `[0:20]`, `[1:02 - 1:10.5]`, in front of a paragraph. */
const placePattern =
  /^\s*\[\s*((?:\d{1,3}:)?\d{1,5}(?:\.\d{1,3})?)(?:\s*[-–]\s*((?:\d{1,3}:)?\d{1,5}(?:\.\d{1,3})?))?\s*\]/;

function placeOf(paragraph: string): Place | undefined {
  const [, start, end] = placePattern.exec(paragraph) ?? [];
  if (start === undefined) return undefined;
  return { startSeconds: secondsOf(start), endSeconds: end === undefined ? undefined : secondsOf(end) };
}

/** `1:02.5` is 62.5 s. */
function secondsOf(time: string): number {
  const [seconds = 0, minutes = 0] = time.split(":").map(Number).toReversed();
  return 60 * minutes + seconds;
}

function assertAscending(places: readonly (Place | undefined)[]): void {
  let earliest = 0;
  for (const [at, place] of places.entries()) {
    if (place === undefined) throw wrong(at, "has no time in front, but others have one");
    const { startSeconds, endSeconds = startSeconds } = place;
    if (endSeconds < startSeconds || (endSeconds === place.startSeconds && place.endSeconds !== undefined))
      throw wrong(at, `ends at ${endSeconds} s, but begins at ${startSeconds} s`);
    const isTooEarly = at > 0 && startSeconds <= (places[at - 1]?.startSeconds ?? 0);
    if (isTooEarly || startSeconds < earliest)
      throw wrong(at, `begins at ${startSeconds} s, before the one in front of it ends`);
    earliest = endSeconds;
  }
}

/** Runs of tokens up to each that ends a sentence; what has nothing to say goes with its neighbour. */
function sentencesOf(tokens: readonly SpokenToken[]): SpokenToken[][] {
  const sentences: SpokenToken[][] = [];
  let open: SpokenToken[] = [];
  for (const token of tokens) {
    open.push(token);
    if (token.pause !== "long" || !isSpoken(open)) continue;
    sentences.push(open);
    open = [];
  }
  if (isSpoken(open) || sentences.length === 0) sentences.push(open);
  else sentences.at(-1)!.push(...open);
  return sentences;
}

function isSpoken(tokens: readonly SpokenToken[]): boolean {
  return tokens.some(({ spoken }) => spoken.length > 0);
}

function partOf(tokens: readonly SpokenToken[]): ScriptPart {
  return { text: tokens.map(({ display }) => display).join(" "), estimatedSeconds: estimateSeconds(tokens) };
}

function wrong(paragraph: number, what: string): UnderstudyError {
  return new UnderstudyError("bad-script", `Paragraph ${paragraph + 1} of the script ${what}.`, {
    hint: "Begin each paragraph with its time in seconds, such as [5] or [5-12], in order; or none of them.",
  });
}
