import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createFakeWorld, type FakeWorld } from "#testing/fake-world.js";
import { localWiring } from "#wire.js";

const bin = fileURLToPath(new URL("../bin/understudy.js", import.meta.url));
const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

/** A real demo: two invented people, real decoding, networks, encoding and signing. */
async function demoWorld(): Promise<FakeWorld> {
  const world = await createFakeWorld({ wiring: localWiring });
  expect(await world.run("demo", "--quick", "-o", "."), world.stderr()).toBe(0);
  return world;
}

/** Random, but the same in every run. */
function* offsets(byteLength: number, count: number): Generator<number> {
  for (let number = 0; number < count; number++) {
    yield createHash("sha256").update(`offset ${number}`).digest().readUIntBE(0, 6) % byteLength;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const isFile = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isFile()));
  return names.filter((_, number) => isFile[number]).map((name) => join(folder, name));
}

test("what the demo makes verifies; one flipped byte anywhere is told", { timeout: 600_000 }, async () => {
  const world = await demoWorld();
  expect(await world.run("verify", "finished.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ verdict: "ours", provenance: { state: "valid", trust: "ours" } });
  const bytes = await readFile(join(world.folder, "finished.mp4"));
  const copy = join(world.folder, "flipped.mp4");
  for (const offset of offsets(bytes.length, 50)) {
    const flipped = Buffer.from(bytes);
    flipped[offset]! ^= 1;
    await writeFile(copy, flipped);
    expect(await world.run("verify", "flipped.mp4"), `byte ${offset} of ${bytes.length}`).toBe(1);
  }
});

test.skipIf(!hasFfmpeg)("a remux drops the credentials, and the watermark still names the render", async () => {
  const world = await demoWorld();
  const { renderId } = JSON.parse(await readFile(join(world.folder, "finished.manifest.json"), "utf8")) as {
    renderId: string;
  };
  const options = ["-v", "error", "-i", "finished.mp4", "-map_metadata", "-1", "-c", "copy", "remuxed.mp4"];
  expect(spawnSync("ffmpeg", options, { cwd: world.folder }).status).toBe(0);
  expect(await world.run("verify", "remuxed.mp4", "--json")).toBe(1);
  const report = world.lastJsonLine() as Record<string, unknown>;
  expect(report).toMatchObject({ verdict: "stripped", provenance: { state: "absent" }, watermark: { found: true } });
  expect(report["matches"]).toEqual([expect.objectContaining({ renderId, by: ["watermark"] })]);
});

test.each([
  ["swap", /"stage":"swap","done":[1-9]/],
  ["verify", /"stage":"verify"/],
])(
  "what a render left that was killed in %s is gone after the next command",
  { timeout: 300_000 },
  async (_stage, moment) => {
    const world = await demoWorld();
    const out = join(world.folder, "out");
    await mkdir(out);
    const env = { ...process.env, UNDERSTUDY_DATA_FOLDER: join(world.folder, "data") };
    const render = ["render", "source.mp4", "--face", "portrait.jpg", "--consent", "consent.json", "-o", "out/a.mp4"];
    const child = spawn(process.execPath, [bin, ...render, "--json"], { cwd: world.folder, env });
    let said = "";
    child.stdout.on("data", (text: Buffer) => {
      said += String(text);
      if (moment.test(said)) child.kill("SIGKILL");
    });
    await once(child, "exit");
    expect(said).toMatch(moment);
    expect((await readdir(out)).length, "the kill came while files were being written").toBeGreaterThan(0);

    await copyFile(join(world.folder, "source.mp4"), join(world.folder, "next.mp4"));
    expect(
      await world.run("render", "next.mp4", "--face", "portrait.jpg", "--consent", "consent.json", "-o", "b.mp4"),
    ).toBe(0);
    expect(await readdir(out)).toEqual([]);
    const left = await readdir(world.folder, { recursive: true });
    expect(left.filter((name) => /(^|\/)\.understudy-|\.partial$|\.clip$/.test(name))).toEqual([]);
    expect(await world.run("audit", "verify")).toBe(0);
  },
);

test("erasing a person removes three renders and every copy, and proves it", { timeout: 600_000 }, async () => {
  const world = await createFakeWorld({ wiring: localWiring });
  const data = join(world.folder, "data");
  await world.run("demo", "--quick", "-o", "demo");
  await copyFile(join(world.folder, "demo/portrait.jpg"), join(world.folder, "jo.jpg"));
  const consent = ["consent", "new", "--photo", "jo.jpg", "--subject", "J", "--operator", "T", "--adult", "--json"];
  expect(await world.run(...consent), world.stderr()).toBe(0);
  const outputs = ["data/outputs/a.mp4", "data/outputs/b.mp4", "c.mp4"];
  await mkdir(join(data, "outputs"), { recursive: true });
  await mkdir(join(data, "uploads"), { recursive: true });
  await copyFile(join(world.folder, "jo.jpg"), join(data, "uploads/copy.jpg"));
  for (const output of outputs) {
    expect(await world.run("render", "demo/source.mp4", "--face", "jo.jpg", "-o", output), world.stderr()).toBe(0);
  }
  const gone = await Promise.all(["jo.jpg", ...outputs].map((name) => readFile(join(world.folder, name))));
  await world.run("consent", "list", "--json");
  const subjects = JSON.stringify(world.lastJsonLine()).match(/subject_[0-9a-f]{16}/g);
  expect(new Set(subjects).size).toBe(1);

  expect(await world.run("erase", "--subject", subjects![0]!, "--json"), world.stderr()).toBe(0);
  for (const path of await filesBelow(data)) {
    const bytes = await readFile(path);
    for (const other of gone) expect(bytes.equals(other), path).toBe(false);
    expect(bytes.includes("jo.jpg"), path).toBe(false);
  }
  expect(await readdir(world.folder)).not.toContain("c.mp4");
  expect(await readdir(join(world.folder, "demo"))).toContain("finished.mp4");
  expect(await world.run("audit", "verify")).toBe(0);
});
