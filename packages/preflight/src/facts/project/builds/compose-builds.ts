import { type DataObject, isObject, listOf, objectOf, textOf } from "#facts/project/data-value.js";
import type { BuildCommand, DataFile } from "#facts/project/project-facts.js";
import { folderOf } from "#facts/project/project-path.js";
import { placeOf } from "./build-place.js";
import type { BuildWord } from "./build-words.js";

/** The services of a compose file that are built (Compose Build Specification); `dockerfile_inline` is left out. */
export function composeBuilds(file: DataFile): readonly BuildCommand[] {
  return Object.entries(objectOf(objectOf(file.value)["services"])).flatMap(([name, service]) => {
    const written = objectOf(service)["build"];
    const build = typeof written === "string" ? { context: written } : written;
    if (!isObject(build) || build["dockerfile_inline"] !== undefined) return [];
    // What it does not say itself comes from the service that it extends, often of another file.
    if (objectOf(service)["extends"] !== undefined && build["dockerfile"] === undefined) return [];
    const context = composeWord(build["context"]) ?? { text: ".", isKnown: true };
    const dockerfile = composeWord(build["dockerfile"]);
    const folder = placeOf(folderOf(file.path), { file: undefined, context }).context;
    const target = composeWord(build["target"]);
    return [
      {
        location: { path: file.path, line: file.lineOf(["services", name, "build"]) },
        source: "compose",
        ...placeOf(folder, { file: dockerfile, context: { text: ".", isKnown: true } }),
        tags: [objectOf(service)["image"], ...listOf(build["tags"])].flatMap((tag) => composeWord(tag)?.text ?? []),
        buildArguments: argumentsOf(build),
        targetStage: target?.isKnown === true ? target.text : undefined,
        written: `build: ${context.text}${dockerfile === undefined ? "" : `, dockerfile: ${dockerfile.text}`}`,
      },
    ];
  });
}

/** `args` is a mapping, or a list of `NAME=value`; a name without value comes from the caller's environment. */
function argumentsOf(build: DataObject): ReadonlyMap<string, string> {
  const args = build["args"];
  const pairs = isObject(args)
    ? Object.entries(args).map(([name, value]) => [name, composeWord(value)?.text] as const)
    : listOf(args).map((entry) => nameAndValue(composeWord(entry)?.text ?? ""));
  return new Map(pairs.map(([name, value]) => [name, value ?? `$${name}`]));
}

function nameAndValue(entry: string): readonly [string, string | undefined] {
  const at = entry.indexOf("=");
  return at === -1 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
}

/** `${NAME:-value}` is taken at its value: the environment that would change it is nobody's file. */
function composeWord(value: unknown): BuildWord | undefined {
  const text = textOf(value)?.replaceAll(/\$\{\w+:?-([^{}$]*)\}/g, "$1");
  return text === undefined ? undefined : { text, isKnown: !/\$[\w{]/.test(text) };
}
