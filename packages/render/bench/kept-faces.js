// How long analysis and swap take with faces that an earlier render kept, against drawing them, in one run and with one thread;
// and what the kept files weigh. Run after `npm run build`:
// node packages/render/bench/kept-faces.js [video photo [seconds]]; without arguments 4 s of two invented people at 720p.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse } from "../dist/analyse/index.js";
import { decide } from "../dist/decide.js";
import { watermarkIdOf } from "../dist/marks/index.js";
import { createNodeAvIo, hashFile } from "../dist/media/index.js";
import { defaultLimits } from "../dist/model/request.js";
import { createInProcessRun } from "../dist/model/run.js";
import { swap } from "../dist/swap/index.js";
import { writeActorClip, writeActorPortrait } from "../dist/testing/actor-clip.js";
import { openFaceThreads } from "../dist/threads/index.js";

const io = createNodeAvIo();
const folder = await mkdtemp(join(tmpdir(), "understudy-bench-"));

async function invented() {
  const [sourcePath, facePath] = [join(folder, "source.mp4"), join(folder, "face.png")];
  const size = { widthPixels: 1280, heightPixels: 720, frameRate: 30, gopFrames: 60 };
  await writeActorClip(sourcePath, { ...size, durationSeconds: 4 });
  await writeActorPortrait(facePath, { sizePixels: 512 });
  return [sourcePath, facePath];
}

/** Seconds, and the processor's on all threads (which other work on the machine does not lengthen), from the question whether faces are kept to the last clip; threads and networks load in it. */
async function timed(label, folders) {
  const [sourcePath, facePath, seconds = "4"] = given;
  const photo = { key: facePath, ...(await hashFile(facePath, { maxBytes: 1e9 })), mediaType: "image/*" };
  const photos = [{ person: { kind: "largest" }, faces: [photo] }];
  const threads = openFaceThreads({ engineId: "mesh", cast: photos, photoLimits: defaultLimits }, 1);
  const run = createInProcessRun({});
  const swapRanges = [{ startSeconds: 0, endSeconds: Number(seconds) }];
  const decision = { sourcePath, swapRanges, stitch: "smart", label, limits: defaultLimits, engineId: "mesh" };
  const start = performance.now();
  const cpu = process.cpuUsage();
  try {
    const decided = await decide(decision, { threads, photos, keptFolder: folders.read }, run, io);
    const marks = { watermarkId: watermarkIdOf("render_0123456789abcdef") };
    const working = { ...decided, workFolder: folder, threads };
    const looking = { targets: [{ kind: "largest" }], drawn: decided.kept.outcomes, allowMissingFace: true };
    const { tracks } = await analyse({ ...working, ...looking }, run);
    const regions = await swap({ ...working, tracks, marks, keepFolder: folders.keep }, run);
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6, regions };
  } finally {
    await threads.close();
  }
}

const given = process.argv.length > 3 ? process.argv.slice(2) : await invented();
try {
  const keep = join(folder, "kept");
  const on = { kind: "on" };
  const delegated = { kind: "delegated", reason: "the bench labels it" };
  const plain = await timed(on, {});
  const keeping = await timed(on, { keep });
  const again = await timed(delegated, { read: keep });
  const names = await readdir(keep);
  const bytes = (await Promise.all(names.map((name) => stat(join(keep, name))))).reduce(
    (sum, { size }) => sum + size,
    0,
  );
  const frames = again.regions.reduce((sum, { keptFrames }) => sum + keptFrames, 0);
  const told = ({ seconds, cpuSeconds }) => `${seconds.toFixed(2)} s (processor ${cpuSeconds.toFixed(2)} s)`;
  console.log(`drawn ${told(plain)}, drawn and kept ${told(keeping)}, from kept faces ${told(again)}`);
  const ratio = (of) => (of(again) / of(plain)).toFixed(2);
  console.log(`kept / drawn ${ratio((r) => r.seconds)}, of processor time ${ratio((r) => r.cpuSeconds)}`);
  console.log(`${frames} faces, ${(bytes / frames / 1024).toFixed(1)} KB each`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
