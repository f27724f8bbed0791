import { UnderstudyError } from "#model/errors.js";
import { filesOf, type SwapManifest, type SwapModelFile } from "./swap-manifest.js";

/** Words of a licence that keep a commercial project out, whatever the manifest's switch says. */
const closedWords = [
  { pattern: /non-?\s?commercial|\bnc\b/i, meaning: "allows no commercial use" },
  { pattern: /research|academic (use|purposes)/i, meaning: "is for research only" },
  { pattern: /unknown|unclear|noassertion|^none$/i, meaning: "is not known" },
] as const;

/**
 * Refuses a swap model that a commercial project may not use. Reads no file: a manifest says under what licence each of them is.
 * @throws UnderstudyError `weights-licence`, the message with the file and the reason.
 */
export function assertMayBeUsed(manifest: SwapManifest, isCommercial: boolean): void {
  if (!isCommercial) return;
  for (const file of filesOf(manifest)) {
    const reason = whyNot(file);
    if (reason === undefined) continue;
    throw new UnderstudyError(
      "weights-licence",
      `The ${file.role} of ${manifest.name} may not be used in a commercial project: its licence (${file.licence}) ${reason}.`,
    );
  }
}

function whyNot({ licence, commercialUse }: SwapModelFile): string | undefined {
  const closed = closedWords.find(({ pattern }) => pattern.test(licence));
  return closed?.meaning ?? (commercialUse ? undefined : "allows no commercial use, as the manifest says");
}
