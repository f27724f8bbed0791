import type { ImageFacts } from "#facts/image/image-facts.js";
import { textOf, type PythonCall, type SyntaxNode } from "#facts/python/module.js";
import { ancestors, walk } from "#facts/python/syntax.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { callsOf, isInIf, type JobFunction, jobFunctionsOf, runsInJob } from "./shared/job-functions.js";
import { knownStartsOf } from "./shared/known-start.js";

/** Weights loaded again for every job: a warm worker gains nothing. */
export const modelPerJob: ImageRule = {
  scope: "image",
  meta: {
    id: "US610",
    name: "model-per-job",
    level: "warning",
    phase: "job",
    summary: "The model is loaded again for every job instead of once for the worker.",
    seeds: ["S25"],
    fix: "by-hand",
  },
  *check(image) {
    const [first, ...others] = [...loads(image), ...programs(image)];
    if (first === undefined) return;
    yield {
      message: `${first.what} loads its weights again for every job: a warm worker is as slow as a cold one.`,
      remedy: "Load the model once, at module level or behind a cache, and keep it between jobs.",
      at: first.at,
      confidence: "likely",
      evidence: others.slice(0, 9).map(({ what, at }) => ({ statement: `${what} too.`, location: at })),
    };
  },
  lookedAt: (image) => {
    const count = jobFunctionsOf(image).length;
    return count === 0 ? "" : `${count} functions of jobs`;
  },
};

interface Load {
  readonly what: string;
  readonly at: Location;
}

function loads(image: ImageFacts): readonly Load[] {
  return jobFunctionsOf(image)
    .filter((each) => !each.isConditional && !keepsResult(each))
    .flatMap((each) => {
      const { body } = each.function;
      const { path } = each.module.module.source;
      return callsOf(each)
        .filter((call) => isLoad(call) && !isInIf(call.node, body) && !comesAfterReturn(call.node, body))
        .map(({ callee, line }) => ({ what: callee.replace(/^\?\./, ""), at: { path, line } }));
    });
}

/** Scripts of known projects load their model when they start. */
function programs(image: ImageFacts): readonly Load[] {
  return knownStartsOf(image).flatMap(({ script, code, path, place }) => {
    const module = image.python.modules.find((each) => each.module === code?.module);
    const [word] = code?.words ?? [];
    const isJob = module !== undefined && word !== undefined && runsInJob(image, module, word.node);
    return script !== undefined && isJob ? [{ what: path, at: place }] : [];
  });
}

const loaders =
  /^(?:whisper\.load_model|whisperx\.load_(?:align_)?model|faster_whisper\.WhisperModel|f5_tts\.api\.F5TTS|TTS\.api\.TTS|transformers\.pipeline|torch\.hub\.load|insightface\.(?:app\.FaceAnalysis|model_zoo\.get_model))$/;

/** Small companions of a model; they load in milliseconds. */
const companion = /(?:Tokenizer\w*|Processor|Config|Scheduler|Extractor)\.from_pretrained$/;

function isLoad({ callee }: PythonCall): boolean {
  if (loaders.test(callee)) return true;
  return /\.(?:from_pretrained|from_single_file)$/.test(callee) && !companion.test(callee);
}

/** `global`, an attribute or an entry that outlives the call, or a cache in front of the function. */
function keepsResult({ module: { module }, function: { body } }: JobFunction): boolean {
  const definition = body.parent;
  const decorated = definition?.parent?.kind === "decorated_definition" ? definition.parent : undefined;
  if (decorated !== undefined && /cache/i.test(module.source.text.slice(decorated.start, body.start))) return true;
  return [...walk(body)].some(({ kind, children }) => {
    if (kind === "global_statement" || kind === "nonlocal_statement") return true;
    const [target] = children;
    if (kind !== "assignment" || target === undefined) return false;
    return (
      target.kind === "subscript" || (target.kind === "attribute" && /^(?:self|cls)\./.test(textOf(module, target)))
    );
  });
}

/** `if model: return model` before it. */
function comesAfterReturn(node: SyntaxNode, body: SyntaxNode): boolean {
  return [...walk(body)].some(
    (each) =>
      each.kind === "return_statement" &&
      each.end < node.start &&
      [...ancestors(each)].some(({ kind, start }) => kind === "if_statement" && start >= body.start),
  );
}
