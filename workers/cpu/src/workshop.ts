import type { AddressPolicy } from "@understudy/guarded-fetch";
import { makePrivateFolder, withStagingFolder, type Config, type DataFolder } from "@understudy/understudy";
import type { ResultStore, Wiring } from "@understudy/understudy";
import type { swapClip } from "@understudy/render";
import type { WorkClock } from "./clock.js";

/** What every job of this process works with; made once. */
export interface Workshop {
  readonly wiring: Wiring;
  readonly swapClip: typeof swapClip;
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
 */
export async function withJobFolder<T>(
  { data }: Pick<Workshop, "data">,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  await makePrivateFolder(data.folder);
  return withStagingFolder(data.folder, action);
}
