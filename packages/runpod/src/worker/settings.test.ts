import { expect, test } from "vitest";
import { workerEnvironment } from "#protocol.js";
import { readEndpointSettings } from "./settings.js";

const address = { endpointId: "e1", workerId: "w/1", apiKey: "key ", pingIntervalMs: 5_000 };
const env = workerEnvironment({ serverUrl: "http://127.0.0.1:80", ...address });

test("every URL is complete, ids are encoded, and the key has no spaces around it", () => {
  const settings = readEndpointSettings(env)!;
  expect(settings).toMatchObject({
    apiKey: "key",
    takeUrl: "http://127.0.0.1:80/v2/e1/job-take/w%2F1?gpu=local",
    takeBatchUrl: "http://127.0.0.1:80/v2/e1/job-take-batch/w%2F1?gpu=local",
    stopUrl: "http://127.0.0.1:80/v2/e1/job-stop/w%2F1?gpu=local",
    pingUrl: "http://127.0.0.1:80/v2/e1/ping/w%2F1?gpu=local",
    pingIntervalMs: 5_000,
  });
  expect(settings.doneUrl("j1")).toBe("http://127.0.0.1:80/v2/e1/job-done/w%2F1/j1?gpu=local");
  expect(settings.doneUrl("j1", "w2")).toBe("http://127.0.0.1:80/v2/e1/job-done/w2/j1?gpu=local");
});

test("without a URL to take jobs from, this is no worker of an endpoint", () => {
  expect(readEndpointSettings({})).toBeUndefined();
});

test.each([
  { change: { RUNPOD_WEBHOOK_POST_OUTPUT: "" }, named: "RUNPOD_WEBHOOK_POST_OUTPUT is not set" },
  { change: { RUNPOD_WEBHOOK_GET_JOB: "secret" }, named: "RUNPOD_WEBHOOK_GET_JOB holds no http or https URL" },
  { change: { RUNPOD_WEBHOOK_PING: "file:///secret" }, named: "RUNPOD_WEBHOOK_PING holds no http or https URL" },
  { change: { RUNPOD_AI_API_KEY: "secret\nkey" }, named: "RUNPOD_AI_API_KEY holds characters" },
])("$named", ({ change, named }) => {
  const read = (): unknown => readEndpointSettings({ ...env, ...change });
  expect(read).toThrow(named);
  expect(read).not.toThrow("secret");
});

test.each([
  { text: "", intervalMs: 10_000 },
  { text: "soon", intervalMs: 10_000 },
  { text: "-5", intervalMs: 10_000 },
  { text: "2500", intervalMs: 2_500 },
  { text: "1e12", intervalMs: 3_600_000 },
])("a ping interval of '$text' is $intervalMs ms", ({ text, intervalMs }) => {
  expect(readEndpointSettings({ ...env, RUNPOD_PING_INTERVAL: text })!.pingIntervalMs).toBe(intervalMs);
});
