import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { captionLimits } from "./caption-track.js";
import { repairWords, type TimedWord } from "./timed-word.js";

const time = z.number().min(0).max(captionLimits.maxSeconds).nullish();
const wordsSchema = z.object({
  words: z
    .array(
      z.object({
        text: z.string().max(captionLimits.maxWordCharacters),
        startSeconds: time,
        endSeconds: time,
        confidence: z.number().min(0).max(1).nullish(),
      }),
    )
    .max(captionLimits.maxWords),
});

/**
 * Reads the words that `understudy align --json` prints: an object with `words`, alone or on the last line. Times may be
 * missing; the words come back repaired.
 * @throws UnderstudyError `bad-usage` that names the place and never the text.
 */
export function readWords(json: string): TimedWord[] {
  const read = wordsSchema.safeParse(parsedJson(json));
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
    throw notWords(`The words are not in the form that is read here${place}.`);
  }
  const words = repairWords(read.data.words);
  if (words.length === 0) throw notWords("There are no words to show.");
  const characters = words.reduce((sum, { text }) => sum + text.length, 0);
  const most = captionLimits.maxCharacters;
  if (characters > most) throw notWords(`The words have ${characters} characters together; ${most} are possible.`);
  return words;
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Perhaps what a command with --json printed: one object a line, the last one is the result.
  }
  try {
    return JSON.parse(json.trimEnd().split("\n").at(-1)!);
  } catch {
    throw notWords("The words are not JSON.");
  }
}

function notWords(message: string): UnderstudyError {
  return new UnderstudyError("bad-usage", message, {
    hint: 'Give {"words":[{"text":"Hello","startSeconds":0.1,"endSeconds":0.4}]}, as `understudy align --json` prints it.',
  });
}
