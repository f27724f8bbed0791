/**
 * Reads `+PID` and `-PID` lines (a negative PID is a group) until its input ends, which it does with the process that holds the
 * pipe. Then it ends what is left: SIGTERM, and SIGKILL when that had the time that a fleet gives it.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const stopMs = 30_000;
const lookMs = 100;

const left = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) left.add(pid);
  else left.delete(pid);
}

signalAll("SIGTERM");
for (const deadline = performance.now() + stopMs; left.size > 0 && performance.now() < deadline;) {
  await sleep(lookMs);
  signalAll(0);
}
signalAll("SIGKILL");

/** A process that cannot be signalled has ended; the number of one that has is not given to another within `lookMs`. */
function signalAll(signal: NodeJS.Signals | 0): void {
  for (const pid of left) {
    try {
      process.kill(pid, signal);
    } catch {
      left.delete(pid);
    }
  }
}
