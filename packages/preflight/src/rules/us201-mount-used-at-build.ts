import { cacheFolderOf } from "#facts/image/cache-folders.js";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Report } from "#model/finding.js";
import { placeOf } from "./shared/fetched-at-start.js";
import { filledMountPath, readMountPath } from "./shared/mount-paths.js";
import { mountedAt } from "./shared/mounted-at.js";
import type { ImageRule } from "./rule.js";

/** RUN works on a folder that is mounted when the worker runs: at build it is empty, and what is put there is hidden. */
export const mountUsedAtBuild: ImageRule = {
  scope: "image",
  meta: {
    id: "US201",
    name: "mount-used-at-build",
    level: "error",
    phase: "build",
    summary: "RUN reads or fills a folder that is mounted only when the worker runs.",
    seeds: ["S82", "S83", "S86", "S116"],
    fix: "by-hand",
  },
  *check(image) {
    const byLine = new Map<string, Report>();
    const add = (report: Report) => {
      const key = `${report.at.path}:${report.at.line}`;
      if (!byLine.has(key)) byLine.set(key, report);
    };
    for (const download of image.downloads) {
      if (download.when !== "build" || download.kind === "copy") continue;
      const mount = mountedAt(placeOf(download), image);
      if (mount !== undefined) add(baked(download, mount, image));
    }
    for (const each of image.python.embedded) {
      const loaded = unreadLoader(each);
      const mount = mountedAt(loaded, image);
      if (mount !== undefined) add(written(each.code.command, loaded ?? mount, mount));
    }
    const filled = new Set<string>();
    for (const { command, run } of image.buildCommands) {
      const path = filledMountPath(command, run, image);
      const mount = mountedAt(path, image);
      if (path !== undefined && mount !== undefined) {
        filled.add(mount);
        add(written(command, path, mount));
        continue;
      }
      const needed = command.isConditional ? undefined : readMountPath(command, run, image);
      const from = mountedAt(needed, image);
      if (needed === undefined || from === undefined || filled.has(from) || command.fate.kind === "swallowed") continue;
      add(read(command, needed, from));
    }
    yield* byLine.values();
  },
  lookedAt: ({ buildCommands, mounts }) =>
    buildCommands.length === 0 ? "" : `${buildCommands.length} build commands against ${mounts.join(", ")}`,
};

function baked(download: ModelDownload, mount: string, image: ImageFacts): Report {
  const place = placeOf(download) ?? mount;
  const variable = [...image.runtimeEnvironment].find(
    ([, value]) => mountedAt(value, image) === mount && place.startsWith(value),
  )?.[0];
  const line = variable === undefined ? undefined : image.environmentLine(variable);
  return {
    message: `The build puts ${download.what} into ${place}, but ${mount} is mounted when the worker runs: the weights are hidden and fetched again.`,
    remedy: `Bake the weights outside ${mount}, such as below /models, or fetch them when the worker starts.`,
    at: download.location,
    // Whoever asks for it may mean to build on a machine that has the volume.
    ...(download.isConditional === true ? { level: "note", confidence: "possible" } : { confidence: "likely" }),
    evidence:
      line === undefined
        ? []
        : [{ statement: `${variable} points below ${mount} while the weights are fetched.`, location: line }],
  };
}

function written(command: ShellCommand, path: string, mount: string): Report {
  if (command.name === "mkdir") {
    return {
      message: `mkdir ${path} has no effect on the worker: ${mount} is mounted over it.`,
      remedy: "Make the folder when the worker starts.",
      at: command.location,
      level: "note",
    };
  }
  return {
    message: `${command.name} puts files into ${path} at build, but ${mount} is mounted when the worker runs and hides them.`,
    remedy: `Use a folder outside ${mount}, or do it when the worker starts.`,
    at: command.location,
    confidence: "likely",
  };
}

function read(command: ShellCommand, path: string, mount: string): Report {
  return {
    message: `The build stops here: ${path} is not there, as ${mount} is mounted only when the worker runs.`,
    remedy: "Move the command to the script that starts the worker.",
    at: command.location,
  };
}

/** The cache that code with a syntax error would fill; its calls are not known, its words are. */
function unreadLoader({ code, module }: ImageFacts["python"]["embedded"][number]): string | undefined {
  const isLoader = /from_pretrained|snapshot_download|hf_hub_download|load_model|F5TTS\(/.test(code.code.text);
  if (module.tree !== undefined || !isLoader) return undefined;
  return cacheFolderOf("huggingface", code.command.environment).folder;
}
