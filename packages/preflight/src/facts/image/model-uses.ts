import type { PythonCall } from "#facts/python/module.js";
import { walk } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import type { Location } from "#model/location.js";
import { startFolder } from "./downloads.js";
import type { CodeMoment } from "./download-calls.js";
import type { ImageFacts, ModelUse } from "./image-facts.js";
import { absolutePath, knownText } from "./known-text.js";
import { isHubId, isWeightFile } from "./weights.js";

/** What uses of models are read from. */
export type ModelUseParts = Pick<
  ImageFacts,
  "runtimeEnvironment" | "environmentLine" | "entry" | "python" | "files" | "downloads"
>;

/** Where the running image looks for weights: its ENV, its start commands, and the code that they reach. */
export function readModelUses(image: ModelUseParts): readonly ModelUse[] {
  const workdir = startFolder(image);
  const environment = image.runtimeEnvironment;
  const inCode = image.python.modules
    .filter((each) => each.isReachable)
    .flatMap(({ module }) => usesOfModule({ module, environment, workdir }));
  return distinct([...usesOfEnvironment(image), ...usesOfCommands(image), ...inCode]);
}

function usesOfEnvironment(image: ModelUseParts): readonly ModelUse[] {
  return [...image.runtimeEnvironment].flatMap(([name, value]) => {
    const location = image.environmentLine(name);
    if (location === undefined || isOtherFolder(name)) return [];
    const use = useOf(value, name, undefined, image.runtimeEnvironment);
    return use === undefined ? [] : [{ ...use, from: "ENV" as const, name, location }];
  });
}

/** `--ckpt_dir /models/x`, `--model=owner/name`. */
function usesOfCommands(image: ModelUseParts): readonly ModelUse[] {
  return image.entry.commands.flatMap((command) =>
    flags(command.words.map((word) => (word.isKnown ? word.text : undefined))).flatMap(({ name, value }) => {
      const use = useOf(value, name, command.workdir, command.environment);
      return use === undefined ? [] : [{ ...use, from: "command" as const, name, location: command.location }];
    }),
  );
}

function usesOfModule(moment: CodeMoment): readonly ModelUse[] {
  const { module, environment, workdir } = moment;
  const { path } = module.source;
  const found: ModelUse[] = [];
  const add = (value: string | undefined, name: string | undefined, line: number): void => {
    const use = value === undefined ? undefined : useOf(value, name, workdir, environment);
    if (use !== undefined) found.push({ ...use, from: "code", name, location: { path, line } satisfies Location });
  };
  for (const { name, fallback, line } of module.environmentReads) {
    if (fallback === undefined || environment.has(name) || isOtherFolder(name)) continue;
    add(knownText(fallback, module, environment), name, line);
  }
  for (const call of module.calls) for (const { name, value } of named(call, moment)) add(value, name, call.line);
  for (const node of module.tree === undefined ? [] : walk(module.tree)) {
    if (node.kind !== "list" || node.children.length > maxArguments) continue;
    const words = node.children.map((child) => knownText(valueOf(module, child), module, environment));
    for (const { name, value, at } of flags(words)) add(value, name, node.children[at]?.line ?? node.line);
  }
  return found;
}

/** The arguments of a call that may name a model, with the name that says so. */
function named(
  call: PythonCall,
  { module, environment }: CodeMoment,
): readonly { readonly name: string; readonly value: string | undefined }[] {
  const textOf = (at: number): string | undefined => {
    const argument = call.arguments.filter(({ name }) => name === undefined)[at];
    return argument === undefined ? undefined : knownText(argument.value, module, environment);
  };
  const keyword = (wanted: string): string | undefined => {
    const argument = call.arguments.find(({ name }) => name === wanted);
    return argument === undefined ? undefined : knownText(argument.value, module, environment);
  };
  if (/(^|\.)add_argument$/.test(call.callee)) return [{ name: textOf(0) ?? "", value: keyword("default") }];
  if (writers.test(call.callee)) return [];
  const byKeyword = call.arguments.flatMap(({ name, value }) =>
    name === undefined ? [] : [{ name, value: knownText(value, module, environment) }],
  );
  if (pretrained.test(call.callee)) return [{ name: "model_id", value: textOf(0) }, ...byKeyword];
  if (loaders.test(call.callee)) return [{ name: "model_path", value: textOf(0) }, ...byKeyword];
  // Any function may read a weight file by name.
  const weights = [textOf(0)].filter((text) => text !== undefined && isWeightFile(text));
  return [...weights.map((value) => ({ name: "path", value })), ...byKeyword];
}

/** Calls that name a place for what they fetch or write, or that only ask of a path. */
const writers =
  /download|urlretrieve|makedirs|mkdir|(^|\.)(save\w*|exists|isdir|isfile|getenv|get|print|info|debug|warning|error|copy\w*|move|remove|rmtree|join|log)$/;
const pretrained = /(^|\.)(\w*pretrained|from_single_file|SentenceTransformer|WhisperModel)$/;
const loaders =
  /^(torch\.(jit\.)?load|safetensors\.(\w+\.)*(load_file|safe_open))$|(^|\.)(load_(model|checkpoint|ckpt|weights|lora_weights)|InferenceSession)$/;

/** Longer lists are data, not the arguments of a program. */
const maxArguments = 200;

/** Options with their values; `at` is the value's index. */
function flags(
  words: readonly (string | undefined)[],
): readonly { readonly name: string; readonly value: string; readonly at: number }[] {
  return words.flatMap((word, i) => {
    const [, name, joined] = /^(-[\w-]+)(?:=(.*))?$/s.exec(word ?? "") ?? [];
    const at = joined === undefined ? i + 1 : i;
    const value = joined ?? words[i + 1];
    return name === undefined || value === undefined ? [] : [{ name, value, at }];
  });
}

/** A value that is a model's path or id: its name or its own form says so. */
function useOf(
  value: string,
  name: string | undefined,
  workdir: string | undefined,
  environment: ReadonlyMap<string, string>,
): Pick<ModelUse, "value" | "kind"> | undefined {
  const text = value.trim();
  if (text === "" || text.length > 1024 || /[\s:*{}$]/.test(text)) return undefined;
  if (name !== undefined && otherName.test(name)) return undefined;
  const saysModel = name !== undefined && modelName.test(name);
  if (isHubId(text)) return saysModel && idName.test(name) ? { value: text, kind: "hf-id" } : undefined;
  const isAbsolute = /^(\/|~\/)/.test(text);
  if (!isWeightFile(text) && !(isAbsolute && (saysModel || modelFolder.test(text)))) return undefined;
  const path = absolutePath(text, workdir, environment);
  return path === undefined || path === "/" ? undefined : { value: path, kind: "path" };
}

const modelName = /model|weight|ckpt|checkpoint|pretrained|vocoder|vae|lora|unet/i;
/** Names that speak of something else than where weights lie; `weight_name` and `filename` are relative to a repository. */
const otherName = /cache|url|log|type|config|vocab|token|output|save|tmp|temp|size|weight_name|file_?name|subfolder/i;
const idName = /(model|repo|pretrained)([_-]?(id|name|repo|repo_id|path|name_or_path|dir))?$/i;
const modelFolder = /\/(models?|weights|checkpoints?|ckpts?|pretrained[\w-]*)(\/|$)/i;

/** Variables whose folders belong to caches (`cache-folders.ts`) or to programs, not to one model. */
function isOtherFolder(name: string): boolean {
  return /CACHE|^(HF|TORCH|TTS|U2NET|XDG)_\w*HOME$|^(HOME|PATH|PWD|PYTHONPATH|LD_LIBRARY_PATH|LIBRARY_PATH|NLTK_DATA|VIRTUAL_ENV|CUDA_HOME)$/.test(
    name,
  );
}

function distinct(uses: readonly ModelUse[]): readonly ModelUse[] {
  const byKey = new Map<string, ModelUse>();
  for (const use of uses) {
    const key = JSON.stringify([use.value, use.kind, use.name, use.location.path, use.location.line]);
    if (!byKey.has(key)) byKey.set(key, use);
  }
  return [...byKey.values()];
}
