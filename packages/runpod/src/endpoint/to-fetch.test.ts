import { expect, it } from "vitest";
import { openEndpoint } from "./testing/open-endpoint.js";
import { toFetchHandler } from "./to-fetch.js";

const headers = { authorization: "Bearer k" };

it("answers fetch requests as the server does", async () => {
  const { endpoint, take } = openEndpoint();
  const handler = toFetchHandler(endpoint);
  const send = (path: string, init: RequestInit = {}) =>
    handler(new Request(`http://host:1/v2/e/${path}`, { headers, ...init }));
  const kept = await send("run", { method: "POST", body: '{"input":1.0}' });
  expect([kept.status, kept.headers.get("content-type")]).toEqual([200, "application/json"]);
  const { id } = (await kept.json()) as { id: string };
  expect(await take("w")).toBe(id);
  expect((await send("job-take/w?")).status).toBe(204);
  expect((await send("health", { headers: {} })).headers.get("www-authenticate")).toBe("Bearer");
  expect((await handler(new Request("http://host:1/v2/other/health", { headers }))).status).toBe(404);
});

it("asks for no key where the server has checked one, and nowhere else", async () => {
  const { endpoint } = openEndpoint();
  const request = () => new Request("http://h/v2/e/health", { headers: { authorization: "Bearer of the server" } });
  expect((await toFetchHandler(endpoint)(request())).status).toBe(401);
  expect((await toFetchHandler(endpoint, { isKeyChecked: true })(request())).status).toBe(200);
});

it("stops reading a body that is too large", async () => {
  const { endpoint } = openEndpoint({ maxRunBodyBytes: 100_000 });
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 10_000;
      controller.enqueue(new Uint8Array(10_000));
    },
  });
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  expect((await toFetchHandler(endpoint)(new Request("http://h/v2/e/run", init))).status).toBe(413);
  expect(sent).toBeLessThan(200_000);
});

it("gives back what a request that was aborted would have got", async () => {
  const { endpoint, submit, take } = openEndpoint();
  const id = await submit();
  const hangUp = new AbortController();
  const poll = toFetchHandler(endpoint)(
    new Request("http://h/v2/e/job-take/gone?", { headers, signal: hangUp.signal }),
  );
  hangUp.abort();
  await poll;
  expect(await take("w")).toBe(id);
});
