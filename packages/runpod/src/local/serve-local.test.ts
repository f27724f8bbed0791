import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { WorkerLogLine } from "#worker/serve-options.js";
import { serve } from "#worker/serve.js";

test("--rp_serve_api runs jobs as the cloud does, without a key", async () => {
  const stop = new AbortController();
  let tellUrl: (url: string) => void;
  const url = new Promise<string>((resolve) => void (tellUrl = resolve));
  const status = serve({
    handler: (job) => ({ said: job.input }),
    argv: ["--rp_serve_api", "--rp_api_port", "0", "--rp_api_host", "127.0.0.1"],
    env: {},
    signal: stop.signal,
    log: ({ message }: WorkerLogLine) => tellUrl(/http:[^ ]+(?=:)/.exec(message)?.[0] ?? ""),
  });
  const ask = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await fetch(`${await url}/${path}`, init)).json() as Promise<Record<string, unknown>>;
  };
  expect(await ask("runsync", { input: "hello" })).toMatchObject({ status: "COMPLETED", output: { said: "hello" } });
  const { id } = await ask("run", { input: 1 });
  expect(await ask(`status-sync/${String(id)}`)).toMatchObject({ id, status: "COMPLETED", output: { said: 1 } });
  expect(await ask("health")).toMatchObject({ jobs: { completed: 2 } });
  const askedBy = async (origin: string) => {
    const body = JSON.stringify({ input: 1 });
    return (await fetch(`${await url}/runsync`, { method: "POST", body, headers: { origin } })).status;
  };
  const origins = ["https://page.example", "null", "http://127.example.com", "http://localhost:3000"];
  expect(await Promise.all(origins.map(askedBy))).toEqual([403, 403, 403, 200]);
  expect(await askedToContinue(await url)).toContain("COMPLETED");
  stop.abort();
  expect(await status).toBe(0);
});

/** What a client is answered that sends its body only when it is asked for it, as curl does above 1 MB. */
async function askedToContinue(url: string): Promise<string> {
  const headers = { expect: "100-continue", "content-length": "11" };
  const asking = request(`${url}/runsync`, { method: "POST", headers });
  asking.once("continue", () => asking.end('{"input":1}'));
  asking.flushHeaders();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return text(answer);
}

test("a port that cannot be had is said, and the status is 1", async () => {
  const lines: string[] = [];
  const status = await serve({
    handler: () => 1,
    argv: ["--rp_serve_api", "--rp_api_port", "1", "--rp_api_host", "192.0.2.1"],
    env: {},
    log: ({ message }) => void lines.push(message),
  });
  expect(status).toBe(1);
  expect(lines.at(-1)).toContain("cannot be had");
});
