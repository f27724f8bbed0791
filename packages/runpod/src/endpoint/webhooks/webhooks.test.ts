import { describe, expect, it, onTestFinished } from "vitest";
import { settingsOf } from "#endpoint/settings.js";
import { createMemoryStore } from "#endpoint/stores/memory-store.js";
import { createTopics, topicOf } from "#endpoint/topics.js";
import type { PostOutcome, WebhookPost } from "./post.js";
import { startWebhooks } from "./webhooks.js";

/** Webhooks of a memory store whose posts the test answers, and whose clock it moves. */
function openWebhooks(answer: (post: WebhookPost) => PostOutcome | Promise<PostOutcome>) {
  const store = createMemoryStore();
  const clock = { now: 1_000 };
  const lines: string[] = [];
  const posts: WebhookPost[] = [];
  const topics = createTopics();
  const settings = settingsOf({
    id: "e",
    keys: ["k"],
    store,
    now: () => clock.now,
    sweepMs: 3_600_000,
    log: (line) => lines.push(line),
  });
  store.subscribe((event) => event.kind === "webhook" && topics.wake(topicOf.webhook));
  const start = () =>
    startWebhooks(store, settings, topics, async (post) => {
      posts.push(post);
      return answer(post);
    });
  let webhooks = start();
  onTestFinished(() => webhooks.close());
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    posts,
    lines,
    store,
    settle,
    urls: () => posts.map(({ url }) => url),
    async end(id: string, webhook: string) {
      const times = { createdAt: clock.now - 30, expiresAt: 1e12, executionTimeoutMs: 1e9, keepResultMs: 1e9 };
      await store.submit({ endpointId: "e", id, input: '{"x":1.0}', webhook, lowPriority: false, ...times });
      await store.take("e", [{ workerId: "w", limit: 1 }], { now: clock.now - 10, leaseUntil: 1e12 });
      await store.end("e", id, "w", { status: "COMPLETED", output: "[1.50]" }, clock.now);
      await settle();
    },
    async wait(milliseconds: number) {
      clock.now += milliseconds;
      topics.wake(topicOf.webhook);
      await settle();
    },
    async restart() {
      await webhooks.close();
      webhooks = start();
      await settle();
    },
  };
}

describe("webhooks", () => {
  it("send what the hosted service sends, with an id that stays the same for every attempt", async () => {
    const { end, posts, wait } = openWebhooks(() => ({ status: 500 }));
    await end("j", "https://hooks.example/x?token=secret");
    expect(posts[0]?.body).toBe(
      '{"delayTime":20,"executionTime":10,"id":"j","input":{"x":1.0},"output":[1.50],"status":"COMPLETED","webhook":"https://hooks.example/x?token=secret"}',
    );
    await wait(10_000);
    expect(posts.map(({ headers }) => headers["webhook-id"])).toEqual(["j-1000", "j-1000"]);
  });

  it("are sent three times, ten seconds apart, until one is answered 2xx", async () => {
    const outcomes: PostOutcome[] = [{ status: 500 }, { failure: "unreachable", isFinal: false }, { status: 204 }];
    const { end, posts, wait, lines } = openWebhooks(() => outcomes.shift()!);
    await end("j", "https://hooks.example/x?token=secret");
    expect(posts).toHaveLength(1);
    await wait(9_999);
    expect(posts).toHaveLength(1);
    await wait(1);
    expect(posts).toHaveLength(2);
    await wait(10_000);
    await wait(1e6);
    expect(posts).toHaveLength(3);
    expect(lines).toEqual([
      "Webhook of job j, attempt 1 of 3: answered 500.",
      "Webhook of job j, attempt 2 of 3: unreachable.",
    ]);
  });

  it("are given up after the third attempt, and at once where no other can succeed", async () => {
    const { end, urls, wait, lines } = openWebhooks(({ url }) =>
      url.includes("private") ? { failure: "address-refused", isFinal: true } : { status: 302 },
    );
    await end("a", "https://private.example/");
    await end("b", "https://public.example/");
    for (let turn = 0; turn < 5; turn++) await wait(10_000);
    expect(urls().filter((url) => url.includes("private"))).toHaveLength(1);
    expect(urls().filter((url) => url.includes("public"))).toHaveLength(3);
    expect(lines).toContain("Webhook of job a, attempt 1 of 3: address-refused. Given up.");
    expect(lines.at(-1)).toBe("Webhook of job b, attempt 3 of 3: answered 302. Given up.");
  });

  it("to a host that hangs hold up no others", async () => {
    const { end, urls } = openWebhooks(({ url, signal }) =>
      url.includes("hangs")
        ? new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))
        : { status: 200 },
    );
    for (let index = 0; index < 10; index++) await end(`hang${index}`, "https://hangs.example/");
    for (let index = 0; index < 30; index++) await end(`fine${index}`, "https://fine.example/");
    expect(urls().filter((url) => url.includes("hangs"))).toHaveLength(2);
    expect(urls().filter((url) => url.includes("fine"))).toHaveLength(30);
  });

  it("that were broken off by a restart are sent again at once, as the same attempt", async () => {
    let isUp = false;
    const { end, posts, restart, wait, lines } = openWebhooks(({ signal }) =>
      isUp
        ? { status: 500 }
        : new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    );
    await end("j", "https://hooks.example/");
    isUp = true;
    await restart();
    expect(posts).toHaveLength(2);
    await wait(10_000);
    await wait(10_000);
    expect(posts).toHaveLength(4);
    expect(lines.at(-1)).toContain("attempt 3 of 3");
  });
});
