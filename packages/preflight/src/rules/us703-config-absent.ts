import { posix } from "node:path";
import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { bindingsOf } from "#facts/python/bindings.js";
import { textOf, type PythonCall, type PythonValue, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { ancestors } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { surelyRuns, type RunMoment } from "./shared/surely-runs.js";

/** The worker opens a configuration file that nothing puts into the image. */
export const configAbsent: ImageRule = {
  scope: "image",
  meta: {
    id: "US703",
    name: "config-absent",
    level: "error",
    phase: "start",
    summary: "The worker opens a configuration file that is not in the image.",
    seeds: ["S64", "S99"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.project.isListingCut) return;
    const told = new Set<string>();
    for (const { module, call, path, isDefault } of configReads(image)) {
      if (told.has(path) || image.files.find(path).kind !== "absent" || isMadeByCode(path, call, image)) continue;
      const giveUp = givesUp(module, call);
      const moment = surelyRuns(image, module, giveUp ?? call.node);
      if (moment === undefined || isTested(module, call)) continue;
      told.add(path);
      const report = absent(path, moment, isDefault, module, call, image);
      yield giveUp === undefined ? report : withoutSettings(report, path, module);
    }
  },
  lookedAt(image) {
    const paths = [...new Set(configReads(image).map(({ path }) => path))];
    return paths.join(", ");
  },
};

interface ConfigRead {
  readonly module: ImageModule;
  readonly call: PythonCall;
  readonly path: string;
  /** A variable names it, and this is what holds when the endpoint does not set that. */
  readonly isDefault: boolean;
}

const configName = /\.(?:ya?ml|json|toml|ini|cfg|conf)$/i;
const openers: ReadonlySet<string> = new Set(["open", "io.open", "codecs.open"]);

function configReads(image: ImageFacts): readonly ConfigRead[] {
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap((module) =>
      module.module.calls.flatMap((call) => {
        const [first] = call.arguments;
        if (first === undefined || !openers.has(call.callee) || !isReading(call)) return [];
        const value = first.value.kind === "other" ? localValue(module, first.node) : first.value;
        const path = pathOf(value, module, image);
        return path === undefined || !configName.test(path)
          ? []
          : [{ module, call, path, isDefault: value.kind === "environment" }];
      }),
    );
}

/** Of a name that the function assigns once; what a parameter holds its callers say. */
function localValue({ module }: ImageModule, node: SyntaxNode): PythonValue {
  const scope = node.kind === "identifier" ? enclosingFunction(node) : undefined;
  const bound = scope && bindingsOf(module, scope).get(textOf(module, node))?.value;
  return valueOf(module, bound?.parent?.kind === "assignment" ? bound : node);
}

function isReading(call: PythonCall): boolean {
  const mode = call.arguments.find(({ name }, index) => name === "mode" || (name === undefined && index === 1))?.value;
  return mode === undefined || (mode.kind === "text" && mode.isKnown && /^r[bt]?$/.test(mode.text));
}

/** Absolute path in the image; undefined: nobody can know. */
function pathOf(value: PythonValue, module: ImageModule, image: ImageFacts): string | undefined {
  if (value.kind === "environment") {
    const set = image.runtimeEnvironment.get(value.name);
    if (set !== undefined) return absolute(set, image);
    if (image.project.endpoint.environment.has(value.name) || value.fallback === undefined) return undefined;
    return value.fallback.kind === "environment" ? undefined : pathOf(value.fallback, module, image);
  }
  if (value.kind !== "text") return undefined;
  const beside = /^\{__file__\}(\/[^{}]*)$/.exec(value.text)?.[1];
  if (beside !== undefined) return posix.join(module.imagePath, beside);
  return value.isKnown ? absolute(value.text, image) : undefined;
}

/** A relative path starts at the folder that the worker is started in. */
function absolute(path: string, { entry }: ImageFacts): string | undefined {
  if (path.startsWith("/")) return posix.normalize(path);
  const folders = new Set(entry.pythonFiles.map(({ command }) => command.workdir));
  const [folder] = folders;
  return folders.size === 1 && folder !== undefined ? posix.join(folder, path) : undefined;
}

/** Other code names the file: it may write or fetch it first. */
function isMadeByCode(path: string, read: PythonCall, image: ImageFacts): boolean {
  return image.python.modules.some(
    (module) =>
      module.isReachable &&
      module.module.calls.some(
        (call) =>
          call !== read &&
          !(openers.has(call.callee) && isReading(call)) &&
          !onlyNames.test(call.callee) &&
          call.arguments.some(({ value }) => pathOf(value, module, image) === path),
      ),
  );
}

/** Calls that make or fetch nothing. */
const onlyNames = /^(?:os\.(?:path\.\w+|getenv|environ\.get|access)|(?:pathlib\.)?Path|print|log\w*\.\w+)$/;

const isTest = (callee: string): boolean => /(?:^|[._])(?:exists|is_?file|access)$/.test(callee);

/** `try: CONFIG = load(open(…))` with `except: CONFIG = None`: the worker goes on with nothing. */
function givesUp({ module }: ImageModule, { node }: PythonCall): SyntaxNode | undefined {
  const guard = [...ancestors(node)].find(({ kind }) => kind === "try_statement");
  const handlers = guard?.children.filter(({ kind }) => kind === "except_clause") ?? [];
  const isEmptied = handlers.some((clause) => /^\s{0,80}\w{1,80}\s?=\s?None$/m.test(textOf(module, clause)));
  return isEmptied && enclosingFunction(node) === undefined ? guard : undefined;
}

function withoutSettings(report: Report, path: string, { module }: ImageModule): Report {
  return {
    ...report,
    message: `The worker starts without its settings: nothing puts ${path} into the image, and ${module.source.path} goes on with None.`,
    level: "warning",
    phase: "job",
  };
}

/** The function looks before it opens. */
function isTested({ module }: ImageModule, { functionName }: PythonCall): boolean {
  return module.calls.some((call) => call.functionName === functionName && isTest(call.callee));
}

function absent(
  path: string,
  moment: RunMoment,
  isDefault: boolean,
  { module }: ImageModule,
  call: PythonCall,
  { project, entry, context }: ImageFacts,
): Report {
  const twin = [...project.files.keys()].find((each) => posix.basename(each) === posix.basename(path));
  const hidden = twin === undefined ? undefined : context.ignoredBy(posix.relative(context.folder, twin));
  const effect = moment === "start" ? "The worker dies at start" : "Every job fails";
  return {
    message: `${effect}: ${module.source.path} opens ${path}, and nothing puts it into the image.`,
    remedy: `Copy ${twin ?? posix.basename(path)} to ${path} without its credentials, or read the settings from environment variables.`,
    at: { path: module.source.path, line: call.line },
    phase: moment,
    confidence: !entry.isComplete ? "possible" : isDefault ? "likely" : "certain",
    evidence: [
      ...(twin === undefined ? [] : [{ statement: `${twin} is in the project.` }]),
      ...(hidden === undefined ? [] : [{ statement: "This line keeps it out of the build.", location: hidden }]),
    ],
  };
}
