import { notePublishedRemoved, publishedBy, publishedPath, takeDown } from "#records/published.js";
import { removeOutput } from "#records/remove-output.js";
import type { RenderRecord } from "#records/render-records.js";
import type { RetentionSweep } from "./apply-retention.js";
import { isOver } from "./is-over.js";

/**
 * Removes finished files after their days, on this machine and in the bucket at hand. An output that somebody changed since is
 * theirs, and stays; what lies in a bucket that cannot be reached is told.
 */
export async function sweepOutputs(sweep: RetentionSweep): Promise<number> {
  const { retention, data, now } = sweep;
  if (retention.outputDays === 0) return 0;
  const due = (await data.renders.list()).filter(({ endedAt }) => isOver(endedAt, retention.outputDays, now));
  let count = 0;
  for (const output of due.flatMap(({ outputs }) => outputs)) if (await removeOutput(output)) count += 1;
  return count + (await sweepUploaded(due, sweep));
}

async function sweepUploaded(due: readonly RenderRecord[], sweep: RetentionSweep): Promise<number> {
  const { data, now, openBucket, tell } = sweep;
  const uploaded = due.filter((record) => publishedBy(record).length > 0);
  if (uploaded.length === 0) return 0;
  const bucket = await openBucket?.();
  let count = 0;
  const staying: string[] = [];
  for (const record of uploaded) {
    const before = staying.length;
    for (const object of publishedBy(record)) {
      const state = await takeDown(object, bucket);
      if (state === "deleted") count += 1;
      if (state === "elsewhere" || state === "unreadable") staying.push(publishedPath(object));
    }
    if (staying.length === before) await notePublishedRemoved(record, data.renders, now);
  }
  if (staying.length > 0) tell?.(stayingInWords(staying));
  return count;
}

function stayingInWords([first, ...more]: readonly string[]): string {
  const which = more.length === 0 ? `${first} is` : `${first} and ${more.length} more are`;
  return `${which} older than retention.outputDays, and not removed: the BUCKET_* variables name another bucket, or it does not answer.`;
}
