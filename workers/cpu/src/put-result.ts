import { GuardedFetchError, request } from "@understudy/guarded-fetch";
import { UnderstudyError } from "@understudy/render";
import { inputError } from "@understudy/understudy";
import type { StageShare } from "./deadline.js";
import type { Workshop } from "./workshop.js";

/** What is PUT, and where. */
export interface PutOrder {
  /** How the sender knows the address, such as `output.put_url`. */
  readonly field: string;
  readonly url: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/**
 * Sends a result to the address that its order names, in one PUT.
 * @throws UnderstudyError `download-refused` for an address that may not be asked, `upload-failed`; the signal's reason.
 */
export async function putResult(
  { field, url, mediaType, body }: PutOrder,
  { policy }: Pick<Workshop, "policy">,
  { signal, remainingMs }: Pick<StageShare, "signal" | "remainingMs">,
): Promise<void> {
  const limits = { totalMs: Math.max(1, Math.floor(remainingMs)), idleMs: 120_000 };
  const headers = { "content-type": mediaType };
  const notTaken = (message: string): UnderstudyError =>
    new UnderstudyError("upload-failed", message, {
      hint: `Send the job again with a fresh ${field} that takes a PUT of ${mediaType}.`,
    });
  const { status } = await request(url, { method: "PUT", body, headers, policy, signal, limits }).catch(
    (thrown: unknown) => {
      if (!(thrown instanceof GuardedFetchError)) throw thrown;
      const error = inputError(field, thrown);
      throw error.code === "download-refused" ? error : notTaken(error.message);
    },
  );
  if (status < 200 || status >= 300) throw notTaken(`${field} answered with status ${status}.`);
}
