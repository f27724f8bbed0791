import { UnderstudyError, type Consent } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/**
 * Looks whether a render may still go on and deliver: its consent is on record and was not taken back, its person was not
 * erased, and its own record is there. Whatever cannot be found does not count as agreed; only the consent of an invented
 * person need not be on record.
 * @throws UnderstudyError `consent-revoked`; `data-folder-unreadable` when it cannot be told.
 */
export async function assertStillAgreed(
  { renderId, consent }: { readonly renderId: string; readonly consent: Consent },
  data: DataFolder,
): Promise<void> {
  const entry = await data.consents.get(consent.id);
  const isOnRecord = entry !== undefined || consent.method === "fictional";
  const isErased = await data.erasures.was(consent.subject.id);
  const isNoted = (await data.renders.get(renderId)) !== undefined;
  if (isOnRecord && entry?.revocation === undefined && !isErased && isNoted) return;
  throw new UnderstudyError("consent-revoked", `Consent ${consent.id} was taken back; nothing was delivered.`);
}
