import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Place } from "#place.js";

/** A stranger that got the process id of a dead server: same user, so PostgreSQL takes it for the server. */
export async function stranger(place: Place, argument = ""): Promise<number> {
  const child = spawn("/bin/sh", ["-c", "echo; read -r _", argument], { cwd: "/", ...place.identity, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

/** The lock file of a data folder. */
export const lockOf = (place: Place): string => join(place.data, "postmaster.pid");
/** The lock file of a socket. */
export const socketLockOf = (place: Place): string => join(place.socketFolder ?? "", ".s.PGSQL.5432.lock");
