import { afterEach, describe, expect, it } from "vitest";
import { openSample, type Sample } from "./sample.js";

const samples: Sample[] = [];

async function opened(options?: Parameters<typeof openSample>[0]): Promise<Sample> {
  const sample = await openSample(options);
  samples.push(sample);
  return sample;
}

async function statuses(sample: Sample, times: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let index = 0; index < times; index += 1) {
    seen.push((await sample.ask("GET", `/${sample.baseId}/People`)).status);
  }
  return seen;
}

afterEach(async () => {
  await Promise.all(samples.splice(0).map((sample) => sample.standIn.close()));
});

describe("the stand-in's limits", () => {
  it("answers five requests in any second, and then nothing until 30 s of silence", async () => {
    const sample = await opened({ requestsPerSecond: 5 });
    expect(await statuses(sample, 3)).toEqual([200, 200, 200]);
    sample.wait(900);
    expect(await statuses(sample, 2)).toEqual([200, 200]);
    sample.wait(100);
    expect(await statuses(sample, 4)).toEqual([200, 200, 200, 429]);
    sample.wait(29_999);
    expect(await statuses(sample, 1)).toEqual([429]);
    sample.wait(29_999);
    expect(await statuses(sample, 1)).toEqual([429]);
    sample.wait(30_000);
    expect(await statuses(sample, 1)).toEqual([200]);
    expect(sample.standIn.busiestSecond(sample.baseId)).toBe(6);
  });

  it("says so as Airtable does", async () => {
    const sample = await opened();
    sample.standIn.storm(sample.baseId, 10);
    expect(await sample.ask("GET", `/${sample.baseId}/People`)).toEqual({
      status: 429,
      body: {
        errors: [{ error: "RATE_LIMIT_REACHED", message: "Rate limit exceeded. Please try again later" }],
      },
    });
    expect((await sample.ask("GET", "/meta/whoami")).status).toBe(200);
  });

  it("counts each base for itself, and all requests of a token together", async () => {
    const sample = await opened({ requestsPerSecond: 30, tokenRequestsPerSecond: 50 });
    const other = sample.standIn.addBase({ tables: [{ name: "People", fields: [] }] });
    const many = (count: number, path: string) =>
      Promise.all(Array.from({ length: count }, async () => (await sample.ask("GET", path)).status));
    expect(new Set(await many(30, `/${sample.baseId}/People`))).toEqual(new Set([200]));
    expect(new Set(await many(20, `/${other.id}/People`))).toEqual(new Set([200]));
    expect((await sample.ask("GET", "/meta/whoami")).status).toBe(429);
  });
});
