// Draws captions with libass at the sizes of docs/captions.md and prints how far from its time each word is seen to change
// colour, how near to the edge anything is drawn, and what a picture costs. With a file of words (`understudy align --json`)
// those are measured, otherwise a made-up text. With a folder, the middle picture of every cue is kept there (PNG).
// Usage: node packages/render/bench/captions.js [--words WORDS.json] [--out FOLDER]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { captionPresets, loadCaptionFont, makeCaptions, readWords, repairWords } from "../dist/captions/index.js";
import { drawTrack } from "../dist/captions/testing/draw-track.js";
import { drawnBox } from "../dist/captions/testing/look-at-pictures.js";
import { measureFlips } from "../dist/captions/testing/measure-flips.js";
import { planarToRgb } from "../dist/media/colour-conversion.js";
import { writePng } from "../dist/media/index.js";

const { values: flags } = parseArgs({ options: { words: { type: "string" }, out: { type: "string" } } });
const picturesPerSecond = 200;
const sizes = [
  [1280, 720],
  [720, 1280],
  [720, 1364],
  [480, 480],
];

/** Words of 0.12 s and 0.05 s a letter, 30 ms apart; half a second between sentences. */
function madeUpWords() {
  const text =
    "I've got a {50% off} deal for you, and it has changed everything about the way we make films. " +
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft was a company with a long name. " +
    "The word שלום means hello, Dr. Jane Miller said, and paid $5.20 for it!";
  let at = 0.4;
  return text.split(" ").map((word) => {
    const startSeconds = at;
    const endSeconds = at + 0.12 + 0.05 * word.length;
    at = endSeconds + (word.endsWith(".") ? 0.5 : 0.03);
    return { text: word, startSeconds, endSeconds };
  });
}

const words = flags.words === undefined ? repairWords(madeUpWords()) : readWords(readFileSync(flags.words, "utf8"));
const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

console.log("| size | preset | cues | words seen | error ms: median | p95 | largest | to the edge px | ms a picture |");
console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const [widthPixels, heightPixels] of sizes) {
  for (const preset of Object.keys(captionPresets)) {
    const font = await loadCaptionFont(captionPresets[preset].look.font);
    const track = makeCaptions(words, { preset, widthPixels, heightPixels }, font);
    const used = process.cpuUsage();
    const flips = [];
    for (const cue of track.cues) flips.push(...(await measureFlips(track, cue, font, picturesPerSecond)));
    const { user, system } = process.cpuUsage(used);
    const drawn = track.cues.reduce((sum, cue) => sum + (cue.endSeconds - cue.startSeconds) * picturesPerSecond, 0);
    const seen = flips.filter(({ seenSeconds }) => seenSeconds !== undefined);
    const errors = seen.map((flip) => (flip.seenSeconds - flip.startSeconds) * 1000);
    const sorted = errors.map(Math.abs).sort((left, right) => left - right);
    const middles = track.cues.map((cue) => (cue.startSeconds + cue.endSeconds) / 2);
    const edges = [];
    const pictures = [];
    await drawTrack(track, font, middles, (picture) => {
      const box = drawnBox(picture);
      edges.push(Math.min(box.left, box.top, widthPixels - box.right, heightPixels - box.bottom));
      if (flags.out !== undefined) pictures.push(planarToRgb(picture));
    });
    const row = [
      `${widthPixels}x${heightPixels}`,
      preset,
      track.cues.length,
      `${seen.length} of ${flips.length}`,
      ...[share(sorted, 0.5), share(sorted, 0.95), sorted.at(-1)].map((ms) => ms.toFixed(1)),
      Math.min(...edges),
      ((user + system) / 1000 / drawn).toFixed(2),
    ];
    console.log(`| ${row.join(" | ")} |`);
    for (const [at, picture] of pictures.entries()) {
      await writePng(picture, join(flags.out, `${widthPixels}x${heightPixels}-${preset}-${at + 1}.png`));
    }
  }
}
