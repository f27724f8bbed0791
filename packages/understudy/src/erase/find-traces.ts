import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { hashFile } from "@understudy/render";
import { databaseFolder } from "#records/data-folder.js";
import { lookAt } from "#records/look-at.js";
import type { RemainingFile } from "./erase-report.js";

/** What gives a file away as belonging to a person. */
export interface TraceMarks {
  /** Files with these bytes, and what they are then a copy of. A file named after such a hash counts too. */
  readonly sha256: ReadonlyMap<string, string>;
  /** Small files that name one of these: consent, passcode and render records, also damaged ones. */
  readonly ids: readonly string[];
}

/** A file in the data folder that belongs to a person. */
export interface Trace {
  readonly path: string;
  /** What it is a copy of; absent for a record. */
  readonly copyOf?: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a walk through the data folder found. */
export interface FoundTraces {
  readonly traces: readonly Trace[];
  /** Files, folders and links of which nothing can be said. */
  readonly unreadable: readonly RemainingFile[];
}

/** Files that keep ids on purpose, and nothing personal: the log, and the notes of who was erased. */
const keepsIds: ReadonlySet<string | undefined> = new Set(["audit.jsonl", "audit.head.json", "erased"]);

/** Largest file that is searched for ids; a record has some thousand bytes, its fingerprint 20 for each second. */
const maxRecordBytes = 4_000_000;

/**
 * Walks a whole data folder but for its database, whose files hold rows of everybody: to remove one destroys it.
 * @param parts folders in it that may be links to another place; other links are not followed.
 */
export async function findTraces(
  folder: string,
  marks: TraceMarks,
  parts: readonly string[] = [],
): Promise<FoundTraces> {
  const traces: Trace[] = [];
  const unreadable: RemainingFile[] = [];
  for await (const { path, why } of walk(folder, parts, databaseFolder(folder))) {
    const hash = why === undefined ? await hashOf(path) : undefined;
    if (hash === undefined) {
      if (!(await isGone(path))) unreadable.push({ path, why: why ?? "cannot be read" });
      continue;
    }
    const { sha256, byteLength } = hash;
    const isRecord = !keepsIds.has(topName(folder, path)) && byteLength <= maxRecordBytes;
    const copyOf = marks.sha256.get(sha256) ?? marks.sha256.get(basename(path).slice(0, 64));
    if (copyOf !== undefined) traces.push({ path, copyOf, sha256 });
    else if (isRecord && (await names(path, marks.ids))) traces.push({ path, sha256 });
  }
  return { traces, unreadable };
}

function hashOf(path: string): Promise<{ sha256: string; byteLength: number } | undefined> {
  return hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER }).catch(() => undefined);
}

async function names(path: string, ids: readonly string[]): Promise<boolean> {
  const text = await readFile(path, "latin1").catch(() => "");
  return ids.some((id) => text.includes(id));
}

function topName(folder: string, path: string): string | undefined {
  return path
    .slice(folder.length)
    .split(sep)
    .find((part) => part !== "");
}

function isGone(path: string): Promise<boolean> {
  return lookAt(path).then(
    (found) => found === undefined,
    () => false,
  );
}

/** Every file below a folder; `why` nothing can be said of a file, folder or link. */
async function* walk(
  folder: string,
  parts: readonly string[],
  except: string,
): AsyncGenerator<{ readonly path: string; readonly why?: string }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) yield { path: folder, why: "cannot be read" };
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (path === except) continue;
    const isPart = parts.includes(path) && (await stat(path).catch(() => undefined))?.isDirectory() === true;
    if (entry.isDirectory() || isPart) yield* walk(path, parts, except);
    else if (entry.isFile()) yield { path };
    else if (entry.isSymbolicLink()) yield { path, why: "is a link, which is not followed" };
  }
}
