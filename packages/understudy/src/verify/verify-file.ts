import { basename, extname } from "node:path";
import {
  hashFile,
  maxReadBytes,
  readMediaType,
  toUnderstudyError,
  UnderstudyError,
  type ConsentStore,
  type FoundMarks,
  type ProvenanceFacts,
  type ReadableType,
  type ReadOrder,
} from "@understudy/render";
import type { RenderRecords } from "#records/render-records.js";
import { judgeMatch } from "./consent-standing.js";
import { judge } from "./judge.js";
import { matchRenders } from "./match-renders.js";
import type { Medium, VerifyReport } from "./verify-report.js";

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
  readonly consents: Pick<ConsentStore, "get" | "revocations">;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Looks at any file: its credentials, its watermark, its bytes, and what this installation has rendered. Nothing is fetched.
 * @throws UnderstudyError `unreadable-media` for what is no media file at all, `input-too-large`.
 */
export async function verifyFile(task: VerifyTask, readers: FileReaders): Promise<VerifyReport> {
  const { path, consents, now, signal } = task;
  const provenance = await readers.readProvenance(
    {
      path,
      sidecarPath: `${path.slice(0, path.length - extname(path).length)}.c2pa`,
      ownAnchorsPem: task.ownAnchorsPem,
      trustAnchorsPem: task.trustAnchorsPem,
    },
    signal,
  );
  const { medium, marks } = await lookAt(task, readers, provenance);
  // Comes last: what is too large, or no medium at all, is not read from end to end to say so.
  const { sha256, byteLength } = await hashFile(path, { maxBytes: maxReadBytes, signal });
  const renderId = provenance.state === "valid" && provenance.trust === "ours" ? provenance.claim.renderId : undefined;
  const watermark = marks?.watermark;
  const { matches, looksLike } = matchRenders(
    {
      sha256,
      ...(renderId !== undefined && { renderId }),
      ...(watermark?.found && { watermarkId: watermark.id }),
      fingerprints: marks?.lookupFingerprints ?? [],
    },
    await task.renders.list(),
  );
  const facts = {
    sha256,
    byteLength,
    provenance,
    ...(medium !== undefined && { medium }),
    ...(watermark !== undefined && { watermark }),
    matches: await Promise.all(matches.map((match) => judgeMatch(match, consents, now))),
    looksLike,
  };
  return { file: basename(path), ...judge(facts), ...facts };
}

/** What has no picture, or is too broken to decode, has no marks to read; its credentials may still speak. */
async function lookAt(
  { path, signal, onProgress }: VerifyTask,
  readers: FileReaders,
  provenance: ProvenanceFacts,
): Promise<{ readonly medium?: Medium | undefined; readonly marks?: FoundMarks }> {
  const likely = mediumOf(await readMediaType(path));
  if (likely === "picture") return { medium: likely };
  try {
    return { medium: "video", marks: await readers.readMarks(path, { signal, onProgress }) };
  } catch (thrown) {
    signal.throwIfAborted();
    const { code } = toUnderstudyError(thrown);
    if (code === "no-video-track") return { medium: "sound" };
    const isSilent = code === "unreadable-media" && (likely === "sound" || provenance.state !== "absent");
    if (isSilent) return { medium: likely };
    throw code === "unreadable-media" && likely === undefined ? noMedium(path) : thrown;
  }
}

function mediumOf(mediaType: ReadableType | undefined): Medium | undefined {
  if (mediaType?.startsWith("image/")) return "picture";
  if (mediaType?.startsWith("audio/")) return "sound";
  return mediaType && "video";
}

function noMedium(path: string): UnderstudyError {
  const message = `${basename(path)} is no video, sound or picture; there is nothing to read in it.`;
  return new UnderstudyError("unreadable-media", message, {
    hint: "Give the video, sound or picture itself; if this is one, it is damaged.",
  });
}
