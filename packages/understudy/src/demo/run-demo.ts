import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { loadConfig } from "#config/index.js";
import { createProgress } from "#progress/index.js";
import { runRender } from "#rendering/index.js";
import { fullClip, quickClip } from "./clip-spec.js";
import { demoConsent } from "./demo-consent.js";
import { keepMade } from "./keep-made.js";

/** The options of `demo` as commander hands them over. */
export interface DemoFlags {
  readonly out: string;
  readonly quick: boolean;
  readonly config?: string;
}

/** Draws what a render needs, renders it with the default plan, and says where everything is. */
export async function runDemo(flags: DemoFlags, context: CliContext): Promise<void> {
  const { io, wiring, isJson } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const folder = await makeFolder(resolve(io.cwd, flags.out));
  const places = placesIn(folder);
  const clip = flags.quick ? quickClip : fullClip;

  const progress = createProgress(io, isJson);
  const portraitSha256 = await keepMade(places.portrait, "portrait 1", (path) => wiring.drawPortrait(path), io.signal);
  await keepMade(
    places.source,
    `clip 4 ${JSON.stringify(clip)}`,
    (path) =>
      wiring.drawClip(clip, path, {
        workers: config.workers,
        signal: io.signal,
        onProgress: (done, total) => progress.onProgress({ stage: "draw", done, total, unit: "frames" }),
      }),
    io.signal,
  );
  progress.finish();

  const job = {
    request: {
      sourcePath: places.source,
      facePaths: [places.portrait] as const,
      engineId: config.engine,
      stitch: config.stitch,
      allowMissingFace: false,
      consent: await demoConsent(places.consent, portraitSha256, io.now()),
      limits: config.limits,
    },
    outputs: { folder, video: places.video, manifest: places.manifest, report: places.report },
    workers: config.workers,
  };
  const manifest = await runRender(job, context);
  io.stdout.write(isJson ? `${JSON.stringify(manifest)}\n` : farewell(places));
}

function placesIn(folder: string) {
  const at = (name: string) => join(folder, name);
  return {
    source: at("source.mp4"),
    portrait: at("portrait.jpg"),
    consent: at("consent.json"),
    video: at("finished.mp4"),
    manifest: at("finished.manifest.json"),
    report: at("finished.report.html"),
  };
}

async function makeFolder(folder: string): Promise<string> {
  const isTaken = await stat(folder)
    .then((found) => !found.isDirectory())
    .catch(() => false);
  if (isTaken)
    throw new UnderstudyError("bad-usage", `${folder} is a file, not a folder.`, {
      hint: "Choose another folder with -o.",
    });
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The folder ${folder} cannot be made.`, {
      hint: "Choose another folder with -o.",
      cause,
    });
  });
  return folder;
}

function farewell(places: ReturnType<typeof placesIn>): string {
  return `
Source    ${places.source}     an invented person talks
Portrait  ${places.portrait}   another invented person
Video     ${places.video}   the first with the face of the second, at 0-5 s and 15-20 s
Manifest  ${places.manifest}
Report    ${places.report}   open it in a browser: before and after

Now your own, with a person who agreed to it:
  understudy render your-video.mp4 --face their-photo.jpg --report
`;
}
