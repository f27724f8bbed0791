import type { ImageFacts } from "#facts/image/image-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import { isStandardLibrary } from "#facts/python/standard-library.js";
import { distributionsOfModule } from "#knowledge/index.js";
import type { Fix } from "#model/finding.js";
import { type ContextSource, contextSources } from "./context-sources.js";
import { likelyFiles } from "./likely-files.js";

/**
 * Puts what the code imports in the place of a requirements file that is not there: the COPY goes, and pip gets names.
 * Modules that no known package brings are the project's own, or a matter of their own.
 * @returns undefined when the code imports no known package, or the lines are not plain.
 */
export function inlineRequirements({ step, pattern }: ContextSource, image: ImageFacts): Fix | undefined {
  const { path, lines } = image.dockerfile;
  const { line, endLine } = step.instruction;
  const name = baseNameOf(pattern.text);
  if (step.kind !== "copy" || step.sources.length !== 1 || line !== endLine || !/^requirements.*\.txt$/.test(name)) {
    return undefined;
  }
  const install = image.installed.python.find(
    ({ stageIndex, unreadRequirements }) =>
      stageIndex === step.stageIndex && unreadRequirements.some((unread) => baseNameOf(unread) === name),
  );
  const pipLine = install?.command.words.find((word) => baseNameOf(word.text) === name)?.line;
  const written = lines[(pipLine ?? 0) - 1] ?? "";
  const option = /(?:-r|--requirement)[= ]*(\S+\.txt)(?=\s|$)/.exec(written);
  const packages = importedPackages(image);
  if (pipLine === undefined || baseNameOf(option?.[1] ?? "") !== name || packages === undefined) return undefined;
  const inline = written.replace(option?.[0] ?? "", () => packages.join(" "));
  return {
    title: `Install what the code imports: ${packages.join(", ")}`,
    edits: [
      { kind: "lines", path, startLine: line, endLine: line, lines: [] },
      { kind: "lines", path, startLine: pipLine, endLine: pipLine, lines: [inline] },
    ],
  };
}

/** Distributions behind the imports of the Python files that the image copies one by one, sorted. */
function importedPackages(image: ImageFacts): readonly string[] | undefined {
  const { context, project } = image;
  const files = contextSources(image.walk.stages).flatMap((source) => {
    if (!source.pattern.text.endsWith(".py")) return [];
    return context.match(source.pattern.text)[0]?.path ?? likelyFiles(source, image).meant ?? [];
  });
  const modules = files
    .flatMap((file) => project.pythonModule(context.files.get(file)?.path ?? "")?.imports ?? [])
    .map((each) => each.module)
    .filter((module) => !module.startsWith(".") && !isStandardLibrary(module));
  const packages = new Set(modules.flatMap((module) => distributionsOfModule(module)[0] ?? []));
  if (packages.size === 0) return undefined;
  return [...packages].toSorted();
}
