import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Made by the slow tests of `packages/runpod`. */
const python = fileURLToPath(new URL("../../../../../../.cache/runpod-sdk/1.12.0/bin/python", import.meta.url));
const program = fileURLToPath(new URL("../../../../src/connectors/make/testing/runpod_client.py", import.meta.url));

/** Whether RunPod's Python SDK is installed. Says in one line on standard error when it is not. */
export function hasPythonRunpod(): boolean {
  const isThere = existsSync(python);
  if (!isThere)
    process.stderr.write("RunPod's Python SDK is left out: the slow tests of packages/runpod install it.\n");
  return isThere;
}

/** Runs `runpod_client.py` to its end. @returns the value that it printed for each step. */
export async function runPythonClient(
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await promisify(execFile)(python, ["-u", program], { env, timeout: 300_000 });
  const lines = stdout.trim().split("\n");
  const steps = lines.map((line) => JSON.parse(line) as { readonly step: string; readonly value: unknown });
  return Object.fromEntries(steps.map(({ step, value }) => [step, value]));
}
