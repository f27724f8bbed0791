import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endWithThisProcess } from "#endpoint/fleet/orphan-watch.js";
import { startChild, type Child } from "./child.js";
import type { KillEndpointSetup, KillWorkerSetup } from "./kill-setup.js";

/** Starts a compiled program of this folder: build before. It ends with the tests, however they end, and its database too. */
export function startProgram(
  start:
    | { readonly name: "kill-endpoint"; readonly setup: KillEndpointSetup }
    | { readonly name: "kill-worker"; readonly setup: KillWorkerSetup },
  env: Readonly<Record<string, string>> = {},
): Child {
  const file = fileURLToPath(new URL(`../../dist/testing/${start.name}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error("Build first: these programs run compiled.");
  const child = startChild({ command: process.execPath, args: [file, JSON.stringify(start.setup)], env });
  void child.exited.then(endWithThisProcess(child.pid));
  return child;
}
