import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Processes run compiled code: run from `src/` (a test), this file starts the `dist/` twin of its program. */
const program = fileURLToPath(
  new URL(
    "./orphan-watch-program.js",
    import.meta.url.replace(/\/src\/endpoint\/fleet\/[^/]*$/, "/dist/endpoint/fleet/"),
  ),
);

let watcher: ChildProcess | undefined;

/**
 * Sees to it that a process ends when this one does, even by kill -9: otherwise workers would hold the GPU that those of the
 * next endpoint need. The watcher, one process for all, is told to end them by the end of the pipe that this process holds.
 * @param pid of the process; negative for a process group.
 * @returns says that the process has ended.
 */
export function endWithThisProcess(pid: number): () => void {
  tell(`+${pid}`);
  return () => tell(`-${pid}`);
}

function tell(line: string): void {
  watcher ??= startWatcher();
  watcher.stdin?.write(`${line}\n`);
}

function startWatcher(): ChildProcess {
  const child = spawn(process.execPath, [program], {
    // Ctrl-C in our terminal must not end the watcher before this process.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  child.on("error", () => undefined).unref();
  child.stdin.on("error", () => undefined);
  // A pipe of Node's is a socket, which the type of a child's input leaves out.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}
