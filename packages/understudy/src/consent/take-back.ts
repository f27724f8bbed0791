import type { ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import type { OutputFact } from "#records/render-records.js";

/** A file that was made under a consent. */
export interface OutputUnder extends OutputFact {
  readonly renderId: string;
}

/** What taking a consent back came to. */
export interface TakenBack {
  readonly revokedAt: string;
  /** False when it had been taken back before; then nothing was written. */
  readonly isNew: boolean;
  readonly outputs: readonly OutputUnder[];
}

/**
 * Notes that a person took their consent back. From now on no render starts or is delivered under it; what was made is
 * listed, not touched. Also for a record that can no longer be read.
 * @throws UnderstudyError `unknown-consent`.
 */
export async function takeBack(
  order: { readonly consentId: string; readonly revokedBy?: string | undefined; readonly reason?: string | undefined },
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
  const made = (await renders.list()).filter((render) => render.consentId === consentId);
  const outputs = made.flatMap(({ renderId, outputs }) => outputs.map((output) => ({ renderId, ...output })));
  return { revokedAt, isNew, outputs };
}
