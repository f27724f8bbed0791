import type { ProjectFile } from "./project-facts.js";

/** A file that would decide something and is not judged. */
export interface UnreadFile {
  readonly path: string;
  /** Why, to follow "it": `is longer than 256 KiB`. */
  readonly reason: string;
}

/** Why a file of the project has no text; see `maxTextByteLength`. */
export function whyUnread({ kind, linkTarget, byteLength }: ProjectFile, maxByteLength: number): string {
  if (kind === "symlink") return `is a symlink to ${linkTarget}, which is no file of this project`;
  if (byteLength > maxByteLength) return `is longer than ${maxByteLength >> 10} KiB`;
  return "is not a text file, or must not be read";
}
