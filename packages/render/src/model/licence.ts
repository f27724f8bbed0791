/** Words of a licence that keep a commercial project out. */
const closedWords = [
  { pattern: /non-?\s?commercial|\bnc\b/i, meaning: "allows no commercial use" },
  { pattern: /research|academic (use|purposes)/i, meaning: "is for research only" },
  { pattern: /unknown|unclear|noassertion|^none$/i, meaning: "is not known" },
] as const;

/**
 * Why a commercial project may not use what is under a licence, such as `allows no commercial use`; undefined when none of its words
 * says so.
 * @param licence an SPDX name, or whatever stands in its place.
 */
export function whyNotCommercial(licence: string): string | undefined {
  return closedWords.find(({ pattern }) => pattern.test(licence))?.meaning;
}
