import { posix } from "node:path";
import type { ImageFacts, ImageModule, ImagePath, ModelDownload, ModelUse } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Fix, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import { placeOf } from "./shared/fetched-at-start.js";
import { areNearPaths } from "./shared/near-name.js";
import type { ImageRule } from "./rule.js";

/** The weights are put into one folder and looked for in another. */
export const modelPathMismatch: ImageRule = {
  scope: "image",
  meta: {
    id: "US203",
    name: "model-path-mismatch",
    level: "error",
    phase: "job",
    summary: "Weights are put into one folder and looked for in another.",
    seeds: ["S1", "S8", "S19", "S63"],
    fix: "auto",
  },
  *check(image) {
    const baked = bakedOf(image).slice(0, maxCompared);
    for (const use of image.modelUses.slice(0, maxCompared)) {
      const near = use.kind === "path" ? baked.find(({ path }) => areNearPaths(use.value, path)) : undefined;
      if (near !== undefined && !mayBeThere(use.value, image)) yield mismatch(use, near, image);
    }
    yield* emptyFolders(image);
  },
  lookedAt: ({ modelUses }) => {
    const paths = modelUses.filter(({ kind }) => kind === "path").length;
    return paths === 0 ? "" : `${paths} model paths`;
  },
};

/** Every use is compared with every download; a worker has a few of each, and more are no configuration. */
const maxCompared = 100;

/** Weights at a place of the final image. */
interface Baked {
  readonly path: string;
  readonly download: ModelDownload;
}

/** A sibling of a folder that this Dockerfile makes does not come with the base image. */
function mayBeThere(path: string, image: ImageFacts): boolean {
  const found = image.files.find(path);
  if (found.kind === "present") return true;
  if (image.downloads.some((each) => each.when === "start" && overlaps(path, placeOf(each)))) return true;
  if (found.kind === "absent") return false;
  return found.made !== undefined || image.baseReference === undefined || !found.because.startsWith("the base image");
}

function overlaps(path: string, place: string | undefined): boolean {
  return place === undefined || isBelow(path, place) || isBelow(place, path);
}

function bakedOf({ downloads }: ImageFacts): readonly Baked[] {
  return downloads.flatMap((download) =>
    download.when === "build" && download.isInFinalImage && download.path !== undefined
      ? [{ path: download.path, download }]
      : [],
  );
}

function mismatch(use: ModelUse, near: Baked, image: ImageFacts): Report {
  const fix = use.from === "ENV" ? renamed(use, near, image) : linked(use, near, image);
  const isRead = use.from !== "ENV" || image.python.modules.some((each) => readsVariable(each, use.name));
  const consequence = isRead ? "Every job fails" : `Whatever reads ${use.name} fails`;
  return {
    message: `${consequence}: ${use.name ?? "the code"} names ${use.value}, but the weights are put into ${near.path}.`,
    remedy: `Name ${near.path} here, or make the other path a symlink to it.`,
    at: use.location,
    confidence: isRead && image.files.find(use.value).kind === "absent" ? "certain" : "likely",
    evidence: [
      { statement: `${near.download.what} goes to ${near.path}.`, location: near.download.location },
      { statement: `Nothing makes ${use.value}.` },
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function readsVariable({ module, isReachable }: ImageModule, name: string | undefined): boolean {
  return isReachable && module.environmentReads.some((read) => read.name === name);
}

function renamed({ value, location }: ModelUse, near: Baked, { dockerfile }: ImageFacts): Fix | undefined {
  const written = dockerfile.lines[location.line - 1];
  if (location.path !== dockerfile.path || written?.split(value).length !== 2) return undefined;
  const lines = [written.replace(value, () => near.path)];
  return {
    title: `Look for the weights in ${near.path}`,
    edits: [{ kind: "lines", path: dockerfile.path, startLine: location.line, endLine: location.line, lines }],
  };
}

/** A symlink behind the step that fetches the weights, when that step belongs to the final image. */
function linked(
  { value }: ModelUse,
  { path, download }: Baked,
  { dockerfile, finalSteps }: ImageFacts,
): Fix | undefined {
  const { location } = download;
  const step = finalSteps.find(
    ({ instruction: { line, endLine } }) =>
      location.path === dockerfile.path && line <= location.line && location.line <= endLine,
  );
  if (step?.kind !== "run" || !/^[\w./-]+$/.test(value + path)) return undefined;
  const folder = posix.dirname(value);
  const makesFolder = folder === posix.dirname(path) ? "" : `mkdir -p ${folder} && `;
  const { endLine } = step.instruction;
  return {
    title: `Link ${value} to ${path}`,
    edits: [
      {
        kind: "lines",
        path: dockerfile.path,
        startLine: endLine + 1,
        endLine,
        lines: [`RUN ${makesFolder}ln -s ${path} ${value}`],
      },
    ],
  };
}

/** Folders for weights that the build makes and leaves empty, while weights go to a folder of the same two last names. */
function* emptyFolders(image: ImageFacts): Iterable<Report> {
  const baked = bakedOf(image).slice(0, maxCompared);
  const folders = baked.length === 0 ? [] : foldersMadeForWeights(image).slice(0, maxCompared);
  for (const { path: folder, location } of folders) {
    const twin = baked.find(({ path }) => !isBelow(path, folder) && placeAlike(path, folder) !== undefined);
    if (twin === undefined || mayBeFilled(folder, image)) continue;
    yield {
      message: `${twin.download.what} goes to ${twin.path}, and nothing fills ${folder}, which the build makes for weights.`,
      remedy: `If ${folder} is where they are looked for, put them there or make it a symlink to ${placeAlike(twin.path, folder)}.`,
      at: twin.download.location,
      level: "note",
      confidence: "possible",
      evidence: [{ statement: `${folder} is made here and stays empty.`, location }],
    };
  }
}

function foldersMadeForWeights({ files, buildCommands }: ImageFacts): readonly ImagePath[] {
  const placeName = ({ path, line }: Location): string => `${path}:${line}`;
  const made = new Set(
    buildCommands.flatMap(({ command }) => (command.name === "mkdir" ? [placeName(command.location)] : [])),
  );
  return files.paths.filter(
    ({ path, origin, location }) =>
      origin.kind === "folder" && /checkpoint|model|weight/i.test(path) && made.has(placeName(location)),
  );
}

/** By a step of the build, a symlink, a mount, or a download when the worker starts. */
function mayBeFilled(folder: string, image: ImageFacts): boolean {
  const { files, downloads, mounts, buildCommands, entry } = image;
  if (files.below(folder).length > 0 || files.resolve(folder) !== folder) return true;
  if (mounts.some((mount) => isBelow(folder, mount))) return true;
  if (downloads.some((each) => overlaps(folder, placeOf(each)) && isBelow(placeOf(each) ?? folder, folder)))
    return true;
  if (files.paths.some(({ path, origin }) => origin.kind === "linked" && isBelow(files.resolve(path), folder)))
    return true;
  const commands = [...buildCommands.map(({ command }) => command), ...entry.commands];
  return commands.some((command) => !/^(?:mkdir|chmod|chown)$/.test(command.name) && namesFolder(command, folder));
}

/** A command that works in the folder or the one above, or names either or something below. */
function namesFolder({ words, workdir = "/" }: ShellCommand, folder: string): boolean {
  const above = posix.dirname(folder);
  if (isBelow(workdir, above)) return true;
  const name = posix.basename(above);
  return words.slice(1).some(({ text }) => {
    if (!text.includes(name)) return false;
    const named = posix.resolve(workdir, text);
    return named === above || isBelow(named, folder);
  });
}

/** The folder in which a path lies and whose last two names are those of another: `/app/checkpoints/whisper`. */
function placeAlike(path: string, folder: string): string | undefined {
  const end = `/${folder.split("/").slice(-2).join("/")}`;
  const at = `${path}/`.lastIndexOf(`${end}/`);
  return at === -1 ? undefined : path.slice(0, at + end.length);
}
