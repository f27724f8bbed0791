import { expect, it } from "vitest";
import type { Region, RenderPlan } from "#model/plan.js";
import { createInProcessRun } from "#model/run.js";
import { swap, type SwapInput, type SwappedRegion } from "./index.js";
import type { RegionWork } from "./region-work.js";

const region = (index: number, kind: Region["kind"]): Region => ({
  index,
  kind,
  startPacket: 10 * index,
  endPacket: 10 * index + 10,
  startFrame: 10 * index,
  endFrame: 10 * index + 10,
});
const regions = [region(0, "changed"), region(1, "kept"), region(2, "changed")];
const plan = { regions, segments: [], stitch: { mode: "uniform" }, labelRanges: [] } as unknown as RenderPlan;
const captions = { assPath: "a.ass", fontsFolder: "fonts", spans: [{ startSeconds: 0, endSeconds: 9 }] };

/** What the threads are given to do, by region. */
async function worksOf(more: Pick<SwapInput, "captions">): Promise<RegionWork[]> {
  const works: RegionWork[] = [];
  const input = {
    plan,
    source: { path: "film.mp4" },
    tracks: {},
    kept: { paths: {} },
    workFolder: "work",
    threads: {
      limit: 2,
      async swapRegion(work: RegionWork) {
        works.push(work);
        return { region: work.region, clip: { path: work.clipPath } } as SwappedRegion;
      },
    },
    marks: { watermarkId: "abcdef" },
    ...more,
  } as unknown as SwapInput;
  await swap(input, createInProcessRun({}));
  return works.toSorted((one, other) => one.region.index - other.region.index);
}

it("leaves regions that are kept for every face without marks and without captions", async () => {
  const works = await worksOf({ captions });
  expect(works.map((work) => work.captions)).toEqual([captions, undefined, captions]);
  expect(works.map(({ marks }) => marks === "none")).toEqual([false, true, false]);
});

it("draws no captions where none are asked for", async () => {
  expect((await worksOf({})).some((work) => "captions" in work)).toBe(false);
});
