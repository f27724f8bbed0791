// How long a render takes, as ratios: to the length of the video, and to the floor of decoding and encoding the same
// regions with no face work, measured beside it in the same run. Each measurement is a process of its own; memory counts the
// whole process tree. Run after `npm run build`:
// npm run bench [-- VIDEO PHOTO] [--rounds 3] [--shapes 720p,1080p,9x16] [--gate]
// Without files, the demo's clip and portrait are drawn first. The other shapes are made of the first one by the ffmpeg
// command. With --gate it exits 1 when a figure of the first shape is above its limit; on a machine that is not calm, ratios of
// processor time are judged instead of wall time's.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runToJson } from "./process-tree.js";

/** The render's time over the floor's, the second customer's over the first's, and memory in 10^6 bytes. */
const limits = { overFloor: 2.2, secondOverFirst: 0.5, peakMegabytes: 700 };

/** Pictures of 30 s as given, larger, and upright: what each takes of the film before. */
const shapes = {
  "720p": undefined,
  "1080p": "scale=1920:1080",
  "9x16": "crop=ih*9/16:ih,scale=720:1280",
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    shapes: { type: "string", default: Object.keys(shapes).join(",") },
    gate: { type: "boolean", default: false },
  },
});
const once = (...args) => runToJson(fileURLToPath(new URL("render-once.js", import.meta.url)), args);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const folder = await mkdtemp(join(tmpdir(), "understudy-bench-"));

try {
  const load = loadavg()[0];
  const cores = availableParallelism();
  const isCalm = load < cores / 4;
  const calm = isCalm ? "" : ", not calm: compare ratios only";
  console.log(
    `${cores} cores, load ${load.toFixed(1)} before${calm}; Node ${process.versions.node}, median of ${options.rounds}\n`,
  );
  const { video, photo, secondPhoto, hasTemplates } = await prepare();
  const asked = options.shapes.split(",");
  const measured = [];
  for (const shape of asked) {
    const source = shapedClip(video, shape);
    if (source === undefined) continue;
    const round = { floor: [], render: [], first: [], second: [] };
    for (let i = 0; i < Number(options.rounds); i++) {
      round.floor.push(await once("floor", source, photo, folder));
      round.render.push(await once("render", source, photo, folder));
      if (!hasTemplates || shape !== asked[0]) continue;
      round.first.push(await once("templated", source, photo, folder));
      round.second.push(await once("templated", source, secondPhoto, folder));
      await rm(join(folder, "templates"), { recursive: true });
    }
    measured.push({ shape, ...round });
  }
  printTimes(measured);
  printStages(measured);
  if (options.gate) judge(measured[0], isCalm ? secondsOf : cpuOf);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The clip and photos to measure with; what was not given is drawn. */
async function prepare() {
  const secondPhoto = join(folder, "second.png");
  if (positionals.length >= 2) {
    const [video, photo] = positionals;
    return { video, photo, secondPhoto, ...(await once("draw", "-", "-", secondPhoto)) };
  }
  const [video, photo] = [join(folder, "720p.mp4"), join(folder, "face.png")];
  return { video, photo, secondPhoto, ...(await once("draw", video, photo, secondPhoto)) };
}

/** The clip in another shape; undefined, with a word, where it cannot be made. */
function shapedClip(video, shape) {
  const filter = shapes[shape];
  if (filter === undefined) return video;
  const path = join(folder, `${shape}.mp4`);
  const coding = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "60", "-c:a", "copy"];
  const made = spawnSync("ffmpeg", ["-v", "error", "-y", "-i", video, "-vf", filter, ...coding, path]);
  if (made.status === 0) return path;
  console.log(`${shape} is left out: it takes the ffmpeg command.\n`);
  return undefined;
}

function printTimes(measured) {
  row(["", "wall s", "CPU s", "x video", "x floor", "CPU x floor", "peak MB"]);
  row(["---", ...Array.from({ length: 6 }, () => "---:")]);
  for (const { shape, floor, render, first, second } of measured) {
    const { videoSeconds, frames } = render[0];
    const counts = `${frames.swapped} of ${frames.total} frames swapped, ${frames.reencoded} coded again`;
    const line = (name, all) =>
      row([
        `${shape}: ${name}`,
        secondsOf(all).toFixed(1),
        cpuOf(all).toFixed(1),
        (secondsOf(all) / videoSeconds).toFixed(2),
        (secondsOf(all) / secondsOf(floor)).toFixed(2),
        (cpuOf(all) / cpuOf(floor)).toFixed(2),
        peakOf(all).toFixed(0),
      ]);
    line("floor: decode + encode", floor);
    line(`render (${counts})`, render);
    if (first.length === 0) continue;
    line("first customer, uniform, template made on the way", first);
    const shares = [secondsOf, cpuOf].map((timeOf) => (timeOf(second) / timeOf(first)).toFixed(2));
    line(`second customer (x ${shares[0]} of the first, CPU x ${shares[1]})`, second);
  }
}

/** Stages of the middle render of each kind, side by side; indented: seconds inside threads. */
function printStages(measured) {
  const columns = measured.flatMap(({ shape, render, first, second }) => [
    { title: shape, stages: linesOf(middleOf(render)) },
    ...(first.length === 0
      ? []
      : [
          { title: `${shape} first`, stages: linesOf(middleOf(first)) },
          { title: `${shape} second`, stages: linesOf(middleOf(second)) },
        ]),
  ]);
  const names = [...new Set(columns.flatMap(({ stages }) => [...stages.keys()]))];
  console.log("");
  row(["stage", ...columns.map(({ title }) => title)]);
  row(["---", ...columns.map(() => "---:")]);
  for (const name of names) row([name, ...columns.map(({ stages }) => stages.get(name)?.toFixed(2) ?? "-")]);
}

/** Seconds by stage, and by part of it where threads tell more. */
function linesOf({ stages, seconds }) {
  const lines = new Map();
  for (const { stage, seconds: wall, threadSeconds } of stages) {
    lines.set(stage, wall);
    for (const [part, value] of Object.entries(threadSeconds ?? {})) lines.set(`${stage}: ${part}, in threads`, value);
  }
  return lines.set("around them", seconds - stages.reduce((sum, { seconds: wall }) => sum + wall, 0));
}

function judge({ floor, render, first, second }, timeOf) {
  const figures = [
    ["render over floor", timeOf(render) / timeOf(floor), limits.overFloor],
    ["peak memory of a render, MB", peakOf(render), limits.peakMegabytes],
    ...(first.length === 0 ? [] : [["second over first", timeOf(second) / timeOf(first), limits.secondOverFirst]]),
  ];
  console.log("");
  for (const [name, value, limit] of figures) {
    const isMet = value <= limit;
    console.log(`${isMet ? "ok  " : "FAIL"} ${name}: ${value.toFixed(2)}, limit ${limit}`);
    if (!isMet) process.exitCode = 1;
  }
}

function secondsOf(all) {
  return median(all.map(({ seconds }) => seconds));
}

function cpuOf(all) {
  return median(all.map(({ cpuSeconds }) => cpuSeconds));
}

function peakOf(all) {
  return Math.max(...all.map(({ peakMegabytes }) => peakMegabytes));
}

function middleOf(all) {
  return all.find(({ seconds }) => seconds === secondsOf(all));
}

function row(cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
