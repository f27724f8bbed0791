import { readFileSync } from "node:fs";
import type { ProcessIdentity } from "./render-records.js";

/**
 * Names a process so that a later one with the same number is not taken for it: containers start at small numbers again
 * and again. Where the system does not tell when it started (elsewhere than Linux) the number is all there is.
 */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  const stat = readStat(pid);
  return { pid, ...(stat !== undefined && { startedAt: stat.startedAt }) };
}

/** Whether that very process still runs on this machine. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (startedAt === undefined) return answers(pid);
  const stat = readStat(pid);
  return stat !== undefined && stat.startedAt === startedAt && !stat.hasEnded;
}

interface ProcessStat {
  /** Boot of the machine, and clock ticks from it to the start of the process. */
  readonly startedAt: string;
  /** Ended, but its parent has not asked for its exit status yet. */
  readonly hasEnded: boolean;
}

/** From `/proc`; undefined for a process that is not there, and on systems without it. See proc_pid_stat(5). */
function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The second field is the program's name in parentheses, which may hold spaces; after it follows field 3.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state = "", startTicks = ""] = [fields[0], fields[22 - 3]];
    return { startedAt: `${bootId}:${startTicks}`, hasEnded: /^[ZXx]$/.test(state) };
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks whether the process is there; it may be there and belong to somebody else. */
function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
