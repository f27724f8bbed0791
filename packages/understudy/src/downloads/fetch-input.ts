import { rm } from "node:fs/promises";
import {
  checkAddress,
  download,
  GuardedFetchError,
  type AddressPolicy,
  type Downloaded,
  type GuardedFetchCode,
} from "@understudy/guarded-fetch";
import { UnderstudyError, type ErrorCode } from "@understudy/render";
import { isRecording, recordingsInWords } from "./recordings.js";

/** What an input has to be. */
export type InputKind = "video" | "image" | "audio";

/** A file that a stranger names by its address. */
export interface InputFile {
  /** How the sender knows it, such as `source_video_url`. */
  readonly field: string;
  readonly url: string;
  readonly kind: InputKind;
  /** Where it goes, in a folder of our own. */
  readonly path: string;
}

/** What fetching it may take. */
export interface InputRules {
  readonly policy: AddressPolicy;
  readonly maxBytes: number;
  /** Milliseconds for the whole file, redirects and further attempts included. */
  readonly totalMs: number;
  readonly signal: AbortSignal;
  /** Called with the share that has arrived, 0 to 1, where the server says how much there is. */
  readonly onShare?: (share: number) => void;
}

/** Photos and recordings of a voice have 100 MiB at most, whatever the configuration allows. */
const maxSmallBytes = 100 * 2 ** 20;

/**
 * Fetches a video, a photo or a recording of a voice. Messages name the field and the host, never the path or the query.
 * @throws UnderstudyError `download-refused`, `download-failed`, `download-wrong-type`, `input-too-large`, `disk-full`,
 * `output-write-failed`; the signal's reason after a cancel.
 */
export async function fetchInput(input: InputFile, rules: InputRules): Promise<Downloaded> {
  const { field, url, kind, path } = input;
  const { policy, signal, totalMs, onShare } = rules;
  const maxBytes = kind === "video" ? rules.maxBytes : Math.min(maxSmallBytes, rules.maxBytes);
  try {
    const downloaded = await download(url, path, {
      accept: [kind],
      policy,
      signal,
      limits: { maxBytes, totalMs: Math.max(1, Math.round(totalMs)) },
      onProgress: ({ byteLength, totalBytes }) => {
        if (totalBytes !== undefined && totalBytes > 0) onShare?.(byteLength / totalBytes);
      },
    });
    if (kind !== "audio" || isRecording(downloaded.mediaType)) return downloaded;
    await rm(path, { force: true });
    throw new UnderstudyError(
      "download-wrong-type",
      `${field}: The file is ${downloaded.mediaType}, not ${recordingsInWords}.`,
    );
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    throw inputError(field, thrown);
  }
}

/**
 * Refuses, before any work, an address of a job that may not be asked.
 * @throws UnderstudyError `download-refused`, `download-failed`; the signal's reason after a cancel.
 */
export async function checkInputAddress(
  field: string,
  url: string,
  rules: Pick<InputRules, "policy" | "signal">,
): Promise<void> {
  await checkAddress(url, rules).catch((thrown: unknown) => {
    throw thrown instanceof GuardedFetchError ? inputError(field, thrown) : thrown;
  });
}

/** What guarded-fetch refused or could not do, in our words. */
export function inputError(field: string, error: GuardedFetchError): UnderstudyError {
  return new UnderstudyError(codes[error.code], `${field}: ${error.message}`, { cause: error });
}

const codes: Readonly<Record<GuardedFetchCode, ErrorCode>> = {
  "bad-url": "download-refused",
  "address-refused": "download-refused",
  "redirect-refused": "download-refused",
  "bad-options": "internal-error",
  unresolved: "download-failed",
  unreachable: "download-failed",
  "tls-failed": "download-failed",
  "too-many-redirects": "download-failed",
  status: "download-failed",
  "bad-answer": "download-failed",
  "too-slow": "download-failed",
  interrupted: "download-failed",
  "unasked-encoding": "download-wrong-type",
  "wrong-type": "download-wrong-type",
  "too-large": "input-too-large",
  "disk-full": "disk-full",
  "write-failed": "output-write-failed",
};
