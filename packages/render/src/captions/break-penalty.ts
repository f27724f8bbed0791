/** The penalty of a break behind a sentence: the best there is. */
export const sentencePenalty = -1.2;

/**
 * What a break between two words costs a reader, from -1.2 (the end of a sentence) to 1.8 (article and noun). English words
 * are known; in any other language only punctuation counts.
 */
export function breakPenalty(left: string, right: string): number {
  if (/[.!?…]["'”’)\]]*$/u.test(left) && !isInitial(left)) return sentencePenalty;
  if (/[,;:—–]["'”’)\]]*$/u.test(left)) return -0.6;
  const [before, after] = [bare(left), bare(right)];
  if (articles.has(before)) return 1.8;
  if (prepositions.has(before) || conjunctions.has(before)) return 1.4;
  if (pronouns.has(before) || auxiliaries.has(before)) return 1.2;
  if (isInitial(left) || isName(left, right)) return 1;
  return conjunctions.has(after) || prepositions.has(after) ? -0.25 : 0.4;
}

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const articles = wordSet("a an the this that these those my your his her its our their every each no some any");
const prepositions = wordSet(
  "of to in on at for with from by about into over under after before between through during without against as than like up out",
);
const conjunctions = wordSet("and or but nor so yet because if when while although though that which who whose where");
const pronouns = wordSet("i you he she it we they who i'm you're we're they're i've we've i'll we'll you'll");
const auxiliaries = wordSet(
  "is are was were be been am do does did has have had can could will would shall should may might must not don't can't won't",
);

function bare(word: string): string {
  return word
    .toLowerCase()
    .replaceAll("’", "'")
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

/** `J.`, `Mr.`, `Dr.`: a full stop that ends no sentence. */
function isInitial(word: string): boolean {
  return /^(\p{Lu}|Mr|Mrs|Ms|Dr|St|Prof|vs|No)\.$/u.test(word);
}

/** Two capitalised words belong together: a first and a last name, a title and a name. */
function isName(left: string, right: string): boolean {
  return /^\p{Lu}\p{Ll}+$/u.test(left) && /^\p{Lu}\p{Ll}+/u.test(right);
}
