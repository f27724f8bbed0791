// Swap quality of whole renders: every clip of a folder with every photo that passes the gate, its first frames swapped.
// Prints one table (figures that miss their goal in bold); with --out keeps the figures and one contact sheet a pair: faces
// of the source above the same frames swapped. With --against another run's quality.json it prints what changed, and exits 1
// when a goal that was met is not, when nearness to the photo fell, or when a pair is refused that was not.
// Run after `npm run build`:
// node packages/render/bench/quality.js FOLDER [--frames 150] [--clips a,b] [--photos x,y] [--out FOLDER] [--against FILE] [--json]
// FOLDER holds *.mp4 and photo-*; the names of clips and photos may be given without their ending.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { parseArgs } from "node:util";
import { createNodeAvIo } from "../dist/index.js";
import { renderTo, requestFor } from "../dist/testing/render-files.js";
import { writeContactSheet } from "./contact-sheet.js";

/** Largest fall of the identity margin from one run to another that counts as none. */
const marginTolerance = 0.03;

/** The columns: where a figure stands in the manifest's `quality`, its digits, and its goal (docs/quality.md). */
const columns = [
  { key: "identityMargin", title: "margin", digits: 2, isMet: (value) => value > 0 },
  { key: "similarityToPhoto", title: "to photo", digits: 2, isMet: (value) => value >= 0.4 },
  { key: "similarityToOriginal", title: "to source", digits: 2, isMet: () => true },
  { key: "landmarkError", title: "landmarks", digits: 3, isMet: (value) => value <= 0.035 },
  { key: "mouthOpeningError", title: "mouth", digits: 3, isMet: (value) => value <= 0.03 },
  { key: "eyeOpeningError", title: "eyes", digits: 3, isMet: (value) => value <= 0.015 },
  { key: "flickerRatio", title: "flicker", digits: 2, isMet: (value) => value <= 1 },
  { key: "jitterRatio", title: "jitter", digits: 2, isMet: (value) => value <= 0.65 },
  { key: "maxBackgroundChange", title: "background", digits: 0, isMet: (value) => value === 0 },
  { key: "withoutFace", title: "missing frames", digits: 0, isMet: () => true },
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    frames: { type: "string", default: "150" },
    clips: { type: "string" },
    photos: { type: "string" },
    out: { type: "string" },
    against: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("Name the folder with clips and photos.");

const names = (await readdir(folder)).toSorted();
const clips = chosen(
  names.filter((name) => name.endsWith(".mp4")),
  options.clips,
);
const photos = chosen(
  names.filter((name) => /^photo-.*\.(jpe?g|png|webp|avif)$/.test(name)),
  options.photos,
);
if (options.out !== undefined) await mkdir(options.out, { recursive: true });

const report = await measureAll(clips, photos);
if (options.out !== undefined) await writeFile(join(options.out, "quality.json"), JSON.stringify(report, null, 2));
if (options.json) console.log(JSON.stringify(report, null, 2));
else printTable(report);
if (options.against !== undefined) {
  const losses = compare(JSON.parse(await readFile(options.against, "utf8")), report);
  if (losses.length > 0) process.exitCode = 1;
}

async function measureAll(clips, photos) {
  const work = await mkdtemp(join(tmpdir(), "understudy-quality-"));
  const pairs = [];
  const refused = [];
  /** Photos that the gate refused, and clips without a face, need not be asked about again. */
  const unfit = new Set();
  try {
    for (const clip of clips) {
      for (const photo of photos) {
        if (unfit.has(clip) || unfit.has(photo)) continue;
        process.stderr.write(`${clip} ${photo}\n`);
        try {
          pairs.push(await measure(clip, photo, work));
        } catch (thrown) {
          if (thrown.code === undefined) throw thrown;
          if (thrown.code === "no-face-in-video") unfit.add(clip);
          else if (/photo|^face-(?!missing)/.test(thrown.code)) unfit.add(photo);
          refused.push({ clip: parse(clip).name, photo: parse(photo).name, reason: thrown.message });
        }
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { frames: Number(options.frames), pairs, refused };
}

/** Renders the first frames of one pair and takes what the render says of itself. */
async function measure(clip, photo, work) {
  const files = { sourcePath: join(folder, clip), facePath: join(folder, photo) };
  const outputPath = join(work, "out.mp4");
  const swap = `0-${Number(options.frames) / (await frameRateOf(files.sourcePath))}`;
  const request = await requestFor(files, { swap, allowMissingFace: true });
  const { quality, frames } = await renderTo(outputPath, request);
  const pair = { clip: parse(clip).name, photo: parse(photo).name };
  if (options.out !== undefined) {
    const sheet = join(options.out, `${pair.clip}--${pair.photo}.png`);
    await writeContactSheet({ sourcePath: files.sourcePath, swappedPath: outputPath, frames: frames.swapped, sheet });
  }
  for (const made of await readdir(work)) await rm(join(work, made), { recursive: true });
  return { ...pair, swapped: frames.swapped, quality: { ...quality, withoutFace: frames.withoutFace } };
}

async function frameRateOf(path) {
  const input = await createNodeAvIo().openInput(path);
  const { numerator, denominator } = input.tracks.find(({ picture }) => picture !== undefined).picture.averageFrameRate;
  await input.close();
  return numerator / denominator;
}

function printTable({ frames, pairs, refused }) {
  const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
  console.log(`First ${frames} frames; figures that miss their goal in bold.\n`);
  row(["clip", "photo", ...columns.map(({ title }) => title)]);
  row(["---", "---", ...columns.map(() => "---:")]);
  for (const { clip, photo, quality } of pairs) row([clip, photo, ...columns.map((column) => cell(column, quality))]);
  const missed = pairs.flatMap(({ quality }) => columns.filter((column) => isMissed(column, quality)));
  console.log(`\n${pairs.length} pairs, ${missed.length} figures miss their goal.`);
  for (const { clip, photo, reason } of refused) console.log(`Refused: ${clip}, ${photo}: ${reason}`);
}

function cell(column, quality) {
  const value = quality[column.key];
  if (value === undefined) return "-";
  const text = value.toFixed(column.digits);
  return isMissed(column, quality) ? `**${text}**` : text;
}

function isMissed({ key, isMet }, quality) {
  return quality[key] !== undefined && !isMet(quality[key]);
}

/** Prints every difference that shows in the table's digits. @returns sentences on what is worse than it may be. */
function compare(before, after) {
  const losses = [];
  for (const old of before.pairs) {
    const name = `${old.clip} with ${old.photo}`;
    if (!isAsked(old)) continue;
    const pair = after.pairs.find(({ clip, photo }) => clip === old.clip && photo === old.photo);
    if (pair === undefined) {
      losses.push(`${name}: refused`);
      continue;
    }
    const changes = columns.flatMap((column) => {
      const [from, to] = [cell(column, old.quality), cell(column, pair.quality)];
      if (!isMissed(column, old.quality) && isMissed(column, pair.quality))
        losses.push(`${name}: ${column.title} ${to.replaceAll("*", "")}`);
      return from === to ? [] : [`${column.title} ${from} -> ${to}`];
    });
    const fall = old.quality.identityMargin - pair.quality.identityMargin;
    if (fall > marginTolerance) losses.push(`${name}: margin fell by ${fall.toFixed(2)}`);
    if (!options.json) console.log(`${name}: ${changes.join(", ") || "the same"}`);
  }
  for (const loss of losses) process.stderr.write(`WORSE ${loss}\n`);
  return losses;
}

/** Whether this run was asked to measure the pair. */
function isAsked({ clip, photo }) {
  return clips.some((name) => parse(name).name === clip) && photos.some((name) => parse(name).name === photo);
}

/** Those of the names that a list asks for, by name with or without ending; all without a list. */
function chosen(names, list) {
  if (list === undefined) return names;
  return list.split(",").map((wanted) => {
    const name = names.find((each) => each === wanted || parse(each).name === wanted);
    if (name === undefined) throw new Error(`${wanted} is not in the folder.`);
    return name;
  });
}
