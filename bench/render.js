// How long a render takes, as ratios: to the length of the video, and to the floor of decoding and encoding the same
// regions with no face work, measured beside it in the same run. Each measurement is a process of its own.
// Usage: npm run bench [-- VIDEO PHOTO [ROUNDS]]; without files, the demo's clip and portrait are drawn first.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [video, photo, rounds = "3"] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "understudy-bench-"));

function once(kind, source, face) {
  const run = spawnSync(process.execPath, [join(here, "render-once.js"), kind, source, face, folder], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout.trim().split("\n").at(-1));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (...cells) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(34) : String(cell).padStart(12))).join(""));

try {
  let source = video;
  let face = photo;
  if (source === undefined || face === undefined || !existsSync(source) || !existsSync(face)) {
    console.log("Drawing the demo's clip and portrait ...");
    source = join(folder, "source.mp4");
    face = join(folder, "face.png");
    once("draw", source, face);
  }
  const floors = [];
  const renders = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    floors.push(once("floor", source, face));
    renders.push(once("render", source, face));
  }
  const seconds = (all) => median(all.map((one) => one.seconds));
  const cpu = (all) => median(all.map((one) => one.cpuSeconds));
  const { videoSeconds, frames } = renders[0];
  const floor = seconds(floors);
  const render = seconds(renders);

  console.log(
    `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, median of ${rounds}`,
  );
  console.log(
    `${videoSeconds.toFixed(1)} s of video, ${frames.total} frames, ${frames.swapped} swapped, ${frames.reencoded} coded again\n`,
  );
  row("", "wall s", "cpu s", "x video", "x floor", "peak MB");
  const peak = (all) => Math.max(...all.map((one) => one.peakMegabytes)).toFixed(0);
  row(
    "floor: decode + encode",
    floor.toFixed(1),
    cpu(floors).toFixed(1),
    (floor / videoSeconds).toFixed(2),
    "1.00",
    peak(floors),
  );
  row(
    "render",
    render.toFixed(1),
    cpu(renders).toFixed(1),
    (render / videoSeconds).toFixed(2),
    (render / floor).toFixed(2),
    peak(renders),
  );
  console.log("");
  row("stage of the render", "wall s");
  const middle = renders.find((one) => one.seconds === render) ?? renders[0];
  for (const { stage, seconds: wall, threadSeconds } of middle.stages) {
    row(stage, wall.toFixed(2));
    for (const [part, value] of Object.entries(threadSeconds ?? {})) row(`  ${part}, thread seconds`, value.toFixed(2));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
