import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import { dottedName, walk } from "#facts/python/syntax.js";
import type { ShellCommand } from "#facts/shell/script.js";
import { apiFloor, removedApi, type RemovedApi } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { failingBasicsrImports } from "./shared/frozen-library.js";
import { reachedImports } from "./shared/reached-imports.js";
import { isUpgrade, pythonAsks, type PythonAsk } from "./shared/python-asks.js";
import { isCapped, startsAt, staysBelow } from "./shared/specifier.js";
import { askThatReaches } from "./shared/version-reached.js";

/** A program or a name that the installed version of its package does not have. */
export const removedCliOrApi: ImageRule = {
  scope: "image",
  meta: {
    id: "US315",
    name: "removed-cli-or-api",
    level: "error",
    phase: "build",
    summary: "A command or an import uses what the installed version of a package no longer, or not yet, has.",
    seeds: ["S1", "S38"],
    fix: "auto",
  },
  *check(image) {
    for (const { command } of image.buildCommands) yield* program(command, image, "build");
    for (const command of image.entry.commands) yield* program(command, image, "start");
    yield* removedModules(image);
    yield* removedNames(image);
    yield* namesToCome(image);
    yield* heldByAnother(image);
    yield* frozenLibraries(image);
  },
};

function* program(command: ShellCommand, image: ImageFacts, phase: "build" | "start"): Iterable<Report> {
  const api = removedApi(command.name);
  const isKept = command.isConditional || command.fate.kind === "tested";
  if (api?.kind !== "program" || isKept) return;
  const ask = askThatReaches(image, api.distribution, api.removedIn, phase === "build" ? command : undefined);
  if (ask === undefined) return;
  const stops = command.fate.kind === "stops";
  const fix = renamedProgram(command, api, image);
  yield {
    message: `${stops ? `The ${phase} stops here` : "Nothing is done here"}: ${api.name} is gone from ${api.distribution} ${api.removedIn} on.`,
    remedy: `Use \`${api.replacement}\`, or pin ${api.distribution} below ${api.removedIn}.`,
    at: command.location,
    phase,
    confidence: "likely",
    evidence: evidenceOf(ask),
    ...(fix === undefined ? {} : { fix }),
  };
}

function* removedModules(image: ImageFacts): Iterable<Report> {
  for (const { import: imported, at } of reachedImports(image)) {
    const names = [imported.module, ...(imported.names ?? []).map((name) => `${imported.module}.${name}`)];
    for (const name of names) {
      const api = removedApi(name);
      const ask = api && askThatReaches(image, api.distribution, api.removedIn);
      if (api === undefined || ask === undefined) continue;
      yield gone(api, ask, at, imported.functionName === undefined);
    }
  }
}

/** `np.float` and the like, anywhere in code that is reached; each once a file. */
function* removedNames(image: ImageFacts): Iterable<Report> {
  for (const { module, isReachable, projectPath } of image.python.modules) {
    if (!isReachable) continue;
    for (const [name, line] of attributesOf(module)) {
      const api = removedApi(name);
      const ask = api?.kind === "name" ? askThatReaches(image, api.distribution, api.removedIn) : undefined;
      if (api !== undefined && ask !== undefined) {
        yield gone(api, ask, { path: projectPath ?? module.source.path, line }, false);
      }
    }
  }
}

/** A name that only later versions have, with the version pinned before it. */
function* namesToCome(image: ImageFacts): Iterable<Report> {
  for (const { import: imported, at } of reachedImports(image)) {
    for (const name of imported.names ?? []) {
      const floor = apiFloor(`${imported.module}.${name}`);
      const ask = floor && pythonAsks(image, floor.distribution).at(-1);
      if (floor === undefined || ask === undefined || !staysBelow(ask.requirement.specifier, floor.since)) continue;
      yield {
        message: `The import fails: ${name} is in ${floor.distribution} from ${floor.since} on, and the image has ${ask.requirement.written}.`,
        remedy: `Ask for ${floor.distribution}>=${floor.since}.`,
        at,
        phase: imported.functionName === undefined ? "start" : "job",
        confidence: "likely",
        evidence: evidenceOf(ask),
      };
    }
  }
}

/** An install without an upper bound, of a package that only another requirement keeps at a version with the program. */
function* heldByAnother(image: ImageFacts): Iterable<Report> {
  const told = new Set<PythonAsk["requirement"]>();
  for (const { command } of image.buildCommands) {
    const api = removedApi(command.name);
    if (api?.kind !== "program" || command.isConditional || command.fate.kind === "tested") continue;
    if (askThatReaches(image, api.distribution, api.removedIn, command) !== undefined) continue;
    const asks = pythonAsks(image, api.distribution).filter(
      ({ install }) => install.command.location.line < command.location.line,
    );
    const pin = asks.findIndex(({ requirement }) => staysBelow(requirement.specifier, api.removedIn));
    const held = asks[pin]?.requirement;
    if (held === undefined) continue;
    for (const { requirement, install } of asks.slice(pin + 1)) {
      const { specifier, url } = requirement;
      const isBound = isCapped(specifier) || startsAt(specifier, api.removedIn) || url !== undefined;
      if (isBound || isUpgrade(install) || told.has(requirement)) continue;
      told.add(requirement);
      yield freeButHeld(api, requirement, held);
    }
  }
}

function* frozenLibraries(image: ImageFacts): Iterable<Report> {
  for (const { import: imported, at } of failingBasicsrImports(image)) {
    const isAtStart = imported.functionName === undefined;
    const library = imported.module.split(".")[0] ?? imported.module;
    const by = library === "basicsr" ? "basicsr" : `${library}, by way of basicsr,`;
    yield {
      message: `${isAtStart ? "The worker dies at start" : "The job fails here"}: ${by} imports torchvision.transforms.functional_tensor, which is gone from torchvision 0.17 on.`,
      remedy:
        "Pin torch below 2.2 and torchvision below 0.17, or let a RUN write functional for functional_tensor in basicsr/data/degradations.py.",
      at,
      phase: isAtStart ? "start" : "job",
      confidence: "likely",
    };
  }
}

function freeButHeld(api: RemovedApi, free: PythonAsk["requirement"], held: PythonAsk["requirement"]): Report {
  const { name, distribution, removedIn, replacement } = api;
  const file = held.location.path === free.location.path ? "" : ` of ${held.location.path}`;
  return {
    message: `${name} works only as long as ${held.written}${file} stays: ${free.written} here has no upper bound, and ${distribution} ${removedIn} has no ${name}.`,
    remedy: `Use \`${replacement}\`, or write ${distribution}<${removedIn} here too.`,
    at: free.location,
    level: "note",
    confidence: "possible",
    evidence: [{ statement: `${held.written} holds it.`, location: held.location }],
  };
}

function gone(api: RemovedApi, ask: PythonAsk, at: Report["at"], isAtStart: boolean): Report {
  return {
    message: `${isAtStart ? "The worker dies at start" : "The job fails here"}: ${api.name} is gone from ${api.distribution} ${api.removedIn} on.`,
    remedy: `Use \`${api.replacement}\`, or pin ${api.distribution} below ${api.removedIn}.`,
    at,
    phase: isAtStart ? "start" : "job",
    confidence: "likely",
    evidence: evidenceOf(ask),
  };
}

function evidenceOf({ requirement }: PythonAsk): NonNullable<Report["evidence"]> {
  return [{ statement: `${requirement.written} takes whatever version is newest.`, location: requirement.location }];
}

function attributesOf(module: PythonModule): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (module.tree === undefined) return found;
  for (const node of walk(module.tree)) {
    const written = node.kind === "attribute" ? dottedName(module, node) : undefined;
    const [first = "", ...rest] = written?.split(".") ?? [];
    const origin = module.importedNames.get(first);
    if (origin === undefined) continue;
    const name = [origin, ...rest].join(".");
    if (!found.has(name)) found.set(name, node.line);
  }
  return found;
}

/** Options of `huggingface-cli download` that `hf download` does not take, with a line break in front. */
const droppedOptions = /(?:[ \t]*\\\n)?[ \t]*--(?:local-dir-use-symlinks(?:[= ][ \t]*\w+)?|resume-download)(?=\s|$)/g;

/** The command's lines written anew: the continued lines are one text, so that a last one can go with its backslash. */
function renamedProgram(command: ShellCommand, api: RemovedApi, { dockerfile }: ImageFacts): Fix | undefined {
  const isDownload = api.name === "huggingface-cli" && command.words[1]?.text === "download";
  if (!isDownload || command.location.path !== dockerfile.path) return undefined;
  const lines = command.words.map((word) => word.line);
  const [startLine, endLine] = [Math.min(...lines), Math.max(...lines)];
  const before = dockerfile.lines.slice(startLine - 1, endLine).join("\n");
  const after = before.replace(/\bhuggingface-cli(?=\s+download\b)/, "hf").replaceAll(droppedOptions, "");
  if (after === before) return undefined;
  const edit = { kind: "lines", path: dockerfile.path, startLine, endLine, lines: after.split("\n") } as const;
  return { title: `Use ${api.replacement} download`, edits: [edit] };
}
