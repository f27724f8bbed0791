import { mkdir, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { newRenderId, parseLabelWish, UnderstudyError, type SwapRange } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { withRenderHost } from "#cli/render-host.js";
import { tidyUpFirst } from "#cli/tidy-up-first.js";
import { loadConfig, stitchModeOf } from "#config/index.js";
import { createProgress } from "#progress/index.js";
import { openDataFolder } from "#records/data-folder.js";
import { runRender } from "#rendering/index.js";
import { assertOwnFiles } from "./assert-own-files.js";
import { demoConsent } from "./demo-consent.js";
import { fullFilm, quickFilm } from "./demo-film.js";
import { noteFinished } from "./finished-note.js";
import { keepMade } from "./keep-made.js";
import { placesIn, type DemoPlaces } from "./places.js";

/** The options of `demo` as commander hands them over. */
export interface DemoFlags {
  readonly out: string;
  readonly quick: boolean;
  readonly config?: string;
}

/** Draws what a render needs, renders it with a script and captions, and says where everything is. */
export async function runDemo(flags: DemoFlags, context: CliContext): Promise<void> {
  const { io, wiring, isJson } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  if (flags.out === "") throw new UnderstudyError("bad-usage", "-o needs a folder, but it is empty.", chooseFolder);
  const folder = await makeFolder(resolve(io.cwd, flags.out));
  const places = placesIn(folder);
  const data = openDataFolder(config.dataFolder);
  await tidyUpFirst(data, config, context);
  await assertOwnFiles(places, io.signal);
  const { clip, swapRanges, script } = flags.quick ? quickFilm : fullFilm;

  const progress = createProgress(io, isJson);
  const portraitSha256 = await keepMade(places.portrait, "portrait 1", (path) => wiring.drawPortrait(path), io.signal);
  await keepMade(
    places.source,
    `clip 4 ${JSON.stringify(clip)}`,
    (path) =>
      wiring.drawClip(clip, path, {
        workers: config.workers,
        mediaIo: config.mediaIo,
        signal: io.signal,
        onProgress: (done, total) => progress.onProgress({ stage: "draw", done, total, unit: "frames" }),
      }),
    io.signal,
  );
  progress.finish();

  const consent = await demoConsent(places.consent, portraitSha256, io.now());
  const job = {
    request: {
      renderId: newRenderId(),
      sourcePath: places.source,
      cast: [{ person: { kind: "largest" }, facePaths: [places.portrait], consent }] as const,
      engineId: config.engine,
      isCommercial: config.project.commercial,
      stitch: stitchModeOf(config, "file"),
      allowMissingFace: false,
      label: parseLabelWish(config.label),
      limits: config.limits,
      swapRanges,
      speech: { script, allowLipMismatch: false, underSpeech: config.voice.underSpeech },
      captions: { mode: "burn" } as const,
    },
    photoSha256: [[portraitSha256]],
    outputs: {
      folder,
      video: places.video,
      manifest: places.manifest,
      sidecar: places.sidecar,
      report: places.report,
      captions: places.captions,
    },
    data,
    workers: config.workers,
    mediaIo: config.mediaIo,
    // Only its own: that was looked at before.
    replace: true,
  };
  const manifest = await noteFinished(places, () => withRenderHost(context, (host) => runRender(job, host)));
  io.stdout.write(isJson ? `${JSON.stringify(manifest)}\n` : farewell(places, swapRanges));
}

async function makeFolder(folder: string): Promise<string> {
  const isTaken = await stat(folder)
    .then((found) => !found.isDirectory())
    .catch(() => false);
  if (isTaken) throw new UnderstudyError("bad-usage", `${folder} is a file, not a folder.`, chooseFolder);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The folder ${folder} cannot be made.`, {
      ...chooseFolder,
      cause,
    });
  });
  return folder;
}

const chooseFolder = { hint: "Choose another folder with -o." };

function farewell(places: DemoPlaces, swapRanges: readonly SwapRange[]): string {
  const swapped = swapRanges.map(({ startSeconds, endSeconds }) => `${startSeconds}-${endSeconds} s`).join(" and ");
  return `
Source    ${printableLine(places.source)}     an invented person talks
Portrait  ${printableLine(places.portrait)}   another invented person
Video     ${printableLine(places.video)}   the first with the face of the second, at ${swapped}; a voice speaks over the rest
Captions  ${printableLine(places.captions.srt)}, .vtt, .ass   the same words as in the picture
Manifest  ${printableLine(places.manifest)}
Report    ${printableLine(places.report)}   open it in a browser: before and after

Now your own, with a person who agreed to it:
  npx --no-install understudy render your-video.mp4 --face their-photo.jpg --report
`;
}
