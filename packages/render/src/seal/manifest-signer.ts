import { UnderstudyError } from "#model/errors.js";
import { openRegularFile } from "#media/regular-file.js";
import { openClaimSigner } from "./claim-signer.js";
import { maxLibrarySeconds, maxStoreBytes } from "./limits.js";
import { manifestDefinitionOf, type HardBinding } from "./manifest-definition.js";
import { findC2paBox } from "./mp4-boxes.js";
import type { SealCredentials, SealOrder } from "./provenance.js";
import type { SealThread, SealThreadRun, SealThreadWork } from "./seal-thread.js";

/** Makes the manifest store of one order; a store is JUMBF, and its length does not depend on what it binds. */
export interface ManifestSigner {
  /** Length of every store that `sign` makes; nothing is signed. */
  measure(kind: HardBinding["kind"]): Promise<number>;
  /** A signed store that binds a file by its hash. */
  sign(binding: HardBinding): Promise<Uint8Array>;
  /** Lets the library write a copy of the file with the store inside; `outputPath` must not exist. */
  signInto(outputPath: string): Promise<void>;
}

/**
 * Opens it.
 * @throws UnderstudyError `timestamp-failed`; the signal's reason after a cancel. Its functions throw `seal-failed` too.
 */
export async function openManifestSigner(
  order: SealOrder,
  credentials: SealCredentials,
  thread: SealThread,
  signal: AbortSignal,
): Promise<ManifestSigner> {
  const { signatureBytes, sign } = await openClaimSigner(credentials, signal);
  const source = order.source && (await sourceWithCredentials(order.source.path));
  const run = async (
    definition: ReturnType<typeof manifestDefinitionOf>,
    signClaim: SealThreadRun["sign"],
    embed?: { inputPath: string; outputPath: string },
  ): Promise<Uint8Array> => {
    const work: SealThreadWork = {
      kind: "sign",
      definition,
      mediaType: order.mediaType,
      signatureBytes,
      ...(embed !== undefined && { embed }),
      ...(source !== undefined && { source }),
    };
    const answer = await thread.run(work, { signal, maxSeconds: maxLibrarySeconds, sign: signClaim });
    if (answer.kind === "signed") return answer.store;
    const cause = new Error(answer.kind === "refused" ? answer.reason : answer.kind);
    throw new UnderstudyError("seal-failed", "The file could not be sealed.", { cause });
  };
  return {
    async measure(kind) {
      const unsigned = async () => new Uint8Array(signatureBytes);
      return (await run(manifestDefinitionOf(order, { kind, sha256: new Uint8Array(32) }), unsigned)).byteLength;
    },
    sign: (binding) => run(manifestDefinitionOf(order, binding), sign),
    async signInto(outputPath) {
      await run(manifestDefinitionOf(order), sign, { inputPath: order.path, outputPath });
    },
  };
}

/** A source without credentials need not be read: its place in the chain is all there is to say of it. */
async function sourceWithCredentials(path: string): Promise<{ path: string; mediaType: "video/mp4" } | undefined> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    const box = await findC2paBox(file, byteLength);
    const isReadable = typeof box === "object" && box.byteLength <= maxStoreBytes;
    return isReadable ? { path, mediaType: "video/mp4" } : undefined;
  } finally {
    await file.close();
  }
}
