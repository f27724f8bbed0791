import type { ImageFacts } from "#facts/image/image-facts.js";
import type { JobPayload } from "#facts/project/project-facts.js";
import { type SyntaxNode, textOf } from "#facts/python/module.js";
import { walk } from "#facts/python/syntax.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { bodyNodes, entryRead, type Handler, handlersOf } from "./shared/handler.js";
import { requestReadersOf } from "./shared/request-readers.js";

/** A handler that looks for its fields beside `input`, or a caller that sends none. */
export const envelope: ImageRule = {
  scope: "image",
  meta: {
    id: "US603",
    name: "envelope",
    level: "error",
    phase: "job",
    summary: "The handler reads fields of the job that stand inside its input, or a caller sends no input.",
    seeds: ["S98"],
    fix: "auto",
  },
  *check(image) {
    if (image.target !== "serverless" || image.purpose !== "worker") return;
    const handlers = handlersOf(image);
    for (const handler of handlers) yield* readsBesideInput(handler, image);
    for (const reader of requestReadersOf(image)) {
      const payload = reader.readsEnvelope ? undefined : envelopedPayload(image);
      if (payload !== undefined) yield ignoresEnvelope(reader, payload);
    }
    if (handlers.length > 0) yield* image.project.payloads.filter(isBare).map(bare);
  },
  lookedAt: (image) =>
    handlersOf(image)
      .map((handler) => handler.function.name)
      .join(", "),
};

/** What the platform puts beside `input`. */
const jobKeys: ReadonlySet<string> = new Set(
  "id input webhook webhookV2 policy s3Config batchId delayTime executionTime status retries workerId".split(" "),
);

/** One finding for each field, when the handler never looks into `input` and keeps the job to itself. */
function readsBesideInput(handler: Handler, image: ImageFacts): readonly Report[] {
  const module = handler.module.module;
  const reads: { readonly node: SyntaxNode; readonly key: string; readonly raises: boolean }[] = [];
  for (const node of bodyNodes(handler.function)) {
    const read = entryRead(module, node);
    if (read === undefined || textOf(module, read.object) !== handler.jobParameter) continue;
    if (read.key === "input") return [];
    if (!jobKeys.has(read.key) && node.field !== "left") {
      reads.push({ node, key: read.key, raises: read.raisesWhenAbsent });
    }
  }
  if (reads.length === 0 || passesJobOn(handler)) return [];
  return reads.map(({ node, key, raises }) => besideInput(handler, node, key, raises, image));
}

/** The job goes to another function, or its `input` is read in a way that is not followed. */
function passesJobOn({ module, function: handler, jobParameter }: Handler): boolean {
  return [...walk(handler.body)].some((node) => {
    if (node.kind === "string_content") return textOf(module.module, node) === "input";
    if (node.kind !== "identifier" || textOf(module.module, node) !== jobParameter) return false;
    return !/^(?:attribute|subscript|comparison_operator)$/.test(node.parent?.kind ?? "");
  });
}

function besideInput(handler: Handler, node: SyntaxNode, key: string, raises: boolean, image: ImageFacts): Report {
  const { jobParameter, module } = handler;
  const { path } = module.module.source;
  const written = textOf(module.module, node);
  const fix = insideInput(handler, node, image);
  return {
    message: `Every job ${raises ? "fails" : "is taken as empty"}: \`${written.slice(0, 60)}\` reads ${key} beside input, and callers' fields stand inside it.`,
    remedy: `Read ${jobParameter}["input"]["${key}"].`,
    at: { path, line: node.line },
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Puts `["input"]` behind the job's name; `undefined` when the read covers several lines or the line holds it twice. */
function insideInput({ jobParameter, module }: Handler, node: SyntaxNode, { project }: ImageFacts): Fix | undefined {
  const { source } = module.module;
  const line = project.files.get(source.path)?.text?.split("\n")[node.line - 1];
  const written = textOf(module.module, node);
  if (line === undefined || node.line !== node.endLine || line.split(written).length !== 2) return undefined;
  const text = line.replace(written, () => `${jobParameter}["input"]${written.slice(jobParameter.length)}`);
  return {
    title: `Read ${written} from the job's input`,
    edits: [{ kind: "lines", path: source.path, startLine: node.line, endLine: node.line, lines: [text] }],
  };
}

function envelopedPayload({ project }: ImageFacts): JobPayload | undefined {
  return project.payloads.find(({ hasInputEnvelope }) => hasInputEnvelope);
}

function ignoresEnvelope({ module, function: route }: Handler, { location }: JobPayload): Report {
  return {
    message: `Every request is turned away: ${route.name} reads its fields from the body itself, and callers put them inside input.`,
    remedy: 'Read them from body["input"], or write a handler for the queue.',
    at: { path: module.module.source.path, line: route.line },
    confidence: "likely",
    evidence: [{ statement: "This body has its fields inside input.", location }],
  };
}

/** Documents may show the body without its envelope for short. */
function isBare({ hasInputEnvelope, source, fields }: JobPayload): boolean {
  return !hasInputEnvelope && source !== "docs" && fields.length > 0;
}

function bare({ location, fields }: JobPayload): Report {
  return {
    message: `The job is refused: this body has ${fields.slice(0, 5).join(", ")} and no input.`,
    remedy: 'Put the fields inside "input".',
    at: location,
    confidence: "likely",
  };
}
