import { describe, expect, it } from "vitest";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { endpointUnderTest } from "./job-store-fixture.js";

/** How streamed chunks are kept. */
export function describeStreams(given: () => JobStore): void {
  describe("a stream", () => {
    const openStream = async () => {
      const endpoint = endpointUnderTest(given());
      const { store, endpointId } = endpoint;
      const id = await endpoint.add();
      await endpoint.take("w");
      return {
        ...endpoint,
        id,
        chunk: (output: string, sequence?: number, maxBytes = 1_000) =>
          store.addChunk(endpointId, id, "w", { output, maxBytes, ...(sequence !== undefined && { sequence }) }, 6_000),
        drain: () => store.drainChunks(endpointId, id),
      };
    };

    it("gives each chunk once, in the order of arrival", async () => {
      const { chunk, drain } = await openStream();
      expect(await drain()).toEqual({ status: "IN_PROGRESS", chunks: [] });
      for (const output of ["3", "1", "1"]) expect(await chunk(output)).toBe(true);
      expect(await drain()).toEqual({ status: "IN_PROGRESS", chunks: ["3", "1", "1"] });
      await chunk("4");
      expect((await drain())?.chunks).toEqual(["4"]);
      expect((await drain())?.chunks).toEqual([]);
    });

    it("orders numbered chunks by their number, and keeps each number once, also after it was given", async () => {
      const { chunk, drain } = await openStream();
      for (const number of [2, 0, 1, 0, 10]) expect(await chunk(`"${number}"`, number)).toBe(true);
      expect((await drain())?.chunks).toEqual(['"0"', '"1"', '"2"', '"10"']);
      expect(await chunk('"again"', 2)).toBe(true);
      expect(await chunk('"3"', 3)).toBe(true);
      expect((await drain())?.chunks).toEqual(['"3"']);
    });

    it("gives chunks without a number after those that have one", async () => {
      const { chunk, drain } = await openStream();
      for (const [output, number] of [["a"], ["b", 1], ["c"], ["d", 0]] as const) await chunk(output, number);
      expect((await drain())?.chunks).toEqual(["d", "b", "a", "c"]);
    });

    it("keeps one of two that come with the same number at the same moment", async () => {
      const { chunk, drain } = await openStream();
      expect(await Promise.all([chunk("1", 0), chunk("1", 0), chunk("1", 0)])).toEqual([true, true, true]);
      expect((await drain())?.chunks).toEqual(["1"]);
    });

    it("is full when it holds as many bytes as it may, until they are fetched", async () => {
      const { chunk, drain } = await openStream();
      expect(await chunk('"éé"', 0, 6)).toBe(true);
      expect(await chunk("2", 1, 6)).toBe(false);
      expect(await chunk('"éé"', 0, 6)).toBe(true);
      expect(await chunk("2", 1, 7)).toBe(true);
      expect((await drain())?.chunks).toEqual(['"éé"', "2"]);
      expect(await chunk("3", 2, 1)).toBe(true);
    });

    it("is a sign of life", async () => {
      const { chunk, get, id } = await openStream();
      await chunk("1");
      expect(await get(id)).toMatchObject({ leaseUntil: 6_000 });
    });

    it("is still there when the job has ended, and goes on when another worker has it", async () => {
      const { chunk, drain, endpointId, id, store, sweep, take } = await openStream();
      await chunk("0", 0);
      await sweep(6_000);
      expect(await chunk("1", 1)).toBe(false);
      await take("w", 7_000);
      expect([await chunk("0", 0), await chunk("1", 1)]).toEqual([true, true]);
      await store.end(endpointId, id, "w", { status: "COMPLETED" }, 7_500);
      expect(await drain()).toEqual({ status: "COMPLETED", chunks: ["0", "1"] });
    });

    it("loses no chunk to readers and writers at the same moment, and gives the last one with the end at the latest", async () => {
      const { chunk, drain, endpointId, id, store } = await openStream();
      const write = async () => {
        for (let number = 0; number < 40; number++) await chunk(String(number), number);
        await store.end(endpointId, id, "w", { status: "COMPLETED" }, 3_000);
      };
      const read = async () => {
        const chunks: string[] = [];
        for (let isRunning = true; isRunning;) {
          const drained = (await drain()) ?? { chunks: [], status: undefined };
          chunks.push(...drained.chunks);
          isRunning = drained.status === "IN_PROGRESS";
        }
        return chunks;
      };
      const [one, other] = await Promise.all([read(), read(), write()]);
      expect([...one, ...other].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });
  });
}
