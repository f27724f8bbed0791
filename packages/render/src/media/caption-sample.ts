import { UnderstudyError } from "#model/errors.js";

/** Bytes of text that one sample can hold. */
const maxTextBytes = 0xffff;

/**
 * A sample of MP4's captions (3GPP TS 26.245, 5.17): the length of its text in bytes, and the text in UTF-8. An empty text shows
 * nothing.
 * @throws UnderstudyError `internal-error` for a text of more than 65,535 bytes.
 */
export function captionSample(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length > maxTextBytes) {
    throw new UnderstudyError("internal-error", `A caption of ${bytes.length} bytes does not fit into MP4.`);
  }
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** Whether a sample shows nothing. */
export function isEmptyCaption(sample: Uint8Array): boolean {
  return sample.length === 2;
}
