import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAvcConfiguration } from "#media/h264/parameter-sets.js";
import { createNodeAvIo } from "#media/index.js";
import type { Manifest } from "#model/manifest.js";
import { createDiskTemplates } from "#templates/disk-templates.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { picturePacketsOf, type PicturePackets } from "#testing/picture-packets.js";
import { renderTo, requestFor } from "#testing/render-files.js";
import type { RenderServices } from "./pipeline.js";
import type { WorkAhead } from "./work-ahead.js";

/** 30 frames; 8 to 15 are swapped, in the middle of both groups of pictures. */
const swap = "0.5-1.06";
const [changedFrom, changedTo] = [8, 16];

interface Customer {
  readonly manifest: Manifest;
  /** What it was said to take, before anything was drawn. */
  readonly announced: WorkAhead;
  readonly film: PicturePackets;
}

let folder: string;
let files: Awaited<ReturnType<typeof writeActorPair>>;
const customers: Customer[] = [];

/** A render with a name, and so a watermark, of its own. */
async function serve(number: number): Promise<Customer> {
  const path = join(folder, `customer-${number}.mp4`);
  const templates = createDiskTemplates(join(folder, "templates"));
  const request = await requestFor(files, { swap, stitch: "uniform" });
  const asked: WorkAhead[] = [];
  const approve: RenderServices["approve"] = async ({ work }) => void asked.push(work);
  const manifest = await renderTo(path, request, { change: () => ({ templates, approve }) });
  return { manifest, announced: asked[0]!, film: await picturePacketsOf(createNodeAvIo(), path) };
}

const kept = ({ payloads }: PicturePackets) => payloads.filter((_, n) => n < changedFrom || n >= changedTo);
const changed = ({ payloads }: PicturePackets) => payloads.slice(changedFrom, changedTo);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-uniform-"));
  files = await writeActorPair(folder, { durationSeconds: 2, frameRate: 15, gopFrames: 12 });
  customers.push(await serve(0), await serve(1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("two customers of one video", () => {
  it("share every packet outside the swap, and one pair of parameter sets", () => {
    const [first, second] = customers;
    expect(kept(second!.film)).toEqual(kept(first!.film));
    expect(second!.film.configuration).toEqual(first!.film.configuration);
    const sets = parseAvcConfiguration(first!.film.configuration)!;
    expect([sets.sequenceSets.length, sets.pictureSets.length]).toEqual([1, 1]);
    expect(changed(second!.film)).not.toEqual(changed(first!.film));
  });

  it("are watermarked where the swap is, and nowhere else", () => {
    const [first, second] = customers;
    for (const { manifest } of customers) {
      expect(manifest.watermark).toMatchObject({ markedSeconds: expect.closeTo(8 / 15, 4) });
    }
    expect(first!.manifest.watermark).not.toEqual(second!.manifest.watermark);
  });

  it("cost a second time only what the face changes", () => {
    const [first, second] = customers;
    expect(first!.manifest.frames).toMatchObject({ total: 30, reencoded: 30, swapped: 8 });
    expect(second!.manifest.frames).toMatchObject({ total: 30, reencoded: 8, swapped: 8 });
    expect(first!.announced).toEqual({ codedFrames: 30, drawnFrames: 8 });
    expect(second!.announced).toEqual({ codedFrames: 8, drawnFrames: 8 });
    expect(second!.manifest.stages.find(({ stage }) => stage === "analyse")!.threadSeconds).toMatchObject({ track: 0 });
  });

  it("are both checked whole: what was not decoded again is the template's, byte for byte", () => {
    const [first, second] = customers;
    expect(first!.manifest.verification).toMatchObject({
      keptPackets: 22,
      keptPacketsIdentical: 22,
      decodedFrames: 30,
    });
    expect(first!.manifest.notes).toEqual([]);
    expect(second!.manifest.verification).toMatchObject({
      keptPackets: 22,
      keptPacketsIdentical: 22,
      decodedFrames: 8,
      templateFrames: 22,
      presentationTimesEqual: true,
    });
    expect(second!.manifest.notes).toEqual([expect.stringContaining("22 frames had been encoded")]);
  });

  it("have the fingerprint that a whole decode gives", () => {
    const [first, second] = customers;
    expect(first!.manifest.fingerprint.hashes).toHaveLength(2);
    // The first sample lies in a kept region, the second in the swap: only the latter was hashed again.
    expect(second!.manifest.fingerprint).toEqual(first!.manifest.fingerprint);
  });
});
