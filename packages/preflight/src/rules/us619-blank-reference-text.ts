import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonCall, PythonModule, PythonValue } from "#facts/python/module.js";
import { valueOf } from "#facts/python/values.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { processCallsOf } from "./shared/process-call.js";

/** F5-TTS without the words of the reference recording: it fetches a speech recogniser to find them out. */
export const blankReferenceText: ImageRule = {
  scope: "image",
  meta: {
    id: "US619",
    name: "blank-reference-text",
    level: "warning",
    phase: "job",
    summary: "F5-TTS is given no reference text, so it loads a speech recogniser while the job waits.",
    seeds: ["S83"],
    fix: "by-hand",
  },
  *check(image) {
    if (bringsRecogniser(image)) return;
    for (const at of blankUses(image)) {
      yield {
        message: "ref_text is blank: F5-TTS then downloads and loads Whisper large-v3-turbo while the first job waits.",
        remedy: "Send the words of the reference recording; a wrong guess is also heard in the voice.",
        at,
        evidence: [{ statement: "F5-TTS, infer/utils_infer.py: a blank ref_text is transcribed with Whisper." }],
      };
    }
  },
  lookedAt: (image) => {
    const count = modulesOf(image).flatMap((module) => module.module.calls.filter(isInference)).length;
    return count === 0 ? "" : `${count} calls of infer`;
  },
};

function bringsRecogniser({ downloads }: ImageFacts): boolean {
  return downloads.some(({ what, when }) => when === "build" && /whisper-large-v3-turbo/i.test(what));
}

function modulesOf(image: ImageFacts): readonly ImageModule[] {
  return image.python.modules.filter(
    ({ isReachable, module }) => isReachable && module.imports.some(({ module: name }) => /^f5_tts\b/.test(name)),
  );
}

/** `F5TTS.infer(ref_file, ref_text, gen_text)` and `infer_process(ref_audio, ref_text, gen_text, …)`. */
function isInference({ callee }: PythonCall): boolean {
  return /(?:^|\.)(?:infer|infer_process)$/.test(callee);
}

function* blankUses(image: ImageFacts): Generator<Location> {
  for (const { module } of modulesOf(image)) {
    for (const call of module.calls.filter(isInference)) {
      const line = blankLine(module, call);
      if (line !== undefined) yield { path: module.source.path, line };
    }
  }
  for (const { isReachable, module } of image.python.modules) {
    if (!isReachable) continue;
    for (const { words } of processCallsOf(module)) {
      if (!words.some(({ text }) => /(?:^|\/)f5-tts_infer-cli$/.test(text))) continue;
      const at = words.findIndex(({ text }) => text === "-s" || text === "--ref_text");
      const value = at === -1 ? undefined : words[at + 1];
      if (value?.isKnown === true && value.text.trim() === "")
        yield { path: module.source.path, line: value.node.line };
    }
  }
}

/**
 * Line of a blank that stands in the call, or in the dictionary that it is given as `**options`; a parameter's default
 * says nothing about its callers.
 */
function blankLine(module: PythonModule, { arguments: given, line }: PythonCall): number | undefined {
  const named = given.find(({ name }) => name === "ref_text");
  const second = given.some(({ name }) => name === "*") ? undefined : given.filter(({ name }) => name === undefined)[1];
  const text = named ?? second;
  if (text !== undefined) return text.node.kind === "string" && isBlank(text.value) ? text.node.line : undefined;
  const [options] = given.find(({ name }) => name === "**")?.node.children ?? [];
  const value = options && valueOf(module, options);
  const entry =
    value?.kind === "dict"
      ? value.entries.find(({ key }) => key.kind === "text" && key.isKnown && key.text === "ref_text")
      : undefined;
  return entry !== undefined && isBlank(entry.value) ? line : undefined;
}

function isBlank(value: PythonValue): boolean {
  return value.kind === "text" && value.isKnown && value.text.trim() === "";
}
