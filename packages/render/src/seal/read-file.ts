import { basename } from "node:path";
import { hashFile } from "#media/hash-file.js";
import { openRegularFile } from "#media/regular-file.js";
import { tooLarge } from "#media/too-large.js";
import { UnderstudyError } from "#model/errors.js";
import type { ProvenanceFacts } from "#model/provenance.js";
import { sortAnchors } from "./anchors.js";
import { maxReadBytes, maxLibrarySeconds, maxStoreBytes } from "./limits.js";
import { mediaTypeOf, type ReadableType } from "./media-type.js";
import { findC2paBox } from "./mp4-boxes.js";
import type { ReadOrder } from "./provenance.js";
import { factsOf, unreadable } from "./read-report.js";
import type { SealThread } from "./seal-thread.js";

/**
 * Reads the credentials of a file: those inside, else those of the sidecar.
 * @throws UnderstudyError `file-missing`, `unreadable-media`, `input-too-large`, `bad-config` for anchors; the signal's
 * reason after a cancel.
 */
export async function readFile(order: ReadOrder, thread: SealThread, signal: AbortSignal): Promise<ProvenanceFacts> {
  const inside = await readInside(order, thread, signal);
  if (inside.state !== "absent" || order.sidecarPath === undefined) return inside;
  return (await isThere(order.sidecarPath)) ? readSidecar(order, order.sidecarPath, thread, signal) : inside;
}

const absent: ProvenanceFacts = { state: "absent" };

async function readInside(order: ReadOrder, thread: SealThread, signal: AbortSignal): Promise<ProvenanceFacts> {
  const { mediaType, storeBytes = 0 } = await lookAt(order.path);
  if (mediaType === undefined) return absent;
  if (storeBytes > maxStoreBytes) return unreadable("too-large");
  return readStore(order.path, mediaType, order, thread, signal);
}

/** What a file is, and how large its manifest store is where that is easily seen. */
async function lookAt(
  path: string,
): Promise<{ mediaType?: ReadableType | undefined; storeBytes?: number | undefined }> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    if (byteLength === 0) throw new UnderstudyError("unreadable-media", `${basename(path)} is empty (0 bytes).`);
    if (byteLength > maxReadBytes) throw tooLarge(basename(path), byteLength, maxReadBytes, readHint);
    const head = Buffer.alloc(16);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const mediaType = mediaTypeOf(head.subarray(0, bytesRead));
    const isBoxed = mediaType === "video/mp4" || mediaType === "audio/mp4";
    return { mediaType, storeBytes: isBoxed ? (await findC2paBox(file, byteLength))?.byteLength : undefined };
  } finally {
    await file.close();
  }
}

const readHint = "Give a smaller copy; credentials of larger files are not read.";

type WholeFileCheck = (sha256: string) => Promise<boolean>;

async function readStore(
  path: string,
  mediaType: ReadableType | "sidecar",
  order: ReadOrder,
  thread: SealThread,
  signal: AbortSignal,
  holdsWholeFileHash?: WholeFileCheck,
): Promise<ProvenanceFacts> {
  const { authorities: anchors, isOwnLeaf } = sortAnchors(order);
  const answer = await thread.run(
    { kind: "read", path, mediaType, anchors },
    { signal, maxSeconds: maxLibrarySeconds },
  );
  if (answer.kind === "refused") return refusal(answer.reason, path);
  if (answer.kind !== "report") return unreadable(answer.kind === "broken" ? answer.reason : answer.kind);
  return factsOf(answer.report, isOwnLeaf, holdsWholeFileHash);
}

async function readSidecar(
  order: ReadOrder,
  sidecarPath: string,
  thread: SealThread,
  signal: AbortSignal,
): Promise<ProvenanceFacts> {
  return readStore(sidecarPath, "sidecar", order, thread, signal, async (sha256) => {
    const file = await hashFile(order.path, { maxBytes: maxReadBytes, signal });
    return file.sha256 === sha256;
  });
}

/** @throws UnderstudyError `input-too-large`, `unreadable-media`. */
async function isThere(sidecarPath: string): Promise<boolean> {
  const opened = await openRegularFile(sidecarPath, "unreadable-media").catch((thrown: unknown) => {
    if (thrown instanceof UnderstudyError && thrown.code === "file-missing") return undefined;
    throw thrown;
  });
  await opened?.file.close();
  if (opened !== undefined && opened.byteLength > maxStoreBytes) {
    throw tooLarge(basename(sidecarPath), opened.byteLength, maxStoreBytes, "A sidecar has some thousand bytes.");
  }
  return opened !== undefined;
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
