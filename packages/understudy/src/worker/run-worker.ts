import { resolve } from "node:path";
import type { CliIo } from "#cli/io.js";
import { serve } from "@understudy/runpod/worker";
import { loadHandler } from "./load-handler.js";

/**
 * Runs a handler's module as a worker until it is told to end.
 * @returns the exit status.
 * @throws UnderstudyError `file-missing`, `bad-handler`.
 */
export async function runWorker(
  wish: { readonly handlerFile: string; readonly words: readonly string[] },
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<number> {
  const options = await loadHandler(resolve(io.cwd, wish.handlerFile));
  return serve({ ...options, argv: wish.words, env: io.env, cwd: io.cwd, signal: io.signal });
}
