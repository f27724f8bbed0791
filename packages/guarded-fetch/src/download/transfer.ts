import { boundedBody } from "#http/body.js";
import { GuardedFetchError } from "#errors.js";
import { statusFailure } from "#http/failure.js";
import { follow, type Answer } from "#http/follow.js";
import type { Guards } from "#http/guards.js";
import type { Headers } from "#http/headers.js";
import type { DownloadLimits } from "#limits.js";
import type { GuardedUrl } from "#url.js";
import { sampleBytes, sniffMedia, type MediaKind, type MediaType } from "./media-type.js";
import type { PartialFile } from "./partial-file.js";
import { parseContentRange, strongValidator } from "./resume.js";
import { parseRetryAfter } from "./retry.js";

/** How far a download is. */
export interface DownloadProgress {
  /** Falls back to 0 when the server makes the download start over. */
  readonly byteLength: number;
  /** `undefined` when the server does not say. */
  readonly totalBytes: number | undefined;
}

/** One download across its attempts. */
export interface Transfer {
  readonly url: GuardedUrl;
  readonly callerHeaders: Headers;
  readonly accept: readonly MediaKind[];
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
  readonly file: PartialFile;
  readonly guards: Guards<DownloadLimits>;
  /** Of the bytes in the file; `undefined` when a later answer cannot be proven to continue them. */
  validator: string | undefined;
}

/** What one whole answer turned out to be. */
export interface Transferred extends MediaType {
  readonly url: GuardedUrl;
}

/**
 * One attempt: asks for what is missing, or for everything, from the first URL on, as what a redirect led to may have
 * expired. The type is judged as soon as `sampleBytes` are there, so that a wrong file costs no more than those.
 */
export async function attempt(transfer: Transfer): Promise<Transferred> {
  const { url, callerHeaders, file, guards, accept } = transfer;
  const ownHeaders = { "accept-encoding": "identity", ...missingRange(transfer) };
  const answer = await follow({ url, method: "GET", callerHeaders, ownHeaders }, guards);
  try {
    const totalBytes = await place(answer, transfer);
    let type: MediaType | undefined;
    for await (const chunk of boundedBody(answer, guards.limits.maxBytes - file.byteLength)) {
      await file.append(chunk);
      if (file.byteLength >= sampleBytes) type ??= await sniff(file, accept, answer.host);
      transfer.onProgress?.({ byteLength: file.byteLength, totalBytes });
    }
    if (totalBytes !== undefined && file.byteLength !== totalBytes) throw brokenOff(answer);
    type ??= await sniff(file, accept, answer.host);
    return { url: answer.url, ...type };
  } finally {
    answer.response.destroy();
  }
}

function missingRange({ file, validator }: Transfer): Headers {
  if (file.byteLength === 0 || validator === undefined) return {};
  return { range: `bytes=${file.byteLength}-`, "if-range": validator };
}

/** Puts the file where the answer's first byte belongs and tells the length of the whole. */
async function place(answer: Answer, transfer: Transfer): Promise<number | undefined> {
  const { response, status, host } = answer;
  const { file } = transfer;
  const wasAsked = "range" in missingRange(transfer);
  if (status !== 200 && !(wasAsked && (status === 206 || status === 416))) {
    throw statusFailure(host, status, parseRetryAfter(response.headers["retry-after"], Date.now()));
  }
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new GuardedFetchError("unasked-encoding", `${host} compressed an answer that was to come as it is.`, {
      status,
    });
  }
  const continued = status === 206 ? continuation(answer, transfer) : undefined;
  if (continued !== undefined) return continued.totalBytes;
  await file.startOver();
  transfer.validator = status === 200 ? strongValidator(response.headers) : undefined;
  if (status !== 200) throw brokenOff(answer);
  const length = response.headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** The range of a partial answer, if it begins where the file ends and belongs to the same bytes. */
function continuation({ response }: Answer, { file, validator = "" }: Transfer): ReturnType<typeof parseContentRange> {
  const { etag, "last-modified": lastModified } = response.headers;
  const itsValidator = validator.startsWith('"') ? etag : lastModified;
  const range = parseContentRange(response.headers["content-range"]);
  return range?.start === file.byteLength && (itsValidator ?? validator) === validator ? range : undefined;
}

async function sniff(file: PartialFile, accept: readonly MediaKind[], host: string): Promise<MediaType> {
  return sniffMedia(await file.head(sampleBytes), accept, host);
}

function brokenOff({ host, status }: Answer): GuardedFetchError {
  return new GuardedFetchError("interrupted", `${host} sent a part that does not fit what came before.`, { status });
}
