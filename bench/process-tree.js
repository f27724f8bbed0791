// One node script run to its end while the memory of its whole process tree is watched.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";

const sampleEveryMs = 50;

/**
 * Runs a script that prints JSON on its last line.
 * @returns that JSON, with `peakMegabytes` of resident memory (10^6 bytes) summed over the process and all it started.
 * Short peaks fall between two samples; the process's own is exact. Where there is no /proc, only that one counts.
 */
export async function runToJson(script, args) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentBytes(child.pid))), sampleEveryMs);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  const [status] = await once(child, "close");
  clearInterval(timer);
  if (status !== 0) throw new Error(`${args.join(" ")} failed.`);
  const result = JSON.parse(text.trim().split("\n").at(-1));
  return { ...result, peakMegabytes: Math.max(peak / 1e6, result.ownPeakMegabytes ?? 0) };
}

/** Processor seconds of this process and of those children that have ended. */
export function treeCpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + endedChildrenSeconds();
}

function endedChildrenSeconds() {
  try {
    // Behind the name in brackets: fields 16 and 17 of proc(5), in hundredths of a second.
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}

function residentBytes(pid) {
  try {
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return kilobytes * 1024 + children.reduce((sum, child) => sum + residentBytes(child), 0);
  } catch {
    // It ended meanwhile, or this system has no /proc.
    return 0;
  }
}
