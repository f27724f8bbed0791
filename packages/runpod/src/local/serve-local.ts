import type { ServeOptions } from "#worker/serve-options.js";

/** Placeholder until the local API is written below. */
export async function serveLocal(_options: ServeOptions, _flags: unknown): Promise<number> {
  return 1;
}
