import type { Config } from "#config/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { applyRetention, type RetentionSweep } from "./apply-retention.js";
import { cleanAfterCrashes } from "./clean-after-crashes.js";

/** What every command that writes does first: removes what a killed render left, then what has been kept long enough. */
export async function tidyUp(
  data: DataFolder,
  retention: Config["retention"],
  now: Date,
  outside: Pick<RetentionSweep, "openBucket" | "tell">,
): Promise<void> {
  await cleanAfterCrashes({ records: data.renders, audit: data.audit, now });
  await applyRetention({ retention, data, now, ...outside });
}
