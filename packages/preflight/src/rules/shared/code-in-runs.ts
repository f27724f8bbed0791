import type { ImageFacts, RunFacts } from "#facts/image/image-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import type { EmbeddedCode } from "#facts/shell/script.js";
import { neededStages } from "./needed-stages.js";

/** Python code that a RUN step hands to the interpreter. */
export interface RunCode {
  readonly code: EmbeddedCode;
  readonly module: PythonModule;
  readonly run: RunFacts;
  /** Its failure stops the build. */
  readonly isDecisive: boolean;
}

/** Code of `python -c` and here-documents in the stages that are built, as far as its text is known. */
export function codeInRuns(image: ImageFacts): readonly RunCode[] {
  const stages = neededStages(image);
  return image.python.embedded
    .filter(({ code, run }) => stages.has(run.stage) && isKnown(code))
    .map(({ code, module, run }) => ({
      code,
      module,
      run,
      isDecisive: code.command.fate.kind === "stops" && !code.command.isConditional,
    }));
}

/** Code with a variable in it that only the build knows may become anything; Python 2 has a grammar of its own. */
function isKnown({ code, command, from }: EmbeddedCode): boolean {
  if (/^(?:python|pypy)2/.test(command.name)) return false;
  if (from === "argument") return command.words.every(({ isKnown: known, text }) => known || text !== code.text);
  return !command.isInputExpanded || !/[$`]/.test(code.text);
}
