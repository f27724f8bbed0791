import type { z } from "zod";

/** The first thing that a schema did not find as it should be, such as `words.0.i: too small`; names fields, never values. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "its top"}: ${issue?.message}`;
}

/** The bytes of a base64 text (RFC 4648 4, padded, without line breaks); undefined for anything else. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  // Node passes over what it does not know.
  return bytes.toString("base64") === text ? bytes : undefined;
}
