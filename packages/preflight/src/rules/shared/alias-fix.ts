import type { ImageFacts } from "#facts/image/image-facts.js";
import { textOf } from "#facts/python/module.js";
import { childByField } from "#facts/python/syntax.js";
import type { Fix } from "#model/finding.js";
import { bodyNodes, type Handler } from "./handler.js";
import { isUnconditional } from "./required-by-conditions.js";

/** A field under the handler's name and the callers'. */
export interface FieldPair {
  readonly name: string;
  readonly sentAs: string;
}

/**
 * Takes the callers' names as well, right after the line that binds the input to a name. Undefined when no such line
 * stands alone.
 */
export function aliasFix(handler: Handler, pairs: readonly FieldPair[], { project }: ImageFacts): Fix | undefined {
  const module = handler.module.module;
  const binding = [...bodyNodes(handler.function)].find((node) => {
    const target = node.kind === "assignment" ? childByField(node, "left") : undefined;
    return target?.kind === "identifier" && handler.inputNames.has(textOf(module, target));
  });
  const target = binding && childByField(binding, "left");
  if (binding === undefined || target === undefined || binding.line !== binding.endLine) return undefined;
  const line = project.files.get(module.source.path)?.text?.split("\n")[binding.line - 1] ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  if (!isUnconditional(binding, handler) || line.trim() !== textOf(module, binding)) return undefined;
  if (pairs.some(({ name, sentAs }) => !/^\w+$/.test(name) || !/^\w+$/.test(sentAs))) return undefined;
  const input = textOf(module, target);
  const lines = pairs.flatMap(({ name, sentAs }) => [
    `${indent}if "${sentAs}" in ${input}:`,
    `${indent}    ${input}.setdefault("${name}", ${input}["${sentAs}"])`,
  ]);
  const startLine = binding.line + 1;
  return {
    title: `Take ${pairs.map(({ sentAs, name }) => `${sentAs} for ${name}`).join(", ")}`,
    edits: [{ kind: "lines", path: module.source.path, startLine, endLine: startLine - 1, lines }],
  };
}
