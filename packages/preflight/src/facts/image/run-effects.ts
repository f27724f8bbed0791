import { posix } from "node:path";
import type { ShellCommand, ShellWrite } from "#facts/shell/script.js";
import { buildEffects, python } from "./build-effects.js";
import { downloadEffects } from "./download-effects.js";
import { fileEffects } from "./file-effects.js";
import type { PathOrigin, RunFacts } from "./image-facts.js";
import { type RunSurroundings, type Scene, make, markArguments, unknown } from "./run-scene.js";
import type { StageFiles } from "./stage-files.js";
import { isPython, onlySetsVariables } from "./start-command.js";
import { markPythonPaths } from "./unknown-python.js";
import { knownFolderOf, pathOf } from "./word-paths.js";

/**
 * Carries out a RUN in thought: what its commands make, move and remove. Where nobody can know what a command makes,
 * its folders become unknown; no path is called absent on account of a command that was not understood.
 */
export function applyRun(files: StageFiles, run: RunFacts, around: RunSurroundings): void {
  const writes = new Map<ShellCommand, ShellWrite[]>();
  for (const write of run.script.writes) writes.set(write.command, [...(writes.get(write.command) ?? []), write]);
  for (const command of run.script.commands) {
    const scene: Scene = { files, command, around };
    if (isChecked(command)) continue;
    for (const write of writes.get(command) ?? []) applyWrite(scene, write);
    applyRedirects(scene);
    applyCommand(scene);
  }
  for (const { code, command } of run.script.embedded) markPythonPaths({ files, command, around }, code.text);
  for (const { path, location } of run.script.unknownScripts) {
    if (onlySetsVariables(path)) continue;
    const because = `what ${path} makes on line ${location.line}`;
    files.markUnknown(posix.dirname(path), { because, made: undefined });
    files.markUnknown(run.step.workdir, { because, made: undefined });
  }
}

/**
 * Carries out start commands in thought. Only what is understood counts: a program that takes `/models/x` as an
 * argument looks for it there.
 */
export function applyStart(files: StageFiles, commands: readonly ShellCommand[]): void {
  const around = { clones: new Map(), textAtBuild: () => undefined };
  for (const command of commands) {
    const scene: Scene = { files, command, around };
    applyRedirects(scene);
    effects.get(command.name)?.(scene);
  }
}

/** A test that only decides a branch makes nothing. */
function isChecked(command: ShellCommand): boolean {
  return command.name === "[" || command.name === "[[" || command.name === "test";
}

function applyCommand(scene: Scene): void {
  const { command, around } = scene;
  const clone = around.clones.get(command);
  if (clone !== undefined) {
    const folder = clone.folder ?? command.workdir ?? "/";
    if (clone.folder !== undefined) make(scene, folder, { kind: "cloned", repository: clone.repository ?? clone.url });
    unknown(scene, folder, `a clone of ${clone.repository ?? clone.url}`);
    return;
  }
  const effect = effects.get(command.name) ?? (isPython(command.name) ? python : undefined);
  if (effect !== undefined) effect(scene);
  else if (!readers.has(command.name)) markArguments(scene);
}

const effects = new Map<string, (scene: Scene) => void>([...fileEffects, ...downloadEffects, ...buildEffects]);

/** Programs that make no file below the folders of the product; apt and its kin write where the base image does. */
const readers = new Set(
  `[ [[ : true false exit set unset export cd pushd popd echo printf cat test ls stat file find grep egrep sed awk head
  tail sort uniq wc cut tr xargs which command type read return shift source . eval exec local declare trap wait sleep
  date uname id whoami env pwd hash ulimit umask apt apt-get apt-cache apt-key apt-mark add-apt-repository dpkg
  dpkg-reconfigure apk yum dnf microdnf ldconfig update-alternatives update-ca-certificates locale-gen useradd adduser
  groupadd addgroup usermod passwd chpasswd chown chgrp dos2unix strip gpg gpgconf nvidia-smi nvcc ffmpeg ffprobe du
  df sync basename dirname realpath readlink sha256sum md5sum sha1sum diff cmp pip-compile pipx jq systemctl service`
    .split(/\s+/u)
    .filter(Boolean),
);

function applyWrite(scene: Scene, write: ShellWrite): void {
  if (write.path === undefined) return;
  const before = write.isAppend ? scene.files.madeAt(scene.files.follow(write.path) ?? write.path) : undefined;
  if (before !== undefined && before.origin.kind !== "written") return;
  const content = before?.origin.kind === "written" ? joined(before.origin.content, write.content) : write.content;
  make(scene, write.path, { kind: "written", content }, before?.isExecutable);
}

/** Redirects that are not among the writes, such as `make > /var/log/make.log`. */
function applyRedirects(scene: Scene): void {
  for (const { operator, target } of scene.command.redirects) {
    if (!operator.includes(">") || /^\d+$|^-$/u.test(target.text)) continue;
    const path = pathOf(target, scene.command);
    if (path === undefined) unknown(scene, knownFolderOf(target, scene.command), `output of ${scene.command.name}`);
    else if (!path.startsWith("/dev/") && scene.files.madeAt(path) === undefined) {
      make(scene, path, { kind: "written", content: undefined });
    }
  }
}

type Content = Extract<PathOrigin, { kind: "written" }>["content"];

/** Two texts of one file after each other; undefined when one of them is not known. */
function joined(first: Content, second: Content): Content {
  if (first === undefined || second === undefined || first.path !== second.path) return undefined;
  const { length } = first.text;
  return {
    text: first.text + second.text,
    path: first.path,
    lineAt: (offset) => (offset < length ? first.lineAt(offset) : second.lineAt(offset - length)),
  };
}
