import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  hashFile,
  toUnderstudyError,
  UnderstudyError,
  type Manifest,
  type MediaChoice,
  type ObjectStore,
} from "@understudy/render";
import type { OutputFiles } from "#paths/index.js";
import type { AnyProgressEvent } from "#progress/index.js";
import type { Wiring } from "#wire.js";

/**
 * Writes the report of a finished render, if one is wanted. When that fails the video stays: the error says so, because
 * its own hint may claim that nothing was written.
 */
export async function writeReportOf(
  finished: {
    manifest: Manifest;
    sourcePath: string;
    outputs: OutputFiles;
    store: ObjectStore;
    /** Whether a report that is there already may be replaced. */
    replace: boolean;
    /** Holds the page until it is whole. */
    workFolder: string;
    mediaIo: MediaChoice;
    signal: AbortSignal;
    onProgress: (event: AnyProgressEvent) => void;
  },
  wiring: Wiring,
): Promise<void> {
  const { manifest, sourcePath, outputs, store, mediaIo, signal } = finished;
  const reportPath = outputs.report;
  if (reportPath === undefined) return;
  const path = join(finished.workFolder, "report.html");
  try {
    await wiring.writeReport({
      manifest,
      sourcePath,
      videoPath: outputs.video,
      manifestPath: outputs.manifest,
      reportPath: path,
      mediaIo,
      signal,
      onProgress: (done, total) => finished.onProgress({ stage: "report", done, total, unit: "files" }),
    });
    const facts = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
    await store.put([{ ...facts, key: basename(reportPath), path, mediaType: "text/html" }], signal);
  } catch (thrown) {
    // A report that was there before tells of another video.
    if (finished.replace) await rm(reportPath, { force: true });
    const { code, message, hint } = toUnderstudyError(signal.aborted ? signal.reason : thrown);
    const stays = `The video and its manifest are finished: ${outputs.video}.`;
    throw new UnderstudyError(code, `The report was not written. ${message}`, {
      hint: code === "cancelled" ? stays : `${stays} ${hint}`,
      cause: thrown,
    });
  }
}
