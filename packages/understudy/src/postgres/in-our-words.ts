import { UnderstudyError } from "@understudy/render";
import { DatabaseError } from "pg";

/**
 * Throws a driver's error again, as ours where its kind says enough: `database-unavailable` (retryable) when the server is
 * away, stops or is full of connections, `disk-full`, and `bad-request` for a text that no text column can hold. The message
 * never quotes a statement or a value, nor does a cause: PostgreSQL's details do.
 */
export function inOurWords(thrown: unknown): never {
  if (!(thrown instanceof DatabaseError)) throw isOurFault(thrown) ? thrown : unavailable(codeOf(thrown));
  const { code = "" } = thrown;
  if (code === diskFull) throw new UnderstudyError("disk-full", "The disk of the database is full.");
  if (unstorable.has(code)) {
    throw new UnderstudyError("bad-request", "A text holds U+0000 or half of a character, which cannot be kept.");
  }
  throw awayClasses.has(code.slice(0, 2)) ? unavailable(code) : thrown;
}

/** SQLSTATE classes of connections, resources, and operators who stop a server or a statement. */
const awayClasses: ReadonlySet<string> = new Set(["08", "53", "57"]);

const diskFull = "53100";

/** Text and JSON that PostgreSQL refuses although JavaScript has it: U+0000, lone surrogates. */
const unstorable: ReadonlySet<string> = new Set(["22021", "22P02", "22P05"]);

/** What the driver throws before anything is sent, such as for a value that it cannot write. */
function isOurFault(thrown: unknown): boolean {
  return thrown instanceof UnderstudyError || thrown instanceof TypeError || !(thrown instanceof Error);
}

function unavailable(reason: string): UnderstudyError {
  return new UnderstudyError("database-unavailable", `The database does not answer (${reason}).`);
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as { readonly code?: unknown };
  return typeof code === "string" ? code : "the connection ended";
}
