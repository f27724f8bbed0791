import { basename } from "node:path";
import {
  createDiskStore,
  createDiskTemplates,
  createInProcessRun,
  type Manifest,
  type MediaChoice,
  type RenderRequest,
  type VoiceEngine,
} from "@understudy/render";
import { chooseWorkFolder, withWorkFolder, type CaptionPaths, type OutputFiles } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import type { PublishedObject } from "#records/render-records.js";
import { showLife } from "#records/sign-of-life.js";
import { readySigningKeys } from "./ready-signing-keys.js";
import { recordRender } from "./record-render.js";
import type { RenderHost } from "./render-host.js";
import { writeReportOf } from "./write-report-of.js";

/** One decided render: everything was checked that can be checked before work begins. */
export interface RenderJob {
  readonly request: RenderRequest;
  /** Of each member of the cast, the photos in their order. */
  readonly photoSha256: readonly (readonly string[])[];
  readonly outputs: OutputFiles;
  readonly workers: number;
  readonly mediaIo: MediaChoice;
  /** Who speaks a script; undefined: the voice that is built in. */
  readonly voice?: VoiceEngine;
  /** Whether files at the outputs' places may be replaced. */
  readonly replace: boolean;
  readonly data: DataFolder;
  /** Where its outputs are moved to once it has finished; undefined: they stay. */
  readonly published?: readonly PublishedObject[];
  /** Folder that keeps what is computed of the video alone, for its next render; undefined: nothing is kept. */
  readonly templateFolder?: string;
  /** Timestamp authority of the seal; undefined asks none. */
  readonly timestampUrl?: string;
}

/**
 * Carries a render out. The video and its manifest appear together or not at all; the data folder's records know of the
 * render before its first file is there.
 * @throws UnderstudyError whatever the pipeline says.
 */
export async function runRender(job: RenderJob, host: RenderHost): Promise<Manifest> {
  const { request, outputs, workers, mediaIo, voice, replace, templateFolder } = job;
  const { wiring, signal, onProgress } = host;
  const credentials = await readySigningKeys(job, host);
  const run = host.run ?? createInProcessRun({ signal, onProgress });
  const store = createDiskStore(outputs.folder, { replace });
  const output = {
    store,
    videoKey: basename(outputs.video),
    sidecarKey: basename(outputs.sidecar),
    manifestKey: basename(outputs.manifest),
    ...(outputs.thumbnail !== undefined && { thumbnailKey: basename(outputs.thumbnail) }),
    ...(outputs.captions !== undefined && { captionKeys: keysOf(outputs.captions) }),
  };
  const workFolder = chooseWorkFolder(outputs.folder);
  const stopShowingLife = showLife(workFolder);
  try {
    const beginning = { job, workFolder, certificateSha256: credentials.signer.certificateSha256 };
    return await recordRender(beginning, host, (beforeDelivery) =>
      withWorkFolder(
        outputs.folder,
        async () => {
          const { approve, keptFaces, onThumbnailFailed } = host;
          const templates = templateFolder === undefined ? host.templates : createDiskTemplates(templateFolder);
          const wishes = {
            ...(voice !== undefined && { voice }),
            ...(approve !== undefined && { approve }),
            ...(keptFaces !== undefined && { keptFaces }),
            ...(onThumbnailFailed !== undefined && { onThumbnailFailed }),
            ...(templates !== undefined && { templates }),
          };
          const resources = { workFolder, workers, mediaIo, credentials, assertNotRevoked: beforeDelivery, ...wishes };
          const manifest = await wiring.render(request, output, run, resources);
          const finished = { manifest, sourcePath: request.sourcePath, outputs, store, replace, workFolder, mediaIo };
          await writeReportOf({ ...finished, signal, onProgress }, wiring);
          return manifest;
        },
        workFolder,
      ),
    );
  } finally {
    stopShowingLife();
  }
}

function keysOf({ srt, vtt, ass }: CaptionPaths): CaptionPaths {
  return { srt: basename(srt), vtt: basename(vtt), ass: basename(ass) };
}
