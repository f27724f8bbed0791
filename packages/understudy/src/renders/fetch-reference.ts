import { GuardedFetchError, type AddressPolicy } from "@understudy/guarded-fetch";
import { assertNever, UnderstudyError } from "@understudy/render";
import { fetchInput, type InputFile } from "#downloads/index.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { libraryKey } from "./render-keys.js";
import type { InputReference } from "./render-order.js";

/** A file in a row of a connected table in Airtable. */
export type AttachmentReference = Extract<InputReference, { readonly kind: "airtable" }>;

/** Who knows where files of connected tables are at this moment. */
export interface Attachments {
  /** An address that holds for about two hours. @throws UnderstudyError `artifact-missing` when nothing leads to it any more; the signal's reason. */
  urlOf(reference: AttachmentReference, signal: AbortSignal): Promise<string>;
}

/** What references are followed with. */
export interface ReferenceServices {
  readonly artifacts: ArtifactStore;
  /** Absent: there are no connected tables. */
  readonly attachments?: Attachments;
  readonly policy: AddressPolicy;
  readonly maxInputBytes: number;
}

/** Where a file goes, and what it is called in messages. */
export interface WantedFile extends Omit<InputFile, "url"> {
  readonly ownerId: string;
}

/** Milliseconds that one input may take to arrive. */
const fetchMs = 15 * 60_000;

/**
 * Fetches a file that was not uploaded from where it is at this moment.
 * @throws UnderstudyError `artifact-missing`, what `fetchInput()` and `Attachments` say; the signal's reason.
 */
export async function fetchReference(
  reference: Exclude<InputReference, { readonly kind: "upload" }>,
  { ownerId, ...file }: WantedFile,
  { artifacts, attachments, policy, maxInputBytes: maxBytes }: ReferenceServices,
  { signal, onShare }: { readonly signal: AbortSignal; readonly onShare: (share: number) => void },
): Promise<void> {
  const rules = { policy, maxBytes, totalMs: fetchMs, signal, ...(file.kind === "video" && { onShare }) };
  switch (reference.kind) {
    case "library":
      return artifacts.fetch(libraryKey(ownerId, reference), file.path, {}, signal);
    case "url":
      return void (await fetchInput({ ...file, url: reference.url }, rules));
    case "airtable": {
      if (attachments === undefined) throw new Error("a render of a connected table, and nobody who knows tables");
      const fetchNow = async () => fetchInput({ ...file, url: await attachments.urlOf(reference, signal) }, rules);
      return void (await fetchNow().catch((thrown: unknown) => {
        if (!isGone(thrown)) throw thrown;
        return fetchNow();
      }));
    }
    default:
      return assertNever(reference);
  }
}

/** Whether the address may have expired between the answer and the download. */
function isGone(thrown: unknown): boolean {
  const cause = thrown instanceof UnderstudyError ? thrown.cause : undefined;
  return cause instanceof GuardedFetchError && [403, 404, 410].includes(cause.status ?? 0);
}
