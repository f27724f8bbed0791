// Errors of word starts found by the aligner, beside those of spreading the words over the speech by their letters, and of
// echogarden where there is one. Run after `npm run build`:
// node packages/render/bench/align.js FOLDER [--echogarden FOLDER_WITH_NODE_MODULES] [--every N]
// FOLDER has a folder for each set; in it, for each recording, NAME.wav, NAME.txt, and NAME.json with the true times:
// [{ "text", "startSeconds", "endSeconds" }, ...], as many as the text has words. Each text is also tried on another recording of
// its set, to see whether the aligner notices. echogarden tells its steps on standard error: 2>/dev/null.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { createNodeAvIo } from "../dist/media/index.js";
import { alignWords } from "../dist/speech/align/align-words.js";
import { readSound } from "../dist/speech/read-sound.js";
import { readScript } from "../dist/speech/text/read-script.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { echogarden: { type: "string" }, every: { type: "string", default: "1" } },
});
const folder = resolve(positionals[0] ?? ".");
const rate = 16_000;
const io = createNodeAvIo();
const { signal } = new AbortController();
const echogarden = values.echogarden === undefined ? undefined : await loadEchogarden(resolve(values.echogarden));

for (const set of readdirSync(folder).toSorted()) await measureSet(set);

async function measureSet(set) {
  const items = [];
  const names = readdirSync(join(folder, set)).filter((name) => name.endsWith(".json"));
  for (const name of names.toSorted().filter((_, i) => i % Number(values.every) === 0)) {
    const base = join(folder, set, name.slice(0, -5));
    const samples = await readSound(io, `${base}.wav`, { sampleRateHz: rate, maxSeconds: 600, signal });
    items.push({
      base,
      samples,
      text: readFileSync(`${base}.txt`, "utf8").trim(),
      truth: JSON.parse(readFileSync(`${base}.json`, "utf8")),
    });
  }
  const errors = { ours: [], "by letters": [], echogarden: [] };
  const noticed = { right: 0, wrong: 0 };
  let seconds = 0;
  const work = { ours: 0, echogarden: 0 };
  for (const [i, { base, samples, text, truth }] of items.entries()) {
    seconds += samples.length / rate;
    const starts = truth.map(({ startSeconds }) => startSeconds);
    const tokens = readScript(text, 15_000);
    const before = process.cpuUsage();
    const { words, isDoubtful } = alignWords({ samples, tokens });
    work.ours += secondsSince(before);
    noticed.right += isDoubtful ? 1 : 0;
    const other = items[(i + 1) % items.length];
    if (other.text !== text) noticed.wrong += isNoticed(samples, other.text) ? 1 : 0;
    errors.ours.push(...words.map(({ startSeconds }, k) => startSeconds - starts[k]));
    errors["by letters"].push(...spreadByLetters(text, samples).map((start, k) => start - starts[k]));
    const found = await echogarden?.(`${base}.wav`, text);
    if (found === undefined || found.starts.length !== starts.length) continue;
    work.echogarden += found.seconds;
    errors.echogarden.push(...found.starts.map((start, k) => start - starts[k]));
  }
  console.log(`${set}: ${items.length} recordings, ${seconds.toFixed(0)} s`);
  for (const [name, list] of Object.entries(errors))
    if (list.length > 0) console.log(`  ${name.padEnd(11)} ${inWords(list)}`);
  console.log(
    `  processor seconds a second: ours ${(work.ours / seconds).toFixed(3)}, echogarden ${(work.echogarden / seconds).toFixed(3)}`,
  );
  console.log(
    `  called doubtful: ${noticed.right} of the right texts, ${noticed.wrong} of those of the next recording`,
  );
}

/** A text with far more words than fit is refused. */
function isNoticed(samples, text) {
  try {
    return alignWords({ samples, tokens: readScript(text, 15_000) }).isDoubtful;
  } catch (error) {
    if (error.code === "bad-script") return true;
    throw error;
  }
}

function spreadByLetters(text, samples) {
  let loudest = 0;
  for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
  const isLoud = (sample) => Math.abs(sample) > loudest / 20;
  const [start, end] = [samples.findIndex(isLoud) / rate, samples.findLastIndex(isLoud) / rate];
  let letters = 0;
  return text.split(/\s+/).map((word) => {
    const at = start + ((end - start) * letters) / text.length;
    letters += word.length + 1;
    return at;
  });
}

function inWords(errors) {
  const sorted = errors.map(Math.abs).toSorted((a, b) => a - b);
  const at = (share) =>
    `${(1000 * sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]).toFixed(0)}`.padStart(4);
  const mean = (1000 * sorted.reduce((sum, each) => sum + each, 0)) / sorted.length;
  const good = (100 * sorted.filter((each) => each <= 0.1).length) / sorted.length;
  return `${sorted.length} words: mean ${mean.toFixed(1).padStart(5)} ms, median ${at(0.5)}, p95 ${at(0.95)}, ${good.toFixed(0)} % within 100 ms`;
}

function secondsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function loadEchogarden(from) {
  const path = createRequire(join(from, "x.js")).resolve("echogarden");
  const { align } = await import(pathToFileURL(path).href);
  return async (file, text) => {
    const before = process.cpuUsage();
    const { timeline } = await align(file, text, { engine: "dtw", language: "en", crop: true });
    const wordsOf = (entry) => (entry.type === "word" ? [entry] : (entry.timeline ?? []).flatMap(wordsOf));
    const words = timeline.flatMap(wordsOf).filter((word) => /[a-z\d]/i.test(word.text));
    return { starts: words.map(({ startTime }) => startTime), seconds: secondsSince(before) };
  };
}
