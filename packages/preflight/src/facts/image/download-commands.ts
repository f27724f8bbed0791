import { posix } from "node:path";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { cacheFolderOf } from "./cache-folders.js";
import { type CommandLine, optionValue, optionValues, readCommandLine } from "./command-line.js";
import type { ModelDownload } from "./image-facts.js";
import { absolutePath } from "./known-text.js";
import { addressOf, isWeightFile, isWeightUrl } from "./weights.js";

/** Weights that one command or call fetches, wherever it stands. */
export type Fetched = Pick<ModelDownload, "kind" | "what" | "path" | "cacheFolder" | "isPartial">;

/** What a fetch needs to know of a command; code that runs a program by its arguments can make one. */
export type FetchCommand = Pick<ShellCommand, "name" | "words" | "workdir" | "environment" | "redirects">;

/** Weights that a command fetches; empty for every other command. */
export function fetchedByCommand(command: FetchCommand): readonly Fetched[] {
  switch (command.name) {
    case "hf":
    case "huggingface-cli":
    case "uv":
    case "uvx":
    case "conda":
    case "mamba":
    case "micromamba":
      return hubDownload(command);
    case "modelscope":
      return modelscope(command);
    case "wget":
      return wget(command);
    case "curl":
      return curl(command);
    case "aria2c":
      return aria2(command);
    case "gdown":
      return gdown(command);
    default:
      return /^python[\d.]*$/.test(command.name) ? pythonModule(command) : [];
  }
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
const hubValued = words(
  `--repo-type --revision --include --exclude --cache-dir --local-dir --token --max-workers --local-dir-use-symlinks
  --local_dir --cache_dir --model -d --dir`,
);
const wgetValued = words(
  `-O --output-document -P --directory-prefix --header -o --output-file -a --append-output -t --tries -T --timeout
  -U --user-agent --user --password -e --execute --limit-rate -w --wait --waitretry --connect-timeout --read-timeout
  --dns-timeout --retry-on-http-error --post-data --referer -i --input-file --progress --ca-certificate -Q --quota`,
);
const curlValued = words(
  `-o --output --output-dir -H --header -d --data --data-raw --data-binary -u --user -A --user-agent -e --referer -x
  --proxy --retry --retry-delay --retry-max-time --connect-timeout -m --max-time -X --request -C --continue-at -w
  --write-out -b --cookie -c --cookie-jar -F --form -T --upload-file --limit-rate --cacert -E --cert --key --resolve
  --proto --proto-redir --ciphers -r --range -y -Y --speed-time --speed-limit --url`,
);
const ariaValued = words(
  `-d --dir -o --out -x --max-connection-per-server -s --split -k --min-split-size -j --max-concurrent-downloads -i
  --input-file --header -l --log --checksum --max-tries --retry-wait --timeout --connect-timeout --user-agent -U`,
);

/** `hf download REPO [FILE…] [--local-dir DIR]`, run by itself or by uvx, `uv run` or `conda run`. */
function hubDownload(command: FetchCommand): readonly Fetched[] {
  const at = command.words.findIndex(
    (word, i) => /^(.*\/)?(hf|huggingface-cli)$/.test(word.text) && command.words[i + 1]?.text === "download",
  );
  if (at === -1) return [];
  const line = readCommandLine(command.words.slice(at + 2), hubValued);
  const [repository, ...names] = line.positionals;
  const type = optionValue(line, "--repo-type")?.text;
  if (repository === undefined || type === "dataset" || type === "space") return [];
  const files = names.map((word) => word.text).filter((name) => !name.includes("*"));
  const folder = optionValue(line, "--local-dir");
  return placed("hf", repository.text, files, folder, line, command);
}

function modelscope(command: FetchCommand): readonly Fetched[] {
  const line = readCommandLine(command.words.slice(1), hubValued);
  const [verb, first, ...rest] = line.positionals;
  const model = optionValue(line, "--model") ?? first;
  if (verb?.text !== "download" || model === undefined) return [];
  const files = (optionValue(line, "--model") === undefined ? rest : line.positionals.slice(1)).map(
    (word) => word.text,
  );
  const what = `modelscope:${model.text}`;
  return placed("code", what, files, optionValue(line, "--local_dir", "--local-dir"), line, command, "modelscope");
}

/** Below `--local-dir`, each named file at its own path; without it, in the cache. */
function placed(
  kind: Fetched["kind"],
  what: string,
  files: readonly string[],
  folder: ShellWord | undefined,
  line: CommandLine,
  command: FetchCommand,
  library: "huggingface" | "modelscope" = "huggingface",
): readonly Fetched[] {
  const isFiltered = line.options.some(({ name }) => name === "--include" || name === "--exclude");
  const hasPattern = line.positionals.some((word) => word.text.includes("*"));
  const part = isFiltered || hasPattern || files.length > 0 ? ({ isPartial: true } as const) : {};
  if (folder !== undefined) {
    const path = pathOf(folder, command);
    const paths = path === undefined || files.length === 0 ? [path] : files.map((file) => posix.join(path, file));
    return paths.map((each) => ({ kind, what, path: each, cacheFolder: undefined, ...part }));
  }
  const cache = optionValue(line, "--cache-dir", "--cache_dir");
  const cacheFolder = cache === undefined ? cacheFolderOf(library, command.environment).folder : pathOf(cache, command);
  return [{ kind, what, path: undefined, cacheFolder, ...part }];
}

function wget(command: FetchCommand): readonly Fetched[] {
  const line = readCommandLine(command.words.slice(1), wgetValued);
  const output = optionValue(line, "-O", "--output-document");
  const target = output?.text === "-" ? redirectTarget(command) : output;
  if (output?.text === "-" && target === undefined) return [];
  const folder = optionValue(line, "-P", "--directory-prefix");
  return line.positionals.flatMap((url) => file(url, target, folder, command));
}

/** Outputs belong to URLs by their order (curl's manual, `-o`). */
function curl(command: FetchCommand): readonly Fetched[] {
  const line = readCommandLine(command.words.slice(1), curlValued);
  const outputs = optionValues(line, "-o", "--output");
  const folder = optionValue(line, "--output-dir");
  const isNamedByUrl = line.options.some(({ name }) => /^(-O|--remote-name|--remote-name-all)$/.test(name));
  const redirected = redirectTarget(command);
  const urls = [...line.positionals, ...optionValues(line, "--url")];
  return urls.flatMap((url, i) => {
    const target = outputs[i] ?? redirected;
    return target === undefined && !isNamedByUrl ? [] : file(url, target, folder, command);
  });
}

function aria2(command: FetchCommand): readonly Fetched[] {
  const line = readCommandLine(command.words.slice(1), ariaValued);
  const folder = optionValue(line, "-d", "--dir");
  return line.positionals.flatMap((url) => file(url, optionValue(line, "-o", "--out"), folder, command));
}

/** Google Drive says nothing of a file's kind: gdown counts when it writes a weight file or names no output. */
function gdown(command: FetchCommand): readonly Fetched[] {
  const line = readCommandLine(command.words.slice(1), words("-O --output --id --proxy --speed --cookies"));
  const source = optionValue(line, "--id") ?? line.positionals[0];
  const output = optionValue(line, "-O", "--output");
  if (source === undefined || (output !== undefined && !isWeightFile(output.text))) return [];
  const id = /(?:[?&]id=|\/d\/)?([\w-]{20,})/.exec(source.text)?.[1] ?? "unknown";
  const path = output === undefined ? undefined : pathOf(output, command);
  return [{ kind: "url", what: `https://drive.google.com/file/d/${id}`, path, cacheFolder: undefined }];
}

/** `python -m nltk.downloader NAME…`. */
function pythonModule(command: FetchCommand): readonly Fetched[] {
  const at = command.words.findIndex((word) => word.text === "-m");
  if (at === -1 || command.words[at + 1]?.text !== "nltk.downloader") return [];
  const line = readCommandLine(command.words.slice(at + 2), hubValued);
  const folder = optionValue(line, "-d", "--dir");
  const path = folder === undefined ? undefined : pathOf(folder, command);
  const cacheFolder = folder === undefined ? cacheFolderOf("nltk", command.environment).folder : undefined;
  return line.positionals.map((word) => ({ kind: "code", what: `nltk:${word.text}`, path, cacheFolder }));
}

function file(
  url: ShellWord,
  target: ShellWord | undefined,
  folder: ShellWord | undefined,
  command: FetchCommand,
): readonly Fetched[] {
  const what = addressOf(url.text);
  if (!/^(https?|ftp):\/\//i.test(what)) return [];
  if (!isWeightUrl(what) && !(target !== undefined && isWeightFile(target.text))) return [];
  const inFolder = folder === undefined ? command.workdir : pathOf(folder, command);
  const name = target ?? { ...url, text: posix.basename(what) };
  const path = name.isKnown ? absolutePath(name.text, inFolder, command.environment) : undefined;
  return [{ kind: "url", what, path, cacheFolder: undefined }];
}

function redirectTarget(command: FetchCommand): ShellWord | undefined {
  return command.redirects.find(({ operator, descriptor }) => operator.startsWith(">") && (descriptor ?? 1) === 1)
    ?.target;
}

function pathOf(word: ShellWord, command: FetchCommand): string | undefined {
  return word.isKnown ? absolutePath(word.text, command.workdir, command.environment) : undefined;
}
