import { expect, test } from "vitest";
import { workerEnvironment, workerVariables } from "#protocol.js";
import { pingStart, startPings } from "./ping.js";
import { defaultPace } from "./seams.js";
import { readEndpointSettings } from "./settings.js";
import type { FakeEndpoint, Seen } from "./testing/fake-endpoint.js";
import { gate, quickPace, startWorker, testEndpoint } from "./testing/start-worker.js";
import { workerVersion } from "./version.js";

const address = { endpointId: "e1", workerId: "w1", apiKey: "secret-key", pingIntervalMs: 10 };

/** The endpoint's environment, signs of life included. */
function withPings({ env }: FakeEndpoint): Record<string, string> {
  const [serverUrl] = env[workerVariables.doneUrl]!.split("/v2/");
  return { ...workerEnvironment({ serverUrl: serverUrl!, ...address }) };
}

/** Signs of life that name these jobs, when there are as many. */
async function pingsOf(endpoint: FakeEndpoint, jobIds: string | null, count: number): Promise<readonly Seen[]> {
  for (let total = 1; ; total++) {
    const pings = await endpoint.until("ping", total);
    const found = pings.filter(({ query }) => query.get("job_id") === jobIds);
    if (found.length >= count) return found;
  }
}

test("signs of life name the jobs, also while a handler computes without a pause", async () => {
  const endpoint = await testEndpoint();
  const handler = (): string => {
    // Stops this thread as a computation would: nothing else runs in it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    return "ok";
  };
  await startWorker({ env: withPings(endpoint) }, { handler });
  const [idle] = await pingsOf(endpoint, null, 1);
  expect(idle!.url).toBe(`/v2/e1/ping/w1?gpu=local&runpod_version=${encodeURIComponent(workerVersion)}`);
  expect(idle!.headers.authorization).toBe("secret-key");
  endpoint.give({ id: "j1", input: 0 });
  // Every 20 ms; without a thread of its own, the job would be named before and after the computation at most.
  expect((await pingsOf(endpoint, "j1", 4)).length).toBeGreaterThanOrEqual(4);
});

test("a job that has ended is named no more", async () => {
  const endpoint = await testEndpoint();
  await startWorker({ env: withPings(endpoint) }, { handler: () => "ok" });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  const isIdle = ({ operation, query }: Seen): boolean => operation === "ping" && !query.has("job_id");
  const pings = await pingsOf(endpoint, null, endpoint.seen.filter(isIdle).length + 1);
  expect(endpoint.seen.indexOf(pings.at(-1)!)).toBeGreaterThan(0);
});

test("a thread that ends is started again", async () => {
  const endpoint = await testEndpoint();
  const [first, second] = [gate(), gate()];
  const log = (): void => (hasEnded ? second : first).open();
  let hasEnded = false;
  void first.opened.then(() => (hasEnded = true));
  const endsAtOnce = new URL("data:text/javascript,process.exit(0)");
  const pings = startPings(readEndpointSettings(withPings(endpoint))!, quickPace, log, endsAtOnce);
  await second.opened;
  await pings.close();
  expect(hasEnded).toBe(true);
});

test("an interval below a second is a second: the SDK divides by 1000, drops the rest and never pauses", () => {
  const settings = readEndpointSettings(workerEnvironment({ serverUrl: "http://a", ...address }))!;
  expect(pingStart(settings, defaultPace)).toMatchObject({ intervalMs: 1_000 });
  expect(pingStart({ ...settings, pingIntervalMs: 2_500 }, defaultPace)).toMatchObject({ intervalMs: 2_500 });
});

test.each([
  { what: "a key", variable: workerVariables.apiKey },
  { what: "a worker's id", variable: workerVariables.workerId },
  { what: "a URL", variable: workerVariables.pingUrl },
])("without $what there are none", ({ variable }) => {
  const env = { ...workerEnvironment({ serverUrl: "http://a", ...address }), [variable]: undefined };
  expect(pingStart(readEndpointSettings(env)!, defaultPace)).toBeUndefined();
});
