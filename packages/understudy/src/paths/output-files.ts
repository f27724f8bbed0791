import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";

/** The files that one render writes; all in one folder, all named after the video. */
export interface OutputFiles {
  readonly folder: string;
  readonly video: string;
  readonly manifest: string;
  readonly report?: string;
}

/**
 * Decides the names: `-o`, or `VIDEO-understudy.mp4` in the working directory (the source's own folder may be read-only
 * and is nobody's to fill). Pure.
 * @throws UnderstudyError `bad-usage` for a name that is not MP4.
 */
export function decideOutputs(options: {
  cwd: string;
  video: string;
  out?: string | undefined;
  report: boolean;
}): OutputFiles {
  const stem = basename(options.video, extname(options.video));
  const video = resolve(options.cwd, options.out ?? `${stem}-understudy.mp4`);
  if (extname(video).toLowerCase() !== ".mp4") {
    throw new UnderstudyError("bad-usage", `The output is an MP4 file, but -o names ${options.out}.`, {
      hint: "Give -o a file name that ends in .mp4.",
    });
  }
  const folder = dirname(video);
  const base = join(folder, basename(video, extname(video)));
  return { folder, video, manifest: `${base}.manifest.json`, ...(options.report && { report: `${base}.report.html` }) };
}

/** The paths of a render, video first. */
export function outputPaths({ video, manifest, report }: OutputFiles): string[] {
  return [video, manifest, ...(report === undefined ? [] : [report])];
}

/**
 * Looks before anything is done, so that minutes of work never end in a refusal.
 * @throws UnderstudyError `output-folder-missing`, `bad-usage`.
 */
export async function assertOutputsFree(
  outputs: OutputFiles,
  inputs: readonly string[],
  force: boolean,
): Promise<void> {
  await assertWritableFolder(outputs.folder);
  const inputFacts = await Promise.all(inputs.map((path) => stat(path)));
  for (const path of outputPaths(outputs)) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (found.isDirectory()) {
      throw new UnderstudyError("bad-usage", `The output ${path} is a folder.`, {
        hint: "Give -o a file name inside it.",
      });
    }
    if (inputFacts.some(({ dev, ino }) => dev === found.dev && ino === found.ino)) {
      throw new UnderstudyError("bad-usage", `The output ${path} is one of the inputs.`, {
        hint: "Choose another name with -o.",
      });
    }
    if (!force) {
      throw new UnderstudyError("bad-usage", `The output ${path} exists already.`, {
        hint: "Choose another name with -o, or pass --force to replace it.",
      });
    }
  }
}

async function assertWritableFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new UnderstudyError("output-folder-missing", `The folder ${folder} does not exist.`);
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
