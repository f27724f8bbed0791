import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { planRender, splitScript } from "@understudy/render";
import { expect, test } from "vitest";
import { interruption } from "#cli/interruption.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createFakeWorld } from "#testing/fake-world.js";
import type { Wiring } from "#wire.js";
import { frameCountOf } from "./clip-spec.js";
import { fullFilm, quickFilm } from "./demo-film.js";

/** Counts how often the clip is drawn. */
function countingWiring(): { wiring: Partial<Wiring>; drawn: () => number } {
  const { drawClip } = createFakeWiring();
  let count = 0;
  return {
    wiring: {
      drawClip: (...args) => {
        count++;
        return drawClip(...args);
      },
    },
    drawn: () => count,
  };
}

test("demo leaves source, portrait, consent, video, manifest and report, and says where they are", async () => {
  const world = await createFakeWorld();
  expect(await world.run("demo")).toBe(0);
  const folder = join(world.folder, "understudy-demo");
  const files = await readdir(folder);
  const shown = ["source.mp4", "portrait.jpg", "finished.mp4", "finished.manifest.json", "finished.report.html"];
  for (const name of [...shown, "finished.srt"]) {
    expect(files).toContain(name);
    expect(world.stdout()).toContain(join(folder, name));
  }
  const consent: unknown = JSON.parse(await readFile(join(folder, "consent.json"), "utf8"));
  expect(consent).toMatchObject({ method: "fictional", operator: "Understudy" });
  expect(files.filter((name) => name.includes("partial"))).toEqual([]);
});

test.each([{ flags: [] }, { flags: ["--quick"] }])(
  "demo $flags: the script fits what is kept, with room to spare",
  async ({ flags }) => {
    const fake = createFakeWiring();
    const world = await createFakeWorld({
      wiring: {
        async render(request, ...rest) {
          const { clip } = flags.length === 0 ? fullFilm : quickFilm;
          const endSeconds = clip.durationSeconds;
          const presentationSeconds = Array.from({ length: frameCountOf(clip) }, (_, n) => n / clip.framesPerSecond);
          const { swapRanges, speech } = request;
          const order = { parts: splitScript(speech!.script), allowLipMismatch: false, fastestPace: 1 };
          const cutPoints = [0, frameCountOf(clip)].map((frame) => ({ packet: frame, frame }));
          const index = { presentationSeconds, endSeconds, cutPoints };
          const { passages } = planRender({ index, stitch: "smart", swapRanges: swapRanges!, speech: order });
          for (const { estimatedSeconds, ...room } of passages) {
            expect(estimatedSeconds).toBeLessThan(0.85 * (room.endSeconds - room.startSeconds));
          }
          expect(passages).toHaveLength(swapRanges!.length);
          expect(request.captions).toEqual({ mode: "burn" });
          return fake.render(request, ...rest);
        },
      },
    });
    expect(await world.run("demo", ...flags), world.stderr()).toBe(0);
  },
);

test("the clip is drawn once, and again when it is gone or another one is wanted", async () => {
  const { wiring, drawn } = countingWiring();
  const world = await createFakeWorld({ wiring });
  await world.run("demo", "-o", "there");
  await world.run("demo", "-o", "there");
  expect(drawn()).toBe(1);
  await rm(join(world.folder, "there", "source.mp4"));
  await world.run("demo", "-o", "there");
  expect(drawn()).toBe(2);
  await world.run("demo", "-o", "there", "--quick");
  expect(drawn()).toBe(3);
});

test("the same consent record serves every run of the same portrait", async () => {
  const world = await createFakeWorld();
  await world.run("demo", "--json");
  await world.run("demo", "--json");
  const ids = world
    .jsonLines()
    .flatMap((line) => (line as { cast?: [{ consent: { id: string } }] }).cast?.[0].consent.id ?? []);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

const written = [
  "source.mp4",
  "source.mp4.made.json",
  "portrait.jpg",
  "consent.json",
  "finished.mp4",
  "finished.manifest.json",
  "finished.report.html",
  "finished.srt",
  "finished.vtt",
  "finished.ass",
  "finished.made.json",
];

test.each(written)("a %s of the user's own is refused by name and stays as it is", async (name) => {
  const world = await createFakeWorld();
  await mkdir(join(world.folder, "mine"));
  await writeFile(join(world.folder, "mine", name), "mine");
  expect(await world.run("demo", "-o", "mine")).toBe(2);
  expect(world.stderr()).toContain("✗ bad-usage");
  expect(world.stderr()).toContain(join("mine", name));
  expect(await readdir(join(world.folder, "mine"))).toEqual([name]);
  expect(await readFile(join(world.folder, "mine", name), "utf8")).toBe("mine");
});

test.each(written)("nothing is written through a link at %s, even to what the demo made", async (name) => {
  const world = await createFakeWorld();
  await world.run("demo", "-o", "there");
  const [link, target] = [join(world.folder, "there", name), join(world.folder, "elsewhere")];
  await writeFile(target, await readFile(link));
  await rm(link);
  await symlink(target, link);
  expect(await world.run("demo", "-o", "there")).toBe(2);
  expect(world.stderr()).toContain(link);
});

test.each(["source.mp4", "portrait.jpg", "finished.mp4", "finished.report.html"])(
  "a %s that was changed since is the user's own",
  async (name) => {
    const world = await createFakeWorld();
    await world.run("demo", "-o", "there");
    await writeFile(join(world.folder, "there", name), "mine now");
    expect(await world.run("demo", "-o", "there")).toBe(2);
    expect(await readFile(join(world.folder, "there", name), "utf8")).toBe("mine now");
  },
);

test("after a report that failed, and after a stop without any tidying, the next demo just works", async () => {
  let isBroken = true;
  const { writeReport } = createFakeWiring();
  const world = await createFakeWorld({
    wiring: { writeReport: (input) => (isBroken ? Promise.reject(new Error("no")) : writeReport(input)) },
  });
  expect(await world.run("demo")).toBe(1);
  isBroken = false;
  expect(await world.run("demo")).toBe(0);
  // What a process that was killed leaves: files that nobody noted any more.
  await writeFile(join(world.folder, "understudy-demo", "finished.made.json"), '{"underWay":true}');
  await writeFile(join(world.folder, "understudy-demo", "finished.mp4"), "newer");
  expect(await world.run("demo")).toBe(0);
});

test("Ctrl-C while drawing leaves no half clip", async () => {
  const world = await createFakeWorld({
    wiring: {
      async drawClip(_spec, path, { signal }) {
        await writeFile(path, "half");
        world.controller.abort(interruption("SIGINT"));
        signal.throwIfAborted();
      },
    },
  });
  expect(await world.run("demo")).toBe(130);
  expect((await readdir(join(world.folder, "understudy-demo"))).filter((name) => name.startsWith("source"))).toEqual(
    [],
  );
});

test("an empty folder name is wrong usage, told calmly", async () => {
  const world = await createFakeWorld();
  expect(await world.run("demo", "-o", "")).toBe(2);
  expect(world.stderr()).toContain("-o needs a folder, but it is empty.");
});

test("a demo folder that is a file is wrong usage", async () => {
  const world = await createFakeWorld();
  await writeFile(join(world.folder, "taken"), "");
  expect(await world.run("demo", "-o", "taken")).toBe(2);
  expect(world.stderr()).toContain("bad-usage");
});
