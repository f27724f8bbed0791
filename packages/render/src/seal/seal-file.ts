import { randomBytes } from "node:crypto";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashFile } from "#media/hash-file.js";
import { openRegularFile } from "#media/regular-file.js";
import { nameWriteError } from "#media/write-error.js";
import { UnderstudyError } from "#model/errors.js";
import { c2paActionOf, readActionOf } from "./actions.js";
import { openClaimSigner, type ClaimSigner } from "./claim-signer.js";
import { maxEmbeddedBytes, maxReadSeconds, maxStoreBytes } from "./limits.js";
import { manifestDefinitionOf, type HardBinding } from "./manifest-definition.js";
import { findC2paBox } from "./mp4-boxes.js";
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
  const signer = await openClaimSigner(credentials, signal);
  const source = order.source && (await sourceWithCredentials(order.source.path));

  /** The manifest store, signed; with `embed` the library also writes the file that it lies in. */
  const sign = async (
    binding: HardBinding | undefined,
    by: ClaimSigner["sign"],
    embed?: { inputPath: string; outputPath: string },
  ): Promise<Uint8Array> => {
    const answer = await thread.run(
      {
        kind: "sign",
        definition: manifestDefinitionOf(order, binding),
        mediaType: order.mediaType,
        signatureBytes: signer.signatureBytes,
        ...(embed !== undefined && { embed }),
        ...(source !== undefined && { source }),
      },
      { signal, maxSeconds: maxReadSeconds, sign: by },
    );
    if (answer.kind === "signed") return answer.store;
    const cause = new Error(answer.kind === "refused" ? answer.reason : answer.kind);
    throw new UnderstudyError("seal-failed", "The file could not be sealed.", { cause });
  };

  try {
    if (boxes !== undefined) {
      // The place must be made before the hash is known: a store that nobody signed tells how large it will be.
      const unsigned = async () => new Uint8Array(signer.signatureBytes);
      const { byteLength } = await sign({ kind: "mp4", sha256: new Uint8Array(32) }, unsigned);
      const files = { path: order.path, boxes, outputPath: partial };
      const { sha256, roomOffset } = await writeRoomyMp4(files, c2paBoxBytes(byteLength), signal);
      const store = await sign({ kind: "mp4", sha256 }, signer.sign);
      if (store.byteLength !== byteLength)
        throw new UnderstudyError("seal-failed", "The credentials changed their size.");
      await fillRoom(partial, roomOffset, store);
    } else if (embedded) {
      await sign(undefined, signer.sign, { inputPath: order.path, outputPath: partial });
    } else {
      const { sha256 } = await hashFile(order.path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
      const store = await sign({ kind: "whole-file", sha256: Buffer.from(sha256, "hex") }, signer.sign);
      await writeFile(partial, store, { flag: "wx", flush: true });
    }
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

/** A source without credentials need not be read: its place in the chain is all there is to say of it. */
async function sourceWithCredentials(path: string): Promise<{ path: string; mediaType: "video/mp4" } | undefined> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    const box = await findC2paBox(file, byteLength);
    return box === undefined || box.byteLength > maxStoreBytes ? undefined : { path, mediaType: "video/mp4" };
  } finally {
    await file.close();
  }
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
