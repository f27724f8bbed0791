/** The bytes of a base64 text (RFC 4648 4, padded, without line breaks); undefined for anything else. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  // Node passes over what it does not know.
  return bytes.toString("base64") === text ? bytes : undefined;
}
