import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import { type ContextSource, contextSources, countContextSources } from "./shared/context-sources.js";
import { neededStages } from "./shared/needed-stages.js";
import type { ImageRule } from "./rule.js";

/** COPY or ADD of something that lies in the context's folder, but that an ignore file keeps from the builder. */
export const copySourceIgnored: ImageRule = {
  scope: "image",
  meta: {
    id: "US102",
    name: "copy-source-ignored",
    level: "error",
    phase: "build",
    summary: "COPY or ADD names a source that .dockerignore hides from the builder.",
    seeds: ["S108"],
    fix: "auto",
  },
  lookedAt: ({ walk, context }) => (context.ignoreFile === undefined ? "" : countContextSources(walk.stages)),
  *check(image) {
    for (const source of contextSources([...neededStages(image)])) {
      const { text, unresolved } = source.pattern;
      if (unresolved.length > 0 || image.context.match(text).length > 0) continue;
      const [hidden] = image.context.matchIgnored(text);
      if (hidden !== undefined) yield reportOf(source, hidden.path, image);
    }
  },
};

function reportOf({ pattern, line }: ContextSource, hidden: string, image: ImageFacts): Report {
  const { context, dockerfile } = image;
  const rule = context.ignoredBy(hidden);
  const fix = letIn(pattern.text, image);
  const isOptional = /[*?[\\]/.test(pattern.text);
  return {
    message: isOptional
      ? `Nothing is copied: ${context.ignoreFile} hides every file that ${pattern.text} matches.`
      : `The build stops here: ${pattern.text} is there, but ${context.ignoreFile} hides it from the builder.`,
    remedy: `Add !${pattern.text} at the end of ${context.ignoreFile}, or drop the rule that hides it.`,
    at: { path: dockerfile.path, line },
    level: isOptional ? "warning" : "error",
    evidence: rule === undefined ? [] : [{ statement: "This rule hides it.", location: rule }],
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The last rule that matches wins, of a folder above too. */
function letIn(pattern: string, { context, project }: ImageFacts): Fix | undefined {
  const text = context.ignoreFile === undefined ? undefined : project.files.get(context.ignoreFile)?.text;
  if (text === undefined || context.ignoreFile === undefined || /[*?[\\\s]/.test(pattern)) return undefined;
  const line = text.replace(/\n$/, "").split("\n").length + 1;
  const rule = `!${posix.join("/", pattern).slice(1)}`;
  return {
    title: `Let ${pattern} through ${context.ignoreFile}`,
    edits: [{ kind: "lines", path: context.ignoreFile, startLine: line, endLine: line - 1, lines: [rule] }],
  };
}
