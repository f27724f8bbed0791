import type { Context } from "hono";
import { UnderstudyError } from "@understudy/render";
import type { ApiEnv } from "#server/api.js";
import { Refusal } from "#server/refusal.js";
import type { NewUpload, PieceChecksum, Upload } from "#uploads/upload-list.js";

/** The one version of the protocol that there is (https://tus.io/protocols/resumable-upload). */
export const tusVersion = "1.0.0";

/** Content type of a piece. */
export const pieceType = "application/offset+octet-stream";

/** What an `OPTIONS` request is told. */
export function tusAbilities(maxBytes: number): Record<string, string> {
  return {
    "tus-version": tusVersion,
    "tus-extension": "creation,creation-with-upload,termination,expiration,checksum",
    "tus-max-size": String(maxBytes),
    "tus-checksum-algorithm": "sha1,sha256",
  };
}

/**
 * Whether the sender speaks tus; then every answer says so.
 * @throws Refusal 412 for another version.
 */
export function speaksTus(context: Context<ApiEnv>): boolean {
  const version = context.req.header("tus-resumable");
  if (version === undefined) return false;
  context.get("answerHeaders")["tus-resumable"] = tusVersion;
  if (version === tusVersion) return true;
  throw new Refusal(412, "bad-request", "This version of tus is not spoken here.", {
    hint: `Send Tus-Resumable: ${tusVersion}.`,
    headers: { "tus-version": tusVersion },
  });
}

/** How far an upload is, in the protocol's fields. */
export function progressFields(upload: Upload): Record<string, string> {
  return {
    "upload-offset": String(upload.receivedBytes),
    "upload-length": String(upload.byteLength),
    "upload-expires": upload.expiresAt.toUTCString(),
    "cache-control": "no-store",
  };
}

/** What a creation announces. @throws UnderstudyError `bad-request`. */
export function readAnnouncement(context: Context): NewUpload {
  if (context.req.header("upload-defer-length") !== undefined || context.req.header("upload-concat") !== undefined) {
    throw badField("Upload-Defer-Length and Upload-Concat are not taken");
  }
  const metadata = readMetadata(context.req.header("upload-metadata") ?? "");
  const [fileName, sha256] = [metadata.get("filename") ?? metadata.get("name"), metadata.get("sha256")];
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) throw badField("sha256 is no SHA-256 in lower-case hex");
  return {
    byteLength: readCount(context, "upload-length"),
    ...(sha256 !== undefined && { sha256 }),
    ...(fileName !== undefined && { fileName: cleanName(fileName) }),
  };
}

/** A whole number of bytes. @throws UnderstudyError `bad-request`. */
export function readCount(context: Context, field: string): number {
  const text = context.req.header(field) ?? "";
  if (!/^\d{1,15}$/.test(text)) throw badField(`${field} is missing, or no number of bytes`);
  return Number(text);
}

/** The digest of a piece. @throws UnderstudyError `bad-request`. */
export function readChecksum(context: Context): PieceChecksum | undefined {
  const text = context.req.header("upload-checksum");
  if (text === undefined) return undefined;
  const [, algorithm = "", encoded = ""] = /^(sha1|sha256) ([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const digest = Buffer.from(encoded, "base64");
  if (algorithm === "sha1" && digest.length === 20) return { algorithm, digest };
  if (algorithm === "sha256" && digest.length === 32) return { algorithm, digest };
  throw badField("Upload-Checksum is no SHA-1 or SHA-256 in base64");
}

/** A file's name as it is told again: no control characters, at most 200 others. */
export function cleanName(name: string): string {
  return name.replaceAll(/\p{C}/gu, "").slice(0, 200);
}

/** `filename d29ybGQ=,filetype dmlkZW8=`; a value may be left out. */
function readMetadata(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(",").map((pair) => pair.trim().split(" ") as [string, string?]);
  return new Map(pairs.map(([key, value = ""]) => [key, Buffer.from(value, "base64").toString()]));
}

function badField(problem: string): UnderstudyError {
  return new UnderstudyError("bad-request", `The request cannot be used: ${problem}.`);
}
