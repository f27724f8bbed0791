/**
 * Voices inside the package that speak well. `slt` is a woman, `rms` a man, `awb` a man with a Scottish accent; `kal16`, a man
 * made of diphones, is 15 times as quick as the others.
 */
export const fliteVoices = ["slt", "rms", "awb", "kal16"] as const;

/** One of `fliteVoices`. */
export type FliteVoice = (typeof fliteVoices)[number];

/** As `flite --version` says it. */
export const fliteVersion = "2.3";

/**
 * SPDX name of the licence in the package's COPYING, which holds for the program and its voices. Its four conditions (keep the
 * notice, mark changes, keep the authors' names, do not use them to promote) are those of `MIT-Festival` word by word; the
 * package's own `license` field says `BSD-4-Clause`, whose clause on advertising is not in it.
 */
export const fliteLicence = "MIT-Festival";
