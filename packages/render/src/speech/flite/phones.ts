/** A speech sound and when it is heard. */
export interface Phone {
  /** Of the CMU phone set, lower case, such as `ae`; silence is left out. */
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What flite calls silence. */
export const silence = "pau";

/**
 * Reads what `-psdur` prints: `NAME:END` for each phone, a line for each utterance. Ends are seconds from the start of the line;
 * the lines add up to the length of the sound, to the millisecond.
 */
export function readPhones(printed: string): { readonly phones: readonly Phone[]; readonly endSeconds: number } {
  const phones: Phone[] = [];
  let lineStart = 0;
  for (const line of printed.split("\n")) {
    let previous = 0;
    for (const item of line.split(" ").filter((each) => each.includes(":"))) {
      const colon = item.lastIndexOf(":");
      const name = item.slice(0, colon);
      const end = Number(item.slice(colon + 1));
      if (name !== silence) phones.push({ name, startSeconds: lineStart + previous, endSeconds: lineStart + end });
      previous = end;
    }
    lineStart += previous;
  }
  return { phones, endSeconds: lineStart };
}
