import runpodSdk from "runpod-sdk";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { listenEndpoints } from "./listen.js";
import { openEndpoint } from "./testing/open-endpoint.js";

/** The npm client, and a worker that answers `{double: n}` with 2n, streams `{count: n}`, and fails everything else. */
async function openClient() {
  const { endpoint, ask } = openEndpoint({ pollMs: 60_000 });
  const server = await listenEndpoints({ endpoints: [endpoint] });
  onTestFinished(() => server.close());
  const client = runpodSdk("k", { baseUrl: `${server.url}/v2` }).endpoint("e")!;
  const work = async () => {
    const { id, input } = (await ask("GET", "job-take/w?job_in_progress=0")).json;
    const done = (body: unknown) => ask("POST", `job-done/w/${id}`, { body });
    if (input.double !== undefined) return done({ output: 2 * input.double });
    if (input.count === undefined) return done({ error: "no such task" });
    for (let output = 0; output < input.count; output++) await ask("POST", `job-stream/w/${id}`, { body: { output } });
    return done({ output: [] });
  };
  return { client, work };
}

describe("npm runpod-sdk", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => {});
  });

  it("runs a job and reads its status", async () => {
    const { client, work } = await openClient();
    const { id, status } = await client.run({ input: { double: 4 } });
    expect(status).toBe("IN_QUEUE");
    await work();
    expect(await client.status(id)).toMatchObject({ status: "COMPLETED", output: 8, completed: true, succeeded: true });
  });

  it("runs a job and waits, for success and for failure", async () => {
    const { client, work } = await openClient();
    const doubled = client.runSync({ input: { double: 21 } });
    await work();
    expect(await doubled).toMatchObject({ status: "COMPLETED", output: 42, succeeded: true });
    const failed = client.runSync({ input: {} });
    await work();
    expect(await failed).toMatchObject({ status: "FAILED", error: "no such task", completed: true, succeeded: false });
  });

  it("streams every chunk", async () => {
    const { client, work } = await openClient();
    const { id } = await client.run({ input: { count: 5 } });
    const working = work();
    const chunks: unknown[] = [];
    for await (const chunk of client.stream(id)) chunks.push(chunk.output);
    await working;
    expect(chunks).toEqual([0, 1, 2, 3, 4]);
  });

  it("cancels, purges and asks for health", async () => {
    const { client } = await openClient();
    const { id } = await client.run({ input: {} });
    expect(await client.cancel(id)).toEqual({ id, status: "CANCELLED" });
    await client.run({ input: {} });
    expect(await client.purgeQueue()).toEqual({ removed: 1, status: "completed" });
    expect(await client.health()).toEqual({
      jobs: { completed: 0, failed: 0, inProgress: 0, inQueue: 0, retried: 0 },
      workers: { idle: 0, initializing: 0, ready: 0, running: 0, throttled: 0 },
    });
  });
});
