/**
 * Puts `***` in the place of what opens doors: our keys and webhook secrets, tokens of Airtable, what stands behind `Bearer` or
 * `Basic`, names and passwords in URLs, the queries of URLs (signed links), and the secret part of result and personal addresses.
 */
export function maskSecrets(text: string): string {
  return patterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

/** Whether a member's value is secret by its name alone, such as `authorization` or `clientSecret`. */
export function isSecretName(name: string): boolean {
  return /authorization|cookie|credential|passw(or)?d|passphrase|secret|signature|^token$|token$|(api|access|private)[-_]?key$/i.test(
    name,
  );
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(us_|whsec_)[A-Za-z0-9+/=_-]+/g, "$1***"],
  [/\bpat[A-Za-z0-9]{14}\.[A-Za-z0-9]+/g, "pat***"],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 ***"],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'@]+@/gi, "$1***@"],
  [/(\/(?:r|me)\/)[^\s/?#"'<>)]+/g, "$1***"],
  // A question in words has no `=` behind its mark.
  [/\?[^\s"'<>?]*=[^\s"'<>]*/g, "?***"],
];
