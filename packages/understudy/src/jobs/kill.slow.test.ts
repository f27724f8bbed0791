import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openJobLab, type JobLab } from "./testing/job-lab.js";
import type { KillSetup } from "./testing/kill-program.js";

/** Runs the compiled program: build first. */
const program = fileURLToPath(new URL("../../dist/jobs/testing/kill-program.js", import.meta.url));

it("goes on elsewhere with what a killed runner began, and repeats no child that was done", async () => {
  const lab = await openJobLab();
  onTestFinished(() => lab.close());
  const api = await lab.open({ role: "api", work: async () => {} });
  onTestFinished(() => api.close(0));
  const journal = join(lab.folder, "journal");
  const runners = new Map(["one", "other"].map((id) => [id, start(lab, { runnerId: id, journal, childMs: 1_500 })]));
  const lines = await until(journal, (seen) => seen.filter((line) => line.endsWith(" up")).length === 2);
  expect(lines).toHaveLength(2);
  await api.submit(await lab.ticket());
  const begun = await until(journal, (seen) => seen.some((line) => line.endsWith("begin child 1")));
  const [victim] = begun.find((line) => line.endsWith("begin child 1"))!.split(" ");
  runners.get(victim!)!.kill("SIGKILL");
  const all = await until(journal, (seen) => seen.some((line) => line.endsWith(" done")));
  const [survivor] = all.at(-1)!.split(" ");
  expect(survivor).not.toBe(victim);
  expect(all.filter((line) => !line.endsWith(" up"))).toEqual([
    `${victim} begin child 0`,
    `${victim} end child 0`,
    `${victim} begin child 1`,
    `${survivor} begin child 1`,
    `${survivor} end child 1`,
    `${survivor} begin child 2`,
    `${survivor} end child 2`,
    `${survivor} done`,
  ]);
});

function start(lab: JobLab, setup: Pick<KillSetup, "runnerId" | "journal" | "childMs">): ChildProcess {
  const whole: KillSetup = { ...setup, url: lab.database.url, artifactsFolder: join(lab.folder, "artifacts") };
  const child = spawn(process.execPath, [program, JSON.stringify(whole)], { stdio: ["ignore", "ignore", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return child;
}

/** The journal's lines when they are as wanted. */
async function until(journal: string, isEnough: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
  for (;;) {
    const text = await readFile(journal, "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    if (isEnough(lines)) return lines;
    await pause(50);
  }
}
