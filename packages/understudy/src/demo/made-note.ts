import { hashFile } from "@understudy/render";
import { z } from "zod";
import { readJsonFile, writeWhole } from "#paths/index.js";

/** What the demo remembers of a file that it made. */
export interface MadeNote {
  /** How it was made; changes whenever something else would be drawn. */
  readonly recipe: string;
  readonly sha256: string;
}

const noteSchema = z.strictObject({ recipe: z.string(), sha256: z.string() });

/** Where the note of a file lies. */
export function madeNotePath(path: string): string {
  return `${path}.made.json`;
}

/** The note of a file; undefined when there is none, or something else is in its place. */
export async function readMadeNote(path: string): Promise<MadeNote | undefined> {
  const found = await readJsonFile(madeNotePath(path), { what: "note", invalid: "bad-usage" }).catch(() => undefined);
  return noteSchema.safeParse(found).data;
}

/** Notes a file. */
export function writeMadeNote(path: string, note: MadeNote): Promise<void> {
  return writeWhole(madeNotePath(path), `${JSON.stringify(note)}\n`);
}

/** Lower-case hex SHA-256 of a file; undefined when there is none. @throws the signal's reason when it is aborted. */
export async function sha256At(path: string, signal: AbortSignal): Promise<string | undefined> {
  const facts = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal }).catch(() => undefined);
  signal.throwIfAborted();
  return facts?.sha256;
}
