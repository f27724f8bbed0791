import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { SyntaxNode } from "#facts/python/module.js";
import { textOf } from "#facts/python/module.js";
import { environmentAccess } from "#facts/python/environment-access.js";
import { enclosingFunctionName } from "#facts/python/scopes.js";
import { childByField, stringValue, walk } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isProvided } from "./shared/environment-providers.js";
import { surelyRuns, type RunMoment } from "./shared/surely-runs.js";

/** Variables that the worker cannot do without, and that no file sets. */
export const envUnset: ImageRule = {
  scope: "image",
  meta: {
    id: "US704",
    name: "env-unset",
    level: "error",
    phase: "start",
    summary: "The worker requires an environment variable that neither the image nor the endpoint's files set.",
    seeds: ["S62", "S99"],
    fix: "by-hand",
  },
  *check(image) {
    const told = new Set<string>();
    for (const { name, node, module } of requiredVariables(image)) {
      if (told.has(name) || isProvided(name, image)) continue;
      const moment = surelyRuns(image, module, node);
      if (moment === undefined) continue;
      told.add(name);
      yield unset(name, moment, module, node, image);
    }
  },
  lookedAt(image) {
    const names = new Set(requiredVariables(image).map(({ name }) => name));
    return names.size === 0 ? "" : `${names.size} required variables`;
  },
};

interface RequiredVariable {
  readonly name: string;
  readonly module: ImageModule;
  readonly node: SyntaxNode;
}

function requiredVariables(image: ImageFacts): readonly RequiredVariable[] {
  const reachable = image.python.modules.filter(({ isReachable }) => isReachable);
  return reachable.flatMap((module) => {
    const { tree, source } = module.module;
    if (tree === undefined || !/environ|getenv/.test(source.text) || loadsDotenv(module)) return [];
    return [...raisingReads(module, tree), ...refusedValues(module, tree)];
  });
}

/** `os.environ["X"]` outside a `try`: KeyError. */
function raisingReads(module: ImageModule, tree: SyntaxNode): readonly RequiredVariable[] {
  return [...walk(tree)].flatMap((node) => {
    const access = environmentAccess(module.module, node);
    if (access === undefined || !access.raisesWhenUnset) return [];
    const name = stringValue(module.module, access.name);
    return name === undefined ? [] : [{ name, module, node }];
  });
}

/** `x = os.getenv("X")`, then `if not x: raise …`. */
function refusedValues(module: ImageModule, tree: SyntaxNode): readonly RequiredVariable[] {
  const names = new Map<string, string>();
  const found: RequiredVariable[] = [];
  const scoped = (node: SyntaxNode, name: string) => `${enclosingFunctionName(module.module, node) ?? ""} ${name}`;
  for (const node of walk(tree)) {
    const target = node.kind === "assignment" ? childByField(node, "left") : undefined;
    const value = target?.kind === "identifier" ? childByField(node, "right") : undefined;
    if (target !== undefined && value !== undefined) {
      const read = valueOf(module.module, value);
      const name = scoped(node, textOf(module.module, target));
      if (read.kind === "environment" && isEmpty(read.fallback)) names.set(name, read.name);
      else names.delete(name);
    }
    const refused = node.kind === "if_statement" ? refusedName(module, node) : undefined;
    const variable = refused === undefined ? undefined : (names.get(scoped(node, refused)) ?? names.get(` ${refused}`));
    if (variable !== undefined) found.push({ name: variable, module, node });
  }
  return found;
}

/** `none` and `""` are no fallback. */
function isEmpty(fallback: ReturnType<typeof valueOf> | undefined): boolean {
  return (
    fallback === undefined ||
    fallback.kind === "none" ||
    (fallback.kind === "text" && fallback.isKnown && fallback.text === "")
  );
}

/** The name that `if not NAME: raise` and `if NAME is None: sys.exit(1)` turn away. */
function refusedName({ module }: ImageModule, node: SyntaxNode): string | undefined {
  const condition = childByField(node, "condition");
  const body = childByField(node, "consequence");
  if (condition === undefined || body === undefined) return undefined;
  const name = /^(?:not\s+(\w+)|(\w+)\s+is\s+None|(\w+)\s*==\s*(?:""|''|None))$/.exec(textOf(module, condition));
  const leaves = body.children.some(
    (statement) =>
      statement.kind === "raise_statement" || /^(?:sys\.exit|os\._exit|exit|quit)\(/.test(textOf(module, statement)),
  );
  return name === null || !leaves ? undefined : (name[1] ?? name[2] ?? name[3]);
}

/** A `.env` file that nobody commits may set it. */
function loadsDotenv({ module }: ImageModule): boolean {
  return module.calls.some(({ callee }) => callee.endsWith("load_dotenv"));
}

function unset(name: string, moment: RunMoment, { module }: ImageModule, node: SyntaxNode, image: ImageFacts): Report {
  const { environment } = image.project.endpoint;
  const [firstSet] = environment.values();
  const effect = moment === "start" ? "the worker dies at start" : "every job fails";
  return {
    message: `Unless the endpoint sets ${name}, ${effect}: ${module.source.path} requires it, and no file of the project sets it.`,
    remedy: `Set ${name} in the endpoint's template (as a RunPod secret where it is one), or name it under endpointEnvironment in preflight.config.yaml.`,
    at: { path: module.source.path, line: node.line },
    phase: moment,
    // The files list the endpoint's variables, and this one is not among them; else only the console knows.
    level: firstSet === undefined ? "note" : "warning",
    confidence: "likely",
    evidence:
      firstSet === undefined
        ? []
        : [
            {
              statement: `The files set ${environment.size} variables of the endpoint, not this one.`,
              location: firstSet,
            },
          ],
  };
}
