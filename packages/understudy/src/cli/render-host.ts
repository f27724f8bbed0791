import { createProgress } from "#progress/index.js";
import type { KeysMade, RenderHost } from "#rendering/index.js";
import type { CliContext } from "./context.js";
import { printableLine } from "./printable.js";

/** Lends a command's render its host; progress is shown while `action` runs. */
export async function withRenderHost<T>(context: CliContext, action: (host: RenderHost) => Promise<T>): Promise<T> {
  const { io, wiring, isJson } = context;
  const progress = createProgress(io, isJson);
  try {
    return await action({
      wiring,
      signal: io.signal,
      now: () => io.now(),
      onProgress: progress.onProgress,
      onKeysMade: (made) => tellOfKeys(made, context),
    });
  } finally {
    progress.finish();
  }
}

function tellOfKeys(made: KeysMade, { io, isJson }: CliContext): void {
  if (isJson) io.stdout.write(`${JSON.stringify({ event: "keys-made", ...made })}\n`);
  else io.stderr.write(`${printableLine(announcement(made.keysFolder))}\n`);
}

function announcement(keysFolder: string): string {
  return `Made the keys that sign your videos, in ${keysFolder}. They are self-issued: everybody can check that a video is unchanged, but public viewers show its signer as unknown. Said once; understudy keys --help tells more.`;
}
