import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { textOf, type PythonCall, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { ancestors, childByField, stringValue, walk } from "#facts/python/syntax.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { surelyRuns } from "./shared/surely-runs.js";

/** A configuration that is loaded at start and whose settings are looked at for the first time inside a job. */
export const noStartValidation: ImageRule = {
  scope: "image",
  meta: {
    id: "US705",
    name: "no-start-validation",
    level: "warning",
    phase: "job",
    summary: "The configuration is loaded at start, but nothing checks that its settings are there.",
    seeds: ["S61", "S62"],
    fix: "auto",
  },
  *check(image) {
    for (const loaded of loadedConfigs(image)) {
      const reads = sectionsRead(loaded);
      if (reads.length > 0 && !isChecked(image, loaded)) yield unchecked(loaded, reads);
    }
  },
  lookedAt(image) {
    return loadedConfigs(image)
      .map(({ module, name }) => `${name} of ${module.module.source.path}`)
      .join(", ");
  },
};

/** `CONFIG = yaml.safe_load(file)` at module level. */
interface LoadedConfig {
  readonly module: ImageModule;
  readonly name: string;
  /** The statement at the outermost level that holds the assignment. */
  readonly statement: SyntaxNode;
  readonly call: PythonCall;
}

const loaders: ReadonlySet<string> = new Set([
  "yaml.safe_load",
  "yaml.load",
  "yaml.full_load",
  "json.load",
  "json.loads",
  "toml.load",
  "tomllib.load",
]);

function loadedConfigs(image: ImageFacts): readonly LoadedConfig[] {
  const reachable = image.python.modules.filter(({ isReachable }) => isReachable);
  return reachable.flatMap((module) =>
    module.module.calls.flatMap((call) => {
      const assignment = call.node.parent;
      const target = assignment?.kind === "assignment" ? childByField(assignment, "left") : undefined;
      if (!loaders.has(call.callee) || target?.kind !== "identifier" || call.functionName !== undefined) return [];
      if (surelyRuns(image, module, call.node) !== "start") return [];
      const around = [...ancestors(call.node)];
      const statement = around.at(-2);
      return statement === undefined ? [] : [{ module, name: textOf(module.module, target), statement, call }];
    }),
  );
}

interface SectionRead {
  readonly key: string;
  readonly node: SyntaxNode;
}

/** `CONFIG["storage"]` inside functions: what only a job finds out. */
function sectionsRead({ module, name }: LoadedConfig): readonly SectionRead[] {
  const tree = module.module.tree;
  if (tree === undefined) return [];
  const found = new Map<string, SectionRead>();
  for (const node of walk(tree)) {
    const object = node.kind === "subscript" ? childByField(node, "value") : undefined;
    const subscript = object?.kind === "identifier" ? childByField(node, "subscript") : undefined;
    if (object === undefined || subscript === undefined || textOf(module.module, object) !== name) continue;
    const key = stringValue(module.module, subscript);
    const isRead = node.field !== "left" && enclosingFunction(node) !== undefined;
    if (key !== undefined && isRead && !found.has(key)) found.set(key, { key, node });
  }
  return [...found.values()];
}

const checkName =
  /valid|schema|check_|require|assert|fitness|pydantic|cerberus|voluptuous|dataclass|from_dict|parse_obj/i;

/** Any sign that the settings are looked at before a job comes: a check by name, `if "x" not in CONFIG`, a model class. */
function isChecked(image: ImageFacts, { module: { module }, name }: LoadedConfig): boolean {
  const calls = module.calls.some(({ callee }) => checkName.test(callee));
  const imports = module.imports.some((each) => checkName.test(each.module));
  const fitness = image.python.modules.some(
    (each) => each.isReachable && each.module.source.text.includes("register_fitness_check"),
  );
  const tests = [...walk(module.tree as SyntaxNode)].some(
    (node) =>
      ["if_statement", "assert_statement", "for_statement", "generator_expression", "list_comprehension"].includes(
        node.kind,
      ) &&
      enclosingFunction(node) === undefined &&
      [...walk(node)].some((inner) => inner.kind === "identifier" && textOf(module, inner) === name),
  );
  return calls || imports || fitness || tests;
}

function unchecked(loaded: LoadedConfig, reads: readonly SectionRead[]): Report {
  const { module, name, call } = loaded;
  const { path } = module.module.source;
  const keys = reads.map(({ key }) => key);
  const [first] = reads;
  const fix = checkBehind(loaded, keys);
  return {
    message: `${name} is loaded without a check: a missing ${keys.slice(0, 4).join(", ")} is found out by the first job that needs it, after the start was paid for.`,
    remedy: "Check the settings right behind the load, and let the worker exit with their names.",
    at: { path, line: call.line },
    confidence: "likely",
    evidence:
      first === undefined
        ? []
        : [{ statement: `${name}["${first.key}"] is read here.`, location: { path, line: first.node.line } }],
    ...(fix !== undefined && { fix }),
  };
}

/** Three lines behind the outermost statement; names with anything but letters in them are left to a person. */
function checkBehind({ module: { module }, name, statement }: LoadedConfig, keys: readonly string[]): Fix | undefined {
  const line = statement.endLine;
  if (!keys.every((key) => /^\w{1,60}$/.test(key)) || statement.kind === "if_statement") return undefined;
  const list = `(${keys.map((key) => `"${key}"`).join(", ")},)`;
  return {
    title: `Let the worker exit when ${name} lacks a setting`,
    edits: [
      {
        kind: "lines",
        path: module.source.path,
        startLine: line + 1,
        endLine: line,
        lines: [
          `missing_settings = [name for name in ${list} if name not in (${name} or {})]`,
          "if missing_settings:",
          `    raise SystemExit(f"The configuration lacks {', '.join(missing_settings)}.")`,
        ],
      },
    ],
  };
}
