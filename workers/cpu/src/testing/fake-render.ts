import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, watermarkIdOf, type Manifest } from "@understudy/render";
import { localWiring, type Wiring } from "@understudy/understudy";

const anyLength = { maxBytes: Number.MAX_SAFE_INTEGER };

/**
 * A pipeline that decodes nothing: it tells its progress and delivers a few bytes.
 * @param during what happens in the middle of a render.
 */
export function fakeWiring(during: (signal: AbortSignal) => Promise<void> | void = () => undefined): Wiring {
  return {
    ...localWiring,
    async render({ renderId, cast }, output, run, { workFolder, assertNotRevoked, credentials }) {
      run.progress({ stage: "swap", done: 1, total: 2, unit: "frames" });
      const path = join(workFolder, "video.mp4");
      await writeFile(path, "a finished video");
      await during(run.signal);
      run.signal.throwIfAborted();
      const video = { ...(await hashFile(path, anyLength)), key: output.videoKey, mediaType: "video/mp4" };
      // What the worker and the records read of a manifest.
      const manifest = {
        renderId,
        artifacts: [video],
        frames: { total: 300, reencoded: 200, swapped: 148, withoutFace: 2 },
        watermark: { id: watermarkIdOf(renderId) },
        cast: cast.map(({ consent: { id, method } }) => ({ consent: { id, method } })),
        fingerprint: { algorithm: "test", stepSeconds: 1, hashes: [] },
        request: { source: { sha256: "a".repeat(64) } },
        provenance: { signer: { certificateSha256: credentials.signer.certificateSha256 } },
      } as unknown as Manifest;
      const manifestPath = join(workFolder, "manifest.json");
      await writeFile(manifestPath, JSON.stringify(manifest));
      const written = { ...(await hashFile(manifestPath, anyLength)), key: output.manifestKey };
      await assertNotRevoked(cast.map(({ consent }) => consent.id));
      await output.store.put(
        [
          { ...video, path },
          { ...written, mediaType: "application/json", path: manifestPath },
        ],
        run.signal,
      );
      return manifest;
    },
  };
}
