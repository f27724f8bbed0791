import { posix } from "node:path";
import { optionValue } from "./command-line.js";
import { globPaths, hasWildcard } from "./glob-paths.js";
import { type Scene, has, isCertain, isFolder, lineOf, make, operandsOf, paths, unknown } from "./run-scene.js";
import { copyTree, placeOf } from "./tree-copy.js";
import { knownFolderOf, pathOf } from "./word-paths.js";

/** What coreutils and their kin do to the files. */
export const fileEffects: readonly (readonly [string, (scene: Scene) => void])[] = [
  ["mkdir", mkdir],
  ["touch", touch],
  ["ln", link],
  ["cp", (scene) => copy(scene, false)],
  ["mv", (scene) => copy(scene, true)],
  ["install", (scene) => copy(scene, false)],
  ["rsync", (scene) => copy(scene, false)],
  ["rm", remove],
  ["rmdir", remove],
  ["unlink", remove],
  ["chmod", changeMode],
];

function mkdir(scene: Scene): void {
  for (const path of paths(scene, operandsOf(scene, ["-m", "--mode"]))) make(scene, path, { kind: "folder" });
}

function touch(scene: Scene): void {
  for (const path of paths(scene, operandsOf(scene, ["-d", "-t", "-r"]))) {
    if (scene.files.madeAt(path) === undefined) make(scene, path, { kind: "written", content: undefined });
  }
}

/** `ln [-s] TARGET [NAME]`; a name that is a folder gets the link inside, unless `-T` or `-n` says otherwise. */
function link(scene: Scene): void {
  const line = lineOf(scene, ["-t", "--target-directory", "-S"]);
  const folder = optionValue(line, "-t", "--target-directory");
  const targets =
    folder === undefined && line.positionals.length > 1 ? line.positionals.slice(0, -1) : line.positionals;
  const place = folder ?? (line.positionals.length > 1 ? line.positionals.at(-1) : undefined);
  const destination = place === undefined ? scene.command.workdir : pathOf(place, scene.command);
  if (destination === undefined) {
    if (place !== undefined) unknown(scene, knownFolderOf(place, scene.command), "a symlink");
    return;
  }
  const isFile = has(line, "-T", "--no-target-directory");
  const followed = has(line, "-n", "--no-dereference") ? destination : (scene.files.follow(destination) ?? destination);
  const isInside = !isFile && (place === undefined || folder !== undefined || isFolder(scene, followed));
  for (const target of targets) {
    const path = isInside ? posix.join(followed, posix.basename(target.text)) : destination;
    if (!target.isKnown) unknown(scene, path, `a symlink to ${target.text}`);
    else if (has(line, "-s", "--symbolic") && !has(line, "-r", "--relative")) {
      make(scene, path, { kind: "linked", target: target.text });
    } else make(scene, path, { kind: "linked", target: pathOf(target, scene.command) ?? target.text });
  }
}

function copy(scene: Scene, isMove: boolean): void {
  const { files, command } = scene;
  const line = lineOf(scene, ["-t", "--target-directory", "-S", "-m", "-o", "-g", "--mode", "--exclude", "-e"]);
  if (command.name === "install" && has(line, "-d", "--directory")) {
    for (const path of paths(scene, line.positionals)) make(scene, path, { kind: "folder" });
    return;
  }
  const option = optionValue(line, "-t", "--target-directory");
  const target = option ?? line.positionals.at(-1);
  const sources = option === undefined ? line.positionals.slice(0, -1) : line.positionals;
  const destination = pathOf(target, command);
  if (target === undefined || sources.length === 0) return;
  if (destination === undefined) {
    unknown(scene, knownFolderOf(target, command), `what ${command.name} puts into ${target.text}`);
    return;
  }
  const real = files.follow(destination) ?? destination;
  const isInto = option !== undefined || sources.length > 1 || target.text.endsWith("/") || isFolder(scene, real);
  for (const source of sources) {
    const written = pathOf(source, command);
    const found = written === undefined ? [] : globPaths(files, written);
    if (found.length === 0) unknown(scene, real, `a copy of ${source.text}`);
    for (const path of found) {
      const copiesContent = source.text.endsWith("/.") || (command.name === "rsync" && source.text.endsWith("/"));
      const place = placeOf(path, real, !copiesContent && (isInto || found.length > 1 || hasWildcard(source.text)));
      if (place === path) continue;
      copyTree(files, path, files, place, {
        location: command.location,
        isCertain: isCertain(command),
        because: `a copy of ${path}`,
      });
      if (isMove && isCertain(command)) files.remove(files.follow(path) ?? path);
    }
  }
}

function remove(scene: Scene): void {
  if (!isCertain(scene.command)) return;
  for (const path of paths(scene, operandsOf(scene, []))) if (path !== "/") scene.files.remove(path);
}

function changeMode(scene: Scene): void {
  const [mode, ...targets] = scene.command.words.slice(1).filter((word) => !/^-(?:[Rvcf]+|-\w+)$/u.test(word.text));
  const isExecutable = modeOf(mode?.text ?? "");
  if (isExecutable === undefined) return;
  const isRecursive = scene.command.words.some((word) => /^-\w*R|^--recursive$/u.test(word.text));
  for (const path of paths(scene, targets)) {
    const real = scene.files.follow(path) ?? path;
    const below = isRecursive ? scene.files.below(real) : [];
    for (const entry of [scene.files.madeAt(real), ...below]) {
      if (entry !== undefined && entry.origin.kind !== "folder") scene.files.add({ ...entry, isExecutable });
    }
  }
}

/** Whether a mode gives somebody the execute bit; undefined: it says nothing of it. */
function modeOf(mode: string): boolean | undefined {
  if (/^[0-7]{3,4}$/u.test(mode)) return (Number.parseInt(mode, 8) & 0o111) !== 0;
  if (/[+=][rwXst]*x/u.test(mode)) return true;
  return /-[rwXst]*x/u.test(mode) ? false : undefined;
}
