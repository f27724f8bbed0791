import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { OutputFiles } from "#paths/index.js";

/** The folder part of a result's address: 128 random bits as 22 characters of base64url. */
export function newSecret(): string {
  return randomBytes(16).toString("base64url");
}

/** What a secret folder is called. */
export const secretPattern = /^[A-Za-z0-9_-]{22}$/;

/** A file name out of a stranger's text, without an ending: at most 80 of the characters that need no escape anywhere. */
export function safeName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "");
  return name.slice(0, 80) || "video";
}

/** Where `storage.publicUrl` shows a key. */
export function addressBelow(publicUrl: string, key: string): string {
  return `${publicUrl.replace(/\/+$/, "")}/${key}`;
}

/** The files of a render in a folder. */
export function outputsIn(folder: string, name: string): OutputFiles {
  const base = join(folder, name);
  return { folder, video: `${base}.mp4`, manifest: `${base}.manifest.json`, sidecar: `${base}.c2pa` };
}
