import { expect, onTestFinished, test } from "vitest";
import { startRecordingServer, type FaultAct } from "./recording-server.js";

const take = "v2/endpoint/job-take/worker-1";

async function open() {
  const server = await startRecordingServer({ pollMs: 20 });
  onTestFinished(() => server.close());
  const ask = async (path: string, init?: RequestInit) => {
    const reply = await fetch(`${server.url}/${path}`, init);
    return { status: reply.status, text: await reply.text() };
  };
  return { server, ask };
}

test("hands out its jobs once, and records who asked how", async () => {
  const { server, ask } = await open();
  server.platform.add({ id: "a", input: 1 }, { id: "b", input: 2 });
  expect(await ask(`${take}?x=1`)).toEqual({ status: 200, text: '{"id":"a","input":1}' });
  expect(await ask("v2/endpoint/job-take-batch/worker-1?batch_size=2")).toMatchObject({
    text: '[{"id":"b","input":2}]',
  });
  expect(await ask(take)).toMatchObject({ status: 204 });
  expect(server.requests[0]).toMatchObject({ method: "GET", operation: "job-take", workerId: "worker-1", status: 200 });
  expect(server.requests[0]?.query).toEqual([["x", "1"]]);
});

test("takes the first good result of a job that it handed out", async () => {
  const { server, ask } = await open();
  server.platform.add({ id: "a", input: 1 });
  await ask(take);
  const post = (job: string, body: string) => ask(`v2/endpoint/job-done/worker-1/${job}`, { method: "POST", body });
  expect(await post("other", "{}")).toMatchObject({ status: 404 });
  expect(await post("a", '{"output":NaN}')).toMatchObject({ status: 400 });
  expect(await post("a", '{"status":"IN_PROGRESS","output":1}')).toMatchObject({ status: 200 });
  expect(server.platform.ends.size).toBe(0);
  await post("a", '{"output":"first"}');
  await post("a", '{"output":"second"}');
  expect(server.platform.ends.get("a")?.body).toEqual({ output: "first" });
});

test("breaks as many requests as it was told, and answers the next one", async () => {
  const acts: readonly FaultAct[] = [{ kind: "status", status: 503 }, { kind: "reset" }];
  for (const act of acts) {
    const { server, ask } = await open();
    server.fault({ operation: "job-take", times: 1, act });
    const outcome = await ask(take).catch(() => "broken");
    expect(outcome).toEqual(act.kind === "reset" ? "broken" : { status: 503, text: "" });
    expect(await ask(take)).toMatchObject({ status: 204 });
  }
});

test("leaves a request without an answer, gives one late, or in two halves", async () => {
  const { server, ask } = await open();
  server.fault({ operation: "ping", times: 1, act: { kind: "hang" } });
  await expect(ask("v2/endpoint/ping/worker-1", { signal: AbortSignal.timeout(30) })).rejects.toThrow("timeout");
  server.fault({ operation: "ping", times: 1, act: { kind: "delay", milliseconds: 5 } });
  expect(await ask("v2/endpoint/ping/worker-1")).toEqual({ status: 200, text: "{}" });
  let letThrough: (() => void) | undefined;
  const rest = new Promise<void>((resolve) => (letThrough = resolve));
  server.fault({ operation: "ping", times: 1, act: { kind: "halves", rest } });
  const reply = await fetch(`${server.url}/v2/endpoint/ping/worker-1`);
  letThrough?.();
  expect(await reply.text()).toBe("{}");
});

test("refuses connections until it accepts them again, at the same port", async () => {
  const { server, ask } = await open();
  await server.refuse();
  await expect(ask(take)).rejects.toThrow("fetch failed");
  await server.accept();
  expect(await ask(take)).toMatchObject({ status: 204 });
});
