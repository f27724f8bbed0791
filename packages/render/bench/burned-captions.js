// Renders a film with burned captions and measures in the finished file, pixels against sound: when each word is seen to begin to
// change colour, and when it begins to be heard; how far the speech lies from its plan; what else of the sound changed; lengths.
// With a script it renders again with all captions 100 ms late, to show that the measurement would have seen it; with a transcript
// of the film's own sound the aligner's times are the truth. With a folder, the frames in which words changed are kept there (PNG).
// Run after `npm run build`:
// node packages/render/bench/burned-captions.js VIDEO PHOTO (--script FILE | --transcript FILE) [--swap 0-5] [--stitch smart] [--out FOLDER]
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  captionPresets,
  captionSizeOf,
  loadCaptionFont,
  makeCaptions,
  presetFor,
  repairWords,
} from "../dist/captions/index.js";
import { layoutFor } from "../dist/captions/layout.js";
import { burnFrames } from "../dist/captions/testing/burn-frames.js";
import { lineRows, plainPicture, wordColumns } from "../dist/captions/testing/look-at-pictures.js";
import { planarToRgb } from "../dist/media/colour-conversion.js";
import { createNodeAvIo, probeSource, writePng } from "../dist/media/index.js";
import { ticksToSeconds } from "../dist/media/ticks.js";
import { defaultLimits } from "../dist/model/request.js";
import { resampleSound } from "../dist/sound/resample-sound.js";
import { alignFile, createFliteEngine } from "../dist/speech/index.js";
import { renderTo, requestFor } from "../dist/testing/render-files.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    script: { type: "string" },
    transcript: { type: "string" },
    swap: { type: "string" },
    stitch: { type: "string", default: "smart" },
    out: { type: "string" },
  },
});
const [sourcePath, facePath] = positionals;
const io = createNodeAvIo();
const sampleRateHz = 48_000;
const controlSeconds = 0.1;

/** The voice that is built in, which tells its words this much late, and keeps what it said in truth. */
function listenedVoice(lateSeconds) {
  const flite = createFliteEngine();
  const spoken = new Map();
  const late = (word) => ({
    ...word,
    startSeconds: word.startSeconds + lateSeconds,
    endSeconds: word.endSeconds + lateSeconds,
  });
  const speak = async (order) => {
    const speech = await flite.speak(order);
    // Spoken again to fit, it has the same tokens.
    spoken.set(order.tokens, speech);
    return { ...speech, words: speech.words.map(late) };
  };
  return { voice: { ...flite, speak }, spoken };
}

/** First sound track, mixed to one channel, from 0:00. */
async function hear(path) {
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind }) => kind === "audio");
  if (track === undefined) return new Float32Array(0);
  const decoder = input.openSoundDecoder(track.index, sampleRateHz);
  input.select([track.index]);
  const blocks = [];
  let end = 0;
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
      const at = Math.round((ticksToSeconds(block.ptsTicks, track.timeBase) - input.zeroSeconds) * sampleRateHz);
      const { channelCount } = decoder;
      const mono = Float32Array.from({ length: block.samples.length / channelCount }, (_, i) => {
        let sum = 0;
        for (let channel = 0; channel < channelCount; channel++) sum += block.samples[i * channelCount + channel];
        return sum / channelCount;
      });
      blocks.push({ at, mono });
      end = Math.max(end, at + mono.length);
    }
  }
  decoder.close();
  input.close();
  const heard = new Float32Array(end);
  for (const { at, mono } of blocks) heard.set(mono.subarray(Math.max(0, -at)), Math.max(0, at));
  return heard;
}

/** How much later than at `startSeconds` a sound is heard, by cross-correlation within 150 ms; and how alike they are, 0 to 1. */
function lagOf(heard, speech, speechRateHz, startSeconds) {
  const samples = resampleSound(speech, speechRateHz, sampleRateHz);
  const from = Math.round(startSeconds * sampleRateHz);
  const likeness = (lag, step) => {
    let [product, own, other] = [0, 0, 0];
    for (let i = 0; i < samples.length; i += step) {
      const value = heard[from + lag + i] ?? 0;
      product += value * samples[i];
      own += samples[i] ** 2;
      other += value ** 2;
    }
    return product / Math.sqrt(own * other + 1e-12);
  };
  const best = (lags, step) => {
    const tried = lags.map((lag) => ({ lag, likeness: likeness(lag, step) }));
    return tried.reduce((most, one) => (one.likeness > most.likeness ? one : most));
  };
  const around = (middle, reach, step) => {
    const lags = [];
    for (let lag = middle - reach; lag <= middle + reach; lag += step) lags.push(lag);
    return lags;
  };
  // 6 samples are 1/8 ms, a quarter of the wave length of what is strong in speech.
  const coarse = best(around(0, 0.15 * sampleRateHz, 6), 7);
  const fine = best(around(coarse.lag, 8, 1), 1);
  return { lagMs: (1000 * fine.lag) / sampleRateHz, likeness: fine.likeness };
}

/** Level in decibels of full scale. */
function levelOf(samples) {
  const power = samples.reduce((sum, value) => sum + value * value, 0) / Math.max(1, samples.length);
  return 10 * Math.log10(power + 1e-15);
}

/** What is left of `after` when `before` is taken away, outside of spans that are widened. */
function changedOutside(before, after, spans, widenSeconds) {
  const off = [];
  for (let i = 0; i < Math.min(before.length, after.length); i++) {
    const at = i / sampleRateHz;
    if (spans.some((span) => at > span.startSeconds - widenSeconds && at < span.endSeconds + widenSeconds)) continue;
    off.push(after[i] - before[i]);
  }
  return off;
}

/**
 * Where each word's letters lie and when the captions say it begins: chroma samples inside of letters, which turn from white to
 * the spoken colour, and the blue difference half way.
 */
async function placeWords(words, assPath, outputPath) {
  const size = await captionSizeOf(io, outputPath);
  const preset = presetFor(size.widthPixels, size.heightPixels);
  const { look } = captionPresets[preset];
  const font = await loadCaptionFont(look.font);
  const repaired = repairWords(words);
  const track = makeCaptions(repaired, { ...size, preset }, font);
  const layout = layoutFor(look, track);
  const background = plainPicture(size.widthPixels, size.heightPixels);
  const placed = [];
  for (const cue of track.cues) {
    const rows = lineRows(cue, layout);
    // All but the last edge has turned shortly before the end; a cue may end before its last word does.
    const end = Math.min(cue.lines.at(-1).at(-1).endSeconds, cue.endSeconds);
    const times = [cue.startSeconds + 0.01, end - 0.02];
    let unspoken;
    await burnFrames(io, { assPath, fontsFolder: font.folder, background, times }, (picture, seconds) => {
      if (seconds === times[0]) {
        unspoken = { ...picture, y: picture.y.slice() };
        return;
      }
      for (const [line, lineWords] of cue.lines.entries()) {
        const columns = wordColumns(unspoken, rows[line], lineWords.length);
        for (const [at, word] of lineWords.entries()) {
          const heard = words[repaired.findIndex(({ startSeconds }) => startSeconds === word.startSeconds)];
          if (heard === undefined) continue;
          const letters = columns.length === lineWords.length ? lettersIn(unspoken, columns[at], rows[line]) : [];
          const blues = letters
            .map(({ row, column }) => picture.u[row * picture.chromaStride + column])
            .toSorted((one, other) => one - other);
          const turnedBelow = (128 + (blues[blues.length >> 1] ?? 0)) / 2;
          placed.push({ ...word, cue, onsetSeconds: heard.onsetSeconds, letters, turnedBelow, pictures: [] });
        }
      }
    });
  }
  return { placed, preset, cues: track.cues.length };
}

/** Chroma samples whose four pixels are all white. */
function lettersIn({ y, lumaStride }, { left, right }, { top, bottom }) {
  const letters = [];
  for (let column = left >> 1; column < right >> 1; column++) {
    for (let row = top >> 1; row < bottom >> 1; row++) {
      const at = 2 * row * lumaStride + 2 * column;
      if (Math.min(y[at], y[at + 1], y[at + lumaStride], y[at + lumaStride + 1]) > 190) letters.push({ row, column });
    }
  }
  return letters;
}

/** Shows each frame of a film, with its time. */
async function watch(path, onFrame) {
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt);
  const decoder = input.openDecoder(track.index, { convert: true, threads: 0 });
  input.select([track.index]);
  let frames = 0;
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let picture = await decoder.receive(); picture !== undefined; picture = await decoder.receive()) {
      const seconds = ticksToSeconds(picture.ptsTicks, track.timeBase) - input.zeroSeconds;
      if (seconds >= 0) {
        frames++;
        await onFrame(picture.planes, seconds);
      }
      picture.release();
    }
  }
  decoder.close();
  input.close();
  return frames;
}

/** Looks at every frame of a film that shows a word, or would 0.2 s later; counts what has turned. */
async function lookAt(path, placed) {
  const { source } = await probeSource(io, path, defaultLimits);
  const halfFrameSeconds = 0.5 / source.video.frameRate;
  return watch(path, (planes, seconds) => {
    for (const word of placed) {
      // A frame shows the captions of its middle. Caption files count in hundredths: the last of them may round away.
      const isPast = seconds + halfFrameSeconds >= word.cue.endSeconds - 0.01;
      if (isPast || seconds < word.cue.startSeconds - 0.2) continue;
      let turned = 0;
      let lastColumn = -1;
      for (const { row, column } of word.letters) {
        // A bright letter, and not what of the film has this colour in front of the caption.
        const luma = planes.y[2 * row * planes.lumaStride + 2 * column];
        if (planes.u[row * planes.chromaStride + column] >= word.turnedBelow || luma < 150) continue;
        turned++;
        lastColumn = Math.max(lastColumn, column);
      }
      word.pictures.push({ seconds, turned, lastColumn });
    }
  });
}

/** Two samples are a letter's edge; one may be noise. */
const leastTurned = 2;

/** How long before its end a cue has swept; as `writeAss` has it. */
const lastLookSeconds = 0.04;

/** When a word is first seen in its colour, and when its sweep began by where it stood then; undefined for one that was not seen. */
function turnOf({ pictures, letters, startSeconds, endSeconds, cue }) {
  const sweptSeconds = Math.min(endSeconds, cue.endSeconds - lastLookSeconds);
  const first = pictures.findLastIndex(({ turned }) => turned < leastTurned) + 1;
  const whole = pictures.at(-1)?.turned ?? 0;
  if (letters.length === 0 || first === 0 || first >= pictures.length || whole < 0.4 * letters.length) return undefined;
  const columns = letters.map(({ column }) => column);
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
  // Of frames in which the sweep stands inside the word: when it was at its left edge.
  const begins = pictures
    .slice(first)
    .filter(({ lastColumn }) => lastColumn < right - 2)
    .map(({ seconds, lastColumn }) => {
      return seconds - ((lastColumn + 1 - left) / (right - left)) * (sweptSeconds - startSeconds);
    })
    .toSorted((one, other) => one - other);
  const [beforeSeconds, seenSeconds] = [pictures[first - 1].seconds, pictures[first].seconds];
  const sweptFromSeconds = begins[begins.length >> 1] ?? (beforeSeconds + seenSeconds) / 2;
  return { beforeSeconds, seenSeconds, sweptFromSeconds };
}

/** Words within 40 ms, the mean with its sign, and shares of the sizes. */
function figures(errors) {
  const sorted = errors.map(Math.abs).toSorted((one, other) => one - other);
  const part = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const within = sorted.filter((ms) => ms <= 40).length;
  return [within, ...[mean, part(0.5), part(0.95), sorted.at(-1)].map((ms) => ms.toFixed(1))].join(" | ");
}

async function tracksOf(path) {
  const input = await io.openInput(path);
  const lengths = input.tracks.map(({ kind, durationSeconds }) => `${kind} ${durationSeconds.toFixed(4)} s`);
  input.close();
  return lengths.join(", ");
}

/** Renders once and measures. */
async function measure(name, folder, lateSeconds) {
  const outputPath = join(folder, `${name}.mp4`);
  const { voice, spoken } = listenedVoice(lateSeconds);
  const text = await readFile(flags.script ?? flags.transcript, "utf8");
  const wish =
    flags.script === undefined
      ? { captions: { mode: "burn", transcript: text } }
      : { speech: { script: text, allowLipMismatch: false, underSpeech: "duck" }, captions: { mode: "burn" } };
  const { swap, stitch } = flags;
  const request = await requestFor({ sourcePath, facePath }, { ...(swap && { swap }), stitch, ...wish });
  const manifest = await renderTo(outputPath, request, { change: () => ({ voice }) });
  const heard = await hear(outputPath);
  const passages = manifest.speech?.passages ?? [];
  const lags = Array.from(spoken.values(), (speech, at) => {
    return lagOf(heard, speech.samples, speech.sampleRateHz, passages[at].startSeconds);
  });
  let words;
  if (flags.script === undefined) {
    const aligned = await alignFile(io, sourcePath, text, new AbortController().signal);
    words = aligned.words.map((word, at) => ({
      ...word,
      text: aligned.tokens[at].display,
      onsetSeconds: word.startSeconds,
    }));
  } else {
    words = Array.from(spoken, ([tokens, speech], at) => ({ tokens, speech, at })).flatMap(({ tokens, speech, at }) =>
      speech.words.map(({ tokenIndex, startSeconds, endSeconds }) => {
        const from = passages[at].startSeconds;
        return {
          text: tokens[tokenIndex].display,
          startSeconds: from + startSeconds + lateSeconds,
          endSeconds: from + endSeconds + lateSeconds,
          onsetSeconds: from + lags[at].lagMs / 1000 + startSeconds,
        };
      }),
    );
  }
  const { placed, preset, cues } = await placeWords(words, join(folder, `${name}.ass`), outputPath);
  const frames = await lookAt(outputPath, placed);
  const turns = placed.map((word) => ({ word, turn: turnOf(word) }));
  return { outputPath, manifest, heard, lags, placed, turns, preset, cues, frames };
}

function wordRow(name, { turns }) {
  const seen = turns.filter(({ turn }) => turn !== undefined);
  if (seen.length === 0) return console.log(`| ${name} | none of ${turns.length} words was seen to turn |`);
  const errorsOf = (time) => seen.map(({ word, turn }) => 1000 * (turn[time] - word.onsetSeconds));
  for (const [how, time] of [
    ["first frame with the colour", "seenSeconds"],
    ["sweep followed back", "sweptFromSeconds"],
  ])
    console.log(`| ${name} | ${how} | ${seen.length} of ${turns.length} | ${figures(errorsOf(time))} |`);
  const late = seen.filter(({ word, turn }) => Math.abs(turn.sweptFromSeconds - word.onsetSeconds) > 0.03);
  for (const { word, turn } of late.slice(0, 5)) {
    const [heard, seenAt] = [word.onsetSeconds.toFixed(3), turn.sweptFromSeconds.toFixed(3)];
    console.error(`${name}: "${word.text}" is heard at ${heard} s and swept from ${seenAt} s on`);
  }
  for (const { word } of turns.filter(({ turn }) => turn === undefined))
    console.error(`${name}: "${word.text}" at ${word.startSeconds.toFixed(3)} s was not seen to turn`);
}

/** Keeps the first frame in which each word is seen in its colour, and the one before it, cut around the captions. */
async function keepFrames(folder, { outputPath, turns }) {
  const wanted = new Map();
  for (const [at, { word, turn }] of turns.entries()) {
    if (turn === undefined) continue;
    const name = `${String(at).padStart(3, "0")}-${word.text.replaceAll(/[^\p{L}\p{N}]/gu, "")}`;
    wanted.set(turn.beforeSeconds, [...(wanted.get(turn.beforeSeconds) ?? []), `${name}-a`]);
    wanted.set(turn.seenSeconds, [...(wanted.get(turn.seenSeconds) ?? []), `${name}-b`]);
  }
  await watch(outputPath, async (planes, seconds) => {
    for (const name of wanted.get(seconds) ?? []) await writePng(planarToRgb(planes), join(folder, `${name}.png`));
  });
}

const folder = flags.out ?? (await mkdtemp(join(tmpdir(), "understudy-bench-")));
try {
  const plain = await measure("plain", folder, 0);
  const control = flags.script === undefined ? undefined : await measure("late", folder, controlSeconds);
  console.log(`${plain.preset}, ${plain.cues} cues, ${plain.frames} frames`);
  console.log("| captions | counted | words seen | within 40 ms | mean ms | median | p95 | largest |");
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  wordRow("as made", plain);
  if (control !== undefined) wordRow("100 ms late", control);

  for (const [at, { lagMs, likeness }] of plain.lags.entries())
    console.log(`speech ${at + 1}: ${lagMs.toFixed(2)} ms behind its plan, likeness ${likeness.toFixed(3)}`);
  console.log(`source: ${await tracksOf(sourcePath)}; output: ${await tracksOf(plain.outputPath)}`);
  const before = await hear(sourcePath);
  const [from, to] = [before, plain.heard].map(({ length }) => (length / sampleRateHz).toFixed(4));
  console.log(`sound that is heard: ${from} s before, ${to} s after`);
  const { verification, speech } = plain.manifest;
  const { audioPackets, audioPacketsIdentical, audioPacketsMixed } = verification;
  console.log(
    `sound packets: ${audioPacketsIdentical} of ${audioPackets} kept ones identical, ${audioPacketsMixed ?? 0} mixed`,
  );
  if (speech !== undefined) {
    const { treatment, loudnessLufs, truePeakDbtp } = speech.sound;
    console.log(
      `${treatment}, speech at ${loudnessLufs.toFixed(2)} LUFS, highest true peak ${truePeakDbtp.toFixed(2)} dBTP`,
    );
    for (const widen of [0.25, 1]) {
      const changed = levelOf(changedOutside(before, plain.heard, speech.passages, widen));
      console.log(`change of the sound further than ${widen} s from speech: ${changed.toFixed(1)} dBFS`);
    }
    for (const { startSeconds, endSeconds } of speech.passages) {
      const [was, is] = [before, plain.heard].map((sound) =>
        levelOf(sound.subarray(startSeconds * sampleRateHz, endSeconds * sampleRateHz)).toFixed(1),
      );
      console.log(`${startSeconds.toFixed(2)}-${endSeconds.toFixed(2)} s: ${was} dBFS before, ${is} dBFS after`);
    }
  }
  if (flags.out !== undefined) await keepFrames(folder, plain);
} finally {
  if (flags.out === undefined) await rm(folder, { recursive: true, force: true });
}
