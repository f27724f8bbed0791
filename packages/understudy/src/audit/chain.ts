import { createHash } from "node:crypto";
import { canonicalJson } from "@understudy/render";
import type { AuditEvent, AuditLine } from "./audit-log.js";

/** Where a chain stands: what the next line continues. */
export interface ChainEnd {
  /** Number of the last line; 0 for none. */
  readonly number: number;
  /** Hash of the last line. */
  readonly sha256: string;
}

/** A chain without a line. */
export const chainStart: ChainEnd = { number: 0, sha256: "0".repeat(64) };

/** Makes the line that continues a chain. */
export function nextLine(end: ChainEnd, event: AuditEvent, now: Date): AuditLine {
  const line = { number: end.number + 1, at: now.toISOString(), event, previousSha256: end.sha256 };
  return { ...line, sha256: hashOf(line) };
}

/** A line as it stands in the file, without its newline. */
export function lineText(line: AuditLine): string {
  return canonicalJson(line);
}

/** Reads a line that continues the chain; otherwise says in words what is wrong with it. */
export function follow(end: ChainEnd, text: string): AuditLine | string {
  const line = parseLine(text);
  if (line === undefined) return "is not a line of this log";
  const { sha256, ...rest } = line;
  // Also another spelling of the same JSON is a change.
  if (hashOf(rest) !== sha256 || lineText(line) !== text) return "was changed after it was written";
  if (line.number !== end.number + 1 || line.previousSha256 !== end.sha256) {
    return "does not follow the line before: a line was removed, added or moved";
  }
  return line;
}

/** A line without any check of the chain; undefined when it is none. */
export function parseLine(text: string): AuditLine | undefined {
  try {
    const { number, at, event, previousSha256, sha256 } = JSON.parse(text) as Record<string, unknown>;
    const isLine = typeof number === "number" && [at, previousSha256, sha256].every((each) => typeof each === "string");
    const hasKind = typeof (event as { kind?: unknown } | null | undefined)?.kind === "string";
    return isLine && hasKind ? (JSON.parse(text) as AuditLine) : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(line: Omit<AuditLine, "sha256">): string {
  return createHash("sha256").update(canonicalJson(line)).digest("hex");
}
