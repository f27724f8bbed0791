import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, type Child } from "./child.js";
import type { PythonSdk } from "./python-sdk.js";

/** Programs of ours that use the real SDK. */
export type PythonProgram = "mock_handler" | "client_session";

/**
 * Starts one of our Python programs on the SDK, at home in an empty folder of its own: SDK 1.9.1 keeps the ids of its jobs in
 * the working directory, and whoever starts there next, or works there at the same time, believes that they are its own.
 */
export function startPython(sdk: PythonSdk, program: PythonProgram, env: Readonly<Record<string, string>>): Child {
  const home = mkdtempSync(join(tmpdir(), "understudy-python-"));
  const args = ["-u", `${programs}${program}.py`];
  const child = startChild({ command: sdk.python, args, cwd: home, env: { HOME: home, ...env } });
  void child.exited.then(() => rm(home, { recursive: true, force: true }));
  return child;
}

/** Runs the client program to its end. @returns the value it printed for each step. */
export async function runPythonClient(
  sdk: PythonSdk,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const client = startPython(sdk, "client_session", env);
  const { code } = await client.exited;
  if (code !== 0) throw new Error(`The client ended with ${code}: ${client.stderr()}`);
  const lines = client.stdout().trim().split("\n");
  const steps = lines.map((line) => JSON.parse(line) as { readonly step: string; readonly value: unknown });
  return Object.fromEntries(steps.map(({ step, value }) => [step, value]));
}

const programs = fileURLToPath(new URL("../../src/testing/python/", import.meta.url));
