import { basename, extname } from "node:path";
import { hashFile, toUnderstudyError, type FoundMarks, type ProvenanceFacts, type ReadOrder } from "@understudy/render";
import type { RenderRecords } from "#records/render-records.js";
import { judge } from "./judge.js";
import { matchRenders } from "./match-renders.js";
import type { VerifyReport } from "./verify-report.js";

/** How a file is looked at; the real ones are in `wire.ts`. */
export interface FileReaders {
  /** @throws UnderstudyError `unreadable-media`, `input-too-large`. */
  readProvenance(order: ReadOrder, signal: AbortSignal): Promise<ProvenanceFacts>;
  /** @throws UnderstudyError `unreadable-media`, `no-video-track`. */
  readMarks(
    path: string,
    options: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
  ): Promise<FoundMarks>;
}

/** What a file is compared with. */
export interface VerifyTask extends Pick<ReadOrder, "ownAnchorsPem" | "trustAnchorsPem"> {
  /** Absolute. */
  readonly path: string;
  readonly renders: Pick<RenderRecords, "list">;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Looks at any file: its bytes, its credentials, its watermark, and what this installation has rendered. Nothing is fetched.
 * @throws UnderstudyError `unreadable-media` for what is no media file at all.
 */
export async function verifyFile(task: VerifyTask, readers: FileReaders): Promise<VerifyReport> {
  const { path, signal } = task;
  const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
  const provenance = await readers.readProvenance(
    {
      path,
      sidecarPath: `${path.slice(0, path.length - extname(path).length)}.c2pa`,
      ownAnchorsPem: task.ownAnchorsPem,
      trustAnchorsPem: task.trustAnchorsPem,
    },
    signal,
  );
  const marks = await readMarksOf(task, readers, provenance);
  const renderId = provenance.state === "valid" && provenance.trust === "ours" ? provenance.claim.renderId : undefined;
  const watermark = marks?.watermark;
  const found = matchRenders(
    {
      sha256,
      ...(renderId !== undefined && { renderId }),
      ...(watermark?.found && { watermarkId: watermark.id }),
      fingerprints: marks?.lookupFingerprints ?? [],
    },
    await task.renders.list(),
  );
  const facts = { sha256, byteLength, provenance, ...(watermark !== undefined && { watermark }), ...found };
  return { file: basename(path), ...judge(facts), ...facts };
}

/** What has no picture, or is too broken to decode, has no marks to read; its credentials may still speak. */
async function readMarksOf(
  { path, signal, onProgress }: VerifyTask,
  readers: FileReaders,
  provenance: ProvenanceFacts,
): Promise<FoundMarks | undefined> {
  try {
    return await readers.readMarks(path, { signal, onProgress });
  } catch (thrown) {
    signal.throwIfAborted();
    const { code } = toUnderstudyError(thrown);
    const isSilent = code === "no-video-track" || (code === "unreadable-media" && provenance.state !== "absent");
    if (isSilent) return undefined;
    throw thrown;
  }
}
