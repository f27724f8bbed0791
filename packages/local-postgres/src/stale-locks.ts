import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { link, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Place } from "./place.js";

/** The port in a socket's name; no TCP port is opened. */
export const socketPort = 5432;

/**
 * Removes the lock files of a server that is gone. PostgreSQL does so itself, except when the process id in them now
 * belongs to another process of the same user, which is common in containers: then it would refuse to start for ever.
 * Nothing is removed while a server of this data folder lives under that id.
 */
export async function clearStaleLocks({ data, socketFolder }: Place): Promise<void> {
  // On Windows PostgreSQL asks for the server's signal pipe and so cannot take another process for it.
  if (process.platform === "win32") return;
  const paths = [join(data, "postmaster.pid")];
  if (socketFolder !== undefined) paths.push(join(socketFolder, `.s.PGSQL.${socketPort}.lock`));
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const processId = Number.parseInt(text, 10);
    // An unfinished file belongs to a server that is just writing it, or makes PostgreSQL say so.
    if (!(processId > 0) || !isAlive(processId) || (await isServerOf(data, processId))) continue;
    await removeIfStill(path, text);
  }
}

/** The process id in `postmaster.pid`, which the server removes as its last act; undefined when there is none. */
export async function readServerProcess({ data }: Place): Promise<number | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether that process is a server of this data folder: it works in it, or was started with it. */
async function isServerOf(data: string, processId: number): Promise<boolean> {
  if (process.platform === "linux") {
    const [own, theirs] = await Promise.all(
      [data, `/proc/${processId}/cwd`].map((path) => stat(path).catch(() => undefined)),
    );
    if (own !== undefined && own.ino === theirs?.ino && own.dev === theirs.dev) return true;
    // Root without CAP_SYS_PTRACE, as in most containers, may not see where another user's process works.
    const command = await readFile(`/proc/${processId}/cmdline`, "utf8").catch(() => "");
    return command.split("\0").includes(data);
  }
  const { stdout } = await promisify(execFile)("/bin/ps", ["-ww", "-o", "command=", "-p", String(processId)]).catch(
    () => ({ stdout: "" }),
  );
  return stdout.includes(data);
}

/** Another process may have replaced the file since it was read; then it is put back. Its server would miss it only after a minute. */
async function removeIfStill(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
