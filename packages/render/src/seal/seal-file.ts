import { randomBytes } from "node:crypto";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashFile } from "#media/hash-file.js";
import { nameWriteError } from "#media/write-error.js";
import { UnderstudyError } from "#model/errors.js";
import { c2paActionOf, readActionOf } from "./actions.js";
import { maxEmbeddedBytes } from "./limits.js";
import { openManifestSigner, type ManifestSigner } from "./manifest-signer.js";
import type { TopBox } from "./mp4-boxes.js";
import { c2paBoxBytes, fillRoom, plainMp4Boxes, writeRoomyMp4 } from "./mp4-embedding.js";
import type { SealCredentials, SealedFile, SealOrder } from "./provenance.js";
import { readFile } from "./read-file.js";
import type { SealThread } from "./seal-thread.js";

/** Seals one file and reads it back; see `Provenance.seal`. */
export async function sealFile(
  order: SealOrder,
  credentials: SealCredentials,
  thread: SealThread,
  signal: AbortSignal,
): Promise<SealedFile> {
  const boxes = order.mediaType.endsWith("/mp4") ? await plainMp4Boxes(order.path) : undefined;
  const { size: inputBytes } = await stat(order.path);
  const embedded = boxes !== undefined || inputBytes <= maxEmbeddedBytes;
  const finalPath = embedded ? order.outputPath : order.sidecarPath;
  const partial = join(dirname(finalPath), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  try {
    const signer = await openManifestSigner(order, credentials, thread, signal);
    if (boxes !== undefined) await embed(order.path, boxes, partial, signer, signal);
    else if (embedded) await signer.signInto(partial);
    else await writeSidecar(order.path, partial, signer, signal);
    const facts = await readBack(order, partial, embedded, credentials, thread, signal);
    const { size: outputBytes } = await stat(partial);
    await rename(partial, finalPath);
    return { embedded, addedBytes: embedded ? outputBytes - inputBytes : outputBytes, facts };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof RangeError) {
      throw new UnderstudyError("seal-failed", "The credentials do not fit into the file.", { cause: thrown });
    }
    throw isSystemError(thrown) ? nameWriteError(finalPath, thrown) : thrown;
  } finally {
    await rm(partial, { force: true });
  }
}

/** The hash is known only when the film is laid out, and that takes the length of what will be signed over the hash. */
async function embed(
  path: string,
  boxes: readonly TopBox[],
  outputPath: string,
  signer: ManifestSigner,
  signal: AbortSignal,
): Promise<void> {
  const storeBytes = await signer.measure("mp4");
  const files = { path, boxes, outputPath };
  const { sha256, roomOffset } = await writeRoomyMp4(files, c2paBoxBytes(storeBytes), signal);
  const store = await signer.sign({ kind: "mp4", sha256 });
  if (store.byteLength !== storeBytes) throw new RangeError("the store is not as long as it was measured");
  await fillRoom(outputPath, roomOffset, store);
}

async function writeSidecar(
  path: string,
  outputPath: string,
  signer: ManifestSigner,
  signal: AbortSignal,
): Promise<void> {
  const { sha256 } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
  const store = await signer.sign({ kind: "whole-file", sha256: Buffer.from(sha256, "hex") });
  await writeFile(outputPath, store, { flag: "wx", flush: true });
}

async function readBack(
  order: SealOrder,
  writtenPath: string,
  embedded: boolean,
  { certificateChain: [leaf] }: SealCredentials,
  thread: SealThread,
  signal: AbortSignal,
): Promise<SealedFile["facts"]> {
  const ownAnchorsPem = pemOf(leaf ?? new Uint8Array(0));
  const files = embedded ? { path: writtenPath } : { path: order.path, sidecarPath: writtenPath };
  const facts = await readFile({ ...files, ownAnchorsPem, trustAnchorsPem: "" }, thread, signal);
  if (facts.state !== "valid") {
    const problems = "problems" in facts ? ` (${facts.problems.join(", ")})` : "";
    throw new UnderstudyError("seal-failed", `The sealed file reads back as ${facts.state}${problems}.`);
  }
  const expected = order.actions.map((action) => readActionOf(c2paActionOf(action)));
  if (facts.trust !== "ours" || !isDeepStrictEqual(facts.claim.actions, expected)) {
    throw new UnderstudyError("seal-failed", "The sealed file does not say what was to be signed.");
  }
  return facts;
}

function isSystemError(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException | undefined)?.errno !== undefined;
}

function pemOf(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
}
