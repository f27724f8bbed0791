import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { hashFile } from "@understudy/render";

/** What gives a file away as belonging to a person. */
export interface TraceMarks {
  /** Files with these bytes: photos, recordings, documents, videos. A file named after such a hash counts too. */
  readonly sha256: ReadonlySet<string>;
  /** Small files that name one of these: consent, passcode and render records, also damaged ones. */
  readonly ids: readonly string[];
}

/** A file in the data folder that belongs to a person. */
export interface Trace {
  readonly path: string;
  readonly kind: "copy" | "record";
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a walk through the data folder found. */
export interface FoundTraces {
  readonly traces: readonly Trace[];
  /** Files and folders that may not be read: of them nothing can be said. */
  readonly unreadable: readonly string[];
}

/** Files that keep ids on purpose, and nothing personal: the log, and the notes of who was erased. */
const keepsIds: ReadonlySet<string | undefined> = new Set(["audit.jsonl", "audit.head.json", "erased"]);

/** Largest file that is searched for ids; a record has some thousand bytes, its fingerprint 20 for each second. */
const maxRecordBytes = 4_000_000;

/** Walks a whole data folder. Links are neither followed nor taken for files. */
export async function findTraces(folder: string, marks: TraceMarks): Promise<FoundTraces> {
  const traces: Trace[] = [];
  const unreadable: string[] = [];
  for await (const { path, isReadable } of walk(folder)) {
    const hash = isReadable
      ? await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER }).catch(() => undefined)
      : undefined;
    if (hash === undefined) {
      if (await exists(path)) unreadable.push(path);
      continue;
    }
    const { sha256, byteLength } = hash;
    const isRecord = !keepsIds.has(topName(folder, path)) && byteLength <= maxRecordBytes;
    if (marks.sha256.has(sha256) || marks.sha256.has(basename(path).slice(0, 64))) {
      traces.push({ path, kind: "copy", sha256 });
    } else if (isRecord && (await names(path, marks.ids))) {
      traces.push({ path, kind: "record", sha256 });
    }
  }
  return { traces, unreadable };
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

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Every file below a folder, and the folders that may not be read. */
async function* walk(folder: string): AsyncGenerator<{ readonly path: string; readonly isReadable: boolean }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) yield { path: folder, isReadable: false };
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield { path, isReadable: true };
  }
}
