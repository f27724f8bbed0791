import { createClient } from "@understudy/runpod/client";
import { createEndpoint, createMemoryStore, listenEndpoints } from "@understudy/runpod/endpoint";
import { describe, expect, it, onTestFinished } from "vitest";
import { sqlOf } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { adoptPaidCall, submitOnce, type PaidCall } from "./submit-once.js";

const databaseOf = shareTestDatabase();
const now = () => new Date("2026-07-01T00:00:00Z");
let keys = 0;

type Parts = Partial<PaidCall> & Pick<PaidCall, "submit">;

/** A call under a key of its own, which may be made again. */
function newCall(): (parts: Parts) => Promise<string> {
  const key = `render_${(keys += 1)}/region-0`;
  return (parts) => submitOnce({ pool: databaseOf().pool, key, graceMs: 0, now, ...parts });
}

/** An endpoint that heeds no keys. */
function forgetfulEndpoint() {
  const jobs: { readonly id: string; readonly key: string }[] = [];
  const submit = async (key: string): Promise<string> => {
    const id = `job-${jobs.length}`;
    jobs.push({ id, key });
    return id;
  };
  const findByKey = async (key: string) => jobs.find((job) => job.key === key)?.id;
  return { jobs, submit, findByKey };
}

/** The process dies after the endpoint heard of it, and before it is noted. */
const thenDie =
  (submit: PaidCall["submit"]): PaidCall["submit"] =>
  async (key) => {
    await submit(key);
    throw new Error("killed");
  };

describe("a paid call", () => {
  it("is made once, and its id is known to every later life", async () => {
    const call = newCall();
    const { jobs, submit } = forgetfulEndpoint();
    expect([await call({ submit }), await call({ submit }), await call({ submit })]).toEqual([
      "job-0",
      "job-0",
      "job-0",
    ]);
    expect(jobs).toHaveLength(1);
  });

  it("is made when whoever meant to make it died before", async () => {
    const call = newCall();
    const { jobs, submit, findByKey } = forgetfulEndpoint();
    await expect(call({ submit: () => Promise.reject(new Error("killed")) })).rejects.toThrow("killed");
    expect(await call({ submit, findByKey })).toBe("job-0");
    expect(jobs).toHaveLength(1);
  });

  it("is found at an endpoint that heeds no keys, when whoever made it died before it was noted", async () => {
    const call = newCall();
    const { jobs, submit, findByKey } = forgetfulEndpoint();
    await expect(call({ submit: thenDie(submit) })).rejects.toThrow("killed");
    expect(await call({ submit, findByKey })).toBe("job-0");
    expect(jobs).toHaveLength(1);
  });

  it("waits for news of an earlier submission before it is made again", async () => {
    const { pool } = databaseOf();
    const call = newCall();
    const { jobs, submit } = forgetfulEndpoint();
    await expect(call({ submit: thenDie(submit) })).rejects.toThrow("killed");
    const second = call({ submit, graceMs: 60_000 });
    await adoptPaidCall(sqlOf(pool), jobs[0]!.key, "job-0", now());
    await adoptPaidCall(sqlOf(pool), jobs[0]!.key, "of another webhook", now());
    expect(await second).toBe("job-0");
    expect(jobs).toHaveLength(1);
  });

  it("is made by one of two processes that begin at once, and the other learns the id", async () => {
    const call = newCall();
    const { jobs, submit } = forgetfulEndpoint();
    expect(new Set(await Promise.all([call({ submit }), call({ submit }), call({ submit })]))).toEqual(
      new Set(["job-0"]),
    );
    expect(jobs).toHaveLength(1);
  });

  it("stops waiting when it is told to", async () => {
    const call = newCall();
    const submit = () => Promise.reject(new Error("killed"));
    await expect(call({ submit })).rejects.toThrow("killed");
    const waiting = call({ submit, graceMs: 60_000, signal: AbortSignal.abort() });
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });

  it("is one job at an endpoint of ours, which heeds its key, even when nobody could know of the first", async () => {
    const { submit, jobCount } = await realEndpoint();
    const call = newCall();
    await expect(call({ submit: thenDie(submit) })).rejects.toThrow("killed");
    const [one, other] = await Promise.all([call({ submit }), call({ submit })]);
    expect(other).toBe(one);
    expect(await jobCount()).toBe(1);
  });
});

async function realEndpoint() {
  const endpoint = createEndpoint({ id: "gpu", store: createMemoryStore(), keys: ["test-key"] });
  const listening = await listenEndpoints({ endpoints: [endpoint] });
  onTestFinished(async () => {
    await endpoint.close();
    await listening.close();
  });
  const client = createClient({ endpoint: `${listening.url}/v2/gpu`, key: "test-key" });
  const submit = async (idempotencyKey: string): Promise<string> => (await client.run({}, { idempotencyKey })).id;
  return { submit, jobCount: async () => (await endpoint.health()).jobs.inQueue };
}
