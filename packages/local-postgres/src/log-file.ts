import { constants } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";

/** A log longer than this is emptied at the next start. The server writes a few lines per start, stop and crash. */
export const logLimitBytes = 1024 * 1024;

/** Opens the server's log for appending; never through a link. */
export async function openLog(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  if ((await file.stat()).size > logLimitBytes) await file.truncate();
  return file;
}

/** The last lines of the server's log, for an error; empty when there is none. */
export async function readLastLines(path: string): Promise<string> {
  return lastLines(await readFile(path, "utf8").catch(() => ""));
}

/** The last five lines that are no blank, each at most 200 characters, in one line. */
export function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines
    .slice(-5)
    .map((line) => line.trim().slice(0, 200))
    .join(" | ");
}
