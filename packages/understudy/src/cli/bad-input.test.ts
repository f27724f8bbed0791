import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newConsent } from "@understudy/render";
import { expect, test } from "vitest";
import { createFakeWorld, type FakeWorld } from "#testing/fake-world.js";

/** A world with a video, a photo and what goes wrong in the cases below. */
async function prepared(): Promise<FakeWorld> {
  const world = await createFakeWorld();
  for (const name of ["ad.mp4", "jo.jpg", "taken.mp4", "taken.manifest.json"])
    await writeFile(join(world.folder, name), name);
  await mkdir(join(world.folder, "folder.mp4"));
  await symlink(join(world.folder, "ad.mp4"), join(world.folder, "link.mp4"));
  await symlink(join(world.folder, "nowhere"), join(world.folder, "dangling.mp4"));
  await symlink(join(world.folder, "loop.mp4"), join(world.folder, "loop.mp4"));
  execFileSync("mkfifo", [join(world.folder, "fifo.json")]);
  const files = {
    "bad.json": "{",
    "empty.json": "{}",
    "unknown.json": '{"swap":[{"startSeconds":0,"endSeconds":5}],"x":1}',
    "large.json": " ".repeat(1_000_001),
    // Named as the manifest of an output would be.
    "plan.manifest.json": '{"swap":[{"startSeconds":0,"endSeconds":5}]}',
    "config.manifest.json": "{}",
    "s.txt": "Hello.",
    "s.srt": "Hello.",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(world.folder, name), text);
  return world;
}

const ok = ["render", "ad.mp4", "--face", "jo.jpg", "--consent", "attested:Test"];

test.each<[string, string[], string]>([
  ["no command", [], "bad-usage"],
  ["unknown command", ["rendr"], "bad-usage"],
  ["no video", ["render", "--face", "jo.jpg"], "bad-usage"],
  ["two videos", ["render", "ad.mp4", "ad.mp4", "--face", "jo.jpg"], "bad-usage"],
  ["no photo", ["render", "ad.mp4"], "bad-usage"],
  ["an option without its value", [...ok, "-o"], "bad-usage"],
  ["missing script", [...ok, "--script", "no.txt"], "file-missing"],
  ["script is a folder", [...ok, "--script", "folder.mp4"], "bad-usage"],
  ["script on standard input", [...ok, "--script", "-"], "file-missing"],
  ["captions of nothing", [...ok, "--captions", "burn"], "bad-usage"],
  ["captions of a script that is burned nowhere", [...ok, "--captions", "paint", "--script", "s.txt"], "bad-usage"],
  ["script and transcript", [...ok, "--captions", "burn", "--script", "s.txt", "--transcript", "s.txt"], "bad-usage"],
  ["transcript without captions", [...ok, "--transcript", "s.txt"], "bad-usage"],
  ["a look without captions", [...ok, "--caption-preset", "broadcast", "--script", "s.txt"], "bad-usage"],
  ["an unknown look", [...ok, "--captions", "burn", "--caption-preset", "neon", "--script", "s.txt"], "bad-usage"],
  ["voice without script", [...ok, "--voice", "jo.jpg", "--voice-text", "s.txt"], "bad-usage"],
  ["voice without its text", [...ok, "--script", "s.txt", "--voice", "jo.jpg"], "bad-usage"],
  ["text without its voice", [...ok, "--script", "s.txt", "--voice-text", "s.txt"], "bad-usage"],
  ["missing sample", [...ok, "--script", "s.txt", "--voice", "no.wav", "--voice-text", "s.txt"], "file-missing"],
  [
    "clone without a sample",
    [...ok, "--script", "s.txt", "--voice-engine", "endpoint:https://x.example/"],
    "bad-usage",
  ],
  ["unknown voice engine", [...ok, "--script", "s.txt", "--voice-engine", "parrot"], "bad-usage"],
  ["a password in the engine", [...ok, "--script", "s.txt", "--voice-engine", "endpoint:https://a:b@x/"], "bad-usage"],
  ["unknown sound under the script", [...ok, "--script", "s.txt", "--under-speech", "loud"], "bad-usage"],
  ["output is the script", [...ok, "--force", "--script", "s.srt", "--captions", "burn", "-o", "s.mp4"], "bad-usage"],
  ["captions exist", [...ok, "--script", "s.txt", "--captions", "sidecar", "-o", "s.mp4"], "output-exists"],
  ["no label, and no reason", [...ok, "--label", "off"], "bad-usage"],
  ["a delegated label without a reason", [...ok, "--label", "delegated:"], "bad-usage"],
  ["missing video", ["render", "no.mp4", "--face", "jo.jpg"], "file-missing"],
  ["missing photo", ["render", "ad.mp4", "--face", "no.jpg"], "file-missing"],
  ["missing second photo", [...ok, "--face", "no.jpg"], "file-missing"],
  ["video is a folder", ["render", "folder.mp4", "--face", "jo.jpg"], "bad-usage"],
  ["malformed swap", [...ok, "--swap", "5"], "bad-usage"],
  ["backward swap", [...ok, "--swap", "5-2"], "bad-usage"],
  ["overlapping swap", [...ok, "--swap", "0-5,4-8"], "overlapping-segments"],
  ["swap and plan", [...ok, "--swap", "0-5", "--plan", "empty.json"], "bad-usage"],
  ["missing plan", [...ok, "--plan", "no.json"], "file-missing"],
  ["plan is not JSON", [...ok, "--plan", "bad.json"], "bad-plan"],
  ["plan without swap", [...ok, "--plan", "empty.json"], "bad-plan"],
  ["plan with an unknown key", [...ok, "--plan", "unknown.json"], "bad-plan"],
  ["unknown engine", [...ok, "--engine", "paint"], "unsupported-engine"],
  ["missing model manifest", [...ok, "--engine", "onnx:no.json"], "file-missing"],
  ["unknown stitch", [...ok, "--stitch", "blend"], "bad-usage"],
  ["person 0", [...ok, "--person", "0"], "bad-usage"],
  ["missing photo of the person to replace", [...ok, "--person", "no.jpg"], "file-missing"],
  ["photos with and without a name", [...ok, "--face", "left=jo.jpg"], "bad-usage"],
  ["template is a file", [...ok, "--template", "ad.mp4"], "bad-usage"],
  ["missing output folder", [...ok, "-o", "nowhere/out.mp4"], "output-folder-missing"],
  ["output folder is a file", [...ok, "-o", "ad.mp4/out.mp4"], "output-folder-missing"],
  ["output is a folder", [...ok, "-o", "folder.mp4"], "bad-usage"],
  ["output is no MP4", [...ok, "-o", "out.webm"], "bad-usage"],
  ["output is the video", [...ok, "--force", "-o", "ad.mp4"], "bad-usage"],
  ["output is the video by another name", [...ok, "--force", "-o", "link.mp4"], "bad-usage"],
  ["output exists", [...ok, "-o", "taken.mp4"], "output-exists"],
  ["output is empty", [...ok, "-o", ""], "bad-usage"],
  ["output's name is too long", [...ok, "-o", `${"x".repeat(252)}.mp4`], "bad-usage"],
  ["manifest's name is too long", [...ok, "-o", `${"x".repeat(245)}.mp4`], "bad-usage"],
  ["report's name is too long", [...ok, "--report", "-o", `${"ö".repeat(122)}.mp4`], "bad-usage"],
  ["output's folder is too long", [...ok, "-o", `${"x/".repeat(3000)}out.mp4`], "bad-usage"],
  ["output is a link to nothing", [...ok, "--force", "-o", "dangling.mp4"], "bad-usage"],
  ["output is a link to itself", [...ok, "--force", "-o", "loop.mp4"], "bad-usage"],
  ["output is the plan", [...ok, "--force", "--plan", "plan.manifest.json", "-o", "plan.mp4"], "bad-usage"],
  [
    "output is the configuration",
    [...ok, "--force", "--config", "config.manifest.json", "-o", "config.mp4"],
    "bad-usage",
  ],
  [
    "output is the consent file",
    ["render", "ad.mp4", "--face", "jo.jpg", "--force", "--consent", "plan.manifest.json", "-o", "plan.mp4"],
    "bad-usage",
  ],
  ["no consent", ["render", "ad.mp4", "--face", "jo.jpg"], "consent-required"],
  ["attested by nobody", ["render", "ad.mp4", "--face", "jo.jpg", "--consent", "attested:"], "bad-usage"],
  ["missing consent file", ["render", "ad.mp4", "--face", "jo.jpg", "--consent", "no.json"], "file-missing"],
  ["missing configuration", [...ok, "--config", "no.json"], "file-missing"],
  ["configuration is a pipe", [...ok, "--config", "fifo.json"], "bad-usage"],
  ["configuration is a folder", [...ok, "--config", "folder.mp4"], "bad-usage"],
  ["configuration is not JSON", [...ok, "--config", "bad.json"], "bad-config"],
  ["configuration is too large", [...ok, "--config", "large.json"], "bad-config"],
  ["plan is a pipe", [...ok, "--plan", "fifo.json"], "bad-usage"],
  ["plan is too large", [...ok, "--plan", "large.json"], "bad-plan"],
  ["consent is a pipe", ["render", "ad.mp4", "--face", "jo.jpg", "--consent", "fifo.json"], "bad-usage"],
  ["unknown setting", [...ok, "--config", "unknown.json"], "bad-config"],
])("%s: exit 2, code, hint, no stack, nothing written", async (_what, argv, code) => {
  const world = await prepared();
  const before = await readdir(world.folder, { recursive: true });
  expect(await world.run(...argv)).toBe(2);
  expect(world.stderr()).toContain(`✗ ${code}\n`);
  expect(world.stderr()).toMatch(/\n {2}→ \S/);
  expect(world.stderr()).not.toMatch(/\n\s+at /);
  expect(world.stdout()).toBe("");
  expect(await readdir(world.folder, { recursive: true })).toEqual(before);
});

test.each<[string, string | Buffer, string]>([
  ["an empty script", "", "Give a text of English words."],
  ["a script of emoji", "🎉 🎉", "Give a text of English words."],
  ["a script of 200 kB", "word ".repeat(40_000), "has more than 100 kB"],
  ["a script that is no text", Buffer.from([0xff, 0xfe, 0x00]), "is not text in UTF-8"],
])("%s is exit 1, nothing written", async (_what, script, words) => {
  const world = await prepared();
  await writeFile(join(world.folder, "script.txt"), script);
  const before = await readdir(world.folder, { recursive: true });
  expect(await world.run(...ok, "--script", "script.txt")).toBe(1);
  expect(world.stderr()).toContain("✗ bad-script\n");
  expect(world.stderr()).toContain(words);
  expect(await readdir(world.folder, { recursive: true })).toEqual(before);
});

test.each<[string, string, number, string]>([
  ["a photo over the limit", "UNDERSTUDY_LIMITS_MAX_INPUT_BYTES=3", 1, "input-too-large"],
  ["a wrong variable", "UNDERSTUDY_WORKERS=many", 2, "bad-config"],
])("%s", async (_what, variable, status, code) => {
  const [name = "", value = ""] = variable.split("=");
  const world = await createFakeWorld({ env: { [name]: value } });
  for (const file of ["ad.mp4", "jo.jpg"]) await writeFile(join(world.folder, file), file);
  expect(await world.run(...ok)).toBe(status);
  expect(world.stderr()).toContain(code);
});

test("a consent record for another photo, or one that is none, is exit 1", async () => {
  const world = await prepared();
  const record = newConsent({
    subject: { name: "Jo" },
    method: "attested",
    operator: "Sam",
    statement: { text: "I agree.", version: "1", language: "en" },
    ageConfirmed: true,
    photoSha256: ["0".repeat(64)],
    now: new Date(Date.UTC(2026, 0, 1)),
  });
  await writeFile(join(world.folder, "other.json"), JSON.stringify(record));
  for (const file of ["other.json", "empty.json", "bad.json"]) {
    expect(await world.run("render", "ad.mp4", "--face", "jo.jpg", "--consent", file)).toBe(1);
  }
  expect(world.stderr().match(/✗ consent-[a-z]+/g)).toEqual([
    "✗ consent-mismatch",
    "✗ consent-invalid",
    "✗ consent-invalid",
  ]);
});

test("--json before the command is told so, as an event", async () => {
  for (const argv of [["--json"], ["--json", "demo"]]) {
    const world = await createFakeWorld();
    expect(await world.run(...argv)).toBe(2);
    expect(world.jsonLines()).toEqual([
      expect.objectContaining({
        code: "bad-usage",
        message: expect.stringContaining("comes after the command"),
        hint: expect.stringContaining("understudy demo --json"),
      }),
    ]);
  }
});

test("a name cannot steer the terminal, nor begin a line of its own", async () => {
  const world = await prepared();
  expect(await world.run("render", "a\u001B[2J\u202E\n✓ done.mp4", "--face", "jo.jpg")).toBe(2);
  expect(world.stderr()).toContain("a?[2J??✓ done.mp4 does not exist");
});

test("with --json a usage error is one event, and standard error stays quiet", async () => {
  const world = await prepared();
  expect(await world.run("render", "ad.mp4", "--fase", "jo.jpg", "--json")).toBe(2);
  expect(world.jsonLines()).toEqual([
    {
      event: "error",
      code: "bad-usage",
      message: expect.stringContaining("--fase"),
      hint: expect.any(String),
      retryable: false,
    },
  ]);
  expect(world.stderr()).toBe("");
});
