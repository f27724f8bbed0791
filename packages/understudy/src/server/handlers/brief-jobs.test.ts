import { createClient } from "@understudy/runpod/client";
import { createEndpoint, createMemoryStore } from "@understudy/runpod/endpoint";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunToken } from "#renders/render-list.js";
import type { ServiceRender } from "#renders/service-render.js";
import { listen } from "#server/listen.js";
import { shareTestService, type TestCaller } from "#server/testing/open-test-service.js";
import { fakeManifest } from "#testing/fake-wiring.js";

const shared = shareTestService();

/** Byte for byte what a scenario sends to RunPod. */
const sentByScenario = `{
  "input": {
    "record_id": "recA1b2C3d4E5f6G7",
    "source_video_url": "http://127.0.0.1:8009/ad.mp4?token=s3cret",
    "avatar_image_url": "http://127.0.0.1:8009/jo.jpg?token=s3cret",
    "webhook_url": "http://127.0.0.1:8009/hook?token=s3cret"
  }
}`;

const input = (JSON.parse(sentByScenario) as { readonly input: Readonly<Record<string, string>> }).input;
const job = (parts: object = {}) => ({ input: { ...input, ...parts } });

interface Reply {
  readonly id: string;
  readonly status: string;
}

const newCaller = () => shared().newCaller({ scopes: ["renders:read", "renders:write"] });

async function read<T = Reply>(answer: Promise<Response> | Response): Promise<T> {
  const { status } = await answer;
  expect(status).toBe(200);
  return (await (await answer).json()) as T;
}

async function submit(caller: TestCaller, body: unknown = job()): Promise<ServiceRender> {
  const { id } = await read(caller.ask("POST", "/v2/renders/run", body));
  return (await shared().service.renders.get(caller.ownerId, id))!;
}

async function begin({ id }: Pick<ServiceRender, "id">): Promise<RunToken> {
  const begun = await shared().service.renders.begin(id, 1, "runner", 1);
  return (begun as Extract<typeof begun, { kind: "begun" }>).token;
}

const video = { sha256: "b".repeat(64), byteLength: 16, mediaType: "video/mp4" };

async function finish(token: RunToken): Promise<void> {
  await shared().service.renders.end(token, {
    state: "finished",
    files: [{ ...video, key: "k", fileName: "rec.mp4", path: "/r/SECRET/recA1b2C3d4E5f6G7.mp4" }],
    manifest: fakeManifest({ renderId: token.renderId, artifacts: [{ ...video, key: "rec.mp4" }] }),
    cost: { engineSeconds: 1, usdPerEngineSecond: 0, usd: 0 },
  });
}

/** What the job's output and its webhook begin with. */
const complete = {
  status: "Complete",
  record_id: "recA1b2C3d4E5f6G7",
  output_url: "http://service.test/r/SECRET/recA1b2C3d4E5f6G7.mp4",
  error_message: "",
};

describe("a scenario's request", () => {
  it("becomes a render of the key's owner, and is answered as RunPod answers", async () => {
    const { api, submitted, service } = shared();
    const caller = await newCaller();
    const headers = { authorization: `Bearer ${caller.secret}`, "content-type": "application/json" };
    const answer = await api.request("/v2/renders/run", { method: "POST", headers, body: sentByScenario });
    const text = await answer.text();
    const { id } = JSON.parse(text) as Reply;
    expect([answer.status, text]).toEqual([200, `{"id":"${id}","status":"IN_QUEUE"}`]);
    expect(submitted.filter(({ renderId }) => renderId === id)).toHaveLength(1);
    const { order } = (await service.renders.get(caller.ownerId, id))!;
    const [endpoint] = await service.webhooks.listEndpoints(caller.ownerId);
    expect(endpoint).toMatchObject({ url: input["webhook_url"], types: ["webhook.test"] });
    expect(order).toEqual({
      source: { kind: "url", url: input["source_video_url"] },
      faces: [{ kind: "url", url: input["avatar_image_url"] }],
      label: { kind: "on" },
      stitch: "uniform",
      allowMissingFace: false,
      consent: { kind: "on-record" },
      name: "recA1b2C3d4E5f6G7",
      metadata: { record_id: "recA1b2C3d4E5f6G7" },
      briefRecordId: "recA1b2C3d4E5f6G7",
      webhookEndpointId: endpoint?.id,
      deadlineSeconds: 900,
    });
  });

  it("needs no webhook, takes the older spellings, and does not mind what RunPod and others add", async () => {
    const { video_url, avatar_url, record_id } = {
      video_url: input["source_video_url"],
      avatar_url: input["avatar_image_url"],
      record_id: " réc 1/../x ",
    };
    const given = { record_id, video_url, avatar_url, webhook_url: "", campaign: 7 };
    const { order } = await submit(await newCaller(), {
      input: given,
      webhook: null,
      policy: { ttl: 10_000, executionTimeout: "600" },
      s3Config: { accessId: "a" },
    });
    expect(order).toMatchObject({ name: "r-c-1-..-x", briefRecordId: "réc 1/../x" });
    expect(order).not.toHaveProperty("webhookEndpointId");
    expect(order.deadlineSeconds).toBe(900);
  });

  it.each([
    [600_000, 600],
    [5_000, 10],
    [7 * 86_400_000, 86_400],
    [4_999, 900],
    [0, 900],
  ])("with an executionTimeout of %d ms has a deadline of %d s", async (executionTimeout, seconds) => {
    const { order } = await submit(await newCaller(), { ...job(), policy: { executionTimeout } });
    expect(order.deadlineSeconds).toBe(seconds);
  });

  it.each(["👩‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "کتاب‌ها", "שלום 🚩", "🎬".repeat(200)])("may be about a record called %s", async (recordId) => {
    const { order } = await submit(await newCaller(), job({ record_id: recordId, webhook_url: null }));
    expect(order).toMatchObject({ briefRecordId: recordId, metadata: { record_id: recordId } });
  });

  it("is the same job again with the same Idempotency-Key, by either way", async () => {
    const caller = await newCaller();
    const key = { "idempotency-key": "row-1" };
    const first = await read(caller.ask("POST", "/v2/renders/run", job(), key));
    expect(await read(caller.ask("POST", "/v2/renders/run", job(), key))).toEqual(first);
    expect(await read(caller.ask("POST", "/v2/renders/runsync?wait=0", job(), key))).toEqual(first);
    expect(await read(caller.ask("POST", "/v2/renders/run", { ...job({ campaign: 7 }), extra: [] }, key))).toEqual(
      first,
    );
    expect((await caller.ask("POST", "/v2/renders/run", job({ record_id: "other" }), key)).status).toBe(409);
  });

  it("may hold what is nested as deep as its bytes allow", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const { secret } = await newCaller();
    const headers = { authorization: secret, "content-type": "application/json", "idempotency-key": "deep" };
    const body = JSON.stringify(job({ deep: 1 })).replace('"deep":1', `"deep":${deep}`);
    expect(await read(shared().api.request("/v2/renders/run", { method: "POST", headers, body }))).toMatchObject({
      status: "IN_QUEUE",
    });
  });

  it("is told at an address whose receiver was gone before, as if it were new", async () => {
    const caller = await newCaller();
    const { order } = await submit(caller);
    // What an answer of 410 does.
    const gone = "update understudy.webhook_endpoint set disabled_at = now() where id = $1";
    await shared().service.database.pool.query(gone, [order.webhookEndpointId]);
    const again = await submit(caller);
    expect(again.order.webhookEndpointId).not.toBe(order.webhookEndpointId);
    await finish(await begin(again));
    const told = await shared().service.webhooks.listMessages(caller.ownerId, { limit: 9 });
    expect(told).toMatchObject([{ endpointId: again.order.webhookEndpointId, state: "waiting" }]);
  });

  it.each([
    ["no input", input, 400, "bad-job", "no `input`"],
    ["nothing in the input", { input: null }, 400, "bad-job", "record_id is missing"],
    ["RunPod's own webhook", { ...job(), webhook: "https://x.test/s3cret" }, 400, "bad-job", "`webhook_url` inside"],
    ["text turned around", job({ record_id: "a\u202Eb" }), 400, "bad-job", "record_id has"],
    ["a list", { input: [] }, 400, "bad-job", "record_id is missing; source_video_url is missing"],
    [
      "wrong members",
      job({ record_id: 7, avatar_image_url: "\u0000" }),
      400,
      "bad-job",
      "record_id is no text; avatar",
    ],
    ["half a character", job({ source_video_url: "https://x.test/\uD800" }), 400, "bad-job", "source_video_url has"],
    ["no web address", job({ source_video_url: "ftp://x/s3cret" }), 422, "download-refused", "source_video_url"],
    ["a private address", job({ avatar_image_url: "http://10.0.0.1/s3cret" }), 422, "download-refused", "10.0.0.1"],
    ["a private webhook", job({ webhook_url: "http://10.0.0.1/s3cret" }), 422, "webhook-refused", ""],
  ])("is refused at once with %s, and nobody is told", async (_, body, status, code, words) => {
    const caller = await newCaller();
    const answer = await caller.ask("POST", "/v2/renders/run", body);
    const text = await answer.text();
    const problem = JSON.parse(text) as { readonly code: string; readonly detail: string; readonly error: string };
    expect([answer.status, problem.code]).toEqual([status, code]);
    expect(problem.detail).toContain(words);
    expect(problem.error).toBe(`${code}: ${problem.detail}`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(text).not.toContain("s3cret");
    expect(await shared().service.renders.list(caller.ownerId, { limit: 1 })).toEqual([]);
    expect(await shared().service.webhooks.listEndpoints(caller.ownerId)).toEqual([]);
  });

  it("has at most as many bytes as any other request", async () => {
    const answer = await (await newCaller()).ask("POST", "/v2/renders/run", job({ filler: "a".repeat(1_100_000) }));
    expect(answer.status).toBe(413);
  });

  it("needs no scope of the RunPod queue, which lives beside it", async () => {
    const endpoint = createEndpoint({ id: "local", store: createMemoryStore(), keys: ["k"] });
    onTestFinished(() => endpoint.close());
    const caller = await shared()
      .reopen({ endpoint })
      .newCaller({ scopes: ["renders:write"] });
    expect((await caller.ask("POST", "/v2/renders/run", job())).status).toBe(200);
    expect((await caller.ask("POST", "/v2/local/run", job())).status).toBe(403);
  });
});

it("every refusal is JSON that Make.com reads, with RunPod's member", async () => {
  const { api } = shared();
  const caller = await newCaller();
  const answers = await Promise.all([
    api.request("/v2/renders/run", { method: "POST" }),
    caller.ask("GET", "/v2/renders/status/8c7d0b6e-u1"),
    caller.ask("POST", "/v2/renders/cancel/render_0123456789abcdef"),
    caller.ask("GET", "/v2/renders/stream/render_0123456789abcdef"),
    caller.ask("POST", "/v2/renders/run", "{"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 404, 404, 404, 400]);
  for (const answer of answers) {
    expect(answer.headers.get("content-type")).toBe("application/json");
    const { code, error } = (await answer.json()) as { readonly code: string; readonly error: string };
    expect(error).toMatch(new RegExp(`^${code}: `));
  }
});

describe("a scenario's job", () => {
  it("says how far it is, and gives the webhook's members and a summary of the manifest in the end", async () => {
    const { clock, service } = shared();
    const caller = await newCaller();
    const later = (milliseconds: number) => (clock.now = new Date(clock.now.getTime() + milliseconds));
    const render = await submit(caller);
    const status = () => read(caller.ask("GET", `/v2/renders/status/${render.id}`));
    expect(await status()).toEqual({ id: render.id, status: "IN_QUEUE" });
    later(800);
    const token = await begin(render);
    await service.renders.note(token, { progress: { stage: "swap", share: 0.419 } });
    const running = { id: render.id, status: "IN_PROGRESS", delayTime: 800, output: { stage: "swap", percent: 41 } };
    expect(await status()).toEqual(running);
    later(41_300);
    await finish(token);
    const done = await read<{ readonly output: object }>(caller.ask("POST", `/v2/renders/status/${render.id}`));
    expect(done).toEqual({
      id: render.id,
      status: "COMPLETED",
      delayTime: 800,
      executionTime: 41_300,
      output: {
        ...complete,
        manifest: {
          render_id: render.id,
          sha256: video.sha256,
          byte_length: 16,
          frames: 900,
          frames_swapped: expect.any(Number) as number,
          frames_without_face: expect.any(Number) as number,
        },
      },
    });
    expect(Object.keys(done.output)).toEqual([...Object.keys(complete), "manifest"]);
    const [told] = await service.webhooks.listMessages(caller.ownerId, { renderId: render.id, limit: 9 });
    expect(told?.body).toBe(JSON.stringify(complete));
  });

  it("that failed says the webhook's error_message", async () => {
    const { service } = shared();
    const caller = await newCaller();
    const render = await submit(caller);
    const error = { code: "no-face-in-photo", message: "There is no face.", hint: "h", retryable: false } as const;
    await service.renders.end(await begin(render), { state: "failed", error });
    expect(await read(caller.ask("GET", `/v2/renders/status-sync/${render.id}`))).toMatchObject({
      status: "FAILED",
      error: "no-face-in-photo: There is no face.",
    });
  });

  it("is cancelled while it waits, and told to stop while it runs", async () => {
    const { cancelled } = shared();
    const caller = await newCaller();
    const [waiting, running] = [await submit(caller), await submit(caller)];
    await begin(running);
    const cancel = async ({ id }: ServiceRender) => (await read(caller.ask("POST", `/v2/renders/cancel/${id}`))).status;
    expect([await cancel(waiting), await cancel(running)]).toEqual(["CANCELLED", "IN_PROGRESS"]);
    expect(cancelled).toContainEqual({ renderId: running.id, run: 1 });
    expect(await read(caller.ask("GET", "/v2/renders/health"))).toEqual({
      jobs: { completed: 0, failed: 0, inProgress: 1, inQueue: 0, retried: 0 },
      workers: { idle: 0, initializing: 0, ready: 0, running: 1, throttled: 0 },
    });
  });

  it("that failed runs again under its id, and its webhook is told again", async () => {
    const { service, submitted } = shared();
    const caller = await newCaller();
    const render = await submit(caller);
    const error = { code: "download-failed", message: "Away.", hint: "h", retryable: true } as const;
    await service.renders.end(await begin(render), { state: "failed", error });
    const again = { id: render.id, status: "IN_QUEUE" };
    expect(await read(caller.ask("POST", `/v2/renders/retry/${render.id}`))).toEqual(again);
    expect(submitted).toContainEqual(expect.objectContaining({ renderId: render.id, run: 2 }));
    const begun = await service.renders.begin(render.id, 2, "runner", 1);
    await finish((begun as Extract<typeof begun, { kind: "begun" }>).token);
    const told = await service.webhooks.listMessages(caller.ownerId, { renderId: render.id, limit: 9 });
    const failed = { ...complete, status: "🚩 Failed", output_url: "", error_message: "download-failed: Away." };
    expect(told.map(({ body }) => body)).toEqual([JSON.stringify(complete), JSON.stringify(failed)]);
    expect((await caller.ask("POST", `/v2/renders/retry/${render.id}`)).status).toBe(409);
  });

  it("is answered by runsync when it ends", async () => {
    const { service } = shared();
    const caller = await newCaller();
    const listed = new Promise<string>((resolve) => {
      const end = service.renders.subscribe((change) => {
        if (change.kind !== "event") return;
        end();
        resolve(change.renderId);
      });
    });
    const answer = caller.ask("POST", "/v2/renders/runsync", job());
    await finish(await begin({ id: await listed }));
    expect(await read(answer)).toMatchObject({ status: "COMPLETED", output: complete });
  });

  it("is forked for the same scenario in the brief's words, and for another webhook in ours", async () => {
    const caller = await newCaller();
    const { id } = await submit(caller);
    const forkFor = async (body: object) => {
      const answer = await caller.ask("POST", `/v1/renders/${id}/fork`, body);
      const { id: forkId } = (await answer.json()) as Reply;
      return (await shared().service.renders.get(caller.ownerId, forkId))!.order;
    };
    expect(await forkFor({ label: "start" })).toMatchObject({ briefRecordId: "recA1b2C3d4E5f6G7" });
    expect(await forkFor({ webhook: { url: "http://127.0.0.1:8009/other" } })).not.toHaveProperty("briefRecordId");
  });
});

it("a RunPod client works with nothing but the address and the key changed", async () => {
  const { api } = shared();
  const caller = await newCaller();
  const server = await listen({ app: api, host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const client = createClient({ endpoint: `${server.url}/v2/renders`, key: caller.secret, env: {} });
  const handle = await client.run(input);
  const token = await begin(handle);
  const output = handle.output();
  await finish(token);
  expect(await output).toMatchObject(complete);
  expect(await client.health()).toMatchObject({ jobs: { completed: 1 } });
  expect((await (await client.run(input)).cancel()).status).toBe("CANCELLED");
});
