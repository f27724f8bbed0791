import type { AddressPolicy } from "@understudy/guarded-fetch";
import { makePrivateFolder, withStagingFolder, type Config, type DataFolder } from "@understudy/understudy";
import type { ResultStore, Wiring } from "@understudy/understudy";
import { toUnderstudyError, UnderstudyError, type MediaIO, type swapClip, type VoiceEngine } from "@understudy/render";
import type { WorkClock } from "./clock.js";

/** What every job of this process works with; made once. */
export interface Workshop {
  readonly wiring: Wiring;
  readonly swapClip: typeof swapClip;
  /** What speaks scripts. */
  readonly voice: VoiceEngine;
  /** What opens recordings. */
  readonly io: MediaIO;
  readonly config: Config;
  readonly data: DataFolder;
  readonly results: ResultStore;
  /** Where addresses of jobs may lead. */
  readonly policy: AddressPolicy;
  readonly clock: WorkClock;
  readonly cwd: string;
  now(): Date;
}

/**
 * Lends a job a hidden folder of its own in the data folder, and removes it whatever happens; it names its owner, so that the
 * next start removes what a killed worker left.
 * @throws UnderstudyError `bad-config` where no folder can be made, `disk-full`; otherwise what the action throws.
 */
export async function withJobFolder<T>(
  { data }: Pick<Workshop, "data">,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  await makePrivateFolder(data.folder);
  let isMade = false;
  return withStagingFolder(data.folder, (folder) => {
    isMade = true;
    return action(folder);
  }).catch((thrown: unknown) => {
    if (isMade || toUnderstudyError(thrown).code === "disk-full") throw thrown;
    // What it says names the folder, and would reach whoever sent the job.
    throw new UnderstudyError("bad-config", "The worker's data folder takes no files.", {
      hint: "Set dataFolder in the configuration to a folder that you may write to.",
      cause: thrown,
    });
  });
}
