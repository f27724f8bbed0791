import { readdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEvent, AuditLog } from "#audit/audit-log.js";
import { findDelivered } from "#records/find-delivered.js";
import { isAlive } from "#records/process-identity.js";
import type { RenderEnd, RenderRecord, RenderRecords } from "#records/render-records.js";
import { removeWorkFolder } from "#records/work-folder-of.js";

/**
 * Removes what renders left whose process ended without a word, and notes their end. Costs one look into a folder when
 * there is none: 1000 finished renders make no difference.
 * @returns ids of the renders that were cleaned up after. One whose files cannot be removed waits for the next time.
 */
export async function cleanAfterCrashes(options: {
  readonly records: RenderRecords;
  readonly audit: Pick<AuditLog, "append">;
  readonly now: Date;
}): Promise<string[]> {
  const { records, audit, now } = options;
  const started = await records.listStarted();
  if (started.length === 0) return [];
  const dead = started.filter(({ process }) => !isAlive(process));
  const busyFolders = await Promise.all(started.filter((record) => !dead.includes(record)).map(realOutputFolder));
  const cleaned: string[] = [];
  for (const record of dead) {
    if (!(await removeWorkFolder(record))) continue;
    const folder = await realOutputFolder(record);
    // A half-written file does not say whose it is: while another render delivers there, it stays.
    if (!busyFolders.includes(folder)) await removePartials(folder);
    const end = (await findDelivered(record)) ?? { state: "interrupted", outputs: [] };
    await records.end(record.renderId, end, now);
    await audit.append(eventOf(record, end), now);
    cleaned.push(record.renderId);
  }
  return cleaned;
}

/** Two paths may lead to one folder. */
function realOutputFolder({ outputFolder }: RenderRecord): Promise<string> {
  return realpath(outputFolder).catch(() => outputFolder);
}

const partialName = /^\.understudy-[0-9a-f]{12}\.partial$/;

/** What a store and the small files of ours have under way in a folder. */
async function removePartials(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !partialName.test(entry.name)) continue;
    await rm(join(folder, entry.name), { force: true }).catch(() => undefined);
  }
}

/** A process may have ended between its delivery and its last note. */
function eventOf({ renderId }: RenderRecord, { outputs }: RenderEnd): AuditEvent {
  const [video] = outputs;
  return video === undefined
    ? { kind: "render-interrupted", renderId }
    : { kind: "render-finished", renderId, videoSha256: video.sha256 };
}
