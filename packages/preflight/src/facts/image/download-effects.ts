import { posix } from "node:path";
import type { ShellWord } from "#facts/shell/script.js";
import { optionValue } from "./command-line.js";
import { absolutePath } from "./known-text.js";
import { type Scene, has, lineOf, make, markArguments, unknown } from "./run-scene.js";
import { markCaches } from "./unknown-python.js";
import { knownFolderOf, pathOf } from "./word-paths.js";

/** What programs that fetch and unpack do to the files. */
export const downloadEffects: readonly (readonly [string, (scene: Scene) => void])[] = [
  ["wget", wget],
  ["curl", curl],
  ["aria2c", aria2],
  ["tar", tar],
  ["bsdtar", tar],
  ["unzip", unzip],
  ["7z", sevenZip],
  ["7za", sevenZip],
  ["gunzip", (scene) => unknown(scene, scene.command.workdir, "an unpacked archive")],
  ["hf", hubDownload],
  ["huggingface-cli", hubDownload],
  ["modelscope", hubDownload],
  ["git", gitWork],
];

function wget(scene: Scene): void {
  const line = lineOf(scene, [..."OPoaUitTQewl".split("").map((letter) => `-${letter}`), ...wgetLong]);
  download(
    scene,
    line.positionals,
    optionValue(line, "-O", "--output-document"),
    optionValue(line, "-P", "--directory-prefix"),
  );
  if (optionValue(line, "-i", "--input-file") !== undefined)
    unknown(scene, scene.command.workdir, "downloads of a list");
}

const wgetLong = "--output-document --directory-prefix --header --tries --timeout --user-agent --progress".split(" ");

function curl(scene: Scene): void {
  const letters = "oHdueAxmXCwbcFTEryY".split("").map((letter) => `-${letter}`);
  const line = lineOf(scene, [...letters, ..."--output --output-dir --header --data --retry --proto".split(" ")]);
  const output = optionValue(line, "-o", "--output");
  if (output === undefined && !has(line, "-O", "--remote-name", "--remote-name-all")) return;
  download(scene, line.positionals, output, optionValue(line, "--output-dir"));
}

function aria2(scene: Scene): void {
  const line = lineOf(scene, "-d --dir -o --out -x -s -k -j -i --header -l -m -t".split(" "));
  const output = optionValue(line, "-o", "--out");
  download(scene, line.positionals, output, optionValue(line, "-d", "--dir"));
  if (has(line, "-i")) unknown(scene, pathOf(optionValue(line, "-d", "--dir"), scene.command), "downloads of a list");
}

function download(
  scene: Scene,
  urls: readonly ShellWord[],
  output: ShellWord | undefined,
  folder: ShellWord | undefined,
): void {
  const { command } = scene;
  if (output?.text === "-") return;
  const base = folder === undefined ? command.workdir : pathOf(folder, command);
  for (const url of urls) {
    const named = output ?? { ...url, text: posix.basename(url.text.replace(/[?#].*$/su, "")) };
    const path = named.isKnown ? absolutePath(named.text, base, command.environment) : undefined;
    const from = url.text.replace(/[?#].*$/su, "").replace(/\/\/[^/@]*@/u, "//");
    if (path !== undefined) make(scene, path, { kind: "downloaded", from });
    else unknown(scene, knownFolderOf(folder ?? named, command), `a download of ${from}`);
  }
}

function tar(scene: Scene): void {
  const words = scene.command.words.slice(1);
  const [first] = words;
  const isExtract =
    /^-?[a-zA-Z]*x/u.test(first?.text ?? "") || words.some((word) => /^(?:-\w*x\w*|--extract|--get)$/u.test(word.text));
  if (!isExtract) {
    markArguments(scene);
    return;
  }
  const at = words.findIndex((word) => word.text === "-C" || word.text === "--directory");
  const joined = words.find((word) => word.text.startsWith("--directory="));
  const folder = at === -1 ? joined && { ...joined, text: joined.text.slice("--directory=".length) } : words[at + 1];
  unpack(scene, folder);
}

function unzip(scene: Scene): void {
  unpack(scene, optionValue(lineOf(scene, ["-d", "-P", "-x"]), "-d"));
}

function sevenZip(scene: Scene): void {
  const output = scene.command.words.find((word) => word.text.startsWith("-o"));
  unpack(scene, output && { ...output, text: output.text.slice(2) });
}

function unpack(scene: Scene, folder: ShellWord | undefined): void {
  const path = folder === undefined ? scene.command.workdir : pathOf(folder, scene.command);
  const known = path ?? (folder === undefined ? "/" : knownFolderOf(folder, scene.command));
  unknown(scene, known, `an unpacked archive (${scene.command.name})`);
}

/** `hf download REPO --local-dir DIR`, and the cache folders when no folder is named. */
function hubDownload(scene: Scene): void {
  const { command } = scene;
  const line = lineOf(scene, hubOptions);
  const folder = optionValue(line, "--local-dir", "--local_dir", "--cache-dir", "--cache_dir");
  if (line.positionals[0]?.text !== "download") return;
  const from = (optionValue(line, "--model") ?? line.positionals[1])?.text ?? "a model repository";
  if (folder === undefined) {
    markCaches(scene);
    return;
  }
  const path = pathOf(folder, command);
  if (path !== undefined) make(scene, path, { kind: "folder" });
  unknown(scene, path ?? knownFolderOf(folder, command), `a download of ${from}`);
}

const hubOptions =
  "--local-dir --local_dir --cache-dir --cache_dir --include --exclude --revision --repo-type --token --model --max-workers --local-dir-use-symlinks".split(
    " ",
  );

/** A clone that is no fact of the build (one at start), and git's other work in a checkout. */
function gitWork(scene: Scene): void {
  const { command } = scene;
  const words = command.words.slice(1);
  if (words.some(({ text }) => text === "config" || text === "--version" || text === "rev-parse")) return;
  const at = words.findIndex(({ text }) => text === "-C");
  const folder = at === -1 ? command.workdir : pathOf(words[at + 1], command);
  const url = words.findIndex(({ text }) => /:\/\/|^git@/u.test(text));
  const source = words[url];
  if (words.some(({ text }) => text === "clone") && source !== undefined && folder !== undefined) {
    const name = posix.basename(source.text, ".git");
    const target = words[url + 1] === undefined ? posix.join(folder, name) : pathOf(words[url + 1], command);
    unknown(scene, target, "a clone");
  } else unknown(scene, folder, "what git puts there");
}
