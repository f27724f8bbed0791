import { basename } from "node:path";
import { hashFile } from "#media/hash-file.js";
import { openRegularFile } from "#media/regular-file.js";
import { tooLarge } from "#media/too-large.js";
import { UnderstudyError } from "#model/errors.js";
import type { ProvenanceFacts } from "#model/provenance.js";
import { sortAnchors } from "./anchors.js";
import { maxReadBytes, maxReadSeconds, maxStoreBytes } from "./limits.js";
import { headOf, mediaTypeOf, type ReadableType } from "./media-type.js";
import { findC2paBox } from "./mp4-boxes.js";
import type { ReadOrder } from "./provenance.js";
import { factsOf, unreadable } from "./read-report.js";
import type { SealThread } from "./seal-thread.js";

/**
 * Reads the credentials of a file: those inside, else those of the sidecar. Whatever lies in the sidecar's place, the file
 * itself can still be looked at: it is `invalid` credentials, never an error.
 * @throws UnderstudyError `file-missing`, `unreadable-media`, `input-too-large`, `bad-config` for anchors; the signal's
 * reason after a cancel.
 */
export async function readFile(order: ReadOrder, thread: SealThread, signal: AbortSignal): Promise<ProvenanceFacts> {
  const inside = await readInside(order, thread, signal);
  if (inside.state !== "absent" || order.sidecarPath === undefined) return inside;
  return readSidecar(order, order.sidecarPath, thread, signal);
}

const absent: ProvenanceFacts = { state: "absent" };

async function readInside(order: ReadOrder, thread: SealThread, signal: AbortSignal): Promise<ProvenanceFacts> {
  const { path } = order;
  const { mediaType, byteLength, obstacle } = await lookAt(path);
  if (mediaType === undefined) return absent;
  if (obstacle !== undefined) return unreadable(obstacle);
  return readStore({ path, mediaType, byteLength }, order, thread, signal);
}

/** What is known of a file before the library sees it. */
interface FirstLook {
  readonly mediaType: ReadableType | undefined;
  readonly byteLength: number;
  /** Why the library had better not see it, where that is easily told. */
  readonly obstacle: "too-many-boxes" | "too-large" | undefined;
}

async function lookAt(path: string): Promise<FirstLook> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    if (byteLength === 0) throw new UnderstudyError("unreadable-media", `${basename(path)} is empty (0 bytes).`);
    if (byteLength > maxReadBytes) throw tooLarge(basename(path), byteLength, maxReadBytes, readHint);
    const mediaType = mediaTypeOf(await headOf(file));
    const isBoxed = mediaType === "video/mp4" || mediaType === "audio/mp4";
    const box = isBoxed ? await findC2paBox(file, byteLength) : undefined;
    if (box === "too-many-boxes") return { mediaType, byteLength, obstacle: box };
    const isTooLarge = box !== undefined && box.byteLength > maxStoreBytes;
    return { mediaType, byteLength, obstacle: isTooLarge ? "too-large" : undefined };
  } finally {
    await file.close();
  }
}

const readHint = "Give a smaller copy; larger files are not read.";

async function readStore(
  store: { readonly path: string; readonly mediaType: ReadableType | "sidecar"; readonly byteLength: number },
  order: ReadOrder,
  thread: SealThread,
  signal: AbortSignal,
  holdsWholeFileHash?: (sha256: string) => Promise<boolean>,
): Promise<ProvenanceFacts> {
  const { path, mediaType, byteLength } = store;
  const { authorities: anchors, isOwnLeaf } = sortAnchors(order);
  const answer = await thread.run(
    { kind: "read", path, mediaType, anchors },
    { signal, maxSeconds: maxReadSeconds(byteLength) },
  );
  if (answer.kind === "refused") return refusal(answer.reason, path);
  if (answer.kind !== "report") return unreadable(answer.kind === "broken" ? answer.reason : answer.kind);
  return factsOf(answer.report, isOwnLeaf, holdsWholeFileHash);
}

async function readSidecar(
  order: ReadOrder,
  path: string,
  thread: SealThread,
  signal: AbortSignal,
): Promise<ProvenanceFacts> {
  const byteLength = await lookBeside(path);
  if (byteLength === undefined) return absent;
  if (byteLength === "unreadable" || byteLength > maxStoreBytes) return unreadable("sidecar");
  const holdsWholeFileHash = async (sha256: string): Promise<boolean> =>
    (await hashFile(order.path, { maxBytes: maxReadBytes, signal })).sha256 === sha256;
  const store = { path, mediaType: "sidecar", byteLength } as const;
  return readStore(store, order, thread, signal, holdsWholeFileHash).catch((thrown: unknown) => {
    if (thrown instanceof UnderstudyError && thrown.code === "unreadable-media") return unreadable("sidecar");
    throw thrown;
  });
}

/** Bytes of the sidecar; undefined when there is none, `unreadable` for what is no file or cannot be opened. */
async function lookBeside(path: string): Promise<number | "unreadable" | undefined> {
  try {
    const { file, byteLength } = await openRegularFile(path, "unreadable-media");
    await file.close();
    return byteLength;
  } catch (thrown) {
    const { code = "" } = ((thrown as UnderstudyError).cause ?? {}) as NodeJS.ErrnoException;
    // A name that is too long for a sidecar has none.
    return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code) ? undefined : "unreadable";
  }
}

/** What the library's refusal means. Its text may quote the file, so only the name of its own error is told on. */
function refusal(reason: string, path: string): ProvenanceFacts {
  const name = /^C2pa\((\w+)/.exec(reason)?.[1] ?? "unknown";
  if (name === "JumbfNotFound" || name === "UnsupportedType") return absent;
  if (name === "RemoteManifestUrl") return { state: "remote" };
  if (name === "InvalidAsset" || name === "IoError") {
    throw new UnderstudyError("unreadable-media", `${basename(path)} is cut short or damaged.`);
  }
  return unreadable(name);
}
