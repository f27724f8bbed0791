import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { UnderstudyError } from "@understudy/render";
import { parseHeader, tablesOf, trailerOf, type ArchiveHeader, type ArchiveTable } from "./archive-format.js";

/** What an export says it holds, and the hash that it proved to have. */
export interface ReadArchive {
  readonly header: ArchiveHeader;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Longest first line; one of 40 tables has 8,000 bytes. */
const maxHeaderBytes = 1_000_000;

/** Takes the rows of a table, in COPY's text format; must read all pieces. */
export type TakeRows = (table: ArchiveTable, rows: AsyncIterable<Buffer>) => Promise<void>;

/**
 * Reads an export from its first byte to its last and hands on the rows of each table, a piece at a time. Only when it resolves
 * is the file known to be whole.
 * @param begin is told what the file says it holds.
 * @throws UnderstudyError `content-altered`, `file-missing`, and whatever `begin` and what it returns throw; the
 * signal's reason after a stop.
 */
export async function readArchive(
  path: string,
  signal: AbortSignal,
  begin: (header: ArchiveHeader) => TakeRows,
): Promise<ReadArchive> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024, signal });
  try {
    const reader = createLineReader(file);
    const header = parseHeader(await textOf(reader.lines(1), maxHeaderBytes));
    if (header === undefined) throw damaged("does not begin like an export of `understudy db export`");
    const take = begin(header);
    for (const table of tablesOf(header)) await take(table, reader.lines(table.rows));
    const sha256 = reader.sha256();
    const isWhole = (await textOf(reader.lines(1), 100)) === trailerOf(sha256) && (await reader.isAtEnd());
    if (!isWhole) throw damaged("was changed, or is not all of an export");
    return { header, sha256 };
  } catch (thrown) {
    throw signal.aborted ? signal.reason : fileError(thrown);
  } finally {
    file.destroy();
  }
}

/** Cuts a stream at newlines, and hashes what it hands out. */
function createLineReader(source: AsyncIterable<Buffer>) {
  const pieces = source[Symbol.asyncIterator]();
  const hash = createHash("sha256");
  let rest: Buffer = Buffer.alloc(0);

  const isAtEnd = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const { done, value } = await pieces.next();
      if (done === true) return true;
      rest = value;
    }
    return false;
  };
  return {
    isAtEnd,
    sha256: () => hash.copy().digest("hex"),
    async *lines(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0;) {
        if (await isAtEnd()) throw damaged("ends too early");
        const { end, found } = skipLines(rest, left);
        left -= found;
        const piece = rest.subarray(0, end);
        rest = rest.subarray(end);
        hash.update(piece);
        yield piece;
      }
    },
  };
}

/** Where in a piece the given number of lines ends, or as many as it holds. */
function skipLines(piece: Buffer, count: number): { readonly end: number; readonly found: number } {
  let end = 0;
  for (let found = 0; found < count; found += 1) {
    const newline = piece.indexOf(10, end);
    if (newline < 0) return { end: piece.length, found };
    end = newline + 1;
  }
  return { end, found: count };
}

/** How many rows end in a piece. */
export function countLines(piece: Buffer): number {
  return skipLines(piece, Number.MAX_SAFE_INTEGER).found;
}

async function textOf(pieces: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const read: Buffer[] = [];
  let byteLength = 0;
  for await (const piece of pieces) {
    byteLength += piece.length;
    if (byteLength > maxBytes) throw damaged("does not begin and end like an export of `understudy db export`");
    read.push(piece);
  }
  return Buffer.concat(read).toString();
}

function damaged(what: string): UnderstudyError {
  return new UnderstudyError("content-altered", `The file ${what}; nothing was imported.`, {
    hint: "Get the file again from where it was exported, or export it again.",
  });
}

function fileError(thrown: unknown): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? "";
  const isOfFile = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EISDIR"].includes(code);
  return isOfFile ? new UnderstudyError("file-missing", `The export cannot be read (${code}).`) : thrown;
}
