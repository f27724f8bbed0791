import { posix } from "node:path";
import { optionValue } from "./command-line.js";
import { type Scene, lineOf, markArguments, operandsOf, unknown } from "./run-scene.js";
import { markPythonPaths } from "./unknown-python.js";
import { pathOf } from "./word-paths.js";

/** What package managers and build tools do to the files: mostly, what nobody can know. */
export const buildEffects: readonly (readonly [string, (scene: Scene) => void])[] = [
  ["pip", pip],
  ["pip3", pip],
  ["virtualenv", virtualEnvironment],
  ["uv", uv],
  ["conda", conda],
  ["mamba", conda],
  ["micromamba", conda],
  ["npm", npm],
  ["yarn", npm],
  ["pnpm", npm],
  ["bun", npm],
  ...["make", "cmake", "ninja", "cargo", "go", "node", "npx", "poetry", "pipenv", "mvn", "gradle"].map(
    (name) => [name, build] as const,
  ),
];

function pip(scene: Scene): void {
  const line = lineOf(scene, "-t --target --prefix --root -d --dest -w --wheel-dir -r -c -e -i -f".split(" "));
  for (const { name, value } of line.options) {
    if (/^(?:-t|--target|--prefix|--root|-d|--dest|-w|--wheel-dir)$/u.test(name)) {
      unknown(scene, pathOf(value, scene.command), "packages that pip puts there");
    }
  }
}

function uv(scene: Scene): void {
  const [verb, second] = scene.command.words.slice(1).map((word) => word.text);
  const workdir = scene.command.workdir ?? "/";
  if (verb === "venv") {
    const operands = operandsOf(scene, ["-p", "--python", "--prompt"]).slice(1);
    const target = operands[0] === undefined ? posix.join(workdir, ".venv") : pathOf(operands[0], scene.command);
    unknown(scene, target, "a virtual environment");
  } else if (verb === "sync" || verb === "add") unknown(scene, posix.join(workdir, ".venv"), "a virtual environment");
  else if (verb === "pip" && second === "install") pip(scene);
  else if (verb === "run") markArguments(scene);
}

function conda(scene: Scene): void {
  const prefix = optionValue(lineOf(scene, ["-p", "--prefix", "-n", "-c", "-f", "--name", "--file"]), "-p", "--prefix");
  if (prefix !== undefined) unknown(scene, pathOf(prefix, scene.command), "a conda environment");
  if (scene.command.words[1]?.text === "run") markArguments(scene);
}

function npm(scene: Scene): void {
  const { command } = scene;
  const verb = command.words[1]?.text;
  if (
    command.words.some((word) => word.text === "-g" || word.text === "--global") ||
    verb === "cache" ||
    verb === "config"
  )
    return;
  const isInstall = verb === undefined || /^(?:install|i|ci|add|prune)$/u.test(verb);
  const workdir = command.workdir ?? "/";
  unknown(scene, isInstall ? posix.join(workdir, "node_modules") : workdir, `what ${command.name} makes`);
}

function build(scene: Scene): void {
  unknown(scene, scene.command.workdir, `what ${scene.command.name} builds`);
  markArguments(scene);
}

function virtualEnvironment(scene: Scene): void {
  for (const word of operandsOf(scene, ["-p", "--python", "--prompt"])) {
    unknown(scene, pathOf(word, scene.command), "a virtual environment");
  }
}

/** Python started by RUN: it may make every path that its text names. */
export function python(scene: Scene): void {
  const { command, around } = scene;
  const words = command.words.slice(1);
  const at = words.findIndex((word) => word.text === "-m");
  const moduleName = at === -1 ? undefined : words[at + 1]?.text;
  if (moduleName === "venv" || moduleName === "virtualenv") {
    for (const word of words.slice(at + 2)) {
      if (!word.text.startsWith("-")) unknown(scene, pathOf(word, command), "a virtual environment");
    }
    return;
  }
  if (moduleName === "pip") {
    pip({ ...scene, command: { ...command, words: words.slice(at + 1) } });
    return;
  }
  const script = words.find((word) => !word.text.startsWith("-"));
  const path = pathOf(script, command);
  const text = path === undefined || !path.endsWith(".py") ? undefined : around.textAtBuild(path);
  if (text !== undefined) markPythonPaths(scene, text);
  else if (path?.endsWith(".py") === true || moduleName !== undefined) {
    unknown(scene, command.workdir, `what ${moduleName ?? path ?? "Python"} makes`);
  }
  markArguments(scene);
}
