import { expect, test } from "vitest";
import { workerVariables } from "#protocol.js";
import type { ServeOptions } from "./serve-options.js";
import type { Seen } from "./testing/fake-endpoint.js";
import { gate, startWorker, testEndpoint } from "./testing/start-worker.js";

/** What an endpoint is sent for one job, in order. */
async function sentFor(options: ServeOptions, env: Record<string, string | undefined> = {}): Promise<readonly Seen[]> {
  const endpoint = await testEndpoint();
  await startWorker({ env: { ...endpoint.env, ...env } as Record<string, string> }, options);
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  return endpoint.seen.filter(({ operation }) => operation === "job-stream" || operation === "job-done");
}

function* values(): Generator<unknown> {
  yield { step: 1 };
  yield "two";
}

test.each([
  { what: "a generator", handler: values },
  {
    what: "an async generator",
    async *handler() {
      yield* values();
    },
  },
  { what: "an iterator", handler: () => [{ step: 1 }, "two"].values() },
  { what: "a promise of a generator", handler: async () => values() },
])("the values of $what are sent one by one, and the result is an empty list", async ({ handler }) => {
  const sent = await sentFor({ handler });
  expect(sent.map(({ url, body }) => [url, body])).toEqual([
    ["/v2/e1/job-stream/w1/j1?gpu=local&isStream=false&sequence=0", '{"output":{"step":1}}'],
    ["/v2/e1/job-stream/w1/j1?gpu=local&isStream=false&sequence=1", '{"output":"two"}'],
    ["/v2/e1/job-done/w1/j1?gpu=local&isStream=true", '{"output":[]}'],
  ]);
});

test.each([{ value: "text" }, { value: [1, 2] }])("$value is a value, not a stream", async ({ value }) => {
  const sent = await sentFor({ handler: () => value });
  expect(sent.map(({ url, body }) => [url, body])).toEqual([
    ["/v2/e1/job-done/w1/j1?gpu=local&isStream=false", JSON.stringify({ output: value })],
  ]);
});

test("the result holds all the values when it shall", async () => {
  const sent = await sentFor({ handler: values, aggregateStream: true });
  expect(sent.at(-1)!.body).toBe('{"output":[{"step":1},"two"]}');
});

test("without a place for streamed values, the result holds them", async () => {
  const sent = await sentFor({ handler: values }, { [workerVariables.streamUrl]: undefined });
  expect(sent.map(({ body }) => body)).toEqual(['{"output":[{"step":1},"two"]}']);
});

test("a value is tried again under its number, and the next one waits for it", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("stream", { status: 503 }, "reset");
  await startWorker(endpoint, { handler: values });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  const sequences = (await endpoint.until("stream", 4)).map(({ query }) => query.get("sequence"));
  expect(sequences).toEqual(["0", "0", "0", "1"]);
});

test.each([
  {
    what: "a yielded error",
    *handler() {
      yield 1;
      yield { error: { code: 7 } };
      yield 2;
    },
    error: '{"code":7}',
  },
  {
    what: "a thrown error",
    *handler() {
      yield 1;
      throw new TypeError("broken");
    },
    error: "broken",
  },
  {
    what: "a value that JSON cannot hold",
    *handler() {
      yield 1;
      yield { a: Number.NaN };
    },
    error: "stream[1].a is NaN",
  },
  {
    what: "a value over 1 MB",
    *handler() {
      yield 1;
      yield "x".repeat(1_000_000);
    },
    error: "Streamed value 1 has 1.01 MB, and the limit is 1 MB",
  },
])("$what ends the stream as a failure", async ({ handler, error }) => {
  const sent = await sentFor({ handler, aggregateStream: true });
  expect(sent).toHaveLength(2);
  expect(sent[1]!.query.get("isStream")).toBe("true");
  const body = JSON.parse(sent[1]!.body) as { error: string; output?: unknown };
  expect(body.output).toBeUndefined();
  expect(body.error).toContain(error);
});

test("an iterator that gives no iterator results fails the job, as with `for of`: it would never end", async () => {
  const sent = await sentFor({ handler: () => ({ next: () => 1 }) });
  expect(sent).toHaveLength(1);
  expect(sent[0]!.body).toContain("The iterator gave no iterator result.");
});

test("a generator without end, whose values have no place but the result, ends at the size of a result", async () => {
  function* handler(): Generator<string> {
    for (;;) yield "x".repeat(100);
  }
  const sent = await sentFor({ handler, maxResultBytes: 1_000 }, { [workerVariables.streamUrl]: undefined });
  expect(sent[0]!.body).toContain("The list of streamed values has 1020 bytes, and the limit is 1000 bytes");
});

test("a value that the endpoint refuses for good fails the job", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("stream", { status: 413 });
  await startWorker(endpoint, { handler: values });
  endpoint.give({ id: "j1", input: 0 });
  const [done] = await endpoint.until("done", 1);
  expect(JSON.parse(done!.body).error).toBe("Streamed value 0 was not delivered (status 413: it is too large).");
});

test("a stopped stream runs its generator's clean-up and asks for no further value", async () => {
  const endpoint = await testEndpoint();
  const [first, cleaned] = [gate(), gate()];
  const asked: number[] = [];
  await startWorker(endpoint, {
    async *handler(_job, { signal }) {
      try {
        asked.push(1);
        first.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield 1;
        asked.push(2);
      } finally {
        cleaned.open();
      }
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  await first.opened;
  endpoint.stop("j1");
  await cleaned.opened;
  expect(asked).toEqual([1]);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-stream")).toEqual([]);
});
