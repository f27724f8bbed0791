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
  /** Whether files at the outputs' places may be replaced. */
  readonly replace: boolean;
}

/**
 * Carries a render out and shows its progress. The video and its manifest appear together or not at all.
 * @throws UnderstudyError whatever the pipeline says.
 */
export async function runRender(job: RenderJob, { io, wiring, isJson }: CliContext): Promise<Manifest> {
  const { request, outputs, workers, replace } = job;
  const progress = createProgress(io, isJson);
  const run = createInProcessRun({ signal: io.signal, onProgress: progress.onProgress });
  const store = createDiskStore(outputs.folder, { replace });
  const output = {
    store,
    videoKey: basename(outputs.video),
    manifestKey: basename(outputs.manifest),
  };
  try {
    return await withWorkFolder(outputs.folder, async (workFolder) => {
      const manifest = await wiring.render(request, output, run, { workFolder, workers });
      const finished = { manifest, sourcePath: request.sourcePath, outputs, store, replace, workFolder };
      await writeReportOf({ ...finished, signal: io.signal, onProgress: progress.onProgress }, wiring);
      return manifest;
    });
  } finally {
    progress.finish();
  }
}
