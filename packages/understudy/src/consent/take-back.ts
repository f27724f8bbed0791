import type { ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import { outputState, removeOutput, type OutputState } from "#records/remove-output.js";
import type { OutputFact } from "#records/render-records.js";

/** A file that was made under a consent, and what became of it. */
export interface OutputUnder extends OutputFact {
  readonly renderId: string;
  readonly state: OutputState | "deleted";
}

/** What taking a consent back came to. */
export interface TakenBack {
  readonly consentId: string;
  readonly revokedAt: string;
  /** False when it had been taken back before; then nothing was noted. */
  readonly isNew: boolean;
  readonly outputs: readonly OutputUnder[];
}

/** What to take back, and how. */
export interface TakeBackOrder {
  readonly consentId: string;
  /** Who notes it; default who made the record. */
  readonly revokedBy?: string | undefined;
  readonly reason?: string | undefined;
  /** Whether files made under it are deleted, where they still are as they were made. */
  readonly deletesOutputs: boolean;
}

/**
 * Notes that a person took their consent back. From now on no render starts or is delivered under it; what was made is
 * listed. Also for a record that can no longer be read.
 * @throws UnderstudyError `unknown-consent`.
 */
export async function takeBack(
  order: TakeBackOrder,
  { consents, renders, audit }: Pick<DataFolder, "consents" | "renders" | "audit">,
  now: Date,
): Promise<TakenBack> {
  const { consentId, reason } = order;
  // A damaged record refuses to be read, and can be taken back all the same.
  const before: ConsentEntry | undefined = await consents.get(consentId).catch(() => undefined);
  const isNew = before?.revocation === undefined;
  const revokedAt = before?.revocation?.revokedAt ?? now.toISOString();
  if (isNew) {
    const revokedBy = order.revokedBy ?? before?.consent.operator ?? "unknown";
    await consents.revoke({ consentId, revokedAt, revokedBy, ...(reason === undefined ? {} : { reason }) });
    await audit.append({ kind: "consent-revoked", consentId }, now);
  }
  const outputs: OutputUnder[] = [];
  for (const { renderId, outputs: made } of (await renders.list()).filter((render) => render.consentId === consentId)) {
    for (const output of made) {
      const isDeleted = order.deletesOutputs && (await removeOutput(output));
      outputs.push({ renderId, ...output, state: isDeleted ? "deleted" : await outputState(output) });
    }
  }
  return { consentId, revokedAt, isNew, outputs };
}
