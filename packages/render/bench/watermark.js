// Two Markdown tables of the invisible watermark: what a mark in the default swap segments survives and costs, and whether
// it is read by duration of the marked span. Needs the ffmpeg command for the attacks. Run after `npm run build`:
// node packages/render/bench/watermark.js [FOLDER OF CLIPS]
// Without a folder: `shared/media` beside the checkout, else an invented person is drawn.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeWordOf, watermarkIdOf } from "../dist/marks/watermark-code.js";
import { createWatermarkPainter } from "../dist/marks/watermark-painter.js";
import { createWatermarkSampler } from "../dist/marks/watermark-sampler.js";
import { readBlocks } from "../dist/marks/watermark-search.js";
import { straighten } from "../dist/marks/watermark-word.js";
import { createNodeAvIo, openRegionReader, openRegionWriter, probeSource } from "../dist/media/index.js";
import { planRender } from "../dist/plan/index.js";
import { stitch } from "../dist/stitch/index.js";

if (spawnSync("ffmpeg", ["-version"]).status !== 0) throw new Error("The attacks need the ffmpeg command.");

const io = createNodeAvIo();
const folder = mkdtempSync(join(tmpdir(), "understudy-bench-"));
const watermarkId = watermarkIdOf("bench");
const word = codeWordOf(watermarkId);
const limits = { maxInputBytes: 1e9, maxPixels: 1e7, maxDurationSeconds: 600 };
const x264 = (crf) => ["-c:v", "libx264", "-preset", "veryfast", "-crf", String(crf)];
/** Renders with and without mark that times are the least of. */
const rounds = 4;
/** The short side becomes 480 pixels. */
const to480 = "scale='if(gt(iw,ih),-2,480)':'if(gt(iw,ih),480,-2)'";
const attacks = {
  none: ["-c", "copy"],
  "CRF 28": x264(28),
  "480p, CRF 28": ["-vf", to480, ...x264(28)],
  "trim 1.3 s, brighter": ["-ss", "1.3", "-vf", "eq=brightness=0.05:contrast=1.1", ...x264(23)],
  "25 fps": ["-vf", "fps=25", ...x264(23)],
  "crop 10 %": ["-vf", "crop=iw*0.9:ih*0.9", ...x264(23)],
};

/** Renders a clip without a face. @param isMarked which visible frames are marked, by number and time. */
async function render(path, outputPath, swapRanges, isMarked) {
  const { source, index } = await probeSource(io, path, limits);
  const plan = planRender({ index, stitch: "smart", ...(swapRanges ? { swapRanges } : {}) });
  const result = { spans: [], paintMs: 0, painted: 0, codedFrames: 0, clipBytes: 0 };
  const clips = [];
  const start = process.cpuUsage();
  for (const region of plan.regions) {
    const { video } = source;
    const task = { io, sourcePath: path, trackIndex: video.index, video, region, stitch: plan.stitch };
    const reader = await openRegionReader(task);
    const writer = await openRegionWriter({ ...task, clipPath: `${outputPath}.${region.index}.clip` });
    const painter = createWatermarkPainter({ ...source.video, watermarkId });
    for await (const frame of reader) {
      const seconds = index.presentationSeconds[frame.frameNumber];
      const planes = frame.makeWritable();
      if (isMarked(seconds)) {
        const before = performance.now();
        painter.paint(planes, seconds);
        result.paintMs += performance.now() - before;
        result.painted++;
      }
      await writer.write(frame);
      frame.release();
      result.codedFrames++;
    }
    clips.push(await writer.finish(reader.repeatedFrames));
    await writer.close();
    const end = index.presentationSeconds[region.endFrame] ?? index.endSeconds;
    result.spans.push([index.presentationSeconds[region.startFrame], end]);
    result.clipBytes += statSync(`${outputPath}.${region.index}.clip`).size;
  }
  const { user, system } = process.cpuUsage(start);
  const codeMs = (user + system) / 1000;
  await stitch({ io, source, plan, clips, outputPath });
  return { ...result, codeMs };
}

function attack(path, name) {
  const copy = `${path}.${Object.keys(attacks).indexOf(name)}.mp4`;
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", path, "-an", ...attacks[name], copy]);
  return copy;
}

/** Decodes a film and gives what its half seconds say. */
async function blocksOf(path) {
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind }) => kind === "video");
  input.select([track.index]);
  const decoder = input.openDecoder(track.index, { convert: true });
  const sampler = createWatermarkSampler(track.picture.rotation);
  const receive = async () => {
    for (let decoded = await decoder.receive(); decoded !== undefined; decoded = await decoder.receive()) {
      const { numerator, denominator } = track.timeBase;
      sampler.add(decoded.planes, (decoded.ptsTicks * numerator) / denominator);
      decoded.release();
    }
  };
  for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
    await decoder.send(packet);
    await receive();
  }
  await decoder.send(undefined);
  await receive();
  decoder.close();
  input.close();
  return sampler.finish();
}

/** Wrong bits of 48 when the marked spans are known, and whether the film's mark is read without knowing them. */
async function readCopy(path, spans, shiftSeconds) {
  const blocks = await blocksOf(path);
  const sum = new Float64Array(96);
  for (const { startSeconds, endSeconds, swings } of blocks) {
    const middle = (startSeconds + endSeconds) / 2 + shiftSeconds;
    if (spans.some(([start, end]) => middle >= start && middle < end)) {
      for (const [at, swing] of swings.entries()) sum[at] += swing;
    }
  }
  const wrong = straighten(sum).filter((value, bit) => value * word[bit] <= 0).length;
  return { wrong: Math.min(wrong, 48 - wrong), isRead: isRead(readBlocks(blocks)) };
}

function isRead(reading) {
  if (reading.found && reading.id !== watermarkId) throw new Error(`A wrong id was read: ${reading.id}.`);
  return reading.found;
}

/** Luma PSNR over the frames that differ. */
function psnr(first, second) {
  const graph = "[0:v][1:v]psnr=stats_file=-";
  const args = ["-v", "error", "-i", first, "-i", second, "-lavfi", graph, "-f", "null", "/dev/null"];
  const text = execFileSync("ffmpeg", args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const errors = [...text.matchAll(/mse_y:([\d.]+)/g)].map((match) => Number(match[1])).filter((error) => error > 0);
  return 10 * Math.log10(255 ** 2 / (errors.reduce((sum, error) => sum + error, 0) / errors.length));
}

async function clipPaths() {
  const given = process.argv[2];
  const shared = fileURLToPath(new URL("../../../../shared/media", import.meta.url));
  const media = given ?? (existsSync(shared) ? shared : undefined);
  if (media !== undefined) {
    return readdirSync(media)
      .filter((name) => name.endsWith(".mp4"))
      .map((name) => join(media, name));
  }
  const { writeActorClip } = await import("../dist/testing/actor-clip.js");
  const path = join(folder, "actor.mp4");
  await writeActorClip(path, { widthPixels: 1280, heightPixels: 720, frameRate: 30, durationSeconds: 20 });
  return [path];
}

const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
const head = (cells) => {
  row(cells);
  row(cells.map((_, place) => (place === 0 ? "---" : "---:")));
};

try {
  const paths = await clipPaths();
  console.log(
    "Encode time (CPU) and bytes of the coded regions as ratios to the same without mark. Wrong bits of 48; `-`: not read.\n",
  );
  head(["clip", "marked s", "PSNR dB", "paint ms", "encode time", "coded bytes", ...Object.keys(attacks)]);
  for (const path of paths) {
    const name = basename(path, ".mp4");
    const [plainPath, markedPath] = [join(folder, `${name}-plain.mp4`), join(folder, `${name}-marked.mp4`)];
    const plains = [];
    const markeds = [];
    // Rounds in turn, and the least of each: whatever else runs only ever adds.
    for (let round = 0; round < rounds; round++) {
      plains.push(await render(path, plainPath, undefined, () => false));
      markeds.push(await render(path, markedPath, undefined, () => true));
    }
    const [plain, marked] = [plains[0], markeds[0]];
    const least = (all, key) => Math.min(...all.map((one) => one[key]));
    if (isRead(readBlocks(await blocksOf(plainPath)))) throw new Error(`${name} carries a mark before it is marked.`);
    const columns = [];
    for (const attackName of Object.keys(attacks)) {
      const shift = attackName.startsWith("trim") ? 1.3 : 0;
      const { wrong, isRead } = await readCopy(attack(markedPath, attackName), marked.spans, shift);
      columns.push(isRead ? wrong : `- (${wrong})`);
    }
    row([
      name,
      marked.spans.reduce((sum, [start, end]) => sum + end - start, 0).toFixed(1),
      psnr(plainPath, markedPath).toFixed(1),
      (least(markeds, "paintMs") / marked.painted).toFixed(2),
      `x${(least(markeds, "codeMs") / least(plains, "codeMs")).toFixed(2)}`,
      `x${(marked.clipBytes / plain.clipBytes).toFixed(2)}`,
      ...columns,
    ]);
  }

  const durations = [1, 2, 3, 5, 8];
  const copies = ["none", "CRF 28", "480p, CRF 28"];
  console.log(`\nRead (+) or not (-) by duration of the only marked span: ${copies.join("; ")}.\n`);
  head(["clip", ...durations.map((seconds) => `${seconds} s`)]);
  for (const path of paths) {
    const name = basename(path, ".mp4");
    const { index } = await probeSource(io, path, limits);
    const cells = [];
    for (const seconds of durations) {
      if (index.endSeconds < seconds - 0.1) {
        cells.push("");
        continue;
      }
      const startSeconds = Math.max(0, Math.min(1, index.endSeconds - seconds));
      const range = { startSeconds, endSeconds: startSeconds + seconds };
      const markedPath = join(folder, `${name}-${seconds}s.mp4`);
      await render(path, markedPath, [range], (at) => at >= range.startSeconds && at < range.endSeconds);
      const signs = [];
      for (const attackName of copies) {
        signs.push(isRead(readBlocks(await blocksOf(attack(markedPath, attackName)))) ? "+" : "-");
      }
      cells.push(signs.join(" "));
    }
    row([name, ...cells]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
