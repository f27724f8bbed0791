import { realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEvent, AuditLog } from "#audit/audit-log.js";
import { findDelivered, findWritten } from "#records/find-delivered.js";
import { lookAt, namesIn } from "#records/look-at.js";
import { removeOutput } from "#records/remove-output.js";
import type { RenderEnd, RenderRecord, RenderRecords } from "#records/render-records.js";
import { isDead } from "#records/sign-of-life.js";
import { removeWorkFolder } from "#records/work-folder-of.js";

/**
 * Removes what renders left whose process ended without a word, and notes their end. Costs one look into a folder when
 * there is none: 1000 finished renders make no difference.
 * @returns ids of the renders that were cleaned up after. One whose files cannot be removed, or in whose folder another
 * render works, waits for the next time.
 */
export async function cleanAfterCrashes(options: {
  readonly records: RenderRecords;
  readonly audit: Pick<AuditLog, "append">;
  readonly now: Date;
}): Promise<string[]> {
  const { records, audit, now } = options;
  const started = await records.listStarted();
  if (started.length === 0) return [];
  const isGone = await Promise.all(started.map((record) => isDead(record, now)));
  const dead = started.filter((_, number) => isGone[number]);
  const busyFolders = await Promise.all(started.filter((record) => !dead.includes(record)).map(realOutputFolder));
  const cleaned: string[] = [];
  for (const record of dead) {
    if (!(await removeWorkFolder(record))) continue;
    const folder = await realOutputFolder(record);
    // A half-written file does not say whose it is: while another render delivers there, it stays, and so does the record.
    if (busyFolders.includes(folder)) continue;
    const end = await tidyOutputs(record, folder).catch(() => undefined);
    if (end === undefined) continue;
    await audit.append(eventOf(record, end), now);
    await records.end(record.renderId, end, now);
    cleaned.push(record.renderId);
  }
  return cleaned;
}

/** Adopts what was delivered whole, and removes half of a delivery. */
async function tidyOutputs(record: RenderRecord, folder: string): Promise<RenderEnd> {
  await removePartials(folder);
  const delivered = await findDelivered(record);
  if (delivered !== undefined) return delivered.end;
  for (const output of await findWritten(record)) await removeOutput(output);
  return { state: "interrupted", outputs: [] };
}

/** Two paths may lead to one folder. */
function realOutputFolder({ outputFolder }: RenderRecord): Promise<string> {
  return realpath(outputFolder).catch(() => outputFolder);
}

const partialName = /^\.understudy-[0-9a-f]{12}\.partial$/;

/** What a store and the small files of ours have under way in a folder. */
async function removePartials(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if (partialName.test(name) && (await lookAt(path))?.isFile() === true) await rm(path, { force: true });
  }
}

/** A process may have ended between its delivery and its last note. */
function eventOf({ renderId }: RenderRecord, { outputs }: RenderEnd): AuditEvent {
  const [video] = outputs;
  return video === undefined
    ? { kind: "render-interrupted", renderId }
    : { kind: "render-finished", renderId, videoSha256: video.sha256 };
}
