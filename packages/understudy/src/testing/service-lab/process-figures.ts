import { readFile } from "node:fs/promises";
import type { ServeProcess } from "./serve-process.js";

/** Memory that a process has, in MB; on Linux. */
export async function residentMbOf({ processId }: ServeProcess): Promise<number> {
  const text = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024);
}

/** Hundredths of a second that it has computed for, of user and system together; on Linux. */
export async function processorTicksOf({ processId }: ServeProcess): Promise<number> {
  const text = await readFile(`/proc/${processId}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
