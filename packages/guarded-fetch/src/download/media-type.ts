import { fileTypeFromBuffer } from "file-type";
import { GuardedFetchError } from "#errors.js";

/** What a caller can ask for. */
export type MediaKind = "video" | "image" | "audio";

/** What the first bytes of a file say it is. */
export interface MediaType {
  /** Such as `video/mp4`. */
  readonly mediaType: string;
  /** Without a dot, such as `mp4`. */
  readonly extension: string;
}

/** Bytes that are enough for every format the sniffer knows (file-type's own sample size). */
export const sampleBytes = 4100;

/** What the first bytes of a file (`sampleBytes` of them) say it is; undefined for text, and for what is not known. */
export async function mediaTypeOf(head: Uint8Array): Promise<string | undefined> {
  return (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
}

/**
 * Tells a file's type from its first bytes; nothing that a server says of it is heard. Text is never media: playlists and
 * concat scripts, which make a player fetch further URLs, are refused here.
 * @throws GuardedFetchError `wrong-type`
 */
export async function sniffMedia(head: Uint8Array, accept: readonly MediaKind[], host: string): Promise<MediaType> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const kind = accept.find((kind) => found?.mime.startsWith(`${kind}/`) === true);
  if (found !== undefined && kind !== undefined) return { mediaType: found.mime, extension: found.ext };
  const what = found === undefined ? "of no known type" : found.mime;
  throw new GuardedFetchError("wrong-type", `What ${host} sent is ${what}, not ${accept.join(" or ")}.`);
}
