/** How the letters are called, spelled so that a voice says the name: `a` alone would be the article. */
const names: Readonly<Record<string, string>> = {
  a: "ay",
  b: "bee",
  c: "see",
  d: "dee",
  e: "ee",
  f: "eff",
  g: "gee",
  h: "aitch",
  i: "eye",
  j: "jay",
  k: "kay",
  l: "ell",
  m: "em",
  n: "en",
  o: "oh",
  p: "pee",
  q: "cue",
  r: "are",
  s: "ess",
  t: "tee",
  u: "you",
  v: "vee",
  w: "double you",
  x: "ex",
  y: "why",
  z: "zee",
};

/** Spells letters `a` to `z` of either case. */
export function spellOut(letters: string): string[] {
  return Array.from(letters.toLowerCase()).flatMap((letter) => names[letter]?.split(" ") ?? []);
}
