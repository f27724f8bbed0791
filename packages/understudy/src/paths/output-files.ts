import type { Stats } from "node:fs";
import { access, constants, lstat, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";

/** The files that one render writes; all in one folder, all named after the video. */
export interface OutputFiles {
  readonly folder: string;
  readonly video: string;
  readonly manifest: string;
  /** Content Credentials of a video that is too large to carry them inside; written only then. */
  readonly sidecar: string;
  readonly report?: string;
  /** The captions, as files that players and editors read. */
  readonly captions?: CaptionPaths;
  /** A small picture of the video. */
  readonly thumbnail?: string;
}

/** The same captions in three formats. */
export interface CaptionPaths {
  readonly srt: string;
  readonly vtt: string;
  readonly ass: string;
}

/**
 * Decides the names: `-o`, or `VIDEO-understudy.mp4` in the working directory (the source's own folder may be read-only
 * and is nobody's to fill). Pure.
 * @throws UnderstudyError `bad-usage` for a name that is not MP4, is empty or too long.
 */
export function decideOutputs(options: {
  cwd: string;
  video: string;
  out?: string | undefined;
  report: boolean;
  captions?: boolean;
}): OutputFiles {
  if (options.out === "") throw new UnderstudyError("bad-usage", "-o needs a file name, but it is empty.", chooseName);
  const stem = basename(options.video, extname(options.video));
  const video = resolve(options.cwd, options.out ?? `${stem}-understudy.mp4`);
  if (extname(video).toLowerCase() !== ".mp4") {
    throw new UnderstudyError("bad-usage", `The output is an MP4 file, but -o names ${options.out}.`, {
      hint: "Give -o a file name that ends in .mp4.",
    });
  }
  const folder = dirname(video);
  const base = join(folder, basename(video, extname(video)));
  const outputs = {
    folder,
    video,
    manifest: `${base}.manifest.json`,
    sidecar: `${base}.c2pa`,
    ...(options.report && { report: `${base}.report.html` }),
    ...(options.captions && { captions: captionPathsFor(base) }),
  };
  outputPaths(outputs).forEach(assertShortName);
  return outputs;
}

/** Names caption files. @param base path of the video without its ending. Pure. */
export function captionPathsFor(base: string): CaptionPaths {
  return { srt: `${base}.srt`, vtt: `${base}.vtt`, ass: `${base}.ass` };
}

/** The paths of a render, video first. */
export function outputPaths({ video, manifest, sidecar, report, captions, thumbnail }: OutputFiles): string[] {
  const { srt, vtt, ass } = captions ?? {};
  return [video, manifest, sidecar, report, thumbnail, srt, vtt, ass].filter((path) => path !== undefined);
}

/** Longest name of a file that file systems take. */
const maxNameBytes = 255;

const chooseName = { hint: "Choose another name with -o." };

function assertShortName(path: string): void {
  const bytes = Buffer.byteLength(basename(path));
  if (bytes <= maxNameBytes) return;
  throw new UnderstudyError(
    "bad-usage",
    `The output's name ${basename(path)} has ${bytes} bytes; at most ${maxNameBytes} are possible.`,
    { hint: "Choose a shorter name with -o; the files beside it are named after it." },
  );
}

/**
 * Looks before anything is done, so that minutes of work never end in a refusal.
 * @param inputs every file that the render reads; none of them may be written over.
 * @throws UnderstudyError `output-folder-missing`, `output-exists`, `bad-usage`.
 */
export async function assertOutputsFree(
  outputs: OutputFiles,
  inputs: readonly string[],
  force: boolean,
): Promise<void> {
  await assertPathsFree(outputs.folder, outputPaths(outputs), inputs, force);
}

/** The same for some paths in one folder. @throws UnderstudyError `output-folder-missing`, `output-exists`, `bad-usage`. */
export async function assertPathsFree(
  folder: string,
  paths: readonly string[],
  inputs: readonly string[],
  force: boolean,
): Promise<void> {
  await assertWritableFolder(folder);
  const inputFacts = await Promise.all(inputs.map((path) => stat(path)));
  for (const path of paths) {
    const found = await statOutput(path);
    if (found === undefined) continue;
    if (found.isDirectory()) {
      throw new UnderstudyError("bad-usage", `The output ${path} is a folder.`, {
        hint: "Give -o a file name inside it.",
      });
    }
    if (inputFacts.some(({ dev, ino }) => dev === found.dev && ino === found.ino)) {
      throw new UnderstudyError("bad-usage", `The output ${path} is one of the inputs.`, chooseName);
    }
    if (!force) throw new UnderstudyError("output-exists", `The output ${path} exists already.`);
  }
}

/** Facts of what is at a path; undefined when the path is free. */
async function statOutput(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (thrown) {
    if (errorCode(thrown) !== "ENOENT") {
      throw new UnderstudyError("bad-usage", `The output ${path} cannot be used (${errorCode(thrown)}).`, {
        ...chooseName,
        cause: thrown,
      });
    }
  }
  const link = await lstat(path).catch(() => undefined);
  if (link === undefined) return undefined;
  throw new UnderstudyError("bad-usage", `The output ${path} is a link to a file that is not there.`, {
    hint: "Remove the link, or choose another name with -o.",
  });
}

async function assertWritableFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((thrown: unknown) => {
    const isMissing = ["ENOENT", "ENOTDIR"].includes(errorCode(thrown));
    throw isMissing
      ? new UnderstudyError("output-folder-missing", `The folder ${folder} does not exist.`, { cause: thrown })
      : new UnderstudyError("bad-usage", `The folder ${folder} cannot be used (${errorCode(thrown)}).`, {
          hint: "Choose another folder with -o.",
          cause: thrown,
        });
  });
  if (!found.isDirectory()) throw new UnderstudyError("output-folder-missing", `${folder} is a file, not a folder.`);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw unwritable(folder, cause);
  });
}

/** The refusal of a folder that exists but takes no files. */
export function unwritable(folder: string, cause: unknown): UnderstudyError {
  return new UnderstudyError("bad-usage", `The folder ${folder} is not writable.`, {
    hint: "Choose another folder with -o, or give yourself the right to write there.",
    cause,
  });
}

function errorCode(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? "unknown";
}
