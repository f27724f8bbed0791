import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";
import { localWiring } from "#wire.js";

const bin = fileURLToPath(new URL("../../bin/understudy.js", import.meta.url));
/** Inputs that every case renders, drawn once. */
let inputs = "";

beforeAll(async () => {
  inputs = await mkdtemp(join(tmpdir(), "understudy-stop-"));
  const clip = { widthPixels: 320, heightPixels: 240, framesPerSecond: 24, durationSeconds: 8, seed: 7 };
  const options = { workers: 2, signal: new AbortController().signal, onProgress: () => undefined };
  await localWiring.drawClip(clip, join(inputs, "ad.mp4"), options);
  await localWiring.drawPortrait(join(inputs, "jo.jpg"));
  return () => rm(inputs, { recursive: true, force: true });
});

/** Starts a real render, sends the signals as soon as the stage begins, and waits for the end. */
async function stopDuring(stage: string, signals: readonly NodeJS.Signals[]) {
  const folder = await mkdtemp(join(tmpdir(), "understudy-stop-out-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const argv = ["render", join(inputs, "ad.mp4"), "--face", join(inputs, "jo.jpg"), "--consent", "attested:Test"];
  const env = { ...process.env, UNDERSTUDY_DATA_FOLDER: join(inputs, "data") };
  const child = spawn(process.execPath, [bin, ...argv, "-o", "out.mp4", "--json"], { cwd: folder, env });
  let stdout = "";
  let stoppedMs = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stoppedMs !== 0 || !stdout.includes(`"stage":"${stage}"`)) return;
    stoppedMs = performance.now();
    for (const signal of signals) child.kill(signal);
  });
  // A process that leaves at once dies of the signal; shells add 128 to its number.
  const status = await new Promise<number>((resolve) =>
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal!])),
  );
  const lastLine: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  return { status, lastLine, seconds: (performance.now() - stoppedMs) / 1000, left: await readdir(folder) };
}

test.each<[string, NodeJS.Signals[], number]>([
  ["swap", ["SIGINT"], 130],
  ["swap", ["SIGTERM"], 143],
  ["swap", ["SIGINT", "SIGINT"], 130],
  ["swap", ["SIGHUP"], 129],
  ["verify", ["SIGINT"], 130],
])("a stop during %s by %j ends calmly and leaves nothing", async (stage, signals, expected) => {
  const { status, lastLine, seconds, left } = await stopDuring(stage, signals);
  expect(lastLine).toMatchObject({ event: "error", code: "cancelled" });
  expect(status).toBe(expected);
  expect(left).toEqual([]);
  // A second is the promise (0.2-0.7 s measured); the rest is room for a busy machine.
  expect(seconds).toBeLessThan(3);
});

test("a closed standard error does not stop a render, and nothing is left but its files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-stop-out-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const argv = ["render", join(inputs, "ad.mp4"), "--face", join(inputs, "jo.jpg"), "--consent", "attested:Test"];
  const env = { ...process.env, UNDERSTUDY_DATA_FOLDER: join(inputs, "data") };
  const child = spawn(process.execPath, [bin, ...argv, "-o", "out.mp4"], { cwd: folder, env });
  child.stderr.destroy();
  child.stdout.resume();
  expect(await new Promise<number | null>((resolve) => child.on("close", resolve))).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(["out.manifest.json", "out.mp4"]);
});

test("a closed standard output stops a --json render with 141 and leaves nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-stop-out-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const argv = ["render", join(inputs, "ad.mp4"), "--face", join(inputs, "jo.jpg"), "--consent", "attested:Test"];
  const env = { ...process.env, UNDERSTUDY_DATA_FOLDER: join(inputs, "data") };
  const child = spawn(process.execPath, [bin, ...argv, "-o", "out.mp4", "--json"], { cwd: folder, env });
  child.stdout.once("data", () => child.stdout.destroy());
  expect(await new Promise<number | null>((resolve) => child.on("close", resolve))).toBe(141);
  expect(await readdir(folder)).toEqual([]);
});

test("demo --quick makes a whole video, and uses its clip again", async () => {
  const world = await createFakeWorld({ wiring: localWiring });
  expect(await world.run("demo", "--quick", "--json")).toBe(0);
  expect(world.jsonLines().at(-1)).toMatchObject({
    frames: { total: 144, withoutFace: 0 },
    cast: [{ consent: { method: "fictional" } }],
    verification: { presentationTimesEqual: true, decodeErrors: 0 },
  });
  const drawn = () => world.jsonLines().filter((line) => (line as { stage?: string }).stage === "draw").length;
  const before = drawn();
  expect(await world.run("demo", "--quick", "--json")).toBe(0);
  expect(drawn()).toBe(before);
});
