import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSample, sampleToken, type Sample } from "./sample.js";

let sample: Sample;

beforeEach(async () => {
  sample = await openSample();
});

afterEach(() => sample.standIn.close());

describe("the stand-in's faults", () => {
  it("answers what it was told instead of doing what was asked, so often", async () => {
    const { standIn, ask, baseId, tableId } = sample;
    standIn.failNext(
      { kind: "status", status: 503, body: "<html>", headers: { "retry-after": "2" } },
      { times: 2, match: (method) => method === "POST" },
    );
    const add = () =>
      fetch(`${standIn.url}/v0/${baseId}/People`, {
        method: "POST",
        headers: { authorization: `Bearer ${sampleToken}`, connection: "close" },
        body: JSON.stringify({ fields: { Name: "Ada" } }),
      });
    expect((await ask("GET", `/${baseId}/People`)).status).toBe(200);
    const [one, two] = [await add(), await add()];
    expect([one.status, two.status, one.headers.get("retry-after"), await one.text()]).toEqual([
      503,
      503,
      "2",
      "<html>",
    ]);
    await two.body?.cancel();
    expect(standIn.records(tableId)).toEqual([]);
    expect((await add().then((answer) => answer.json())) as object).toMatchObject({ fields: { Name: "Ada" } });
  });

  it("loses a request, or the answer to one that was done", async () => {
    const { standIn, ask, baseId, tableId } = sample;
    const record = { fields: { Name: "Ada" } };
    standIn.failNext({ kind: "lost-request" });
    await expect(ask("POST", `/${baseId}/People`, record)).rejects.toThrow("fetch failed");
    expect(standIn.records(tableId)).toHaveLength(0);
    standIn.failNext({ kind: "lost-answer" });
    await expect(ask("POST", `/${baseId}/People`, record)).rejects.toThrow("fetch failed");
    expect(standIn.records(tableId)).toHaveLength(1);
    expect(standIn.requests.map(({ status }) => status)).toEqual([0, 0]);
  });

  it("answers late what was done at once", async () => {
    const { standIn, ask, baseId, tableId } = sample;
    let release = () => {};
    standIn.failNext({ kind: "late-answer", until: new Promise<void>((resolve) => (release = resolve)) });
    standIn.addRecord(tableId, {});
    const asked = ask("POST", `/${baseId}/People`, { fields: { Name: "Ada" } });
    await expect.poll(() => standIn.records(tableId).length, { interval: 2 }).toBe(2);
    release();
    expect((await asked).status).toBe(200);
  });
});
