import { basename } from "node:path";
import { createDiskStore, createInProcessRun, type Manifest, type RenderRequest } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { withWorkFolder, type OutputFiles } from "#paths/index.js";
import { createProgress } from "#progress/index.js";
import { writeReportOf } from "./write-report-of.js";

/** One decided render: everything was checked that can be checked before work begins. */
export interface RenderJob {
  readonly request: RenderRequest;
  readonly outputs: OutputFiles;
  readonly workers: number;
}

/**
 * Carries a render out and shows its progress. The video and its manifest appear together or not at all.
 * @throws UnderstudyError whatever the pipeline says.
 */
export async function runRender(job: RenderJob, { io, wiring, isJson }: CliContext): Promise<Manifest> {
  const { request, outputs, workers } = job;
  const progress = createProgress(io, isJson);
  const run = createInProcessRun({ signal: io.signal, onProgress: progress.onProgress });
  const output = {
    store: createDiskStore(outputs.folder),
    videoKey: basename(outputs.video),
    manifestKey: basename(outputs.manifest),
  };
  try {
    const manifest = await withWorkFolder(outputs, (workFolder) =>
      wiring.render(request, output, run, { workFolder, workers }),
    );
    if (outputs.report !== undefined) {
      const sourcePath = request.sourcePath;
      await writeReportOf(
        { manifest, sourcePath, outputs, signal: io.signal, onProgress: progress.onProgress },
        wiring,
      );
    }
    return manifest;
  } finally {
    progress.finish();
  }
}
