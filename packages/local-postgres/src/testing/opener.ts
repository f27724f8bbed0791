import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Identity } from "#run-program.js";

/** Another process that opens the folder's database, prints `open`, and lets go when its input ends. */
const code = `
const { openPostgres } = await import(process.argv[1]);
const { stop, url } = await openPostgres({ folder: process.argv[2] });
process.stdout.write("open " + url + "\\n");
process.stdin.resume().on("end", () => stop().then(() => process.exit(0)));
`;

/** A process that has a share in the folder's server. */
export interface Opener {
  readonly child: ChildProcess;
  /** The URL once the database is open; undefined when the process ended before. */
  readonly opened: Promise<string | undefined>;
  /** Lets go as a well-behaved program does. */
  readonly close: () => Promise<void>;
  /** Kill -9 of the process and its group. */
  readonly kill: () => Promise<void>;
}

/** Starts the compiled package in a process of its own, as another user on demand (needs root). */
export function startOpener(folder: string, identity?: Identity): Opener {
  const index = new URL("../../dist/index.js", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, index, folder], {
    ...identity,
    cwd: "/",
    // A group of its own, which `kill` ends as a whole: initdb too, but not the server, which has its own.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let isFound = false;
  const ended = once(child, "close");
  const opened = new Promise<string | undefined>((resolve) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      isFound ||= text.includes("\n");
      if (isFound) resolve(/^open (.*)$/m.exec(text)?.[1]);
    });
    child.on("close", () => resolve(undefined));
  });
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ended;
  };
  return { child, opened, close, kill };
}
