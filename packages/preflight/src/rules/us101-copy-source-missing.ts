import type { CopySource, CopyStep } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** COPY or ADD of something that the build context does not hold: the build stops at that line. */
export const copySourceMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US101",
    name: "copy-source-missing",
    level: "error",
    phase: "build",
    summary: "COPY or ADD names a source that is not in the build context.",
    seeds: ["S108", "S109", "S110", "S111", "S121", "S124"],
    fix: "auto",
  },
  *check(image) {
    for (const stage of image.walk.stages) {
      for (const step of stage.steps) {
        if (step.kind !== "copy" || step.from !== undefined) continue;
        for (const source of step.sources) if (isMissing(source, image)) yield missing(source, step, image);
      }
    }
  },
};

function isMissing(source: CopySource, { context, project }: ImageFacts): boolean {
  const { text, unresolved } = source.pattern;
  if (source.kind !== "path" || unresolved.length > 0 || project.isListingCut) return false;
  return context.matchIgnored(text).length === 0;
}

function missing(source: CopySource, step: CopyStep, image: ImageFacts): Report {
  const { dockerfile, context } = image;
  const wanted = source.pattern.text;
  const nearest = likelyFile(wanted, image);
  const folder = context.folder === "" ? "the project's folder" : `${context.folder}/`;
  return {
    message: `The build stops here: ${wanted} is not in the build context (${folder}).`,
    remedy: nearest === undefined ? `Add ${wanted}, or drop it from the line.` : `Copy ${nearest} under that name.`,
    at: { path: dockerfile.path, line: source.line },
    confidence: context.origin === "assumed" && context.otherFolders.length > 0 ? "likely" : "certain",
    evidence: [
      { statement: `${context.files.size} files are in the context; none matches ${wanted}.` },
      ...(nearest === undefined ? [] : [{ statement: `${nearest} is there.` }]),
    ],
    ...(nearest === undefined ? {} : { fix: renamed(source, step, nearest, image) }),
  };
}

/** The one file of the context whose name holds every word of the wanted name, such as runpod-handler.py for handler.py. */
function likelyFile(wanted: string, { context }: ImageFacts): string | undefined {
  const words = wordsOf(wanted);
  const extension = extensionOf(wanted);
  if (words.length === 0 || extension === "") return undefined;
  const found = [...context.files.keys()].filter(
    (path) => extensionOf(path) === extension && words.every((word) => wordsOf(path).includes(word)),
  );
  return found.length === 1 ? found[0] : undefined;
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const extensionOf = (path: string) => /\.[a-z]+$/.exec(baseName(path))?.[0] ?? "";
const wordsOf = (path: string) =>
  baseName(path)
    .slice(0, -extensionOf(path).length || undefined)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** Only a one-line COPY of one file can be rewritten without guessing. */
function renamed(source: CopySource, step: CopyStep, nearest: string, { dockerfile }: ImageFacts): Fix {
  const { line, endLine, exec } = step.instruction;
  const written = dockerfile.lines[line - 1] ?? "";
  const target = step.destination.text;
  const isPlain = line === endLine && exec === undefined && step.sources.length === 1;
  if (!isPlain || /\s/.test(nearest)) return { title: "", edits: [] };
  const isFolder = target.endsWith("/") || target === step.workdir;
  const name = baseName(source.pattern.text);
  const destination = /(\S+)\s*$/.exec(written)?.[1] ?? ".";
  const newDestination = !isFolder ? destination : `${destination.replace(/\/$/, "")}/${name}`;
  const text = written.slice(0, written.lastIndexOf(source.pattern.text)) + `${nearest} ${newDestination}`;
  return {
    title: `Copy ${nearest} as ${name}`,
    edits: [{ kind: "lines", path: dockerfile.path, startLine: line, endLine: line, lines: [text] }],
  };
}
