import { createHash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { z } from "zod";
import { nothingThere } from "#records/look-at.js";
import { dataFolderError, makePrivateFolder, writePrivateFile } from "#records/private-file.js";
import type { AuditEvent, AuditLine, AuditLog, AuditVerdict } from "./audit-log.js";
import { chainStart, follow, lineText, nextLine, parseLine, type ChainEnd } from "./chain.js";
import { isEarlier, wentBack } from "./clock-slack.js";
import { withFileLock } from "./file-lock.js";

/**
 * Keeps the log as JSON Lines in one file, its end in a second one (`audit.head.json` beside `audit.jsonl`): without that,
 * a removed tail would not show. The head is written after the line, so a crash leaves it behind, never ahead.
 * @param path absolute, ends in `.jsonl`.
 */
export function createFileAuditLog(path: string): AuditLog {
  const base = path.replace(/\.jsonl$/, "");
  const files: Files = { log: path, head: `${base}.head.json`, lock: `${base}.lock` };
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(event, now) {
      const appendNow = async (): Promise<void> => {
        await makePrivateFolder(dirname(path));
        await withFileLock(files.lock, () => appendLine(files, event, now));
      };
      const appended = last.then(appendNow);
      last = appended.catch(() => undefined);
      return appended;
    },
    async list() {
      const lines = (await readLog(path)).toString().split("\n").map(parseLine);
      return lines.filter((line) => line !== undefined);
    },
    async verify() {
      // The head first: a line that is added meanwhile is then beyond the head, which is no fault.
      const head = await readHead(files.head);
      return verifyLines(await readLog(path), head);
    },
  };
}

interface Files {
  readonly log: string;
  readonly head: string;
  readonly lock: string;
}

/** The end of the chain as it was last written down. */
interface Head extends ChainEnd {
  /** Bytes of the log up to there. */
  readonly byteLength: number;
}

async function appendLine(files: Files, event: AuditEvent, now: Date): Promise<void> {
  const file = await open(files.log, "a+", 0o600).catch((thrown: unknown) => {
    throw dataFolderError(thrown);
  });
  try {
    const { size } = await file.stat();
    const head = (await readHead(files.head)) ?? (await newHead(files, size));
    const beyond = Buffer.alloc(Math.max(0, size - head.byteLength));
    await file.read(beyond, 0, beyond.length, head.byteLength);
    const lines = continueFrom(head, beyond, event, now);
    const isCutShort = size > 0 && size < head.byteLength;
    const text = `${lines.length > 1 || isCutShort ? "\n" : ""}${lines.map((line) => `${lineText(line)}\n`).join("")}`;
    await writeDown(file, text, size);
    const { number, sha256 } = lines.at(-1)!;
    await writeHead(files.head, { number, sha256, byteLength: size + Buffer.byteLength(text) });
  } catch (thrown) {
    throw dataFolderError(thrown);
  } finally {
    await file.close();
  }
}

/**
 * The lines to append. They continue from the head, not from what the file ends with: after a removed tail the chain shows
 * the gap for ever, instead of growing over it.
 * @param beyond what a crash left after the head: whole lines that continue the chain, and the beginning of one.
 */
function continueFrom(head: ChainEnd, beyond: Buffer, event: AuditEvent, now: Date): AuditLine[] {
  const { lines, rest } = splitLines(beyond);
  let end = head;
  for (const { text } of lines) {
    const line = follow(end, text);
    if (typeof line === "string") break;
    end = line;
  }
  if (rest.length === 0) return [nextLine(end, event, now)];
  const torn = nextLine(end, { kind: "torn-line", ...tornFacts(rest) }, now);
  return [torn, nextLine(torn, event, now)];
}

async function writeDown(file: FileHandle, text: string, size: number): Promise<void> {
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (thrown) {
    // Such as a full disk; half a line would only have to be accounted for later.
    await file.truncate(size).catch(() => undefined);
    throw thrown;
  }
}

/**
 * The head of a log that has none. An empty log gets its head before its first line. Of another one it was removed: then
 * the next line follows nothing, so the loss shows for ever.
 */
async function newHead(files: Files, size: number): Promise<Head> {
  if (size === 0) {
    const head = { ...chainStart, byteLength: 0 };
    await writeHead(files.head, head);
    return head;
  }
  const bytes = await readLog(files.log);
  const { lines, rest } = splitLines(bytes);
  return { number: lines.length, sha256: chainStart.sha256, byteLength: bytes.length - rest.length };
}

function tornFacts(torn: Uint8Array): { byteLength: number; sha256: string } {
  return { byteLength: torn.length, sha256: createHash("sha256").update(torn).digest("hex") };
}

function verifyLines(bytes: Buffer, head: Head | undefined): AuditVerdict {
  const { lines, rest } = splitLines(bytes);
  const broken = (line: number, problem: string): AuditVerdict => ({
    whole: false,
    lines: lines.length,
    line,
    problem,
  });
  let end = chainStart;
  let last: AuditLine | undefined;
  let firstEarlier: number | undefined;
  let stray: { readonly line: number; readonly problem: string; readonly bytes: Buffer } | undefined;
  for (const [index, { text, bytes }] of lines.entries()) {
    const line = follow(end, text);
    if (typeof line === "string") {
      if (stray !== undefined) return broken(stray.line, stray.problem);
      stray = { line: index + 1, problem: line, bytes };
      continue;
    }
    if (stray !== undefined && !accountsFor(line.event, stray.bytes)) return broken(stray.line, stray.problem);
    stray = undefined;
    end = line;
    if (last !== undefined && isEarlier(line, last)) firstEarlier ??= index + 1;
    last = line;
    if (line.number === head?.number && line.sha256 !== head.sha256) {
      return broken(index + 1, "is not the one that was written last: the end was written anew");
    }
  }
  if (stray !== undefined) return broken(stray.line, stray.problem);
  if (head === undefined && bytes.length > 0)
    return broken(lines.length, "may not be the last: the head file is missing");
  if (head !== undefined && head.number > end.number) {
    return broken(lines.length + 1, `is missing: the log ended with number ${head.number}, now with ${end.number}`);
  }
  return {
    whole: true,
    lines: lines.length,
    lastSha256: end.sha256,
    ...(rest.length > 0 && { tornBytes: rest.length }),
    warnings: [...beyondHead(end.number - (head?.number ?? 0)), ...wentBack(firstEarlier)],
  };
}

function beyondHead(count: number): string[] {
  if (count === 0) return [];
  const lines = count === 1 ? "The last line is" : `The last ${count} lines are`;
  return [`${lines} not in the head file: a command was stopped while it wrote, or somebody added to the log.`];
}

function accountsFor(event: AuditEvent, bytes: Buffer): boolean {
  if (event.kind !== "torn-line") return false;
  const { byteLength, sha256 } = tornFacts(bytes);
  return event.byteLength === byteLength && event.sha256 === sha256;
}

/** Cuts at newlines; `rest` is what has none. */
function splitLines(bytes: Buffer): { lines: { bytes: Buffer; text: string }[]; rest: Buffer } {
  const lines = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const line = bytes.subarray(start, end);
    lines.push({ bytes: line, text: line.toString() });
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
}

/** @throws UnderstudyError `data-folder-unreadable`. */
async function readLog(path: string): Promise<Buffer> {
  return readFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return Buffer.alloc(0);
    throw new UnderstudyError("data-folder-unreadable", `The audit log cannot be read (${thrown.code}).`, {
      cause: thrown,
    });
  });
}

const headSchema = z.strictObject({
  number: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  byteLength: z.int().min(0),
});

/** A damaged head is as good as none. @throws UnderstudyError `data-folder-unreadable`: then a new one must not be written. */
async function readHead(path: string): Promise<Head | undefined> {
  const text = await readFile(path, "utf8").catch(nothingThere);
  try {
    return text === undefined ? undefined : headSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function writeHead(path: string, head: Head): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify(head)}\n`);
}
