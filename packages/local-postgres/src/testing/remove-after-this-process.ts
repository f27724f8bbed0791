import { spawn } from "node:child_process";
import type { Place } from "#place.js";

/** Waits for the end of its input, which comes when the process that holds the pipe ends; then ends the server ($1: data folder). */
const watch = `
read -r _
id=$(head -n 1 "$1/postmaster.pid") && kill -QUIT "$id"
tries=0
while [ $tries -lt 100 ] && [ -e "$1/postmaster.pid" ]; do tries=$((tries + 1)); sleep 0.05; done
shift
rm -rf -- "$@"
`;

/**
 * Ends the test server at once and removes its folders when this process ends, by kill -9 too. Vitest ends its workers
 * without an `exit` event, so a listener would not do. On Windows there is no such shell, and the folder stays.
 */
export function removeAfterThisProcess(folder: string, place: Place): void {
  if (process.platform === "win32") return;
  const watcher = spawn(
    "/bin/sh",
    ["-c", watch, "sh", place.data, place.folder, place.socketFolder ?? folder, folder],
    {
      stdio: ["pipe", "ignore", "ignore"],
      // Ctrl+C must reach the tests and not the one who tidies up after them.
      detached: true,
      cwd: "/",
    },
  );
  watcher.unref();
  const { stdin } = watcher;
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
}
