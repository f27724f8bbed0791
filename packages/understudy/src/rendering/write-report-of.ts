import { rm } from "node:fs/promises";
import { toUnderstudyError, UnderstudyError, type Manifest } from "@understudy/render";
import type { OutputFiles } from "#paths/index.js";
import type { AnyProgressEvent } from "#progress/index.js";
import type { Wiring } from "#wire.js";

/**
 * Writes the report of a finished render. When that fails the video stays: the error says so, because its own hint may
 * claim that nothing was written.
 */
export async function writeReportOf(
  finished: {
    manifest: Manifest;
    sourcePath: string;
    outputs: OutputFiles;
    signal: AbortSignal;
    onProgress: (event: AnyProgressEvent) => void;
  },
  wiring: Wiring,
): Promise<void> {
  const { manifest, sourcePath, outputs, signal } = finished;
  const reportPath = outputs.report;
  if (reportPath === undefined) return;
  try {
    await wiring.writeReport({
      manifest,
      sourcePath,
      videoPath: outputs.video,
      manifestPath: outputs.manifest,
      reportPath,
      signal,
      onProgress: (done, total) => finished.onProgress({ stage: "report", done, total, unit: "files" }),
    });
  } catch (thrown) {
    await rm(reportPath, { force: true });
    const { code, message, hint } = toUnderstudyError(signal.aborted ? signal.reason : thrown);
    const stays = `The video and its manifest are finished: ${outputs.video}.`;
    throw new UnderstudyError(code, `The report was not written. ${message}`, {
      hint: code === "cancelled" ? stays : `${stays} ${hint}`,
      cause: thrown,
    });
  }
}
