import { UnderstudyError, type ConsentEvidence } from "@understudy/render";

/**
 * Code that writes down what is said in a recording; this version has none.
 * @param language BCP 47 tag of what was to be spoken.
 */
export type Transcriber = (recordingPath: string, language: string, signal: AbortSignal) => Promise<string>;

/**
 * Listens for the words of a passcode; without a transcriber nobody listened.
 * @throws UnderstudyError `recording-mismatch` when a word was not heard.
 */
export async function hearWords(
  transcribe: Transcriber | undefined,
  recording: { readonly path: string; readonly language: string; readonly words: readonly string[] },
  signal: AbortSignal,
): Promise<NonNullable<ConsentEvidence["words"]>> {
  if (transcribe === undefined) return "not-checked";
  const { path, language, words } = recording;
  const said = new Set((await transcribe(path, language, signal)).toLowerCase().split(/[^\p{L}]+/u));
  const heard = words.filter((word) => said.has(word)).length;
  if (heard === words.length) return "heard";
  throw new UnderstudyError(
    "recording-mismatch",
    `Of the ${words.length} words of the passcode, ${heard} were heard in the recording.`,
    { hint: "Record again and say the whole text, the words at its end too." },
  );
}
