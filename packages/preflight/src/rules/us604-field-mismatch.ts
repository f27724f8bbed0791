import type { ImageFacts } from "#facts/image/image-facts.js";
import type { JobPayload, ProjectFacts } from "#facts/project/project-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { aliasFix } from "./shared/alias-fix.js";
import { type Handler, handlersOf } from "./shared/handler.js";
import { type InputReads, inputReadsOf, type RequiredField } from "./shared/input-reads.js";
import { isMeantForAnother } from "./shared/meant-for-another.js";
import { requestReadersOf } from "./shared/request-readers.js";
import { likeName } from "./shared/like-name.js";

/** Callers that name a field otherwise than the handler does. */
export const fieldMismatch: ImageRule = {
  scope: "image",
  meta: {
    id: "US604",
    name: "field-mismatch",
    level: "error",
    phase: "job",
    summary: "The handler asks for a field that a caller of the project does not send.",
    seeds: ["S49", "S98"],
    fix: "auto",
  },
  *check(image) {
    if (image.purpose !== "worker" || image.target === "load-balancer") return;
    const readers = [...handlersOf(image), ...requestReadersOf(image)];
    const isOnly = readers.length === 1 && isOnlyHandler(image.project);
    for (const handler of readers) {
      const reads = inputReadsOf(handler, image);
      const own = image.project.payloads.filter((payload) => isFor(payload, reads, isOnly, image));
      yield* missingFields(handler, reads, own, image);
      yield* misspeltFields(reads, own);
    }
  },
  lookedAt: ({ project }) => (project.payloads.length === 0 ? "" : `${project.payloads.length} job bodies`),
};

/**
 * Whether a body is meant for this handler: the handler knows half of its fields, or there is no other handler in the
 * project. Bodies that test how a job is turned away are left out.
 */
function isFor(payload: JobPayload, reads: InputReads, isOnly: boolean, image: ImageFacts): boolean {
  const { hasInputEnvelope, fields, location, source } = payload;
  if (!hasInputEnvelope || /invalid|malformed|missing|error|bad[_-]/i.test(location.path)) return false;
  if (fields.length === 0 || fields.some((field) => reads.switches.has(field))) return false;
  const names = [...reads.fields.keys()];
  const known = fields.filter((field) => reads.fields.has(field) || names.some((name) => likeName(name, field)));
  if (isMeantForAnother(payload, known.length, image)) return false;
  return known.length * 2 >= fields.length || (isOnly && source !== "docs");
}

function isOnlyHandler({ files, images }: ProjectFacts): boolean {
  const starters = [...files.values()].filter(
    ({ path, text }) => path.endsWith(".py") && text?.includes("serverless.start("),
  );
  return starters.length < 2 && images.length === 1;
}

/** One finding for each set of fields that callers leave out. */
function* missingFields(
  handler: Handler,
  reads: InputReads,
  payloads: readonly JobPayload[],
  image: ImageFacts,
): Iterable<Report> {
  const bySet = new Map<string, { readonly missing: readonly RequiredField[]; readonly payloads: JobPayload[] }>();
  for (const payload of payloads) {
    const missing = reads.required.filter(({ names }) => !names.some((name) => isSent(name, payload, reads)));
    const key = JSON.stringify([missing.map(({ names }) => names), payload.source === "docs"]);
    if (missing.length === 0) continue;
    const group = bySet.get(key) ?? { missing, payloads: [] };
    group.payloads.push(payload);
    bySet.set(key, group);
  }
  for (const { missing, payloads: senders } of bySet.values()) yield notSent(handler, reads, missing, senders, image);
}

function isSent(name: string, { fields }: JobPayload, { aliases }: InputReads): boolean {
  return fields.includes(name) || fields.includes(aliases.get(name) ?? name);
}

function notSent(
  handler: Handler,
  reads: InputReads,
  missing: readonly RequiredField[],
  senders: readonly JobPayload[],
  image: ImageFacts,
): Report {
  const [first] = senders;
  const sent = new Set(senders.flatMap(({ fields }) => fields));
  const unread = [...sent].filter((field) => !reads.fields.has(field));
  const pairs = missing.flatMap(({ names }) => {
    const alike = unread.filter((field) => names.some((name) => likeName(name, field)));
    const [name] = names;
    return alike.length === 1 && alike[0] !== undefined && name !== undefined ? [{ name, sentAs: alike[0] }] : [];
  });
  const wanted = inWords(missing.map(({ names }) => names.join(" or ")));
  const instead = pairs.length === 0 ? "" : ` (it sends ${inWords(pairs.map(({ sentAs }) => sentAs))})`;
  const place = first === undefined ? "a caller" : `${first.location.path}:${first.location.line}`;
  const fix: Fix | undefined = pairs.length === missing.length ? aliasFix(handler, pairs, image) : undefined;
  return {
    message: `Jobs from ${place} fail: ${handler.function.name} asks for ${wanted}, which it does not send${instead}.`,
    remedy: pairs.length === 0 ? `Send ${wanted}, or give it a default.` : "Use one name on both sides.",
    at: missing[0]?.location ?? { path: handler.module.module.source.path, line: handler.function.line },
    // A sample in a document may leave out what it does not speak of.
    ...(first?.source === "docs" && pairs.length === 0 ? { level: "warning" as const } : {}),
    confidence: "likely",
    evidence: senders.map(({ location, fields }) => ({
      statement: `This job body has ${fields.join(", ")}.`,
      location,
    })),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A field that nobody reads beside one that is read and not sent, with a like name. */
function* misspeltFields(reads: InputReads, payloads: readonly JobPayload[]): Iterable<Report> {
  if (reads.isOpen) return;
  const said = new Set<string>();
  const required = new Set(reads.required.flatMap(({ names }) => names));
  for (const { fields, location } of payloads) {
    for (const field of fields.filter((each) => !reads.fields.has(each))) {
      const meant = [...reads.fields.keys()].find(
        (name) => !required.has(name) && !fields.includes(name) && !reads.aliases.has(name) && likeName(name, field),
      );
      if (meant === undefined || said.has(field)) continue;
      said.add(field);
      yield {
        message: `${field} is sent and never read: the handler reads ${meant} and takes its default.`,
        remedy: "Use one name on both sides.",
        at: location,
        level: "warning",
        confidence: "likely",
        evidence: [{ statement: `The handler reads ${meant} here.`, location: reads.fields.get(meant) ?? location }],
      };
    }
  }
}

function inWords(names: readonly string[]): string {
  const shown = names.length > maxNames ? [...names.slice(0, maxNames), `${names.length - maxNames} more`] : names;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

const maxNames = 6;
