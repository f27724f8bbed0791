import { expect, test } from "vitest";
import { fitResult, tooLargeText } from "./fit-result.js";
import { startWorker, testEndpoint } from "./testing/start-worker.js";

const { signal } = new AbortController();
const large = { output: JSON.stringify("x".repeat(200)), stopPod: true };

test("a result at the limit passes as it is", async () => {
  const parts = { output: '"abc"', stopPod: false };
  expect(await fitResult(parts, "j1", { maxResultBytes: '{"output":"abc"}'.length }, signal)).toBe(parts);
});

test("a larger one becomes a failure with both numbers and what to do", async () => {
  const { error, output, stopPod } = await fitResult(large, "j1", { maxResultBytes: 100 }, signal);
  expect(output).toBeUndefined();
  expect(stopPod).toBe(true);
  expect(JSON.parse(error!)).toBe(
    "The result has 228 bytes, and the limit is 100 bytes: upload it and return its URL.",
  );
});

test("megabytes are rounded up: what is over the limit does not read as if it were at it", () => {
  expect(tooLargeText("It", 10_000_001, 10_000_000)).toContain("10.01 MB, and the limit is 10 MB");
});

test("the hook gets the result and its size, and what it returns is sent instead", async () => {
  const endpoint = await testEndpoint();
  const given: { jobId: string; byteLength: number }[] = [];
  await startWorker(endpoint, {
    maxResultBytes: 100,
    onLargeResult: async ({ jobId, json, byteLength }) => {
      given.push({ jobId, byteLength });
      return { url: `https://example.com/${json.length}` };
    },
    handler: () => "x".repeat(200),
  });
  endpoint.give({ id: "j1", input: 0 });
  const [done] = await endpoint.until("done", 1);
  expect(given).toEqual([{ jobId: "j1", byteLength: 202 }]);
  expect(done!.body).toBe('{"output":{"url":"https://example.com/202"}}');
});

test.each([
  { what: "throws", onLargeResult: () => Promise.reject(new Error("no bucket")), text: "no bucket" },
  { what: "returns too much, too", onLargeResult: async () => "y".repeat(300), text: "the limit is 100 bytes" },
  { what: "returns what JSON cannot hold", onLargeResult: async () => Number.NaN, text: "onLargeResult is NaN" },
])("a hook that $what fails the job", async ({ onLargeResult, text }) => {
  const endpoint = await testEndpoint();
  await startWorker(endpoint, { maxResultBytes: 100, onLargeResult, handler: () => "x".repeat(200) });
  endpoint.give({ id: "j1", input: 0 });
  const [done] = await endpoint.until("done", 1);
  expect(JSON.parse(done!.body).error).toContain(text);
});
