import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newConsent, templateName, UnderstudyError, type Manifest, type Run } from "@understudy/render";
import { expect, test } from "vitest";
import { ensureKeys } from "#keys/index.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createFakeWorld, type FakeWorldOptions } from "#testing/fake-world.js";
import { interruption, type StopSignal } from "./interruption.js";

async function worldWithInputs(options: FakeWorldOptions = {}) {
  const world = await createFakeWorld(options);
  for (const file of ["ad.mp4", "jo.jpg"]) await writeFile(join(world.folder, file), file);
  await ensureKeys(join(world.folder, "data", "keys"), new Date(Date.UTC(2026, 0, 1)));
  return world;
}

const command = ["render", "ad.mp4", "--face", "jo.jpg", "--consent", "attested:Test"];

test("renders beside the working directory's files and says where everything is", async () => {
  const world = await worldWithInputs();
  expect(await world.run(...command, "--report")).toBe(0);
  const files = [
    "ad-understudy.manifest.json",
    "ad-understudy.mp4",
    "ad-understudy.report.html",
    "ad.mp4",
    "data",
    "jo.jpg",
  ];
  expect((await readdir(world.folder)).sort()).toEqual(files.sort());
  for (const file of files.slice(0, 3)) expect(world.stdout()).toContain(join(world.folder, file));
});

test("never replaces a file without --force", async () => {
  const world = await worldWithInputs();
  await writeFile(join(world.folder, "out.manifest.json"), "mine");
  expect(await world.run(...command, "-o", "out.mp4")).toBe(2);
  expect(await readFile(join(world.folder, "out.manifest.json"), "utf8")).toBe("mine");
  expect(await world.run(...command, "-o", "out.mp4", "--force")).toBe(0);
  expect(await readFile(join(world.folder, "out.mp4"), "utf8")).toBe("a finished video");
});

test("without --force a file that appears during the render is not replaced, and nothing else is left", async () => {
  const fake = createFakeWiring();
  const world = await worldWithInputs({
    wiring: {
      async render(...args) {
        await writeFile(join(world.folder, "out.manifest.json"), "mine");
        return fake.render(...args);
      },
    },
  });
  expect(await world.run(...command, "-o", "out.mp4")).toBe(2);
  expect(world.stderr()).toContain("✗ output-exists");
  expect(await readFile(join(world.folder, "out.manifest.json"), "utf8")).toBe("mine");
  expect((await readdir(world.folder)).sort()).toEqual(["ad.mp4", "data", "jo.jpg", "out.manifest.json"]);
});

test("nor is a report that appears during the render", async () => {
  const fake = createFakeWiring();
  const world = await worldWithInputs({
    wiring: {
      async writeReport(input) {
        await writeFile(join(world.folder, "out.report.html"), "mine");
        return fake.writeReport(input);
      },
    },
  });
  expect(await world.run(...command, "--report", "-o", "out.mp4")).toBe(2);
  expect(world.stderr()).toContain("✗ output-exists");
  expect(await readFile(join(world.folder, "out.report.html"), "utf8")).toBe("mine");
});

test("an ending in capitals is an MP4 too", async () => {
  const world = await worldWithInputs();
  expect(await world.run(...command, "-o", "OUT.MP4")).toBe(0);
  expect((await readdir(world.folder)).sort()).toEqual(["OUT.MP4", "OUT.manifest.json", "ad.mp4", "data", "jo.jpg"]);
});

test("what is printed of a hostile path is one line without controls", async () => {
  const world = await worldWithInputs();
  expect(await world.run(...command, "-o", "a\n\u001B[2J\u202E.mp4")).toBe(0);
  expect(world.stdout()).toContain("a??[2J?.mp4\n");
});

test("with --json every line is an event and the last one is the manifest", async () => {
  const world = await worldWithInputs();
  expect(await world.run(...command, "--json", "--report")).toBe(0);
  const lines = world.jsonLines();
  const manifest = lines.pop();
  expect(manifest).toMatchObject({
    manifestVersion: 1,
    frames: { total: 900 },
    cast: [{ consent: { method: "attested" } }],
  });
  expect(manifest).not.toHaveProperty("event");
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    expect(line).toMatchObject({
      event: "progress",
      stage: expect.stringMatching(/^[a-z]+$/),
      done: expect.any(Number),
      total: expect.any(Number),
      unit: expect.stringMatching(/^(frames|packets|files)$/),
    });
  }
  expect(lines).toContainEqual(
    expect.objectContaining({ stage: "swap", done: 200, unitsPerSecond: 100, secondsLeft: 1 }),
  );
  expect(world.stderr()).toBe("");
});

test("a dry run says the plan and writes nothing, not even the attestation", async () => {
  const world = await worldWithInputs();
  const before = await readdir(world.folder, { recursive: true });
  expect(await world.run(...command, "--dry-run", "--swap", "1-2")).toBe(0);
  expect(world.stdout()).toContain("swap      1.00 -     2.00 s   30 frames");
  expect(await world.run(...command, "--dry-run", "--json")).toBe(0);
  expect(await readdir(world.folder, { recursive: true })).toEqual(before);
});

test("a dry run tells its progress, and refuses a person who is not in the video", async () => {
  const looks = async (_request: unknown, run: Run): Promise<never> => {
    run.progress({ stage: "plan", done: 60, total: 60, unit: "frames" });
    throw new UnderstudyError("person-not-found", "There is no person 3: the video shows 2 people.");
  };
  const world = await worldWithInputs({ wiring: { prepareRender: looks } });
  expect(await world.run(...command, "--person", "3", "--dry-run")).toBe(1);
  expect(world.stderr()).toMatch(/^plan: 60 frames\n/);
  expect(world.stderr()).toContain("person-not-found");
});

test("progress off a terminal is one plain line a stage; on a terminal it is one live line", async () => {
  const plain = await worldWithInputs();
  await plain.run(...command);
  expect(plain.stderr()).toBe("intake: 2 files\nswap: 300 frames\n");
  const live = await worldWithInputs({ isTerminal: true });
  await live.run(...command);
  expect(live.stderr()).toContain("\r\u001B[2Kswap     66 %  200/300 frames  100.0 frames/s  1 s left");
  expect(live.stderr().endsWith("\n")).toBe(true);
});

test.each<[StopSignal, number]>([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGPIPE", 141],
  ["SIGTERM", 143],
])("%s ends a render with %i and leaves nothing", async (signal, status) => {
  const fake = createFakeWiring();
  const world = await worldWithInputs({
    wiring: {
      async render(request, output, run, resources) {
        await writeFile(join(resources.workFolder ?? "", "half.mp4"), "half");
        world.controller.abort(interruption(signal));
        return fake.render(request, output, run, resources);
      },
    },
  });
  const seen: unknown[] = [];
  expect(await world.run(...command, "--json")).toBe(status);
  seen.push(world.jsonLines().at(-1));
  expect(seen).toEqual([expect.objectContaining({ event: "error", code: "cancelled", retryable: true })]);
  expect((await readdir(world.folder)).sort()).toEqual(["ad.mp4", "data", "jo.jpg"]);
});

test("a refusal by the pipeline is exit 1, three lines, no file", async () => {
  const render = () =>
    Promise.reject(new UnderstudyError("no-face-in-video", "No face in 150 frames of segment 0-5 s."));
  const world = await worldWithInputs({ wiring: { render } });
  expect(await world.run(...command)).toBe(1);
  expect(world.stderr()).toBe(
    "✗ no-face-in-video\n  No face in 150 frames of segment 0-5 s.\n  → Choose segments in which the person's face is visible.\n",
  );
  expect((await readdir(world.folder)).sort()).toEqual(["ad.mp4", "data", "jo.jpg"]);
});

test("an error nobody foresaw keeps its stack and is called ours", async () => {
  const render = () => Promise.reject(new TypeError("x is not a function"));
  const world = await worldWithInputs({ wiring: { render } });
  expect(await world.run(...command)).toBe(1);
  expect(world.stderr()).toContain("✗ internal-error");
  expect(world.stderr()).toContain("a fault of ours");
  expect(world.stderr()).toMatch(/TypeError: x is not a function\n\s+at /);
});

test("UNDERSTUDY_DEBUG=1 adds the stack and the cause to a known error", async () => {
  const render = () =>
    Promise.reject(
      new UnderstudyError("unreadable-media", "It does not open.", { cause: new Error("moov atom not found") }),
    );
  const world = await worldWithInputs({ env: { UNDERSTUDY_DEBUG: "1" }, wiring: { render } });
  expect(await world.run(...command)).toBe(1);
  expect(world.stderr()).toMatch(/Caused by: Error: moov atom not found\n\s+at /);
});

test("a report that fails leaves the finished video and says so", async () => {
  const writeReport = () => Promise.reject(new UnderstudyError("disk-full", "The disk is full."));
  const world = await worldWithInputs({ wiring: { writeReport } });
  expect(await world.run(...command, "--report", "-o", "out.mp4")).toBe(1);
  expect(world.stderr()).toContain("The report was not written. The disk is full.");
  expect(world.stderr()).toContain("The video and its manifest are finished");
  expect((await readdir(world.folder)).filter((name) => name.startsWith("out."))).toEqual([
    "out.manifest.json",
    "out.mp4",
  ]);
});

test("the first render makes the signing keys and says so once", async () => {
  const world = await createFakeWorld();
  for (const file of ["ad.mp4", "jo.jpg"]) await writeFile(join(world.folder, file), file);
  expect(await world.run(...command, "-o", "a.mp4")).toBe(0);
  expect(world.stderr().match(/Made the keys/g)).toHaveLength(1);
  expect(await world.run(...command, "-o", "b.mp4")).toBe(0);
  expect(world.stderr().match(/Made the keys/g)).toHaveLength(1);
  expect(await readdir(join(world.folder, "data", "keys"))).toContain("signing-keys.pem");
});

test("every render leaves a record and a line of the audit log, whatever its end", async () => {
  const render = async () => {
    throw new UnderstudyError("no-face-in-video", "No face.");
  };
  const world = await worldWithInputs();
  const failing = await createFakeWorld({
    wiring: { render },
    env: { UNDERSTUDY_DATA_FOLDER: join(world.folder, "data") },
  });
  const inputs = ["render", join(world.folder, "ad.mp4"), "--face", join(world.folder, "jo.jpg")];
  expect(await world.run(...command, "--label", "delegated:our player shows it")).toBe(0);
  expect(await failing.run(...inputs, "-o", "x.mp4")).toBe(1);
  expect(await world.run("audit", "verify")).toBe(0);
  const log = await readFile(join(world.folder, "data", "audit.jsonl"), "utf8");
  const kinds = log
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: { kind: string } }).event.kind);
  expect(kinds.join(" ")).toBe(
    "consent-recorded render-started label-decided key-used render-finished render-started label-decided render-failed",
  );
  const reasonSha256 = createHash("sha256").update("our player shows it").digest("hex");
  expect(log).toContain(`"reasonSha256":"${reasonSha256}"`);
  expect(log).not.toMatch(/jo\.jpg|Test|our player/);
});

test("a consent that is taken back while the render runs stops its delivery", async () => {
  const wiring = createFakeWiring();
  const world = await worldWithInputs({
    wiring: {
      async render(request, output, run, resources) {
        expect(await world.run("consent", "revoke", request.cast[0].consent.id)).toBe(0);
        return wiring.render(request, output, run, resources);
      },
    },
  });
  expect(await world.run(...command)).toBe(1);
  expect(world.stderr()).toContain("consent-revoked");
  expect(await readdir(world.folder)).not.toContain("ad-understudy.mp4");
});

const castCommand = ["render", "ad.mp4", "--face", "left=jo.jpg", "--face", "right=al.jpg"];

async function worldOfTwo(options: FakeWorldOptions = {}) {
  const world = await worldWithInputs(options);
  await writeFile(join(world.folder, "al.jpg"), "al.jpg");
  return world;
}

test("several people get faces by name, each with a consent of their own", async () => {
  const world = await worldOfTwo();
  for (const name of ["jo", "al"]) {
    const consent = newConsent({
      subject: { name },
      method: "attested",
      operator: `${name}'s friend`,
      statement: { text: `${name} agreed.`, version: "1", language: "en" },
      ageConfirmed: true,
      photoSha256: [createHash("sha256").update(`${name}.jpg`).digest("hex")],
      now: new Date(Date.UTC(2026, 0, 1)),
    });
    await writeFile(join(world.folder, `${name}.json`), JSON.stringify(consent));
  }
  expect(await world.run(...castCommand, "--consent", "al.json", "--consent", "jo.json")).toBe(0);
  const said = world.stdout();
  expect(said).toMatch(/Consent {3}left {4}consent_\w+ \(word of jo's friend/);
  expect(said).toMatch(/Consent {3}right {3}consent_\w+ \(word of al's friend/);
  const text = await readFile(join(world.folder, "ad-understudy.manifest.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  expect(manifest.cast).toMatchObject([
    { person: "left", consent: { operator: "jo's friend" } },
    { person: "right", consent: { operator: "al's friend" } },
  ]);
});

test.each([0, 1])("a consent that is taken back by any of them stops the delivery (%i)", async (who) => {
  const wiring = createFakeWiring();
  const world = await worldOfTwo({
    wiring: {
      async render(request, output, run, resources) {
        expect(await world.run("consent", "revoke", request.cast[who]!.consent.id)).toBe(0);
        return wiring.render(request, output, run, resources);
      },
    },
  });
  expect(await world.run(...castCommand, "--consent", "attested:Test")).toBe(1);
  expect(world.stderr()).toContain("consent-revoked");
  expect(await readdir(world.folder)).not.toContain("ad-understudy.mp4");
});

test("a video of several people is verified with everybody's consent, and found by each of them", async () => {
  const world = await worldOfTwo();
  expect(await world.run(...castCommand, "--consent", "attested:Test")).toBe(0);
  const text = await readFile(join(world.folder, "ad-understudy.manifest.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const [first, second] = manifest.cast.map(({ consent }) => consent.id);
  expect(await world.run("consent", "revoke", second!)).toBe(0);
  expect(world.stdout()).toContain("ad-understudy.mp4");
  expect(await world.run("verify", "ad-understudy.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({
    matches: [
      {
        consentId: second,
        consentState: "revoked",
        consents: [
          { consentId: first, consentState: "live" },
          { consentId: second, consentState: "revoked" },
        ],
      },
    ],
  });
  expect(await world.run("erase", "--subject", second!)).toBe(0);
  expect(await readdir(world.folder)).not.toContain("ad-understudy.mp4");
});

test.each([
  ["--person", "3", { kind: "number", number: 3 }],
  ["--person", "right", { kind: "right" }],
] as const)("%s %s says who gets the face", async (flag, who, person) => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await worldWithInputs({
    wiring: {
      async render(request, ...rest) {
        seen.push(request.cast.map((member) => member.person));
        return fake.render(request, ...rest);
      },
    },
  });
  expect(await world.run(...command, flag, who)).toBe(0);
  expect(seen).toEqual([[person]]);
});

test("the photo that a person is known by is an input: it must be there, and no output replaces it", async () => {
  const world = await worldWithInputs();
  expect(await world.run(...command, "--person", "none.jpg")).toBe(2);
  expect(world.stderr()).toContain("file-missing");
  await writeFile(join(world.folder, "ref.mp4"), "a picture");
  expect(await world.run(...command, "--person", "ref.mp4", "-o", "ref.mp4", "--force")).toBe(2);
  expect(await readFile(join(world.folder, "ref.mp4"), "utf8")).toBe("a picture");
});

test("--template names the folder that keeps what is computed of the video; a dry run makes none", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await worldWithInputs({
    wiring: {
      async render(request, output, run, resources) {
        seen.push(resources.templates !== undefined);
        await resources.templates?.keep(templateName("ab".repeat(32), "a.track"), request.sourcePath, run.signal);
        return fake.render(request, output, run, resources);
      },
    },
  });
  expect(await world.run(...command, "--template", "kept", "--dry-run")).toBe(0);
  expect(await readdir(world.folder)).not.toContain("kept");
  expect(await world.run(...command, "--template", "kept")).toBe(0);
  expect(await readdir(join(world.folder, "kept", "ab".repeat(32)))).toEqual(["a.track"]);
  expect(await world.run(...command, "--force")).toBe(0);
  expect(seen).toEqual([true, false]);
  for (const taken of ["ad.mp4", ""]) {
    expect(await world.run(...command, "--force", "--template", taken)).toBe(2);
    expect(world.stderr()).toContain("--template expects a folder");
  }
});

test.each(["smart", "reencode", "uniform"])("--stitch %s is passed on", async (stitch) => {
  const fake = createFakeWiring();
  const world = await worldWithInputs({
    wiring: {
      async render(request, ...rest) {
        expect(request.stitch).toBe(stitch);
        return fake.render(request, ...rest);
      },
    },
  });
  expect(await world.run(...command, "--stitch", stitch)).toBe(0);
});

test("the setting mediaIo goes to whatever reads and writes media for a render", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await worldWithInputs({
    wiring: {
      async prepareRender(request, run, resources) {
        seen.push(resources.mediaIo);
        return fake.prepareRender(request, run, resources);
      },
      async render(request, output, run, resources) {
        seen.push(resources.mediaIo);
        return fake.render(request, output, run, resources);
      },
      async writeReport(input) {
        seen.push(input.mediaIo);
        return fake.writeReport(input);
      },
    },
  });
  await writeFile(join(world.folder, "understudy.config.json"), JSON.stringify({ mediaIo: "ffmpeg" }));
  expect(await world.run(...command, "--dry-run")).toBe(0);
  expect(await world.run(...command, "--report")).toBe(0);
  expect(seen).toEqual(["ffmpeg", "ffmpeg", "ffmpeg"]);
});

const spoken = async (options: FakeWorldOptions = {}) => {
  const world = await worldWithInputs(options);
  const files = { "s.txt": "Meet your new mug. It costs $24.99.", "sample.wav": "sound", "sample.txt": "Hello there." };
  for (const [name, text] of Object.entries(files)) await writeFile(join(world.folder, name), text);
  return world;
};

test("a script, its voice and captions are read and asked for, and the caption files lie beside the video", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await spoken({
    wiring: {
      async render(request, ...rest) {
        seen.push(request.speech, request.captions);
        return fake.render(request, ...rest);
      },
    },
  });
  const speech = ["--script", "s.txt", "--voice", "sample.wav", "--voice-text", "sample.txt", "--under-speech", "mute"];
  expect(await world.run(...command, ...speech, "--captions", "burn", "--caption-preset", "broadcast")).toBe(0);
  expect(seen).toEqual([
    {
      script: "Meet your new mug. It costs $24.99.",
      sample: { path: join(world.folder, "sample.wav"), text: "Hello there." },
      allowLipMismatch: false,
      underSpeech: "mute",
    },
    { mode: "burn", preset: "broadcast" },
  ]);
  const base = join(world.folder, "ad-understudy");
  for (const ending of ["srt", "vtt", "ass"]) {
    expect(await readFile(`${base}.${ending}`, "utf8")).toBe(`captions as ${ending}`);
  }
  expect(world.stdout()).toContain(`Captions  ${base}.srt, .vtt, .ass; 3, drawn into the picture\n`);
  expect(world.stdout()).toContain("Voice     flite 2.3 slt, nobody's voice, not a clone; 45 words\n");
  const record = await readdir(join(world.folder, "data", "renders"));
  const text = await readFile(
    join(
      world.folder,
      "data",
      "renders",
      record.find((name) => name.endsWith(".json"))!,
    ),
  );
  expect(text.toString()).toContain("ad-understudy.vtt");
  expect(text.toString()).not.toContain("new mug");
});

test("a transcript is captioned without a script, and --captions off is no captions", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await spoken({
    wiring: {
      async render(request, ...rest) {
        seen.push([request.speech, request.captions]);
        return fake.render(request, ...rest);
      },
    },
  });
  expect(await world.run(...command, "--transcript", "sample.txt", "--captions", "sidecar")).toBe(0);
  expect(await world.run(...command, "--force", "--script", "s.txt", "--captions", "off")).toBe(0);
  expect(seen).toEqual([
    [undefined, { mode: "sidecar", transcript: "Hello there." }],
    [expect.objectContaining({ allowLipMismatch: false, underSpeech: "duck" }), undefined],
  ]);
});

test("the configuration says what becomes of the film's sound, and a flag says otherwise", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await spoken({
    env: { UNDERSTUDY_VOICE_UNDER_SPEECH: "mute" },
    wiring: {
      async prepareRender(request, ...rest) {
        seen.push(request.speech?.underSpeech);
        return fake.prepareRender(request, ...rest);
      },
    },
  });
  expect(await world.run(...command, "--dry-run", "--script", "s.txt")).toBe(0);
  expect(await world.run(...command, "--dry-run", "--script", "s.txt", "--under-speech", "duck")).toBe(0);
  expect(seen).toEqual(["mute", "duck"]);
});

test("a dry run says what is said when, how fast, and what captions cost", async () => {
  const world = await spoken();
  expect(await world.run(...command, "--dry-run", "--script", "s.txt", "--captions", "burn")).toBe(0);
  expect(world.stdout()).toMatch(/^ {2}say {7}5\.15 - +\d+\.\d\d s {3}7 words, about \d\.\d s$/m);
  expect(world.stdout()).toContain("and the sound around what is said.");
  expect(world.stdout()).toMatch(/Captions may be drawn on \d+ frames; \d+ of them are encoded again only for that\./);
  await writeFile(join(world.folder, "s.txt"), "[5-7] This is a little much for two seconds.");
  expect(await world.run(...command, "--dry-run", "--script", "s.txt")).toBe(0);
  expect(world.stdout()).toMatch(/say {7}5\.00 - {5}7\.00 s {3}8 words, about 2\.\d s, 1\.\d\d times as fast as usual/);
});

const endpoint = ["--script", "s.txt", "--voice", "sample.wav", "--voice-text", "sample.txt"];

test("a worker's voice speaks where the configuration names one, with the key of the environment", async () => {
  const fake = createFakeWiring();
  const seen: unknown[] = [];
  const world = await spoken({
    env: { RUNPOD_API_KEY: "s3cret", UNDERSTUDY_VOICE_ENGINE: "endpoint:https://voices.example/v2/abc" },
    wiring: {
      async prepareRender(request, run, resources) {
        seen.push(resources.voice?.name);
        return fake.prepareRender(request, run, resources);
      },
      async render(request, output, run, resources) {
        seen.push(resources.voice?.name);
        return fake.render(request, output, run, resources);
      },
    },
  });
  expect(await world.run(...command, ...endpoint, "--dry-run")).toBe(0);
  expect(await world.run(...command, ...endpoint)).toBe(0);
  expect(await world.run(...command, ...endpoint, "--force", "--voice-engine", "flite")).toBe(0);
  expect(await world.run(...command, "--force")).toBe(0);
  expect(seen).toEqual(["chatterbox", "chatterbox", undefined, undefined]);
  expect(world.stdout() + world.stderr()).not.toContain("s3cret");
});

test.each([
  ["no key", {}, 2, "Set RUNPOD_API_KEY"],
  [
    "weights that may earn nothing",
    { RUNPOD_API_KEY: "k", UNDERSTUDY_VOICE_MODEL: "f5-tts", UNDERSTUDY_PROJECT_COMMERCIAL: "true" },
    1,
    "weights-licence",
  ],
])("a worker's voice with %s is refused before consent is asked for", async (_what, env, status, words) => {
  const world = await spoken({ env });
  const engine = ["--voice-engine", "endpoint:https://voices.example/v2/abc"];
  const before = await readdir(world.folder, { recursive: true });
  expect(await world.run("render", "ad.mp4", "--face", "jo.jpg", ...endpoint, ...engine)).toBe(status);
  expect(world.stderr()).toContain(words);
  expect(await readdir(world.folder, { recursive: true })).toEqual(before);
});
