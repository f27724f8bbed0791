import { posix } from "node:path";
import type { PythonCall, PythonModule, PythonValue } from "#facts/python/module.js";
import type { ShellWord } from "#facts/shell/script.js";
import { type CacheLibrary, cacheFolderOf } from "./cache-folders.js";
import { type Fetched, fetchedByCommand } from "./download-commands.js";
import { absolutePath, knownText } from "./known-text.js";
import { addressOf, isHubId, isWeightUrl } from "./weights.js";

/** Where and with what variables a module's code runs. */
export interface CodeMoment {
  readonly module: PythonModule;
  readonly environment: ReadonlyMap<string, string>;
  /** Folder of the process; undefined: nobody can know. */
  readonly workdir: string | undefined;
}

/** Weights that one call fetches; empty for every other call, and for one that is, or may be, kept to local files. */
export function fetchedByCall(call: PythonCall, moment: CodeMoment): readonly Fetched[] {
  const view = viewOf(call, moment);
  if (view.has("local_files_only") && !view.isFalse("local_files_only")) return [];
  const argv = programArguments(call, moment);
  if (argv !== undefined) return fetchedByProgram(argv, moment);
  for (const [callee, read] of loaders) if (callee.test(call.callee)) return read(view);
  return [];
}

/** The words of `subprocess.run([...])` and its kin that are known; undefined for every other call. */
export function programArguments(call: PythonCall, moment: CodeMoment): readonly ShellWord[] | undefined {
  if (!/^(subprocess\.(run|call|check_call|check_output|Popen)|os\.system)$/.test(call.callee)) return undefined;
  const [first] = call.arguments;
  if (first === undefined) return undefined;
  if (first.value.kind === "list") return first.value.items.map((item) => wordOf(item, call, moment));
  const text = knownText(first.value, moment.module, moment.environment);
  return text?.split(/\s+/).map((each) => ({ text: each, isKnown: true, raw: each, line: call.line }));
}

/** A call's arguments as texts. */
interface CallView {
  /** Text of an argument by name, or by position. */
  readonly text: (name: string, position?: number) => string | undefined;
  readonly isFalse: (name: string) => boolean;
  readonly has: (name: string) => boolean;
  /** Path of an argument, or where a library keeps its files. */
  readonly placed: (what: Pick<Fetched, "kind" | "what">, path: string | undefined, library: CacheLibrary) => Fetched;
  readonly path: (name: string, position?: number) => string | undefined;
  /** Where the library keeps files: the argument that says so, or its default. */
  readonly cache: (library: CacheLibrary, ...names: readonly string[]) => string | undefined;
}

type Loader = (view: CallView) => readonly Fetched[];

/** Calls that fetch weights, by the callee's end. Names are those of the libraries' own documentation. */
const loaders: readonly (readonly [RegExp, Loader])[] = [
  [/(^|\.)modelscope(\.\w+)*\.snapshot_download$/, modelscope],
  [/(^|\.)snapshot_download$/, snapshot],
  [/(^|\.)hf_hub_download$/, hubFile],
  [/pretrained\w*$/i, pretrained],
  [/^transformers\.pipeline$/, (view) => hub(view, view.text("model", 1), "transformers", "cache_dir")],
  [
    /(^|\.)SentenceTransformer$/,
    (view) => hub(view, view.text("model_name_or_path", 0), "huggingface", "cache_folder"),
  ],
  [/^whisper\.load_model$/, whisper],
  [/^(whisperx\.load_model|faster_whisper\.(\w+\.)*WhisperModel)$/, fasterWhisper],
  [/^whisperx\.load_align_model$/, aligner],
  [/^f5_tts\.(\w+\.)*F5TTS$/, f5],
  [/^TTS\.(\w+\.)*TTS$/, coqui],
  [/(^|\.)cached_path$/, cachedPath],
  [/^torch\.hub\.load$/, (view) => named(view, "torch-hub", view.text("repo_or_dir", 0), "torch")],
  [/(^|\.)load_state_dict_from_url$/, (view) => address(view, view.text("url", 0), view.path("model_dir", 1), "torch")],
  [
    /(^|\.)(download_url_to_file|urlretrieve)$/,
    (view) => address(view, view.text("url", 0), file(view, "dst", "filename")),
  ],
  [/^(wget|gdown)\.download$/, (view) => address(view, view.text("url", 0), file(view, "out", "output"))],
  [/^insightface\.(\w+\.)*FaceAnalysis$/, insightface],
  [/^nltk\.download$/, (view) => named(view, "nltk", view.text("info_or_id", 0), "nltk", view.path("download_dir", 1))],
];

function snapshot(view: CallView): readonly Fetched[] {
  if (/^(dataset|space)$/.test(view.text("repo_type") ?? "")) return [];
  const isFiltered = view.has("allow_patterns") || view.has("ignore_patterns");
  return placedHub(view, view.text("repo_id", 0), view.has("local_dir"), view.path("local_dir"), isFiltered);
}

function hubFile(view: CallView): readonly Fetched[] {
  if (/^(dataset|space)$/.test(view.text("repo_type") ?? "")) return [];
  const folder = view.path("local_dir");
  const name = view.text("filename", 1);
  const path =
    folder === undefined || name === undefined ? folder : posix.join(folder, view.text("subfolder") ?? "", name);
  return placedHub(view, view.text("repo_id", 0), view.has("local_dir"), path, true);
}

function placedHub(
  view: CallView,
  id: string | undefined,
  isPlaced: boolean,
  path: string | undefined,
  isPartial: boolean,
): readonly Fetched[] {
  if (id === undefined) return [];
  const cacheFolder = isPlaced ? undefined : view.cache("huggingface", "cache_dir");
  return [{ kind: "hf", what: id, path, cacheFolder, ...(isPartial ? { isPartial } : {}) }];
}

function modelscope(view: CallView): readonly Fetched[] {
  return named(
    view,
    "modelscope",
    view.text("model_id", 0),
    "modelscope",
    view.path("local_dir") ?? view.path("cache_dir"),
  );
}

/** `X.from_pretrained("owner/name")`, and helpers that pass an id on: `fetch_pretrained_model(X, "owner/name")`. */
function pretrained(view: CallView): readonly Fetched[] {
  const id = [0, 1]
    .map((position) => view.text("pretrained_model_name_or_path", position))
    .find((text) => text !== undefined);
  return id !== undefined && isHubId(id) ? hub(view, id, "huggingface", "cache_dir") : [];
}

function hub(
  view: CallView,
  id: string | undefined,
  library: CacheLibrary,
  ...names: readonly string[]
): readonly Fetched[] {
  if (id === undefined || !isHubId(id)) return [];
  return [{ kind: "hf", what: id, path: undefined, cacheFolder: view.cache(library, ...names) }];
}

function whisper(view: CallView): readonly Fetched[] {
  const name = view.text("name", 0);
  return name?.includes("/") === true ? [] : named(view, "whisper", name, "whisper", view.path("download_root", 2));
}

/** faster-whisper's size names stand for repositories of Systran (faster_whisper/utils.py). */
function fasterWhisper(view: CallView): readonly Fetched[] {
  const name = view.text("model_size_or_path", 0) ?? view.text("whisper_arch", 0);
  if (name === undefined) return [];
  return hub(view, name.includes("/") ? name : `Systran/faster-whisper-${name}`, "huggingface", "download_root");
}

/** English comes from torchaudio, so from torch's folder; `model_dir` overrides (whisperx/alignment.py). */
function aligner(view: CallView): readonly Fetched[] {
  return named(view, "whisperx-align", view.text("language_code", 0), "torch", view.path("model_dir"));
}

/** F5-TTS fetches its checkpoint by cached_path and the vocoder from the hub, unless files are given (f5_tts/api.py). */
function f5(view: CallView): readonly Fetched[] {
  const checkpoint = view.has("ckpt_file")
    ? []
    : [{ ...view.placed({ kind: "hf", what: "SWivid/F5-TTS" }, view.path("hf_cache_dir"), "cached-path") }];
  const vocoder = view.has("vocoder_local_path")
    ? []
    : hub(view, "charactr/vocos-mel-24khz", "huggingface", "hf_cache_dir");
  return [...checkpoint, ...vocoder];
}

function coqui(view: CallView): readonly Fetched[] {
  const name = view.text("model_name", 0);
  return name?.startsWith("tts_models/") === true ? named(view, "coqui", name, "coqui") : [];
}

function cachedPath(view: CallView): readonly Fetched[] {
  const source = view.text("url_or_filename", 0);
  const [, id] = /^hf:\/\/([^/]+\/[^/]+)/.exec(source ?? "") ?? [];
  const cacheFolder = view.cache("cached-path", "cache_dir");
  if (id !== undefined) return [{ kind: "hf", what: id, path: undefined, cacheFolder }];
  return source !== undefined && isWeightUrl(source)
    ? [{ kind: "url", what: addressOf(source), path: undefined, cacheFolder }]
    : [];
}

function insightface(view: CallView): readonly Fetched[] {
  const root = view.has("root") ? view.path("root") : (view.path("", 1) ?? view.cache("insightface"));
  const what = `insightface:${view.text("name", 0) ?? "buffalo_l"}`;
  return [{ kind: "code", what, path: undefined, cacheFolder: root === undefined ? undefined : `${root}/models` }];
}

function named(
  view: CallView,
  library: string,
  name: string | undefined,
  cache: CacheLibrary,
  path?: string,
): readonly Fetched[] {
  return name === undefined ? [] : [view.placed({ kind: "code", what: `${library}:${name}` }, path, cache)];
}

function address(
  view: CallView,
  url: string | undefined,
  path: string | undefined,
  library?: CacheLibrary,
): readonly Fetched[] {
  if (url === undefined || !isWeightUrl(url)) return [];
  const what = addressOf(url);
  const isCached = path === undefined && library !== undefined;
  return [{ kind: "url", what, path, cacheFolder: isCached ? `${view.cache(library)}/checkpoints` : undefined }];
}

function file(view: CallView, ...names: readonly string[]): string | undefined {
  return names.map((name) => view.path(name, 1)).find((path) => path !== undefined);
}

function viewOf(call: PythonCall, moment: CodeMoment): CallView {
  const positional = call.arguments.filter((argument) => argument.name === undefined);
  const find = (name: string, position?: number): PythonValue | undefined =>
    call.arguments.find((argument) => argument.name === name)?.value ??
    (position === undefined ? undefined : positional[position]?.value);
  const text = (name: string, position?: number): string | undefined => {
    const value = find(name, position);
    return value === undefined ? undefined : knownText(value, moment.module, moment.environment);
  };
  const path = (name: string, position?: number): string | undefined =>
    absolutePath(text(name, position), moment.workdir, moment.environment);
  const has = (name: string): boolean => {
    const value = find(name);
    return value !== undefined && value.kind !== "none" && !(value.kind === "text" && value.text === "");
  };
  return {
    text,
    path,
    has,
    isFalse: (name) => {
      const value = find(name);
      return value?.kind === "boolean" && !value.isTrue;
    },
    placed: (what, explicit, library) => {
      const cacheFolder = explicit === undefined ? cacheFolderOf(library, moment.environment).folder : undefined;
      return { ...what, path: explicit, cacheFolder };
    },
    cache: (library, ...names) => {
      const given = names.find(has);
      return given === undefined ? cacheFolderOf(library, moment.environment).folder : path(given);
    },
  };
}

function fetchedByProgram(argv: readonly ShellWord[], moment: CodeMoment): readonly Fetched[] {
  const name = posix.basename(argv[0]?.text ?? "");
  return fetchedByCommand({ ...moment, name, words: argv, redirects: [] });
}

function wordOf(value: PythonValue, call: PythonCall, moment: CodeMoment): ShellWord {
  const text = knownText(value, moment.module, moment.environment);
  return { text: text ?? "", isKnown: text !== undefined, raw: text ?? "", line: call.line };
}
