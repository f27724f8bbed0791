import { randomBytes } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashFile } from "#media/hash-file.js";
import { openRegularFile } from "#media/regular-file.js";
import { UnderstudyError } from "#model/errors.js";
import { c2paActionOf, readActionOf } from "./actions.js";
import { openClaimSigner } from "./claim-signer.js";
import { maxEmbeddedBytes, maxReadSeconds } from "./limits.js";
import { manifestDefinitionOf } from "./manifest-definition.js";
import { mediaTypeOf } from "./media-type.js";
import { c2paUuid, topBoxes } from "./mp4-boxes.js";
import type { SealableType, SealCredentials, SealedFile, SealOrder } from "./provenance.js";
import { readFile } from "./read-file.js";
import type { SealThread } from "./seal-thread.js";

/** Seals one file and reads it back; see `Provenance.seal`. */
export async function sealFile(
  order: SealOrder,
  credentials: SealCredentials,
  thread: SealThread,
  signal: AbortSignal,
): Promise<SealedFile> {
  const { path, mediaType, source } = order;
  const { size: inputBytes } = await stat(path);
  const embedded = inputBytes <= maxEmbeddedBytes;
  const finalPath = embedded ? order.outputPath : order.sidecarPath;
  const partial = join(dirname(finalPath), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  try {
    const hash = embedded ? undefined : await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
    const signer = await openClaimSigner(credentials, signal);
    const signedSource = source && (await sourceWithCredentials(source.path));
    const answer = await thread.run(
      {
        kind: "sign",
        definition: manifestDefinitionOf(order, hash?.sha256),
        mediaType,
        ...(embedded && { inputPath: path }),
        outputPath: partial,
        ...(signedSource !== undefined && { source: signedSource }),
        signatureBytes: signer.signatureBytes,
      },
      { signal, maxSeconds: maxReadSeconds, sign: signer.sign },
    );
    if (answer.kind !== "signed") {
      throw new UnderstudyError("seal-failed", "The video could not be sealed.", {
        cause: new Error(answer.kind === "refused" ? answer.reason : answer.kind),
      });
    }
    const facts = await readBack(order, partial, embedded, credentials, thread, signal);
    await rename(partial, finalPath);
    const addedBytes = embedded ? answer.outputBytes - inputBytes : answer.outputBytes;
    return { embedded, addedBytes, facts };
  } finally {
    await rm(partial, { force: true });
  }
}

/** A source without credentials need not be read: its place in the chain is all there is to say of it. */
async function sourceWithCredentials(path: string): Promise<{ path: string; mediaType: SealableType } | undefined> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    const head = Buffer.alloc(16);
    await file.read(head, 0, head.length, 0);
    const mediaType = mediaTypeOf(head);
    if (mediaType !== "video/mp4") return undefined;
    for await (const { uuid } of topBoxes(file, byteLength)) if (uuid === c2paUuid) return { path, mediaType };
    return undefined;
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
    throw new UnderstudyError("seal-failed", `The sealed video reads back as ${facts.state}${problems}.`);
  }
  const expected = order.actions.map((action) => readActionOf(c2paActionOf(action)));
  if (facts.trust !== "ours" || !isDeepStrictEqual(facts.claim.actions, expected)) {
    throw new UnderstudyError("seal-failed", "The sealed video does not say what was to be signed.");
  }
  return facts;
}

function pemOf(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
}
