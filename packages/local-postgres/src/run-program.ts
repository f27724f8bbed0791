import { spawn } from "node:child_process";
import { errorCodeOf, LocalPostgresError } from "./error.js";

/** Who a program runs as. Undefined: as ourselves. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** A PostgreSQL program with its arguments; no shell ever sees them. */
export interface ProgramRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly identity: Identity | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Undefined after a signal. */
  readonly exitStatus: number | undefined;
  /** The last 8 KiB it wrote to stderr. */
  readonly stderr: string;
}

const keptCharacters = 8192;
/** What the dynamic loader exits with when a shared library is missing. */
const loaderFailed = 127;

/**
 * Runs a program to its end. An abort kills it and rejects with the signal's reason.
 * @throws LocalPostgresError `no-binaries` when the program cannot run on this system.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  run.signal?.throwIfAborted();
  const end = await new Promise<ProgramEnd>((resolve, reject) => {
    const child = spawn(run.file, run.args, {
      cwd: run.cwd,
      env: run.env,
      ...run.identity,
      ...(run.signal === undefined ? {} : { signal: run.signal }),
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-keptCharacters);
    });
    child.on("error", (error) => reject(run.signal?.aborted ? run.signal.reason : cannotRun(errorCodeOf(error))));
    child.on("close", (exitStatus) => resolve({ exitStatus: exitStatus ?? undefined, stderr }));
  });
  if (end.exitStatus === loaderFailed) throw cannotRun("a shared library is missing");
  return end;
}

/** `no-binaries` for programs that are there and do not run: musl instead of glibc (ENOENT of the loader), `noexec`. */
export function cannotRun(reason: string | undefined): LocalPostgresError {
  return new LocalPostgresError(
    "no-binaries",
    `The PostgreSQL programs from npm do not run on this system (${reason ?? "unknown reason"}).`,
    "They need glibc (Alpine has musl) and a disk without noexec. Install PostgreSQL 14 or newer and set DATABASE_URL.",
  );
}
