import type { Config } from "#config/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { tidyUp } from "#retention/index.js";
import { openBucket, type Bucket } from "#storage/index.js";
import type { CliContext } from "./context.js";
import { printableLine } from "./printable.js";

/** What every command that writes does: removes what a killed render left, and what has been kept long enough. */
export async function tidyUpFirst(data: DataFolder, config: Config, { io, isJson }: CliContext): Promise<void> {
  await tidyUp(data, config.retention, io.now(), {
    openBucket: () => bucketAtHand(io),
    tell: (note) => void (isJson || io.stderr.write(`${printableLine(note)}\n`)),
  });
}

/** The bucket of the environment, for commands that go on without: one that is set in part counts as none. */
export function bucketAtHand({ env }: Pick<CliContext["io"], "env">): Promise<Bucket | undefined> {
  return openBucket(env).catch(() => undefined);
}
