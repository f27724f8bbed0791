/** What a C2PA status code among the failures means for the file. */
export type CodeMeaning =
  /** Says something of the signer only; the file is as it was signed. */
  | "tolerated"
  /** The content is not what was signed. */
  | "altered"
  /** The credentials are broken, or may not be relied on. */
  | "invalid";

/** Codes (C2PA 2.2, section 15.2) that do not make credentials invalid; every other one does, known or not. */
const meanings: Readonly<Record<string, CodeMeaning>> = {
  // Who signed is told apart, as `trust`.
  "signingCredential.untrusted": "tolerated",
  // The content under a hard binding.
  "assertion.dataHash.mismatch": "altered",
  "assertion.bmffHash.mismatch": "altered",
  "assertion.boxesHash.mismatch": "altered",
  "assertion.boxesHash.unknownBox": "altered",
  "assertion.collectionHash.mismatch": "altered",
  "assertion.collectionHash.incorrectFileCount": "altered",
};

/** Looks a failure code up. */
export function meaningOf(code: string): CodeMeaning {
  // Identity assertions (CAWG) speak of people who vouch for a file; the library tolerates them too.
  if (code.startsWith("cawg.")) return "tolerated";
  return Object.hasOwn(meanings, code) ? (meanings[code] ?? "invalid") : "invalid";
}

/** Among the successes, all of these groups must be met by one code: silence is no proof. */
export const requiredSuccesses: readonly (readonly string[])[] = [
  ["claimSignature.validated"],
  ["claimSignature.insideValidity"],
  [
    "assertion.dataHash.match",
    "assertion.bmffHash.match",
    "assertion.boxesHash.match",
    "assertion.collectionHash.match",
  ],
];
