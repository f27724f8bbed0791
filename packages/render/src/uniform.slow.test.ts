import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAvcConfiguration } from "#media/h264/parameter-sets.js";
import { createNodeAvIo } from "#media/index.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { picturePacketsOf } from "#testing/picture-packets.js";
import { renderTo, requestFor } from "#testing/render-files.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";

const customers = 20;
const photos = ["photo-woman-studio.jpg", "photo-man-studio.jpg", "photo-man-greenscreen.jpg"];

const digestOf = (payloads: readonly Buffer[]) => createHash("sha256").update(Buffer.concat(payloads)).digest("hex");

describe.skipIf(!hasSharedMedia)(`${customers} customers of one video`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-customers-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("share all kept packets and one pair of parameter sets; what is theirs alone is the swap", async () => {
    const templates = createDiskTemplates(join(folder, "templates"));
    const shared = new Set<string>();
    const own = new Set<string>();
    for (let customer = 0; customer < customers; customer += 1) {
      const files = {
        sourcePath: join(sharedMedia, "talking-30s.mp4"),
        facePath: join(sharedMedia, photos[customer % photos.length]!),
      };
      const path = join(folder, "out.mp4");
      const request = await requestFor(files, { swap: "1-2,15-16.5", stitch: "uniform" });
      const { frames, verification, plan } = await renderTo(path, request, { change: () => ({ templates }) });
      const { payloads, configuration } = await picturePacketsOf(createNodeAvIo(), path);
      const of = (kind: "kept" | "changed") =>
        plan.regions
          .filter((region) => region.kind === kind)
          .flatMap(({ startFrame, endFrame }) => payloads.slice(startFrame, endFrame));
      expect(frames).toMatchObject({ total: 900, reencoded: customer === 0 ? 900 : 75, swapped: 75 });
      expect(verification).toMatchObject({ keptPackets: 825, keptPacketsIdentical: 825, decodeErrors: 0 });
      const { sequenceSets, pictureSets } = parseAvcConfiguration(configuration)!;
      expect([sequenceSets.length, pictureSets.length]).toEqual([1, 1]);
      shared.add(digestOf([...of("kept"), Buffer.from(configuration)]));
      own.add(digestOf(of("changed")));
      await rm(path);
      await rm(join(folder, "out.manifest.json"));
    }
    expect(shared.size).toBe(1);
    expect(own.size).toBe(customers);
  });
});
