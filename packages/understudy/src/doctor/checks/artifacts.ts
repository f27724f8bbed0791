import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { hashFile } from "@understudy/render";
import { ok, trouble, type Finding } from "#doctor/finding.js";
import type { Check, DoctorWorld } from "#doctor/world.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { clockFinding } from "./clock.js";

/** Where the service keeps files: puts 1 kB there, reads it back, also by a link, and removes it. */
export const artifactsCheck: Check = {
  id: "artifacts",
  part: "the artifact store",
  async examine(world) {
    const { config, io, probes, scratchFolder } = world;
    const store = await probes.openArtifacts({ config, env: io.env });
    const bytes = randomBytes(1000);
    const path = join(scratchFolder, "artifact");
    await writeFile(path, bytes);
    const file = { path, ...(await hashFile(path, { maxBytes: 2000 })), mediaType: "application/octet-stream" };
    const key = `doctor/${randomBytes(8).toString("hex")}`;
    const evidence = `${store.name} at ${store.endpointUrl}`;
    try {
      await store.put(key, file, io.signal);
      const isSame = bytes.equals(await buffer(await store.open(key)));
      const linked = await linkFindings(store, key, bytes, world);
      await store.remove(key);
      const isGone = (await store.byteLength(key)) === undefined;
      return [isSame && isGone ? ok("artifacts", whole, evidence) : lossy(evidence, isSame), ...linked];
    } catch (thrown) {
      await store.remove(key).catch(() => undefined);
      throw thrown;
    }
  },
};

const whole = "The artifact store keeps, gives back and removes.";

function lossy(evidence: string, isSame: boolean): Finding {
  const what = isSame ? "The artifact store does not remove." : "The artifact store gives back other bytes.";
  const remedy = "Look at the bucket's rules: versions, locks and proxies before it must be off.";
  return trouble("error", "artifacts", what, { evidence, remedy });
}

/** Only a bucket has links; on a disk the service hands the bytes out itself. */
async function linkFindings(
  store: ArtifactStore,
  key: string,
  bytes: Uint8Array,
  { probes, io }: DoctorWorld,
): Promise<readonly Finding[]> {
  const presentation = { fileName: "doctor.bin", mediaType: "application/octet-stream", isDownload: true };
  const link = await store.linkTo(key, 60, presentation);
  if (link === undefined) return [];
  const before = io.now().getTime();
  const answer = await probes.readLink(link, io.signal);
  const middle = (before + io.now().getTime()) / 2;
  const isRead = answer.status === 200 && Buffer.from(answer.bytes).equals(bytes);
  const evidence = `status ${answer.status}, ${answer.bytes.length} bytes`;
  const remedy = "Look at the bucket's policy, and whether its address is the one that others reach it by.";
  return [
    isRead
      ? ok("artifact-links", "Signed links to the bucket work.", evidence)
      : trouble("error", "artifact-links", "Signed links to the bucket do not work.", { evidence, remedy }),
    // S3 refuses signatures that are 15 minutes old or early.
    clockFinding("bucket-clock", "bucket", answer.date, middle, { warning: 60, error: 600 }),
  ];
}
