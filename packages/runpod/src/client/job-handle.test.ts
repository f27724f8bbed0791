import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ClientOptions } from "./create-client.js";
import type { RunPodClientError } from "./errors.js";
import type { Step } from "./testing/script-server.js";
import { jobStep, scriptedClient, thrownBy } from "./testing/scripted-client.js";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** The handle of job `j`, as a process that has restarted has it. */
async function attach<Output, Chunk>(
  script: Record<string, Step[]>,
  options: Partial<ClientOptions<Output, Chunk>> = {},
) {
  const scripted = await scriptedClient<Output, Chunk>(script, options);
  open.push(scripted.server);
  return { ...scripted, job: scripted.client.job("j") };
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** Chunks and the error that ended them. */
async function allUntilThrown(values: AsyncIterable<unknown>) {
  const list: unknown[] = [];
  const error = await thrownBy(
    (async () => {
      for await (const value of values) list.push(value);
    })(),
  );
  return { list, error: error as RunPodClientError };
}

function chunks(status: string, ...values: unknown[]): Step {
  return { json: { status, stream: values.map((output) => ({ output })) } };
}

describe("a handle", () => {
  it("asks nothing until it is used, and refuses what is no id", async () => {
    const { client, server } = await attach({});
    expect(() => client.job("../health")).toThrow("This is not the id of a job.");
    expect(server.seen).toEqual([]);
  });

  it("gives the status with every number, and progress as output", async () => {
    const more = { output: { percent: 3 }, delayTime: 5, executionTime: 6, workerId: "w", retries: 1, junk: true };
    const { job } = await attach({ "GET /status/j": [jobStep("RUNNING", more)] });
    const { junk: _, ...known } = more;
    expect(await job.status()).toEqual({ id: "j", status: "IN_PROGRESS", ...known });
  });

  it("does not take the answer for another job as its own", async () => {
    const { job } = await attach({ "GET /status/j": [{ json: { id: "other", status: "COMPLETED", output: 1 } }] });
    await expect(job.status()).rejects.toMatchObject({ code: "bad-answer", jobId: "j" });
  });

  it("cancels, again if the answer is lost; retries only once", async () => {
    const { job, server } = await attach({
      "POST /cancel/j": ["reset", jobStep("CANCELLED")],
      "POST /retry/j": [jobStep("IN_QUEUE"), "reset"],
    });
    expect(await job.cancel()).toEqual({ id: "j", status: "CANCELLED" });
    expect(await job.retry()).toEqual({ id: "j", status: "IN_QUEUE" });
    await expect(job.retry()).rejects.toMatchObject({ code: "outcome-unknown", jobId: "j" });
    expect(server.seen).toHaveLength(4);
  });
});

describe("wait", () => {
  it("holds a long poll, reports each change once, and gives the end whatever it is", async () => {
    const { job, server } = await attach({
      "GET /status-sync/j": [
        jobStep("IN_QUEUE"),
        jobStep("IN_PROGRESS"),
        jobStep("IN_PROGRESS", { output: "50 %" }),
        jobStep("IN_PROGRESS", { output: "50 %" }),
        jobStep("TIMED_OUT"),
      ],
    });
    const news: unknown[] = [];
    const end = await job.wait({ onUpdate: ({ status, output }) => news.push([status, output]) });
    expect(end).toEqual({ id: "j", status: "TIMED_OUT" });
    expect(news).toEqual([
      ["IN_QUEUE", undefined],
      ["IN_PROGRESS", undefined],
      ["IN_PROGRESS", "50 %"],
    ]);
    expect(server.seen[0]?.query.get("wait")).toBe("25000");
  });

  it("outlasts lost connections, errors and refusals for want of room, without end", async () => {
    const troubles: Step[] = [
      "reset",
      { status: 500 },
      { status: 502 },
      { status: 429, headers: { "retry-after": "9" } },
    ];
    const { job, clock } = await attach({
      "GET /status-sync/j": [...Array.from({ length: 10 }, () => troubles).flat(), jobStep("COMPLETED", { output: 1 })],
    });
    expect(await job.output()).toBe(1);
    expect(clock.now()).toBeGreaterThan(120_000);
    expect(clock.pauses).toContain(9_000);
  });

  it("does not ask in a hurry when an endpoint answers its long polls at once", async () => {
    const { job, clock } = await attach({
      "GET /status-sync/j": [...Array.from({ length: 8 }, () => jobStep("IN_QUEUE")), jobStep("COMPLETED")],
    });
    await job.wait();
    expect(clock.pauses).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it.each([404, 405])("polls /status with growing pauses where /status-sync answers %i", async (status) => {
    const { job, server, clock } = await attach({
      "GET /status-sync/j": [{ status }],
      "GET /status/j": [...Array.from({ length: 7 }, () => jobStep("IN_QUEUE")), jobStep("COMPLETED")],
    });
    await job.wait();
    expect(server.lines().filter((line) => line === "GET /status-sync/j")).toHaveLength(1);
    expect(clock.pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it("ends when its time is over, and leaves the job alone", async () => {
    const { job, server, clock } = await attach({ "GET /status-sync/j": [jobStep("IN_QUEUE")] });
    await expect(job.wait({ timeoutMs: 3_000 })).rejects.toMatchObject({ code: "wait-timeout", jobId: "j" });
    expect(clock.now()).toBe(3_000);
    expect(new Set(server.lines())).toEqual(new Set(["GET /status-sync/j"]));
  });

  it("ends when its time is over while the endpoint is down, and says what went wrong last", async () => {
    const { job } = await attach({ "GET /status-sync/j": [{ status: 500 }] });
    const thrown = await thrownBy(job.wait({ timeoutMs: 3_000 }));
    expect(thrown).toMatchObject({ code: "wait-timeout", cause: { code: "server-failed", status: 500 } });
  });

  it("ends when the signal is aborted, and names the job", async () => {
    const controller = new AbortController();
    const { job, server } = await attach({ "GET /status-sync/j": ["hang"] });
    const waiting = thrownBy(job.wait({ signal: controller.signal }));
    await server.waitFor(1);
    controller.abort();
    expect(await waiting).toMatchObject({ code: "aborted", jobId: "j" });
  });

  it("tells a job that is gone from one that was never seen", async () => {
    const { job, client } = await attach({
      "POST /run": [jobStep("IN_QUEUE")],
      "GET /status/j": [jobStep("IN_QUEUE"), { status: 404 }],
    });
    await job.status();
    const thrown = (await thrownBy(job.wait())) as RunPodClientError;
    expect(thrown).toMatchObject({ code: "job-expired", jobId: "j", status: 404 });
    expect(thrown.message).toMatch(/ttl.*no longer kept/);
    await expect((await client.run({})).wait()).rejects.toMatchObject({ code: "job-expired" });
    await expect(client.job("j").wait()).rejects.toMatchObject({ code: "job-unknown" });
  });
});

describe("output", () => {
  it("is typed and checked by a schema, and names the issues without the value", async () => {
    const output = z.object({ frames: z.number() });
    const script = { "GET /status-sync/j": [jobStep("COMPLETED", { output: { frames: 3 } })] };
    const typed: { frames: number } = await (await attach(script, { output })).job.output();
    expect(typed).toEqual({ frames: 3 });

    const wrong = { "GET /status-sync/j": [jobStep("COMPLETED", { output: { frames: "Jane" } })] };
    const thrown = (await thrownBy((await attach(wrong, { output })).job.output())) as RunPodClientError;
    expect(thrown).toMatchObject({ code: "bad-output", jobId: "j" });
    expect(thrown.message).toMatch(/frames: .*number/);
    expect(thrown.message).not.toContain("Jane");
  });

  it.each([
    ["FAILED", "job-failed", "The job failed: ValueError: no face"],
    ["CANCELLED", "job-cancelled", "The job was cancelled."],
    ["TIMED_OUT", "job-timed-out", "The job ran longer than its policy allows."],
  ])("of a job that is %s is an error", async (status, code, message) => {
    const error = JSON.stringify({ error_type: "<class 'ValueError'>", error_message: "no face" });
    const { job } = await attach({ "GET /status-sync/j": [jobStep(status, { error })] });
    await expect(job.output()).rejects.toMatchObject({ code, message, jobId: "j" });
  });
});

describe("stream", () => {
  it("gives every chunk and drains what is left after the end", async () => {
    const { job, server } = await attach({
      "GET /stream/j": [
        chunks("IN_PROGRESS", 1, 2),
        chunks("COMPLETED", 3),
        chunks("COMPLETED", 4),
        chunks("COMPLETED"),
      ],
    });
    expect(await all(job.stream())).toEqual([1, 2, 3, 4]);
    expect(server.seen.map(({ query }) => query.get("wait"))).toEqual(["25000", "25000", "1000", "1000"]);
  });

  it.each(["COMPLETED", "CANCELLED", "TIMED_OUT"])("ends with a job that is %s, and says so", async (status) => {
    const { job } = await attach({ "GET /stream/j": [chunks(status)] });
    expect(await job.stream().next()).toEqual({ done: true, value: status });
  });

  it("throws for a failed job, after its last chunk", async () => {
    const { job } = await attach({
      "GET /stream/j": [chunks("FAILED", 1), chunks("FAILED")],
      "GET /status/j": [jobStep("FAILED", { error: "out of memory" })],
    });
    const { list, error } = await allUntilThrown(job.stream());
    expect(list).toEqual([1]);
    expect(error).toMatchObject({ code: "job-failed", message: "The job failed: out of memory", jobId: "j" });
  });

  it("throws for a failed job even when nobody can say why any more", async () => {
    const { job } = await attach({ "GET /stream/j": [chunks("FAILED")], "GET /status/j": [{ status: 404 }] });
    await expect(job.stream().next()).rejects.toMatchObject({ code: "job-failed", message: "The job failed." });
  });

  it("does not ask in a hurry when an endpoint answers at once with nothing", async () => {
    const { job, clock } = await attach({
      "GET /stream/j": [
        ...Array.from({ length: 3 }, () => chunks("IN_QUEUE")),
        chunks("IN_PROGRESS", 1),
        chunks("IN_PROGRESS"),
        chunks("COMPLETED"),
      ],
    });
    expect(await all(job.stream())).toEqual([1]);
    expect(clock.pauses).toEqual([50, 100, 200, 50]);
  });

  it("asks for more only when the last chunk was taken, and not after a break", async () => {
    const { job, server } = await attach({ "GET /stream/j": [chunks("IN_PROGRESS", 1, 2)] });
    for await (const chunk of job.stream()) {
      if (chunk === 2) break;
    }
    expect(server.seen).toHaveLength(1);
  });

  it("waits out an endpoint without room, but owns up to chunks that may be lost", async () => {
    const { job } = await attach({
      "GET /stream/j": [
        { status: 429 },
        chunks("IN_PROGRESS", 1),
        "reset",
        chunks("IN_PROGRESS", 3),
        chunks("COMPLETED"),
      ],
    });
    const { list, error } = await allUntilThrown(job.stream());
    expect(list).toEqual([1]);
    expect(error).toMatchObject({ code: "outcome-unknown", jobId: "j" });
    expect(await all(job.stream())).toEqual([3]);
  });

  it("goes on over a gap when that is allowed", async () => {
    const { job } = await attach({
      "GET /stream/j": ["reset", chunks("IN_PROGRESS", 1), { status: 502 }, chunks("COMPLETED")],
    });
    expect(await all(job.stream({ allowGaps: true }))).toEqual([1]);
  });

  it("checks chunks by a schema", async () => {
    const { job } = await attach({ "GET /stream/j": [chunks("IN_PROGRESS", 1, "two")] }, { chunk: z.number() });
    const { list, error } = await allUntilThrown(job.stream());
    expect(list).toEqual([1]);
    expect(error).toMatchObject({ code: "bad-output" });
  });

  it("refuses an answer without a list of chunks", async () => {
    const { job } = await attach({ "GET /stream/j": [{ json: { status: "IN_PROGRESS", stream: "x" } }] });
    await expect(job.stream().next()).rejects.toMatchObject({ code: "bad-answer", jobId: "j" });
  });
});
