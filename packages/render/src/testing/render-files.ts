import { basename, dirname } from "node:path";
import { createDiskStore } from "#deliver/disk-store.js";
import { newConsent } from "#intake/index.js";
import { hashFile } from "#media/index.js";
import type { Consent } from "#model/consent.js";
import type { Manifest } from "#model/manifest.js";
import { newRenderId } from "#model/render-id.js";
import { defaultLimits, type RenderRequest } from "#model/request.js";
import { createInProcessRun, type ProgressEvent } from "#model/run.js";
import { parseSwapRanges } from "#plan/index.js";
import { testKeys } from "#seal/testing/test-keys.js";
import { createLocalServices } from "../local-services.js";
import { render, type RenderServices } from "../pipeline.js";

/** A request for two files, with a consent of the test's own. */
export async function requestFor(
  files: { readonly sourcePath: string; readonly facePath: string },
  options: { swap?: string } & Partial<
    Pick<RenderRequest, "stitch" | "allowMissingFace" | "limits" | "label" | "speech" | "captions">
  > = {},
): Promise<RenderRequest> {
  const { swap, ...rest } = options;
  const { sha256 } = await hashFile(files.facePath, { maxBytes: defaultLimits.maxInputBytes });
  return {
    renderId: newRenderId(),
    label: { kind: "on" },
    sourcePath: files.sourcePath,
    engineId: "mesh",
    stitch: "smart",
    allowMissingFace: false,
    limits: defaultLimits,
    cast: [{ person: { kind: "largest" }, facePaths: [files.facePath], consent: nobodysConsent([sha256]) }],
    ...(swap === undefined ? {} : { swapRanges: parseSwapRanges(swap) }),
    ...rest,
  };
}

/** The permission of somebody who does not exist, for these photos. */
export function nobodysConsent(photoSha256: string[]): Consent {
  return newConsent({
    subject: { name: "nobody" },
    method: "fictional",
    operator: "a test",
    statement: { text: "Nobody's face.", version: "1", language: "en" },
    ageConfirmed: true,
    photoSha256,
    now: new Date(),
  });
}

/** Renders a request to a file in process. */
export async function renderTo(
  outputPath: string,
  request: RenderRequest,
  options: {
    signal?: AbortSignal;
    onProgress?: (event: ProgressEvent) => void;
    workFolder?: string;
    assertNotRevoked?: (consentIds: readonly string[]) => Promise<void>;
    /** Makes a picture beside the video; told when that failed. */
    onThumbnailFailed?: (thrown: unknown) => void;
    /** Replaces what it works with. */
    change?: (services: RenderServices) => Partial<RenderServices>;
  } = {},
): Promise<Manifest> {
  const { workFolder, assertNotRevoked, onThumbnailFailed, change, ...run } = options;
  const name = basename(outputPath, ".mp4");
  const { credentials } = await testKeys();
  const services = createLocalServices({
    credentials,
    ...(workFolder !== undefined && { workFolder }),
    ...(assertNotRevoked !== undefined && { assertNotRevoked }),
    ...(onThumbnailFailed !== undefined && { onThumbnailFailed }),
  });
  try {
    return await render(
      request,
      {
        store: createDiskStore(dirname(outputPath)),
        videoKey: `${name}.mp4`,
        sidecarKey: `${name}.c2pa`,
        manifestKey: `${name}.manifest.json`,
        ...(onThumbnailFailed !== undefined && { thumbnailKey: `${name}.jpg` }),
        ...(request.captions && {
          captionKeys: { srt: `${name}.srt`, vtt: `${name}.vtt`, ass: `${name}.ass` },
        }),
      },
      createInProcessRun(run),
      { ...services, ...change?.(services) },
    );
  } finally {
    await services.close();
  }
}
