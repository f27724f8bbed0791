import { setTimeout as sleep } from "node:timers/promises";
import { GuardedFetchError } from "#errors.js";
import { withGuards, type GuardOptions } from "#http/guards.js";
import { checkHeaders } from "#http/headers.js";
import { downloadLimits, type DownloadLimits } from "#limits.js";
import { checkUrl, type GuardedUrl } from "#url.js";
import type { MediaKind } from "./media-type.js";
import { openPartialFile } from "./partial-file.js";
import { pauseBeforeRetry } from "./retry.js";
import { attempt, type DownloadProgress, type Transfer, type Transferred } from "./transfer.js";

/** What `download` accepts. */
export interface DownloadOptions extends GuardOptions<DownloadLimits> {
  /** Kinds of media that will do, told from the bytes. */
  readonly accept: readonly MediaKind[];
  /** Called after each piece written; what it throws ends the download. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** A file that arrived whole. */
export interface Downloaded {
  readonly byteLength: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** Told from the bytes, such as `video/mp4`. */
  readonly mediaType: string;
  /** Of that type, without a dot; what stands in the URL is not looked at. */
  readonly extension: string;
  /** Where the bytes came from, after redirects. */
  readonly url: GuardedUrl;
}

/**
 * Downloads a media file. It grows beside `path` and is moved there when it is whole; a file or link at `path` is replaced,
 * and after a failure nothing is left. Broken connections, 429 and 5xx are tried again with growing pauses, from the byte
 * where they broke if the server can prove that the bytes are still the same.
 * @param url checked again here, also when it is a `GuardedUrl` already.
 * @param path in a folder that exists and that strangers cannot write to.
 * @throws GuardedFetchError any code.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  const start = checkUrl(url);
  const callerHeaders = checkHeaders(options.headers);
  const { accept, onProgress } = options;
  return withGuards(start, options, downloadLimits, async (guards) => {
    const file = await openPartialFile(path);
    try {
      const whole = await retrying({
        url: start,
        callerHeaders,
        accept,
        onProgress,
        file,
        guards,
        validator: undefined,
      });
      return { byteLength: file.byteLength, sha256: await file.keep(), ...whole };
    } catch (error) {
      await file.discard();
      throw error;
    }
  });
}

async function retrying(transfer: Transfer): Promise<Transferred> {
  const { limits, deadline } = transfer.guards;
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt(transfer);
    } catch (error) {
      const isOurs = error instanceof GuardedFetchError;
      const pauseMs = isOurs ? pauseBeforeRetry(error, failed, limits, Math.random()) : undefined;
      if (pauseMs === undefined || pauseMs >= deadline.remainingMs()) throw error;
      await sleep(pauseMs, undefined, { signal: deadline.signal });
    }
  }
}
