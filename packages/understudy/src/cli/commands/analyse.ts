import { basename, dirname, extname, join, resolve } from "node:path";
import {
  createDiskStore,
  createDiskTemplates,
  createInProcessRun,
  hashFile,
  UnderstudyError,
  writePng,
  type RgbImage,
  type VideoAnalysis,
} from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { readTemplateFolder } from "#cli/template-folder.js";
import { loadConfig, stitchModeOf } from "#config/index.js";
import { assertInputFile, assertPathsFree, withWorkFolder } from "#paths/index.js";
import { createProgress } from "#progress/index.js";

interface AnalyseFlags {
  readonly out?: string;
  readonly template?: string;
  readonly force?: boolean;
  readonly config?: string;
}

/** `understudy analyse VIDEO`. */
export function addAnalyseCommand(program: Command, context: CliContext): void {
  program
    .command("analyse")
    .summary("list the people in a video, so that you can choose one")
    .description(
      "Looks at two frames of each second of a video, tells the people in it apart and numbers them; whoever is seen longest is 1. Says what the default plan would encode again. Nothing is written without -o or --template.",
    )
    .argument("<video>", "the product video")
    .option(
      "-o, --out <file>",
      "also draw a picture: a frame for each person, with the numbers of everybody in it (PNG)",
    )
    .option("--template <folder>", "keep the list here; the same --template saves the render from making it again")
    .option("--force", "replace a picture that exists already")
    .option("--json", "one JSON object on the last line of standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((video: string, flags: AnalyseFlags) => analyse(video, flags, context));
}

async function analyse(video: string, flags: AnalyseFlags, context: CliContext): Promise<void> {
  const { io, wiring, isJson } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const sourcePath = resolve(io.cwd, video);
  await assertInputFile(sourcePath, "video");
  const sheetPath = await decideSheet(flags, sourcePath, io.cwd);
  const templateFolder = await readTemplateFolder(flags.template, io.cwd);
  const progress = createProgress(io, isJson);
  const run = createInProcessRun({ signal: io.signal, onProgress: progress.onProgress });
  const request = {
    sourcePath,
    stitch: stitchModeOf(config, "file"),
    limits: config.limits,
    wantsSheet: sheetPath !== undefined,
  };
  const resources = {
    workers: config.workers,
    mediaIo: config.mediaIo,
    ...(templateFolder !== undefined && { templates: createDiskTemplates(templateFolder) }),
  };
  const analysis = await wiring.analyseVideo(request, run, resources).finally(() => progress.finish());
  const isDrawn = sheetPath !== undefined && analysis.sheet !== undefined;
  if (isDrawn) await writeSheet(analysis.sheet, sheetPath, flags.force === true);
  if (isJson) return io.stdout.write(`${JSON.stringify(asJson(analysis))}\n`);
  const lines = [...inWords(analysis, video), ...(isDrawn ? [`Picture   ${sheetPath}`] : [])];
  io.stdout.write(`${lines.map(printableLine).join("\n")}\n`);
}

/** @throws UnderstudyError `bad-usage`, `output-exists`, `output-folder-missing`. */
async function decideSheet({ out, force }: AnalyseFlags, sourcePath: string, cwd: string): Promise<string | undefined> {
  if (out === undefined) return undefined;
  const path = resolve(cwd, out);
  if (extname(path).toLowerCase() !== ".png") {
    throw new UnderstudyError("bad-usage", `The picture is a PNG file, but -o names ${out}.`, {
      hint: "Give -o a file name that ends in .png.",
    });
  }
  await assertPathsFree(dirname(path), [path], [sourcePath], force === true);
  return path;
}

/** The picture appears when it is whole. */
async function writeSheet(sheet: RgbImage, path: string, replace: boolean): Promise<void> {
  const folder = dirname(path);
  await withWorkFolder(folder, async (workFolder) => {
    const made = join(workFolder, "people.png");
    await writePng(sheet, made);
    const { sha256, byteLength } = await hashFile(made, { maxBytes: Number.MAX_SAFE_INTEGER });
    const file = { key: basename(path), path: made, sha256, byteLength, mediaType: "image/png" };
    await createDiskStore(folder, { replace }).put([file], new AbortController().signal);
  });
}

/** What a program needs; no pixels. */
function asJson({ source, plan, people, left, right }: VideoAnalysis) {
  const { sha256, video } = source;
  return {
    source: { sha256, widthPixels: video.widthPixels, heightPixels: video.heightPixels, frameCount: plan.frameCount },
    people,
    ...(left !== undefined && { left }),
    ...(right !== undefined && { right }),
    plan: { segments: plan.segments, regions: plan.regions, stitch: plan.stitch },
  };
}

function inWords(analysis: VideoAnalysis, video: string): string[] {
  const { people, plan } = analysis;
  return [
    ...(people.length === 0 ? ["Nobody's face was found in the video."] : peopleInWords(analysis)),
    "",
    planInWords(plan),
    ...(people.length < 2 ? [] : ["", `Next: understudy render ${video} --face PHOTO --person 2`]),
  ];
}

function peopleInWords({ people, left, right }: VideoAnalysis): string[] {
  const head = ["person", "seen", "from", "to", "face", "mostly"];
  const rows = people.map(({ number, seconds, firstSeconds, lastSeconds, meanSizePixels, side }) => [
    `${number}`,
    `${seconds.toFixed(1)} s`,
    `${firstSeconds.toFixed(1)} s`,
    `${lastSeconds.toFixed(1)} s`,
    `${meanSizePixels} px`,
    [side, ...(people.length < 2 ? [] : namesOf(number, left, right))].join(", "),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padStart(widths[column]!)))
      .join("   ")
      .trimEnd(),
  );
}

/** Names by which a person can be chosen beside their number. */
function namesOf(number: number, left: number | undefined, right: number | undefined): string[] {
  return [...(left === number ? ["--person left"] : []), ...(right === number ? ["--person right"] : [])];
}

function planInWords({ segments, regions, stitch, frameCount }: VideoAnalysis["plan"]): string {
  const ranges = segments
    .filter(({ treatment }) => treatment === "swap")
    .map(({ startSeconds, endSeconds }) => `${startSeconds}-${Number(endSeconds.toFixed(2))} s`);
  const coded = regions.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
  const why = stitch.mode === "reencode" ? ` (${stitch.reason})` : "";
  return `The default plan swaps ${ranges.join(" and ")} and encodes ${coded} of ${frameCount} frames again${why}.`;
}

const epilogue = `
The list:
  seen is how long a person's face is to be seen, face its mean size. left and right are whoever is furthest to that side, as the
  viewer sees it, where several people are seen together. The numbers of a video stay the same.

Examples:
  $ understudy analyse ad.mp4 -o people.png
  $ understudy render ad.mp4 --face jo.jpg --person 2
  $ understudy analyse ad.mp4 --json | tail -1 | jq .people

What a person is known by is kept with --template only, in a folder for you alone.`;
